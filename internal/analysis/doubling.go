package analysis

import (
	"context"
	"math"

	"meshplan/internal/model"
)

// DoublingResult says when "the cluster doubles" is true for this scenario: a line for
// each request of pods and proxies, with everything else as it is.
type DoublingResult struct {
	Lines       []DoublingLine `json:"lines"`
	Interrupted bool           `json:"interrupted"`
}

// DoublingLine is one input scanned upwards. Small pods double and large ones do not;
// with proxies it is the other way round.
type DoublingLine struct {
	Input    string            `json:"input"`
	Unit     string            `json:"unit,omitempty"`
	Note     string            `json:"note,omitempty"` // what the values mean, where they are not the input's own
	You      string            `json:"you"`            // the scenario's own value
	From     string            `json:"from"`           // first and last scanned value
	To       string            `json:"to"`
	Step     float64           `json:"step"`
	Patterns []DoublingPattern `json:"patterns"`
}

// DoublingPattern is where growth crosses two. Growth is that of cost, or of nodes where
// nodes have no price.
type DoublingPattern struct {
	Pattern     string          `json:"pattern"`
	YouGrowth   *float64        `json:"you_growth"`
	YouDouble   *bool           `json:"you_double"`
	DoublesFrom *float64        `json:"doubles_from"` // least and greatest scanned value that doubles; null when none does
	DoublesTo   *float64        `json:"doubles_to"`
	Points      []DoublingPoint `json:"points"`
	Text        string          `json:"text"`
}

// DoublingPoint is the growth at one value; null without a baseline or where the pattern
// cannot be placed.
type DoublingPoint struct {
	Value  float64  `json:"value"`
	Growth *float64 `json:"growth"`
}

// doublingPoints is how many values a line has, when planning is quick.
const doublingPoints = 200

// Doubling scans pod and proxy requests, each alone. For a list of workloads the pod
// lines scale every row's own request. The error is that of [model.Evaluate].
func Doubling(ctx context.Context, s model.Scenario, c model.Catalog, progress Progress) (DoublingResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return DoublingResult{}, err
	}
	points := effortOf(s, plan).within(effortOfScan, 2*leastSteps, doublingPoints)
	knobs := doublingKnobs(s, plan, points)
	out := DoublingResult{Lines: []DoublingLine{}}
	st.expect(len(knobs) * points)
	for i, k := range knobs {
		if st.interrupted() {
			break
		}
		out.Lines = append(out.Lines, st.doublingLine(k, s, plan, points))
		st.advance((i+1)*points - st.done)
	}
	out.Interrupted = st.interrupted()
	return out, nil
}

// doublingKnobs begin at their least value: one step, or zero for proxies.
func doublingKnobs(s model.Scenario, plan model.Plan, points int) []knob {
	var knobs []knob
	for _, name := range []string{"pod_cpu_m", "pod_memory_mib", "proxy_cpu_m", "proxy_memory_mib"} {
		p, _ := model.ParamByName(name)
		pod := name == "pod_cpu_m" || name == "pod_memory_mib"
		k, ok := paramKnob(p, s, plan, stepOf(p))
		if !ok && pod && len(s.Workloads) > 0 {
			k, ok = scaledRows(p), true
		}
		if !ok {
			continue
		}
		// Twice the present value, and at least the points in the usual step.
		k.step *= math.Ceil(max(1, 2*k.from/k.step/float64(points)))
		knobs = append(knobs, k)
	}
	return knobs
}

// scaledRows is a knob that multiplies the request of every row.
func scaledRows(p model.Param) knob {
	return knob{
		name: p.Name, unit: "×", from: 1, step: 0.05, max: 100, note: "times each row's own request",
		set: func(s model.Scenario, factor float64) (model.Scenario, *model.FieldError) {
			rows := append([]model.Workload(nil), s.Workloads...)
			for i := range rows {
				request := &rows[i].PodCPUMillicores
				if p.Name == "pod_memory_mib" {
					request = &rows[i].PodMemoryMiB
				}
				*request = int64(math.Round(float64(*request) * factor))
			}
			s.Workloads = rows
			return s, nil
		},
	}
}

func (st *study) doublingLine(k knob, s model.Scenario, plan model.Plan, points int) DoublingLine {
	line := DoublingLine{Input: k.name, Unit: k.unit, Note: k.note, You: text(k.from), Step: k.step}
	for i := range plan.Results[1:] {
		r := &plan.Results[i+1]
		line.Patterns = append(line.Patterns, DoublingPattern{
			Pattern: r.Pattern, YouGrowth: growthOf(r), YouDouble: r.Doubles, Points: []DoublingPoint{},
		})
	}
	for n := 1; n <= points && !st.interrupted(); n++ {
		v := tidy(float64(n) * k.step)
		turned, wrong := k.set(s, v)
		if wrong != nil || v > k.max {
			break
		}
		at, err := st.plan(turned)
		if err != nil { // larger ones fit no better
			break
		}
		if line.From == "" {
			line.From = text(v)
		}
		line.To = text(v)
		for i := range line.Patterns {
			line.Patterns[i].add(v, &at.Results[i+1])
		}
		st.advance(1)
	}
	for i := range line.Patterns {
		line.Patterns[i].Text = line.text(&line.Patterns[i])
	}
	return line
}

// growthOf is cost growth, or node growth where nodes have no price.
func growthOf(r *model.Result) *float64 {
	if r.CostGrowth != nil {
		return r.CostGrowth
	}
	return r.NodeGrowth
}

func (d *DoublingPattern) add(value float64, r *model.Result) {
	d.Points = append(d.Points, DoublingPoint{Value: value, Growth: growthOf(r)})
	if r.Doubles == nil || !*r.Doubles {
		return
	}
	if d.DoublesFrom == nil {
		d.DoublesFrom = &value
	}
	d.DoublesTo = &value
}

// text says where the line crosses two, and where the user stands.
func (l *DoublingLine) text(d *DoublingPattern) string {
	title := model.VerdictTitle(d.Pattern)
	value := func(v float64) string { return text(v) + l.Unit }
	if l.Unit == "MiB" {
		value = func(v float64) string { return text(v) + " MiB" }
	}
	switch {
	case l.To == "":
		return ""
	case d.DoublesFrom == nil:
		return "With " + title + " nothing doubles at any " + l.Input + " from " + l.From + " to " + l.To
	case text(*d.DoublesFrom) == l.From && text(*d.DoublesTo) == l.To:
		return "With " + title + " it doubles at every " + l.Input + " from " + l.From + " to " + l.To
	case text(*d.DoublesFrom) == l.From:
		return "With " + title + " it doubles up to " + l.Input + " = " + value(*d.DoublesTo) + "; you have " + l.You
	case text(*d.DoublesTo) == l.To:
		return "With " + title + " it doubles from " + l.Input + " = " + value(*d.DoublesFrom) + " on; you have " + l.You
	}
	return "With " + title + " it doubles between " + l.Input + " = " + value(*d.DoublesFrom) + " and " + value(*d.DoublesTo) + "; you have " + l.You
}
