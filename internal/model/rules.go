package model

import (
	"fmt"
	"strconv"

	"meshplan/internal/facts"
)

// Kinds of rules.
const (
	ruleNeed     = "need"     // something a mesh gives
	ruleSoft     = "soft"     // an opinion by service count, one term among others
	ruleGate     = "gate"     // something a mesh takes; closed gates make the verdict not_yet
	ruleMaturity = "maturity" // whether a pattern may be used at the plan's date
)

// States of a rule.
const (
	stateMet     = "met"
	stateNotMet  = "not_met"
	stateUnknown = "unknown"
)

// rule is one line of the verdict. Needs and soft terms add their weight to the score
// when they are met; a mesh is wanted from wantedFrom. The weights are this project's
// reading of the cited opinions, not a measurement: the registry's section 10 has no
// published threshold that is more than an opinion.
type rule struct {
	id        string
	kind      string
	statement string
	field     string
	weight    float64
	factID    string
	preset    string // preset that set the threshold
	threshold string
	see       func(c *court) (seen, state string)
}

// wantedFrom is the score from which a mesh is wanted: a mandate alone reaches it at any
// size, canaries do at ten services and more, and two weaker needs do together.
const wantedFrom = 2

// court is what the rules look at.
type court struct {
	needs     Organisation
	preset    facts.Preset
	asOf      string
	services  int64
	results   []Result
	candidate *Result // the pattern that the needs point to; nil while no mesh is wanted
}

func (c *court) result(id string) *Result {
	for i := range c.results {
		if c.results[i].Pattern == id {
			return &c.results[i]
		}
	}
	return nil
}

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

// rulesFor lists the rules with the thresholds of a preset.
func rulesFor(p facts.Preset) []rule {
	avoid, _ := p.Assume("services_avoid_below")
	from, _ := p.Assume("services_use_from")
	return append(needRules(), []rule{
		{
			id: "few_services", kind: ruleSoft, field: "services", weight: -2, factID: avoid.Fact.ID, preset: avoid.PresetID,
			statement: "Below " + plainNumber(avoid.Typical()) + " services a mesh costs more attention than it saves",
			threshold: "< " + plainNumber(avoid.Typical()),
			see:       func(c *court) (string, string) { return c.servicesSeen(float64(c.services) < avoid.Typical()) },
		},
		{
			id: "many_services", kind: ruleSoft, field: "services", weight: 1, factID: from.Fact.ID, preset: from.PresetID,
			statement: "From " + plainNumber(from.Typical()) + " services on, with complex traffic, a mesh is worth it",
			threshold: "≥ " + plainNumber(from.Typical()),
			see:       func(c *court) (string, string) { return c.servicesSeen(float64(c.services) >= from.Typical()) },
		},
		{
			id: "expertise", kind: ruleGate, field: "mesh_engineers", threshold: "≥ 1", factID: "cncf_micro_barrier_expertise",
			statement: "Somebody on the team can run a mesh", see: seeEngineers,
		},
		{
			id: "budget", kind: ruleGate, field: "max_cost_growth", factID: "report_cluster_multiplier",
			statement: "The packed growth of the chosen pattern is within what the budget bears", see: seeBudget,
		},
	}...)
}

func needRules() []rule {
	return []rule{
		{
			id: "mtls_mandate", kind: ruleNeed, field: "mtls_required", weight: 4, factID: "cncf_micro_driver", threshold: "yes",
			statement: "Encryption between services is mandated",
			see:       yesNo(func(o Organisation) *bool { return o.MTLSRequired }),
		},
		{
			id: "canary", kind: ruleNeed, field: "canary_required", weight: 2, factID: "thr_report", threshold: "yes",
			statement: "Traffic has to be split between versions",
			see:       yesNo(func(o Organisation) *bool { return o.CanaryRequired }),
		},
		{
			id: "complex_traffic", kind: ruleNeed, field: "complex_traffic", weight: 1, factID: "report_use_from_services", threshold: "yes",
			statement: "Services call each other in complex patterns",
			see:       yesNo(func(o Organisation) *bool { return o.ComplexTraffic }),
		},
		{
			id: "polyglot", kind: ruleNeed, field: "polyglot", weight: 1, factID: "thr_blog_5", threshold: "yes",
			statement: "Several languages share no library for mTLS, retries and telemetry",
			see:       yesNo(func(o Organisation) *bool { return o.Polyglot }),
		},
		{
			id: "uniform_metrics", kind: ruleNeed, field: "uniform_metrics_required", weight: 1, factID: "thr_layer5", threshold: "yes",
			statement: "The same metrics are needed from every service",
			see:       yesNo(func(o Organisation) *bool { return o.UniformMetricsRequired }),
		},
		{
			id: "multi_cluster", kind: ruleNeed, field: "multi_cluster", weight: 1, factID: "ambient_multicluster_status", threshold: "yes",
			statement: "Services call across clusters",
			see:       yesNo(func(o Organisation) *bool { return o.MultiCluster }),
		},
	}
}

func (c *court) servicesSeen(met bool) (string, string) {
	seen := strconv.FormatInt(c.services, 10)
	if met {
		return seen, stateMet
	}
	return seen, stateNotMet
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
	seen := fmt.Sprintf("%s × %.4g", c.candidate.Pattern, *growth)
	switch most := c.needs.MaxCostGrowth; {
	case most == nil:
		return seen, stateUnknown
	case *growth <= *most:
		return seen, stateMet
	}
	return seen, stateNotMet
}
