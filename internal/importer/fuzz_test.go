package importer

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"meshplan/internal/model"
)

// longestFuzzed keeps a run at thousands of inputs a second: what a parser does wrong it
// does wrong in a few hundred bytes. Large inputs are the business of hostile_test.go.
const longestFuzzed = 16 << 10

// checkAny imports whatever comes and holds what must always hold: an error is an
// *InputError with a cure, a result is in bounds, and its exports come back unchanged.
func checkAny(t *testing.T, input []byte) {
	if len(input) > longestFuzzed {
		return
	}
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
	var table, document bytes.Buffer
	if err := WriteCSV(&table, result.Scenario.Workloads); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&document, result.Scenario); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(result.Scenario.Workloads, importAgain(t, &table).Workloads); diff != "" {
		t.Errorf("the exported table comes back changed:\n%s", diff)
	}
	if diff := cmp.Diff(string(model.EncodeJSON(result.Scenario)), string(model.EncodeJSON(importAgain(t, &document)))); diff != "" {
		t.Errorf("the exported scenario comes back changed:\n%s", diff)
	}
}

func importAgain(t *testing.T, export io.Reader) model.Scenario {
	t.Helper()
	again, err := Import(export, Options{})
	if err != nil {
		t.Fatalf("the export is refused: %v", err)
	}
	return again.Scenario
}

// seeds adds the inputs of testdata that are small: the fuzzer spends its time on
// shrinking large ones. What the large ones hold stands in fuzzPieces, in short.
func seeds(f *testing.F) {
	f.Helper()
	const most = 1 << 10
	paths, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(text) <= most && !strings.HasSuffix(path, ".golden") {
			f.Add(text)
		}
	}
}

// FuzzImport leaves the format to the input.
func FuzzImport(f *testing.F) {
	seeds(f)
	for _, piece := range fuzzPieces {
		f.Add([]byte(piece))
		f.Add([]byte(`{"kind":"List","items":[` + piece + `]}`))
	}
	f.Add([]byte(strings.Join(fuzzPieces, "\n")))
	f.Add(packed(f, strings.Join(fuzzPieces, "\n")))
	f.Add([]byte("\xef\xbb\xbfsep=;\r\n" + strings.ReplaceAll(wideTable, ",", ";")))
	f.Fuzz(checkAny)
}

// packed returns text as gzip.
func packed(f *testing.F, text string) []byte {
	f.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

// fuzzPieces are objects, one of every kind that an import looks into, each with
// everything that reaches a row: a mutation finds the branch from there.
var fuzzPieces = []string{
	`{"kind":"Deployment","metadata":{"name":"a","namespace":"n"},"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"a"}},"spec":{` +
		`"nodeSelector":{"pool":"big","kubernetes.io/arch":"arm64"},"tolerations":[{"key":"gpu","operator":"Exists","effect":"NoSchedule"}],` +
		`"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"pool","operator":"In","values":["big"]}]}]}},` +
		`"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"a"}}}]}},` +
		`"topologySpreadConstraints":[{"maxSkew":2,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"DoNotSchedule"}],"overhead":{"cpu":"10m"},` +
		`"initContainers":[{"name":"istio-proxy","restartPolicy":"Always"},{"name":"m","resources":{"limits":{"cpu":2}}}],` +
		`"containers":[{"name":"c","resources":{"requests":{"cpu":"0.1","memory":"64Mi"}}}]}}}}`,
	`{"kind":"HorizontalPodAutoscaler","metadata":{"name":"a","namespace":"n"},"spec":{"minReplicas":2,"maxReplicas":9,"scaleTargetRef":{"kind":"Deployment","name":"a"}},"status":{"currentReplicas":4}}`,
	`{"kind":"Node","metadata":{"name":"x","labels":{"pool":"big","node.kubernetes.io/instance-type":"m6i.xlarge","topology.kubernetes.io/region":"us-east-1","topology.kubernetes.io/zone":"us-east-1a"}},` +
		`"spec":{"providerID":"aws:///x","taints":[{"key":"gpu","effect":"NoSchedule"}]},"status":{"allocatable":{"cpu":"3920m","memory":"14Gi","pods":"58"}}}`,
	`{"kind":"Node","metadata":{"name":"y","labels":{"topology.kubernetes.io/zone":"us-east-1b"}},"status":{"allocatable":{"cpu":"4","memory":"16Gi","pods":"110"}}}`,
	`{"kind":"PodDisruptionBudget","metadata":{"name":"a","namespace":"n"},"spec":{"selector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["b"]}]}}}`,
	`{"kind":"Namespace","metadata":{"name":"n","labels":{"istio-injection":"enabled","istio.io/dataplane-mode":"ambient"}}}`,
	`{"kind":"Rollout","metadata":{"name":"r","namespace":"n"},"spec":{"replicas":2,"workloadRef":{"kind":"Deployment","name":"a"}}}`,
	`{"kind":"DaemonSet","metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{"name":"c"}]}}},"status":{"desiredNumberScheduled":3}}`,
	`{"kind":"CronJob","metadata":{"name":"j"},"spec":{"suspend":true,"jobTemplate":{"spec":{"parallelism":2,"template":{"spec":{"containers":[{"name":"c"}]}}}}}}`,
	`{"kind":"Pod","metadata":{"name":"a-6d4b75cb6d-x2x4z","namespace":"n","labels":{"pod-template-hash":"6d4b75cb6d"},"ownerReferences":[{"kind":"ReplicaSet","name":"a-6d4b75cb6d","controller":true}]},` +
		`"spec":{"nodeName":"x","containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]},"status":{"phase":"Running","conditions":[{"type":"PodResizePending","reason":"Infeasible"}],` +
		`"containerStatuses":[{"name":"c","allocatedResources":{"cpu":"2"},"resources":{"requests":{"cpu":"3"}}}]}}`,
	`{"workloads":[{"name":"w","replicas":2,"replicas_min":1,"replicas_max":5,"any_zone":true,"node_types":["m6i.xlarge"],"tolerates":["gpu"]}],"nodes":{"zones":3}}`,
	`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"destination_workload":"a"},"value":[1,"20"]}]}}`,
}

// wideTable has every column of the export.
const wideTable = "namespace,name,kind,services,replicas,pod_cpu_m,pod_memory_mib,init_cpu_m,init_memory_mib,rps_per_pod,in_mesh,max_per_node,architectures,node_types,tolerates,any_zone,replicas_min,replicas_max\n" +
	"n,a,Deployment,2,3,250,512,1000,64,7.5,true,1,amd64 arm64,m6i.xlarge,gpu team=x:NoExecute,true,2,9\n"

// FuzzJSON and the targets after it put a beginning before the input that leads to one parser.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`"items":[{"kind":"Pod","spec":{"containers":[{"resources":{"requests":{"cpu":"1e3"}}}]}}]}`))
	f.Add([]byte(`"workloads":[{"name":"a","replicas":3}]}`))
	f.Add([]byte(`"workloads":[{}]}`)) // once a row without a name
	f.Add([]byte(`"kind":"Deployment","kind":"Pod","spec":{"containers":null}}`))
	for _, piece := range fuzzPieces {
		f.Add([]byte(piece[1:]))
	}
	f.Fuzz(func(t *testing.T, input []byte) { checkAny(t, append([]byte("{"), input...)) })
}

// FuzzYAML leads to the YAML parser.
func FuzzYAML(f *testing.F) {
	f.Add([]byte("items:\n- kind: Pod\n  spec: &a {containers: [{name: x}]}\n- kind: Pod\n  spec: *a\nkind: List\n"))
	f.Add([]byte("kind: Deployment\nspec:\n  template: {spec: {containers: [{resources: {limits: {cpu: 1}}}]}}\n---\n- 1\n"))
	for _, piece := range fuzzPieces {
		text, err := yaml.JSONToYAML([]byte(piece))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add([]byte("kind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "\n  ") + "\n"))
	}
	f.Fuzz(func(t *testing.T, input []byte) { checkAny(t, append([]byte("apiVersion: v1\n"), input...)) })
}

// FuzzCSV leads to the table reader.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("web,3,0.5,512Mi,yes\n"))
	f.Add([]byte("\"a\nb\",1e3,250m,1GB,\n'=x,,,,\n"))
	head, row, _ := strings.Cut(wideTable, "\n")
	f.Add([]byte("n,a,Deployment,,3,0.25,512Mi,,,1e3,no,,arm64,,*,,2,9\n"))
	f.Add([]byte(row))
	f.Fuzz(func(t *testing.T, input []byte) {
		checkAny(t, append([]byte(head+"\n"), input...))
		checkAny(t, append([]byte("name;replicas;cpu;memory;mesh\n"), input...))
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
