package model_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

const mibPerMB = 1e6 / (1 << 20)

func useOf(t interface{ Fatalf(string, ...any) }, p model.Plan, part string) model.Use {
	for _, u := range p.Uses {
		if u.Part == part {
			return u
		}
	}
	t.Fatalf("no use of %s in %+v", part, p.Uses)
	return model.Use{}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-3*math.Max(math.Abs(want), 1) {
		t.Errorf("%s is %v, worked by hand %v", what, got, want)
	}
}

// An unscoped proxy of 1,000 services of 2 pods, 1.2 clusters each:
// 37.5 MB agent + 47.5 MB Envoy + (1,200 × 40 KB + 2,000 × 1.4 KB) × 2.1
// = 85 + 50.8 × 2.1 = 191.68 MB; the registry's own check says 140 to 250 MB.
func TestASidecarsMemoryFollowsWhatItKnows(t *testing.T) {
	values := map[string]string{"services": "1000", "pods_per_service": "2", "pod_cpu_m": "10", "pod_memory_mib": "16"}
	u := useOf(t, evaluate(t, flat(t, values)), "proxy")
	near(t, "unscoped", u.MemoryUseMiB, 191.68*mibPerMB)
	// agent and base low together: 60 MB. Independent of them cluster size and slack, low:
	// allocated − √((4.5 × 1.2)² + (0.02 × 2)²) = −5.40, so −√((5.40 × 2.1)² + (50.8 × 0.6)²) = −32.52;
	// in all −√(25² + 32.52²) = −41.02.
	near(t, "unscoped, low", u.MemoryUseLowMiB, (191.68-41.02)*mibPerMB)
	values["visible_services"] = "20" // 24 × 40 KB + 40 × 1.4 KB = 1.016 MB; × 2.1 = 2.13
	near(t, "scoped to 20 services", useOf(t, evaluate(t, flat(t, values)), "proxy").MemoryUseMiB, 87.1336*mibPerMB)
}

func TestScopingTakesANamespacesShareAndSaysSoWhereItCannot(t *testing.T) {
	row := func(namespace string) model.Workload {
		return model.Workload{Namespace: namespace, Name: "a", Kind: "Deployment", Services: 50, Replicas: 2, PodCPUMillicores: 10, PodMemoryMiB: 16}
	}
	s := model.Scenario{Workloads: []model.Workload{row("one"), row("two"), row("three"), row("four")}}
	s.Mesh.ConfigScoped = pointer(true)
	// 200 services in 4 namespaces: 50 known, 60 clusters, 100 endpoints: (2.4 + 0.14) × 2.1
	near(t, "memory", useOf(t, evaluate(t, s), "proxy").MemoryUseMiB, (85+5.334)*mibPerMB)
	s.Workloads = s.Workloads[:1]
	found := false
	for _, w := range evaluate(t, s).Warnings {
		found = found || w.ID == "scoping_unseen" && strings.Contains(w.Fix, "visible_services")
	}
	if !found {
		t.Error("one namespace, scoped, and no warning that it changes nothing")
	}
}

// A preset's figure is a whole proxy with its configuration: never a base to add to.
func TestAPresetsWholeProxyIsNotCountedTwice(t *testing.T) {
	for _, c := range []struct {
		preset, services string
		wantMB           float64
	}{
		{"istio-measured-1.24", "20", 60}, // the isolated namespace that was measured
		// beyond it 980 services: 1,176 × 40 KB + 1,960 × 1.4 KB = 49.784 MB, × 2.1
		{"istio-measured-1.24", "1000", 60 + 104.5464},
		{"unscoped-large", "60", 325},
		{"field-report-2025-09", "60", 150},
		{"field-report-2025-09", "1000", 191.68},
	} {
		u := useOf(t, evaluate(t, flat(t, map[string]string{"preset": c.preset, "services": c.services, "pods_per_service": "2", "pod_cpu_m": "10"})), "proxy")
		near(t, c.preset+" with "+c.services+" services", u.MemoryUseMiB, c.wantMB*mibPerMB)
	}
}

func TestCPUFollowsRequests(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{
		"services": "10", "pods_per_service": "10", "rps_per_pod": "1000", "l7_namespaces": "1", "waypoint_replicas": "4",
	}))
	sidecar := useOf(t, p, "proxy") // 0.20 vCPU at 1,000 requests a second; 0.5 in older releases
	near(t, "sidecar", sidecar.CPUUseM, 200)
	near(t, "sidecar, high", sidecar.CPUUseHighM, 500)
	near(t, "Linkerd", useOf(t, p, "linkerd_proxy").CPUUseM, 85)
	// 100 pods handle 100,000 requests a second, each by one ztunnel: 6 vCPU over the nodes
	ztunnel := useOf(t, p, "ztunnel")
	near(t, "ztunnel", ztunnel.CPUUseM, 6000/float64(nodes(t, p, "ambient")))
	near(t, "ztunnel memory", ztunnel.MemoryUseMiB, 12*mibPerMB+100*3000.0/(1<<20))
	// 50,000 calls a second over 4 waypoints: 12.5 × 0.25 vCPU
	near(t, "waypoint", useOf(t, p, "waypoint").CPUUseM, 3125)
}

// istiod by the registry: 0.425 GiB + 1.58 MB a proxy + 0.3 MiB a service.
func TestIstiodIsWithinAQuarterOfEveryRowOfAKS(t *testing.T) {
	for _, c := range []struct {
		name        string
		workloads   string
		churn       bool
		low, high   float64 // published, GB
		wantTypical float64 // worked by hand, GB
	}{
		{"25,000 sidecars of a service", "s,D,25000,10,16", false, 32.1, 32.1, 0.4563 + 39.5 + 0.0003},
		{"30,000 sidecars of a service", "s,D,30000,10,16", false, 41.2, 41.2, 0.4563 + 47.4 + 0.0003},
		{"1,000 services of 20 pods", "s,D,20,10,16,,,,,,1000", false, 40.4, 42.6, 0.4563 + 31.6 + 0.3146},
		{"15,000 with churn", "s,D,15000,10,16", true, 25.4, 25.4, 0.4563 + 25.2 + 0.0003},
		{"25,000 with churn", "s,D,25000,10,16", true, 42.7, 42.7, 0.4563 + 42.0 + 0.0003},
	} {
		values := map[string]string{"workloads": c.workloads, "istiod_replicas": "1"}
		if c.churn {
			values["heavy_churn"] = "true"
		}
		got := useOf(t, evaluate(t, flat(t, values)), "istiod").MemoryUseMiB / mibPerMB / 1000
		near(t, c.name, got, c.wantTypical)
		if got > 1.25*c.low || got < 0.75*c.high {
			t.Errorf("%s: %.1f GB against %v to %v", c.name, got, c.low, c.high)
		}
	}
}

// Istio: one istiod, 1,000 services, 2,000 sidecars, isolated namespaces: 1.5 GB, 1 vCPU.
func TestIstiodsOwnRowLiesInsideTheInterval(t *testing.T) {
	values := map[string]string{"services": "1000", "pods_per_service": "2", "pod_cpu_m": "10", "config_scoped": "true", "visible_services": "20"}
	u := useOf(t, evaluate(t, flat(t, values)), "istiod")
	// 0.4563 + 2,000 × 0.555 MB + 0.3146 = 1.881 GB
	near(t, "typical", u.MemoryUseMiB/mibPerMB, 1880.9)
	if low, high := u.MemoryUseLowMiB/mibPerMB, u.MemoryUseHighMiB/mibPerMB; low > 1500 || high < 1500 {
		t.Errorf("1,500 MB is outside %.0f to %.0f MB", low, high)
	}
	near(t, "CPU", u.CPUUseM, 1000)
	values["preset"] = "istio-measured-1.24" // all of 1.5 GB over 2,000, base and services included
	near(t, "measured preset", useOf(t, evaluate(t, flat(t, values)), "istiod").MemoryUseMiB/mibPerMB, 1500)
}

func TestChurnTakesTwiceTheCPUOfIstiod(t *testing.T) {
	values := map[string]string{"services": "1000", "pods_per_service": "2", "pod_cpu_m": "10", "heavy_churn": "true"}
	near(t, "CPU", useOf(t, evaluate(t, flat(t, values)), "istiod").CPUUseM, 2000)
}

func TestAPresetThatCoversAPatternDoesNotFallBack(t *testing.T) {
	for preset, want := range map[string]map[string]string{ // pattern → whose figures
		"istio-measured-1.24":  {"ambient": "istio-measured-1.24", "sidecar": "istio-measured-1.24", "gateway": "istio-charts-2026-08", "linkerd": "linkerd-ha-2026-08"},
		"unscoped-large":       {"sidecar": "unscoped-large", "ambient": "istio-charts-2026-08"},
		"field-report-2025-09": {"sidecar": "field-report-2025-09", "ambient-l7": "istio-charts-2026-08"},
		"linkerd-ha-2026-08":   {"linkerd": "linkerd-ha-2026-08", "sidecar": "istio-charts-2026-08"},
	} {
		for _, r := range evaluate(t, flat(t, map[string]string{"preset": preset})).Results {
			if id, asked := want[r.Pattern]; asked && (r.Preset != id || r.FellBack != (id != preset)) {
				t.Errorf("%s: %s uses %s, fell back %v", preset, r.Pattern, r.Preset, r.FellBack)
			}
		}
	}
}

func TestMoreNeverLowersAUse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Workloads, s.Quick.Services, s.Quick.RPSPerPod = nil, pointer(rapid.Int64Range(1, 100).Draw(t, "services")), pointer(rapid.Float64Range(0, 500).Draw(t, "rps"))
		before := plan(t, s)
		raise := rapid.SampledFrom([]string{"rps_per_pod", "services", "pods_per_service"}).Draw(t, "raise")
		switch raise {
		case "rps_per_pod":
			s.Quick.RPSPerPod = pointer(*s.Quick.RPSPerPod + rapid.Float64Range(0, 500).Draw(t, "more rps"))
		case "services":
			s.Quick.Services = pointer(*s.Quick.Services + 7)
		default:
			pods := int64(3)
			if s.Quick.PodsPerService != nil {
				pods = *s.Quick.PodsPerService
			}
			s.Quick.PodsPerService = pointer(pods + 2)
		}
		after := plan(t, s)
		for i, u := range before.Uses {
			if i >= len(after.Uses) || after.Uses[i].Part != u.Part {
				continue
			}
			v := after.Uses[i]
			if perPart := u.Part == "ztunnel" || u.Part == "waypoint"; perPart && raise != "rps_per_pod" {
				continue // more nodes or more namespaces may share the traffic
			}
			if v.CPUUseM < u.CPUUseM || v.MemoryUseMiB < u.MemoryUseMiB || v.CPUUseHighM < u.CPUUseHighM || v.MemoryUseHighMiB < u.MemoryUseHighMiB {
				t.Fatalf("more %s: %+v became %+v", raise, u, v)
			}
			if raise == "rps_per_pod" && v.MemoryUseMiB != u.MemoryUseMiB {
				t.Fatalf("requests moved the memory of %s from %v to %v", u.Part, u.MemoryUseMiB, v.MemoryUseMiB)
			}
		}
	})
}

func TestEstimatesHoldTheirTypicalValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plan(t, scenarios(t))
		for _, u := range p.Uses {
			if u.CPUUseLowM > u.CPUUseM || u.CPUUseM > u.CPUUseHighM || u.MemoryUseLowMiB > u.MemoryUseMiB || u.MemoryUseMiB > u.MemoryUseHighMiB {
				t.Fatalf("%+v", u)
			}
		}
	})
}
