package model_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func TestExistingNodesAreCountedAndPaidInBothColumns(t *testing.T) {
	// Solo: 20 nodes without a mesh, 29 with sidecars. Of 25 that stand 5 are idle without
	// a mesh, and sidecars need 4 more: 29 ÷ 25 = 1.16. A node is 0.4 × 730 = $292.
	p := evaluate(t, solo(t, map[string]string{"existing_nodes": "m6i.2xlarge:25", "node_hourly_usd": "0.4"}))
	none, side := p.Results[0], p.Result(model.PatternSidecar)
	if none.Nodes != 25 || none.NodesLowerBound != 25 || none.MonthlyCostUSD != 25*292 || !none.Proved {
		t.Errorf("without a mesh: %d ≥ %d nodes, $%v, proved %v", none.Nodes, none.NodesLowerBound, none.MonthlyCostUSD, none.Proved)
	}
	if side.Nodes != 29 || side.MonthlyCostUSD != 29*292 || *side.CostGrowth != 1.16 || *side.NodeGrowth != 1.16 {
		t.Errorf("sidecars: %d nodes, $%v, × %v", side.Nodes, side.MonthlyCostUSD, *side.CostGrowth)
	}
	var stand, bought int64
	for _, g := range side.NodeGroups {
		if g.Existing {
			stand += g.Count
		} else {
			bought += g.Count
		}
	}
	if stand != 25 || bought != 4 {
		t.Errorf("%d stand and %d are bought: %+v", stand, bought, side.NodeGroups)
	}
	if p.Result(model.PatternAmbient).MonthlyCostUSD != 25*292 {
		t.Errorf("ambient fits on what is paid for: %+v", p.Result(model.PatternAmbient))
	}
}

func TestNodesWithoutPriceAreFilledBeforeOthersAreBought(t *testing.T) {
	p := evaluate(t, solo(t, map[string]string{"existing_nodes": "m6i.2xlarge:25", "node_hourly_usd": "0"}))
	if none, side := p.Results[0], p.Result(model.PatternSidecar); none.Nodes != 25 || side.Nodes != 29 || side.MonthlyCostUSD != 0 || side.CostGrowth != nil || *side.NodeGrowth != 1.16 {
		t.Errorf("%d and %d nodes, $%v, × %v", none.Nodes, side.Nodes, side.MonthlyCostUSD, side.CostGrowth)
	}
}

func TestACustomNodeStandsToo(t *testing.T) {
	p := evaluate(t, list(t, "provider=custom&node_allocatable_cpu_m=4000&node_allocatable_memory_mib=16000&node_hourly_usd=1&existing_nodes=custom:3&services=1&pods_per_service=1"))
	if r := p.Results[0]; r.Nodes != 3 || r.MonthlyCostUSD != 3*730 || len(p.Nodes) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestExistingNodesNeverRaiseWhatMustBeBought compares with the same plan on no nodes: one
// that ignores what stands is still to be had.
func TestExistingNodesNeverRaiseWhatMustBeBought(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bare := scenarios(t)
		bare.Nodes.ExistingNodes = nil
		standing := bare
		existing := fmt.Sprintf("m6i.2xlarge:%d,c6i.4xlarge:%d", rapid.IntRange(1, 30).Draw(t, "count"), rapid.IntRange(1, 5).Draw(t, "larger"))
		standing.Nodes.ExistingNodes = &existing
		before, after := plan(t, bare), plan(t, standing)
		for i, r := range after.Results {
			if r.Status == model.StatusInfeasible || before.Results[i].Status == model.StatusInfeasible {
				continue
			}
			var paid float64
			for _, g := range r.NodeGroups {
				if g.Existing {
					paid += g.MonthlyCostUSD
				}
			}
			if bought, alone := r.MonthlyCostUSD-paid, before.Results[i].MonthlyCostUSD; bought > alone+0.02 || r.MonthlyCostLowerBoundUSD-paid > alone+0.02 {
				t.Fatalf("%s: $%.2f to buy beside the nodes that stand (bound $%.2f), $%.2f without them: %s", r.Pattern, bought, r.MonthlyCostLowerBoundUSD-paid, alone, model.EncodeQuery(standing))
			}
		}
	})
}

func TestARollingUpdateNeedsRoomForItsSurge(t *testing.T) {
	// 50 services of 4 pods of 700m: 200 pods, ten to a node. A quarter more, rounded up
	// for each service, is one pod each: 250 pods on 25 nodes.
	base := map[string]string{"services": "50", "pods_per_service": "4", "surge_share": "0.25", "node_hourly_usd": "0.4"}
	r := evaluate(t, solo(t, base)).Results[0]
	if r.Nodes != 20 || r.SurgeNodes == nil || *r.SurgeNodes != 25 || *r.SurgeMonthlyCostUSD != 25*292 {
		t.Errorf("%d nodes, surge %v", r.Nodes, r.SurgeNodes)
	}
	delete(base, "surge_share")
	if r := evaluate(t, solo(t, base)).Results[0]; r.SurgeNodes != nil || r.SurgeMonthlyCostUSD != nil {
		t.Errorf("a surge nobody asked for: %d", *r.SurgeNodes)
	}
	// A StatefulSet replaces its pods in place.
	s := list(t, "surge_share=1&node_allocatable_cpu_m=7500&daemonset_cpu_m=0&daemonset_memory_mib=0&workloads=db,S,10,7500,100~web,D,2,7500,100")
	if r := evaluate(t, s).Results[0]; r.Nodes != 12 || *r.SurgeNodes != 14 {
		t.Errorf("%d nodes, surge %d, want 12 and 14", r.Nodes, *r.SurgeNodes)
	}
}

func TestSurvivingALostNodeOrZoneWorkedByHand(t *testing.T) {
	// Solo, 20 full nodes: one kept empty for a lost node. Three zones hold 67, 67, 66
	// pods; when one is lost each other holds 100: 30 nodes.
	for survive, want := range map[string]int64{"nothing": 20, "node": 21} {
		if got := nodes(t, evaluate(t, solo(t, map[string]string{"survive": survive})), "none"); got != want {
			t.Errorf("survive=%s: %d nodes, want %d", survive, got, want)
		}
	}
	p := evaluate(t, solo(t, map[string]string{"services": "1", "pods_per_service": "200", "zones": "3", "survive": "zone"}))
	if got := nodes(t, p, "none"); got != 30 {
		t.Errorf("survive=zone: %d nodes, want 30", got)
	}
}

func TestSurvivingNeverTakesFewerNodesThanTheBoundWithout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Nodes.Zones, s.Nodes.Survive = pointer(int64(3)), nil
		plain := plan(t, s)
		for _, loss := range []string{"node", "zone"} {
			s.Nodes.Survive = &loss
			for i, r := range plan(t, s).Results {
				if r.Status != model.StatusInfeasible && (r.Nodes < plain.Results[i].NodesLowerBound || r.MonthlyCostUSD < plain.Results[i].MonthlyCostLowerBoundUSD-0.01) {
					t.Fatalf("%s: surviving a lost %s takes %d nodes and $%v, without at least %d and $%v", r.Pattern, loss,
						r.Nodes, r.MonthlyCostUSD, plain.Results[i].NodesLowerBound, plain.Results[i].MonthlyCostLowerBoundUSD)
				}
			}
		}
	})
}

func TestAnAutoscalerBuysMoreWhereFirstFitIsBlind(t *testing.T) {
	// Nodes of 1000m; pods 2 × 400m and 4 × 300m fill two of them (400 + 300 + 300). First
	// fit puts both large pods on one node, three small on the next and one on a third.
	s := list(t, "effort=tight&provider=custom&node_allocatable_cpu_m=1000&node_allocatable_memory_mib=16000&node_hourly_usd=1&node_max_pods=0&workloads=large,D,2,400,1~small,D,4,300,1")
	r := evaluate(t, s).Results[0]
	if r.Nodes != 2 || *r.AutoscalerNodes != 3 || *r.AutoscalerMonthlyCostUSD != 3*730 || !r.Proved {
		t.Errorf("%d nodes, an autoscaler buys %d for $%v", r.Nodes, *r.AutoscalerNodes, *r.AutoscalerMonthlyCostUSD)
	}
}

func TestThePlanNeverCostsMoreThanAnAutoscalerBuys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range plan(t, scenarios(t)).Results {
			if r.AutoscalerMonthlyCostUSD != nil && *r.AutoscalerMonthlyCostUSD < r.MonthlyCostUSD {
				t.Fatalf("%s: $%v, first-fit $%v", r.Pattern, r.MonthlyCostUSD, *r.AutoscalerMonthlyCostUSD)
			}
		}
	})
}

func TestTightEffortProvesItsBoundAndHasItChecked(t *testing.T) {
	s := sixtyWorkloads()
	s.Workloads = s.Workloads[:12]
	s.Nodes.NodeType = pointer("m6i.large,m6i.xlarge,m6i.2xlarge,c6i.4xlarge,r6i.xlarge")
	fast := evaluate(t, s)
	s.Run.Effort = pointer("tight")
	steps := map[string]int{}
	tight, err := model.EvaluateTight(context.Background(), s, loadCatalog(t), func(pattern string, p model.Progress) { steps[pattern]++ })
	if err != nil {
		t.Fatal(err)
	}
	verified := 0
	for i, r := range tight.Results {
		if f := fast.Results[i]; r.MonthlyCostUSD > f.MonthlyCostUSD || r.MonthlyCostLowerBoundUSD < f.MonthlyCostLowerBoundUSD {
			t.Errorf("%s: $%v ≥ $%v with fast, $%v ≥ $%v with tight", r.Pattern, f.MonthlyCostUSD, f.MonthlyCostLowerBoundUSD, r.MonthlyCostUSD, r.MonthlyCostLowerBoundUSD)
		}
		if fast.Results[i].CertificateVerified || r.Proved != (r.Status == model.StatusOptimal) {
			t.Errorf("%s: %+v", r.Pattern, r)
		}
		if r.CertificateVerified {
			verified++
		}
		if r.CertificateVerified != (r.BoundProof == model.ProofCertificate) || model.ProofText(r.BoundProof) == "" {
			t.Errorf("%s: %q, verified %v", r.Pattern, r.BoundProof, r.CertificateVerified)
		}
		t.Logf("%-10s fast $%.2f gap %.4f, tight $%.2f gap %.4f %s verified %v, %d steps", r.Pattern, fast.Results[i].MonthlyCostUSD, fast.Results[i].GapShare, r.MonthlyCostUSD, r.GapShare, r.Status, r.CertificateVerified, steps[r.Pattern])
	}
	if verified == 0 || len(steps) == 0 {
		t.Errorf("%d certificates verified, progress of %d patterns", verified, len(steps))
	}
}

// Three workloads are few enough to look at every placement where node types of several
// prices leave room between what a price per pod proves and what can be had.
func TestABoundSaysWhatProvesIt(t *testing.T) {
	s := sixtyWorkloads()
	s.Workloads = s.Workloads[:3]
	s.Nodes.NodeType = pointer("m6i.large,c6i.xlarge,r6i.xlarge")
	want := func(s model.Scenario, pattern, proof string) {
		t.Helper()
		p, err := model.EvaluateTight(context.Background(), s, loadCatalog(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		r := p.Result(pattern)
		if r.BoundProof != proof || r.CertificateVerified != (proof == model.ProofCertificate) {
			t.Errorf("%s is proved by %q, want %q, certificate verified %v", pattern, r.BoundProof, proof, r.CertificateVerified)
		}
		for _, column := range []string{"bound_proof", "certificate_verified"} {
			e, err := model.Explain(p, pattern+"."+column)
			if text := fmt.Sprint(e); err != nil || !strings.Contains(text, model.ProofText(proof)) {
				t.Errorf("%s of %s: %v %s", column, pattern, err, text)
			}
		}
	}
	want(s, model.PatternSidecar, model.ProofArithmetic)
	s.Run.Effort = pointer("tight")
	want(s, model.PatternNone, model.ProofCertificate)
	want(s, model.PatternSidecar, model.ProofExhaustive)
	s.Nodes.ExistingNodes, s.Run.Effort = pointer("m6i.2xlarge:20"), nil
	want(s, model.PatternSidecar, model.ProofExisting)
}

func TestATightPlanThatIsStoppedKeepsItsBestSoFar(t *testing.T) {
	s := sixtyWorkloads()
	s.Nodes.NodeType, s.Run.Effort = pointer("auto"), pointer("tight")
	ctx, stop := context.WithCancel(context.Background())
	p, err := model.EvaluateTight(ctx, s, loadCatalog(t), func(string, model.Progress) { stop() })
	if err != nil {
		t.Fatal(err)
	}
	interrupted := 0
	for _, r := range p.Results {
		if r.Status == model.StatusInterrupted {
			interrupted++
		}
		if r.Nodes < r.NodesLowerBound || r.Nodes == 0 {
			t.Errorf("%+v", r)
		}
	}
	if interrupted == 0 {
		t.Error("nothing is marked interrupted")
	}
}

func TestExistingNodesTooSmallForWhatRunsOnEveryNodeAreTold(t *testing.T) {
	// An m6i.large offers 1930m; DaemonSets of 3000m fit on the m6i.2xlarge alone.
	p := evaluate(t, list(t, "existing_nodes=m6i.large:2&daemonset_cpu_m=3000&daemonset_memory_mib=100&services=1&pods_per_service=1"))
	if r := p.Results[0]; r.Nodes != 3 || len(r.NodeGroups) != 2 {
		t.Errorf("%+v", r.NodeGroups)
	}
	for _, w := range p.Warnings {
		if w.ID == "node_overfull" && w.Pattern == model.PatternNone {
			return
		}
	}
	t.Errorf("no warning: %+v", p.Warnings)
}
