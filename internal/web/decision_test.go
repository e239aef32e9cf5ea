package web_test

import (
	"encoding/csv"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
	"meshplan/templates"
)

// people is a scenario in which every kind of money, growth and a version are given.
const people = "services=60&mtls_required=true&mesh_engineers=1&max_cost_growth=1.6&engineer_monthly_usd=9000&mesh_upkeep_engineers=0.5" +
	"&mesh_training_usd=20000&licence_monthly_usd=0&hours_per_service_year=40&languages=3&hours_per_language_year=200" +
	"&workload_growth_per_year=0.3&storage_gb_month_usd=0.1&app_start_s=10&deploys_per_day=20&istio_version=1.27&kubernetes_version=1.33&as_of=2026-08-31"

func TestEveryDecisionIsTheSameAskedByAddressAndByDocument(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"rollout", "money", "advice", "claims", "files"} {
		for _, suffix := range []string{"", ".csv", ".tsv"} {
			got := s.get("/api/v1/" + name + suffix + "?services=60&mtls_required=true")
			posted := s.do(http.MethodPost, "/api/v1/"+name+suffix, `{"quick":{"services":60},"organisation":{"mtls_required":true}}`)
			if posted.status != http.StatusOK || posted.body != got.body {
				t.Errorf("%s%s: POST gives %d and other bytes", name, suffix, posted.status)
			}
			if strings.Count(got.body, "\n") < 1 {
				t.Errorf("%s%s holds no row: %s", name, suffix, got.body)
			}
		}
	}
}

func TestADecisionRefusesWhatItCannotLookAt(t *testing.T) {
	s := newSite(t)
	for bad, field := range map[string]string{
		"rollout?services=5,10": "services", "money?pattern=none": "pattern", "advice?pattern=sidcar": "pattern",
		"money.csv?table=years": "table", "claims?pattern=sidecar": "pattern", "files/istiod-values.yaml?services=-1": "services",
		"rollout.csv?fields=wave": "fields", "files/istiod-values.yaml?table=files": "table", "validation?services=5": "services",
	} {
		got := s.do(http.MethodGet, "/api/v1/"+bad, "")
		p := decode[problem](t, got.body)
		if got.status != http.StatusBadRequest || len(p.Errors) == 0 || p.Errors[0].Field != field || p.Errors[0].Fix == "" {
			t.Errorf("%s: %d %.300s", bad, got.status, got.body)
		}
	}
	if got := s.do(http.MethodGet, "/api/v1/files/passwd?services=5", ""); got.status != http.StatusNotFound || !strings.Contains(got.body, "decision-record.md") {
		t.Errorf("an unknown file gives %d %.300s", got.status, got.body)
	}
}

func TestTheLastWaveIsThePlanAndThePeakIsNoLess(t *testing.T) {
	s := newSite(t)
	got := decode[struct {
		Pattern string
		Rollout struct {
			Steady, RestartPeak struct{ Nodes int }
			Waves               []struct {
				After, Peak struct{ Nodes int }
			}
		}
	}](t, s.get("/api/v1/rollout?"+people+"&pattern=sidecar").body)
	nodes := decode[int](t, s.get("/api/v1/value/sidecar.nodes?"+people).body)
	last := got.Rollout.Waves[len(got.Rollout.Waves)-1]
	if got.Pattern != "sidecar" || got.Rollout.Steady.Nodes != nodes || last.After.Nodes != nodes || last.Peak.Nodes < nodes {
		t.Errorf("the plan has %d nodes, the roll-out %+v", nodes, got)
	}
	rows, err := csv.NewReader(strings.NewReader(s.get("/api/v1/rollout.csv?" + people + "&pattern=sidecar").body)).ReadAll()
	if err != nil || len(rows) != len(got.Rollout.Waves)+1 {
		t.Errorf("CSV has %d lines, there are %d waves (%v)", len(rows), len(got.Rollout.Waves), err)
	}
}

func TestEveryFileListedCanBeFetchedByItsAddress(t *testing.T) {
	s := newSite(t)
	list := decode[struct {
		Files []struct {
			Name, Path string
			MediaType  string `json:"media_type"`
		}
	}](t, s.get("/api/v1/files?"+people+"&pattern=sidecar").body)
	if len(list.Files) < 5 {
		t.Fatalf("%d files", len(list.Files))
	}
	for _, f := range list.Files {
		got := s.get(f.Path)
		if kind := got.header.Get("Content-Type"); kind != f.MediaType+"; charset=utf-8" {
			t.Errorf("%s is sent as %s", f.Name, kind)
		}
		if name := got.header.Get("Content-Disposition"); name != `attachment; filename="`+f.Name+`"` {
			t.Errorf("%s downloads as %s", f.Name, name)
		}
		if f.MediaType == "application/yaml" {
			for document := range strings.SplitSeq(got.body, "\n---\n") {
				var object map[string]any
				if err := yaml.Unmarshal([]byte(document), &object); err != nil || len(object) == 0 {
					t.Errorf("%s holds no YAML object: %v", f.Name, err)
				}
			}
		}
		posted := s.do(http.MethodPost, strings.Split(f.Path, "?")[0]+"?pattern=sidecar", documentOf(t, people))
		if f.MediaType == "application/yaml" && posted.body != got.body {
			t.Errorf("%s: POST gives %d and other bytes", f.Name, posted.status)
		}
	}
}

// documentOf is the scenario of a query as a document.
func documentOf(t *testing.T, query string) string {
	t.Helper()
	flat, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := model.DecodeFlat(flat)
	if err != nil {
		t.Fatal(err)
	}
	return string(model.EncodeJSON(scenario))
}

func TestTheRecordSaysWhatThePlanAndTheAnalysesSay(t *testing.T) {
	s := newSite(t)
	record := s.get("/api/v1/files/decision-record.md?" + people).body
	money := decode[struct {
		Study struct {
			BreakEven struct{ Text string } `json:"break_even"`
		}
	}](t, s.get("/api/v1/money?"+people).body)
	flips := decode[analysis.FlipsResult](t, s.get("/api/v1/flips?"+people).body)
	plain := strings.NewReplacer(`\`, "").Replace(record)
	if named := regexp.MustCompile(`\b[a-z0-9]+(_[a-z0-9]+)+ = `).FindString(plain); named != "" {
		t.Errorf("the record calls an input %q, which is its name in the API", named)
	}
	for _, want := range []string{money.Study.BreakEven.Text, templates.FlipWords(flips.Flips[0]), s.server.URL + "/?services=60"} {
		if want == "" || !strings.Contains(plain, want) {
			t.Errorf("the record does not say %q:\n%s", want, record)
		}
	}
}

// Whatever the API says in words, the page says too: what is left out of a template is
// seen here.
func TestTheDecisionPageSaysEveryWordOfTheAPI(t *testing.T) {
	s := newSite(t)
	for _, query := range []string{people, "services=20&pods_per_service=2&canary_required=true&istio_version=1.26.4&kubernetes_version=1.29&preset=field-report-2025-09&access_logs=true&container_work_days=5"} {
		page := said(html.UnescapeString(s.get("/decision?" + query).body))
		words := 0
		for _, name := range []string{"money", "rollout", "advice", "claims"} {
			for key, texts := range wordsOf(decode[any](t, s.get("/api/v1/"+name+"?"+query).body)) {
				for _, text := range texts {
					words++
					if !strings.Contains(page, said(text)) {
						t.Errorf("the page does not say %s's %s: %q", name, key, text)
					}
				}
			}
		}
		if words < 150 {
			t.Errorf("only %d sentences were looked for", words)
		}
	}
}

// said is a text without what a page may change: its marks, its spaces, its first letter.
func said(text string) string {
	text = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, " ")
	return strings.ToLower(strings.Join(strings.Fields(text), ""))
}

// wordsOf are the sentences of a document by their key. Accounts of the other patterns
// stand in a table of figures, and sources behind their fact.
func wordsOf(document any) map[string][]string {
	found := map[string][]string{}
	var walk func(key string, at any)
	walk = func(key string, at any) {
		switch at := at.(type) {
		case map[string]any:
			for name, below := range at {
				if name != "accounts" && name != "fact_id" && name != "source" && name != "fact_ids" {
					walk(name, below)
				}
			}
		case []any:
			for _, below := range at {
				walk(key, below)
			}
		case string:
			if strings.Count(at, " ") > 2 {
				found[key] = append(found[key], at)
			}
		}
	}
	walk("", document)
	return found
}

func TestTheValidationPageAndItsAPIHaveTheSameScore(t *testing.T) {
	s := newSite(t)
	report := decode[struct {
		Rows   []struct{ ID string }
		Scored struct{ Cases, Covered int }
	}](t, s.get("/api/v1/validation").body)
	page := s.get("/validation").body
	if report.Scored.Cases == 0 || strings.Count(page, `<tr id="`) != len(report.Rows) {
		t.Errorf("the page has %d cases, the API %d", strings.Count(page, `<tr id="`), len(report.Rows))
	}
	if lines := strings.Count(s.get("/api/v1/validation.csv").body, "\n"); lines != len(report.Rows)+1 {
		t.Errorf("CSV has %d lines for %d cases", lines, len(report.Rows))
	}
}
