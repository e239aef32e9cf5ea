package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const ranged = "pod_cpu_m_high=600&pod_cpu_m_low=100&pod_cpu_m_typical=300&services=60"

// One road: whatever an interval comes by, it is the same scenario and the same worlds.
func TestAnIntervalComesByEveryRoad(t *testing.T) {
	s := newSite(t)
	want := s.get("/api/v1/uncertainty?draws=50&" + ranged).body
	document := `{"quick":{"services":60},"intervals":{"pod_cpu_m":{"low":100,"typical":300,"high":600}}}`
	if got := s.do(http.MethodPost, "/api/v1/uncertainty?draws=50", document).body; got != want {
		t.Error("JSON: other worlds")
	}
	saved := s.save(document)
	if got := s.get("/api/v1/uncertainty?draws=50&scenario=" + saved.ID).body; got != want {
		t.Error("a saved scenario: other worlds")
	}
	form := url.Values{
		"services": {"60"}, "pod_cpu_m_low": {"100"}, "pod_cpu_m_typical": {"300"}, "pod_cpu_m_high": {"600"},
		"page.interval": {"pod_cpu_m", ""}, "page.provider": {"aws"}, "pod_cpu_m": {""},
	}
	if to := s.open("/?" + form.Encode()).header.Get("Location"); !sameQuery(to, ranged) {
		t.Errorf("the form leads to %s", to)
	}
	if to := s.post("/live", form).header.Get("HX-Replace-Url"); !sameQuery(to, ranged) {
		t.Errorf("the live form has the address %s", to)
	}
	header, rows := readCSV(t, s.do(http.MethodPost, "/api/v1/batch.csv", "services,pod_cpu_m_low,pod_cpu_m_typical,pod_cpu_m_high\n60,100,300,600\n").body)
	plan := s.get("/api/v1/value/sidecar.monthly_cost_usd?" + ranged).body
	if got := rows[0][header["sidecar.monthly_cost_usd"]]; got != plan || got == s.get("/api/v1/value/sidecar.monthly_cost_usd?services=60").body {
		t.Errorf("CSV costs %s, the query %s", got, plan)
	}
	if rows[0][header["pod_cpu_m_high"]] != "600" {
		t.Errorf("the row comes back without its interval: %v", rows[0])
	}
}

func sameQuery(address, want string) bool {
	got, err := url.Parse(address)
	if err != nil {
		return false
	}
	wanted, err := url.ParseQuery(want)
	return err == nil && got.Query().Encode() == wanted.Encode()
}

// What is wrong with an interval is told alike on every road, at its row on the page.
func TestAWrongIntervalIsRefusedAlikeOnEveryRoad(t *testing.T) {
	s := newSite(t)
	for query, said := range map[string]string{
		"pod_cpu_m_low=600&pod_cpu_m_high=100": "the interval of pod_cpu_m does not rise from low over typical to high",
		"heap_slack_low=3&heap_slack_high=2":   "the interval of heap_slack does not rise from low over typical to high",
		"pod_cpu_m_low=-5":                     "the interval of pod_cpu_m reaches -5",
		"pod_cpu_m_low=much":                   `"much" is not a number`,
		"seed_low=1":                           "seed_low",
		"weight_overspend_high=2":              "weight_overspend_high",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		names, cells := "", ""
		for name := range values {
			names, cells = names+name+",", cells+values.Get(name)+","
		}
		batch := s.do(http.MethodPost, "/api/v1/batch.csv", names+"services\n"+cells+"60\n").body
		values.Set("page.provider", "aws")
		for road, text := range map[string]string{
			"query": s.do(http.MethodGet, "/api/v1/plan?"+query, "").body, "page": s.do(http.MethodGet, "/?"+query, "").body,
			"form": s.post("/live", values).body, "CSV": batch,
		} {
			if text = strings.NewReplacer(`\"`, `"`, `""`, `"`).Replace(html.UnescapeString(text)); !strings.Contains(strings.ToLower(text), strings.ToLower(said)) {
				t.Errorf("%s by %s: %.300s", query, road, text)
			}
		}
	}
	posted := s.do(http.MethodPost, "/api/v1/plan", `{"intervals":{"pod_cpu_m":{"low":600,"high":100}}}`)
	if p := decode[problem](t, posted.body); posted.status != 400 || len(p.Errors) != 1 || p.Errors[0].Field != "pod_cpu_m" || p.Errors[0].Fix == "" {
		t.Errorf("JSON: %s", posted.body)
	}
	page := html.UnescapeString(s.do(http.MethodGet, "/?"+"heap_slack_low=3&heap_slack_high=2&services=60", "").body)
	row := part(t, page, `<fieldset class="interval" id="interval-heap_slack">`, "</fieldset>")
	if !strings.Contains(row, `value="3"`) || !strings.Contains(row, `value="2"`) || !strings.Contains(row, "does not rise") || !strings.Contains(row, "aria-invalid") {
		t.Errorf("the row does not show what was typed and what is wrong: %s", row)
	}
}

// part is the text from one mark to the next.
func part(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	inside, _, ends := strings.Cut(rest, to)
	if !found || !ends {
		t.Fatalf("the page has no %s", from)
	}
	return inside
}

// Without script a row opens by submitting the form, and closes when it is emptied.
func TestAnIntervalIsGivenWithoutScript(t *testing.T) {
	s := newSite(t)
	opened := s.open("/?services=60&pod_cpu_m=&page.provider=aws&page.interval=heap_slack")
	row := part(t, opened.body, `id="interval-heap_slack"`, "</fieldset>")
	if opened.status != http.StatusOK || !strings.Contains(row, `placeholder="1.5"`) || !strings.Contains(row, `placeholder="2.7"`) || !strings.Contains(row, "envoy_heap_slack") {
		t.Errorf("status %d, the row shows not what the registry has: %s", opened.status, row)
	}
	filled := s.open("/?services=60&page.provider=aws&page.interval=heap_slack&page.interval=&heap_slack_low=1.2&heap_slack_typical=&heap_slack_high=")
	if filled.status != http.StatusSeeOther || filled.header.Get("Location") != "/?services=60&heap_slack_low=1.2" {
		t.Errorf("status %d to %s", filled.status, filled.header.Get("Location"))
	}
	row = part(t, s.open(filled.header.Get("Location")).body, `id="interval-heap_slack"`, "</fieldset>")
	if !strings.Contains(row, `name="heap_slack_low" value="1.2"`) {
		t.Errorf("the address opens without the interval: %s", row)
	}
	if unknown := s.open("/?services=60&page.provider=aws&page.interval=nonsense"); unknown.status != http.StatusSeeOther {
		t.Errorf("a row for nonsense: %d", unknown.status)
	}
}

// The weights of regret and the seed are inputs: the link has them, the page's ranking is
// the API's, and other weights rank otherwise.
func TestRegretOnThePageFollowsTheWeightsOfTheLink(t *testing.T) {
	s := newSite(t)
	const base = "services=40&rps_per_pod=200&rps_per_pod_low=50&rps_per_pod_high=2000&mtls_required=true&preset=istio-charts-2026-08&seed=7"
	type choices struct {
		Seed    int
		Weights struct{ Overspend, Underprovision, Exponent float64 }
		Choices []struct {
			Proxy *struct {
				CPU int `json:"cpu_m"`
			}
			Message string
		}
	}
	first := func(weights string) choices {
		return decode[choices](t, s.get("/api/v1/regret?choose_patterns=sidecar&choose_node_types=m6i.2xlarge&draws=60&"+base+weights).body)
	}
	careless, careful := first("&weight_underprovision=0"), first("&weight_underprovision=50")
	if careless.Seed != 7 || careful.Weights.Underprovision != 50 || careful.Weights.Exponent != 1.2 {
		t.Errorf("%+v", careful)
	}
	if a, b := careless.Choices[0].Proxy, careful.Choices[0].Proxy; a == nil || b == nil || a.CPU >= b.CPU {
		t.Errorf("a dollar too little at nothing chooses %+v, at 50 %+v", a, b)
	}
	posted := decode[choices](t, s.do(http.MethodPost, "/api/v1/regret?weight_underprovision=50&choose_patterns=sidecar&choose_node_types=m6i.2xlarge&draws=60",
		`{"quick":{"services":40,"rps_per_pod":200},"organisation":{"mtls_required":true},"mesh":{"preset":"istio-charts-2026-08"},"run":{"seed":7,"weight_underprovision":0},"intervals":{"rps_per_pod":{"low":50,"high":2000}}}`).body)
	if posted.Weights.Underprovision != 50 || posted.Choices[0].Proxy.CPU != careful.Choices[0].Proxy.CPU {
		t.Errorf("beside a posted document: %+v", posted)
	}

	form, err := url.ParseQuery(base + "&weight_underprovision=50")
	if err != nil {
		t.Fatal(err)
	}
	page := html.UnescapeString(s.post("/parts/regret", form).body)
	api := decode[choices](t, s.get("/api/v1/regret?"+form.Encode()).body)
	if !strings.Contains(page, "50 × dollars that requests which hold would add") || !strings.Contains(page, "seed 7") {
		t.Errorf("the part does not say its weights and seed: %.600s", page)
	}
	at := 0
	for i, c := range api.Choices {
		next := strings.Index(page[at:], c.Message)
		if c.Message = strings.ToUpper(c.Message[:1]) + c.Message[1:]; next < 0 {
			next = strings.Index(page[at:], c.Message)
		}
		if next < 0 {
			t.Fatalf("choice %d of the API, %q, is not on the page after those before it", i+1, c.Message)
		}
		at += next + len(c.Message)
	}
	if address := s.post("/live", form).header.Get("HX-Replace-Url"); !strings.Contains(address, "weight_underprovision=50") || !strings.Contains(address, "seed=7") {
		t.Errorf("the link %s has not the weights and the seed", address)
	}
	for query, field := range map[string]string{"weight_overspend=-1": "weight_overspend", "weight_exponent=0.5": "weight_exponent", "weight_underprovision=NaN": "weight_underprovision"} {
		got := s.do(http.MethodGet, "/api/v1/regret?"+query, "")
		if p := decode[problem](t, got.body); got.status != 400 || p.Errors[0].Field != field || p.Errors[0].Fix == "" {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}

// Weights are judgements: no plan depends on them, so none is made again for them.
func TestWeightsOfRegretChangeNoPlan(t *testing.T) {
	s := newSite(t)
	if s.get("/api/v1/plan?services=20").body != s.get("/api/v1/plan?services=20&weight_overspend=9").body {
		t.Error("another plan")
	}
	if !strings.Contains(s.get("/metrics").body, `meshplan_cache_lookups_total{cache="plans",outcome="hit"} 1`) {
		t.Error("the plan was made twice")
	}
}
