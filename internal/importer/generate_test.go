package importer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// writePods writes what kubectl get pods -A -o json prints for a cluster of that many
// pods: ten to a Deployment, of 250m and 300Mi, with what else real pods carry.
func writePods(w io.Writer, pods int, ballast ballast) error {
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
{"apiVersion":"v1","kind":"Pod","metadata":{%s"labels":{"app":%q,"pod-template-hash":"6d4b75cb6d"},
"name":"%s-6d4b75cb6d-b%04d","namespace":"team-%d","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"%s-6d4b75cb6d","controller":true,"uid":"u"}]},
"spec":{"containers":[{"name":"app","image":"example.invalid/%s:1","env":[{"name":"PASSWORD","value":"hunter2"}],
"resources":{"limits":{"memory":"400Mi"},"requests":{"cpu":"250m","memory":"300Mi"}}%s}],"nodeName":"node-%d"},
"status":{"phase":"Running","podIP":"10.0.0.1","containerStatuses":[{"name":"app","ready":true,"restartCount":0}]}}`,
			comma, ballast.metadata, app, app, i%10000, i%7, app, app, ballast.container, i/40)
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n"+`],"kind":"List","metadata":{"resourceVersion":""}}`)
	return err
}

// ballast is JSON that an import does not look at, in the places where pods carry it.
type ballast struct{ metadata, container string }

// podBallast is about 2 KB in many small parts: what the API server keeps of who wrote
// which field, probes, variables and mounts.
func podBallast() ballast {
	var fields, env strings.Builder
	for i := range 24 {
		fmt.Fprintf(&fields, `"f:field%d":{".":{},"f:value":{}},`, i)
	}
	for i := range 9 {
		fmt.Fprintf(&env, `{"name":"SETTING_%d","valueFrom":{"secretKeyRef":{"name":"settings","key":"key%d"}}},`, i, i)
	}
	return ballast{
		metadata: `"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{` +
			strings.TrimSuffix(fields.String(), ",") + `}}],`,
		container: `,"livenessProbe":{"httpGet":{"path":"/healthz","port":8080,"scheme":"HTTP"},"periodSeconds":10,"timeoutSeconds":1},` +
			`"volumeMounts":[{"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","name":"token","readOnly":true}],` +
			`"envFrom":[` + strings.TrimSuffix(env.String(), ",") + `]`,
	}
}

// generated streams writePods through a pipe.
func generated(pods int, ballast ballast) io.Reader {
	r, w := io.Pipe()
	go func() { w.CloseWithError(writePods(w, pods, ballast)) }()
	return r
}

// 20,000 pods in Deployments of ten. The namespace is i mod 7, so every Deployment's ten
// pods lie in seven namespaces: 2,000 × 7 rows, 20,000 pods × 250m = 5,000,000m and
// 20,000 × 300 = 6,000,000 MiB.
func TestTwentyThousandPodsBecomeTheirDeployments(t *testing.T) {
	result, err := Import(generated(20_000, ballast{}), Options{})
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

// BenchmarkFiftyMegabytesOfJSON reports the CPU time and the memory of the largest stated
// input, which is made beforehand. The targets are 10 s and 512 MB.
func BenchmarkFiftyMegabytesOfJSON(b *testing.B) {
	for _, c := range []struct {
		name    string
		pods    int
		ballast ballast
	}{
		{"20000 pods in many small parts", 20_000, podBallast()},
		{"20000 pods with long annotations", 20_000, ballast{metadata: `"annotations":{"note":"` + strings.Repeat("x", 1_990) + `"},`}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkImport(b, c.pods, c.ballast) })
	}
}

func benchmarkImport(b *testing.B, pods int, ballast ballast) {
	file, err := os.Create(filepath.Join(b.TempDir(), "pods.json"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	if err := errors.Join(writePods(buffered, pods, ballast), buffered.Flush()); err != nil {
		b.Fatal(err)
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	runtime.GC()
	var peak uint64
	var m runtime.MemStats
	before := cpuTime(b)
	for b.Loop() {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		if _, err := Import(file, Options{Progress: func(int64) {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys-m.HeapReleased)
		}}); err != nil {
			b.Fatal(err)
		}
	}
	const mega = 1e6
	b.ReportMetric((cpuTime(b)-before).Seconds()/float64(b.N), "CPU-s/op")
	b.ReportMetric(float64(peak)/mega, "peak-MB")
}

// cpuTime is what this process has used of all cores.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
