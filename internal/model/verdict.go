package model

import (
	"cmp"
	"slices"

	"meshplan/internal/facts"
)

// judge fills in verdict, reasoning and excuses from the packed results and the
// organisation's answers. It looks at nothing that is not in the plan, so that asking
// again with other answers needs no packing: see [Rejudge].
func judge(s Scenario, preset facts.Preset, plan *Plan) {
	c := newCourt(s.Needs, preset, s, plan)
	plan.Verdict, plan.Reasoning = c.verdict()
	plan.Reasoning.Conditionals = conditionals(c, plan.Verdict)
	plan.Excuses = c.excuses(plan.Verdict)
	plan.Reasoning.Sentence = c.sentence(plan)
}

// Rejudge is the verdict of a plan if the organisation had answered otherwise.
func Rejudge(plan Plan, s Scenario, needs Organisation) string {
	preset, _ := facts.PresetByID(value(s.Mesh.Preset, facts.DefaultPreset))
	return newCourt(needs, preset, s, &plan).decide()
}

// verdict is what the rules come to, and what each of them saw.
func (c *court) verdict() (string, Reasoning) {
	verdict := c.decide()
	r := Reasoning{Threshold: wantedFrom, Score: c.score(), Rules: make([]RuleResult, len(c.rules))}
	for i, rule := range c.rules {
		r.Rules[i] = rule.result(c)
	}
	if c.candidate != nil {
		r.Candidate = c.candidate.Pattern
	}
	return verdict, r
}

// decide runs the rules: first whether a mesh is wanted, then which pattern the needs
// point to, then whether the gates are open.
func (c *court) decide() string {
	if c.score() < wantedFrom {
		c.candidate = nil
		return VerdictNoMesh
	}
	if c.candidate = c.choose(); c.candidate == nil {
		return VerdictNotYet
	}
	for _, rule := range c.rules {
		if rule.kind != ruleGate {
			continue
		}
		if _, state := rule.see(c); rule.closes(state) {
			return VerdictNotYet
		}
	}
	return c.candidate.Pattern
}

// needsL7 says whether something is asked that only a proxy reading requests can do.
func (c *court) needsL7() bool { return c.asked(asksL7) }

// edgeOnly says whether a gateway does the job: rules are needed where traffic enters,
// and nothing is asked between services.
func (c *court) edgeOnly() bool { return c.asked(asksEdge) && !c.asked(asksEncryption) }

// tiers are the patterns that meet the needs, the preferred tier first. Within a tier
// cost decides, and the order where cost is equal.
func (c *court) tiers() [][]string {
	switch {
	case c.edgeOnly():
		return [][]string{{PatternGateway}}
	case c.needsL7():
		return [][]string{{PatternAmbientL7, PatternSidecar, PatternLinkerd}}
	}
	return [][]string{{PatternAmbient}, {PatternSidecar, PatternLinkerd}, {PatternAmbientL7}}
}

// choose picks the pattern the needs point to: the first tier with a mature pattern
// within the budget, its cheapest; if none is within the budget, the cheapest mature one.
func (c *court) choose() *Result {
	var mature []*Result
	for _, tier := range c.tiers() {
		var fitting []*Result
		for _, id := range tier {
			r := c.result(id)
			if r == nil || r.Status == StatusInfeasible {
				continue
			}
			if state, _ := c.maturity(id); state == stateNotMet {
				continue
			}
			mature = append(mature, r)
			if c.withinBudget(r) {
				fitting = append(fitting, r)
			}
		}
		if len(fitting) > 0 {
			return cheapest(fitting)
		}
	}
	if len(mature) == 0 {
		return nil
	}
	if c.needs.MaxCostGrowth == nil { // no budget known: preference alone decides
		return mature[0]
	}
	return cheapest(mature)
}

// withinBudget says whether a pattern stays within growth, resources and monthly money.
// The last two hold where no limit is given.
func (c *court) withinBudget(r *Result) bool {
	growth, n := r.headlineGrowth(), c.needs
	if growth == nil || n.MaxCostGrowth == nil || *growth > *n.MaxCostGrowth {
		return false
	}
	if resources, known := r.resourceGrowth(); known && n.MaxResourceGrowth != nil && resources > *n.MaxResourceGrowth {
		return false
	}
	return n.MeshBudgetMonthlyUSD == nil || c.monthlyUSD(r) <= *n.MeshBudgetMonthlyUSD
}

// cheapest keeps the order of preference where cost is equal.
func cheapest(results []*Result) *Result {
	return slices.MinFunc(results, func(a, b *Result) int {
		if byCost := cmp.Compare(a.MonthlyCostUSD, b.MonthlyCostUSD); byCost != 0 {
			return byCost
		}
		return cmp.Compare(a.Nodes, b.Nodes)
	})
}

// maturity says whether a pattern may be used at the plan's date, and why not.
func (c *court) maturity(id string) (state, why string) {
	for _, r := range c.rules {
		if !slices.Contains(r.forbids, id) {
			continue
		}
		if seen, state := r.see(c); state == stateNotMet {
			return stateNotMet, seen
		}
	}
	return stateMet, ""
}
