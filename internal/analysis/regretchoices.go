package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// choosePatterns takes what is asked for, else the patterns that meet the needs; where no
// mesh is wanted, every pattern that encrypts between services.
func (r *regret) choosePatterns(asked []string) error {
	known, _ := model.Patterns()
	for _, id := range asked {
		if !slices.Contains(known, id) {
			return &model.InputError{Fields: []model.FieldError{{
				Field: "patterns", Value: id, Rule: "one_of", Message: "there is no pattern called " + strconv.Quote(id), Fix: "Use " + model.Nearest(id, known),
			}}}
		}
	}
	if r.patterns = asked; len(asked) > 0 {
		return nil
	}
	for _, result := range r.plan.Results {
		if r.meetsNeeds(result.Pattern) {
			r.patterns = append(r.patterns, result.Pattern)
		}
	}
	if len(r.patterns) == 0 {
		r.notes = append(r.notes, "No pattern that may be used meets the needs: name the patterns to compare")
	}
	return nil
}

func (r *regret) meetsNeeds(pattern string) bool {
	if r.plan.Verdict == model.VerdictNoMesh {
		return pattern != model.PatternNone && pattern != model.PatternGateway
	}
	for _, e := range r.plan.Excuses {
		if e.Subject != pattern || e.Kind != "pattern" {
			continue
		}
		switch e.Reason {
		case "no_encryption", "no_l7", "needs_unmet", "immature":
			return false
		}
	}
	return pattern != model.PatternNone
}

// chooseProxies takes what is asked for, else the present request and those that hold the
// modelled use in half of the worlds and in 95 % of them.
func (r *regret) chooseProxies(asked []ProxyRequest) error {
	for _, p := range asked {
		if err := p.check(); err != nil {
			return err
		}
	}
	plays := r.draws * len(r.nodeTypes)
	if r.proxies = asked; len(asked) > 0 || !slices.Contains(r.patterns, r.sidecars) {
		r.expect(plays)
		return nil
	}
	if own, ok := r.ownProxy(); ok {
		r.proxies = append(r.proxies, own)
	}
	var cpu, memory []int64
	looks := min(r.draws, regretDraws)
	r.expect(looks + plays)
	for i := range looks {
		if r.interrupted() {
			break
		}
		r.advance(1)
		at, ok := r.world(i)
		if !ok {
			continue
		}
		if plan, err := r.study.plan(at); err == nil {
			held := r.holds(plan)
			cpu, memory = append(cpu, held.CPUMillicores), append(memory, held.MemoryMiB)
		}
	}
	slices.Sort(cpu)
	slices.Sort(memory)
	for _, share := range []int{50, 95} {
		if n := len(cpu); n > 0 {
			i := min((n*share+99)/100, n) - 1
			r.proxies = append(r.proxies, ProxyRequest{cpu[i], memory[i]})
		}
	}
	var distinct []ProxyRequest
	for _, p := range r.proxies {
		if !slices.Contains(distinct, p) {
			distinct = append(distinct, p)
		}
	}
	r.proxies = distinct
	return nil
}

func (p ProxyRequest) check() error {
	for _, in := range []struct {
		name  string
		value int64
	}{{"proxy_cpu_m", p.CPUMillicores}, {"proxy_memory_mib", p.MemoryMiB}} {
		param, _ := model.ParamByName(in.name)
		if v := float64(in.value); v < *param.Min || v > *param.Max {
			return &model.InputError{Fields: []model.FieldError{{
				Field: in.name, Value: text(v), Rule: "range", Message: in.name + " is " + text(v), Fix: "Give " + param.Allowed(),
			}}}
		}
	}
	return nil
}

// ownProxy is the scenario's request; ok is false where sidecars differ.
func (r *regret) ownProxy() (ProxyRequest, bool) {
	var p ProxyRequest
	for _, in := range []struct {
		name string
		into *int64
	}{{"proxy_cpu_m", &p.CPUMillicores}, {"proxy_memory_mib", &p.MemoryMiB}} {
		param, _ := model.ParamByName(in.name)
		v, ok := presentValue(param, r.scenario, r.plan)
		if !ok {
			return p, false
		}
		*in.into = int64(v)
	}
	return p, true
}

// holds is the request that holds the modelled use of the busiest proxy.
func (r *regret) holds(plan model.Plan) ProxyRequest {
	for _, u := range plan.Uses {
		if u.Part == r.part {
			return ProxyRequest{u.CPUHoldsM, u.MemoryHoldsMiB}
		}
	}
	return ProxyRequest{}
}

// chooseNodeTypes takes what is asked for, else the scenario's own and the cheapest type
// of each of the cheapest families of the same architecture. The scenario's own comes
// first. A node of one's own has no alternatives.
func (r *regret) chooseNodeTypes(asked []string) error {
	n := r.scenario.Nodes
	own := r.plan.Nodes[0].Name
	if n.NodeType != nil {
		own = *n.NodeType
	}
	described := r.plan.Nodes[0].AllocatableRule == "given" || n.NodeHourlyUSD != nil
	r.nodeTypes = []string{own}
	if described {
		r.notes = append(r.notes, "The node is described by its own size or price, so that no other node type is compared")
		return nil
	}
	names := asked
	if len(asked) == 0 {
		names = r.cheapestFamilies()
	}
	for _, name := range names {
		if err := model.Validate(r.onNodes(r.scenario, name), r.catalog); err != nil {
			return err
		}
		if !slices.Contains(r.nodeTypes, name) {
			r.nodeTypes = append(r.nodeTypes, name)
		}
	}
	return nil
}

// onNodes is the scenario on nodes of a type; its own are left as they are.
func (r *regret) onNodes(s model.Scenario, nodeType string) model.Scenario {
	if nodeType != r.nodeTypes[0] {
		s.Nodes.NodeType = &nodeType
	}
	return s
}

// cheapestFamilies ranks the types by what no packing on them alone can beat, and keeps
// the best of each family, so that the answer is diverse.
func (r *regret) cheapestFamilies() []string {
	s := r.scenario
	auto := "auto"
	s.Nodes.NodeType = &auto
	demands, err := r.model.Demands(s)
	if err != nil {
		return nil
	}
	chosen := chosenPattern(r.plan)
	demand := &demands[slices.IndexFunc(demands, func(d model.Demand) bool { return d.Pattern == chosen })]
	known := r.typesOfRegion()
	type candidate struct {
		name, family string
		bound        pack.Bounds
	}
	var list []candidate
	for i, t := range demand.Problem.NodeTypes {
		info, ok := known[t.Name]
		if !ok || info.Arch != r.plan.Nodes[0].Arch || t.Limit > 0 { // nodes with a limit stand already
			continue
		}
		if bound, err := pack.FractionalBound(demand.Alone(i)); err == nil && bound.Nodes > 0 { // no bound: a pod does not fit
			list = append(list, candidate{t.Name, info.Family, bound})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.bound.Cost, b.bound.Cost), strings.Compare(a.name, b.name))
	})
	var names, families []string
	for _, c := range list {
		if len(names) < regretNodeTypes && !slices.Contains(families, c.family) {
			names, families = append(names, c.name), append(families, c.family)
		}
	}
	return names
}

// typesOfRegion are the catalog's node types of the plan's provider and region.
func (r *regret) typesOfRegion() map[string]model.NodeType {
	query := model.NodeQuery{Provider: r.plan.Nodes[0].Provider, Region: r.plan.Nodes[0].Region}
	types, err := r.catalog.NodeTypes(query)
	known := map[string]model.NodeType{}
	if err != nil {
		return known
	}
	for _, t := range types {
		known[t.Name] = t
	}
	return known
}

// ranked puts scores in words.
func (r *regret) ranked(outcomes [][]outcome, worlds int) []RegretChoice {
	list := make([]RegretChoice, 0, len(r.choices))
	if worlds == 0 {
		return list
	}
	scores := r.weights.rank(outcomes)
	for _, s := range scores {
		c := r.choices[s.choice]
		c.MeanRegret, c.WorstRegret = rounded(s.regret, 2), rounded(s.worst, 2)
		c.MeanMonthlyCostUSD, c.MeanOverspendUSD, c.MeanUnderprovisionUSD = rounded(s.cost, 2), rounded(s.overspend, 2), rounded(s.owed, 2)
		c.BestShare = rounded(float64(s.best)/float64(worlds), 4)
		c.Unplaced, c.Dominated = s.unplaced, s.dominated
		c.ShortfallMonthlyUSD = rounded(s.cost+s.owed-scores[0].cost-scores[0].owed, 2)
		c.Message = lostBecause(s, scores[0], worlds)
		list = append(list, c)
	}
	return list
}

// lostBecause says in words what keeps a choice from the first place.
func lostBecause(s, first score, worlds int) string {
	dearer, owes := s.cost-first.cost, s.owed-first.owed
	switch {
	case s.choice == first.choice:
		return "loses least over all worlds"
	case s.unplaced > first.unplaced:
		return fmt.Sprintf("its pods fit on no node in %d of %d worlds", s.unplaced, worlds)
	case dearer >= 0.005 && owes >= 0.005:
		return fmt.Sprintf("it costs %s a month more on average, and requests that hold would add another %s", roundly(dearer), roundly(owes))
	case dearer >= 0.005:
		return fmt.Sprintf("it costs %s a month more on average", roundly(dearer))
	case owes >= 0.005:
		return fmt.Sprintf("its requests do not hold: those that do would add %s a month on average", roundly(s.owed))
	case s.regret > first.regret:
		return "it costs no more on average, and loses more in single worlds"
	}
	return "as good as the first"
}

// roundly writes a mean of dollars; cents of a mean over sampled worlds say nothing.
func roundly(usd float64) string {
	if usd < 0.5 {
		return "less than $1"
	}
	return fmt.Sprintf("$%.0f", usd)
}
