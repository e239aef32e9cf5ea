package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"meshplan/internal/web"
)

const quick = "/api/v1/plan?services=20&pods_per_service=2"

func TestAnAnswerThatTheClientHasIsNotSentAgain(t *testing.T) {
	s := newSite(t)
	first := s.get(quick)
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || !strings.HasPrefix(first.header.Get("Cache-Control"), "public, max-age=") {
		t.Fatalf("ETag %s, Cache-Control %s", tag, first.header.Get("Cache-Control"))
	}
	for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		again := s.do(http.MethodGet, quick, "", "If-None-Match", header)
		if again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != tag {
			t.Errorf("If-None-Match %s: status %d, ETag %s", header, again.status, again.header.Get("ETag"))
		}
	}
	if changed := s.do(http.MethodGet, quick+"&headroom=0.1", "", "If-None-Match", tag); changed.status != http.StatusOK {
		t.Errorf("another scenario answers %d", changed.status)
	}
}

func TestTheSameScenarioGivesTheSameBytesOnEveryRoad(t *testing.T) {
	s := newSite(t)
	want := s.get("/api/v1/plan?services=20&pods_per_service=2").body
	for road, got := range map[string]reply{
		"other order":     s.get("/api/v1/plan?pods_per_service=2&services=20"),
		"suffix":          s.get("/api/v1/plan.json?services=20&pods_per_service=2"),
		"post":            s.do("POST", "/api/v1/plan", `{"quick":{"services":20,"pods_per_service":2}}`),
		"spreadsheet's":   s.get("/api/v1/plan?services=20.0&pods_per_service=2E0"),
		"without caching": newSite(t, func(c *web.Config) { c.CacheBytes = -1 }).get(quick),
	} {
		if got.body != want {
			t.Errorf("%s: other bytes", road)
		}
	}
}

func TestCompressedBytesHaveATagOfTheirOwn(t *testing.T) {
	s := newSite(t)
	plain := s.get(quick, "Accept-Encoding", "identity")
	zipped := s.get(quick, "Accept-Encoding", "gzip")
	if zipped.header.Get("Content-Encoding") != "gzip" || zipped.header.Get("ETag") == plain.header.Get("ETag") {
		t.Fatalf("encoding %q, tags %s and %s", zipped.header.Get("Content-Encoding"), zipped.header.Get("ETag"), plain.header.Get("ETag"))
	}
	reader, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(reader)
	if err != nil || string(body) != plain.body {
		t.Errorf("unpacked bytes differ (%v)", err)
	}
}

func TestHeadAnswersLikeGetWithoutABody(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{quick, "/api/v1/value/verdict", "/api/v1/plan.csv", "/api/v1/facts", "/api/openapi.json"} {
		get, head := s.get(path, "Accept-Encoding", "identity"), s.do(http.MethodHead, path, "", "Accept-Encoding", "identity")
		if head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != get.header.Get("ETag") ||
			head.header.Get("Content-Length") != get.header.Get("Content-Length") {
			t.Errorf("%s: HEAD %d %v, GET %v", path, head.status, head.header, get.header)
		}
	}
}

func TestOptionsSayWhatAnAddressTakes(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{
		"/api/v1/plan":            "OPTIONS, GET, HEAD, POST",
		"/api/v1/value/verdict":   "OPTIONS, GET, HEAD",
		"/api/v1/scenarios/ABCDE": "OPTIONS, GET, HEAD, PUT, DELETE",
	} {
		got := s.do(http.MethodOptions, path, "")
		if got.status != http.StatusNoContent || got.header.Get("Allow") != want || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: status %d, Allow %q, CORS %q", path, got.status, got.header.Get("Allow"), got.header.Get("Access-Control-Allow-Origin"))
		}
	}
	if got := s.do(http.MethodPost, "/api/v1/catalog", ""); got.status != 405 || got.header.Get("Allow") != "OPTIONS, GET, HEAD" {
		t.Errorf("POST /catalog: %d, Allow %q", got.status, got.header.Get("Allow"))
	}
}

func TestEveryResponseIsHardened(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{quick, "/healthz", "/nowhere", "/api/v1/nowhere"} {
		h := s.do(http.MethodGet, path, "").header
		if h.Get("Content-Security-Policy") != "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "+
			"frame-ancestors 'none'; base-uri 'none'; form-action 'self'" ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	forged := s.do(http.MethodGet, "/healthz", "", "X-Request-Id", "a b\tforged=1")
	if forged.header.Get("X-Request-Id") == "a b\tforged=1" {
		t.Error("a forged request id was taken")
	}
}

func TestTooManyRequestsGet429AndWhenToComeBack(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.RateLimit.PerMinute = 3 })
	for range 3 {
		s.get("/api/v1/value/verdict")
	}
	got := s.do(http.MethodGet, "/api/v1/value/verdict", "")
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "/errors/too-many-requests") {
		t.Fatalf("status %d, Retry-After %q: %s", got.status, got.header.Get("Retry-After"), got.body)
	}
	for _, free := range []string{"/healthz", "/readyz", "/metrics"} {
		s.get(free)
	}
	if got := s.do(http.MethodOptions, "/api/v1/plan", ""); got.status != http.StatusNoContent {
		t.Errorf("OPTIONS counts against the limit: %d", got.status)
	}
}

func TestOnlyATrustedProxyNamesTheClient(t *testing.T) {
	spent := func(s *site, address string) int {
		s.t.Helper()
		return s.do(http.MethodGet, "/api/v1/value/verdict", "", "X-Forwarded-For", address).status
	}
	open := newSite(t, func(c *web.Config) { c.RateLimit.PerMinute = 1 })
	spent(open, "192.0.2.1")
	if status := spent(open, "192.0.2.2"); status != http.StatusTooManyRequests {
		t.Errorf("a forged address got a limit of its own: %d", status)
	}
	behind := newSite(t, func(c *web.Config) {
		c.RateLimit.PerMinute = 1
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	spent(behind, "192.0.2.1")
	if status := spent(behind, "192.0.2.2"); status != http.StatusOK {
		t.Errorf("two clients behind a trusted proxy share a limit: %d", status)
	}
	if status := spent(behind, "192.0.2.1"); status != http.StatusTooManyRequests {
		t.Errorf("a client behind a trusted proxy has no limit: %d", status)
	}
}

func TestTheDefaultLimitLeavesTheMachineItselfAlone(t *testing.T) {
	s := newSite(t)
	if got := s.get("/api/v1/value/verdict").header.Get("X-Ratelimit-Limit"); got != "" {
		t.Errorf("loopback is limited to %s", got)
	}
}

func TestMetricsTellTrafficErrorsLatencySaturationAndPacking(t *testing.T) {
	s := newSite(t)
	s.get(quick)
	s.get(quick)
	s.do(http.MethodGet, "/api/v1/plan?services=-1", "")
	metrics := s.get("/metrics").body
	for _, want := range []string{
		`meshplan_http_requests_total{code="200",method="GET",route="/api/v1/plan"} 2`,
		`meshplan_http_requests_total{code="400",method="GET",route="/api/v1/plan"} 1`,
		`meshplan_http_request_seconds_count{route="/api/v1/plan"} 3`,
		`meshplan_cache_lookups_total{cache="answers",outcome="hit"} 1`,
		`meshplan_plan_seconds_count 1`,
		`meshplan_packing_gap_count 6`,
		`meshplan_planning{pool="plans"} 0`,
		`meshplan_build_info{go_version="go`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestWithoutADatabasePlanningWorksAndSavingSaysWhy(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Store = nil })
	s.get(quick)
	s.get("/readyz")
	for _, c := range [][2]string{{"POST", "/api/v1/scenarios"}, {"GET", "/api/v1/scenarios/X"}, {"GET", "/api/v1/plan?scenario=X"}, {"DELETE", "/api/v1/scenarios/X"}} {
		if got := s.do(c[0], c[1], "{}"); got.status != http.StatusForbidden || !strings.Contains(got.body, "saving-is-off") {
			t.Errorf("%s %s: %d %s", c[0], c[1], got.status, got.body)
		}
	}
}
