package model

import (
	"cmp"
	"slices"
	"strconv"

	"meshplan/internal/facts"
)

// judge fills in verdict, reasoning and excuses from the packed results and the
// organisation's answers. It looks at nothing that is not in the plan, so that asking
// again with other answers needs no packing: see [Rejudge].
func judge(needs Organisation, preset facts.Preset, plan *Plan) {
	c := &court{needs: needs, preset: preset, asOf: plan.AsOf, services: plan.Application.Services, results: plan.Results}
	plan.Verdict, plan.Reasoning = c.verdict()
	plan.Reasoning.Conditionals = conditionals(c, plan.Verdict)
	plan.Excuses = c.excuses(plan.Verdict)
	plan.Reasoning.Sentence = c.sentence(plan)
}

// Rejudge is the verdict of a plan if the organisation had answered otherwise.
func Rejudge(plan Plan, s Scenario, needs Organisation) string {
	preset, _ := facts.PresetByID(value(s.Mesh.Preset, facts.DefaultPreset))
	c := &court{needs: needs, preset: preset, asOf: plan.AsOf, services: plan.Application.Services, results: plan.Results}
	verdict, _ := c.verdict()
	return verdict
}

// verdict runs the rules: first whether a mesh is wanted, then which pattern the needs
// point to, then whether the gates are open.
func (c *court) verdict() (string, Reasoning) {
	r := Reasoning{Threshold: wantedFrom}
	rules := rulesFor(c.preset)
	for _, rule := range rules {
		if _, state := rule.see(c); state == stateMet && (rule.kind == ruleNeed || rule.kind == ruleSoft) {
			r.Score += rule.weight
		}
	}
	wanted := r.Score >= wantedFrom
	if wanted {
		c.candidate = c.choose()
	}
	open := c.candidate != nil
	for _, rule := range rules {
		seen, state := rule.see(c)
		if rule.kind == ruleGate && state != stateMet {
			open = false
		}
		r.Rules = append(r.Rules, c.ruleResult(rule, seen, state))
	}
	r.Rules = append(r.Rules, c.maturityResults()...)
	if c.candidate != nil {
		r.Candidate = c.candidate.Pattern
	}
	switch {
	case !wanted:
		return VerdictNoMesh, r
	case !open:
		return VerdictNotYet, r
	}
	return c.candidate.Pattern, r
}

func (c *court) ruleResult(r rule, seen, state string) RuleResult {
	fact := facts.Must(r.factID)
	threshold := r.threshold
	if r.id == "budget" {
		threshold = "unknown"
		if most := c.needs.MaxCostGrowth; most != nil {
			threshold = "≤ " + strconv.FormatFloat(*most, 'g', -1, 64)
		}
	}
	return RuleResult{
		ID: r.id, Kind: r.kind, Statement: r.statement, Field: r.field, Seen: seen, Threshold: threshold,
		State: state, Weight: r.weight, Preset: r.preset, FactID: fact.ID, Source: fact.Source,
	}
}

// needsL7 says whether something is asked that only a proxy reading requests can do.
func (c *court) needsL7() bool {
	n := c.needs
	return value(n.CanaryRequired, false) || value(n.ComplexTraffic, false) ||
		value(n.Polyglot, false) || value(n.UniformMetricsRequired, false)
}

// edgeOnly says whether a gateway does the job: rules are needed where traffic enters,
// and nothing is asked between services.
func (c *court) edgeOnly() bool {
	n := c.needs
	return value(n.EdgeOnly, false) && !value(n.MTLSRequired, false) && !value(n.MultiCluster, false)
}

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
			if r == nil || r.Status == "infeasible" {
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

func (c *court) withinBudget(r *Result) bool {
	growth := r.headlineGrowth()
	return growth != nil && c.needs.MaxCostGrowth != nil && *growth <= *c.needs.MaxCostGrowth
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
	if id != PatternAmbient && id != PatternAmbientL7 {
		return stateMet, ""
	}
	general, _ := facts.ReleaseOf("istio", "1.24") // ambient_ga_version
	switch {
	case c.asOf < general.Released:
		return stateNotMet, "ambient became generally available with Istio 1.24 on " + general.Released
	case c.preset.ID == presetFieldReport:
		return stateNotMet, "the field report calls ambient beta and advises against it; Istio calls it stable since " + general.Released
	case value(c.needs.MultiCluster, false):
		return stateNotMet, "ambient across clusters was still beta in Istio 1.29 (February 2026)"
	}
	return stateMet, ""
}

const presetFieldReport = "field-report-2025-09"

func (c *court) maturityResults() []RuleResult {
	fact := facts.Must("ambient_ga_version")
	state, why := c.maturity(PatternAmbient)
	seen := "as of " + c.asOf
	if why != "" {
		seen = why
	}
	return []RuleResult{{
		ID: "ambient_mature", Kind: ruleMaturity, Statement: "Ambient may be used in production", Field: "as_of",
		Seen: seen, Threshold: "generally available", State: state, Preset: c.preset.ID, FactID: fact.ID, Source: fact.Source,
	}}
}
