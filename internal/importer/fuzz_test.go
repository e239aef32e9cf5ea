package importer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meshplan/internal/model"
)

// checkAny imports whatever comes and holds what must always hold: an error is an
// *InputError with a cure, a result is in bounds, and its export comes back unchanged.
func checkAny(t *testing.T, input []byte) {
	result, err := Import(bytes.NewReader(input), Options{MaxBytes: 1 << 20})
	if err != nil {
		var wrong *model.InputError
		if !errors.As(err, &wrong) || len(wrong.Fields) == 0 {
			t.Fatalf("the error is %v (%T), want an *InputError", err, err)
		}
		for _, f := range wrong.Fields {
			if f.Message == "" || f.Fix == "" {
				t.Errorf("a refusal without message or fix: %+v", f)
			}
		}
		return
	}
	if len(result.Understood) != len(result.Scenario.Workloads) {
		t.Fatalf("%d rows and %d explained", len(result.Scenario.Workloads), len(result.Understood))
	}
	for _, w := range result.Scenario.Workloads {
		if w.Name == "" || w.Replicas < 0 || w.PodCPUMillicores < 0 || w.PodCPUMillicores > maxPodCPUMillicores ||
			w.PodMemoryMiB < 0 || w.PodMemoryMiB > maxPodMemoryMiB {
			t.Errorf("a row out of bounds: %+v", w)
		}
	}
	if len(result.Scenario.Workloads) == 0 {
		return
	}
	var table bytes.Buffer
	if err := WriteCSV(&table, result.Scenario.Workloads); err != nil {
		t.Fatal(err)
	}
	again, err := Import(&table, Options{})
	if err != nil {
		t.Fatalf("the export is refused: %v", err)
	}
	if diff := cmp.Diff(result.Scenario.Workloads, again.Scenario.Workloads); diff != "" {
		t.Errorf("the export comes back changed:\n%s", diff)
	}
}

// seeds adds the inputs of testdata whose names end so, and an injection mark.
func seeds(f *testing.F, endings ...string) {
	f.Helper()
	paths, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		for _, ending := range endings {
			if !strings.HasSuffix(path, ending) {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
}

// FuzzImport leaves the format to the input.
func FuzzImport(f *testing.F) {
	seeds(f, ".yaml", ".json", ".csv", ".tsv", ".txt")
	f.Fuzz(checkAny)
}

// FuzzJSON and the targets after it put a beginning before the input that leads to one parser.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`"items":[{"kind":"Pod","spec":{"containers":[{"resources":{"requests":{"cpu":"1e3"}}}]}}]}`))
	f.Add([]byte(`"workloads":[{"name":"a","replicas":3}]}`))
	f.Add([]byte(`"workloads":[{}]}`)) // once a row without a name
	f.Add([]byte(`"kind":"Deployment","kind":"Pod","spec":{"containers":null}}`))
	f.Fuzz(func(t *testing.T, input []byte) { checkAny(t, append([]byte("{"), input...)) })
}

// FuzzYAML leads to the YAML parser.
func FuzzYAML(f *testing.F) {
	f.Add([]byte("items:\n- kind: Pod\n  spec: &a {containers: [{name: x}]}\n- kind: Pod\n  spec: *a\nkind: List\n"))
	f.Add([]byte("kind: Deployment\nspec:\n  template: {spec: {containers: [{resources: {limits: {cpu: 1}}}]}}\n---\n- 1\n"))
	f.Fuzz(func(t *testing.T, input []byte) { checkAny(t, append([]byte("apiVersion: v1\n"), input...)) })
}

// FuzzCSV leads to the table reader.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("web,3,0.5,512Mi,yes\n"))
	f.Add([]byte("\"a\nb\",1e3,250m,1GB,\n'=x,,,,\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		checkAny(t, append([]byte("name,replicas,cpu,memory,mesh\n"), input...))
	})
}

// FuzzTop leads to the reader of kubectl top.
func FuzzTop(f *testing.F) {
	f.Add([]byte("shop web-0 web 12m 20Mi\nshop web-0 istio-proxy 1m <unknown>\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		checkAny(t, append([]byte("NAMESPACE POD NAME CPU(cores) MEMORY(bytes)\n"), input...))
	})
}

// FuzzDescribe leads to the reader of kubectl describe nodes.
func FuzzDescribe(f *testing.F) {
	f.Add([]byte("Allocatable:\n  cpu: 2\n  memory: 3Gi\nNon-terminated Pods: (1)\n  a b 1 (0%) 0 (0%) 1Gi (0%) 0 (0%) 5d\n"))
	f.Fuzz(func(t *testing.T, input []byte) { checkAny(t, append([]byte("Name: a\nLabels: x=y\n"), input...)) })
}

// FuzzPrometheus leads to the reader of query results.
func FuzzPrometheus(f *testing.F) {
	f.Add([]byte(`{"metric":{"pod":"web-0","container":"web"},"value":[1,"0.5"]}`))
	f.Add([]byte(`{"metric":{"destination_workload":"web"},"values":[[1,"NaN"],[2,"1e9"]]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		checkAny(t, []byte(`{"status":"success","data":{"resultType":"vector","result":[`+string(input)+`]}}`))
	})
}

// FuzzQuantity holds the guard before the Kubernetes parser: whatever is taken is in bounds.
func FuzzQuantity(f *testing.F) {
	for _, text := range []string{"100m", "1e999999999", "1E", "1Ei", "-0", "0.0000000000000000001", "9223372036854775807", "1e-18", ".5", "5."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := parseCPU(text); err == nil && (n < 0 || n > maxPodCPUMillicores*nanoPerMilli) {
			t.Errorf("%q gives %d nanocores", text, n)
		}
		if n, err := parseMemory(text); err == nil && (n < 0 || n > maxPodMemoryMiB*bytesPerMiB) {
			t.Errorf("%q gives %d bytes", text, n)
		}
	})
}
