package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"meshplan/internal/web"
)

func (s *site) want(status int, method, path, body string, headers ...string) string {
	s.t.Helper()
	got := s.do(method, path, body, headers...)
	if got.status != status {
		s.t.Fatalf("%s %s: status %d, want %d: %.400s", method, path, got.status, status, got.body)
	}
	return got.body
}

func TestWhoHasTheLinkCommentsAndOnlyTheKeyRemovesAComment(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	at := "/api/v1/scenarios/" + one.ID
	first := decode[web.Comment](t, s.want(201, "POST", at+"/revisions/1/comments", `{"author":"Ada","comment":"Why two pods?"}`))
	s.want(200, "PUT", at, `{"revision":1,"scenario":{"quick":{"services":13}}}`, "X-Edit-Key", one.EditKey)
	s.want(201, "POST", at+"/revisions/2/comments", `{"comment":"Now one more"}`)
	all := decode[web.CommentsAnswer](t, s.want(200, "GET", at+"/comments", "")).Comments
	if len(all) != 2 || all[0].Text != "Why two pods?" || all[0].Author != "Ada" || all[0].Revision != 1 || all[1].Revision != 2 {
		t.Errorf("comments %+v", all)
	}
	if of := decode[web.CommentsAnswer](t, s.want(200, "GET", at+"/revisions/2/comments", "")).Comments; len(of) != 1 || of[0].Text != "Now one more" {
		t.Errorf("of revision 2: %+v", of)
	}
	if list := decode[web.RevisionsAnswer](t, s.want(200, "GET", at+"/revisions", "")).Revisions; list[0].Comments != 1 || list[1].Comments != 1 {
		t.Errorf("counted %+v", list)
	}
	s.want(403, "DELETE", at+"/comments/"+first.ID, "")
	s.want(403, "DELETE", at+"/comments/"+first.ID, "", "X-Edit-Key", "guess")
	s.want(204, "DELETE", at+"/comments/"+first.ID, "", "X-Edit-Key", one.EditKey)
	s.want(404, "DELETE", at+"/comments/"+first.ID, "", "X-Edit-Key", one.EditKey)
}

func TestAnExpiryIsSetAtSavingAndLaterAndLifted(t *testing.T) {
	s := newSite(t)
	soon := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	one := s.save(`{"scenario":` + shop + `,"expires_at":"` + soon + `"}`)
	at := "/api/v1/scenarios/" + one.ID
	expires := func() string {
		if e := decode[web.SavedScenario](t, s.want(200, "GET", at, "")).ExpiresAt; e != nil {
			return e.UTC().Format(time.RFC3339)
		}
		return "never"
	}
	if got := expires(); got != soon {
		t.Errorf("saved to expire at %s, told %s", soon, got)
	}
	s.want(403, "PUT", at+"/expiry", `{"expires_at":null}`, "X-Edit-Key", "guess")
	s.want(204, "PUT", at+"/expiry", `{"expires_at":null}`, "X-Edit-Key", one.EditKey)
	if got := expires(); got != "never" {
		t.Errorf("lifted, told %s", got)
	}
	s.want(400, "PUT", at+"/expiry", `{"expires_at":"2001-01-01T00:00:00Z"}`, "X-Edit-Key", one.EditKey)
	s.want(204, "PUT", at+"/expiry", `{"expires_at":"`+time.Now().Add(1100*time.Millisecond).UTC().Format(time.RFC3339Nano)+`"}`, "X-Edit-Key", one.EditKey)
	for range 200 {
		if s.do("GET", at, "").status == http.StatusNotFound {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("an expired scenario opens")
}

func TestACopyOfARevisionKeepsItsBytesAndNamesItsParent(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	at := "/api/v1/scenarios/" + one.ID
	s.want(200, "PUT", at, `{"revision":1,"scenario":{"quick":{"services":13}}}`, "X-Edit-Key", one.EditKey)
	two := decode[web.SavedScenario](t, s.want(201, "POST", at+"/copies", `{"revision":1,"title":"Mine"}`))
	if two.Parent != one.ID || two.ParentRevision != 1 || two.Title != "Mine" || two.EditKey == "" || two.EditKey == one.EditKey ||
		string(two.Scenario) != string(one.Scenario) || string(two.Plan) != string(one.Plan) {
		t.Errorf("the copy is %+v", two)
	}
	s.want(403, "DELETE", "/api/v1/scenarios/"+two.ID, "", "X-Edit-Key", one.EditKey)
	s.want(404, "POST", at+"/copies", `{"revision":7}`)
}

func TestTheHistoryTellsWhichInputsAndNumbersChanged(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	at := "/api/v1/scenarios/" + one.ID
	s.want(200, "PUT", at, `{"revision":1,"scenario":{"title":"Shop","quick":{"services":13,"pods_per_service":2}}}`, "X-Edit-Key", one.EditKey)
	s.want(200, "PUT", at, `{"revision":2,"notes":"more","scenario":{"title":"Shop","quick":{"services":13,"pods_per_service":2}}}`, "X-Edit-Key", one.EditKey)
	between := func(query string) web.RevisionDifference {
		return decode[web.RevisionDifference](t, s.want(200, "GET", at+"/differences"+query, ""))
	}
	d := between("?from=1&to=2")
	if len(d.Inputs) != 1 || d.Inputs[0].Name != "services" || d.Inputs[0].From != "12" || d.Inputs[0].To != "13" {
		t.Errorf("inputs %+v", d.Inputs)
	}
	found := false
	for _, n := range d.Numbers {
		found = found || (n.Field == "services" && n.From == "12" && n.To == "13")
	}
	if !found || d.From.Revision != 1 || d.To.Revision != 2 {
		t.Errorf("from %d to %d, numbers %+v", d.From.Revision, d.To.Revision, d.Numbers)
	}
	if d := between(""); d.From.Revision != 2 || d.To.Revision != 3 || len(d.Numbers) != 0 || len(d.Inputs) != 1 || d.Inputs[0].Name != "notes" {
		t.Errorf("the newest change is %+v", d)
	}
	s.want(400, "GET", at+"/differences?from=zero", "")
	s.want(404, "GET", at+"/differences?from=9", "")
}

func TestScenariosTravelAsOneFileUnderNewIDsAndKeys(t *testing.T) {
	from, to := newSite(t), newSite(t)
	one := from.save(shop)
	two := decode[web.SavedScenario](t, from.want(201, "POST", "/api/v1/scenarios/"+one.ID+"/copies", `{"title":"Copy"}`))
	from.want(201, "POST", "/api/v1/scenarios/"+one.ID+"/revisions/1/comments", `{"comment":"kept"}`)
	file := from.want(200, "POST", "/api/v1/scenarios/export", `{"ids":["`+one.ID+`","`+two.URL+`"]}`)
	if strings.Contains(file, one.EditKey) {
		t.Fatal("the file holds an edit key")
	}
	answer := decode[web.ImportedAnswer](t, to.want(201, "POST", "/api/v1/scenarios/import", file))
	if len(answer.Scenarios) != 2 || answer.Scenarios[0].ID == one.ID || answer.Scenarios[0].OldID != one.ID {
		t.Fatalf("imported %+v", answer)
	}
	opened := decode[web.SavedScenario](t, to.want(200, "GET", "/api/v1/scenarios/"+answer.Scenarios[0].ID, ""))
	if string(opened.Scenario) != string(one.Scenario) || string(opened.Plan) != string(one.Plan) || opened.ImportedAt == nil {
		t.Errorf("imported as %+v", opened)
	}
	child := decode[web.SavedScenario](t, to.want(200, "GET", "/api/v1/scenarios/"+answer.Scenarios[1].ID, ""))
	if child.Parent != answer.Scenarios[0].ID {
		t.Errorf("the copy's parent is %s, want %s", child.Parent, answer.Scenarios[0].ID)
	}
	if c := decode[web.CommentsAnswer](t, to.want(200, "GET", "/api/v1/scenarios/"+opened.ID+"/comments", "")).Comments; len(c) != 1 || c[0].Text != "kept" {
		t.Errorf("comments %+v", c)
	}
	to.want(204, "DELETE", "/api/v1/scenarios/"+opened.ID, "", "X-Edit-Key", answer.Scenarios[0].EditKey)
}

func TestAFileWithAnythingButScenariosIsRefusedWhole(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	file := s.want(200, "POST", "/api/v1/scenarios/export", `{"ids":["`+one.ID+`"]}`)
	for name, c := range map[string]struct{ file, field string }{
		"no JSON":            {"services=5", "bundle"},
		"another format":     {strings.Replace(file, "meshplan-scenarios", "other", 1), "format"},
		"a later version":    {strings.Replace(file, `"version":1`, `"version":9`, 1), "version"},
		"an unknown input":   {strings.Replace(file, `\"services\":12`, `\"servces\":12`, 1), "scenarios[0].revisions[0].document: quick.servces"},
		"out of range":       {strings.Replace(file, `\"services\":12`, `\"services\":-12`, 1), "scenarios[0].revisions[0].document: services"},
		"a plan that is not": {strings.Replace(file, `"plan":"{`, `"plan":"[{`, 1), "scenarios[0].revisions[0].plan"},
		"an id out of range": {strings.Replace(file, one.ID, "../../etc", 1), "scenarios[0].id"},
	} {
		if c.file == file {
			t.Fatalf("%s: nothing was replaced", name)
		}
		p := decode[problem](t, s.want(400, "POST", "/api/v1/scenarios/import", c.file))
		if len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Fix == "" {
			t.Errorf("%s: %+v, want %s", name, p.Errors, c.field)
		}
	}
}
