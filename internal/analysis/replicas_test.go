package analysis_test

import (
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

// autoscaledList is two workloads on nodes of 4,000m: one fixed, one of 4 pods of 900m that
// its autoscaler keeps between the given ends.
func autoscaledList(low, high int64) model.Scenario {
	cpu, memory, price, none := int64(4000), int64(16_000), 1.0, int64(0)
	preset := "istio-charts-2026-08" // its intervals are of use, which moves no node
	return model.Scenario{
		Workloads: []model.Workload{
			{Namespace: "shop", Name: "fixed", Replicas: 4, PodCPUMillicores: 900, PodMemoryMiB: 100},
			{Namespace: "shop", Name: "web", Replicas: 4, PodCPUMillicores: 900, PodMemoryMiB: 100, ReplicasMin: low, ReplicasMax: high},
		},
		Nodes: model.Nodes{NodeAllocatableCPUMillicores: &cpu, NodeAllocatableMemoryMiB: &memory, NodeHourlyUSD: &price, NodeMaxPods: &none},
		Mesh:  model.Mesh{Preset: &preset},
	}
}

// Four pods fill a node. Fixed pods take one; of the other workload 0 to 12 pods take none
// to three. The plan has two nodes. In one world of twenty there are none of its pods, in
// one of twenty all 12, and half have four or fewer.
func TestAutoscaledReplicasDifferFromWorldToWorld(t *testing.T) {
	out := uncertainty(t, autoscaledList(0, 12), 1000)
	none := out.Patterns[0]
	if got := *none.Nodes; got.Plan != 2 || got.P5 != 1 || got.P50 != 2 || got.P95 != 4 {
		t.Errorf("nodes %+v, want plan 2, P5 1, P50 2, P95 4", got)
	}
	if len(out.Workloads) != 1 || out.Workloads[0].Name != "web" || out.Workloads[0].Low != 0 || out.Workloads[0].Typical != 4 || out.Workloads[0].High != 12 {
		t.Errorf("workloads that vary: %+v, want web from 0 over 4 to 12", out.Workloads)
	}
	last := out.Inputs[len(out.Inputs)-1]
	if last.Name != "autoscaled_pods" || last.Low != 0 || last.Typical != 4 || last.High != 12 {
		t.Errorf("the last input is %+v", last)
	}
	if none.Envelope.LowCPUMillicores != 4*900 || none.Envelope.HighCPUMillicores != 16*900 {
		t.Errorf("the envelope is from %dm to %dm, want 3600m to 14400m", none.Envelope.LowCPUMillicores, none.Envelope.HighCPUMillicores)
	}
}

func TestARangeWithoutWidthIsThePlan(t *testing.T) {
	out := uncertainty(t, autoscaledList(4, 4), 20)
	if got := *out.Patterns[0].Nodes; got.P5 != got.Plan || got.P95 != got.Plan || len(out.Workloads) != 0 {
		t.Errorf("nodes %+v and %v vary", got, out.Workloads)
	}
	pods := int64(2)
	s := autoscaledList(0, 12)
	s.Quick.PodsPerService = &pods // overrides the replicas of every row
	if out := uncertainty(t, s, 20); len(out.Workloads) != 0 {
		t.Errorf("%v vary, though pods_per_service sets them", out.Workloads)
	}
}

func TestAWiderRangeOfReplicasNeverNarrowsTheEnvelope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low, high := rapid.Int64Range(0, 8).Draw(t, "low"), rapid.Int64Range(1, 40).Draw(t, "high")
		narrow := uncertainty(t, autoscaledList(min(low, high), high), 2)
		wide := uncertainty(t, autoscaledList(rapid.Int64Range(0, min(low, high)).Draw(t, "lower"), high+rapid.Int64Range(0, 40).Draw(t, "higher")), 2)
		for i := range narrow.Patterns {
			n, w := narrow.Patterns[i].Envelope, wide.Patterns[i].Envelope
			if w.LowNodesBound > n.LowNodesBound || w.HighNodesBound < n.HighNodesBound || w.LowCPUMillicores > n.LowCPUMillicores || w.HighCPUMillicores < n.HighCPUMillicores {
				t.Fatalf("%s: %+v is within %+v", narrow.Patterns[i].Pattern, w, n)
			}
		}
	})
}
