package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"meshplan/internal/model"
)

// MaxDraws is how many worlds may be sampled.
const MaxDraws = 10_000

// DefaultDraws is how many worlds are sampled when nothing else is asked for: fewer, down
// to LeastDraws, for scenarios that are slow to plan.
const (
	DefaultDraws = 1_000
	LeastDraws   = 50
)

// UncertaintyResult is the plan over sampled worlds.
type UncertaintyResult struct {
	Draws       int                  `json:"draws"` // worlds that were planned; 1 when nothing is uncertain
	Seed        int64                `json:"seed"`
	Inputs      []UncertainInput     `json:"inputs"`    // what differs between worlds
	Workloads   []VaryingWorkload    `json:"workloads"` // whose replicas differ
	Patterns    []PatternUncertainty `json:"patterns"`
	Verdicts    []VerdictShare       `json:"verdicts"` // the commonest first
	Tornado     []TornadoBar         `json:"tornado"`  // the widest first, for the chosen pattern
	Chosen      string               `json:"chosen"`
	Unplanned   int                  `json:"unplanned"` // worlds in which not even the application fits
	Interrupted bool                 `json:"interrupted"`
}

// PatternUncertainty is what a pattern comes to over all worlds. Growth is that of cost,
// or of nodes where nodes have no price, each world against its own baseline.
type PatternUncertainty struct {
	Pattern     string   `json:"pattern"`
	Placed      int      `json:"placed"` // worlds in which its pods fit
	Nodes       *Spread  `json:"nodes"`  // null when placed nowhere
	MonthlyCost *Spread  `json:"monthly_cost_usd"`
	Growth      *Spread  `json:"growth"` // null without a baseline
	Doubling    *float64 `json:"doubling_probability"`
	Histogram   []Bin    `json:"histogram"` // of growth
	Envelope    Envelope `json:"envelope"`
}

// Spread is the value of the plan itself and percentiles over worlds.
type Spread struct {
	Plan float64 `json:"plan"`
	P5   float64 `json:"p5"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	Mean float64 `json:"mean"`
}

// Bin counts worlds with From ≤ value < To; the last bin includes To.
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Count int     `json:"count"`
}

// VerdictShare is the share of worlds with a verdict.
type VerdictShare struct {
	Verdict string  `json:"verdict"`
	Share   float64 `json:"share"`
}

// Uncertainty plans the scenario in that many sampled worlds; 0 means [DefaultDraws].
// doc.go says how worlds are drawn. The seed is the scenario's, else 1. The error is that
// of [model.Evaluate], or a *model.LimitError for more than [MaxDraws].
func Uncertainty(ctx context.Context, s model.Scenario, c model.Catalog, draws int, progress Progress) (UncertaintyResult, error) {
	if err := checkDraws(draws); err != nil {
		return UncertaintyResult{}, err
	}
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return UncertaintyResult{}, err
	}
	if draws == 0 {
		draws = effortOf(s, plan).within(effortOfSamples, LeastDraws, DefaultDraws)
	}
	out := UncertaintyResult{Seed: 1, Inputs: uncertainInputs(s, plan), Workloads: varyingWorkloads(s), Chosen: chosenPattern(plan), Tornado: []TornadoBar{}}
	if s.Run.Seed != nil {
		out.Seed = *s.Run.Seed
	}
	if len(out.Inputs) == 0 {
		out.Inputs, draws = []UncertainInput{}, 1
	}
	bars := barsOf(out.Inputs)
	st.expect(draws + 2*len(bars))
	worlds := newTally(plan, draws)
	sample := newSampler(out.Inputs, draws, uint64(out.Seed))
	for i := 0; i < draws && !st.interrupted(); i++ {
		at, ok := st.inWorld(s, out.Inputs, sample.values(i))
		worlds.add(at, ok)
		st.advance(1)
	}
	out.Draws, out.Unplanned, out.Patterns, out.Verdicts = worlds.count, worlds.unplanned, worlds.patterns(), worlds.verdictShares()
	for i, e := range st.envelopes(s, out.Inputs) {
		out.Patterns[i].Envelope = e
	}
	out.Tornado = st.tornado(s, plan, out.Inputs, bars, out.Chosen)
	out.Interrupted = st.interrupted()
	return out, nil
}

func checkDraws(draws int) error {
	field := model.FieldError{Field: "draws", Value: fmt.Sprint(draws), Rule: "limit", Fix: fmt.Sprintf("Give draws from 1 to %d", MaxDraws)}
	switch {
	case draws < 0:
		field.Rule, field.Message = "range", "draws is negative"
		return &model.InputError{Fields: []model.FieldError{field}}
	case draws > MaxDraws:
		field.Message = fmt.Sprintf("%d draws are more than the %d that can be planned", draws, MaxDraws)
		return &model.LimitError{FieldError: field}
	}
	return nil
}

// inWorld plans one world; ok is false where the application does not fit.
func (st *study) inWorld(s model.Scenario, inputs []UncertainInput, values []float64) (model.Plan, bool) {
	w, wrong := world(s, inputs, values)
	if wrong != nil {
		return model.Plan{}, false
	}
	plan, err := st.plan(w)
	return plan, err == nil
}

// tally collects the results of worlds.
type tally struct {
	plan      model.Plan
	count     int
	unplanned int
	nodes     [][]float64 // by pattern
	cost      [][]float64
	growth    [][]float64
	doubled   []int
	verdicts  map[string]int
}

func newTally(plan model.Plan, draws int) *tally {
	n := len(plan.Results)
	t := &tally{plan: plan, nodes: make([][]float64, n), cost: make([][]float64, n), growth: make([][]float64, n), doubled: make([]int, n), verdicts: map[string]int{}}
	for i := range n {
		t.nodes[i], t.cost[i] = make([]float64, 0, draws), make([]float64, 0, draws)
	}
	return t
}

func (t *tally) add(plan model.Plan, ok bool) {
	t.count++
	if !ok {
		t.unplanned++
		return
	}
	t.verdicts[plan.Verdict]++
	for i := range plan.Results {
		r := &plan.Results[i]
		if r.Status == statusInfeasible {
			continue
		}
		t.nodes[i] = append(t.nodes[i], float64(r.Nodes))
		t.cost[i] = append(t.cost[i], r.MonthlyCostUSD)
		if g := growthOf(r); g != nil {
			t.growth[i] = append(t.growth[i], *g)
			if r.Doubles != nil && *r.Doubles {
				t.doubled[i]++
			}
		}
	}
}

func (t *tally) patterns() []PatternUncertainty {
	list := make([]PatternUncertainty, len(t.plan.Results))
	for i := range t.plan.Results {
		r := &t.plan.Results[i]
		p := PatternUncertainty{Pattern: r.Pattern, Placed: len(t.nodes[i]), Histogram: histogram(t.growth[i])}
		p.Nodes, p.MonthlyCost = spread(t.nodes[i], float64(r.Nodes), 0), spread(t.cost[i], r.MonthlyCostUSD, 2)
		if own := growthOf(r); own != nil && len(t.growth[i]) > 0 {
			p.Growth = spread(t.growth[i], *own, 4)
			share := rounded(float64(t.doubled[i])/float64(len(t.growth[i])), 4)
			p.Doubling = &share
		}
		list[i] = p
	}
	return list
}

// spread sorts the values; nil when there are none.
func spread(values []float64, plan float64, decimals int) *Spread {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	at := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, values, nil) }
	return &Spread{Plan: plan, P5: at(0.05), P50: at(0.5), P95: at(0.95), Mean: rounded(stat.Mean(values, nil), max(decimals, 2))}
}

// histogramBins is how many bins a histogram has, unless all values are equal.
const histogramBins = 20

// histogram counts sorted or unsorted values in equal bins.
func histogram(values []float64) []Bin {
	if len(values) == 0 {
		return []Bin{}
	}
	least, most := slices.Min(values), slices.Max(values)
	if least == most {
		return []Bin{{From: least, To: most, Count: len(values)}}
	}
	bins := make([]Bin, histogramBins)
	width := (most - least) / histogramBins
	for i := range bins {
		bins[i].From, bins[i].To = rounded(least+float64(i)*width, 6), rounded(least+float64(i+1)*width, 6)
	}
	for _, v := range values {
		bins[min(int((v-least)/width), histogramBins-1)].Count++
	}
	return bins
}

func (t *tally) verdictShares() []VerdictShare {
	list := []VerdictShare{}
	planned := t.count - t.unplanned
	for verdict, n := range t.verdicts {
		list = append(list, VerdictShare{Verdict: verdict, Share: rounded(float64(n)/float64(planned), 4)})
	}
	slices.SortFunc(list, func(a, b VerdictShare) int {
		if byShare := compare(b.Share, a.Share); byShare != 0 {
			return byShare
		}
		return strings.Compare(a.Verdict, b.Verdict)
	})
	return list
}
