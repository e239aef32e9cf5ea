package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

// linked draws a scenario of any inputs that are free of one another, a list of workloads
// with hard names half of the time.
func linked(t *rapid.T) model.Scenario {
	var s model.Scenario
	set := func(name string, text func() string) {
		if !rapid.Bool().Draw(t, name+" given") {
			return
		}
		if err := model.SetParam(&s, name, text()); err != nil {
			t.Fatal(err)
		}
	}
	whole := func(name string, low, high int64) {
		set(name, func() string { return fmt.Sprint(rapid.Int64Range(low, high).Draw(t, name)) })
	}
	number := func(name string, low, high float64) {
		set(name, func() string { return fmt.Sprint(rapid.Float64Range(low, high).Draw(t, name)) })
	}
	whole("services", 0, 60)
	whole("pods_per_service", 1, 5)
	whole("pod_cpu_m", 0, 2000)
	whole("pod_memory_mib", 0, 4000)
	number("rps_per_pod", 0, 1000)
	number("headroom", 0, 0.4)
	number("discount", 0, 0.9)
	whole("proxy_cpu_m", 0, 500)
	whole("ingress_gateways", 0, 5)
	whole("mesh_engineers", 0, 3)
	number("max_cost_growth", 1, 3)
	for _, name := range []string{"mtls_required", "canary_required", "native_sidecars", "access_logs"} {
		set(name, func() string { return fmt.Sprint(rapid.Bool().Draw(t, name)) })
	}
	set("node_type", func() string {
		return rapid.SampledFrom([]string{"m6i.2xlarge", "m6i.2xlarge,r6i.2xlarge", "auto"}).Draw(t, "type")
	})
	number("weight_overspend", 0, 1000)
	number("weight_exponent", 1, 10)
	whole("seed", 0, 1<<53-1)
	if rapid.Bool().Draw(t, "intervals") {
		low := rapid.Float64Range(0, 500).Draw(t, "low")
		high := rapid.Float64Range(500, 5000).Draw(t, "high")
		typical := rapid.Float64Range(0.1, 3).Draw(t, "typical")
		s.Intervals = map[string]model.Interval{"pod_cpu_m": {Low: &low, High: &high}, "heap_slack": {Typical: &typical}}
	}
	if rapid.Bool().Draw(t, "list") {
		rows := rapid.SampledFrom([]int{1, 5, 100}).Draw(t, "rows")
		s.Workloads = rapid.SliceOfN(rapid.Custom(linkedRow), rows, rows).Draw(t, "workloads")
	}
	return s
}

func linkedRow(t *rapid.T) model.Workload {
	return model.Workload{
		Namespace: rapid.SampledFrom([]string{"", "shop", "a,b~c/d%"}).Draw(t, "namespace"),
		Name:      rapid.StringMatching(`[a-z][a-z ,~%/&=+é;#?<>"']{0,11}[a-z]`).Draw(t, "name"),
		Replicas:  rapid.Int64Range(0, 9).Draw(t, "replicas"), Services: rapid.Int64Range(0, 3).Draw(t, "services"),
		PodCPUMillicores: rapid.Int64Range(1, 300).Draw(t, "cpu"), PodMemoryMiB: rapid.Int64Range(1, 900).Draw(t, "memory"),
	}
}

var dataAddress = regexp.MustCompile(`data-address="([^"]*)"`)

// From document to plan page to the address in it, opened on a server with another, empty
// database, and back to a document: every byte is the same.
func TestALinkLosesNothingOverHTTP(t *testing.T) {
	from, to := newSite(t), newSite(t)
	quick, long := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		scenario := linked(rt)
		query := model.EncodeQuery(scenario)
		if query == "" {
			rt.Skip("an empty address opens the example")
		}
		document := string(model.EncodeJSON(scenario))
		posted := from.submitted("POST", "/api/v1/plan", document, "application/json")
		if posted.Code != http.StatusOK {
			rt.Skip("not a scenario that can be planned")
		}
		page := from.submitted("POST", "/live", query, formType).Body.String()
		match := dataAddress.FindStringSubmatch(page)
		if match == nil {
			rt.Fatalf("no address in the answer to %s", query)
		}
		link := html.UnescapeString(match[1])
		if link == "" {
			long++
			if len(scenario.Workloads) == 0 || len("/?"+query) <= 2000 || !strings.Contains(page, "too long for the address bar. Save it") {
				rt.Fatalf("a query of %d characters gives no address, or the page does not say why", len(query))
			}
			return
		}
		quick++
		if want, _ := model.EncodeQueryWithin(scenario, 1998); len(link) > 2000 || link != "/?"+want {
			rt.Fatalf("the address is %s, want /?%s", link, want)
		}
		opened := dataAddress.FindStringSubmatch(to.submitted("GET", link, "", "").Body.String())
		if opened == nil || html.UnescapeString(opened[1]) != link {
			rt.Fatalf("%s opens as %v", link, opened)
		}
		if plan := to.submitted("GET", "/api/v1/plan"+strings.TrimPrefix(link, "/"), "", ""); plan.Body.String() != posted.Body.String() {
			rt.Fatalf("%s gives another plan than its document", link)
		}
		saved := to.submitted("POST", "/scenarios", strings.TrimPrefix(link, "/?"), formType)
		kept := decode[struct{ Scenario rawText }](t, to.submitted("GET", "/api/v1/scenarios/"+strings.TrimPrefix(saved.Header().Get("Location"), "/s/"), "", "").Body.String())
		if string(kept.Scenario) != document {
			rt.Fatalf("%s loads as %s, was %s", link, kept.Scenario, document)
		}
	})
	if quick == 0 || long == 0 {
		t.Error("both kinds should have been drawn")
	}
	t.Logf("%d links, %d too long for one", quick, long)
}

type rawText string

func (r *rawText) UnmarshalJSON(text []byte) error {
	*r = rawText(text)
	return nil
}

func (s *site) submitted(method, path, body, contentType string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder
}

// A list of some hundred workloads is saved instead, and the saved link holds all of it.
func TestALongScenarioFallsBackToASavedLink(t *testing.T) {
	s := newSite(t)
	rows := make([]string, 200)
	for i := range rows {
		rows[i] = fmt.Sprintf("shop/workload-%d,D,2,100,128", i)
	}
	form := url.Values{"workloads": {strings.Join(rows, "~")}}
	page := s.submit("/", form)
	if page.status != http.StatusOK || !strings.Contains(page.body, `data-address=""`) ||
		!strings.Contains(page.body, "This scenario is too long for the address bar. Save it to get a short link that holds all of it.") {
		t.Fatalf("a list of 200 workloads answers %d, and the page does not say what to do", page.status)
	}
	at, _ := s.saveForm(form)
	opened := s.open(at)
	if len(at) > 40 || opened.status != http.StatusOK || !strings.Contains(opened.body, "workload-199") {
		t.Errorf("the saved link %s opens with %d and not the whole list", at, opened.status)
	}
	if !strings.Contains(opened.body, `name="page.from"`) {
		t.Error("a copy of it cannot be changed")
	}
}
