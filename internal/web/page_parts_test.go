package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
	"meshplan/templates"
)

// The page with every analysis is never empty: with all slots of analyses taken by others,
// those that need one say so in their place, and those that need none stand.
func TestAnalysesThatRunOutOfTimeSaySoInTheirPlace(t *testing.T) {
	prices, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(Config{
		Catalog: prices, Logger: slog.New(slog.DiscardHandler), Version: "test",
		PlanSlots: 1, CacheBytes: 64 << 20, Timeout: 500 * time.Millisecond,
	})
	services := int64(5)
	scenario := model.Scenario{}
	scenario.Quick.Services = &services
	for _, name := range []string{"presets", "used"} { // now in the cache, whatever the machine is busy with
		if _, err := parts[name](s, context.Background(), scenario, nil); err != nil {
			t.Fatal(err)
		}
	}
	busy, release := occupied(t)
	defer release()
	s.planner.slow = busy

	recorder := httptest.NewRecorder()
	s.handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/analyses?services=5", nil))
	if recorder.Code != http.StatusOK {
		t.Fatalf("status %d: %.300s", recorder.Code, recorder.Body)
	}
	for _, one := range templates.Parts() {
		_, from, ok := strings.Cut(recorder.Body.String(), `id="part-`+one.Name+`"`)
		if !ok {
			t.Errorf("%s has no place", one.Name)
			continue
		}
		place, _, _ := strings.Cut(from, "</section>")
		needsNoSlot := one.Name == "presets" || one.Name == "used"
		if stands := !strings.Contains(place, "Not worked out in the time"); stands != needsNoSlot {
			t.Errorf("%s stands: %t in %.300s", one.Name, stands, place)
		}
	}
}
