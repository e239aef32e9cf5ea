package analysis

import (
	"context"
	"reflect"
	"slices"

	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// StripServices is the last service count of a strip.
const StripServices = 500

// StripResult is the verdict and the growth by number of services, from 1 to
// [StripServices], with everything else as the scenario has it.
type StripResult struct {
	Step        int64            `json:"step"` // services between points: 1, more only for scenarios that are slow to plan
	Points      []StripPoint     `json:"points"`
	You         *StripPoint      `json:"you"`        // the scenario itself
	Verdicts    []StripSegment   `json:"verdicts"`   // runs of one verdict
	Candidates  []StripSegment   `json:"candidates"` // runs of the pattern the needs point to; "" while no mesh is wanted
	Cheapest    []StripSegment   `json:"cheapest"`   // runs of the mesh pattern that costs least
	Thresholds  []StripThreshold `json:"thresholds"` // by preset
	Bands       []StripBand      `json:"bands"`      // intervals of the curves; none when no uncertain figure moves a node
	Interrupted bool             `json:"interrupted"`
}

// StripPoint is the plan at one number of services.
type StripPoint struct {
	Services  int64          `json:"services"`
	Verdict   string         `json:"verdict"`
	Candidate string         `json:"candidate"`
	Results   []PatternPoint `json:"results"` // none when Error says why
	Error     string         `json:"error,omitempty"`
}

// StripSegment is a run of points that agree; both ends are points of the strip.
type StripSegment struct {
	From  int64  `json:"from"`
	To    int64  `json:"to"`
	Value string `json:"value"` // verdict or pattern
}

// StripThreshold is a preset's opinion on how many services a mesh takes.
type StripThreshold struct {
	Preset     string  `json:"preset"`
	Title      string  `json:"title"`
	AvoidBelow float64 `json:"avoid_below"` // services
	UseFrom    float64 `json:"use_from"`    // services
	OpinionOf  string  `json:"opinion_of"`  // the preset whose thresholds they are
	FactID     string  `json:"fact_id"`     // of UseFrom
	Source     string  `json:"source"`
}

// StripBand is the interval of the curves at one number of services: percentiles over
// [BandDraws] sampled worlds.
type StripBand struct {
	Services int64         `json:"services"`
	Patterns []BandPattern `json:"patterns"`
}

// BandPattern is one pattern's interval; null where its pods fit in no world, or there
// is no baseline.
type BandPattern struct {
	Pattern     string  `json:"pattern"`
	Growth      *Spread `json:"growth"`
	MonthlyCost *Spread `json:"monthly_cost_usd"`
}

// BandDraws is how many worlds stand behind each interval of a strip.
const BandDraws = 60

// Strip plans the scenario at every number of services from 1 to [StripServices]; each
// point equals the one [Sweep] gives. A scenario that is slow to plan is taken in larger
// steps, which the result states. The error is that of [model.Evaluate].
func Strip(ctx context.Context, s model.Scenario, c model.Catalog, progress Progress) (StripResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return StripResult{}, err
	}
	out := StripResult{Step: effortOf(s, plan).every(StripServices, 1), Points: []StripPoint{}, Bands: []StripBand{}, Thresholds: thresholds()}
	out.You = &StripPoint{
		Services: plan.Application.Services, Verdict: plan.Verdict,
		Candidate: plan.Reasoning.Candidate, Results: patternPoints(plan),
	}
	counts := stripCounts(out.Step)
	bands := st.newBands(s, plan)
	st.expect(len(counts) + len(bands.counts)*BandDraws)
	axes := []Axis{{Name: "services"}}
	for _, n := range counts {
		if st.interrupted() {
			out.Interrupted = true
			break
		}
		p := st.point(s, axes, []float64{float64(n)})
		out.Points = append(out.Points, StripPoint{
			Services: n, Verdict: p.Verdict, Candidate: p.Candidate, Results: p.Results, Error: p.Error,
		})
		st.advance(1)
	}
	if !out.Interrupted {
		out.Bands = st.bands(bands)
		out.Interrupted = st.interrupted()
	}
	out.Verdicts = segments(out.Points, func(p StripPoint) string { return p.Verdict })
	out.Candidates = segments(out.Points, func(p StripPoint) string { return p.Candidate })
	out.Cheapest = segments(out.Points, cheapestMesh)
	return out, nil
}

// leastBandStep is how many services lie between two intervals of a strip, more for
// scenarios that are slow to plan.
const leastBandStep = 25

// bandSpec is where worlds are sampled along the strip, and what differs between them.
type bandSpec struct {
	scenario model.Scenario
	inputs   []UncertainInput
	counts   []int64 // none when no figure moves anything
}

func (st *study) newBands(s model.Scenario, plan model.Plan) bandSpec {
	b := bandSpec{scenario: s, inputs: slices.DeleteFunc(uncertainInputs(s, plan), func(u UncertainInput) bool { return u.Name == "services" })}
	if st.moved(s, b.inputs) {
		b.counts = stripCounts(max(effortOf(s, plan).every(StripServices, BandDraws), leastBandStep))
	}
	return b
}

// bands samples worlds at every 25th number of services.
func (st *study) bands(b bandSpec) []StripBand {
	s, bands := b.scenario, []StripBand{}
	seed := int64(1)
	if s.Run.Seed != nil {
		seed = *s.Run.Seed
	}
	sample := newSampler(b.inputs, BandDraws, uint64(seed))
	for _, n := range b.counts {
		s.Quick.Services = &n
		own, err := st.plan(s)
		if err != nil {
			st.advance(BandDraws)
			continue
		}
		worlds := newTally(own, BandDraws)
		for i := 0; i < BandDraws; i++ {
			if st.interrupted() {
				return bands
			}
			worlds.add(st.inWorld(s, b.inputs, sample.values(i)))
			st.advance(1)
		}
		band := StripBand{Services: n}
		for _, p := range worlds.patterns() {
			band.Patterns = append(band.Patterns, BandPattern{Pattern: p.Pattern, Growth: p.Growth, MonthlyCost: p.MonthlyCost})
		}
		bands = append(bands, band)
	}
	return bands
}

// moved says whether any uncertain figure changes what is packed.
func (st *study) moved(s model.Scenario, inputs []UncertainInput) bool {
	low, high := st.corner(s, inputs, false), st.corner(s, inputs, true)
	return len(inputs) > 0 && !reflect.DeepEqual(low, high)
}

// stripCounts are 1, then the multiples of the step.
func stripCounts(step int64) []int64 {
	counts := []int64{1}
	for n := step; n <= StripServices; n += step {
		if n > 1 {
			counts = append(counts, n)
		}
	}
	return counts
}

// segments joins neighbouring points of the same value; points with an error have none.
func segments(points []StripPoint, value func(StripPoint) string) []StripSegment {
	out := []StripSegment{}
	broken := true
	for _, p := range points {
		if p.Error != "" {
			broken = true
			continue
		}
		v := value(p)
		if last := len(out) - 1; !broken && out[last].Value == v {
			out[last].To = p.Services
			continue
		}
		out = append(out, StripSegment{From: p.Services, To: p.Services, Value: v})
		broken = false
	}
	return out
}

// cheapestMesh is the pattern that encrypts between services at least cost, the first in
// the order of results where cost is equal.
func cheapestMesh(p StripPoint) string {
	best := -1
	for i, r := range p.Results {
		if r.Pattern == model.PatternNone || r.Pattern == model.PatternGateway || r.Status == statusInfeasible {
			continue
		}
		if best < 0 || cheaper(r, p.Results[best]) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return p.Results[best].Pattern
}

func cheaper(a, b PatternPoint) bool {
	if a.MonthlyCostUSD != b.MonthlyCostUSD {
		return a.MonthlyCostUSD < b.MonthlyCostUSD
	}
	return a.Nodes < b.Nodes
}

// statusInfeasible marks a pattern with a pod that fits on no node.
const statusInfeasible = string(pack.Infeasible)

// thresholds lists what each preset holds of service counts.
func thresholds() []StripThreshold {
	var list []StripThreshold
	for _, preset := range facts.Presets() {
		avoid, _ := preset.Assume("services_avoid_below")
		use, _ := preset.Assume("services_use_from")
		list = append(list, StripThreshold{
			Preset: preset.ID, Title: preset.Title, AvoidBelow: avoid.Typical(), UseFrom: use.Typical(),
			OpinionOf: use.PresetID, FactID: use.Fact.ID, Source: use.Fact.Source,
		})
	}
	return list
}
