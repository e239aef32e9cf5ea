package model

import "fmt"

// excuses says for every pattern why it was not chosen.
func (c *court) excuses(verdict string) []Excuse {
	list := []Excuse{}
	for i := range c.results {
		if r := &c.results[i]; r.Pattern != verdict && (r.Pattern != PatternNone || verdict != VerdictNoMesh) {
			list = append(list, c.excuse(r, verdict))
		}
	}
	return list
}

func (c *court) excuse(r *Result, verdict string) Excuse {
	p, _ := patternByID(r.Pattern)
	e := Excuse{Subject: r.Pattern, Kind: "pattern"}
	_, why := c.maturity(r.Pattern)
	growth := r.headlineGrowth()
	switch {
	case r.Status == StatusInfeasible:
		e.Reason, e.Field, e.Message = "unplaceable", "node_type", "a pod of this pattern fits on no node"
	case verdict == VerdictNoMesh:
		e.Reason, e.Message = "not_needed", "nothing that you need asks for it"
	case value(c.needs.MTLSRequired, false) && !p.encrypts:
		e.Reason, e.Field, e.Message = "no_encryption", "mtls_required", "it does not encrypt between services"
	case c.needsL7() && !c.edgeOnly() && !p.routesL7:
		e.Reason, e.Message = "no_l7", "it cannot split, retry or measure requests between services"
	case !p.encrypts && !p.routesL7 && !c.edgeOnly():
		e.Reason, e.Message = "needs_unmet", "it does nothing between services"
	case why != "":
		e.Reason, e.Field, e.Message = "immature", "as_of", why
	case growth != nil && c.needs.MaxCostGrowth != nil && *growth > *c.needs.MaxCostGrowth:
		e.Reason, e.Field, e.Shortfall = "over_budget", "max_cost_growth", *growth-*c.needs.MaxCostGrowth
		e.Message = fmt.Sprintf("it grows the bill × %.4g; the budget bears × %.4g", *growth, *c.needs.MaxCostGrowth)
	case c.overResources(r):
		resources, _ := r.resourceGrowth()
		e.Reason, e.Field, e.Shortfall = "over_resources", "max_resource_growth", resources-*c.needs.MaxResourceGrowth
		e.Message = fmt.Sprintf("requests grow × %.4g; × %.4g can be afforded", resources, *c.needs.MaxResourceGrowth)
	case c.needs.MeshBudgetMonthlyUSD != nil && c.monthlyUSD(r) > *c.needs.MeshBudgetMonthlyUSD:
		e.Reason, e.Field, e.Shortfall = "over_monthly_budget", "mesh_budget_monthly_usd", c.monthlyUSD(r)-*c.needs.MeshBudgetMonthlyUSD
		e.Message = fmt.Sprintf("running it costs $%.2f a month; the budget has $%.2f", c.monthlyUSD(r), *c.needs.MeshBudgetMonthlyUSD)
	case c.candidate == r:
		e.Reason, e.Field, e.Message = "gate_closed", c.closedField(), "it fits the needs, "+c.closedGates()
	case c.candidate != nil && r.MonthlyCostUSD > c.candidate.MonthlyCostUSD:
		e.Reason, e.Field, e.Shortfall = "dearer", "monthly_cost_usd", r.MonthlyCostUSD-c.candidate.MonthlyCostUSD
		e.Message = fmt.Sprintf("it costs $%.2f a month more than %s", e.Shortfall, VerdictTitle(c.candidate.Pattern))
	default:
		e.Reason, e.Message = "not_preferred", "it meets the needs, and another pattern meets them more simply"
	}
	return e
}

func (c *court) overResources(r *Result) bool {
	growth, known := r.resourceGrowth()
	return known && c.needs.MaxResourceGrowth != nil && growth > *c.needs.MaxResourceGrowth
}
