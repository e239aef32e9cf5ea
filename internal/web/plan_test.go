package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// solo is the published study that the first worked case of the model repeats: 200 pods
// of 700m/500Mi, one istiod of 500m/2Gi, sidecars of 250m/128Mi.
const solo = "services=200&pods_per_service=1&pod_cpu_m=700&pod_memory_mib=500&node_allocatable_memory_mib=28672" +
	"&node_max_pods=110&proxy_memory_mib=128&istiod_replicas=1&istiod_cpu_m=500&istiod_memory_mib=2048" +
	"&ingress_gateways=0&daemonset_cpu_m=0&daemonset_memory_mib=0&headroom=0&zones=1&preset=istio-charts-2026-08"

// A node of 7500m holds 10 pods of 700m: 20 nodes. With the proxy a pod is 950m, 7 to a
// node: 200/7 = 28.6, and istiod fits beside them: 29. In ambient 300m of each node go to
// ztunnel and istio-cni: 7200m hold 10 pods, 20 nodes, and one more for istiod.
func TestTheSoloStudyHoldsOverHTTP(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		extra string
		want  map[string]string
	}{
		{"node_allocatable_cpu_m=7500&proxy_cpu_m=250", map[string]string{"none": "20", "sidecar": "29", "ambient": "21"}},
		{"node_allocatable_cpu_m=7910&proxy_cpu_m=250", map[string]string{"none": "19", "sidecar": "26", "ambient": "20"}},
		{"node_allocatable_cpu_m=7500&proxy_cpu_m=250&l7_namespaces=50&waypoint_replicas=1", map[string]string{"ambient-l7": "21"}},
		{"node_allocatable_cpu_m=7500&proxy_cpu_m=250&l7_namespaces=100&waypoint_replicas=1", map[string]string{"ambient-l7": "21"}},
		{"node_allocatable_cpu_m=7910&proxy_cpu_m=250&l7_namespaces=50&waypoint_replicas=1", map[string]string{"ambient-l7": "20"}},
		{"node_allocatable_cpu_m=7910&proxy_cpu_m=250&l7_namespaces=100&waypoint_replicas=1", map[string]string{"ambient-l7": "20"}},
	} {
		plan := decode[struct {
			Results []struct {
				Pattern string
				Nodes   int
			}
		}](t, s.get("/api/v1/plan?"+solo+"&"+c.extra).body)
		got := map[string]string{}
		for _, r := range plan.Results {
			got[r.Pattern] = fmt.Sprint(r.Nodes)
		}
		for pattern, want := range c.want {
			if got[pattern] != want {
				t.Errorf("%s: %s takes %s nodes, want %s", c.extra, pattern, got[pattern], want)
			}
		}
	}
}

func TestTheCliffsOfTheSoloStudyComeFromOneCall(t *testing.T) {
	s := newSite(t)
	for cpu, want := range map[string]string{
		"7500": "21 23 25 26 29 29",
		"7910": "19 23 23 25 26 29",
	} {
		got := s.get("/api/v1/value/sidecar.nodes?" + solo + "&proxy_cpu_m=10,100..300..50&node_allocatable_cpu_m=" + cpu).body
		if got = strings.ReplaceAll(got, "\n", " "); got != want {
			t.Errorf("sidecar nodes at %sm: %s, want %s", cpu, got, want)
		}
	}
}

// 1000 pods on nodes of 7910m, proxy 100m: 7910/50 = 158 pods a node without, 52 with it.
func TestSmallPodsDoubleAndLargeOnesDoNot(t *testing.T) {
	s := newSite(t)
	got := s.get("/api/v1/plan.csv?services=1000&pods_per_service=1&pod_cpu_m=50,100,200,500,1000&pod_memory_mib=128" +
		"&node_allocatable_cpu_m=7910&node_allocatable_memory_mib=28672&node_max_pods=0&proxy_cpu_m=100&proxy_memory_mib=128" +
		"&istiod_replicas=0&ingress_gateways=0&daemonset_cpu_m=0&daemonset_memory_mib=0&headroom=0&zones=1" +
		"&preset=istio-charts-2026-08&fields=pod_cpu_m,none.nodes,sidecar.nodes").body
	want := "pod_cpu_m,none.nodes,sidecar.nodes\n50,7,20\n100,13,26\n200,26,39\n500,67,77\n1000,143,143\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOneBadPointOfManyFailsNoOther(t *testing.T) {
	s := newSite(t)
	got := s.get("/api/v1/plan.csv?services=5,-1,10&fields=services,none.nodes,error").body
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[2], `-1,,"services is -1`) || strings.HasSuffix(lines[1], "5,,") {
		t.Errorf("got\n%s", got)
	}
	if bad := s.do("GET", "/api/v1/plan.csv?services=5,10&headroom=7", ""); bad.status != 400 {
		t.Errorf("what is wrong everywhere gives %d", bad.status)
	}
}

func TestASweepInJSONHasTheNumbersOfThePlan(t *testing.T) {
	s := newSite(t)
	sweep := decode[struct {
		Points []struct {
			Values  []float64
			Results []struct {
				Pattern string
				Nodes   int
			}
		}
	}](t, s.get("/api/v1/sweep?over=services&from=10&to=30&step=10").body)
	if len(sweep.Points) != 3 {
		t.Fatalf("%d points", len(sweep.Points))
	}
	for i, services := range []int{10, 20, 30} {
		want := s.get(fmt.Sprint("/api/v1/value/sidecar.nodes?services=", services)).body
		for _, r := range sweep.Points[i].Results {
			if r.Pattern == "sidecar" && fmt.Sprint(r.Nodes) != want {
				t.Errorf("%d services: %d nodes, the plan has %s", services, r.Nodes, want)
			}
		}
	}
}
