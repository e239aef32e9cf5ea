package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"meshplan/internal/web"
)

// forty is an application of forty pod shapes: slow enough to plan that a thousand
// worlds of it can be followed.
func forty() string {
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf(`{"name":"w%d","replicas":%d,"pod_cpu_m":%d,"pod_memory_mib":%d}`, i, 2+i%7, 60+17*i, 90+31*i))
	}
	return `{"workloads":[` + strings.Join(rows, ",") + `],"organisation":{"mtls_required":true,"mesh_engineers":1}}`
}

// event is one server-sent event.
type event struct{ name, data string }

// stream is a followed run.
type stream struct {
	t      *testing.T
	body   *bufio.Scanner
	close  func()
	header http.Header
	status int
}

func (s *site) follow(path, contentType, body string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Content-Type", contentType)
	response, err := s.server.Client().Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { cancel(); _ = response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 8<<20)
	return &stream{t: s.t, body: lines, close: cancel, header: response.Header, status: response.StatusCode}
}

// next reads an event; ok is false at the end of the stream.
func (s *stream) next() (e event, ok bool) {
	s.t.Helper()
	var data []string
	for s.body.Scan() {
		line := s.body.Text()
		switch {
		case line == "" && e.name != "":
			e.data = strings.Join(data, "\n")
			return e, true
		case strings.HasPrefix(line, "event: "):
			e.name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = append(data, line[len("data: "):])
		default:
			s.t.Fatalf("%q is no line of an event", line)
		}
	}
	return event{}, false
}

// until reads events until one of that name.
func (s *stream) until(name string) string {
	s.t.Helper()
	for {
		e, ok := s.next()
		if !ok {
			s.t.Fatalf("the stream ends without an event %s", name)
		}
		if e.name == name {
			return e.data
		}
	}
}

type steps struct{ Done, Total int }

// untilPlans reads until some plans are made.
func (s *stream) untilPlans() steps {
	s.t.Helper()
	for {
		if now := decode[steps](s.t, s.until("progress")); now.Done > 0 {
			return now
		}
	}
}

func TestAFollowedRunTellsHowManyOfItsPlansAreMadeAndEndsWithThePlainAnswer(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.CacheBytes = -1 })
	draws := 6000 // longer than a run that is answered at once
	if testing.Short() {
		draws = 1000 // under the race detector
	}
	address := fmt.Sprintf("/api/v1/uncertainty?draws=%d", draws)
	followed := s.follow(address, "application/json", forty())
	if followed.header.Get("Content-Type") != "text/event-stream" || followed.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", followed.header)
	}
	var seen []steps
	var names []string
	var result string
	for e, ok := followed.next(); ok; e, ok = followed.next() {
		names = append(names, e.name)
		switch e.name {
		case "progress":
			seen = append(seen, decode[steps](t, e.data))
		case "result":
			result = e.data + "\n"
		}
	}
	if len(names) < 3 || names[0] != "run" || names[1] != "progress" || names[len(names)-1] != "result" {
		t.Fatalf("events %v", names)
	}
	for i, now := range seen {
		if now.Total < draws || now.Done > now.Total || i > 0 && (now.Done <= seen[i-1].Done || now.Total != seen[i-1].Total) {
			t.Errorf("event %d says %d of %d: %v", i, now.Done, now.Total, seen)
		}
	}
	if plain := s.do(http.MethodPost, address, forty(), "Content-Type", "application/json").body; plain != result {
		t.Errorf("following, %d bytes; not following, %d others", len(result), len(plain))
	}
}

// Stopping keeps what has been found; it is marked, and never kept for others.
func TestAStoppedRunAnswersWithWhatItHasFound(t *testing.T) {
	s := newSite(t)
	followed := s.follow("/api/v1/uncertainty?draws=10000", "application/json", forty())
	stop := decode[struct{ Stop string }](t, followed.until("run")).Stop
	made := followed.untilPlans()
	if got := s.do(http.MethodDelete, stop, ""); got.status != http.StatusNoContent {
		t.Fatalf("DELETE %s: %d %s", stop, got.status, got.body)
	}
	result := decode[struct {
		Draws       int
		Interrupted bool
		Patterns    []struct{ Placed int }
	}](t, followed.until("result"))
	if !result.Interrupted || result.Draws < made.Done || result.Draws >= 10000 || result.Patterns[0].Placed == 0 {
		t.Errorf("stopped after %d plans, the answer has %d draws, interrupted %t", made.Done, result.Draws, result.Interrupted)
	}
	if _, more := followed.next(); more {
		t.Error("something follows the result")
	}
	if again := s.do(http.MethodDelete, stop, ""); again.status != http.StatusNotFound || !strings.Contains(again.body, "no such run") {
		t.Errorf("stopped twice: %d %s", again.status, again.body)
	}
	if strings.Contains(s.get("/metrics").body, `meshplan_cache_bytes{cache="analyses"} 0`) == false {
		t.Error("an interrupted analysis was kept")
	}
}

// With one slot for analyses, the next one can only be answered when the work of a client
// that left is over.
func TestAClientThatLeavesStopsItsWork(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.PlanSlots = 1 })
	followed := s.follow("/api/v1/uncertainty?draws=10000", "application/json", forty())
	made := followed.untilPlans()
	if made.Done >= made.Total {
		t.Fatalf("%d of %d are made already", made.Done, made.Total)
	}
	followed.close()
	deadline := time.Now().Add(20 * time.Second)
	for !strings.Contains(s.get("/metrics").body, `meshplan_planning{pool="analyses"} 0`) {
		if time.Now().After(deadline) {
			t.Fatal("the work goes on")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !strings.Contains(s.get("/metrics").body, `meshplan_cache_bytes{cache="analyses"} 0`) {
		t.Error("the work was carried to its end")
	}
}

func TestPartsOfThePageAreFollowedAndStoppedAlike(t *testing.T) {
	s := newSite(t)
	var scenario struct{ Workloads []map[string]any }
	if err := json.Unmarshal([]byte(forty()), &scenario); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"mtls_required": {"true"}}
	for i, w := range scenario.Workloads {
		for _, cell := range []string{"name", "replicas", "pod_cpu_m", "pod_memory_mib"} {
			form.Set(fmt.Sprintf("w.%d.%s", i, cell), fmt.Sprint(w[cell]))
		}
	}
	followed := s.follow("/parts/uncertainty", "application/x-www-form-urlencoded", form.Encode())
	stop := decode[struct{ Stop string }](t, followed.until("run")).Stop
	if made := followed.untilPlans(); made.Total < 50 {
		t.Errorf("%+v", made)
	}
	if got := s.do(http.MethodDelete, stop, "", "Sec-Fetch-Site", "same-origin"); got.status != http.StatusNoContent {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if part := followed.until("result"); !strings.Contains(part, "Stopped after") || strings.Contains(part, "No uncertain figure") {
		t.Errorf("the part reads %.400s", part)
	}
	if got := s.do(http.MethodDelete, stop, "", "Sec-Fetch-Site", "cross-site"); got.status != http.StatusForbidden {
		t.Errorf("another site may stop runs: %d", got.status)
	}
}

// A tight packing tells how cost and proved bound close in, pattern by pattern. Stopped, it
// answers with the best it has found, and what was cut short is not kept as a plan.
func TestATightPackingTellsHowItClosesInAndCanBeStopped(t *testing.T) {
	s := newSite(t)
	form := url.Values{"node_type": {"auto"}}
	for i := range 60 {
		w := fmt.Sprintf("w.%d.", i)
		form.Set(w+"name", fmt.Sprint("w", i))
		form.Set(w+"replicas", fmt.Sprint(20+7*i%50))
		form.Set(w+"pod_cpu_m", fmt.Sprint(60+17*i))
		form.Set(w+"pod_memory_mib", fmt.Sprint(90+31*(i*i%90)))
	}
	followed := s.follow("/parts/tight", "application/x-www-form-urlencoded", form.Encode())
	stop := decode[struct{ Stop string }](t, followed.until("run")).Stop
	type progress struct {
		Done, Total int
		Packing     struct {
			Pattern string
			Cost    float64 `json:"monthly_cost_usd"`
			Bound   float64 `json:"monthly_cost_lower_bound_usd"`
		}
	}
	var last progress
	for range 3 {
		now := decode[progress](t, followed.until("progress"))
		if now.Packing.Pattern == "" {
			continue // it waits for its turn
		}
		if now.Total != 6 || now.Packing.Bound <= 0 || now.Packing.Cost < now.Packing.Bound {
			t.Errorf("%+v", now)
		}
		if now.Packing.Pattern == last.Packing.Pattern && (now.Packing.Cost > last.Packing.Cost || now.Packing.Bound < last.Packing.Bound) {
			t.Errorf("%+v after %+v", now, last)
		}
		last = now
	}
	if got := s.do(http.MethodDelete, stop, "", "Sec-Fetch-Site", "same-origin"); got.status != http.StatusNoContent {
		t.Fatalf("%d %s", got.status, got.body)
	}
	part := followed.until("result")
	if last.Packing.Pattern == "" || !strings.Contains(part, "Stopped: these are the best packings found by then") || !strings.Contains(part, "above the optimum") {
		t.Errorf("stopped at %+v, the part reads %.600s", last, part)
	}
}

// The API follows a tight plan as the page does, by GET and by POST; what is stopped says
// so, and what ends is the plan that is answered without following.
func TestATightPlanOfTheAPIIsFollowedAndStopped(t *testing.T) {
	s := newSite(t)
	var rows []string
	for i := range 60 {
		rows = append(rows, fmt.Sprintf(`{"name":"w%d","replicas":%d,"pod_cpu_m":%d,"pod_memory_mib":%d}`, i, 20+7*i%50, 60+17*i, 90+31*(i*i%90)))
	}
	body := `{"workloads":[` + strings.Join(rows, ",") + `],"nodes":{"node_type":"auto"},"run":{"effort":"tight"}}`
	followed := s.follow("/api/v1/plan", "application/json", body)
	stop := decode[struct{ Stop string }](t, followed.until("run")).Stop
	for packing := ""; packing == ""; {
		packing = decode[struct{ Packing struct{ Pattern string } }](t, followed.until("progress")).Packing.Pattern
	}
	if got := s.do(http.MethodDelete, stop, "", "Sec-Fetch-Site", "same-origin"); got.status != http.StatusNoContent {
		t.Fatalf("%d %s", got.status, got.body)
	}
	plan := decode[struct{ Results []struct{ Status string } }](t, followed.until("result"))
	if len(plan.Results) != 6 || !strings.Contains(fmt.Sprint(plan.Results), "interrupted") {
		t.Errorf("stopped: %+v", plan)
	}
	const quick = "/api/v1/plan?services=5&effort=tight"
	plain, streamed := s.do(http.MethodGet, quick, ""), s.do(http.MethodGet, quick, "", "Accept", "text/event-stream")
	if !strings.Contains(streamed.body, "event: result\ndata: "+strings.TrimSpace(plain.body)+"\n") || !strings.Contains(strings.Join(plain.header.Values("Vary"), ","), "Accept") {
		t.Errorf("plain %.200s\nstreamed %.400s", plain.body, streamed.body)
	}
}

// What is wrong before a run begins is told as without following.
func TestAFollowedRunThatCannotBeginFailsAsAnyOther(t *testing.T) {
	s := newSite(t)
	for path, status := range map[string]int{
		"/api/v1/uncertainty?services=-1":            http.StatusBadRequest,
		"/api/v1/plan?effort=tight&services=-1":      http.StatusBadRequest,
		"/api/v1/uncertainty?draws=10001":            http.StatusUnprocessableEntity,
		"/api/v1/regret?choose_patterns=istio":       http.StatusBadRequest,
		"/api/v1/flips?services=20000&preset=no-one": http.StatusBadRequest,
	} {
		plain, followed := s.do(http.MethodGet, path, ""), s.do(http.MethodGet, path, "", "Accept", "text/event-stream")
		for _, got := range []reply{plain, followed} {
			p := decode[problem](t, got.body)
			if got.status != status || got.header.Get("Content-Type") != "application/problem+json; charset=utf-8" || len(p.Errors) == 0 {
				t.Errorf("%s: %d %s %.200s", path, got.status, got.header.Get("Content-Type"), got.body)
			}
		}
	}
}
