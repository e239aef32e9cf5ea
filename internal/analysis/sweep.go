package analysis

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"meshplan/internal/model"
)

// MaxSweepPoints is how many points a sweep may have.
const MaxSweepPoints = 5_000

// Axis is an input that is swept: From, From+Step, and so on, up to To.
type Axis struct {
	Name string  `json:"name"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Step float64 `json:"step"`
}

// SweepSpec says what is swept: one input, or two against each other.
type SweepSpec struct {
	Axes []Axis `json:"axes"`
}

// SweepResult is a plan for every combination of the swept values. The first axis moves
// slowest.
type SweepResult struct {
	Axes        []Axis       `json:"axes"`
	Points      []SweepPoint `json:"points"`
	Interrupted bool         `json:"interrupted"` // stopped early: later points are missing
}

// SweepPoint is the plan at one combination of values, as [model.Evaluate] gives it.
type SweepPoint struct {
	Values    []float64      `json:"values"` // one per axis
	Verdict   string         `json:"verdict"`
	Candidate string         `json:"candidate"` // the pattern the needs point to, also when a gate is closed
	Results   []PatternPoint `json:"results"`   // one per pattern; none when Error says why
	Error     string         `json:"error,omitempty"`

	plan model.Plan
}

// PatternPoint is one pattern's numbers at a point; the fields are those of
// [model.Result].
type PatternPoint struct {
	Pattern                  string   `json:"pattern"`
	Nodes                    int64    `json:"nodes"`
	NodesLowerBound          int64    `json:"nodes_lower_bound"`
	MonthlyCostUSD           float64  `json:"monthly_cost_usd"`
	MonthlyCostLowerBoundUSD float64  `json:"monthly_cost_lower_bound_usd"`
	CostGrowth               *float64 `json:"cost_growth"`
	NodeGrowth               *float64 `json:"node_growth"`
	CPUGrowth                *float64 `json:"cpu_growth"`
	MemoryGrowth             *float64 `json:"memory_growth"`
	Doubles                  *bool    `json:"doubles"`
	BindingResource          string   `json:"binding_resource"`
	Status                   string   `json:"status"`
}

// Rows are the point's results in the columns of [model.Columns], for CSV. A point that
// could not be planned has one row with its error alone.
func (p SweepPoint) Rows() []model.Row {
	if p.Error == "" {
		return model.Rows(p.plan)
	}
	row := make(model.Row, len(model.Columns))
	for i, column := range model.Columns {
		if column == "error" {
			row[i] = p.Error
		}
	}
	return []model.Row{row}
}

// Sweep plans the scenario at every combination of the swept values. A value at which
// the scenario cannot be planned gives a point with an error. The error is an
// *model.InputError for a wrong spec or scenario, a *model.LimitError for too many points.
func Sweep(ctx context.Context, s model.Scenario, c model.Catalog, spec SweepSpec, progress Progress) (SweepResult, error) {
	values, err := spec.values()
	if err != nil {
		return SweepResult{}, err
	}
	if err := model.Validate(s, c); err != nil {
		return SweepResult{}, err
	}
	out := SweepResult{Axes: spec.Axes, Points: []SweepPoint{}}
	st := newStudy(ctx, c, progress)
	st.model.Compare = true // a point's row has every column of a plan's
	st.expect(len(values))
	for _, at := range values {
		if st.interrupted() {
			out.Interrupted = true
			break
		}
		out.Points = append(out.Points, st.point(s, spec.Axes, at))
		st.advance(1)
	}
	return out, nil
}

// point plans one combination of values.
func (st *study) point(s model.Scenario, axes []Axis, at []float64) SweepPoint {
	p := SweepPoint{Values: at, Results: []PatternPoint{}}
	for i, axis := range axes {
		if err := model.SetParam(&s, axis.Name, text(at[i])); err != nil {
			p.Error = err.Error()
			return p
		}
	}
	plan, err := st.plan(s)
	if err != nil {
		p.Error = err.Error()
		return p
	}
	p.Verdict, p.Candidate, p.Results = plan.Verdict, plan.Reasoning.Candidate, patternPoints(plan)
	p.plan = model.Plan{ModelVersion: plan.ModelVersion, AsOf: plan.AsOf, Verdict: plan.Verdict, Results: withoutParts(plan.Results)}
	return p
}

func patternPoints(plan model.Plan) []PatternPoint {
	points := make([]PatternPoint, len(plan.Results))
	for i, r := range plan.Results {
		points[i] = PatternPoint{
			Pattern: r.Pattern, Nodes: r.Nodes, NodesLowerBound: r.NodesLowerBound,
			MonthlyCostUSD: r.MonthlyCostUSD, MonthlyCostLowerBoundUSD: r.MonthlyCostLowerBoundUSD,
			CostGrowth: r.CostGrowth, NodeGrowth: r.NodeGrowth, CPUGrowth: r.CPUGrowth, MemoryGrowth: r.MemoryGrowth,
			Doubles: r.Doubles, BindingResource: r.BindingResource, Status: r.Status,
		}
	}
	return points
}

// withoutParts drops what no row shows.
func withoutParts(results []model.Result) []model.Result {
	for i := range results {
		results[i].Parts, results[i].NodeGroups, results[i].Layouts = nil, nil, nil
	}
	return results
}

// values checks the spec and lists the combinations.
func (spec SweepSpec) values() ([][]float64, error) {
	if n := len(spec.Axes); n < 1 || n > 2 {
		return nil, sweepError("over", strconv.Itoa(n), "count", fmt.Sprintf("a sweep goes over one or two inputs, not %d", n), "Name one input, or two with a comma between them")
	}
	if len(spec.Axes) == 2 && spec.Axes[0].Name == spec.Axes[1].Name {
		return nil, sweepError("over", spec.Axes[0].Name, "repeated", "both inputs are "+spec.Axes[0].Name, "Name two different inputs")
	}
	combined := [][]float64{nil}
	for _, axis := range spec.Axes {
		points, err := axis.count()
		if err != nil {
			return nil, err
		}
		if len(combined)*points > MaxSweepPoints {
			return nil, &model.LimitError{FieldError: model.FieldError{
				Field: "step", Value: text(axis.Step), Rule: "limit",
				Message: fmt.Sprintf("the sweep has more than %d points", MaxSweepPoints), Fix: "Give a larger step or a shorter range",
			}}
		}
		var next [][]float64
		for _, head := range combined {
			for i := range points {
				next = append(next, append(append([]float64(nil), head...), tidy(axis.From+float64(i)*axis.Step)))
			}
		}
		combined = next
	}
	return combined, nil
}

// count checks one axis and says how many values it has.
func (a Axis) count() (int, error) {
	p, known := model.ParamByName(a.Name)
	if !known || p.Type != "integer" && p.Type != "number" {
		return 0, sweepError("over", a.Name, "one_of", strconv.Quote(a.Name)+" is not a numeric input", "Use "+model.Nearest(a.Name, numericNames()))
	}
	for _, end := range []struct {
		name  string
		value float64
	}{{"from", a.From}, {"to", a.To}, {"step", a.Step}} {
		if math.IsNaN(end.value) || math.IsInf(end.value, 0) || p.Type == "integer" && end.value != math.Trunc(end.value) {
			return 0, sweepError(end.name, text(end.value), p.Type, end.name+" is not "+p.Allowed(), "Give "+end.name+" as a number that "+a.Name+" can take")
		}
	}
	switch {
	case a.Step <= 0:
		return 0, sweepError("step", text(a.Step), "range", "step is not above 0", "Give step above 0")
	case a.To < a.From:
		return 0, sweepError("to", text(a.To), "range", "to is below from", "Give from ≤ to")
	case p.Min != nil && (a.From < *p.Min || p.MinExclusive && a.From == *p.Min):
		return 0, sweepError("from", text(a.From), "range", "from is outside what "+a.Name+" can be: "+p.Allowed(), "Give from inside that range")
	case p.Max != nil && a.To > *p.Max:
		return 0, sweepError("to", text(a.To), "range", "to is outside what "+a.Name+" can be: "+p.Allowed(), "Give to inside that range")
	}
	points := math.Floor((a.To-a.From)/a.Step+1e-9) + 1
	return int(min(points, MaxSweepPoints+1)), nil
}

func numericNames() []string {
	var names []string
	for _, p := range model.Params() {
		if p.Type == "integer" || p.Type == "number" {
			names = append(names, p.Name)
		}
	}
	return names
}

func sweepError(field, value, rule, message, fix string) error {
	return &model.InputError{Fields: []model.FieldError{{Field: field, Value: value, Rule: rule, Message: message, Fix: fix}}}
}
