package web_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"meshplan/internal/model"
	"meshplan/internal/web"
)

const formType = "application/x-www-form-urlencoded"

// post sends a form as a browser of this site does.
func (s *site) post(path string, form url.Values) reply {
	return s.do(http.MethodPost, path, form.Encode(), "Content-Type", formType, "Sec-Fetch-Site", "same-origin")
}

// open asks for a page without following where it leads.
func (s *site) open(path string) reply {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return reply{recorder.Code, recorder.Result().Header, recorder.Body.String()}
}

func TestTheFrontPageAnswersForTheFirstExample(t *testing.T) {
	s := newSite(t)
	page := s.get("/")
	example := model.Examples()[0].Scenario
	plan := s.get("/api/v1/value/sentence?" + model.EncodeQuery(example)).body
	if page.status != http.StatusOK || !strings.Contains(html.UnescapeString(page.body), plan) {
		t.Errorf("status %d, and the page does not say %q", page.status, plan)
	}
	if !strings.Contains(html.UnescapeString(page.body), `data-address="/?`+model.EncodeQuery(example)+`"`) {
		t.Error("the page does not carry the address of its scenario")
	}
}

func TestASubmittedFormBecomesAShortAddress(t *testing.T) {
	s := newSite(t)
	got := s.open("/?services=24&pod_cpu_m=&preset=&page.provider=aws&page.region=us-east-1&page.title=")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/?services=24" {
		t.Errorf("status %d to %q", got.status, got.header.Get("Location"))
	}
	empty := s.open("/?services=&page.provider=aws")
	if to := empty.header.Get("Location"); empty.status != http.StatusSeeOther || to != "/?services=60" {
		t.Errorf("an empty form leads to %q: without inputs the address would open the example", to)
	}
}

func TestALiveAnswerCarriesTheAddressOfItsScenario(t *testing.T) {
	s := newSite(t)
	got := s.post("/live", url.Values{"services": {"24"}, "pod_cpu_m": {""}, "page.provider": {"aws"}})
	if got.status != http.StatusOK || got.header.Get("HX-Replace-Url") != "/?services=24" || !strings.Contains(got.body, "24 services") {
		t.Errorf("status %d, address %q", got.status, got.header.Get("HX-Replace-Url"))
	}
	if strings.Contains(got.body, "<html") {
		t.Error("a live answer is a whole page")
	}
}

func TestAWrongInputIsToldAtItsFieldAndTheAnswersStay(t *testing.T) {
	s := newSite(t)
	got := s.post("/live", url.Values{"services": {"-4"}, "page.provider": {"aws"}})
	if got.header.Get("HX-Retarget") != "#inputs" || got.header.Get("HX-Replace-Url") != "" || strings.Contains(got.body, `id="answers"`) {
		t.Errorf("headers %v", got.header)
	}
	field := regexp.MustCompile(`<input[^>]*id="in-services"[^>]*>`).FindString(got.body)
	if !strings.Contains(field, `value="-4"`) || !strings.Contains(field, `aria-invalid="true"`) || !strings.Contains(got.body, `id="er-services"`) {
		t.Errorf("the field is %s", field)
	}
	page := s.open("/?services=-4")
	if page.status != http.StatusBadRequest || !strings.Contains(page.body, "cannot be planned") {
		t.Errorf("the page answers %d", page.status)
	}
}

func TestAnotherProviderTakesItsOwnRegionAndNodes(t *testing.T) {
	s := newSite(t)
	got := s.post("/live", url.Values{"provider": {"gcp"}, "region": {"eu-west-1"}, "node_type": {"m6i.large"}, "services": {"10"}, "page.provider": {"aws"}})
	if to := got.header.Get("HX-Replace-Url"); to != "/?services=10&provider=gcp" {
		t.Errorf("the address is %q", to)
	}
	own := s.post("/live", url.Values{"provider": {"custom"}, "node_type": {"m6i.large"}, "services": {"10"}, "page.provider": {"aws"}})
	// An m6i.large has 1930m and 7518 MiB for pods and costs $0.096 an hour.
	for _, part := range []string{"node_allocatable_cpu_m=1930", "node_allocatable_memory_mib=7518", "node_hourly_usd=0.096"} {
		if !strings.Contains(own.header.Get("HX-Replace-Url"), part) {
			t.Errorf("%s is missing in %q", part, own.header.Get("HX-Replace-Url"))
		}
	}
}

func TestTheTableEditorBecomesTheListOfWorkloads(t *testing.T) {
	s := newSite(t)
	got := s.post("/live", url.Values{
		"w.0.name": {"web"}, "w.0.namespace": {"shop"}, "w.0.kind": {"Deployment"}, "w.0.replicas": {"3"}, "w.0.pod_cpu_m": {"200"}, "w.0.pod_memory_mib": {"256"},
		"w.1.name": {""}, "w.1.replicas": {""}, // an empty row is no row
		"w.7.pod_cpu_m": {"50"}, "w.7.in_mesh": {"n"}, // a row without a name gets one
		"page.provider": {"aws"},
	})
	to, err := url.Parse(got.header.Get("HX-Replace-Url"))
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := model.DecodeFlat(to.Query())
	if err != nil || len(scenario.Workloads) != 2 {
		t.Fatalf("%q: %v, %v", to, scenario.Workloads, err)
	}
	first, second := scenario.Workloads[0], scenario.Workloads[1]
	if first.Name != "web" || first.Namespace != "shop" || first.Replicas != 3 || first.PodMemoryMiB != 256 {
		t.Errorf("the first row is %+v", first)
	}
	if second.Name != "workload-8" || second.Replicas != 1 || second.InMesh == nil || *second.InMesh {
		t.Errorf("the second row is %+v", second)
	}
	wrong := s.post("/live", url.Values{"w.0.name": {"web"}, "w.0.pod_cpu_m": {"much"}, "page.provider": {"aws"}})
	if !strings.Contains(wrong.body, "workloads[0].pod_cpu_m") {
		t.Error("a cell that is no number is not named")
	}
}

func TestAnImportIsShownForReviewBeforeItIsPlanned(t *testing.T) {
	s := newSite(t)
	body := "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nname,replicas,pod_cpu_m,pod_memory_mib\nweb,3,200,256\n\r\n--x--\r\n"
	got := s.do(http.MethodPost, "/import", body, "Content-Type", "multipart/form-data; boundary=x", "Sec-Fetch-Site", "same-origin")
	if got.status != http.StatusOK || !strings.Contains(got.body, "This was understood") || !strings.Contains(got.body, `value="plan">Plan it`) {
		t.Errorf("status %d", got.status)
	}
	nothing := s.do(http.MethodPost, "/import", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\r\n--x--\r\n", "Content-Type", "multipart/form-data; boundary=x")
	if nothing.status != http.StatusBadRequest || !strings.Contains(nothing.body, "There is nothing to read") {
		t.Errorf("an empty import answers %d", nothing.status)
	}
}

func TestNoPageNeedsAnInlineScriptOrStyle(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Dev = true })
	inline := regexp.MustCompile(`(?i)\sstyle=|<style|<script(?:[^>]*>[^<]+)|\son[a-z]+=|javascript:`)
	for _, path := range []string{
		"/", "/?services=60", "/?services=-4", "/import", "/compare?a=services%3D60&b=services%3D80", "/method", "/validation", "/spreadsheets",
		"/api", "/nodes", "/errors/invalid-input", "/nowhere", "/gallery", "/gallery/planner-unplaceable", "/analyses?services=5",
	} {
		got := s.open(path)
		if found := inline.FindString(got.body); found != "" || !strings.Contains(got.body, "<main") {
			t.Errorf("%s: status %d, %q in %.200s", path, got.status, found, got.body)
		}
	}
}

// When the time of a request is over, the page that says so still has to be written.
func TestAPageThatRanOutOfTimeIsNotEmpty(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Timeout = time.Nanosecond })
	if got := s.open("/?services=60"); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "<main") || !strings.Contains(got.body, "took too long") {
		t.Errorf("status %d with %q", got.status, got.body)
	}
}

func TestTheBundleIsServedForEverAndCompressed(t *testing.T) {
	s := newSite(t)
	name := regexp.MustCompile(`/static/app-[A-Z0-9]+\.js`).FindString(s.get("/").body)
	got := s.get(name, "Accept-Encoding", "gzip")
	if got.status != http.StatusOK || !strings.Contains(got.header.Get("Cache-Control"), "immutable") || got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %d %v", name, got.status, got.header)
	}
	if missing := s.open("/static/app-NONE.js"); missing.status != http.StatusNotFound {
		t.Errorf("a file that is not there answers %d", missing.status)
	}
}

func TestTheGalleryIsForDevelopersOnly(t *testing.T) {
	if got := newSite(t).open("/gallery"); got.status != http.StatusNotFound {
		t.Errorf("status %d", got.status)
	}
}

// A page that cannot be planned names everything that is wrong, what cannot be read and
// what is out of its range, each once.
func TestEverythingThatIsWrongIsNamedAtOnce(t *testing.T) {
	s := newSite(t)
	got := s.open("/?services=-4&pod_cpu_m=abc&region=nowhere")
	for _, field := range []string{"services", "pod_cpu_m", "region"} {
		if n := strings.Count(got.body, "<strong>"+field+"</strong>"); n != 1 {
			t.Errorf("%s is named %d times", field, n)
		}
	}
	if got = s.open("/?provider=nowhere&region=eastus"); strings.Contains(got.body, "<strong>region</strong>") {
		t.Error("the region is blamed for the provider")
	}
}
