package web

import (
	"net/http"
	"strings"

	"meshplan/internal/model"
	"meshplan/internal/web/workbook"
)

const typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// getWorkbook answers GET /api/v1/plan.xlsx: the plan as a workbook that stays alive.
func (s *server) getWorkbook(w http.ResponseWriter, r *http.Request) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	q, _, err := s.readQuery(r)
	if err != nil {
		return err
	}
	return s.sendWorkbook(w, r, q, values.Get(nameScenario))
}

// postWorkbook is the same for a scenario document as the body.
func (s *server) postWorkbook(w http.ResponseWriter, r *http.Request) error {
	q, _, err := s.readPosted(w, r)
	if err != nil {
		return err
	}
	return s.sendWorkbook(w, r, q, "")
}

func (s *server) sendWorkbook(w http.ResponseWriter, r *http.Request, q query, savedID string) error {
	if len(q.ranges) > 0 {
		return invalid(q.ranges[0].name, "", "conflict", "a workbook holds one scenario, and "+q.ranges[0].name+" has several values", "Give it one value")
	}
	if len(q.layout.fields) > 0 {
		return invalid(nameFields, strings.Join(q.layout.fields, ","), "conflict", "a workbook holds every column", "Leave fields out, or use plan.csv")
	}
	plan, err := s.planner.plan(r.Context(), q.scenario)
	if err != nil {
		return err
	}
	body, err := workbook.Write(workbook.Book{Scenario: q.scenario, Plan: plan, BaseURL: s.baseURL(r), SavedID: savedID})
	if err != nil {
		return err
	}
	a := newAnswer(typeXLSX, cacheFor(q, plan), body)
	a.filename = filename(q.scenario) + ".xlsx"
	return s.send(w, r, a)
}

// filename is the scenario's title as part of a file's name.
func filename(s model.Scenario) string {
	const most = 60
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			return c
		case c == ' ', c == '-', c == '_':
			return '-'
		}
		return -1
	}, s.Title)
	name = strings.ToLower(strings.Trim(name, "-"))
	if name == "" {
		return "meshplan"
	}
	return "meshplan-" + name[:min(len(name), most)]
}
