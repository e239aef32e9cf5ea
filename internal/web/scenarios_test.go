package web_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"meshplan/internal/store"
	"meshplan/internal/web"
	"meshplan/internal/webstore"
)

type saved struct {
	ID, URL, Title, Notes string
	EditKey               string `json:"edit_key"`
	Revision, Revisions   int64
	Scenario, Plan        json.RawMessage
	Parent                string
}

const shop = `{"title":"Shop","quick":{"services":12,"pods_per_service":2}}`

func (s *site) save(body string) saved {
	s.t.Helper()
	got := s.do(http.MethodPost, "/api/v1/scenarios", body)
	if got.status != http.StatusCreated {
		s.t.Fatalf("status %d: %s", got.status, got.body)
	}
	one := decode[saved](s.t, got.body)
	if got.header.Get("Location") != "/api/v1/scenarios/"+one.ID || one.EditKey == "" || one.URL != s.server.URL+"/s/"+one.ID {
		s.t.Fatalf("Location %s, %+v", got.header.Get("Location"), one)
	}
	return one
}

func TestASavedScenarioOpensWithTheSameNumbersInANewProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	open := func() *site {
		kept, err := store.Open(context.Background(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = kept.Close() })
		return newSite(t, func(c *web.Config) { c.Store = webstore.New(kept) })
	}
	first := open()
	one := first.save(shop)
	want := first.get("/api/v1/plan?services=12&pods_per_service=2").body

	second := open()
	if got := second.get("/api/v1/plan?scenario=" + one.ID).body; got != want {
		t.Error("the plan of the saved scenario has other bytes")
	}
	opened := decode[saved](t, second.get("/api/v1/scenarios/"+one.ID).body)
	if string(opened.Plan)+"\n" != want || opened.Title != "Shop" || opened.EditKey != "" {
		t.Errorf("opened: title %q, edit key %q, same plan %v", opened.Title, opened.EditKey, string(opened.Plan)+"\n" == want)
	}
	more := second.get("/api/v1/value/services?scenario=" + one.ID + "&services=40").body
	if more != "40" {
		t.Errorf("overridden services: %s", more)
	}
}

func TestOnlyTheEditKeyChangesOrDeletes(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	address := "/api/v1/scenarios/" + one.ID
	for _, headers := range [][]string{nil, {"X-Edit-Key", "guess"}, {"Authorization", "Bearer guess"}, {"Authorization", "Basic " + one.EditKey}} {
		if got := s.do(http.MethodPut, address+"?revision=1", shop, headers...); got.status != http.StatusForbidden {
			t.Errorf("PUT with %v: %d", headers, got.status)
		}
		if got := s.do(http.MethodDelete, address, "", headers...); got.status != http.StatusForbidden {
			t.Errorf("DELETE with %v: %d", headers, got.status)
		}
	}
	changed := s.do(http.MethodPut, address, `{"revision":1,"notes":"more","scenario":{"quick":{"services":13}}}`, "Authorization", "Bearer "+one.EditKey)
	if changed.status != http.StatusOK || decode[saved](t, changed.body).Revision != 2 {
		t.Fatalf("PUT: %d %s", changed.status, changed.body)
	}
	first := decode[saved](t, s.get(address+"/revisions/1").body)
	if first.Revision != 1 || string(first.Scenario) != string(one.Scenario) {
		t.Errorf("revision 1 is now %+v", first)
	}
	list := decode[struct{ Revisions []struct{ Revision int64 } }](t, s.get(address+"/revisions").body)
	if len(list.Revisions) != 2 || list.Revisions[0].Revision != 2 {
		t.Errorf("revisions %+v", list)
	}
	if got := s.do(http.MethodDelete, address, "", "X-Edit-Key", one.EditKey); got.status != http.StatusNoContent {
		t.Errorf("DELETE: %d %s", got.status, got.body)
	}
	if got := s.do(http.MethodGet, address, ""); got.status != http.StatusNotFound {
		t.Errorf("after DELETE: %d", got.status)
	}
}

func TestWhoSavesSecondGetsBothVersions(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	put := func(services string) reply {
		return s.do(http.MethodPut, "/api/v1/scenarios/"+one.ID+"?revision=1", `{"quick":{"services":`+services+`}}`, "X-Edit-Key", one.EditKey)
	}
	put("20")
	got := put("30")
	if got.status != http.StatusConflict {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	both := decode[struct{ Conflict struct{ Base, Current saved } }](t, got.body).Conflict
	if both.Base.Revision != 1 || both.Current.Revision != 2 ||
		!strings.Contains(string(both.Base.Scenario), `"services":12`) || !strings.Contains(string(both.Current.Scenario), `"services":20`) {
		t.Errorf("conflict %+v", both)
	}
}

func TestACopyRemembersWhereItCameFrom(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	two := s.save(`{"scenario":` + shop + `,"title":"Mine","parent":"` + one.ID + `"}`)
	if two.Parent != one.ID || two.Title != "Mine" || two.ID == one.ID {
		t.Errorf("copy %+v", two)
	}
}

func TestWhenTheDatabaseIsAwayPlanningGoesOn(t *testing.T) {
	kept, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "away.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *web.Config) { c.Store = webstore.New(kept) })
	one := s.save(shop)
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{"GET", "/api/v1/scenarios/" + one.ID}, {"POST", "/api/v1/scenarios"}, {"GET", "/api/v1/plan?scenario=" + one.ID}, {"GET", "/readyz"}} {
		if got := s.do(c[0], c[1], shop); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
			t.Errorf("%s %s: status %d, Retry-After %q", c[0], c[1], got.status, got.header.Get("Retry-After"))
		}
	}
	s.get("/api/v1/plan?services=12")
	s.get("/healthz")
}

func TestAnAccessLogHoldsNeitherScenariosNorTheirIDs(t *testing.T) {
	var log strings.Builder
	s := newSite(t, func(c *web.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	one := s.save(`{"title":"Secret","quick":{"services":17}}`)
	s.get("/api/v1/plan?scenario=" + one.ID + "&workloads=secretcart,D,2,100,100")
	s.get("/api/v1/scenarios/" + one.ID)
	s.server.Close()
	for _, secret := range []string{one.ID, one.EditKey, "Secret", "secretcart"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if !strings.Contains(log.String(), "route=/api/v1/scenarios/{id}") {
		t.Errorf("the log lacks the route: %s", log.String())
	}
}
