package analysis_test

import (
	"context"
	"flag"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

func loadCatalog(t interface{ Fatal(...any) }) model.Catalog {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// solo is the scenario of the Solo study: 200 pods of 700m/500Mi, nodes of 7500m and
// 28 GiB, one istiod of 500m/2Gi, a sidecar of 250m/128Mi.
func solo(t testing.TB, overrides map[string]string) model.Scenario {
	values := map[string]string{
		"services": "200", "pods_per_service": "1", "pod_cpu_m": "700", "pod_memory_mib": "500",
		"node_allocatable_cpu_m": "7500", "node_allocatable_memory_mib": "28672", "node_max_pods": "110", "node_hourly_usd": "0.4",
		"proxy_cpu_m": "250", "proxy_memory_mib": "128",
		"istiod_replicas": "1", "istiod_cpu_m": "500", "istiod_memory_mib": "2048", "ingress_gateways": "0",
		"daemonset_cpu_m": "0", "daemonset_memory_mib": "0",
	}
	for name, text := range overrides {
		values[name] = text
	}
	return flat(t, values)
}

func flat(t interface{ Fatal(...any) }, values map[string]string) model.Scenario {
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

func with(t interface{ Fatal(...any) }, s model.Scenario, name, text string) model.Scenario {
	if err := model.SetParam(&s, name, text); err != nil {
		t.Fatal(err)
	}
	return s
}

func evaluate(t interface{ Fatal(...any) }, s model.Scenario) model.Plan {
	p, err := model.Evaluate(s, loadCatalog(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func result(t interface{ Fatal(...any) }, p model.Plan, pattern string) model.Result {
	for _, r := range p.Results {
		if r.Pattern == pattern {
			return r
		}
	}
	t.Fatal("no result for " + pattern)
	return model.Result{}
}

// list is 60 workloads of many sizes in 8 namespaces.
func list() model.Scenario {
	var s model.Scenario
	for i := range int64(60) {
		s.Workloads = append(s.Workloads, model.Workload{
			Namespace: string(rune('a' + i%8)), Name: "w" + string(rune('0'+i/10)) + string(rune('0'+i%10)), Kind: "Deployment",
			Replicas: 1 + i*7%6, PodCPUMillicores: 50 * (1 + i*13%20), PodMemoryMiB: 64 * (1 + i*17%30),
		})
	}
	return s
}

func text(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func ctx() context.Context { return context.Background() }

func pointer[T any](v T) *T { return &v }

func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" given") {
		return pointer(g.Draw(t, name))
	}
	return nil
}

// scenarios draws small scenarios, quick ones and lists, that mostly fit on their nodes.
func scenarios(t *rapid.T) model.Scenario {
	s := model.Scenario{
		Quick: model.Quick{
			Services: maybe(t, "services", rapid.Int64Range(0, 80)), PodsPerService: maybe(t, "pods", rapid.Int64Range(1, 6)),
			PodCPUMillicores: maybe(t, "cpu", rapid.Int64Range(0, 1500)), PodMemoryMiB: maybe(t, "memory", rapid.Int64Range(0, 3000)),
			RPSPerPod: maybe(t, "rps", rapid.Float64Range(0, 800)), MeshedShare: maybe(t, "share", rapid.Float64Range(0, 1)),
		},
		Nodes: model.Nodes{
			Headroom: maybe(t, "headroom", rapid.Float64Range(0, 0.4)), Discount: maybe(t, "discount", rapid.Float64Range(0, 0.9)),
			NodeMonthlyFeeUSD: maybe(t, "fee", rapid.Float64Range(0, 100)), ControlPlaneMonthlyUSD: maybe(t, "control", rapid.SampledFrom([]float64{0, 0.004, 73, 199.99})),
			NodeType: maybe(t, "type", rapid.SampledFrom([]string{"m6i.2xlarge", "m6i.4xlarge", "m6i.2xlarge,r6i.2xlarge,c6i.4xlarge"})),
		},
		Mesh: model.Mesh{
			Preset: maybe(t, "preset", rapid.SampledFrom([]string{
				"field-report-2025-09", "istio-charts-2026-08", "istio-measured-1.24", "unscoped-large", "linkerd-ha-2026-08", "dev-demo",
			})),
			ProxyCPUMillicores: maybe(t, "proxy cpu", rapid.Int64Range(0, 500)), ProxyMemoryMiB: maybe(t, "proxy memory", rapid.Int64Range(0, 512)),
			IngressGateways: maybe(t, "gateways", rapid.Int64Range(0, 5)), WaypointReplicas: maybe(t, "waypoints", rapid.Int64Range(0, 3)),
		},
		Needs: model.Organisation{
			MTLSRequired: maybe(t, "mtls", rapid.Bool()), CanaryRequired: maybe(t, "canary", rapid.Bool()),
			ComplexTraffic: maybe(t, "complex", rapid.Bool()), Polyglot: maybe(t, "polyglot", rapid.Bool()),
			MeshEngineers: maybe(t, "engineers", rapid.Int64Range(0, 3)), MaxCostGrowth: maybe(t, "budget", rapid.Float64Range(1, 3)),
		},
	}
	resilience(t, &s)
	if rapid.Bool().Draw(t, "a list") {
		s.Workloads = rapid.SliceOfN(rapid.Custom(workload), 1, 6).Draw(t, "workloads")
	}
	return s
}

func resilience(t *rapid.T, s *model.Scenario) {
	s.Nodes.Zones = maybe(t, "zones", rapid.Int64Range(1, 3))
	s.Nodes.MinNodesPerZone = maybe(t, "minimum", rapid.Int64Range(0, 3))
	choices := []string{"nothing", "node"}
	if s.Nodes.Zones != nil && *s.Nodes.Zones > 1 {
		choices = append(choices, "zone")
	}
	s.Nodes.Survive = maybe(t, "survive", rapid.SampledFrom(choices))
}

func workload(t *rapid.T) model.Workload {
	return model.Workload{
		Namespace: rapid.SampledFrom([]string{"default", "shop"}).Draw(t, "namespace"),
		Name:      rapid.StringMatching(`[a-z]{1,6}`).Draw(t, "name"),
		Kind:      rapid.SampledFrom([]string{"Deployment", "StatefulSet", "DaemonSet", "Job"}).Draw(t, "kind"),
		Services:  rapid.Int64Range(0, 3).Draw(t, "services"), Replicas: rapid.Int64Range(0, 20).Draw(t, "replicas"),
		PodCPUMillicores: rapid.Int64Range(0, 300).Draw(t, "cpu"), PodMemoryMiB: rapid.Int64Range(0, 1000).Draw(t, "memory"),
		InitCPUMillicores: rapid.Int64Range(0, 500).Draw(t, "init cpu"), InMesh: maybe(t, "mesh", rapid.Bool()),
		MaxPerNode: rapid.Int64Range(0, 4).Draw(t, "max per node"), AnyZone: rapid.Bool().Draw(t, "any zone"),
	}
}

// planned evaluates a drawn scenario and skips one whose pods fit on no node.
func planned(t *rapid.T, s model.Scenario) model.Plan {
	p, err := model.Evaluate(s, loadCatalog(t))
	if err != nil {
		t.Skip(err.Error())
	}
	return p
}

// TestMain draws fewer scenarios than rapid's hundred for each law, unless the command
// line says otherwise: a draw here plans thousands of times.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
