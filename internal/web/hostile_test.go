package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

type problem struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Field, Value, Rule, Message, Fix string }
}

// Every hostile request gets a 4xx problem that names the field and the cure: never a
// 500, a hang or a number.
func TestHostileRequestsAreRefusedByFieldWithACure(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("9", 400)
	cases := []struct {
		name, method, path, body string
		status                   int
		field                    string
	}{
		{"negative", "GET", "/api/v1/plan?services=-5", "", 400, "services"},
		{"huge", "GET", "/api/v1/plan?services=" + long, "", 400, "services"},
		{"beyond the range", "GET", "/api/v1/plan?services=20001", "", 400, "services"},
		{"a billion replicas", "GET", "/api/v1/plan.csv?effort=tight&workloads=a,D,1000000000,10,10", "", 422, "workloads[0].replicas"},
		{"many replicas in many rows", "GET", "/api/v1/plan?workloads=a,D,6000000,10,10~b,D,6000000,10,10", "", 422, "workloads"},
		{"a list scaled beyond what can be planned", "GET", "/api/v1/plan?workloads=a,D,1000000,10,10&services=20", "", 422, "services"},
		{"a list of services that grow too large", "POST", "/api/v1/plan",
			`{"quick":{"pods_per_service":1000},"workloads":[{"name":"a","replicas":3,"services":20000,"pod_cpu_m":1,"pod_memory_mib":1}]}`, 422, "pods_per_service"},
		{"a thousands mark", "GET", "/api/v1/plan?services=1,000", "", 400, "services"},
		{"a thousands mark of Europe", "GET", "/api/v1/value/sidecar.nodes?services=1.000&dec=comma", "", 400, "services"},
		{"NaN", "GET", "/api/v1/plan?headroom=NaN", "", 400, "headroom"},
		{"infinity", "GET", "/api/v1/plan?rps_per_pod=1e999", "", 400, "rps_per_pod"},
		{"a fraction of a pod", "GET", "/api/v1/plan?pods_per_service=1.5", "", 400, "pods_per_service"},
		{"words for a number", "GET", "/api/v1/plan?pod_cpu_m=plenty", "", 400, "pod_cpu_m"},
		{"a unit behind a number", "GET", "/api/v1/plan?pod_cpu_m=250m", "", 400, "pod_cpu_m"},
		{"neither yes nor no", "GET", "/api/v1/plan?mtls_required=perhaps", "", 400, "mtls_required"},
		{"unknown name", "GET", "/api/v1/plan?servces=5", "", 400, "servces"},
		{"repeated name", "GET", "/api/v1/plan?services=5&services=6", "", 400, "services"},
		{"repeated layout", "GET", "/api/v1/plan.csv?fields=nodes&fields=pattern", "", 400, "fields"},
		{"unknown preset", "GET", "/api/v1/plan?preset=istio-chart", "", 400, "preset"},
		{"unknown node type", "GET", "/api/v1/plan?node_type=m5.larg", "", 400, "node_type"},
		{"unknown provider", "GET", "/api/v1/plan?provider=azur", "", 400, "provider"},
		{"unknown region", "GET", "/api/v1/plan?provider=aws&region=mars-1", "", 400, "region"},
		{"custom node without size", "GET", "/api/v1/plan?provider=custom", "", 400, "provider"},
		{"not a date", "GET", "/api/v1/plan?as_of=yesterday", "", 400, "as_of"},
		{"another model", "GET", "/api/v1/plan?v=999", "", 400, "v"},
		{"bad escape", "GET", "/api/v1/plan?services=%zz", "", 400, "query"},
		{"semicolons", "GET", "/api/v1/plan?services=5;pod_cpu_m=3", "", 400, "query"},
		{"long query", "GET", "/api/v1/plan?title=" + strings.Repeat("x", 70_000), "", 400, "query"},
		{"unknown layout", "GET", "/api/v1/plan.csv?sep=pipe", "", 400, "sep"},
		{"unknown column", "GET", "/api/v1/plan.csv?fields=nods", "", 400, "fields"},
		{"errors spelt wrong", "GET", "/api/v1/plan.csv?errors=onlin", "", 400, "errors"},
		{"unknown value", "GET", "/api/v1/value/sidecar.nods", "", 400, "field"},
		{"range backwards", "GET", "/api/v1/plan?services=10..5", "", 400, "services"},
		{"range without end", "GET", "/api/v1/plan?services=5..", "", 400, "services"},
		{"range of nothing", "GET", "/api/v1/plan?services=5..10..0", "", 400, "services"},
		{"range beyond bounds", "GET", "/api/v1/plan?services=0..20000", "", 422, "services"},
		{"ranges whose product is beyond bounds", "GET", "/api/v1/plan?services=1..100&pod_cpu_m=1..100", "", 422, "services"},
		{"more pods than can be planned", "GET", "/api/v1/plan?services=20000&pods_per_service=1000", "", 422, "services"},
		{"sweep over words", "GET", "/api/v1/sweep?over=preset&from=1&to=2", "", 400, "over"},
		{"sweep without end", "GET", "/api/v1/sweep?over=services&from=1", "", 400, "to"},
		{"sweep of too many", "GET", "/api/v1/sweep?over=services&from=0&to=20000", "", 422, "over"},
		{"sweep of NaN", "GET", "/api/v1/sweep?over=services&from=NaN&to=5", "", 400, "from"},
		{"sweep over the same twice", "GET", "/api/v1/sweep?over=services&from=1&to=5&over2=services&from2=1&to2=2", "", 400, "over2"},
		{"unknown scenario", "GET", "/api/v1/plan?scenario=NOSUCHNOSUCHNOSUCHNOSUCHNO", "", 404, "scenario"},
		{"scenario out of a path", "GET", "/api/v1/scenarios/..%2f..%2fetc%2fpasswd", "", 404, ""},
		{"catalog of nobody", "GET", "/api/v1/catalog?provider=oracle", "", 400, "provider"},
		{"facts with a question", "GET", "/api/v1/facts?id=1", "", 400, "id"},
		{"no such address", "GET", "/api/v1/plans", "", 404, ""},
		{"no such method", "DELETE", "/api/v1/plan", "", 405, ""},

		{"no JSON", "POST", "/api/v1/plan", "services=5", 400, "body"},
		{"empty", "POST", "/api/v1/plan", "", 400, "body"},
		{"truncated JSON", "POST", "/api/v1/plan", `{"quick":{"services":5`, 400, "body"},
		{"two documents", "POST", "/api/v1/plan", `{}{}`, 400, "body"},
		{"unknown member", "POST", "/api/v1/plan", `{"quick":{"servces":5}}`, 400, "quick.servces"},
		{"repeated member", "POST", "/api/v1/plan", `{"quick":{"services":5,"services":6}}`, 400, "quick.services"},
		{"text for a number", "POST", "/api/v1/plan", `{"quick":{"services":"5"}}`, 400, "services"},
		{"negative replicas", "POST", "/api/v1/plan", `{"workloads":[{"name":"a","replicas":-1,"pod_cpu_m":1,"pod_memory_mib":1}]}`, 400, "workloads[0].replicas"},
		{"deep nesting", "POST", "/api/v1/plan", strings.Repeat("[", 100_000), 400, "body"},
		{"20 MB", "POST", "/api/v1/plan", strings.Repeat(" ", 20<<20), 413, "body"},
		{"more workloads than can be planned", "POST", "/api/v1/plan",
			`{"workloads":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a","replicas":1,"pod_cpu_m":1,"pod_memory_mib":1},`, 20_001), ",") + `]}`, 422, "workloads"},
		{"scenario in body and query", "POST", "/api/v1/plan?scenario=X", `{}`, 400, "scenario"},

		{"empty batch", "POST", "/api/v1/batch.csv", "", 400, "body"},
		{"batch that is no array", "POST", "/api/v1/batch", `{"services":5}`, 400, "body"},
		{"truncated batch", "POST", "/api/v1/batch", `[{"services":5},`, 400, "body"},
		{"batch with an unknown column", "POST", "/api/v1/batch.csv", "services,team\n5,a\n", 400, "team"},
		{"batch with a column twice", "POST", "/api/v1/batch.csv", "services,services\n5,6\n", 400, "services"},
		{"batch without inputs", "POST", "/api/v1/batch.csv", "pattern,nodes\nnone,5\n", 400, "body"},
		{"batch with a broken quote", "POST", "/api/v1/batch.csv", "services\n\"5\n", 400, "body"},
		{"batch of too many", "POST", "/api/v1/batch.csv", "services\n" + strings.Repeat("5\n", 10_001), 422, "body"},
		{"batch of 20 MB", "POST", "/api/v1/batch", "[" + strings.Repeat(" ", 20<<20) + "]", 413, "body"},
		{"batch with inputs in the address", "POST", "/api/v1/batch?services=5", `[]`, 400, "services"},

		{"saving nonsense", "POST", "/api/v1/scenarios", `{"quick":{"services":-1}}`, 400, "services"},
		{"saving with an unknown member", "POST", "/api/v1/scenarios", `{"scenario":{},"colour":"red"}`, 400, "body"},
		{"saving over nothing", "PUT", "/api/v1/scenarios/NOSUCHNOSUCHNOSUCHNOSUCHNO?revision=1", `{}`, 404, "scenario"},
		{"saving without a revision", "PUT", "/api/v1/scenarios/NOSUCHNOSUCHNOSUCHNOSUCHNO", `{}`, 400, "revision"},
		{"a revision that is no number", "GET", "/api/v1/scenarios/NOSUCHNOSUCHNOSUCHNOSUCHNO/revisions/x", "", 404, ""},
		{"deleting nothing", "DELETE", "/api/v1/scenarios/NOSUCHNOSUCHNOSUCHNOSUCHNO", "", 404, "scenario"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := s.do(c.method, c.path, c.body)
			if got.status != c.status {
				t.Fatalf("status %d, want %d: %.300s", got.status, c.status, got.body)
			}
			if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
				t.Fatalf("Content-Type %s", kind)
			}
			p := decode[problem](t, got.body)
			if p.Status != c.status || p.Title == "" || p.Detail == "" || !strings.Contains(p.Type, "/errors/") {
				t.Errorf("incomplete problem: %s", got.body)
			}
			if c.field == "" {
				return
			}
			if len(p.Errors) == 0 {
				t.Fatalf("no field is named: %s", got.body)
			}
			first := p.Errors[0]
			if first.Field != c.field || first.Message == "" || first.Fix == "" || first.Rule == "" {
				t.Errorf("error %+v, want field %s with message, rule and fix", first, c.field)
			}
		})
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	s := newSite(t)
	got := s.do("GET", "/api/v1/plan.csv?servces=5&pod_cpu_m=x&sep=pipe&v=9", "")
	p := decode[problem](t, got.body)
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	if got := strings.Join(fields, " "); got != "sep v pod_cpu_m servces" {
		t.Errorf("fields named: %s", got)
	}
}

func TestWhatTheUserTypedNeverComesBackAsAFormulaOrMarkup(t *testing.T) {
	s := newSite(t)
	evil := url.QueryEscape(`=HYPERLINK("http://evil")<script>`)
	for _, path := range []string{"/api/v1/plan.csv?errors=inline&preset=" + evil, "/api/v1/plan.csv?errors=inline&" + evil + "=1",
		"/api/v1/plan.csv?errors=inline&fields=" + evil} {
		for line := range strings.SplitSeq(s.get(path).body, "\n") {
			if strings.HasPrefix(line, "=") || strings.Contains(line, ",=") || strings.Contains(line, ",\"=") {
				t.Errorf("%s: a cell begins with =: %s", path, line)
			}
		}
	}
	if body := s.get("/api/v1/plan.xml?errors=inline&fields=nodes&preset=" + evil).body; strings.Contains(body, "<script>") {
		t.Errorf("markup came back: %s", body)
	}
}

func TestABrowserOfAnotherSiteCannotSave(t *testing.T) {
	s := newSite(t)
	got := s.do(http.MethodPost, "/api/v1/scenarios", `{}`, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "/errors/cross-origin") {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	if got := s.do(http.MethodPost, "/api/v1/plan", `{}`, "Sec-Fetch-Site", "cross-site", "Origin", "https://docs.example"); got.status != http.StatusOK {
		t.Errorf("a pure calculation was refused with %d: %s", got.status, got.body)
	}
}
