package web_test

import (
	"html"
	"strings"
	"testing"

	"meshplan/internal/model"
	"meshplan/internal/snippet"
)

// called calls every address of the snippets.
func (s *site) called(list []snippet.Snippet) int {
	s.t.Helper()
	n := 0
	for _, one := range list {
		for _, address := range one.URLs {
			if body := s.get(strings.TrimPrefix(address, s.server.URL)).body; body == "" || strings.Contains(body, "ERROR") {
				s.t.Errorf("%s: %s answers %q", one.ID, address, body)
			}
			n++
		}
	}
	return n
}

// wholly checks that a page shows every snippet as it is, and no other.
func (s *site) wholly(page string, list []snippet.Snippet) {
	s.t.Helper()
	got := s.get(page)
	plain := html.UnescapeString(got.body)
	for _, one := range list {
		if !strings.Contains(plain, ">"+one.Text+"</code>") {
			s.t.Errorf("%s does not show %s:\n%.300s", page, one.ID, one.Text)
		}
	}
	if shown := strings.Count(got.body, "data-copy="); shown != len(list) {
		s.t.Errorf("%s shows %d snippets, want %d", page, shown, len(list))
	}
}

func TestEveryAddressOnTheSpreadsheetsPageAnswers(t *testing.T) {
	s := newSite(t)
	called := 0
	for i, example := range append(model.Examples(), model.Example{}) {
		list := snippet.All(s.server.URL, example.Scenario, "")
		called += s.called(list)
		if query := model.EncodeQuery(example.Scenario); query != "" {
			s.wholly("/spreadsheets?"+query, list)
		}
		if i == 0 {
			s.wholly("/spreadsheets", list)
		}
	}
	if called < 40 {
		t.Errorf("only %d addresses", called)
	}
}

func TestASavedScenarioTooLongForAnAddressHasFormulasByItsID(t *testing.T) {
	s := newSite(t)
	long := model.Scenario{}
	for range 100 {
		long.Workloads = append(long.Workloads, model.Workload{Namespace: "shop", Name: "a-service-with-a-name", Replicas: 3, PodCPUMillicores: 250, PodMemoryMiB: 512})
	}
	saved := s.save(string(model.EncodeJSON(long)))
	list := snippet.All(s.server.URL, long, saved.ID)
	s.called(list)
	s.wholly("/spreadsheets?scenario="+saved.ID, list)
	page := html.UnescapeString(s.get("/s/" + saved.ID).body)
	for _, link := range []string{"/spreadsheets", "/api/v1/plan.xlsx", "/api/v1/plan.csv", "/api/v1/plan"} {
		link += "?scenario=" + saved.ID
		if !strings.Contains(page, `href="`+link+`"`) {
			t.Errorf("the page of the scenario does not link to %s", link)
		}
		s.get(link)
	}
}
