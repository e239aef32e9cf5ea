package importer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"meshplan/internal/model"
)

// The messy cluster runs 3 nodes and 3 sidecars of 100m and 128 MiB; its pods request
// 1,930m and 1,313 MiB there: web 2 × (300+128), classic 200+128 (its init step of 100 is
// less), lonely 30M = 28.6 and kube-proxy 2 × 50 sum up to 1,312.6. Predicted 6 nodes are
// 100 % too many. Two istiod of 500m and 2,048 MiB run, two gateways of 100m and 128 MiB
// that were not predicted, and a ztunnel of 200m and 512 MiB on each node. Prometheus is no
// part of the mesh to an import.
func TestAPredictionIsScoredAgainstALaterImport(t *testing.T) {
	predicted := model.Result{
		Nodes: 6, CPURequestedMillicores: 1_930, MemoryRequestedMiB: 1_313,
		Parts: []model.Part{
			{ID: "proxy", Scope: "pod", Count: 3, CPUMillicores: 100, MemoryMiB: 64},
			{ID: "istiod", Scope: "cluster", Count: 1, CPUMillicores: 500, MemoryMiB: 2048},
			{ID: "ztunnel", Scope: "node", Count: 3, CPUMillicores: 100, MemoryMiB: 100},
			{ID: "prometheus", Scope: "cluster", Count: 1, CPUMillicores: 500, MemoryMiB: 2048},
		},
	}
	got := Score(predicted, importFile(t, "testdata/messy-cluster.json", Options{}))
	want := []ScoreLine{
		{"nodes", 6, 3, new(1.0)}, {"cpu_requested_m", 1930, 1930, new(0.0)}, {"memory_requested_mib", 1313, 1313, new(0.0)},
		{"proxies", 3, 3, new(0.0)}, {"proxy_cpu_m", 300, 300, new(0.0)}, {"proxy_memory_mib", 192, 384, new(-0.5)},
		{"control_plane_pods", 1, 2, new(-0.5)}, {"control_plane_cpu_m", 500, 1000, new(-0.5)}, {"control_plane_memory_mib", 2048, 4096, new(-0.5)},
		{"gateway_pods", 0, 2, new(-1.0)}, {"gateway_cpu_m", 0, 200, new(-1.0)}, {"gateway_memory_mib", 0, 256, new(-1.0)},
		{"node_agent_pods", 3, 3, new(0.0)}, {"node_agent_cpu_m", 300, 600, new(-0.5)}, {"node_agent_memory_mib", 300, 1536, new(300.0/1536 - 1)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// web runs 4 replicas within 2 to 9, old-api 5 within 5 to 8.
func TestAutoscalersSpanARangeOfReplicas(t *testing.T) {
	low, high := importFile(t, "testdata/messy-cluster.json", Options{}).ReplicaRange()
	if low[0].Replicas != 2 || high[0].Replicas != 9 || low[1].Replicas != 5 || high[1].Replicas != 8 {
		t.Errorf("web spans %d to %d and old-api %d to %d", low[0].Replicas, high[0].Replicas, low[1].Replicas, high[1].Replicas)
	}
	if low[2].Replicas != 3 || high[2].Replicas != 3 {
		t.Error("db has no autoscaler and stays at 3")
	}
}

func TestCalibrationLeavesTheGivenScenarioAlone(t *testing.T) {
	given := model.Scenario{Intervals: map[string]model.Interval{"proxy_cpu_m": {Low: new(1.0)}}}
	measured := importFile(t, "testdata/top-containers.txt", Options{}).Measured
	calibrated := Calibrate(given, measured, "proxy_cpu_m")
	if *calibrated.Intervals["proxy_cpu_m"].High != 14 || len(calibrated.Intervals) != 1 {
		t.Errorf("the calibrated intervals are %+v", calibrated.Intervals)
	}
	if *given.Intervals["proxy_cpu_m"].Low != 1 {
		t.Error("the given scenario was changed")
	}
}
