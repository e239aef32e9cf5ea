package model

import (
	"slices"
	"testing"

	"meshplan/internal/facts"
)

// packed makes the results of a plan by hand: growth in cost of ambient, ambient-l7,
// sidecar and linkerd, in nodes of $100.
func packed(growth ...float64) []Result {
	results := []Result{{Pattern: PatternNone, MonthlyCostUSD: 1000, Nodes: 10}, {Pattern: PatternGateway, MonthlyCostUSD: 1100, Nodes: 11}}
	for i, id := range []string{PatternAmbient, PatternAmbientL7, PatternSidecar, PatternLinkerd} {
		results = append(results, Result{Pattern: id, MonthlyCostUSD: 1000 * growth[i], Nodes: int64(10 * growth[i])})
	}
	for i := range results {
		growth := results[i].MonthlyCostUSD / 1000
		results[i].CostGrowth, results[i].CPUGrowth = &growth, &growth
	}
	return results
}

// Cases between which no rule is idle.
var mutationCases = map[string]struct {
	preset   string
	asOf     string
	services int64
	needs    Organisation
}{
	"mandate":            {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired = yes() })},
	"canary":             {services: 20, needs: answers(func(o *Organisation) { o.CanaryRequired = yes() })},
	"complex and many":   {services: 60, needs: answers(func(o *Organisation) { o.ComplexTraffic = yes() })},
	"polyglot metrics":   {services: 20, needs: answers(func(o *Organisation) { o.Polyglot, o.UniformMetricsRequired = yes(), yes() })},
	"clusters and many":  {services: 60, needs: answers(func(o *Organisation) { o.MultiCluster = yes() })},
	"few with canary":    {services: 5, needs: answers(func(o *Organisation) { o.CanaryRequired = yes() })},
	"edge":               {services: 20, needs: answers(func(o *Organisation) { o.CanaryRequired, o.EdgeOnly = yes(), yes() })},
	"simple":             {services: 60, needs: answers(func(o *Organisation) { o.MultiCluster, o.ComplexTraffic = yes(), no() })},
	"nobody":             {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.MeshEngineers = yes(), new(int64) })},
	"no experience":      {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.DistributedExperience = yes(), no() })},
	"little budget":      {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.MaxCostGrowth = yes(), number(1.01) })},
	"little to request":  {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.MaxResourceGrowth = yes(), number(1.01) })},
	"little to run on":   {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.MeshBudgetMonthlyUSD = yes(), number(1) })},
	"before 1.24":        {services: 20, asOf: "2024-01-01", needs: answers(func(o *Organisation) { o.MTLSRequired = yes() })},
	"field report":       {services: 20, preset: presetFieldReport, needs: answers(func(o *Organisation) { o.MTLSRequired = yes() })},
	"mandate, clusters":  {services: 20, needs: answers(func(o *Organisation) { o.MTLSRequired, o.MultiCluster = yes(), yes() })},
	"mandate, few hands": {services: 5, needs: answers(func(o *Organisation) { o.MTLSRequired, o.ComplexTraffic = yes(), no() })},
}

func yes() *bool                { b := true; return &b }
func no() *bool                 { return new(bool) }
func number(v float64) *float64 { return &v }

// answers opens the gates and then changes what a case is about.
func answers(change func(*Organisation)) Organisation {
	engineers, most := int64(2), 2.0
	o := Organisation{MeshEngineers: &engineers, MaxCostGrowth: &most}
	change(&o)
	return o
}

// verdicts of all cases, with one rule left out.
func verdicts(without string) map[string]string {
	out := map[string]string{}
	for name, c := range mutationCases {
		id, asOf := facts.DefaultPreset, "2026-11-01"
		if c.preset != "" {
			id = c.preset
		}
		if c.asOf != "" {
			asOf = c.asOf
		}
		preset, _ := facts.PresetByID(id)
		court := &court{
			rules: slices.DeleteFunc(slices.Clone(rulesFor(preset)), func(r *rule) bool { return r.id == without }),
			needs: c.needs, preset: preset, asOf: asOf, services: c.services, results: packed(1.05, 1.2, 1.5, 1.3),
		}
		out[name] = court.decide()
	}
	return out
}

func TestWithoutAnyOneRuleSomeVerdictIsAnother(t *testing.T) {
	all := verdicts("")
	preset, _ := facts.PresetByID(facts.DefaultPreset)
	for _, r := range rulesFor(preset) {
		changed := ""
		for name, v := range verdicts(r.id) {
			if v != all[name] {
				changed = name
			}
		}
		if changed == "" {
			t.Errorf("%s is dead: no case changes without it", r.id)
		}
	}
}

func TestEveryWeightBelongsToARule(t *testing.T) {
	preset, _ := facts.PresetByID(facts.DefaultPreset)
	rules := rulesFor(preset)
	for id := range weights {
		if !slices.ContainsFunc(rules, func(r *rule) bool { return r.id == id && (r.kind == ruleNeed || r.kind == ruleSoft) }) {
			t.Errorf("a weight for %s, which is no need and no soft term", id)
		}
	}
}
