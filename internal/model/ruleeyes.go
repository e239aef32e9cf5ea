package model

import (
	"fmt"
	"strconv"

	"meshplan/internal/facts"
)

// yesNo makes a rule's eye for an answer of yes, no or unknown.
func yesNo(answer func(Organisation) *bool) func(*court) (string, string) {
	return func(c *court) (string, string) {
		switch a := answer(c.needs); {
		case a == nil:
			return "", stateUnknown
		case *a:
			return "yes", stateMet
		}
		return "no", stateNotMet
	}
}

// atMost words a threshold that the user sets.
func atMost(limit func(Organisation) *float64) func(*court) string {
	return func(c *court) string {
		if most := limit(c.needs); most != nil {
			return "≤ " + plainNumber(*most)
		}
		return "unknown"
	}
}

func (c *court) servicesSeen(met bool) (string, string) {
	seen := strconv.FormatInt(c.services, 10)
	if met {
		return seen, stateMet
	}
	return seen, stateNotMet
}

// seeSimple is met when traffic is said not to be complex and no need is met that asks
// for a proxy which reads requests.
func seeSimple(c *court) (string, string) {
	switch complex := c.needs.ComplexTraffic; {
	case complex == nil:
		return "", stateUnknown
	case *complex:
		return "complex", stateNotMet
	case c.asked(asksL7):
		return "simple, but requests have to be read", stateNotMet
	}
	return "simple", stateMet
}

func seeEngineers(c *court) (string, string) {
	n := c.needs.MeshEngineers
	switch {
	case n == nil:
		return "", stateUnknown
	case *n >= 1:
		return strconv.FormatInt(*n, 10), stateMet
	}
	return strconv.FormatInt(*n, 10), stateNotMet
}

// seeBudget compares the candidate's growth with what the budget bears. Where nodes have
// no price the growth in nodes stands in for the growth in cost.
func seeBudget(c *court) (string, string) {
	if c.candidate == nil {
		return "", stateUnknown
	}
	growth := c.candidate.headlineGrowth()
	if growth == nil {
		return "no baseline to compare with", stateUnknown
	}
	return within(fmt.Sprintf("%s × %.4g", c.candidate.Pattern, *growth), *growth, c.needs.MaxCostGrowth)
}

// seeResources compares the larger growth of requested CPU and memory with what can be
// afforded.
func seeResources(c *court) (string, string) {
	if c.candidate == nil {
		return "", stateUnknown
	}
	growth, known := c.candidate.resourceGrowth()
	if !known {
		return "no baseline to compare with", stateUnknown
	}
	return within(fmt.Sprintf("%s × %.4g", c.candidate.Pattern, growth), growth, c.needs.MaxResourceGrowth)
}

// seeMonthlyBudget compares nodes, licence and people with what running a mesh may cost.
// People and licence count as far as they are given.
func seeMonthlyBudget(c *court) (string, string) {
	if c.candidate == nil {
		return "", stateUnknown
	}
	cost := c.monthlyUSD(c.candidate)
	return within(fmt.Sprintf("%s $%s a month", c.candidate.Pattern, money(cost)), cost, c.needs.MeshBudgetMonthlyUSD)
}

func within(seen string, value float64, most *float64) (string, string) {
	switch {
	case most == nil:
		return seen, stateUnknown
	case value <= *most:
		return seen, stateMet
	}
	return seen, stateNotMet
}

// resourceGrowth is the larger growth of requested CPU and memory.
func (r *Result) resourceGrowth() (float64, bool) {
	largest, known := 0.0, false
	for _, growth := range []*float64{r.CPUGrowth, r.MemoryGrowth} {
		if growth != nil {
			largest, known = max(largest, *growth), true
		}
	}
	return largest, known
}

// monthlyUSD is what running a pattern costs a month beside the application: the nodes it
// adds, the licence, and the people who keep it.
func (c *court) monthlyUSD(r *Result) float64 {
	people := value(c.needs.MeshUpkeepEngineers, 0) * value(c.needs.EngineerMonthlyUSD, 0)
	return r.MonthlyCostUSD - c.results[0].MonthlyCostUSD + value(c.needs.LicenceMonthlyUSD, 0) + people
}

const presetFieldReport = "field-report-2025-09"

// seeAmbientReleased looks at the date, or at the Istio version where one is given.
func seeAmbientReleased(c *court) (string, string) {
	general, _ := facts.ReleaseOf("istio", "1.24") // ambient_ga_version
	switch {
	case c.istioVersion != "" && CompareVersions(c.istioVersion, general.Version) < 0:
		return "Istio " + c.istioVersion + "; ambient became generally available with Istio 1.24", stateNotMet
	case c.asOf < general.Released:
		return "ambient became generally available with Istio 1.24 on " + general.Released, stateNotMet
	}
	return "as of " + c.asOf, stateMet
}

func seeAmbientOpinion(c *court) (string, string) {
	if c.preset.ID != presetFieldReport {
		return c.preset.ID, stateMet
	}
	general, _ := facts.ReleaseOf("istio", "1.24")
	return "the field report calls ambient beta and advises against it; Istio calls it stable since " + general.Released, stateNotMet
}

func seeAmbientClusters(c *court) (string, string) {
	switch several := c.needs.MultiCluster; {
	case several == nil:
		return "", stateUnknown
	case *several:
		return "ambient across clusters was still beta in Istio 1.29 (February 2026)", stateNotMet
	}
	return "one cluster", stateMet
}
