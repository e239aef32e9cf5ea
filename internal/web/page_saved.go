package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/templates"
)

// savedRoutes are the pages of saved scenarios. What changes something is a POST whose
// edit key stands in the body, so that no key ends in an address, a log or a history.
func (s *server) savedRoutes(add func(method, path string, h handler)) {
	const one = "/s/{id}"
	add(http.MethodGet, one, s.getSaved)
	add(http.MethodGet, one+"/revisions/{n}", s.getSaved)
	add(http.MethodGet, one+"/differences", s.getDifferencesPage)
	add(http.MethodGet, one+"/score", s.getScore)
	add(http.MethodPost, one+"/comments", s.postCommentForm)
	add(http.MethodPost, one+"/comments/delete", s.postCommentDeletion)
	add(http.MethodPost, one+"/copy", s.postCopyForm)
	add(http.MethodPost, one+"/expiry", s.postExpiryForm)
	add(http.MethodPost, one+"/delete", s.postDeletion)
	add(http.MethodPost, one+"/review", s.postReview)
	add(http.MethodPost, one+"/revisions", s.postRevision)
	add(http.MethodGet, "/mine", s.getMine)
	add(http.MethodPost, "/mine/export", s.postMineExport)
}

// postSave saves the form's scenario and opens its page.
func (s *server) postSave(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readForm(w, r)
	if err != nil {
		return s.wrongPage(w, r, f, err)
	}
	expires, err := keptUntil(r.PostForm.Get(formKeepDays), time.Now())
	if err != nil {
		return err
	}
	saved, key, err := s.saveScenario(r.Context(), f.scenario, SaveRequest{Title: f.title, ExpiresAt: expires})
	if errors.Is(err, ErrStoreUnavailable) {
		return s.notSavedPage(w, r, f, err)
	}
	if err != nil {
		return err
	}
	s.openWithKey(w, r, saved.ID, key)
	return nil
}

func keptUntil(days string, now time.Time) (*time.Time, error) {
	if days == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 1 || n > 3650 {
		return nil, invalid(formKeepDays, days, "integer", "it is not a number of days", "Give a whole number from 1 to 3650, or nothing to keep it for ever")
	}
	until := now.UTC().AddDate(0, 0, n)
	return &until, nil
}

// notSavedPage is the planner as it was, with why nothing was saved: the work is not lost.
func (s *server) notSavedPage(w http.ResponseWriter, r *http.Request, f form, why error) error {
	p, err := s.plannerView(r, f)
	if err != nil {
		return err
	}
	problem := problemOf(why)
	s.log.ErrorContext(r.Context(), "not saved", "error", why)
	p.Site.Path, p.Site.Notice = "/", problem.Detail
	w.Header().Set("Retry-After", strconv.Itoa(problem.retryAfter))
	return s.sendPage(w, r, problem.Status, templates.PlannerPage(p))
}

// keyCookie carries the edit key from saving to the page that tells it, once: several
// replicas share no memory, and an address would keep it. It is never read as a right to
// do anything.
func (s *server) keyCookie(r *http.Request, value string, maxAge int) *http.Cookie {
	c := &http.Cookie{Name: "edit-key", Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if r.TLS != nil || strings.HasPrefix(s.config.BaseURL, "https://") {
		c.Name, c.Secure = "__Host-edit-key", true
	}
	return c
}

const keyCookieSeconds = 120

func (s *server) openWithKey(w http.ResponseWriter, r *http.Request, id, key string) {
	http.SetCookie(w, s.keyCookie(r, id+"."+key, keyCookieSeconds))
	w.Header().Set("Cache-Control", cacheNever)
	http.Redirect(w, r, "/s/"+id, http.StatusSeeOther)
}

// takeKey returns the key that the cookie carries for a scenario, and ends the cookie.
func (s *server) takeKey(w http.ResponseWriter, r *http.Request, id string) string {
	gone := s.keyCookie(r, "", -1)
	c, err := r.Cookie(gone.Name)
	if err != nil {
		return ""
	}
	of, key, ok := strings.Cut(c.Value, ".")
	if !ok || of != id {
		return ""
	}
	http.SetCookie(w, gone)
	return key
}

// getSaved answers /s/{id}: a revision, read only, planned with today's model beside the
// numbers as they were saved.
func (s *server) getSaved(w http.ResponseWriter, r *http.Request) error {
	private(w)
	revision, err := revisionOf(r)
	if err != nil {
		return err
	}
	saved, err := s.openScenario(r.Context(), chi.URLParam(r, "id"), revision)
	if err != nil {
		return err
	}
	scenario, err := model.DecodeJSON(saved.Document)
	if err != nil {
		return err
	}
	history, err := s.history(r, saved)
	if err != nil {
		return err
	}
	var then model.Plan
	history.UnreadableThen = json.Unmarshal(saved.Plan, &then) != nil || len(then.Results) == 0
	p, err := s.plannerView(r, form{scenario: scenario})
	if err != nil {
		if p, err = s.planThen(r, scenario, then, history, err); err != nil {
			return err
		}
	}
	p.Site.Path = "/s/"
	p.Saved = s.savedView(r, saved, history)
	if !history.UnreadableThen {
		p.Saved.Changed = differences(then, *p.Plan)
		p.Saved.Figures = otherFigures(then, *p.Plan)
		p.Saved.ModelToday, p.Saved.CatalogToday = p.Plan.ModelVersion, p.Plan.CatalogAsOf
	}
	if address := p.Address; address != "" && saved.Revision == saved.Revisions {
		history.EditAddress = address + editing{id: saved.ID, base: saved.Revisions}.suffix()
	}
	p.Saved.EditKey = s.takeKey(w, r, saved.ID)
	return s.sendSaved(w, r, templates.SavedPage(p), p.Saved.EditKey != "")
}

// otherFigures lists the figures and prices that a plan rested on and that are others
// today: why its numbers are not what they were, where it was not the model itself.
func otherFigures(then, now model.Plan) []templates.Difference {
	was := map[string]string{}
	for _, in := range then.Inputs {
		was[in.Name] = in.Value
	}
	var list []templates.Difference
	for _, in := range now.Inputs {
		if old, ok := was[in.Name]; ok && old != in.Value {
			list = append(list, templates.Difference{Field: in.Name, Then: old, Now: in.Value})
		}
	}
	return list
}

// private keeps pages of saved scenarios out of search engines.
func private(w http.ResponseWriter) { w.Header().Set("X-Robots-Tag", "noindex, nofollow") }

// sendSaved sends a page of a saved scenario; one that tells a key is kept nowhere.
func (s *server) sendSaved(w http.ResponseWriter, r *http.Request, page templ.Component, secret bool) error {
	if !secret {
		return s.sendPage(w, r, http.StatusOK, page)
	}
	body, err := renderPage(r.Context(), page)
	if err != nil {
		return err
	}
	return s.send(w, r, newAnswer(typeHTML, cacheNever, body))
}

// planThen shows the plan that was saved where today's model or catalog cannot make one:
// a node type may be sold no more, but the scenario still opens with its numbers.
func (s *server) planThen(r *http.Request, scenario model.Scenario, then model.Plan, history *templates.History, why error) (*templates.Planner, error) {
	problem := problemOf(why)
	if history.UnreadableThen || problem.Status >= http.StatusInternalServerError {
		return nil, why
	}
	site, err := s.site(r)
	if err != nil {
		return nil, err
	}
	history.NotToday = problem.Detail
	return &templates.Planner{
		Site: site, Scenario: scenario, Providers: s.catalog.Providers(), Presets: facts.Presets(),
		Plan: &then, Defaults: then.Inputs, Address: address(scenario),
	}, nil
}

const dateShown = "2 January 2006"

func (s *server) savedView(r *http.Request, saved Saved, history *templates.History) *templates.Saved {
	return &templates.Saved{
		ID: saved.ID, Title: saved.Title, Notes: saved.Notes, Revision: saved.Revision,
		CreatedAt: saved.CreatedAt.UTC().Format(dateShown), ModelVersion: saved.ModelVersion, CatalogAsOf: saved.CatalogAsOf,
		URL: s.scenarioURL(r, saved.ID), History: history,
	}
}

// history gathers what the page tells beside the numbers.
func (s *server) history(r *http.Request, saved Saved) (*templates.History, error) {
	ctx := r.Context()
	revisions, err := s.store.Revisions(ctx, saved.ID)
	if err != nil {
		return nil, err
	}
	comments, err := s.store.Comments(ctx, saved.ID, 0)
	if err != nil {
		return nil, err
	}
	h := &templates.History{Parent: saved.Parent, ParentRevision: saved.ParentRevision, Newest: saved.Revisions, ExpiresOn: dayOf(saved.ExpiresAt)}
	if saved.ImportedAt != nil {
		h.ImportedAt = saved.ImportedAt.UTC().Format(dateShown)
	}
	for _, one := range revisions {
		h.Revisions = append(h.Revisions, templates.SavedRevision{
			Revision: one.Revision, Comments: one.Comments, Title: one.Title, CreatedAt: one.CreatedAt.UTC().Format(dateShown),
			ModelVersion: one.ModelVersion, CatalogAsOf: one.CatalogAsOf,
		})
	}
	for _, c := range comments {
		h.Comments = append(h.Comments, templates.SavedComment{
			ID: c.ID, Author: c.Author, CreatedAt: c.CreatedAt.UTC().Format(dateShown), Revision: c.Revision, Lines: strings.Split(c.Text, "\n"),
		})
	}
	if saved.Revision > 1 {
		before, err := s.openScenario(ctx, saved.ID, saved.Revision-1)
		if err != nil {
			return nil, err
		}
		if h.Before, err = differencesView(before, saved); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func differencesView(a, b Saved) (*templates.Differences, error) {
	inputs, err := inputChanges(a, b)
	if err != nil {
		return nil, err
	}
	d := &templates.Differences{From: a.Revision, To: b.Revision, Inputs: inputs}
	for _, n := range numberChanges(a.Plan, b.Plan) {
		d.Numbers = append(d.Numbers, templates.Difference{Field: n.Field, Then: n.From, Now: n.To})
	}
	return d, nil
}

func (s *server) getDifferencesPage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	from, to, err := readSpan(r)
	if err != nil {
		return err
	}
	a, b, err := s.openSpan(r.Context(), chi.URLParam(r, "id"), from, to)
	if err != nil {
		return err
	}
	view, err := differencesView(a, b)
	if err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	site.Path = "/s/"
	return s.sendPage(w, r, http.StatusOK, templates.DifferencesPage(site, b.ID, b.Revisions, view))
}
