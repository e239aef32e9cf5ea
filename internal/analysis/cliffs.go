package analysis

import (
	"context"
	"math"
	"strconv"

	"meshplan/internal/model"
)

// CliffsResult says for each pattern how far each input is from the next value at which
// a node is added or saved.
type CliffsResult struct {
	Chosen      string      `json:"chosen"` // the verdict's pattern, else the one the needs point to, else sidecar
	Cliffs      []Cliff     `json:"cliffs"` // by input, then pattern; up before down
	Scanned     []ScanRange `json:"scanned"`
	Interrupted bool        `json:"interrupted"`
}

// Cliff is the nearest scanned value of an input, in one direction, at which a pattern
// takes another number of nodes. At StepBefore, one step nearer, it still takes Nodes.
type Cliff struct {
	Input         string  `json:"input"`
	Unit          string  `json:"unit,omitempty"`
	Pattern       string  `json:"pattern"`
	Chosen        bool    `json:"chosen"`
	Direction     string  `json:"direction"` // up or down: where the value lies
	From          string  `json:"from"`      // the scenario's own value
	At            string  `json:"at"`
	StepBefore    string  `json:"step_before"`
	Distance      float64 `json:"distance"` // |At − From|
	Step          float64 `json:"step"`
	Nodes         int64   `json:"nodes"`           // now
	NodesAt       int64   `json:"nodes_at"`        // at the cliff
	CostChangeUSD float64 `json:"cost_change_usd"` // a month, at the cliff against now
	Text          string  `json:"text"`
}

// cliffSteps is how many steps an input is scanned each way, when planning is quick.
const cliffSteps = 500

// Cliffs scans the requests of proxies and pods in steps of 1m and 1 MiB, requests a
// second and services in steps of one, headroom in steps of 0.01. For a list of
// workloads, pod requests are scanned as an amount added to every row. The error is that
// of [model.Evaluate].
func Cliffs(ctx context.Context, s model.Scenario, c model.Catalog, progress Progress) (CliffsResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return CliffsResult{}, err
	}
	out := CliffsResult{Chosen: chosenPattern(plan), Cliffs: []Cliff{}, Scanned: []ScanRange{}}
	knobs := cliffKnobs(s, plan)
	st.expect(len(knobs))
	steps := effortOf(s, plan).steps(effortOfScan, cliffSteps)
	for _, k := range knobs {
		if st.interrupted() {
			break
		}
		cliffs, reached := st.cliffs(k, s, plan, steps)
		for i := range cliffs {
			cliffs[i].Chosen = cliffs[i].Pattern == out.Chosen
		}
		out.Cliffs = append(out.Cliffs, cliffs...)
		out.Scanned = append(out.Scanned, reached)
		st.advance(1)
	}
	out.Interrupted = st.interrupted()
	return out, nil
}

// chosenPattern is the pattern to look at first.
func chosenPattern(plan model.Plan) string {
	for _, id := range []string{plan.Verdict, plan.Reasoning.Candidate} {
		if r := resultOf(plan, id); r != nil {
			return id
		}
	}
	return model.PatternSidecar
}

// cliffKnobs are the inputs that have a present value in this scenario.
func cliffKnobs(s model.Scenario, plan model.Plan) []knob {
	var knobs []knob
	for _, in := range []struct {
		name string
		step float64
	}{
		{"proxy_cpu_m", 1}, {"proxy_memory_mib", 1}, {"pod_cpu_m", 1}, {"pod_memory_mib", 1},
		{"rps_per_pod", 1}, {"services", 1}, {"headroom", 0.01},
	} {
		p, _ := model.ParamByName(in.name)
		k, ok := paramKnob(p, s, plan, in.step)
		if !ok && (in.name == "pod_cpu_m" || in.name == "pod_memory_mib") {
			k, ok = everyRow(p, s), true
		}
		if ok {
			knobs = append(knobs, k)
		}
	}
	return knobs
}

// everyRow is a knob that adds the same to the request of every row of a list.
func everyRow(p model.Param, s model.Scenario) knob {
	request := func(w *model.Workload) *int64 {
		if p.Name == "pod_memory_mib" {
			return &w.PodMemoryMiB
		}
		return &w.PodCPUMillicores
	}
	least, most := int64(math.MaxInt64), int64(0)
	for i := range s.Workloads {
		least, most = min(least, *request(&s.Workloads[i])), max(most, *request(&s.Workloads[i]))
	}
	return knob{
		name: p.Name, unit: p.Unit, integer: true, step: 1,
		min: -float64(least), max: *p.Max - float64(most), note: "added to every row of the list",
		set: func(s model.Scenario, v float64) (model.Scenario, *model.FieldError) {
			rows := make([]model.Workload, len(s.Workloads))
			copy(rows, s.Workloads)
			for i := range rows {
				*request(&rows[i]) += int64(v)
			}
			s.Workloads = rows
			return s, nil
		},
	}
}

// cliffs scans one knob for every pattern at once.
func (st *study) cliffs(k knob, s model.Scenario, plan model.Plan, steps int) ([]Cliff, ScanRange) {
	type side struct{ up, down *Cliff }
	seen := make([]side, len(plan.Results))
	below, above := st.scan(steps, func(n int) next {
		turned, ok := k.turned(s, n)
		if !ok {
			return refused
		}
		at, err := st.plan(turned)
		if err != nil {
			return refused
		}
		missing := 0
		for i := range plan.Results {
			slot := &seen[i].up
			if n < 0 {
				slot = &seen[i].down
			}
			if *slot == nil {
				*slot = k.cliff(n, &plan.Results[i], &at.Results[i])
			}
			if *slot == nil {
				missing++
			}
		}
		if missing == 0 {
			return found
		}
		return goOn
	})
	var cliffs []Cliff
	for _, both := range seen {
		for _, c := range []*Cliff{both.up, both.down} {
			if c != nil {
				cliffs = append(cliffs, *c)
			}
		}
	}
	return cliffs, k.reached(below, above)
}

// cliff compares a pattern n steps away with now; nil if it takes as many nodes, or
// cannot be placed at either.
func (k knob) cliff(n int, now, there *model.Result) *Cliff {
	if now.Nodes == there.Nodes || now.Status == statusInfeasible || there.Status == statusInfeasible {
		return nil
	}
	at, _ := k.at(n)
	direction, nearer := "up", n-1
	if n < 0 {
		direction, nearer = "down", n+1
	}
	before, _ := k.at(nearer)
	c := &Cliff{
		Input: k.name, Unit: k.unit, Pattern: now.Pattern, Direction: direction,
		From: text(k.from), At: text(at), StepBefore: text(before), Step: k.step, Distance: tidy(math.Abs(at - k.from)),
		Nodes: now.Nodes, NodesAt: there.Nodes, CostChangeUSD: rounded(there.MonthlyCostUSD-now.MonthlyCostUSD, 2),
	}
	c.Text = k.cliffText(c)
	return c
}

func (k knob) cliffText(c *Cliff) string {
	change := "adds " + countNodes(c.NodesAt-c.Nodes)
	if c.NodesAt < c.Nodes {
		change = "saves " + countNodes(c.Nodes-c.NodesAt)
	}
	if k.note != "" {
		return c.Input + " " + c.At + " " + k.note + " " + change
	}
	return c.Input + " = " + c.At + " " + change
}

func countNodes(n int64) string {
	if n == 1 {
		return "one node"
	}
	return strconv.FormatInt(n, 10) + " nodes"
}
