package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhatRequestsHoldIsBoundedAndGivenBack: 4 MiB of room, requests that keep their body
// until told to let go.
func TestWhatRequestsHoldIsBoundedAndGivenBack(t *testing.T) {
	s := newServer(Config{PlanSlots: 1, Logger: slog.New(slog.DiscardHandler)})
	s.holding = newHoldings(4<<20, s.metrics)
	read, letGo := make(chan bool), make(chan bool)
	site := s.holding.bound(s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if _, err := readBody(w, r, 8<<20); err != nil {
			return err
		}
		read <- true
		<-letGo
		return nil
	}))
	send := func(bytes int) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/", io.LimitReader(zeros{}, int64(bytes))))
		return answer
	}
	answered := make(chan int)
	start := func(bytes int) { go func() { answered <- send(bytes).Code }() }
	end := func() {
		letGo <- true
		if code := <-answered; code != http.StatusOK {
			t.Errorf("a request that was let in answers %d", code)
		}
	}
	start(3 << 20)
	<-read
	if got := send(3 << 20); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), "no memory for another") {
		t.Errorf("beyond the room: %d %s", got.Code, got.Body)
	}
	for range 20 { // small bodies need no room, large ones refused have left none taken
		start(heldFree)
		<-read
		end()
	}
	end()
	start(4<<20 - heldStep)
	<-read
	end()
	if got := metricValue(t, s, "meshplan_held_bytes"); got != "0" {
		t.Errorf("%s bytes are held by nobody", got)
	}
	if got := metricValue(t, s, "meshplan_held_refused_total"); got != "1" {
		t.Errorf("%s refusals were counted", got)
	}
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func metricValue(t *testing.T, s *server, name string) string {
	t.Helper()
	answer := httptest.NewRecorder()
	s.metrics.handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(answer.Body.String()) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("/metrics lacks %s", name)
	return ""
}
