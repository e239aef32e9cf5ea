package model_test

import (
	"slices"
	"testing"

	"meshplan/internal/model"
)

// open answers both gates, so that the line under test is what decides.
func open(values map[string]string) map[string]string {
	for name, text := range map[string]string{"mesh_engineers": "2", "max_cost_growth": "2", "pod_cpu_m": "250"} {
		if _, given := values[name]; !given {
			values[name] = text
		}
	}
	return values
}

// Every line of the field report's lists, in its order, with an answer that brings the
// line about and the same scenario without it.
var frameworkCases = []struct {
	line          string
	with, without map[string]string
	verdict       string
	otherwise     string
}{
	{
		line:    "report_use_complex_50",
		with:    open(map[string]string{"services": "50", "complex_traffic": "true"}),
		without: open(map[string]string{"services": "49", "complex_traffic": "true"}),
		verdict: "ambient-l7", otherwise: "no_mesh",
	},
	{
		line:    "report_use_encryption",
		with:    open(map[string]string{"services": "20", "mtls_required": "true"}),
		without: open(map[string]string{"services": "20", "mtls_required": "false"}),
		verdict: "ambient", otherwise: "no_mesh",
	},
	{
		line:    "report_use_splitting",
		with:    open(map[string]string{"services": "20", "canary_required": "true"}),
		without: open(map[string]string{"services": "20", "canary_required": "false"}),
		verdict: "ambient-l7", otherwise: "no_mesh",
	},
	{
		line:    "report_use_expertise",
		with:    open(map[string]string{"services": "20", "mtls_required": "true", "mesh_engineers": "1"}),
		without: open(map[string]string{"services": "20", "mtls_required": "true", "mesh_engineers": "0"}),
		verdict: "ambient", otherwise: "not_yet",
	},
	{ // the field report's own sidecars, beside pods of 300m
		line:    "report_use_budget",
		with:    open(map[string]string{"services": "100", "pod_cpu_m": "300", "pod_memory_mib": "256", "canary_required": "true", "preset": "field-report-2025-09", "max_cost_growth": "2"}),
		without: open(map[string]string{"services": "100", "pod_cpu_m": "300", "pod_memory_mib": "256", "canary_required": "true", "preset": "field-report-2025-09", "max_cost_growth": "1.1"}),
		verdict: "linkerd", otherwise: "not_yet",
	},
	{
		line:    "report_avoid_few",
		with:    open(map[string]string{"services": "9", "canary_required": "true"}),
		without: open(map[string]string{"services": "10", "canary_required": "true"}),
		verdict: "no_mesh", otherwise: "ambient-l7",
	},
	{
		line:    "report_avoid_expertise",
		with:    open(map[string]string{"services": "20", "mtls_required": "true", "distributed_experience": "false"}),
		without: open(map[string]string{"services": "20", "mtls_required": "true", "distributed_experience": "true"}),
		verdict: "not_yet", otherwise: "ambient",
	},
	{ // sidecars of 100m beside pods of 100m nearly double what is requested; 40 % is afforded
		line:    "report_avoid_overhead",
		with:    open(map[string]string{"services": "200", "pod_cpu_m": "100", "pod_memory_mib": "256", "canary_required": "true", "multi_cluster": "true", "max_cost_growth": "3", "max_resource_growth": "1.4"}),
		without: open(map[string]string{"services": "200", "pod_cpu_m": "100", "pod_memory_mib": "256", "canary_required": "true", "multi_cluster": "true", "max_cost_growth": "3", "max_resource_growth": "2.5"}),
		verdict: "not_yet", otherwise: "sidecar",
	},
	{ // half an engineer at $12,000 is $6,000 a month before the first node
		line: "report_avoid_budget",
		with: open(map[string]string{"services": "20", "mtls_required": "true", "engineer_monthly_usd": "12000",
			"mesh_upkeep_engineers": "0.5", "mesh_budget_monthly_usd": "5000"}),
		without: open(map[string]string{"services": "20", "mtls_required": "true", "engineer_monthly_usd": "12000",
			"mesh_upkeep_engineers": "0.5", "mesh_budget_monthly_usd": "20000"}),
		verdict: "not_yet", otherwise: "ambient",
	},
	{
		line:    "report_avoid_simple",
		with:    open(map[string]string{"services": "60", "multi_cluster": "true", "complex_traffic": "false"}),
		without: open(map[string]string{"services": "60", "multi_cluster": "true"}),
		verdict: "no_mesh", otherwise: "sidecar",
	},
}

func TestEveryLineOfTheFieldReportDrivesAVerdict(t *testing.T) {
	lines := model.Framework()
	if len(lines) != len(frameworkCases) {
		t.Fatalf("%d lines, %d cases", len(lines), len(frameworkCases))
	}
	for i, c := range frameworkCases {
		line := lines[i]
		if line.FactID != c.line || line.Text == "" || len(line.RuleIDs) == 0 {
			t.Errorf("line %d is %+v, want %s with its rules", i, line, c.line)
		}
		with, without := evaluate(t, flat(t, c.with)), evaluate(t, flat(t, c.without))
		if with.Verdict != c.verdict || without.Verdict != c.otherwise {
			t.Errorf("%s: %s (%s) and otherwise %s (%s); want %s and %s", line.Text,
				with.Verdict, with.Reasoning.Sentence, without.Verdict, without.Reasoning.Sentence, c.verdict, c.otherwise)
		}
		moved := slices.ContainsFunc(line.RuleIDs, func(id string) bool {
			return ruleOf(t, with, id).Effect != ruleOf(t, without, id).Effect
		})
		if !moved {
			t.Errorf("%s: none of %v changed what it does", line.Text, line.RuleIDs)
		}
	}
}

func ruleOf(t *testing.T, p model.Plan, id string) model.RuleResult {
	t.Helper()
	i := slices.IndexFunc(p.Reasoning.Rules, func(r model.RuleResult) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no rule called %s", id)
	}
	return p.Reasoning.Rules[i]
}

func TestEveryRuleNamesItsEvidenceAndAnInput(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{"services": "20"}))
	seen := map[string]bool{}
	for _, r := range p.Reasoning.Rules {
		if seen[r.ID] || r.Source == "" || r.FactID == "" || r.Statement == "" || r.Threshold == "" || r.Effect == "" {
			t.Errorf("%+v", r)
		}
		if _, known := model.ParamByName(r.Field); !known {
			t.Errorf("%s looks at %q, which is no input", r.ID, r.Field)
		}
		seen[r.ID] = true
	}
}

func TestAMandateStandsAtAnySizeAlsoInASimpleNetwork(t *testing.T) {
	p := evaluate(t, flat(t, open(map[string]string{"services": "5", "mtls_required": "true", "complex_traffic": "false"})))
	if p.Verdict != "ambient" || p.Reasoning.Score != 2 { // 5 − 2 − 1
		t.Errorf("%s with score %v: %s", p.Verdict, p.Reasoning.Score, p.Reasoning.Sentence)
	}
}

func TestAnOldIstioHasNoMatureAmbient(t *testing.T) {
	needs := map[string]string{"services": "20", "mtls_required": "true"}
	old, current := open(map[string]string{"istio_version": "1.22.8"}), open(map[string]string{"istio_version": "v1.30"})
	for name, text := range needs {
		old[name], current[name] = text, text
	}
	if before, after := evaluate(t, flat(t, old)), evaluate(t, flat(t, current)); before.Verdict == "ambient" || after.Verdict != "ambient" {
		t.Errorf("%s, then %s", before.Verdict, after.Verdict)
	}
}
