package rollout

import (
	"context"
	"math"
	"slices"
	"strconv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Rollout is the road of one pattern into a cluster.
type Rollout struct {
	Pattern       string      `json:"pattern"`
	Title         string      `json:"title"`
	Baseline      Load        `json:"baseline"` // before anything is installed
	Install       Load        `json:"install"`  // control plane and agents, no pod in the mesh yet
	Waves         []Wave      `json:"waves"`
	Steady        Load        `json:"steady"` // everything in the mesh: the plan
	RestartPeak   Load        `json:"restart_peak"`
	Upgrade       Upgrade     `json:"upgrade"`
	Development   Development `json:"development"`
	Phases        []Phase     `json:"phases"`
	Authorization []Step      `json:"authorization"`
	OrderedBy     string      `json:"ordered_by"`
	Order         []string    `json:"order"`         // names that rollout_order may hold, in the order in which they join
	UnknownNames  []string    `json:"unknown_names"` // of rollout_order, that match nothing in the mesh
	Surge         float64     `json:"max_surge"`
	Notes         []string    `json:"notes"`
	Interrupted   bool        `json:"interrupted"`
}

// Load is nodes and their money at one point of the road.
type Load struct {
	Nodes      int64   `json:"nodes"`
	MonthlyUSD float64 `json:"monthly_usd"` // if it stayed like that for a month
	AddedNodes int64   `json:"added_nodes"` // against the baseline
	AddedUSD   float64 `json:"added_usd"`
}

// Wave is what joins the mesh together.
type Wave struct {
	Number     int      `json:"number"`
	Units      []string `json:"units"` // namespaces, workloads or numbers of services
	Services   int64    `json:"services"`
	Pods       int64    `json:"pods"`
	MeshedPods int64    `json:"meshed_pods"` // so far
	After      Load     `json:"after"`
	Peak       Load     `json:"peak"`     // while the pods of the wave restart, all workloads at once
	Restarts   bool     `json:"restarts"` // the pods have to restart to join
	Cliff      bool     `json:"cliff"`    // the wave needs more nodes than the one before
	Window     Window   `json:"window"`
	Commands   []string `json:"commands"`
}

// Window is how long the restarts of a wave take, in seconds. Added is what the mesh adds
// to starts; Total has the application's own start in it and is null without app_start_s.
type Window struct {
	RoundsAtOnce   int64           `json:"rounds_at_once"`    // every workload restarts together
	RoundsOneByOne int64           `json:"rounds_one_by_one"` // one workload after another
	AddedAtOnce    *model.Estimate `json:"added_at_once_s"`
	AddedOneByOne  *model.Estimate `json:"added_one_by_one_s"`
	TotalAtOnce    *model.Estimate `json:"total_at_once_s"`
	TotalOneByOne  *model.Estimate `json:"total_one_by_one_s"`
}

// Upgrade is the peak of moving to a new version of the control plane.
type Upgrade struct {
	Peak      Load   `json:"peak"`
	Extra     int64  `json:"extra_nodes"` // over the steady state
	Method    string `json:"method"`      // canary: two control planes side by side; in_place
	Text      string `json:"text"`
	FactID    string `json:"fact_id"`
	SurgePods int64  `json:"surge_pods"` // of the largest wave, restarting to the new version
}

// Progress is told how many of the expected plans are done; it may be nil.
type Progress func(done, total int)

// mostWaves is how many units get a wave of their own; more join in doubling numbers.
const mostWaves = 12

// Plan plans the road of a pattern; an empty one is that of [model.Plan.MeshPattern].
// Errors are those of [model.Evaluate], and an *model.InputError for an unknown pattern or
// one that fits on no node. When the context ends the answer holds what was reached.
func Plan(ctx context.Context, s model.Scenario, c model.Catalog, pattern string, progress Progress) (Rollout, error) {
	plan, err := model.Evaluate(s, c)
	if err != nil {
		return Rollout{}, err
	}
	if pattern == "" {
		pattern = plan.MeshPattern()
	}
	if err := checkPattern(&plan, pattern); err != nil {
		return Rollout{}, err
	}
	list, err := model.ResolvedWorkloads(s, c)
	if err != nil {
		return Rollout{}, err
	}
	order := ""
	if s.Run.Order != nil {
		order = *s.Run.Order
	}
	units, unknown := unitsOf(list, order)
	p := &planner{
		ctx: ctx, study: model.NewStudy(c), scenario: s, pattern: pattern, plan: &plan, list: list,
		surge: inputNumber(&plan, "max_surge"), startup: startupOf(&plan, pattern), baseline: plan.Results[0],
	}
	return p.road(units, unknown, order != "", progress), nil
}

func checkPattern(plan *model.Plan, pattern string) error {
	r := plan.Result(pattern)
	switch {
	case pattern == "":
		return &model.InputError{Fields: []model.FieldError{{
			Field: "node_type", Rule: "unplaceable", Message: "no mesh pattern fits on these nodes", Fix: "Choose a larger node_type",
		}}}
	case r == nil || pattern == model.PatternNone:
		ids, _ := model.Patterns()
		return &model.InputError{Fields: []model.FieldError{{
			Field: "pattern", Value: pattern, Rule: "one_of", Message: "there is no mesh pattern called " + strconv.Quote(pattern),
			Fix: "Use " + model.Nearest(pattern, ids[1:]),
		}}}
	case r.Status == "infeasible":
		return &model.InputError{Fields: []model.FieldError{{
			Field: "pattern", Value: pattern, Rule: "unplaceable", Message: "a pod of " + pattern + " fits on no node",
			Fix: "Choose a larger node_type, or another pattern",
		}}}
	}
	return nil
}

// planner plans the points of a road.
type planner struct {
	ctx      context.Context
	study    *model.Study
	scenario model.Scenario
	pattern  string
	plan     *model.Plan
	list     []model.Workload
	surge    float64
	startup  *model.Startup
	baseline model.Result
}

func (p *planner) road(units []unit, unknown []string, ordered bool, progress Progress) Rollout {
	groups := wavesOf(units)
	done, total := 0, 2*len(groups)+3
	step := func() {
		done++
		if progress != nil {
			progress(min(done, total), total)
		}
	}
	result := p.plan.Result(p.pattern)
	out := Rollout{
		Pattern: p.pattern, Title: result.Title, Baseline: p.load(p.baseline), Steady: p.load(*result), Waves: []Wave{},
		OrderedBy: orderText(ordered), Order: nameable(units), UnknownNames: append([]string{}, unknown...), Surge: p.surge, Phases: phases(p.pattern),
		Authorization: authorization(p.pattern), Notes: p.notes(),
	}
	joined := make([]int64, len(p.list))
	out.Install, _ = p.at(joined, nil)
	step()
	last := out.Install
	out.RestartPeak = out.Steady
	var largest unit
	for i, group := range groups {
		w, ok := p.wave(i+1, group, joined, last, i == len(groups)-1)
		if !ok {
			break
		}
		step()
		step()
		last = w.After
		out.RestartPeak = higher(out.RestartPeak, w.Peak)
		if all := merged(group); all.pods > largest.pods {
			largest = all
		}
		out.Waves = append(out.Waves, w)
	}
	out.Upgrade = p.upgrade(out.Steady, largest)
	step()
	out.Development = development(p.scenario, p.study, p.pattern)
	step()
	out.Interrupted = p.ctx.Err() != nil
	return out
}

func (p *planner) load(r model.Result) Load {
	return Load{
		Nodes: r.Nodes, MonthlyUSD: r.MonthlyCostUSD, AddedNodes: r.Nodes - p.baseline.Nodes,
		AddedUSD: math.Round((r.MonthlyCostUSD-p.baseline.MonthlyCostUSD)*100) / 100,
	}
}

// higher is the load with more money, and with more nodes where money is equal.
func higher(a, b Load) Load {
	if b.MonthlyUSD > a.MonthlyUSD || b.MonthlyUSD == a.MonthlyUSD && b.Nodes > a.Nodes {
		a, b = b, a
	}
	if b.Nodes > a.Nodes { // fewer, dearer nodes: both have to be had
		a.Nodes, a.AddedNodes = b.Nodes, b.AddedNodes
	}
	return a
}

func orderText(ordered bool) string {
	if ordered {
		return "your order, then little traffic before much"
	}
	return "little traffic before much, few pods before many, state last"
}

func (p *planner) notes() []string {
	notes := []string{}
	if p.startup != nil && p.startup.Note != "" {
		notes = append(notes, p.startup.Note)
	}
	if !p.restarts() {
		notes = append(notes, "Pods join without a restart; they leave the same way")
	}
	return notes
}

func startupOf(plan *model.Plan, pattern string) *model.Startup {
	i := slices.IndexFunc(plan.Startup, func(s model.Startup) bool { return s.Pattern == pattern })
	if i < 0 {
		return nil
	}
	return &plan.Startup[i]
}

func inputNumber(plan *model.Plan, name string) float64 {
	input, known := plan.Input(name)
	v, err := strconv.ParseFloat(input.Value, 64)
	if !known || err != nil { // the model always records it; the fact stands in
		return facts.Must("k8s_max_surge_default").Value() / 100
	}
	return v
}
