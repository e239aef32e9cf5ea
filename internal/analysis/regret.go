package analysis

import (
	"context"
	"fmt"
	"slices"

	"meshplan/internal/model"
)

// RegretSpec says what to choose from. What is empty is chosen from the scenario.
type RegretSpec struct {
	NodeTypes []string       `json:"node_types"` // names; empty: the scenario's own, and the cheapest of the cheapest families
	Patterns  []string       `json:"patterns"`   // empty: those that meet the needs
	Proxies   []ProxyRequest `json:"proxies"`    // empty: the scenario's own, and what holds in half and in 95 % of worlds
	Weights   RegretWeights  `json:"weights"`    // zero: the scenario's
	Draws     int            `json:"draws"`      // worlds; 0: 200, fewer for scenarios that are slow to plan
}

// ProxyRequest is a sidecar's request.
type ProxyRequest struct {
	CPUMillicores int64 `json:"cpu_m"`
	MemoryMiB     int64 `json:"memory_mib"`
}

// RegretResult ranks choices by what they lose over the sampled worlds.
type RegretResult struct {
	Choices     []RegretChoice   `json:"choices"` // least regret first
	Weights     RegretWeights    `json:"weights"`
	Draws       int              `json:"draws"`
	Seed        int64            `json:"seed"`
	Inputs      []UncertainInput `json:"inputs"` // what differs between worlds
	Notes       []string         `json:"notes"`
	Interrupted bool             `json:"interrupted"`
}

// RegretChoice is a node type, a pattern and a proxy request. Means are over the worlds
// in which its pods fit.
type RegretChoice struct {
	NodeType string        `json:"node_type"`
	Pattern  string        `json:"pattern"`
	Proxy    *ProxyRequest `json:"proxy"` // null for patterns without a sidecar of that request
	Yours    bool          `json:"yours"` // the scenario's own node type and request

	MeanRegret            float64 `json:"mean_regret"`
	WorstRegret           float64 `json:"worst_regret"`
	MeanMonthlyCostUSD    float64 `json:"mean_monthly_cost_usd"`
	MeanOverspendUSD      float64 `json:"mean_overspend_usd"`      // a month, against each world's best choice
	MeanUnderprovisionUSD float64 `json:"mean_underprovision_usd"` // a month, what requests that hold would add
	BestShare             float64 `json:"best_share"`              // of worlds in which nothing regrets less
	Unplaced              int     `json:"unplaced"`                // worlds in which its pods fit on no node
	Dominated             bool    `json:"dominated"`               // another choice is as good in every world, and better in one
	Message               string  `json:"message"`                 // why it lost to the first
	ShortfallMonthlyUSD   float64 `json:"shortfall_monthly_usd"`   // mean cost made whole above the first choice's
}

const (
	regretDraws     = 200
	maxRegretPlans  = 200_000
	regretNodeTypes = 5 // besides the scenario's own
)

// Regret plans every choice in every sampled world. Proxy requests are what is chosen,
// so that intervals of them are ignored. The error is that of [model.Evaluate], or a
// *model.LimitError for too many choices and draws.
func Regret(ctx context.Context, s model.Scenario, c model.Catalog, spec RegretSpec, progress Progress) (RegretResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return RegretResult{}, err
	}
	r, err := st.newRegret(s, plan, spec)
	if err != nil {
		return RegretResult{}, err
	}
	outcomes := make([][]outcome, len(r.choices))
	worlds := 0
	for ; worlds < r.draws && !st.interrupted(); worlds++ {
		at, ok := r.world(worlds)
		for _, nodeType := range r.nodeTypes {
			if ok {
				r.play(at, nodeType, outcomes, worlds)
			}
			st.advance(1)
		}
		for i := range outcomes { // a world that cannot be planned is lost to every choice
			if len(outcomes[i]) == worlds {
				outcomes[i] = append(outcomes[i], outcome{})
			}
		}
	}
	out := RegretResult{Weights: r.weights, Draws: worlds, Seed: r.seed, Inputs: r.inputs, Notes: r.notes, Interrupted: st.interrupted()}
	out.Choices = r.ranked(outcomes, worlds)
	return out, nil
}

// regret is the table that choices are played on.
type regret struct {
	*study
	scenario  model.Scenario
	plan      model.Plan
	inputs    []UncertainInput
	sample    *sampler
	seed      int64
	draws     int
	weights   RegretWeights
	nodeTypes []string
	patterns  []string
	proxies   []ProxyRequest
	choices   []RegretChoice
	notes     []string
	sidecars  string // the pattern that proxy_cpu_m and proxy_memory_mib speak of
	part      string // and the part whose modelled use its request has to hold
}

func (st *study) newRegret(s model.Scenario, plan model.Plan, spec RegretSpec) (*regret, error) {
	r := &regret{
		study: st, scenario: s, plan: plan, seed: 1, draws: spec.Draws, weights: spec.Weights, notes: []string{},
		inputs: []UncertainInput{}, sidecars: model.PatternSidecar, part: "proxy",
	}
	if presetOf(s).CoversPattern(model.PatternLinkerd) {
		r.sidecars, r.part = model.PatternLinkerd, "linkerd_proxy"
	}
	if s.Run.Seed != nil {
		r.seed = *s.Run.Seed
	}
	if r.weights == (RegretWeights{}) {
		r.weights = RegretWeightsOf(s)
	}
	if err := r.weights.check(); err != nil {
		return nil, err
	}
	if err := checkDraws(r.draws); err != nil {
		return nil, err
	}
	r.chooseWorlds()
	for _, choose := range []func() error{
		func() error { return r.choosePatterns(spec.Patterns) },
		func() error { return r.chooseNodeTypes(spec.NodeTypes) },
		func() error { return r.chooseProxies(spec.Proxies) },
	} {
		if err := choose(); err != nil {
			return nil, err
		}
	}
	r.combine()
	return r, r.checkSize()
}

// chooseWorlds leaves out what is chosen: the proxies' requests.
func (r *regret) chooseWorlds() {
	if r.draws == 0 {
		r.draws = effortOf(r.scenario, r.plan).within(effortOfSamples, LeastDraws, regretDraws)
	}
	decided := []string{"proxy_cpu_m", "proxy_memory_mib", "linkerd_proxy_cpu_m", "linkerd_proxy_memory_mib"}
	for _, u := range uncertainInputs(r.scenario, r.plan) {
		if !slices.Contains(decided, u.Name) {
			r.inputs = append(r.inputs, u)
		}
	}
	if len(r.inputs) == 0 {
		r.draws = 1
		r.notes = append(r.notes, "No figure is uncertain: there is one world, and the cheapest choice that holds regrets nothing. Give an interval, for example rps_per_pod_low and rps_per_pod_high")
	}
	r.sample = newSampler(r.inputs, r.draws, uint64(r.seed))
}

// check holds weights to the ranges of the inputs that give them.
func (w RegretWeights) check() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"weight_overspend", w.Overspend}, {"weight_underprovision", w.Underprovision}, {"weight_exponent", w.Exponent}} {
		if p, _ := model.ParamByName(v.name); !(v.value >= *p.Min && v.value <= *p.Max) {
			return &model.InputError{Fields: []model.FieldError{{
				Field: v.name, Value: text(v.value), Rule: "range", Message: fmt.Sprintf("%s is %v", v.name, v.value), Fix: "Give " + p.Allowed(),
			}}}
		}
	}
	return nil
}

func (r *regret) checkSize() error {
	if plans := r.draws * len(r.nodeTypes) * (len(r.proxies) + 1); plans > maxRegretPlans {
		return &model.LimitError{FieldError: model.FieldError{
			Field: "draws", Value: fmt.Sprint(r.draws), Rule: "limit",
			Message: fmt.Sprintf("%d worlds for %d node types and %d proxy requests are more than can be planned", r.draws, len(r.nodeTypes), len(r.proxies)),
			Fix:     "Give fewer draws, node types or proxy requests",
		}}
	}
	return nil
}

// world is the scenario in one sampled world.
func (r *regret) world(i int) (model.Scenario, bool) {
	s, wrong := world(r.scenario, r.inputs, r.sample.values(i))
	return s, wrong == nil
}

// combine lists the choices: patterns without the sidecar have one proxy request, none.
func (r *regret) combine() {
	own, known := r.ownProxy()
	for _, nodeType := range r.nodeTypes {
		yours := nodeType == r.nodeTypes[0]
		for _, pattern := range r.patterns {
			if pattern != r.sidecars {
				r.choices = append(r.choices, RegretChoice{NodeType: nodeType, Pattern: pattern, Yours: yours})
				continue
			}
			for _, p := range r.proxies {
				r.choices = append(r.choices, RegretChoice{NodeType: nodeType, Pattern: pattern, Proxy: &p, Yours: yours && known && p == own})
			}
		}
	}
}

// play plans one node type with every proxy request in one world.
func (r *regret) play(s model.Scenario, nodeType string, outcomes [][]outcome, world int) {
	s = r.onNodes(s, nodeType)
	planned := map[ProxyRequest]*model.Plan{}
	at := func(p ProxyRequest) *model.Plan {
		if plan, ok := planned[p]; ok {
			return plan
		}
		planned[p] = nil
		turned := s
		turned.Mesh.ProxyCPUMillicores, turned.Mesh.ProxyMemoryMiB = &p.CPUMillicores, &p.MemoryMiB
		turned.Mesh.ProxyCPULimitMillicores, turned.Mesh.ProxyMemoryLimitMiB = nil, nil // a limit below the request would be refused
		if plan, err := r.study.plan(turned); err == nil {
			planned[p] = &plan
		}
		return planned[p]
	}
	var any *model.Plan
	if len(r.proxies) > 0 {
		any = at(r.proxies[0])
	} else if plan, err := r.study.plan(s); err == nil {
		any = &plan
	}
	for i := range r.choices {
		choice := &r.choices[i]
		if choice.NodeType != nodeType || any == nil {
			continue
		}
		outcomes[i] = append(outcomes[i], r.outcome(choice, any, at))
	}
}

// outcome of a choice in a world that at plans with any proxy request.
func (r *regret) outcome(choice *RegretChoice, plan *model.Plan, at func(ProxyRequest) *model.Plan) outcome {
	if choice.Proxy == nil {
		result := resultOf(*plan, choice.Pattern)
		return outcome{placed: result != nil && result.Status != statusInfeasible, cost: costOf(result)}
	}
	own := at(*choice.Proxy)
	if own == nil || resultOf(*own, choice.Pattern).Status == statusInfeasible {
		return outcome{}
	}
	held := r.holds(*own)
	raised := ProxyRequest{max(choice.Proxy.CPUMillicores, held.CPUMillicores), max(choice.Proxy.MemoryMiB, held.MemoryMiB)}
	whole := at(raised)
	o := outcome{placed: true, cost: costOf(resultOf(*own, choice.Pattern))}
	if whole == nil || resultOf(*whole, choice.Pattern).Status == statusInfeasible {
		return outcome{} // with requests that hold it does not fit
	}
	o.owed = max(0, costOf(resultOf(*whole, choice.Pattern))-o.cost)
	return o
}

// costOf is a result's cost, or its nodes where nodes have no price.
func costOf(r *model.Result) float64 {
	switch {
	case r == nil:
		return 0
	case r.MonthlyCostUSD == 0:
		return float64(r.Nodes)
	}
	return r.MonthlyCostUSD
}
