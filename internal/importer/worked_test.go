package importer

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

// importFile imports a file of testdata.
func importFile(t *testing.T, path string, o Options) Result {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	result, err := Import(file, o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// importOK imports text that must be understood.
func importOK(t *testing.T, text string, o Options) Result {
	t.Helper()
	result, err := Import(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// The release manifests of Online Boutique (34ffea917) request
// 100+200+100+200+70+300+100+100+100+100+100+100 = 1570m and
// 64+180+64+64+200+256+220+64+64+64+64+64 = 1368 MiB in 12 workloads of one pod.
func TestOnlineBoutiqueSumsUpToItsManifests(t *testing.T) {
	result := importFile(t, "testdata/online-boutique.yaml", Options{})
	want := Totals{Workloads: 12, Services: 12, Pods: 12, CPUMillicores: 1570, MemoryMiB: 1368, Namespaces: 1, KubernetesServices: 12}
	if result.Totals != want {
		t.Errorf("totals are %+v, want %+v", result.Totals, want)
	}
	if len(result.Missing) != 1 || result.Missing[0].Container != "frontend-check" || !result.Missing[0].Init {
		t.Errorf("containers without requests are %+v, want loadgenerator's init container", result.Missing)
	}
}

// Bookinfo's sample has six Deployments of one pod and no request anywhere: the sum is
// zero, and that is said of all six containers. With a default of 100m and 128 MiB it is
// 6 × 100 = 600m and 6 × 128 = 768 MiB.
func TestBookinfoRequestsNothingAndThatIsSaid(t *testing.T) {
	silent := importFile(t, "testdata/bookinfo.yaml", Options{})
	if len(silent.Missing) != 6 || silent.Totals.CPUMillicores != 0 {
		t.Errorf("%d containers without requests and %dm, want 6 and 0", len(silent.Missing), silent.Totals.CPUMillicores)
	}
	if len(silent.Warnings) != 1 || !strings.Contains(silent.Warnings[0].Message, "productpage-v1/productpage") {
		t.Errorf("the warnings do not name the containers: %+v", silent.Warnings)
	}
	filled := importFile(t, "testdata/bookinfo.yaml", Options{MissingRequests: MissingDefault, DefaultCPUMillicores: 100, DefaultMemoryMiB: 128})
	want := Totals{Workloads: 6, Services: 6, Pods: 6, CPUMillicores: 600, MemoryMiB: 768, Namespaces: 1, KubernetesServices: 4}
	if filled.Totals != want {
		t.Errorf("totals are %+v, want %+v", filled.Totals, want)
	}
	if len(filled.Warnings) != 0 || filled.Missing[0].StandIn != MissingDefault {
		t.Errorf("a default stands in, but: %+v %+v", filled.Warnings, filled.Missing[0])
	}
}

// The messy cluster, proxies and the mesh's own parts taken out, per row replicas × request:
//
//	web        4 (autoscaler) × 250m/300   classic  1 × max(200, migrate 1000)m/200
//	old-api    5 (min) × 500m/512          lonely   1 × 30m/30M = 28.6 → 29 MiB
//	db         3 × 1000m/2048 (limits)     canary   5 × 150m/99.5 → 100 MiB
//	opted-out  1 × 10m/16                  nightly  2 × max(500, fetch 2000)+50 = 2050m
//	sleeping   0                                        / max(1024, 64)+64 = 1088 MiB
//
// CPU 1000+2500+3000+10+4100+750+1000+30 = 12,390m;
// memory 1200+2560+6144+16+2176+500+200+29 = 12,825 MiB. log-agent and kube-proxy are on
// every node: 150m and 150 MiB. Nodes a and b run two web pods of 250+100m, classic at
// 1000m, lonely and two kube-proxies: 700+1000+30+200 = 1,930m of 3 × 3,920m.
func TestAMessyClusterSumsUp(t *testing.T) {
	result := importFile(t, "testdata/messy-cluster.json", Options{})
	want := Totals{
		Workloads: 11, Services: 8, Pods: 22, CPUMillicores: 12_390, MemoryMiB: 12_825,
		DaemonSets: 2, DaemonSetCPUMillicores: 150, DaemonSetMemoryMiB: 150, Namespaces: 5, KubernetesServices: 1,
	}
	if result.Totals != want {
		t.Errorf("totals are %+v, want %+v", result.Totals, want)
	}
	nodes := result.Nodes
	if nodes == nil || nodes.Count != 3 || nodes.ControlPlaneNodes != 1 || *nodes.RequestedCPUMillicores != 1_930 || nodes.AllocatableCPUMillicores != 11_760 {
		t.Errorf("the nodes are %+v", nodes)
	}
	if got := *result.Scenario.Nodes.NodeType; got != "m6i.xlarge,c6i.xlarge" {
		t.Errorf("the node types are %s", got)
	}
	if result.Mesh == nil || result.Mesh.Proxies != 3 || len(result.Mesh.Components) != 3 {
		t.Errorf("the mesh is %+v, want 3 proxies and istiod, gateway and ztunnel", result.Mesh)
	}
}

// 300 workloads: workload i has i mod 5 replicas, requests 100 + i millicores and
// 128 + 2i MiB. Over a full cycle of five i = 5k … 5k+4 the replicas are 0 … 4, so CPU is
// Σ r × (100 + 5k + r) = 10 × (100 + 5k) + 30 and memory Σ r × (128 + 2(5k + r)) =
// 10 × (128 + 10k) + 60. Over k = 0 … 59, Σk = 1770: CPU 60,000 + 88,500 + 1,800 =
// 150,300m; memory 76,800 + 177,000 + 3,600 = 257,400 MiB; pods 60 × 10 = 600.
func TestThreeHundredSyntheticWorkloadsSumUp(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "---\nkind: Deployment\nmetadata: {name: app-%d, namespace: team-%d}\n"+
			"spec: {replicas: %d, template: {spec: {containers: [{name: a, resources: {requests: {cpu: %dm, memory: %dMi}}}]}}}\n",
			i, i%12, i%5, 100+i, 128+2*i)
	}
	result := importOK(t, b.String(), Options{})
	want := Totals{Workloads: 300, Services: 300, Pods: 600, CPUMillicores: 150_300, MemoryMiB: 257_400, Namespaces: 12}
	if result.Totals != want {
		t.Errorf("totals are %+v, want %+v", result.Totals, want)
	}
}

const silentWeb = `{"kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"web"},{"name":"log"}]}}}}
`

// The highest of the two pods' use is 140m and 220 MiB; log was not measured.
func TestMeasuredUseStandsInForMissingRequests(t *testing.T) {
	top, err := os.ReadFile("testdata/top-containers.txt")
	if err != nil {
		t.Fatal(err)
	}
	result := importOK(t, silentWeb+string(top), Options{MissingRequests: MissingUsage})
	w := result.Scenario.Workloads[0]
	if w.PodCPUMillicores != 140 || w.PodMemoryMiB != 220 {
		t.Errorf("web takes %dm and %d MiB, want 140m and 220 MiB", w.PodCPUMillicores, w.PodMemoryMiB)
	}
	if len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0].Message, "shop/web/log") {
		t.Errorf("what stays zero is not named: %+v", result.Warnings)
	}
}

// Two sidecars use 12m and 14m: by nearest rank the 5th and 50th percentile are the
// first, the 95th the second.
func TestMeasuredProxiesBecomeIntervalsForCalibration(t *testing.T) {
	result := importFile(t, "testdata/top-containers.txt", Options{})
	known := model.IntervalNames()
	found := false
	for _, m := range result.Measured {
		if !slices.Contains(known, m.Name) {
			t.Errorf("%s is no input that takes an interval", m.Name)
		}
		if m.Name == "proxy_cpu_m" {
			found = true
			if *m.Interval.Low != 12 || *m.Interval.Typical != 12 || *m.Interval.High != 14 || m.Samples != 2 {
				t.Errorf("the sidecars' CPU is %v %v %v of %d", *m.Interval.Low, *m.Interval.Typical, *m.Interval.High, m.Samples)
			}
		}
	}
	if !found {
		t.Error("the sidecars' CPU was not measured")
	}
}
