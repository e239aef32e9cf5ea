package takeaway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"meshplan/internal/advice"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
)

func TestTheRunbookSaysWhatReturns(t *testing.T) {
	in := input(t, flat(t, map[string]string{"services": "60"}), "sidecar")
	text := files(t, in)["removal-runbook.md"]
	side, none := in.Plan.Result("sidecar"), in.Plan.Results[0]
	for _, want := range []string{"istio-injection-", "uninstall --purge", "delete namespace istio-system", "restart", "| nodes |"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if side.Nodes <= none.Nodes {
		t.Fatal("the scenario adds no nodes")
	}
	for _, pattern := range meshPatterns {
		if text := files(t, input(t, shop(), pattern))["removal-runbook.md"]; !strings.Contains(text, "## Steps") {
			t.Errorf("%s has no steps", pattern)
		}
	}
}

func TestTheRecordHoldsNumbersVerdictFlipsAndSourcesAndNoForeignMarkup(t *testing.T) {
	s := shop()
	s.Title = "<script>alert(1)</script> [click](javascript:x) | # a\n## b"
	yes, one := true, int64(1)
	s.Needs.MTLSRequired, s.Needs.MeshEngineers = &yes, &one
	in := input(t, s, "")
	in.Flips = []string{"With a budget of × 1.30: ambient"}
	road, err := rollout.Plan(context.Background(), s, loaded(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	study, err := money.Run(context.Background(), s, loaded(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	in.Rollout, in.Money = &road, &study
	text := files(t, in)["decision-record.md"]
	for _, want := range []string{"## Decision", "## Options", "## Rules", "## Money", "## Roll-out", "## What can break here", "## Sources", "budget of × 1.30", "https://"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, unwanted := range []string{"<script", "[click](", "\n## b"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("%q became markup", unwanted)
		}
	}
}

// What the road, the failure modes and the duties say is in the files to take along, with
// every command, and no name becomes markup there.
func TestTheRoadAndTheIncidentsAreFilesToo(t *testing.T) {
	for _, pattern := range meshPatterns {
		in := input(t, shop(), pattern)
		road, err := rollout.Plan(context.Background(), shop(), loaded(t), pattern, nil)
		if err != nil {
			t.Fatal(err)
		}
		in.Rollout = &road
		all := files(t, in)
		plan, incidents := all["rollout-plan.md"], all["incident-runbook.md"]
		var inPlan, inIncidents []string
		for _, p := range road.Phases {
			for _, s := range p.Steps {
				inPlan = append(append(inPlan, s.Title), s.Commands...)
			}
		}
		for _, w := range road.Waves {
			inPlan = append(append(inPlan, fmt.Sprintf("| %d | %d | %d | %.2f |", w.Pods, w.After.Nodes, w.Peak.Nodes, w.After.MonthlyUSD)), w.Commands...)
		}
		for _, s := range road.Authorization {
			inPlan = append(append(inPlan, s.Title), s.Commands...)
		}
		for _, d := range advice.Duties(in.Scenario) {
			inPlan = append(inPlan, d.Title)
		}
		checks, err := advice.Before(in.Scenario, advice.Manifests{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			inPlan = append(inPlan, c.Title)
		}
		for _, m := range advice.FailureModes(in.Scenario, in.Plan, pattern) {
			inIncidents = append(append(inIncidents, "## "+m.Title, m.Alert), m.Commands...)
			if m.ID == advice.ModeEtcd {
				inPlan = append(inPlan, m.Commands...)
			}
		}
		if pattern != "linkerd" {
			for _, d := range advice.UpstreamError() {
				inIncidents = append(append(inIncidents, "**"+d.Cause+".**"), d.Commands...)
			}
		}
		for text, wanted := range map[string][]string{plan: inPlan, incidents: inIncidents} {
			for _, want := range wanted {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %q is missing", pattern, want)
				}
			}
		}
		if strings.Contains(plan, "\nkind: Secret") || strings.Contains(plan, "evil: {x: y}\n") {
			t.Errorf("%s: a name became structure", pattern)
		}
		allow, deny := all["authorization-allow-all.yaml"], all["authorization-deny-default.yaml"]
		if encrypts := pattern != "gateway" && pattern != "linkerd"; encrypts != (allow != "" && deny != "") {
			t.Errorf("%s: authorization is written: %v", pattern, !encrypts)
		} else if encrypts && strings.Contains(deny, "istio.io/dry-run: \"true\"") == (pattern == "ambient") {
			t.Errorf("%s: %s", pattern, deny)
		}
	}
}

func TestAPlanThatNoMeshFitsHasARecordAlone(t *testing.T) {
	s := flat(t, map[string]string{
		"services": "1", "pods_per_service": "1", "pod_cpu_m": "10", "pod_memory_mib": "10", "provider": "custom",
		"node_allocatable_cpu_m": "50", "node_allocatable_memory_mib": "50", "daemonset_cpu_m": "0", "daemonset_memory_mib": "0",
	})
	in := input(t, s, "")
	in.Scoped = nil
	if all := files(t, in); len(all) != 1 || all["decision-record.md"] == "" {
		t.Errorf("%d files", len(all))
	}
}
