package web_test

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"

	"meshplan/internal/analysis"
)

// Giving the stated value changes the verdict; giving the step before does not.
func TestStatedFlipsHoldWhenResubmitted(t *testing.T) {
	s := newSite(t)
	const base = "services=60&complex_traffic=true&canary_required=true&mesh_engineers=2&max_cost_growth=2"
	flips := decode[struct {
		Verdict string
		Flips   []struct {
			Input, To, Verdict string
			StepBefore         string `json:"step_before"`
		}
	}](t, s.get("/api/v1/flips?"+base).body)
	if len(flips.Flips) == 0 || flips.Verdict != s.get("/api/v1/value/verdict?"+base).body {
		t.Fatalf("%+v", flips)
	}
	for _, f := range flips.Flips {
		at := func(value string) string {
			var parts []string
			for part := range strings.SplitSeq(base, "&") {
				if !strings.HasPrefix(part, f.Input+"=") {
					parts = append(parts, part)
				}
			}
			return s.get("/api/v1/value/verdict?" + strings.Join(append(parts, f.Input+"="+value), "&")).body
		}
		if got := at(f.To); got != f.Verdict || got == flips.Verdict {
			t.Errorf("%s=%s gives %s, stated %s, was %s", f.Input, f.To, got, f.Verdict, flips.Verdict)
		}
		if f.StepBefore != "" && at(f.StepBefore) != flips.Verdict {
			t.Errorf("%s=%s, the step before, changes the verdict already", f.Input, f.StepBefore)
		}
	}
}

func TestThePageSaysWhenTheBillDoublesAsTheAPIDoes(t *testing.T) {
	const query = "services=200&pods_per_service=5&pod_cpu_m=100&pod_memory_mib=128&node_max_pods=250"
	s := newSite(t)
	result := decode[analysis.DoublingResult](t, s.get("/api/v1/doubling?"+query).body)
	page := html.UnescapeString(s.get("/analyses?" + query).body)
	texts := 0
	for _, l := range result.Lines {
		for _, d := range l.Patterns {
			if texts++; d.Text == "" || !strings.Contains(page, d.Text) {
				t.Errorf("the page does not say %q", d.Text)
			}
		}
	}
	for _, want := range []string{"the bill doubles with CPU per pod up to 100 m;", "CPU per sidecar from 100 m;", "growth +100 %: it doubles."} {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if texts != 20 {
		t.Errorf("%d texts", texts)
	}
}

func TestAnalysesTakeWhatAPlanTakesAndAreKept(t *testing.T) {
	s := newSite(t)
	got := s.get("/api/v1/cliffs?services=10")
	posted := s.do(http.MethodPost, "/api/v1/cliffs", `{"quick":{"services":10}}`)
	if posted.status != http.StatusOK || posted.body != got.body {
		t.Errorf("POST gives %d and other bytes", posted.status)
	}
	if !strings.Contains(s.get("/metrics").body, `meshplan_cache_lookups_total{cache="analyses",outcome="hit"} 1`) {
		t.Error("the second one was computed again")
	}
	for _, bad := range []string{"services=-1", "services=5,10", "servces=5", "preset=none"} {
		if got := s.do(http.MethodGet, "/api/v1/flips?"+bad, ""); got.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, got.status)
		}
	}
}

func TestComparingSaysWhichInputsAndNumbersDiffer(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	type comparison struct {
		Inputs  []struct{ Name, A, B string }
		Results []struct {
			Pattern     string
			NodesA      int `json:"nodes_a"`
			NodesB      int `json:"nodes_b"`
			NodesChange int `json:"nodes_change"`
		}
	}
	got := decode[comparison](t, s.get("/api/v1/compare?a="+one.ID+"&b=services%3D120%26pods_per_service%3D2").body)
	if !strings.Contains(fmt.Sprint(got.Inputs), "{services 12 120}") || strings.Contains(fmt.Sprint(got.Inputs), "pods_per_service") {
		t.Errorf("inputs %v", got.Inputs)
	}
	if len(got.Results) != 6 || got.Results[0].NodesChange != got.Results[0].NodesB-got.Results[0].NodesA || got.Results[0].NodesChange <= 0 {
		t.Errorf("results %+v", got.Results)
	}
	posted := s.do(http.MethodPost, "/api/v1/compare", `{"a":`+shop+`,"b":{"quick":{"services":120,"pods_per_service":2}}}`)
	if fmt.Sprint(decode[comparison](t, posted.body)) != fmt.Sprint(got) {
		t.Errorf("POST differs: %.300s", posted.body)
	}
	if csv := s.get("/api/v1/compare.csv?a=services%3D5&b=services%3D6").body; !strings.HasPrefix(csv, "pattern,nodes_a,nodes_b,nodes_change,") {
		t.Errorf("CSV %s", csv)
	}
	for _, bad := range []string{"", "?a=services%3D5", "?a=services%3D5&b=servces%3D6", "?a=services%3D5&b=services%3D-6", "?a=NOSUCHNOSUCHNOSUCHNOSUCHNO&b=x%3D1", "?a=x%3D1&c=5"} {
		if got := s.do(http.MethodGet, "/api/v1/compare"+bad, ""); got.status < 400 || got.status >= 500 {
			t.Errorf("%q: status %d", bad, got.status)
		}
	}
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - {name: cart, resources: {requests: {cpu: 200m, memory: 300Mi}}}
`

func TestAnImportedApplicationCanBePlannedFromItsAddress(t *testing.T) {
	s := newSite(t)
	got := s.do(http.MethodPost, "/api/v1/import", deployment)
	if got.status != http.StatusOK {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	imported := decode[struct {
		PlanPath string `json:"plan_path"`
		Scenario struct{ Workloads []struct{ Name string } }
	}](t, got.body)
	if len(imported.Scenario.Workloads) != 1 || imported.Scenario.Workloads[0].Name != "cart" {
		t.Fatalf("%s", got.body)
	}
	plan := decode[struct{ Application struct{ Pods int } }](t, s.get(imported.PlanPath).body)
	if plan.Application.Pods != 3 {
		t.Errorf("%d pods", plan.Application.Pods)
	}
}

func TestHostileImportsAreRefusedInWords(t *testing.T) {
	s := newSite(t)
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		before := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+before+",", 9), ",") + "]\n"
	}
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"bomb":           {"", bomb, 400},
		"truncated JSON": {"", `{"kind":"List","items":[{"kind":"Deployment"`, 400},
		"prose":          {"", "Dear Sir or Madam", 400},
		"unknown option": {"?mising=zero", deployment, 400},
		"bad option":     {"?names=scramble", deployment, 400},
		"65 MB":          {"", strings.Repeat("# a comment of exactly fifty bytes in every line. \n", 1_400_000), 413},
	} {
		got := s.do(http.MethodPost, "/api/v1/import"+c.path, c.body)
		p := decode[problem](t, got.body)
		if got.status != c.status || len(p.Errors) == 0 || p.Errors[0].Field == "" || p.Errors[0].Fix == "" {
			t.Errorf("%s: status %d, %.300s", name, got.status, got.body)
		}
	}
}
