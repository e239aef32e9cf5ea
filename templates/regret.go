package templates

import (
	"math"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// Regrets are the choices ranked by what they lose, for a scenario.
type Regrets struct {
	Scenario model.Scenario
	Result   analysis.RegretResult
}

// fewChoices are shown at once.
const fewChoices = 8

// choiceText is a choice in words.
func choiceText(c analysis.RegretChoice) string {
	text := patternTitle(c.Pattern) + " on " + c.NodeType
	if c.Proxy != nil {
		text += ", proxies of " + CPU(c.Proxy.CPUMillicores) + " and " + Memory(c.Proxy.MemoryMiB)
	}
	return text
}

// address opens the plan with a choice; "" when it is too long for an address. A choice
// that is the scenario's own in everything it says is that scenario.
func (v Regrets) address(c analysis.RegretChoice) string {
	s := v.Scenario
	if s.Nodes.NodeType != nil && *s.Nodes.NodeType == c.NodeType || c.Yours {
		return v.withProxy(s, c)
	}
	s.Nodes.NodeType = &c.NodeType
	return v.withProxy(s, c)
}

func (v Regrets) withProxy(s model.Scenario, c analysis.RegretChoice) string {
	if c.Proxy != nil && !c.Yours {
		s.Mesh.ProxyCPUMillicores, s.Mesh.ProxyMemoryMiB = &c.Proxy.CPUMillicores, &c.Proxy.MemoryMiB
		// A limit below the request would be refused.
		s.Mesh.ProxyCPULimitMillicores, s.Mesh.ProxyMemoryLimitMiB = nil, nil
	}
	return AddressOf(s)
}

// Points is a regret: no unit, since powers of dollars have none.
func Points(v float64) string { return Whole(int64(math.Round(v))) }

// wholeDollars are means of a column: with cents in the small ones only they would not compare.
func wholeDollars(usd float64) string { return Dollars(math.Round(usd)) }
