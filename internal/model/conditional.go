package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// conditionals lists the unknown answers that would change the verdict, and to what.
func conditionals(c *court, verdict string) []Conditional {
	list := []Conditional{}
	ask := func(field, text, with string, change func(*Organisation)) {
		other := *c
		change(&other.needs)
		if v := other.decide(); v != verdict {
			list = append(list, Conditional{Field: field, Value: text, Verdict: v, Text: "With " + with + ": " + VerdictTitle(v)})
		}
	}
	yes := true
	for _, need := range []struct {
		field, with string
		answer      func(*Organisation) **bool
	}{
		{"mtls_required", "an mTLS mandate", func(o *Organisation) **bool { return &o.MTLSRequired }},
		{"canary_required", "canary releases", func(o *Organisation) **bool { return &o.CanaryRequired }},
		{"complex_traffic", "complex traffic", func(o *Organisation) **bool { return &o.ComplexTraffic }},
		{"polyglot", "several languages", func(o *Organisation) **bool { return &o.Polyglot }},
		{"uniform_metrics_required", "uniform metrics", func(o *Organisation) **bool { return &o.UniformMetricsRequired }},
		{"multi_cluster", "several clusters", func(o *Organisation) **bool { return &o.MultiCluster }},
		{"edge_only", "traffic rules at the edge only", func(o *Organisation) **bool { return &o.EdgeOnly }},
	} {
		if *need.answer(&c.needs) == nil {
			ask(need.field, "true", need.with, func(o *Organisation) { *need.answer(o) = &yes })
		}
	}
	no := false
	if c.needs.ComplexTraffic == nil {
		ask("complex_traffic", "false", "simple networking", func(o *Organisation) { o.ComplexTraffic = &no })
	}
	if c.needs.DistributedExperience == nil {
		ask("distributed_experience", "false", "a team new to distributed systems", func(o *Organisation) { o.DistributedExperience = &no })
	}
	one := int64(1)
	if c.needs.MeshEngineers == nil {
		ask("mesh_engineers", "1", "one mesh engineer", func(o *Organisation) { o.MeshEngineers = &one })
	}
	if growth := c.openingBudget(); c.needs.MaxCostGrowth == nil && growth != nil {
		ask("max_cost_growth", plainNumber(*growth), fmt.Sprintf("a budget of × %.2f", *growth), func(o *Organisation) { o.MaxCostGrowth = growth })
	}
	return append(list, c.bothGates(verdict)...)
}

// openingBudget is the smallest budget, in steps of 0.01, that bears the candidate.
func (c *court) openingBudget() *float64 {
	if c.candidate == nil || c.candidate.headlineGrowth() == nil {
		return nil
	}
	most := max(math.Ceil(*c.candidate.headlineGrowth()*100-1e-9)/100, 1)
	return &most
}

// bothGates says what the verdict is once both gates are open, where neither alone does it.
func (c *court) bothGates(verdict string) []Conditional {
	growth := c.openingBudget()
	if verdict != VerdictNotYet || growth == nil || c.needs.MeshEngineers != nil || c.needs.MaxCostGrowth != nil {
		return nil
	}
	one := int64(1)
	other := *c
	other.needs.MeshEngineers, other.needs.MaxCostGrowth = &one, growth
	v := other.decide()
	if v == verdict {
		return nil
	}
	return []Conditional{{
		Field: "mesh_engineers,max_cost_growth", Value: "1," + plainNumber(*growth), Verdict: v,
		Text: fmt.Sprintf("With one mesh engineer and a budget of × %.2f: %s", *growth, VerdictTitle(v)),
	}}
}

// VerdictTitle is a verdict in words.
func VerdictTitle(verdict string) string {
	switch verdict {
	case VerdictNoMesh:
		return "no mesh"
	case VerdictNotYet:
		return "not yet"
	case PatternGateway:
		return "a gateway only"
	case PatternAmbient:
		return "ambient"
	case PatternAmbientL7:
		return "ambient with waypoints"
	case PatternSidecar:
		return "sidecars"
	case PatternLinkerd:
		return "Linkerd"
	}
	return verdict
}

// sentence is the verdict as an architect would say it.
func (c *court) sentence(plan *Plan) string {
	services := fmt.Sprintf("%d services", c.services)
	if c.services == 1 {
		services = "one service"
	}
	switch plan.Verdict {
	case VerdictNoMesh:
		side := c.result(PatternSidecar)
		return fmt.Sprintf("No mesh: at %s nothing that you need asks for one; sidecars would %s.", services, c.effect(side))
	case VerdictNotYet:
		if c.candidate == nil {
			return fmt.Sprintf("Not yet: at %s a mesh is needed, but no pattern that meets the needs may be used.", services)
		}
		return fmt.Sprintf("Not yet: at %s %s would %s, %s.", services, VerdictTitle(c.candidate.Pattern), c.effect(c.candidate), c.closedGates())
	}
	sentence := fmt.Sprintf("Run %s: at %s it would %s", VerdictTitle(plan.Verdict), services, c.effect(c.candidate))
	if side := c.result(PatternSidecar); plan.Verdict != PatternSidecar && side.Status != StatusInfeasible {
		sentence += "; sidecars would " + c.effect(side)
	}
	return sentence + "."
}

// closedGates says which gates are closed, in words.
func (c *court) closedGates() string {
	var reasons []string
	for _, r := range c.rules {
		if _, state := r.see(c); r.closes(state) {
			reasons = append(reasons, c.gateReason(r.id, state))
		}
	}
	return "but " + strings.Join(reasons, " and ")
}

func (c *court) gateReason(id, state string) string {
	switch {
	case id == "expertise" && state == stateUnknown:
		return "it is not known whether anybody can run it"
	case id == "expertise":
		return "nobody can run it"
	case id == "distributed_systems":
		return "the team has no experience with distributed systems"
	case id == "resource_overhead":
		return fmt.Sprintf("requests may grow only × %.2f", *c.needs.MaxResourceGrowth)
	case id == "operational_budget":
		return fmt.Sprintf("running it would cost $%s a month and the budget has $%s", thousands(c.monthlyUSD(c.candidate)), thousands(*c.needs.MeshBudgetMonthlyUSD))
	case state == stateUnknown:
		return "the budget is not known"
	}
	return fmt.Sprintf("the budget bears only × %.2f", *c.needs.MaxCostGrowth)
}

// closedField is the input behind the first closed gate.
func (c *court) closedField() string {
	for _, r := range c.rules {
		if _, state := r.see(c); r.closes(state) {
			return r.field
		}
	}
	return ""
}

// effect says what a pattern adds, in money and growth.
func (c *court) effect(r *Result) string {
	if r == nil || r.Status == StatusInfeasible {
		return "not fit on these nodes"
	}
	growth := r.headlineGrowth()
	added := r.MonthlyCostUSD - c.results[0].MonthlyCostUSD
	switch {
	case growth == nil:
		return fmt.Sprintf("take %d nodes", r.Nodes)
	case *growth == 1:
		return "add nothing to the bill"
	case *growth < 1:
		return fmt.Sprintf("cost %s less, a packing accident", percent(1-*growth))
	case r.CostGrowth == nil:
		return fmt.Sprintf("add %s nodes", percent(*growth-1))
	}
	return fmt.Sprintf("add $%s a month (+%s)", thousands(added), percent(*growth-1))
}

func percent(share float64) string {
	if math.Abs(share) < 0.01 {
		return fmt.Sprintf("%.1f %%", share*100)
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

// thousands writes whole dollars with commas, for sentences.
func thousands(usd float64) string {
	digits := strconv.FormatFloat(math.Round(usd), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
