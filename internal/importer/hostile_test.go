package importer

import (
	"bytes"
	"compress/gzip"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"meshplan/internal/model"
)

const deploymentHead = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: app
        resources: {requests: {cpu: `

// TestRefusalsNameDocumentObjectAndField feeds broken input and looks for the place, the
// object and the cure in what comes back.
func TestRefusalsNameDocumentObjectAndField(t *testing.T) {
	for name, c := range map[string]struct {
		input string
		says  []string
	}{
		"a CPU that is no quantity": {deploymentHead + `1GB}}`, []string{
			"document 1: Deployment shop/cart: spec.template.spec.containers[0].resources.requests.cpu", `"1GB" is not a quantity`, "250m"}},
		"a huge exponent":   {deploymentHead + `1e999999999}}`, []string{"containers[0].resources.requests.cpu", "more than any node has"}},
		"a negative CPU":    {deploymentHead + `"-5"}}`, []string{"requests.cpu", "negative"}},
		"a CPU as a list":   {deploymentHead + `[1]}}`, []string{"Deployment shop/cart", "mapping"}},
		"replicas as text":  {"kind: Deployment\nmetadata: {name: a}\nspec: {replicas: many, template: {spec: {}}}", []string{"Deployment a: spec.replicas", `"many" is not a whole number`}},
		"negative replicas": {"kind: Deployment\nmetadata: {name: a}\nspec: {replicas: -3, template: {spec: {}}}", []string{"spec.replicas", "not from 0"}},
		"containers as text": {`{"kind":"Pod","metadata":{"name":"web-1","namespace":"shop"},"spec":{"containers":"x"}}`,
			[]string{"document 1: Pod shop/web-1: spec.containers", "a string stands where a list belongs"}},
		"truncated JSON": {`{"apiVersion":"v1","items":[{"kind":"Pod","metadata":{"name":"web-1","namespace":"shop"},"spec":{}},{"kind":"Po`,
			[]string{"document 1", "ends too early, after Pod shop/web-1", "Export it again"}},
		"broken JSON":               {`{"kind":"Pod",,}`, []string{"document 1", "the JSON is broken"}},
		"truncated YAML":            {"apiVersion: v1\nitems:\n- kind: Pod\n  metadata: {name: web-1}\n  spec: {}\n", []string{"document 1: kind", "ends too early, after Pod web-1"}},
		"tab indentation":           {"kind: Pod\nmetadata:\n\tname: a\n", []string{"line 3", "tab", "spaces"}},
		"a chart":                   {"kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n", []string{"helm template"}},
		"a bare template":           {"{{- if .Values.on }}\nkind: Pod\n", []string{"helm template"}},
		"kubectl's table":           {"NAMESPACE   NAME   READY   UP-TO-DATE\nshop   web   1/1   1\n", []string{"-o json"}},
		"a workbook":                {"PK\x03\x04\x14\x00\x06\x00", []string{"document 1", "workbook", "CSV"}},
		"a program":                 {"\x7fELF\x02\x01\x01\x00\x00,;\n", []string{"document 1", "not text"}},
		"UTF-16 without a mark":     {"k\x00i\x00n\x00d\x00:\x00", []string{"not text", "UTF-8"}},
		"a login page":              {"<!doctype html><html><body>Log in</body></html>", []string{"web page", "kubectl"}},
		"kubectl's refusal":         {"Error from server (Forbidden): pods is forbidden\n", []string{"kubectl answered with an error", "pods is forbidden"}},
		"kubectl's complaint":       {"error: the server doesn't have a resource type \"hpa2\"\n", []string{"kubectl answered with an error", "hpa2"}},
		"an autoscaler upside down": {"kind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 9, maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: a}}", []string{"HorizontalPodAutoscaler a: spec.maxReplicas", "below minReplicas, which is 9"}},
		"prose":                     {"please plan my cluster\n", []string{"format is not known"}},
		"no kind":                   {`{"metadata":{"name":"a"}}`, []string{"document 1: kind", "apiVersion"}},
		"a broken name in kubectl describe": {"Name: a\nLabels: x=y\nNon-terminated Pods: (1)\n  shop w\x82b 1 (0%) 0 (0%) 1Gi (0%) 0 (0%) 5d\n",
			[]string{"document 1, line 4: pod shop/w", "metadata.name", "broken characters"}},
		"a broken name of an owner": {`{"kind":"Pod","metadata":{"name":"web-1","ownerReferences":[{"kind":"StatefulSet","name":"we\u0001b","controller":true}]},"spec":{}}`,
			[]string{"Pod web-1: metadata.ownerReferences.name", "control or broken characters"}},
		"an item of a list without a head": {"- kind: Namespace\n  metadata: {name: a}\n- kind: Deployment\n  metadata: {name: b}\n  spec: {replicas: many, template: {spec: {}}}\n",
			[]string{"document 1, items[1]: Deployment b: spec.replicas", `"many" is not a whole number`}},
		"a list longer than any": {podHead + `"containers":[{}` + strings.Repeat(",{}", 20_000) + "]}}",
			[]string{"document 1: Pod a: spec", "more than 10000 entries"}},
		"a point that is no number": {`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1,"1"],[2,"much"]]}]}}`,
			[]string{"document 1, items[0]: Prometheus result: data.result[0].value", `"much" is not a number`}},
		"a long name":                {"kind: Pod\nmetadata: {name: " + strings.Repeat("a", 300) + "}", []string{"metadata.name", "300 characters"}},
		"a CSV without name":         {"cpu,memory\n1,2\n", []string{"document 1", "no column holds the names"}},
		"a CSV cell":                 {"name,replicas,cpu\nweb,2,250m\napi,two,100m\n", []string{"document 1, line 3: replicas", `"two" is not a whole number`}},
		"a failed query":             {`{"status":"error","error":"parse error","data":{"resultType":"vector"}}`, []string{"Prometheus result: status", "parse error"}},
		"a scenario field":           {`{"quick":{"servces":3}}`, []string{"document 1: quick.servces", "services"}},
		"a CronJob without template": {"kind: CronJob\nmetadata: {name: night}\nspec: {schedule: '* * * * *'}", []string{"CronJob night: spec.template", "no pod template"}},
		"broken gzip":                {"\x1f\x8b\x08\x00broken", []string{"gzip"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Import(strings.NewReader(c.input), Options{})
			var wrong *model.InputError
			if !errors.As(err, &wrong) {
				t.Fatalf("the error is %v (%T), want an *InputError", err, err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the refusal does not say %q:\n%v", want, err)
				}
			}
			for _, f := range wrong.Fields {
				if f.Fix == "" || f.Rule == "" || f.Message == "" {
					t.Errorf("a refusal without message, rule or fix: %+v", f)
				}
			}
		})
	}
}

// Of what is wrong in a thousand places the first are named, and the others counted.
func TestWhatIsSaidOfManyPlacesIsCounted(t *testing.T) {
	result := importOK(t, `{"kind":"List","items":[{"kind":"Namespace"}`+strings.Repeat(`,{"a":1,"a":2,"kind":"Namespace"}`, 1000)+"]}", Options{})
	var named int
	for _, w := range result.Warnings {
		if w.ID == "repeated_name" {
			named++
		}
	}
	last := result.Warnings[len(result.Warnings)-1]
	if named != 21 || !strings.HasPrefix(last.Message, "980 more places") {
		t.Errorf("%d warnings, the last of them %+v", named, last)
	}
}

// What kubectl warns of on the same stream is no part of what it prints.
func TestWarningsOfKubectlAreNoDocument(t *testing.T) {
	const warning = "Warning: v1 ComponentStatus is deprecated in v1.19+\n"
	result := importOK(t, warning+`{"kind":"HorizontalPodAutoscaler","metadata":{"name":"b"},"spec":{"maxReplicas":2,"scaleTargetRef":{"kind":"Deployment","name":"gone"}}}`+
		"\n"+warning+"kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c}]}}}\n", Options{})
	if len(result.Scenario.Workloads) != 1 || result.Scenario.Workloads[0].Name != "a" {
		t.Errorf("the workloads are %+v", result.Scenario.Workloads)
	}
	if want := (Skipped{"HorizontalPodAutoscaler", "no_target", "what it scales is not in the input", 1, []string{"gone"}}); len(result.Skipped) != 1 || result.Skipped[0].Reason != want.Reason || result.Skipped[0].Count != 1 {
		t.Errorf("skipped is %+v, want %+v", result.Skipped, want)
	}
}

// bomb nests aliases nine deep, ten wide: 10⁹ copies of the string.
func bomb(payload string) string {
	var b strings.Builder
	b.WriteString("a0: &a0 " + payload + "\n")
	for i := 1; i < 10; i++ {
		prev := "*a" + strconv.Itoa(i-1)
		b.WriteString("a" + strconv.Itoa(i) + ": &a" + strconv.Itoa(i) + " [" + strings.Repeat(prev+",", 9) + prev + "]\n")
	}
	return "kind: Pod\n" + b.String()
}

// TestBombsAreRefusedInBoundedMemory gives input that would expand beyond all bounds.
func TestBombsAreRefusedInBoundedMemory(t *testing.T) {
	var zeros bytes.Buffer
	packer := gzip.NewWriter(&zeros)
	chunk := bytes.Repeat([]byte("\n"), 1<<20)
	for range 100 { // 100 MiB of nothing
		if _, err := packer.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	big := "kind: Pod\na: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 1000) + "*a]\n"
	for name, input := range map[string]string{
		"a YAML alias bomb":                bomb("lol"),
		"a few aliases of a text of 1 MiB": big,
		"a list of small bombs":            "kind: List\nitems:\n" + strings.Repeat("- kind: Pod\n  a: &a "+strings.Repeat("x", 2000)+"\n  b: ["+strings.Repeat("*a,", 500)+"*a]\n", 200),
		"a list that refers back":          "kind: List\nitems:\n- kind: Pod\n  a: &a " + strings.Repeat("x", 1<<19) + "\n" + strings.Repeat("- kind: Pod\n  b: *a\n", 1000),
		"a gzip bomb":                      zeros.String(),
		"deep YAML":                        "kind: Pod\na: " + strings.Repeat("[", 100_000),
		"deep JSON":                        `{"kind":"Pod","spec":` + strings.Repeat("[", 1_000_000),
		"more than 64 MB":                  strings.Repeat("# comment\n", 8<<20),
		"100,001 documents":                strings.Repeat("a: 1\n---\n", 100_001),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Import(strings.NewReader(input), Options{})
			runtime.ReadMemStats(&after)
			var wrong *model.InputError
			if !errors.As(err, &wrong) {
				t.Fatalf("the error is %v, want an *InputError", err)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 512<<20 {
				t.Errorf("%d MiB were allocated on the way", grown>>20)
			}
			t.Log(err)
		})
	}
}
