package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"meshplan/internal/catalog"
	"meshplan/internal/web"
)

// newFuzzed is a server without a store or limits on rate, for requests made of noise.
func newFuzzed(f *testing.F) http.Handler {
	f.Helper()
	prices, err := catalog.Load()
	if err != nil {
		f.Fatal(err)
	}
	handler, err := web.New(web.Config{
		Catalog: prices, RateLimit: web.RateLimit{PerMinute: -1}, CacheBytes: -1, Timeout: 5 * time.Second,
	})
	if err != nil {
		f.Fatal(err)
	}
	return handler
}

// hang is far beyond every limit of the server's own: who takes that long never answers.
const hang = 2 * time.Minute

// judge fails on anything but an answer or a refusal that names the field and says what
// to do. 503 is a refusal too: a scenario may be legal and too much for the time limit.
func judge(t *testing.T, handler http.Handler, r *http.Request) {
	t.Helper()
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.ServeHTTP(w, r)
	}()
	select {
	case <-done:
	case <-time.After(hang):
		t.Fatalf("%s %s: no answer in %s", r.Method, r.URL, hang)
	}
	switch {
	case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "":
	case w.Code >= 500:
		t.Fatalf("%s %s: status %d: %s", r.Method, r.URL, w.Code, w.Body)
	case w.Code >= 400:
		p := decode[problem](t, w.Body.String())
		if p.Status != w.Code || p.Detail == "" {
			t.Fatalf("%s %s: a refusal without words: %s", r.Method, r.URL, w.Body)
		}
		for _, e := range p.Errors {
			if e.Field == "" || e.Message == "" || e.Fix == "" {
				t.Fatalf("%s %s: an error without field, message or fix: %s", r.Method, r.URL, w.Body)
			}
		}
		about := w.Code == http.StatusBadRequest || w.Code == http.StatusRequestEntityTooLarge || w.Code == http.StatusUnsupportedMediaType || w.Code == http.StatusUnprocessableEntity
		if about && len(p.Errors) == 0 {
			t.Fatalf("%s %s: bad input, but no field is named: %s", r.Method, r.URL, w.Body)
		}
	}
}

func FuzzNoQueryBreaksTheServer(f *testing.F) {
	handler := newFuzzed(f)
	for _, query := range []string{
		"services=5", "services=5,10..30..10&fields=services,sidecar.nodes&dec=comma", "servces=1&services=2&services=3",
		"workloads=a/b,D,3,100,200,1.5,y,2~c,DS,,1,1", "over=services&from=1&to=9&step=2&over2=pod_cpu_m&from2=1&to2=3",
		"node_type=auto&zones=3&survive=zone", "headroom=0,5&dec=comma", "%zz", "a;b", "pod_cpu_m_low=1&pod_cpu_m_high=5",
		"fields=&header=0&sep=tab&bom=1&errors=inline&v=1", "services=1e3&pod_cpu_m=0x10", "as_of=2026-02-30&effort=tight", "a=services%3D5&b=zones%3D9",
		"provider=custom&node_allocatable_cpu_m=1&node_allocatable_memory_mib=1", "s=5&services=6", "s=5,9&pc_low=1&pc_high=9&w=a,D,1,1,1",
		"table=months&fields=month,as_of&s=3", "table=patterns&sep=;&dec=comma&h=0,1", "over=s&from=1&to=9&step=4&fields=s,verdict",
	} {
		for i := range queryTargets {
			f.Add(query, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, query string, target uint8) {
		r := httptest.NewRequest(http.MethodGet, queryTargets[int(target)%len(queryTargets)], nil)
		r.URL.RawQuery = query
		judge(t, handler, r)
	})
}

var queryTargets = []string{
	"/api/v1/plan", "/api/v1/plan.csv", "/api/v1/plan.xml", "/api/v1/value/sidecar.nodes", "/api/v1/sweep.csv", "/api/v1/sweep",
	"/api/v1/compare", "/api/v1/catalog", "/api/v1/money.csv", "/api/v1/waterfall.xml", "/api/v1/facts.tsv", "/api/v1/plan.xlsx", "/api/v1/claims.json",
}

func FuzzNoBodyBreaksTheServer(f *testing.F) {
	handler := newFuzzed(f)
	for _, body := range []string{
		`{"quick":{"services":5}}`, `{"workloads":[{"name":"a","replicas":2,"pod_cpu_m":1,"pod_memory_mib":1,"max_per_node":1}]}`,
		`[{"services":5},{"services":"x"},{"query":"services=5"},7,{"a":1,"a":2}]`, "services;headroom\n5;0,5\n", "services\tzones\n1\t9\n",
		`{"a":{},"b":{"quick":{}}}`, `{"scenario":{},"title":"x"}`, "a: &a [*a]", "kind: List\nitems: []\n", "name,replicas,cpu,memory\na,1,100m,1Gi\n",
		`{"quick":{"services":1e400}}`, "\xff\xfe{", strings.Repeat("[", 20_000), `{"intervals":{"pod_cpu_m":{"low":1,"typical":0,"high":5}}}`,
	} {
		for i := range bodyTargets {
			f.Add([]byte(body), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, target uint8) {
		r := httptest.NewRequest(http.MethodPost, bodyTargets[int(target)%len(bodyTargets)], strings.NewReader(string(body)))
		judge(t, handler, r)
	})
}

var bodyTargets = []string{
	"/api/v1/plan", "/api/v1/plan.csv", "/api/v1/batch", "/api/v1/batch.csv", "/api/v1/compare", "/api/v1/import",
	"/api/v1/sweep?over=services&from=1&to=3", "/api/v1/compare.xml", "/api/v1/money.tsv?table=curve", "/api/v1/batch.tsv?dec=comma&header=0",
}
