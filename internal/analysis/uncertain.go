package analysis

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// UncertainInput is a figure that differs from world to world.
type UncertainInput struct {
	Name    string  `json:"name"`
	Low     float64 `json:"low"` // 5 % of worlds lie below
	Typical float64 `json:"typical"`
	High    float64 `json:"high"`   // 5 % of worlds lie above
	Origin  string  `json:"origin"` // given, measured, or preset: the registry's own low and high
	Group   string  `json:"group"`  // inputs of one group rise and fall together
	FactID  string  `json:"fact_id,omitempty"`
	Source  string  `json:"source,omitempty"`

	least, most float64 // what the input can take
	given       bool    // the scenario gives the value itself
	integer     bool
}

// groups names inputs that have one cause, and therefore rise and fall together. What
// Envoy and istiod hold of configuration grows with the number of objects they see; a
// request costs a sidecar and a waypoint, both Envoy, alike.
var groups = map[string]string{
	"proxy_memory_base_mb": "configuration size", "envoy_kb_per_cluster": "configuration size",
	"envoy_kb_per_endpoint": "configuration size", "heap_slack": "configuration size",
	"clusters_per_service": "configuration size", "visible_services": "configuration size",
	"istiod_mb_per_proxy": "configuration size", "istiod_mb_per_proxy_scoped": "configuration size",
	"istiod_mb_per_proxy_churn": "configuration size", "istiod_mib_per_service": "configuration size",
	"proxy_vcpu_per_1000rps": "Envoy's CPU per request", "waypoint_vcpu_per_1000rps": "Envoy's CPU per request",
}

// uncertainInputs are the scenario's own intervals, those of the registry for the
// assumptions it leaves to its preset, and the replicas of autoscaled workloads. An interval without width is no uncertainty.
func uncertainInputs(s model.Scenario, plan model.Plan) []UncertainInput {
	assumed := map[string]bool{}
	for _, a := range facts.AssumptionNames() {
		assumed[a.Name] = true
	}
	preset := presetOf(s)
	var list []UncertainInput
	for _, used := range plan.Inputs {
		typical, err := strconv.ParseFloat(used.Value, 64)
		if err != nil || slices.ContainsFunc(list, func(u UncertainInput) bool { return u.Name == used.Name }) {
			continue
		}
		u := UncertainInput{Name: used.Name, Typical: typical, Low: typical, High: typical, Origin: model.OriginGiven, Group: used.Name}
		if group, ok := groups[used.Name]; ok {
			u.Group = group
		}
		if own, ok := s.Intervals[used.Name]; ok {
			u.stretch(own.Low, own.High)
			if own.Measured {
				u.Origin = model.OriginMeasured
			}
		} else if a, ok := preset.Assume(used.Name); ok && assumed[used.Name] && used.Origin == model.OriginPreset {
			low, high := a.Low(), a.High()
			u.stretch(&low, &high)
			u.Origin, u.FactID, u.Source = model.OriginPreset, a.Fact.ID, a.Fact.Source
		}
		if u.Low < u.High && used.Name != "seed" {
			list = append(list, u.limited(s))
		}
	}
	if u, ok := autoscaled(s); ok {
		list = append(list, u)
	}
	return list
}

// stretch widens the interval to the ends that are given.
func (u *UncertainInput) stretch(low, high *float64) {
	if low != nil {
		u.Low = min(u.Low, *low)
	}
	if high != nil {
		u.High = max(u.High, *high)
	}
}

// limited adds what the input can take at all.
func (u UncertainInput) limited(s model.Scenario) UncertainInput {
	u.most = math.Inf(1)
	p, isParam := model.ParamByName(u.Name)
	if !isParam {
		return u
	}
	_, u.given = model.ParamValue(s, u.Name)
	u.integer = p.Type == "integer"
	if p.Min != nil {
		u.least = *p.Min
		if p.MinExclusive {
			u.least += stepOf(p)
		}
	}
	if p.Max != nil {
		u.most = *p.Max
	}
	return u
}

// symmetric is the PERT distribution with its mode in the middle of [0, 1].
var symmetric = distuv.Beta{Alpha: 3, Beta: 3}

// reach is how far the 95th percentile of symmetric lies from its middle.
var reach = symmetric.Quantile(0.95) - 0.5

// at is the input in the world at quantile u: a PERT distribution stretched on either
// side of the typical value so that 5 % of worlds lie below Low and 5 % above High.
// shape is symmetric.Quantile(u) − ½.
func (u UncertainInput) at(shape float64) float64 {
	side := u.High - u.Typical
	if shape < 0 {
		side = u.Typical - u.Low
	}
	return u.clamp(u.Typical + side*shape/reach)
}

func (u UncertainInput) clamp(v float64) float64 {
	v = min(max(v, u.least), u.most)
	if u.integer {
		v = math.Round(v)
	}
	return v
}

// world is the scenario with the inputs at the given values. A figure that the scenario
// leaves open is set as the typical value of its interval, as the plan itself reads it.
func world(s model.Scenario, inputs []UncertainInput, values []float64) (model.Scenario, *model.FieldError) {
	intervals := maps.Clone(s.Intervals)
	if intervals == nil {
		intervals = map[string]model.Interval{}
	}
	for i, u := range inputs {
		if u.Name == AutoscaledPods {
			s.Workloads = scaledTo(s.Workloads, u, values[i])
			continue
		}
		if u.given {
			if err := model.SetParam(&s, u.Name, text(values[i])); err != nil {
				return s, err
			}
			delete(intervals, u.Name)
			continue
		}
		v := values[i]
		intervals[u.Name] = model.Interval{Typical: &v}
	}
	s.Intervals = intervals
	return s, nil
}

// sampler draws worlds: for every group of inputs one stratified sample of quantiles (a
// Latin hypercube), from a stream of its own, so that another input changes none of the
// others.
type sampler struct {
	inputs []UncertainInput
	shapes [][]float64 // by input, then draw; inputs of a group share theirs
}

func newSampler(inputs []UncertainInput, draws int, seed uint64) *sampler {
	s := &sampler{inputs: inputs, shapes: make([][]float64, len(inputs))}
	drawn := map[string][]float64{}
	for i, u := range inputs {
		if drawn[u.Group] == nil {
			drawn[u.Group] = shapesOf(u.Group, draws, seed)
		}
		s.shapes[i] = drawn[u.Group]
	}
	return s
}

func shapesOf(group string, draws int, seed uint64) []float64 {
	name := fnv.New64a()
	name.Write([]byte(group)) // a hash never fails to write
	random := rand.New(rand.NewPCG(seed, name.Sum64()))
	shapes := make([]float64, draws)
	for i, stratum := range random.Perm(draws) {
		shapes[i] = symmetric.Quantile((float64(stratum)+random.Float64())/float64(draws)) - 0.5
	}
	return shapes
}

// values of all inputs in one world.
func (s *sampler) values(draw int) []float64 {
	v := make([]float64, len(s.inputs))
	for i, u := range s.inputs {
		v[i] = u.at(s.shapes[i][draw])
	}
	return v
}
