package model_test

import (
	"testing"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

// solo is the scenario of the Solo study: 200 pods of 700m/500Mi, max pods 110, nodes
// with 28 GiB allocatable; the mesh adds one istiod of 500m/2Gi, a sidecar 250m/128Mi.
func solo(t *testing.T, overrides map[string]string) model.Scenario {
	t.Helper()
	values := map[string]string{
		"services": "200", "pods_per_service": "1", "pod_cpu_m": "700", "pod_memory_mib": "500",
		"node_allocatable_cpu_m": "7500", "node_allocatable_memory_mib": "28672", "node_max_pods": "110",
		"proxy_cpu_m": "250", "proxy_memory_mib": "128",
		"istiod_replicas": "1", "istiod_cpu_m": "500", "istiod_memory_mib": "2048", "ingress_gateways": "0",
		"daemonset_cpu_m": "0", "daemonset_memory_mib": "0", "headroom": "0", "zones": "1",
		"preset": "istio-charts-2026-08",
	}
	for name, text := range overrides {
		values[name] = text
	}
	return flat(t, values)
}

func flat(t *testing.T, values map[string]string) model.Scenario {
	t.Helper()
	lists := map[string][]string{}
	for name, text := range values {
		lists[name] = []string{text}
	}
	s, err := model.DecodeFlat(lists)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func evaluate(t *testing.T, s model.Scenario) model.Plan {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Evaluate(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func nodes(t *testing.T, p model.Plan, pattern string) int64 {
	t.Helper()
	for _, r := range p.Results {
		if r.Pattern == pattern {
			return r.Nodes
		}
	}
	t.Fatalf("no result for %s", pattern)
	return 0
}

func TestSoloStudyPacksAsWorkedByHand(t *testing.T) {
	// 7500m hold ten pods of 700m: 20 nodes; with the sidecar seven of 950m: 28.6 and an
	// istiod in the last. Agents take 300m of each node: still ten pods, and the istiod
	// needs a node of its own.
	for _, c := range []struct {
		name      string
		overrides map[string]string
		want      map[string]int64
	}{
		{"7500m", nil, map[string]int64{"none": 20, "sidecar": 29, "ambient": 21}},
		{"7910m", map[string]string{"node_allocatable_cpu_m": "7910"}, map[string]int64{"none": 19, "sidecar": 26, "ambient": 20}},
		{"50 waypoints", map[string]string{"l7_namespaces": "50", "waypoint_replicas": "1"}, map[string]int64{"ambient-l7": 21}},
		{"100 waypoints", map[string]string{"l7_namespaces": "50", "waypoint_replicas": "2"}, map[string]int64{"ambient-l7": 21}},
		{"50 waypoints at 7910m", map[string]string{"node_allocatable_cpu_m": "7910", "l7_namespaces": "50", "waypoint_replicas": "1"}, map[string]int64{"ambient-l7": 20}},
		{"100 waypoints at 7910m", map[string]string{"node_allocatable_cpu_m": "7910", "l7_namespaces": "100", "waypoint_replicas": "1"}, map[string]int64{"ambient-l7": 20}},
	} {
		p := evaluate(t, solo(t, c.overrides))
		for pattern, want := range c.want {
			if got := nodes(t, p, pattern); got != want {
				t.Errorf("%s: %s takes %d nodes, want %d", c.name, pattern, got, want)
			}
		}
	}
}

func TestSidecarCliffsAreWhereTheyWereWorkedOut(t *testing.T) {
	for _, c := range []struct {
		cpu  string
		want [6]int64
	}{{"7500", [6]int64{21, 23, 25, 26, 29, 29}}, {"7910", [6]int64{19, 23, 23, 25, 26, 29}}} {
		for i, proxy := range []string{"10", "100", "150", "200", "250", "300"} {
			p := evaluate(t, solo(t, map[string]string{"node_allocatable_cpu_m": c.cpu, "proxy_cpu_m": proxy}))
			if got := nodes(t, p, "sidecar"); got != c.want[i] {
				t.Errorf("proxy %sm on %sm: %d nodes, want %d", proxy, c.cpu, got, c.want[i])
			}
		}
	}
}

func TestDoublingHoldsForSmallPodsOnly(t *testing.T) {
	// 1000 pods of 128Mi on 7910m, proxy 100m/128Mi, no control plane, no pod limit.
	for _, c := range []struct {
		pod           string
		before, after int64
	}{{"50", 7, 20}, {"100", 13, 26}, {"200", 26, 39}, {"500", 67, 77}, {"1000", 143, 143}} {
		p := evaluate(t, solo(t, map[string]string{
			"services": "1000", "pod_cpu_m": c.pod, "pod_memory_mib": "128", "node_allocatable_cpu_m": "7910",
			"node_max_pods": "0", "proxy_cpu_m": "100", "proxy_memory_mib": "128", "istiod_replicas": "0",
		}))
		if before, after := nodes(t, p, "none"), nodes(t, p, "sidecar"); before != c.before || after != c.after {
			t.Errorf("pods of %sm: %d → %d nodes, want %d → %d", c.pod, before, after, c.before, c.after)
		}
	}
}

func TestVerdictsOfTheDefaultPreset(t *testing.T) {
	for _, c := range []struct {
		name   string
		values map[string]string
		want   func(string) bool
	}{
		{"five services without a mandate", map[string]string{"services": "5"}, is("no_mesh")},
		{"sixty services with everything", map[string]string{
			"services": "60", "complex_traffic": "true", "canary_required": "true", "mesh_engineers": "2", "max_cost_growth": "2",
		}, func(v string) bool { return v == "ambient-l7" || v == "sidecar" || v == "linkerd" }},
		{"twenty services with an mTLS mandate", map[string]string{
			"services": "20", "mtls_required": "true", "mesh_engineers": "1", "max_cost_growth": "2",
		}, is("ambient")},
		{"a need without anybody to run it", map[string]string{"services": "20", "mtls_required": "true"}, is("not_yet")},
		{"rules at the edge only", map[string]string{
			"services": "20", "canary_required": "true", "edge_only": "true", "mesh_engineers": "1", "max_cost_growth": "2",
		}, is("gateway")},
	} {
		if p := evaluate(t, flat(t, c.values)); !c.want(p.Verdict) {
			t.Errorf("%s: %s (%s)", c.name, p.Verdict, p.Reasoning.Sentence)
		} else {
			t.Log(p.Reasoning.Sentence)
		}
	}
}

func is(want string) func(string) bool { return func(got string) bool { return got == want } }

func TestOnlineBoutiqueGrowsOnSmallNodes(t *testing.T) {
	p := evaluate(t, model.Examples()[0].Scenario)
	if p.Application.CPURequestedMillicores != 1570 || p.Application.MemoryRequestedMiB != 1504-136 {
		t.Errorf("the application requests %dm and %d MiB, want 1570m and 1368 MiB", p.Application.CPURequestedMillicores, p.Application.MemoryRequestedMiB)
	}
	for _, r := range p.Results {
		t.Logf("%-10s %d nodes ≥ %d, $%.2f %v %s %s", r.Pattern, r.Nodes, r.NodesLowerBound, r.MonthlyCostUSD, *r.CostGrowth, r.BindingResource, r.Status)
	}
	t.Log(p.Reasoning.Sentence)
	t.Log(string(p.Verdict), len(p.Inputs), p.Warnings)
}
