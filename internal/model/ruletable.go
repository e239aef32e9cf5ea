package model

import (
	"slices"
	"sync"

	"meshplan/internal/facts"
)

// ruleBooks are the rules of every preset, by its id. Making them takes longer than
// judging by them.
var ruleBooks = sync.OnceValue(func() map[string][]*rule {
	books := map[string][]*rule{}
	for _, p := range facts.Presets() {
		books[p.ID] = slices.Concat(needRules(), softRules(p), gateRules(), maturityRules())
	}
	return books
})

// rulesFor lists the rules with the thresholds of a preset, in the order shown. They are
// shared: read them only.
func rulesFor(p facts.Preset) []*rule { return ruleBooks()[p.ID] }

func needRules() []*rule {
	yes := func(id, field, factID, statement, asks string, answer func(Organisation) *bool, lines ...string) *rule {
		return &rule{
			id: id, kind: ruleNeed, field: field, factID: factID, threshold: "yes", statement: statement,
			asks: asks, lines: lines, see: yesNo(answer),
		}
	}
	return []*rule{
		yes("mtls_mandate", "mtls_required", "cncf_micro_driver", "Encryption between services is mandated", asksEncryption,
			func(o Organisation) *bool { return o.MTLSRequired }, "report_use_encryption"),
		yes("canary", "canary_required", "report_use_splitting", "Traffic has to be split between versions", asksL7,
			func(o Organisation) *bool { return o.CanaryRequired }, "report_use_splitting"),
		yes("complex_traffic", "complex_traffic", "report_use_complex_50", "Services call each other in complex patterns", asksL7,
			func(o Organisation) *bool { return o.ComplexTraffic }, "report_use_complex_50"),
		yes("polyglot", "polyglot", "thr_blog_5", "Several languages share no library for mTLS, retries and telemetry", asksL7,
			func(o Organisation) *bool { return o.Polyglot }),
		yes("uniform_metrics", "uniform_metrics_required", "thr_layer5", "The same metrics are needed from every service", asksL7,
			func(o Organisation) *bool { return o.UniformMetricsRequired }),
		yes("multi_cluster", "multi_cluster", "ambient_multicluster_status", "Services call across clusters", asksEncryption,
			func(o Organisation) *bool { return o.MultiCluster }),
		yes("edge_only", "edge_only", "report_gateway_only", "Traffic rules are needed only where traffic enters the cluster", asksEdge,
			func(o Organisation) *bool { return o.EdgeOnly }),
	}
}

func softRules(p facts.Preset) []*rule {
	avoid, _ := p.Assume("services_avoid_below")
	from, _ := p.Assume("services_use_from")
	return []*rule{
		{
			id: "few_services", kind: ruleSoft, field: "services", factID: avoid.Fact.ID, preset: avoid.PresetID,
			statement: "Below " + plainNumber(avoid.Typical()) + " services a mesh costs more attention than it saves",
			threshold: "< " + plainNumber(avoid.Typical()), lines: []string{"report_avoid_few"},
			see: func(c *court) (string, string) { return c.servicesSeen(float64(c.services) < avoid.Typical()) },
		},
		{
			id: "many_services", kind: ruleSoft, field: "services", factID: from.Fact.ID, preset: from.PresetID,
			statement: "From " + plainNumber(from.Typical()) + " services on, with complex traffic, a mesh is worth it",
			threshold: "≥ " + plainNumber(from.Typical()), lines: []string{"report_use_complex_50"},
			see: func(c *court) (string, string) { return c.servicesSeen(float64(c.services) >= from.Typical()) },
		},
		{
			id: "simple_networking", kind: ruleSoft, field: "complex_traffic", factID: "report_avoid_simple", threshold: "no",
			statement: "The network is simple: no complex traffic, and nothing else that reads requests between services",
			lines:     []string{"report_avoid_simple"}, see: seeSimple,
		},
	}
}

func gateRules() []*rule {
	return []*rule{
		{
			id: "expertise", kind: ruleGate, field: "mesh_engineers", threshold: "≥ 1", factID: "cncf_micro_barrier_expertise",
			statement: "Somebody on the team can run a mesh", lines: []string{"report_use_expertise"}, see: seeEngineers,
		},
		{
			id: "distributed_systems", kind: ruleGate, field: "distributed_experience", threshold: "not no", factID: "report_avoid_expertise",
			statement: "The team knows distributed systems", lines: []string{"report_avoid_expertise"}, lenient: true,
			see: yesNo(func(o Organisation) *bool { return o.DistributedExperience }),
		},
		{
			id: "budget", kind: ruleGate, field: "max_cost_growth", factID: "report_cluster_multiplier",
			statement: "The packed growth of the chosen pattern is within what the budget bears",
			lines:     []string{"report_use_budget"}, see: seeBudget, limit: atMost(func(o Organisation) *float64 { return o.MaxCostGrowth }),
		},
		{
			id: "resource_overhead", kind: ruleGate, field: "max_resource_growth", factID: "report_pod_overhead_share",
			statement: "The growth in requested CPU and memory can be afforded", lenient: true,
			lines: []string{"report_avoid_overhead"}, see: seeResources, limit: atMost(func(o Organisation) *float64 { return o.MaxResourceGrowth }),
		},
		{
			id: "operational_budget", kind: ruleGate, field: "mesh_budget_monthly_usd", factID: "report_avoid_budget",
			statement: "Nodes, licence and people of the mesh are within the monthly budget", lenient: true,
			lines: []string{"report_avoid_budget"}, see: seeMonthlyBudget, limit: atMost(func(o Organisation) *float64 { return o.MeshBudgetMonthlyUSD }),
		},
	}
}

func maturityRules() []*rule {
	inAmbient := []string{PatternAmbient, PatternAmbientL7}
	return []*rule{
		{
			id: "ambient_mature", kind: ruleMaturity, field: "as_of", factID: "ambient_ga_version", forbids: inAmbient,
			statement: "Ambient is generally available", threshold: "Istio 1.24", see: seeAmbientReleased,
		},
		{
			id: "ambient_advised_against", kind: ruleMaturity, field: "preset", factID: "report_ambient_status", forbids: inAmbient,
			statement: "The preset does not advise against ambient", threshold: "not " + presetFieldReport, see: seeAmbientOpinion,
		},
		{
			id: "ambient_multi_cluster", kind: ruleMaturity, field: "multi_cluster", factID: "ambient_multicluster_status", forbids: inAmbient,
			statement: "Ambient is stable for what has to be spanned", threshold: "one cluster", see: seeAmbientClusters,
		},
	}
}
