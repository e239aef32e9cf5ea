package rollout_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
	"meshplan/internal/rollout"
)

type fataler interface{ Fatal(...any) }

func loaded(t fataler) model.Catalog {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func flat(t fataler, values map[string]string) model.Scenario {
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

func planned(t fataler, s model.Scenario, pattern string) rollout.Rollout {
	r, err := rollout.Plan(context.Background(), s, loaded(t), pattern, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// even has pods of 1000m and sidecars of 1000m on nodes of 8000m: eight pods on a node
// outside the mesh, four inside.
func even() map[string]string {
	return map[string]string{
		"services": "8", "pods_per_service": "4", "pod_cpu_m": "1000", "pod_memory_mib": "100", "rps_per_pod": "1",
		"provider": "custom", "node_allocatable_cpu_m": "8000", "node_allocatable_memory_mib": "64000", "node_hourly_usd": "1", "node_max_pods": "0",
		"proxy_cpu_m": "1000", "proxy_memory_mib": "100", "istiod_replicas": "1", "istiod_cpu_m": "8000", "istiod_memory_mib": "100", "ingress_gateways": "0",
		"daemonset_cpu_m": "0", "daemonset_memory_mib": "0",
	}
}

func TestWavesAsWorkedByHand(t *testing.T) {
	r := planned(t, flat(t, even()), "sidecar")
	// 32 pods: 4 nodes; istiod takes a node of its own: 5. Eight services join in waves of
	// 1, 1, 2 and 4, each of 4 pods that then take 2000m: after k services 4 + k/2 nodes
	// and istiod's. A restart adds one pod in four, with its proxy.
	want := []struct{ services, meshed, nodes, peak int64 }{
		{1, 4, 6, 6},   // 4.5 → 5 and one; at the peak 5 × 2 + 28 = 38 → 4.75 → 5
		{1, 8, 6, 7},   // 5.0 → 5; 8 × 2 + 2 + 24 = 42 → 5.25 → 6
		{2, 16, 7, 8},  // 6.0; 16 × 2 + 4 + 16 = 52 → 6.5 → 7
		{4, 32, 9, 10}, // 8.0; 32 × 2 + 8 = 72 → 9
	}
	if r.Baseline.Nodes != 4 || r.Install.Nodes != 5 || r.Steady.Nodes != 9 || len(r.Waves) != len(want) {
		t.Fatalf("baseline %d, install %d, steady %d, %d waves", r.Baseline.Nodes, r.Install.Nodes, r.Steady.Nodes, len(r.Waves))
	}
	for i, w := range want {
		got := r.Waves[i]
		if got.Services != w.services || got.MeshedPods != w.meshed || got.After.Nodes != w.nodes || got.Peak.Nodes != w.peak || !got.Restarts {
			t.Errorf("wave %d: %+v, want %+v", i+1, got, w)
		}
	}
	// Rounds: 4 pods, one at a time: 4; one service after another 4 × services.
	if w := r.Waves[3].Window; w.RoundsAtOnce != 4 || w.RoundsOneByOne != 16 || w.AddedAtOnce == nil || w.AddedAtOnce.Typical != 20 || w.TotalAtOnce != nil {
		t.Errorf("window %+v of 5 s a start", w)
	}
	// Two istiod need a node each; the last wave's 4 surge pods × 2000m one more.
	if r.Upgrade.Peak.Nodes != 11 || r.Upgrade.Extra != 2 || r.Upgrade.SurgePods != 4 || r.RestartPeak.Nodes != 10 {
		t.Errorf("upgrade %+v, restart peak %+v", r.Upgrade, r.RestartPeak)
	}
}

func shop() model.Scenario {
	row := func(namespace, name, kind string, replicas int64, rps float64) model.Workload {
		return model.Workload{Namespace: namespace, Name: name, Kind: kind, Replicas: replicas, PodCPUMillicores: 500, PodMemoryMiB: 256, RPSPerPod: &rps}
	}
	return model.Scenario{Workloads: []model.Workload{
		row("shop", "checkout", "Deployment", 3, 100), row("shop", "catalogue", "Deployment", 6, 200),
		row("back", "mail", "Deployment", 1, 1), row("data", "cart", "StatefulSet", 3, 1), row("infra", "log", "DaemonSet", 0, 0),
	}}
}

func units(r rollout.Rollout) (all []string) {
	for _, w := range r.Waves {
		all = append(all, w.Units...)
	}
	return all
}

func TestTheLeastCriticalJoinFirstUnlessTheUserOrders(t *testing.T) {
	s := shop()
	if diff := cmp.Diff([]string{"back", "shop", "data"}, units(planned(t, s, "sidecar"))); diff != "" {
		t.Error(diff)
	}
	order := "shop/checkout, nothing-like-it,data"
	s.Run.Order = &order
	r := planned(t, s, "sidecar")
	if diff := cmp.Diff([]string{"shop/checkout", "data", "back", "shop"}, units(r)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nothing-like-it"}, r.UnknownNames); diff != "" {
		t.Error(diff)
	}
	reversed := "shop, back, data, shop/checkout"
	s.Run.Order = &reversed
	if diff := cmp.Diff([]string{"shop", "back", "data", "shop/checkout"}, units(planned(t, s, "sidecar"))); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(strings.Join(r.Waves[0].Commands, "\n"), "-n shop patch deploy checkout") ||
		!slices.Contains(r.Waves[1].Commands, "kubectl -n data rollout restart statefulset") {
		t.Errorf("%v, %v", r.Waves[0].Commands, r.Waves[1].Commands)
	}
}

func TestAStatefulSetHasNoSurgeAndRestartsPodByPod(t *testing.T) {
	r := planned(t, shop(), "sidecar")
	last := r.Waves[2]
	if last.Units[0] != "data" || last.Window.RoundsAtOnce != 3 || last.Peak != last.After && last.Peak.Nodes != last.After.Nodes {
		t.Errorf("%+v", last)
	}
}

func TestNamesThatKubernetesWouldRefuseStayOutOfCommands(t *testing.T) {
	s := shop()
	s.Workloads[0].Namespace = "x; rm -rf ~"
	s.Workloads[1].Namespace = "$(id)"
	for _, pattern := range []string{"sidecar", "ambient", "ambient-l7", "linkerd", "gateway"} {
		for _, w := range planned(t, s, pattern).Waves {
			for _, command := range w.Commands {
				if strings.ContainsAny(command, ";$~") {
					t.Errorf("%s: %s", pattern, command)
				}
			}
		}
	}
}

func TestAmbientJoinsWithoutRestart(t *testing.T) {
	r := planned(t, shop(), "ambient")
	for _, w := range r.Waves {
		if w.Restarts || w.Window.AddedAtOnce != nil || w.Peak.Nodes != w.After.Nodes {
			t.Errorf("%+v", w)
		}
	}
	if len(r.Notes) < 2 {
		t.Errorf("notes: %v", r.Notes)
	}
}

func TestManyNamespacesJoinInDoublingWaves(t *testing.T) {
	var s model.Scenario
	for i := range 100 {
		s.Workloads = append(s.Workloads, model.Workload{Namespace: "n" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Name: "a", Replicas: 1, PodCPUMillicores: 100, PodMemoryMiB: 100})
	}
	r := planned(t, s, "ambient")
	if len(r.Waves) != 7 || len(units(r)) != 100 { // 1, 2, 4, 8, 16, 32 and 37
		t.Errorf("%d waves of %d namespaces", len(r.Waves), len(units(r)))
	}
}

// On 8 cores and 16 GB (15258 MiB) 60 pods of 250m and 512 MiB do not fit: 15 cores.
// Eleven of them do.
func TestTheDevelopmentClusterIsChecked(t *testing.T) {
	large := planned(t, flat(t, nil), "sidecar").Development
	if large.Pods != 60 || large.Sizes[0].CPUMillicores != 8000 || large.Sizes[0].MemoryMiB != 15258 || large.Sizes[0].Fits || large.Sizes[0].Machines < 2 {
		t.Errorf("%+v", large)
	}
	small := planned(t, flat(t, map[string]string{"services": "11"}), "sidecar").Development
	if !small.Sizes[0].Fits || !small.Sizes[1].Fits || !strings.Contains(small.Text, "8 cores") { // 2.75 cores also fit minikube's 4
		t.Errorf("%+v", small)
	}
}

// roads draws scenarios, with and without lists, orders and surge.
func roads(t *rapid.T) (model.Scenario, string) {
	s := flat(t, map[string]string{
		"services": rapid.SampledFrom([]string{"1", "7", "40"}).Draw(t, "services"), "pod_cpu_m": rapid.SampledFrom([]string{"50", "300", "1100"}).Draw(t, "cpu"),
		"pods_per_service": rapid.SampledFrom([]string{"1", "3", "9"}).Draw(t, "pods"), "max_surge": rapid.SampledFrom([]string{"0", "0.25", "1"}).Draw(t, "surge"),
		"istiod_replicas": rapid.SampledFrom([]string{"0", "1", "3"}).Draw(t, "istiod"), "meshed_share": rapid.SampledFrom([]string{"0", "0.5", "1"}).Draw(t, "share"),
		"preset": rapid.SampledFrom([]string{"istio-charts-2026-08", "istio-measured-1.24", "unscoped-large", "linkerd-ha-2026-08"}).Draw(t, "preset"),
	})
	if rapid.Bool().Draw(t, "list") {
		s.Workloads = shop().Workloads
		order := rapid.SampledFrom([]string{"", "data", "shop/catalogue,back"}).Draw(t, "order")
		s.Run.Order = &order
	}
	if rapid.Bool().Draw(t, "waypoints") {
		n := int64(5)
		s.Mesh.L7Namespaces = &n
	}
	return s, rapid.SampledFrom([]string{"gateway", "ambient", "ambient-l7", "sidecar", "linkerd"}).Draw(t, "pattern")
}

func TestTheRoadEndsAtThePlanAndPeaksAreNeverBelowIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, pattern := roads(t)
		plan, err := model.Evaluate(s, loaded(t))
		if err != nil {
			t.Skip(err.Error())
		}
		r := planned(t, s, pattern)
		result := plan.Result(pattern)
		if r.Steady.Nodes != result.Nodes || r.Steady.MonthlyUSD != result.MonthlyCostUSD {
			t.Fatalf("steady %+v, the plan has %d nodes for $%v", r.Steady, result.Nodes, result.MonthlyCostUSD)
		}
		if r.Upgrade.Peak.Nodes < r.Steady.Nodes || r.Upgrade.Peak.MonthlyUSD < r.Steady.MonthlyUSD || r.Upgrade.Extra < 0 {
			t.Fatalf("an upgrade peaks at %+v, below the steady %+v", r.Upgrade, r.Steady)
		}
		var services, pods int64
		for i, w := range r.Waves {
			services, pods = services+w.Services, pods+w.Pods
			if w.Peak.Nodes < w.After.Nodes || w.Peak.MonthlyUSD < w.After.MonthlyUSD || w.MeshedPods != pods {
				t.Fatalf("wave %d: %+v", i+1, w)
			}
		}
		if n := len(r.Waves); n > 0 && (r.Waves[n-1].After != r.Steady || services != plan.Application.MeshedServices || pods != plan.Application.MeshedPods) {
			t.Fatalf("%d of %d services and %d of %d pods joined; after them %+v, steady %+v",
				services, plan.Application.MeshedServices, pods, plan.Application.MeshedPods, r.Waves[n-1].After, r.Steady)
		}
	})
}

func TestAnEndedRoadAnswersWithWhatItReached(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := rollout.Plan(ctx, shop(), loaded(t), "sidecar", nil)
	if err != nil || !r.Interrupted || len(r.Waves) != 0 {
		t.Errorf("%v, %d waves", err, len(r.Waves))
	}
}

func TestAPatternThatIsNoMeshIsRefused(t *testing.T) {
	tiny := flat(t, map[string]string{
		"services": "1", "pods_per_service": "1", "pod_cpu_m": "10", "pod_memory_mib": "10", "provider": "custom",
		"node_allocatable_cpu_m": "50", "node_allocatable_memory_mib": "50", "daemonset_cpu_m": "0", "daemonset_memory_mib": "0",
	})
	if _, err := rollout.Plan(context.Background(), tiny, loaded(t), "", nil); err == nil || !strings.Contains(err.Error(), "no mesh pattern fits") {
		t.Errorf("on a node of 50m: %v", err)
	}
	for _, pattern := range []string{"none", "sidecars"} {
		if _, err := rollout.Plan(context.Background(), shop(), loaded(t), pattern, nil); err == nil {
			t.Errorf("%s was planned", pattern)
		}
	}
}

// The names that a road offers to order, given back in any order, order it so: no name is
// unknown, none is lost, and nothing joins twice.
func TestTheOrderOfferedCanBeGivenBackInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services := int64(1)
		var s model.Scenario
		for i := range rapid.IntRange(1, 9).Draw(t, "rows") {
			s.Workloads = append(s.Workloads, model.Workload{
				Namespace: rapid.SampledFrom([]string{"", "shop", "pay", "infra"}).Draw(t, "namespace"), Name: fmt.Sprintf("w%d", i),
				Kind: rapid.SampledFrom([]string{"Deployment", "StatefulSet", "DaemonSet"}).Draw(t, "kind"), Services: services,
				Replicas: 2, PodCPUMillicores: 100, PodMemoryMiB: 128,
			})
		}
		r := planned(t, s, "sidecar")
		wanted := rapid.Permutation(r.Order).Draw(t, "order")
		order := strings.Join(wanted, ", ")
		s.Run.Order = &order
		again := planned(t, s, "sidecar")
		joined := units(again)
		if !slices.Equal(again.Order, wanted) || !slices.Equal(joined, wanted) || len(again.UnknownNames) > 0 || again.Steady != r.Steady {
			t.Fatalf("asked for %v: order %v, waves %v, unknown %v", wanted, again.Order, joined, again.UnknownNames)
		}
	})
}
