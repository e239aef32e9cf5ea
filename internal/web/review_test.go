package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meshplan/internal/model"
	"meshplan/internal/store"
	"meshplan/internal/web"
	"meshplan/internal/webstore"
)

// importForm posts an import form with a text, as a browser does.
func (s *site) importForm(path, text string, fields ...string) reply {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.WriteField("text", text); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	return s.do(http.MethodPost, path, body.String(), "Content-Type", form.FormDataContentType(), "Sec-Fetch-Site", "same-origin")
}

var stateField = regexp.MustCompile(`name="state" value="([^"]*)"`)

func stateOf(t *testing.T, r reply) string {
	t.Helper()
	found := stateField.FindStringSubmatch(r.body)
	if found == nil {
		t.Fatalf("status %d, and no review: %.2000s", r.status, r.body)
	}
	return html.UnescapeString(found[1])
}

// review sends corrections and returns the scenario that they come to.
func (s *site) review(state string, fields url.Values) model.Scenario {
	s.t.Helper()
	fields.Set("state", state)
	fields.Set("do", "json")
	got := s.post("/import/review", fields)
	scenario, err := model.DecodeJSON([]byte(got.body))
	if err != nil {
		s.t.Fatalf("status %d: %v in %.500s", got.status, err, got.body)
	}
	return scenario
}

const reviewedCluster = `
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, template: {spec: {containers: [{name: app, resources: {requests: {cpu: 200m, memory: 256Mi}}}, {name: log}]}}}
---
kind: Deployment
metadata: {name: asleep, namespace: shop}
spec: {replicas: 0, template: {spec: {containers: [{name: a, resources: {requests: {cpu: 10m, memory: 16Mi}}}]}}}
---
kind: Deployment
metadata: {name: old, namespace: shop}
spec: {replicas: 5, template: {spec: {containers: [{name: a, resources: {requests: {cpu: 10m, memory: 16Mi}}}]}}}
---
NAMESPACE POD NAME CPU(cores) MEMORY(bytes)
shop web-0 log 30m 40Mi
`

// Measurements alone make a review without rows: no table stands there empty.
func TestMeasurementsAloneAreReviewedWithoutRows(t *testing.T) {
	page := newSite(t).importForm("/import", "NAMESPACE POD NAME CPU(cores) MEMORY(bytes)\nshop web-6d4b75cb6d-bbbbb istio-proxy 12m 48Mi\nshop web-6d4b75cb6d-bbbbb web 120m 200Mi\n")
	if !strings.Contains(page.body, `name="measured.proxy_cpu_m"`) || !strings.Contains(page.body, "Those ticked are taken") {
		t.Error("the measured figures cannot be chosen")
	}
	if strings.Contains(page.body, "Workloads understood") {
		t.Error("an empty table of workloads is shown")
	}
}

func TestAReviewIsCorrectedRowByRowWithoutScript(t *testing.T) {
	s := newSite(t)
	page := s.importForm("/import", reviewedCluster)
	for _, says := range []string{"Container log has no CPU and memory request", "as its use, 30m, 40", "1 container lacks a request", "1 workload has no replicas: shop/asleep", "only the 2 that lack something"} {
		if !strings.Contains(page.body, says) {
			t.Errorf("the review does not say %q", says)
		}
	}
	state := stateOf(t, page)
	scenario := s.review(state, url.Values{
		"r.0.replicas": {"2"}, "r.0.pod_cpu_m": {"200"}, "r.0.pod_memory_mib": {"256"}, "r.0.was_cpu_m": {"200"}, "r.0.was_memory_mib": {"256"}, "r.0.in_mesh": {"y"},
		"m.0.as": {"usage"}, "m.0.cpu": {"0"}, "m.0.memory": {"0"},
		"r.1.replicas": {"3"}, "r.1.pod_cpu_m": {"55"}, "r.1.pod_memory_mib": {"16"}, "r.1.was_cpu_m": {"10"}, "r.1.was_memory_mib": {"16"}, "r.1.in_mesh": {""},
		"r.2.replicas": {"5"}, "r.2.out": {"1"}, "r.2.in_mesh": {""},
	})
	in := true
	want := []model.Workload{
		// 200m + 30m and 256 + 40 MiB
		{Namespace: "shop", Name: "web", Kind: "Deployment", Replicas: 2, PodCPUMillicores: 230, PodMemoryMiB: 296, InMesh: &in},
		{Namespace: "shop", Name: "asleep", Kind: "Deployment", Replicas: 3, PodCPUMillicores: 55, PodMemoryMiB: 16},
	}
	if diff := cmp.Diff(want, scenario.Workloads); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A figure typed for the container counts, whatever the choice beside it says.
	own := s.review(state, url.Values{"m.0.as": {"zero"}, "m.0.cpu": {"7"}, "m.0.memory": {"9"}})
	if w := own.Workloads[0]; w.PodCPUMillicores != 207 || w.PodMemoryMiB != 265 {
		t.Errorf("with 7m and 9 MiB for the container the row is %dm and %d MiB", w.PodCPUMillicores, w.PodMemoryMiB)
	}
}

func TestCorrectionsAddUpOverSteps(t *testing.T) {
	s := newSite(t)
	state := stateOf(t, s.importForm("/import", reviewedCluster))
	all := s.post("/import/review", url.Values{"state": {state}, "do": {"all"}, "all.as": {"own"}, "all.cpu": {"100"}, "all.memory": {"128"}})
	if strings.Contains(all.body, "lacks a request") {
		t.Error("all containers count now, and the page still says that one does not")
	}
	twice := s.post("/import/review", url.Values{"state": {stateOf(t, all)}, "do": {"apply"}, "m.0.as": {"zero"}, "m.0.cpu": {"100"}, "m.0.memory": {"128"}})
	got := s.review(stateOf(t, twice), url.Values{})
	if w := got.Workloads[0]; w.PodCPUMillicores != 200 || w.PodMemoryMiB != 256 {
		t.Errorf("back at zero the row is %dm and %d MiB, want 200 and 256", w.PodCPUMillicores, w.PodMemoryMiB)
	}
}

func TestAWrongCorrectionIsNamedAndNothingIsLost(t *testing.T) {
	s := newSite(t)
	state := stateOf(t, s.importForm("/import", reviewedCluster))
	got := s.post("/import/review", url.Values{"state": {state}, "do": {"apply"}, "r.1.replicas": {"many"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "shop/asleep: replicas") || !strings.Contains(got.body, "&#34;many&#34; is not a whole number") {
		t.Errorf("status %d: %.1500s", got.status, got.body)
	}
	if again := stateOf(t, got); again == "" {
		t.Error("the review is lost")
	}
	for _, broken := range []string{"", "%", state[:len(state)/2], "H4sIAAAAAAAA_6tWKkotLs0pUbKqVkrLzElVslIqLU4tUqoFAAAA__8"} {
		if got := s.post("/import/review", url.Values{"state": {broken}, "do": {"plan"}}); got.status != http.StatusBadRequest || !strings.Contains(got.body, "Import again") {
			t.Errorf("a broken state of %d characters answers %d", len(broken), got.status)
		}
	}
}

// Three nodes run two pods of 500m: they fit on one, and an autoscaler would buy one.
const threeNodes = `
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, template: {spec: {containers: [{name: app, resources: {requests: {cpu: 500m, memory: 512Mi}}}]}}}
` + oneNode + oneNode2 + unknownNode

const (
	oneNode = `---
kind: Node
metadata: {name: a, labels: {node.kubernetes.io/instance-type: m6i.large, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: us-east-1a}}
spec: {providerID: 'aws:///us-east-1a/i-1'}
status: {allocatable: {cpu: 1930m, memory: 7000Mi, pods: '29'}, capacity: {cpu: '2', memory: 8Gi, pods: '29'}}
`
	oneNode2 = `---
kind: Node
metadata: {name: b, labels: {node.kubernetes.io/instance-type: m6i.large, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: us-east-1a}}
spec: {providerID: 'aws:///us-east-1a/i-2'}
status: {allocatable: {cpu: 1930m, memory: 7000Mi, pods: '29'}, capacity: {cpu: '2', memory: 8Gi, pods: '29'}}
`
	unknownNode = `---
kind: Node
metadata: {name: c, labels: {node.kubernetes.io/instance-type: x9z.huge, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: us-east-1a}}
spec: {providerID: 'aws:///us-east-1a/i-3'}
status: {allocatable: {cpu: '7', memory: 28Gi, pods: '58'}, capacity: {cpu: '8', memory: 32Gi, pods: '58'}}
`
)

func TestTheNodesThatRunAreComparedWithThePacking(t *testing.T) {
	s := newSite(t)
	answer := decode[struct {
		Check    web.ClusterCheck
		Scenario struct {
			Nodes struct {
				NodeType string `json:"node_type"`
			}
		}
		Warnings []model.Warning
	}](t, s.do(http.MethodPost, "/api/v1/import", threeNodes).body)
	check := answer.Check
	if check.Sentence != "You run 3 nodes; these pods fit on 1; an autoscaler would buy 1." || check.Running.Nodes != 3 || check.Fits.Nodes != 1 || check.Autoscaler.Nodes != 1 {
		t.Errorf("the check is %+v", check)
	}
	if check.Running.MonthlyCostUSD != nil || check.Fits.MonthlyCostUSD == nil || check.Fits.RequestedCPUShare == nil {
		t.Errorf("the huge node has no price, so what runs has none; what fits has: %+v", check)
	}
	if answer.Scenario.Nodes.NodeType != "m6i.large" || !strings.Contains(answer.Warnings[len(answer.Warnings)-1].Message, "x9z.huge") {
		t.Errorf("planned on %q, warnings %+v", answer.Scenario.Nodes.NodeType, answer.Warnings)
	}
	two := decode[struct{ Check web.ClusterCheck }](t, s.do(http.MethodPost, "/api/v1/import", strings.TrimSuffix(threeNodes, unknownNode)).body).Check
	// m6i.large at list price: $0.096 × 730 h each
	if two.Running.MonthlyCostUSD == nil || *two.Running.MonthlyCostUSD != 140.16 || *two.Fits.MonthlyCostUSD != 70.08 {
		t.Errorf("two nodes cost %v, one %v", two.Running.MonthlyCostUSD, two.Fits.MonthlyCostUSD)
	}
}

func TestAnUnknownNodeTypeCanStandForAKnownOne(t *testing.T) {
	s := newSite(t)
	page := s.importForm("/import", threeNodes)
	if !strings.Contains(page.body, "No price is known for x9z.huge") {
		t.Fatal("the unknown type is not shown")
	}
	number := regexp.MustCompile(`name="(n\.\d+)"`).FindStringSubmatch(page.body)[1]
	got := s.review(stateOf(t, page), url.Values{number: {"m6i.2xlarge"}, "nodes.shown": {"1"}})
	if *got.Nodes.NodeType != "m6i.large,m6i.2xlarge" {
		t.Errorf("planned on %s", *got.Nodes.NodeType)
	}
}

func TestMeasuredFiguresBecomeIntervalsMarkedMeasured(t *testing.T) {
	s := newSite(t)
	page := s.importForm("/import", reviewedCluster+"shop web-0 istio-proxy 14m 60Mi\nshop web-1 log 5m 5Mi\nshop web-1 istio-proxy 16m 64Mi\n")
	got := s.review(stateOf(t, page), url.Values{"measured.shown": {"1"}, "measured.proxy_cpu_m": {"1"}})
	if len(got.Intervals) != 1 {
		t.Fatalf("intervals are %+v", got.Intervals)
	}
	i := got.Intervals["proxy_cpu_m"]
	if !i.Measured || *i.Low != 14 || *i.High != 16 {
		t.Errorf("the interval is %+v", i)
	}
	plan := s.do(http.MethodPost, "/api/v1/plan", string(model.EncodeJSON(got)))
	if !strings.Contains(plan.body, `"name":"proxy_cpu_m","value":"14","origin":"measured"`) {
		t.Errorf("status %d, and the plan does not say that it was measured", plan.status)
	}
}

// A list that fits no address is calibrated through the import, which keeps rows and intervals.
func TestALongListIsCalibratedThroughItsReview(t *testing.T) {
	s := newSite(t)
	var rows []model.Workload
	for i := range 200 {
		rows = append(rows, model.Workload{Namespace: "shop", Name: fmt.Sprintf("a-service-of-some-length-%d", i), Kind: "Deployment", Replicas: 1, PodCPUMillicores: int64(100 + i), PodMemoryMiB: 64})
	}
	saved := decode[web.SavedScenario](t, s.do(http.MethodPost, "/api/v1/scenarios", string(model.EncodeJSON(model.Scenario{Workloads: rows}))).body)
	after := oneNode + "---\nNAMESPACE POD NAME CPU(cores) MEMORY(bytes)\nshop web-0 app 20m 30Mi\nshop web-0 istio-proxy 5m 40Mi\n"
	page := s.importForm("/s/"+saved.ID+"/score", after)
	text := regexp.MustCompile(`name="text" value="([^"]+)"`).FindStringSubmatch(page.body)
	if text == nil || strings.Contains(page.body, "Make a copy that plans") {
		t.Fatalf("status %d, and no way to plan with what was measured", page.status)
	}
	got := s.review(stateOf(t, s.importForm("/import", html.UnescapeString(text[1]))), url.Values{})
	if i := got.Intervals["proxy_cpu_m"]; !i.Measured || i.Typical == nil || *i.Typical != 5 {
		t.Errorf("the interval is %+v", i)
	}
	if diff := cmp.Diff(rows, got.Workloads); diff != "" {
		t.Errorf("the rows changed:\n%s", diff)
	}
}

// The prediction of three services of one pod is scored against a cluster of two nodes with
// four pods, three of which carry a sidecar of 50m: predicted 3 against 4 pods is −25 %.
func TestASavedPredictionIsScored(t *testing.T) {
	s := newSite(t)
	saved := decode[web.SavedScenario](t, s.do(http.MethodPost, "/api/v1/scenarios", `{"quick":{"services":3,"pods_per_service":1,"pod_cpu_m":100,"pod_memory_mib":64}}`).body)
	after := oneNode + oneNode2
	for i, proxy := range []string{"50m", "50m", "50m", ""} {
		sidecar := ""
		if proxy != "" {
			sidecar = ", {name: istio-proxy, resources: {requests: {cpu: 50m, memory: 64Mi}}}"
		}
		name := string(rune('a' + i))
		after += "---\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {nodeName: a, containers: [{name: app, resources: {requests: {cpu: 100m, memory: 64Mi}}}" + sidecar + "]}\nstatus: {phase: Running}\n"
	}
	after += "---\nNAMESPACE POD NAME CPU(cores) MEMORY(bytes)\ndefault a app 20m 30Mi\ndefault a istio-proxy 5m 40Mi\n"
	path := "/api/v1/scenarios/" + saved.ID + "/score"
	got := decode[web.ScoreAnswer](t, s.do(http.MethodPost, path, after).body)
	lines := map[string][2]float64{}
	for _, line := range got.Lines {
		lines[line.Name] = [2]float64{line.Predicted, line.Actual}
		if line.Name == "application_pods" && *line.Error != -0.25 {
			t.Errorf("the error of the pods is %v", *line.Error)
		}
	}
	if got.Pattern != "sidecar" || lines["application_pods"] != [2]float64{3, 4} || lines["nodes"][1] != 2 || lines["proxies"] != [2]float64{3, 3} ||
		lines["proxy_cpu_m"] != [2]float64{300, 150} || lines["monthly_cost_usd"][1] != 140.16 {
		t.Errorf("pattern %s, lines %+v", got.Pattern, got.Lines)
	}
	if got.Calibrated == nil || !got.Calibrated.Intervals["proxy_cpu_m"].Measured || len(got.Calibrated.Intervals) != 2 || *got.Calibrated.Quick.PodCPUMillicores != 100 {
		t.Errorf("what was measured does not calibrate: %+v", got.Calibrated)
	}
	page := s.importForm("/s/"+saved.ID+"/score", after)
	for _, says := range []string{"proxies", "-25.0 %", "Make a copy that plans with what was measured", "Keep the score as a comment"} {
		if !strings.Contains(page.body, says) {
			t.Errorf("the page (%d) does not say %q", page.status, says)
		}
	}
	if !strings.Contains(s.get("/s/"+saved.ID).body, "/s/"+saved.ID+"/score") {
		t.Error("the scenario's page does not lead to its score")
	}
	for query, status := range map[string]int{"?pattern=sidecars": 400, "?revision=x": 400, "?revision=9": 404, "?names=scramble": 400} {
		if got := s.do(http.MethodPost, path+query, after); got.status != status {
			t.Errorf("%s answers %d: %.200s", query, got.status, got.body)
		}
	}
}

func TestExportedWorkloadsComeBackUnchanged(t *testing.T) {
	s := newSite(t)
	const document = `{"workloads":[{"namespace":"shop","name":"=cart","kind":"Deployment","replicas":3,"pod_cpu_m":100,"pod_memory_mib":64,"rps_per_pod":1.5,"in_mesh":false,"max_per_node":1,"architectures":["arm64"]}],"nodes":{"node_type":"m7g.large"}}`
	table := s.do(http.MethodPost, "/api/v1/workloads.csv", document)
	file := s.do(http.MethodPost, "/api/v1/scenario.json", document)
	want := decode[model.Scenario](t, document)
	for name, export := range map[string]reply{"table": table, "document": file} {
		back := decode[struct{ Scenario model.Scenario }](t, s.do(http.MethodPost, "/api/v1/import", export.body).body).Scenario
		if diff := cmp.Diff(want.Workloads, back.Workloads); diff != "" {
			t.Errorf("the %s comes back changed:\n%s", name, diff)
		}
	}
	if quick := s.get("/api/v1/workloads.csv?services=7&pods_per_service=2"); !strings.Contains(quick.body, "default,service,Deployment,7,2,") {
		t.Errorf("an application of averages is %s", quick.body)
	}
}

// What is private in an import must not be in the file that the scenario is saved to.
func TestTheDatabaseHoldsNothingPrivate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept.db")
	kept, err := store.Open(context.Background(), file, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *web.Config) { c.Store = webstore.New(kept) })
	input, err := os.ReadFile("../importer/testdata/messy-cluster.json")
	if err != nil {
		t.Fatal(err)
	}
	save := func(names string) {
		scenario := s.review(stateOf(t, s.importForm("/import", string(input), "names", names)), url.Values{})
		if got := s.do(http.MethodPost, "/api/v1/scenarios", string(model.EncodeJSON(scenario))); got.status != http.StatusCreated {
			t.Fatalf("status %d: %s", got.status, got.body)
		}
	}
	save("hash")
	greps(t, file, "old-api", false)
	save("keep")
	greps(t, file, "old-api", true)
	for _, private := range []string{"not-kept", "NOT_KEPT", "c2VjcmV0", "top-secret"} {
		if name := private; !bytes.Contains(input, []byte(name)) && name == "not-kept" {
			t.Error("the input holds nothing private, so the test shows nothing")
		}
		greps(t, file, private, false)
	}
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
}

// greps looks a text up in a database and its journal.
func greps(t *testing.T, file, text string, want bool) {
	t.Helper()
	found := false
	for _, name := range []string{file, file + "-wal"} {
		content, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		found = found || bytes.Contains(content, []byte(text))
	}
	if found != want {
		t.Errorf("the database holds %q: %v, want %v", text, found, want)
	}
}
