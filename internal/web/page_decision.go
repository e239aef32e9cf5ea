package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
	"meshplan/internal/takeaway"
	"meshplan/templates"
)

// decisionPages adds the pages of the decision. They take a scenario in the query, or a
// posted form when it is too long for an address.
func (s *server) decisionPages(r chi.Router) {
	for path, h := range map[string]handler{"/decision": s.getDecisionPage, "/record": s.getRecord, "/files/{name}": s.getPageFile} {
		r.Get(path, s.handle(h))
		r.Post(path, s.handle(h))
	}
	r.Post("/decision/order", s.handle(s.postOrder))
	r.Get("/checks", s.handle(s.getChecksPage))
	r.Post("/checks", s.handle(s.postChecksPage))
}

// decisionParts follow the plan like the analyses in parts.
func decisionParts() map[string]partMaker {
	return map[string]partMaker{
		"money": (*server).moneyPart, "rollout": (*server).rolloutPart, "versions": (*server).versionsPart,
		"failures": (*server).failuresPart, "before": (*server).beforePart, "use": (*server).usePart,
		"network": (*server).networkPart, "claims": (*server).claimsPart, "files": (*server).filesPart,
	}
}

// asksFor reads the scenario that a page is asked for.
func (s *server) asksFor(w http.ResponseWriter, r *http.Request) (model.Scenario, error) {
	if r.Method == http.MethodPost {
		f, err := s.readForm(w, r)
		return f.scenario, err
	}
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return model.Scenario{}, err
	}
	f, err := s.decodeForm(values)
	return f.scenario, err
}

// getDecisionPage is the page with every part of the decision.
func (s *server) getDecisionPage(w http.ResponseWriter, r *http.Request) error {
	scenario, err := s.asksFor(w, r)
	if err != nil {
		return err
	}
	return s.decisionPage(w, r, scenario)
}

func (s *server) decisionPage(w http.ResponseWriter, r *http.Request, scenario model.Scenario) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	view := templates.Analyses{Address: address(scenario)}
	if view.Fields, err = url.ParseQuery(model.EncodeQuery(scenario)); err != nil {
		return err
	}
	for _, one := range templates.DecisionParts() {
		body, err := decisionParts()[one.Name](s, r.Context(), scenario, nil)
		if err != nil {
			return err
		}
		view.Parts = append(view.Parts, templates.WorkedPart{SlowPart: one, Body: body})
	}
	return s.sendPage(w, r, http.StatusOK, templates.DecisionPage(site, view))
}

// getRecord is the decision record as a page to print.
func (s *server) getRecord(w http.ResponseWriter, r *http.Request) error {
	scenario, err := s.asksFor(w, r)
	if err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	of := subject{scenario: scenario}
	in, _, err := s.recordInput(r.Context(), of, site.BaseURL)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.RecordPage(site, templates.PrintedRecord{
		Record: takeaway.NewRecord(in), Address: address(scenario), File: filePath("decision-record.md", of),
	}))
}

// getPageFile sends a file for the form that the planner is.
func (s *server) getPageFile(w http.ResponseWriter, r *http.Request) error {
	scenario, err := s.asksFor(w, r)
	if err != nil {
		return err
	}
	return s.sendFileOf(w, r, subject{scenario: scenario}, false)
}

func (s *server) moneyPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	a, _, err := s.money(ctx, subject{scenario: scenario, watch: w})
	return templates.MoneyPart(templates.Money{Study: a.Study, Accounts: a.Accounts, Services: plan.Application.Services}), err
}

func (s *server) rolloutPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	a, _, err := s.rollout(ctx, subject{scenario: scenario, watch: w})
	return templates.RolloutPart(templates.Road{Rollout: a.Rollout}), err
}

func (s *server) versionsPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	a, _, err := s.advice(ctx, subject{scenario: scenario})
	return templates.VersionsPart(a.Versions), err
}

func (s *server) failuresPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	a, _, err := s.advice(ctx, subject{scenario: scenario})
	return templates.FailuresPart(templates.Failures{Pattern: a.Pattern, Modes: a.FailureModes, Diagnosis: a.UpstreamError}), err
}

func (s *server) beforePart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	a, _, err := s.advice(ctx, subject{scenario: scenario})
	return templates.BeforePart(templates.Readiness{Checks: a.Before, Duties: a.Duties, Paste: checksAddress(scenario)}), err
}

// checksAddress is where manifests can be pasted for a scenario; "" when it is too long
// for an address.
func checksAddress(scenario model.Scenario) string {
	if query := model.EncodeQuery(scenario); len(query) <= maxQueryColumn {
		return "/checks?" + query
	}
	return ""
}

func (s *server) usePart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	return templates.UsePart(plan), nil
}

func (s *server) networkPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	return templates.NetworkPart(plan), nil
}

func (s *server) claimsPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	a, _, err := s.claims(ctx, subject{scenario: scenario})
	return templates.ClaimsPart(a.Claims), err
}

func (s *server) filesPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	a, _, err := s.fileList(ctx, subject{scenario: scenario})
	view := templates.TakeAway{}
	if query, fits := model.EncodeQueryWithin(scenario, maxQueryColumn); fits {
		view.Record = "/record?" + query
	}
	for _, f := range a.Files {
		view.Files = append(view.Files, templates.TakeAwayFile{Name: f.Name, Title: f.Title, Path: f.Path})
	}
	return templates.FilesPart(view), err
}
