package rollout

import (
	"context"
	"fmt"
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
		OrderedBy: orderText(ordered), UnknownNames: append([]string{}, unknown...), Surge: p.surge, Phases: phases(p.pattern),
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

// wavesOf gives each unit a wave; of many, those the user named keep theirs and the rest
// join in doubling numbers.
func wavesOf(units []unit) [][]unit {
	var groups [][]unit
	for len(units) > 0 && (len(units)+len(groups) <= mostWaves || units[0].ordered && len(groups) < mostWaves/2) {
		groups = append(groups, units[:1])
		units = units[1:]
	}
	for next := 1; len(units) > 0; next *= 2 {
		next = min(next, len(units))
		groups = append(groups, units[:next])
		units = units[next:]
	}
	return groups
}

func merged(group []unit) unit {
	var all unit
	for _, u := range group {
		all.shares = append(all.shares, u.shares...)
		all.services, all.pods = all.services+u.services, all.pods+u.pods
	}
	return all
}

// wave adds a group to what has joined and plans the cluster after it and while its pods
// restart. The last one is the plan itself.
func (p *planner) wave(number int, group []unit, joined []int64, before Load, isLast bool) (Wave, bool) {
	all := merged(group)
	for _, s := range all.shares {
		joined[s.row] += s.services
	}
	w := Wave{Number: number, Services: all.services, Pods: all.pods, Restarts: p.restarts(), Units: []string{}}
	for _, u := range group {
		w.Units = append(w.Units, u.name)
	}
	for row, services := range joined {
		w.MeshedPods += services * p.list[row].Replicas
	}
	after, ok := p.at(joined, nil)
	if isLast {
		after = p.load(*p.plan.Result(p.pattern))
	}
	w.After, w.Peak = after, higher(before, after)
	if w.Restarts && ok {
		var peak Load
		peak, ok = p.at(joined, all.shares)
		w.Peak = higher(w.Peak, peak)
	}
	w.Cliff = w.After.Nodes > before.Nodes
	w.Window = p.window(all)
	w.Commands = append([]string{}, commands(p.pattern, group)...)
	return w, ok
}

// restarts says whether pods restart to join: where each gets a proxy of its own.
func (p *planner) restarts() bool {
	return p.pattern == model.PatternSidecar || p.pattern == model.PatternLinkerd
}

// at plans the cluster when a number of services of each row has joined, with extra pods
// for the shares that restart. It reports false when the context has ended, or when that
// state cannot be planned.
func (p *planner) at(joined []int64, restarting []share) (Load, bool) {
	if p.ctx.Err() != nil {
		return Load{}, false
	}
	plan, err := p.study.Evaluate(p.state(joined, restarting))
	if err != nil {
		return Load{}, false
	}
	r := plan.Result(p.pattern)
	return p.load(*r), r.Status != "infeasible"
}

// state is the scenario in between: rows divided into what has joined, what restarts with
// its surge, and what stays outside.
func (p *planner) state(joined []int64, restarting []share) model.Scenario {
	s := p.scenario
	s.Quick, s.Workloads = model.Quick{}, nil
	restart := make([]int64, len(p.list))
	for _, r := range restarting {
		restart[r.row] += r.services
	}
	var all, inside int64
	add := func(w model.Workload, services int64, meshed bool) {
		if services <= 0 {
			return
		}
		w.Services, w.InMesh = services, &meshed
		s.Workloads = append(s.Workloads, w)
	}
	for i, w := range p.list {
		if !joins(w) {
			s.Workloads = append(s.Workloads, w)
			continue
		}
		all, inside = all+w.Services, inside+joined[i]
		add(w, joined[i]-restart[i], true)
		surged := w
		surged.Replicas += p.surgeOf(w)
		add(surged, restart[i], true)
		add(w, w.Services-joined[i], false)
	}
	p.scopeWaypoints(&s, inside, all)
	return s
}

// scopeWaypoints lets waypoints come with the services: their number of namespaces in
// proportion, rounded up.
func (p *planner) scopeWaypoints(s *model.Scenario, inside, all int64) {
	if s.Mesh.L7Namespaces == nil || all == 0 {
		return
	}
	part := int64(math.Ceil(float64(*s.Mesh.L7Namespaces)*float64(inside)/float64(all) - 1e-9))
	s.Mesh.L7Namespaces = &part
}

// surgeOf is how many pods a rolling restart of one service adds. A StatefulSet replaces
// its pods one after another and adds none.
func (p *planner) surgeOf(w model.Workload) int64 {
	if w.Kind == "StatefulSet" || w.Kind == "Job" || w.Kind == "CronJob" {
		return 0
	}
	return int64(math.Ceil(float64(w.Replicas)*p.surge - 1e-9))
}

// window counts rounds: pods ÷ the pods that start at once, rounded up.
func (p *planner) window(all unit) Window {
	var w Window
	for _, s := range all.shares {
		row := p.list[s.row]
		if row.Replicas == 0 {
			continue
		}
		rounds := (row.Replicas + max(p.surgeOf(row), 1) - 1) / max(p.surgeOf(row), 1)
		w.RoundsAtOnce = max(w.RoundsAtOnce, rounds)
		w.RoundsOneByOne += rounds * s.services
	}
	if p.startup == nil || p.startup.AddedSeconds == nil || !p.restarts() {
		return w
	}
	added := *p.startup.AddedSeconds
	w.AddedAtOnce, w.AddedOneByOne = scaled(added, w.RoundsAtOnce), scaled(added, w.RoundsOneByOne)
	if start := p.startup.PodStartSeconds; start != nil {
		w.TotalAtOnce, w.TotalOneByOne = scaled(*start, w.RoundsAtOnce), scaled(*start, w.RoundsOneByOne)
	}
	return w
}

func scaled(e model.Estimate, n int64) *model.Estimate {
	k := float64(n)
	return &model.Estimate{Low: e.Low * k, Typical: e.Typical * k, High: e.High * k}
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

// upgrade doubles the control plane while the largest wave restarts to the new version.
// Linkerd upgrades in place: each part of its control plane surges by one pod in four.
func (p *planner) upgrade(steady Load, largest unit) Upgrade {
	joined := make([]int64, len(p.list))
	for i, w := range p.list {
		if joins(w) {
			joined[i] = w.Services
		}
	}
	u := Upgrade{Peak: steady, Method: "canary", FactID: "istiod_rolling_surge"}
	var restarting []share
	if p.restarts() {
		restarting = largest.shares
		for _, s := range largest.shares {
			u.SurgePods += p.surgeOf(p.list[s.row]) * s.services
		}
	}
	s := p.state(joined, restarting)
	replicas := p.controlPlane()
	if p.pattern == model.PatternLinkerd {
		u.Method, u.FactID = "in_place", "linkerd_controller_replicas_ha"
		more := float64(replicas) + math.Ceil(float64(replicas)*facts.Must("k8s_max_surge_default").Value()/100)
		s.Intervals = withTypical(s.Intervals, "linkerd_replicas", more)
		u.Text = fmt.Sprintf("%d replicas of each part become %.0f while they roll, and the proxies of the largest wave restart", replicas, more)
	} else {
		doubled := 2 * replicas
		s.Mesh.IstiodReplicas = &doubled
		u.Text = fmt.Sprintf("%d istiod of the old version beside %d of the new", replicas, replicas)
		if p.restarts() {
			u.Text += fmt.Sprintf(", while the largest wave restarts with %d extra pods", u.SurgePods)
		}
	}
	if p.ctx.Err() == nil {
		if plan, err := p.study.Evaluate(s); err == nil && plan.Result(p.pattern).Status != "infeasible" {
			u.Peak = higher(steady, p.load(*plan.Result(p.pattern)))
		}
	}
	u.Extra = u.Peak.Nodes - steady.Nodes
	return u
}

func withTypical(intervals map[string]model.Interval, name string, v float64) map[string]model.Interval {
	out := map[string]model.Interval{name: {Typical: &v}}
	for other, interval := range intervals {
		if other != name {
			out[other] = interval
		}
	}
	return out
}

func (p *planner) controlPlane() int64 {
	for _, part := range p.plan.Result(p.pattern).Parts {
		if part.ID == "istiod" || part.ID == "linkerd_destination" {
			return part.Count
		}
	}
	return 0
}
