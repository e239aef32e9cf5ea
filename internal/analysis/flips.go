package analysis

import (
	"context"
	"math"
	"slices"

	"meshplan/internal/model"
)

// FlipsResult says what would change the verdict: for each input the nearest scanned
// value that does, the smallest change first.
type FlipsResult struct {
	Verdict     string      `json:"verdict"` // of the scenario as it is
	Flips       []Flip      `json:"flips"`
	Scanned     []ScanRange `json:"scanned"` // every numeric input, and how far it was looked at
	Interrupted bool        `json:"interrupted"`
}

// Flip is the nearest scanned value of one input at which the verdict changes. Giving it
// changes the verdict; StepBefore, one step nearer, does not.
type Flip struct {
	Input      string  `json:"input"`
	Unit       string  `json:"unit,omitempty"`
	From       string  `json:"from"`        // the scenario's own value; "" when unknown
	To         string  `json:"to"`          // the value that flips the verdict
	StepBefore string  `json:"step_before"` // "" when that is the unknown answer itself
	Step       float64 `json:"step"`        // 0 for yes and no
	Change     float64 `json:"change"`      // |To − From| ÷ From, or ÷ one step from 0; 1 for answers
	Verdict    string  `json:"verdict"`     // at To
	Text       string  `json:"text"`
}

// flipSteps and serviceSteps are how many steps an input, and services, are scanned each
// way when planning is quick.
const (
	flipSteps    = 200
	serviceSteps = StripServices
)

// Flips scans every numeric input that a verdict can depend on, in the steps of
// [stepOf], and every yes or no. The error is that of [model.Evaluate].
func Flips(ctx context.Context, s model.Scenario, c model.Catalog, progress Progress) (FlipsResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return FlipsResult{}, err
	}
	out := FlipsResult{Verdict: plan.Verdict, Flips: []Flip{}, Scanned: []ScanRange{}}
	params := flipParams(plan)
	st.expect(len(params))
	f := &flipScan{study: st, scenario: s, plan: plan, effort: effortOf(s, plan)}
	for _, p := range params {
		if st.interrupted() {
			break
		}
		if p.Type == "boolean" {
			out.Flips = append(out.Flips, f.answers(p)...)
		} else if flip, reached, ok := f.number(p); ok {
			out.Scanned = append(out.Scanned, reached)
			out.Flips = append(out.Flips, flip...)
		}
		st.advance(1)
	}
	out.Interrupted = st.interrupted()
	slices.SortStableFunc(out.Flips, func(a, b Flip) int { return compare(a.Change, b.Change) })
	return out, nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// flipParams are the inputs that are scanned. Left out is what no verdict looks at: the
// seed, limits, which no scheduler reserves, and figures of the organisation that no rule
// reads.
func flipParams(plan model.Plan) []model.Param {
	var list []model.Param
	for _, p := range model.Params() {
		switch p.Name {
		case "seed", "proxy_cpu_limit_m", "proxy_memory_limit_mib":
			continue
		}
		if p.Type == "boolean" || p.Type != "string" && (!organisation(p) || readByRule(plan, p.Name)) {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b model.Param) int { // answers first: they need no packing
		if organisation(a) == organisation(b) {
			return 0
		} else if organisation(a) {
			return -1
		}
		return 1
	})
	return list
}

func readByRule(plan model.Plan, name string) bool {
	return slices.ContainsFunc(plan.Reasoning.Rules, func(r model.RuleResult) bool { return r.Field == name })
}

// stepOf is the step in which an input is scanned: counts 1, CPU 10m, memory 16 MiB,
// shares and growth 0.01, money 1 US dollar a month and 0.01 an hour, requests 10 a
// second.
func stepOf(p model.Param) float64 {
	switch p.Unit {
	case "m":
		return 10
	case "MiB":
		return 16
	case "USD/month":
		return 1
	case "requests/s":
		return 10
	}
	if p.Type == "integer" {
		return 1
	}
	return 0.01
}

// flipScan looks for flips of one scenario.
type flipScan struct {
	*study
	scenario model.Scenario
	plan     model.Plan
	effort   effort
}

// organisation says whether an input is one of the answers, which need no packing.
func organisation(p model.Param) bool { return p.Group == "organisation" }

// verdictOf judges a changed scenario.
func (f *flipScan) verdictOf(p model.Param, s model.Scenario) (string, bool) {
	if organisation(p) {
		return model.Rejudge(f.plan, s, s.Needs), true
	}
	plan, err := f.study.plan(s)
	return plan.Verdict, err == nil
}

// answers tries the other answer, or both where none is given.
func (f *flipScan) answers(p model.Param) []Flip {
	var flips []Flip
	given, known := model.ParamValue(f.scenario, p.Name)
	for _, answer := range []string{"true", "false"} {
		if known && answer == given {
			continue
		}
		s := f.scenario
		if err := model.SetParam(&s, p.Name, answer); err != nil {
			continue
		}
		if v, ok := f.verdictOf(p, s); ok && v != f.plan.Verdict {
			flips = append(flips, Flip{
				Input: p.Name, From: given, To: answer, StepBefore: given, Change: 1, Verdict: v,
				Text: "With " + p.Name + " = " + answer + ": " + model.VerdictTitle(v),
			})
		}
	}
	return flips
}

// number scans a numeric input both ways. It reports false for an input that has no
// single present value.
func (f *flipScan) number(p model.Param) ([]Flip, ScanRange, bool) {
	k, ok := paramKnob(p, f.scenario, f.plan, stepOf(p))
	steps := f.effort.steps(effortOfFlips, flipSteps)
	if p.Name == "services" {
		steps = f.effort.steps(effortOfFlips, serviceSteps)
	}
	if organisation(p) {
		steps = organisationSteps
		if !ok { // unknown counts as unmet: look at every answer from the least upwards
			k.from, k.unknown, ok = k.min-k.step, true, true
		}
	}
	if !ok {
		return nil, ScanRange{}, false
	}
	var flips []Flip
	below, above := f.scan(steps, func(n int) next {
		s, ok := k.turned(f.scenario, n)
		if !ok {
			return refused
		}
		v, ok := f.verdictOf(p, s)
		switch {
		case !ok:
			return refused
		case v == f.plan.Verdict:
			return goOn
		}
		flips = append(flips, f.flip(k, n, v))
		return enough
	})
	return flips, k.reached(below, above), true
}

// organisationSteps is how far answers are scanned; they need no packing.
const organisationSteps = 1_000

// flip describes a change of verdict n steps away.
func (f *flipScan) flip(k knob, n int, verdict string) Flip {
	to, _ := k.at(n)
	before, _ := k.at(n - n/max(n, -n))
	flip := Flip{
		Input: k.name, Unit: k.unit, From: text(k.from), To: text(to), StepBefore: text(before), Step: k.step, Verdict: verdict,
		Change: rounded(math.Abs(to-k.from)/max(math.Abs(k.from), k.step), 4),
	}
	instead := " instead of " + flip.From
	if k.unknown {
		flip.From, instead = "", ""
		flip.Change = 1
		if n == 1 {
			flip.StepBefore = ""
		}
	}
	flip.Text = "With " + k.name + " = " + flip.To + instead + ": " + model.VerdictTitle(verdict)
	return flip
}
