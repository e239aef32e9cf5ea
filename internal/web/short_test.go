package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

func TestShortNamesGiveWhatLongOnesGiveEverywhere(t *testing.T) {
	s := newSite(t)
	for short, long := range map[string]string{
		"/api/v1/plan?s=12&pc=300&mt=true":                            "/api/v1/plan?services=12&pod_cpu_m=300&mtls_required=true",
		"/api/v1/plan.csv?s=5,10..30..10&xc=50&fields=s,pattern":      "/api/v1/plan.csv?services=5,10..30..10&proxy_cpu_m=50&fields=services,pattern",
		"/api/v1/value/sidecar.nodes?s=60&h=0,25&dec=comma":           "/api/v1/value/sidecar.nodes?services=60&headroom=0,25&dec=comma",
		"/api/v1/sweep.csv?over=s&from=5&to=9&over2=xc&from2=1&to2=2": "/api/v1/sweep.csv?over=services&from=5&to=9&over2=proxy_cpu_m&from2=1&to2=2",
		"/api/v1/compare?a=s%3D5&b=s%3D9%26pc%3D100":                  "/api/v1/compare?a=services%3D5&b=services%3D9%26pod_cpu_m%3D100",
		"/api/v1/plan?w=shop/cart,D,3,200,300&pc_low=100&pc_high=400": "/api/v1/plan?workloads=shop/cart,D,3,200,300&pod_cpu_m_low=100&pod_cpu_m_high=400",
		"/api/v1/catalog?p=aws&nt=m6i.large":                          "/api/v1/catalog?provider=aws&node_type=m6i.large",
		"/api/v1/money.csv?s=20":                                      "/api/v1/money.csv?services=20",
	} {
		a, b := s.get(short), s.get(long)
		if a.status != http.StatusOK || a.body != b.body {
			t.Errorf("%s: status %d\n%.300s\n%s: status %d\n%.300s", short, a.status, a.body, long, b.status, b.body)
		}
	}
	for short, long := range map[string]string{
		"s,pc\n5,100\n9,200\n":                  "services,pod_cpu_m\n5,100\n9,200\n",
		`[{"s":5,"pc_low":1},{"services":"x"}]`: `[{"services":5,"pod_cpu_m_low":1},{"services":"x"}]`,
		"query\n\"s=5&pc=100\"\n":               "query\n\"services=5&pod_cpu_m=100\"\n",
	} {
		a, b := s.do("POST", "/api/v1/batch.csv?fields=s,sidecar.nodes,error", short), s.do("POST", "/api/v1/batch.csv?fields=services,sidecar.nodes,error", long)
		if strings.HasPrefix(short, "query") {
			a, b = s.do("POST", "/api/v1/batch.csv?fields=sidecar.nodes", short), s.do("POST", "/api/v1/batch.csv?fields=sidecar.nodes", long)
		}
		if a.status != http.StatusOK || a.body != b.body {
			t.Errorf("%s gives %s, want %s", short, a.body, b.body)
		}
	}
	if page := s.open("/?s=12&pc=300"); page.status != http.StatusOK || !strings.Contains(page.body, `data-address="/?services=12&amp;pod_cpu_m=300"`) {
		t.Errorf("the planner does not open on short names: status %d", page.status)
	}
}

func TestAnInputUnderBothItsNamesIsRefusedByName(t *testing.T) {
	s := newSite(t)
	for _, address := range []string{"/api/v1/plan?s=1&services=1", "/api/v1/value/verdict?services=1&s=2", "/api/v1/sweep?over=xc&from=1&to=2&s=1&services=2"} {
		answer := s.do(http.MethodGet, address, "")
		p := decode[problem](t, answer.body)
		if answer.status != http.StatusBadRequest || len(p.Errors) != 1 || p.Errors[0].Field != "services" || !strings.Contains(p.Detail, "as s") {
			t.Errorf("%s: %d %s", address, answer.status, answer.body)
		}
	}
	batch := s.do("POST", "/api/v1/batch.csv", "s,services\n1,2\n")
	if batch.status != http.StatusBadRequest || decode[problem](t, batch.body).Errors[0].Field != "services" {
		t.Errorf("batch: %d %s", batch.status, batch.body)
	}
	row := s.do("POST", "/api/v1/batch?fields=row,error", `[{"s":1,"services":2}]`)
	if row.status != http.StatusOK || !strings.Contains(row.body, "services is given twice") {
		t.Errorf("a row: %d %s", row.status, row.body)
	}
}

// Parameters of addresses, of the API and of pages, share a query with inputs.
func TestNoShortNameIsAParameterOfAnAddress(t *testing.T) {
	s := newSite(t)
	doc := decode[struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
		}
		Components struct {
			Parameters map[string]struct {
				Name  string
				Short string `json:"x-short-name"`
			}
		}
	}](t, s.get("/api/openapi.json").body)
	taken := []string{"a", "b", "c", "d", "id", "revision", "query", "page", "field"}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				taken = append(taken, p.Name)
			}
		}
	}
	short := url.Values{}
	for _, p := range doc.Components.Parameters {
		taken = append(taken, p.Name)
		if p.Short != "" {
			short.Add(p.Short, p.Name)
		}
	}
	if len(short) != len(model.Params())+1 {
		t.Errorf("the document has %d short names for %d inputs and the list of workloads", len(short), len(model.Params()))
	}
	for name, long := range short {
		if len(long) != 1 || slices.Contains(taken, name) {
			t.Errorf("%s stands for %v and is a name already", name, long)
		}
	}
}
