package importer

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// writePods writes what kubectl get pods -A -o json prints for a cluster of that many
// pods: ten to a Deployment, of 250m and 300Mi, padded with what real pods carry.
func writePods(w io.Writer, pods, padding int) error {
	pad := strings.Repeat("x", padding)
	if _, err := io.WriteString(w, `{"apiVersion":"v1","items":[`); err != nil {
		return err
	}
	for i := range pods {
		comma := ","
		if i == 0 {
			comma = ""
		}
		app := fmt.Sprintf("app-%d", i/10)
		_, err := fmt.Fprintf(w, `%s
{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"note":%q},"labels":{"app":%q,"pod-template-hash":"6d4b75cb6d"},
"name":"%s-6d4b75cb6d-b%04d","namespace":"team-%d","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"%s-6d4b75cb6d","controller":true,"uid":"u"}]},
"spec":{"containers":[{"name":"app","image":"example.invalid/%s:1","env":[{"name":"PASSWORD","value":"hunter2"}],
"resources":{"limits":{"memory":"400Mi"},"requests":{"cpu":"250m","memory":"300Mi"}}}],"nodeName":"node-%d"},
"status":{"phase":"Running","podIP":"10.0.0.1","containerStatuses":[{"name":"app","ready":true,"restartCount":0}]}}`,
			comma, pad, app, app, i%10000, i%7, app, app, i/40)
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n"+`],"kind":"List","metadata":{"resourceVersion":""}}`)
	return err
}

// generated streams writePods through a pipe.
func generated(pods, padding int) io.Reader {
	r, w := io.Pipe()
	go func() { w.CloseWithError(writePods(w, pods, padding)) }()
	return r
}

// 20,000 pods in Deployments of ten. The namespace is i mod 7, so every Deployment's ten
// pods lie in seven namespaces: 2,000 × 7 rows, 20,000 pods × 250m = 5,000,000m and
// 20,000 × 300 = 6,000,000 MiB.
func TestTwentyThousandPodsBecomeTheirDeployments(t *testing.T) {
	result, err := Import(generated(20_000, 0), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := Totals{Workloads: 14_000, Services: 14_000, Pods: 20_000, CPUMillicores: 5_000_000, MemoryMiB: 6_000_000, Namespaces: 7}
	if result.Totals != want {
		t.Errorf("totals are %+v, want %+v", result.Totals, want)
	}
	if kind := result.Scenario.Workloads[0].Kind; kind != "Deployment" {
		t.Errorf("the rows are of kind %s, want Deployment", kind)
	}
}

// BenchmarkFiftyMegabytesOfJSON reports the time and memory of the largest stated input.
func BenchmarkFiftyMegabytesOfJSON(b *testing.B) {
	const pods, padding = 20_000, 1_980 // 50 MiB
	size, err := io.Copy(io.Discard, generated(pods, padding))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	var peak uint64
	var m runtime.MemStats
	for b.Loop() {
		if _, err := Import(generated(pods, padding), Options{Progress: func(int64) {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse+m.StackInuse)
		}}); err != nil {
			b.Fatal(err)
		}
	}
	const mebi = 1 << 20
	b.ReportMetric(float64(peak)/mebi, "peak-MiB")
}
