package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
)

// SavedScenario is a saved revision as the API shows it.
type SavedScenario struct {
	ID             string          `json:"id"`
	Revision       int64           `json:"revision" doc:"number of this revision, 1 is the first"`
	Revisions      int64           `json:"revisions" doc:"number of the newest revision"`
	Title          string          `json:"title"`
	Notes          string          `json:"notes,omitempty"`
	URL            string          `json:"url,omitempty" doc:"page to share"`
	EditKey        string          `json:"edit_key,omitempty" doc:"needed to change or delete it; told only once"`
	Scenario       json.RawMessage `json:"scenario" doc:"the document that was saved"`
	Plan           json.RawMessage `json:"plan,omitempty" doc:"the plan as it was when saved"`
	ModelVersion   string          `json:"model_version" doc:"that made the plan"`
	CatalogAsOf    string          `json:"catalog_as_of" doc:"date of the prices in the plan"`
	Digest         string          `json:"digest" doc:"SHA-256 of document and plan"`
	Parent         string          `json:"parent,omitempty" doc:"id of the scenario this is a copy of"`
	ParentRevision int64           `json:"parent_revision,omitempty"`
	CreatedAt      time.Time       `json:"created_at" doc:"when this revision was saved"`
	ImportedAt     *time.Time      `json:"imported_at,omitempty" doc:"when a file brought it here: what is older is the file's claim"`
	ExpiresAt      *time.Time      `json:"expires_at,omitempty"`
}

// SaveRequest is what is saved. A bare scenario document is understood too.
type SaveRequest struct {
	Scenario       json.RawMessage `json:"scenario"`
	Title          string          `json:"title,omitempty" doc:"else the scenario's own title"`
	Notes          string          `json:"notes,omitempty"`
	Parent         string          `json:"parent,omitempty" doc:"id of the scenario this is a copy of"`
	ParentRevision int64           `json:"parent_revision,omitempty" doc:"which revision of it; absent: the newest"`
	Revision       int64           `json:"revision,omitempty" doc:"PUT: the revision this change was made from"`
	ExpiresAt      *time.Time      `json:"expires_at,omitempty" doc:"when to forget it; absent: never, or as before on PUT"`
}

// RevisionsAnswer lists revisions, the newest first.
type RevisionsAnswer struct {
	Revisions []Revision `json:"revisions"`
}

func describeSaved(saved Saved) SavedScenario {
	return SavedScenario{
		ID: saved.ID, Revision: saved.Revision, Revisions: saved.Revisions, Title: saved.Title, Notes: saved.Notes,
		Scenario: saved.Document, ModelVersion: saved.ModelVersion, CatalogAsOf: saved.CatalogAsOf, Digest: saved.Digest,
		Parent: saved.Parent, ParentRevision: saved.ParentRevision, CreatedAt: saved.CreatedAt, ImportedAt: saved.ImportedAt, ExpiresAt: saved.ExpiresAt,
	}
}

// scenarioURL is the page of a saved scenario.
func (s *server) scenarioURL(r *http.Request, id string) string { return s.baseURL(r) + "/s/" + id }

// openScenario reads a saved revision, the newest for 0.
func (s *server) openScenario(ctx context.Context, id string, revision int64) (Saved, error) {
	if s.store == nil {
		return Saved{}, &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning + " " + kindNoSaving.Cure}
	}
	saved, err := s.store.Get(ctx, id, revision)
	if err != nil {
		return Saved{}, err
	}
	return saved, hold(ctx, int64(len(saved.Document)+len(saved.Plan)), 0)
}

// draft plans a scenario and makes it ready to save.
func (s *server) draft(ctx context.Context, scenario model.Scenario, request SaveRequest) (Draft, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return Draft{}, err
	}
	planned, err := json.Marshal(plan)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{
		Title: request.Title, Notes: request.Notes, Document: model.EncodeJSON(scenario), Plan: planned,
		ModelVersion: plan.ModelVersion, CatalogAsOf: plan.CatalogAsOf, Parent: request.Parent, ParentRevision: request.ParentRevision,
		ExpiresAt: request.ExpiresAt, Owner: userOf(ctx),
	}
	if d.Title == "" {
		d.Title = scenario.Title
	}
	return d, nil
}

// saveScenario saves a new scenario and returns it with its edit key.
func (s *server) saveScenario(ctx context.Context, scenario model.Scenario, request SaveRequest) (Saved, string, error) {
	if s.store == nil {
		return Saved{}, "", &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning + " " + kindNoSaving.Cure}
	}
	d, err := s.draft(ctx, scenario, request)
	if err != nil {
		return Saved{}, "", err
	}
	return s.store.Create(ctx, d)
}

func (s *server) createScenario(w http.ResponseWriter, r *http.Request) error {
	scenario, request, err := readSave(w, r)
	if err != nil {
		return err
	}
	saved, key, err := s.saveScenario(r.Context(), scenario, request)
	if err != nil {
		return err
	}
	shown := describeSaved(saved)
	shown.URL, shown.EditKey, shown.Plan = s.scenarioURL(r, saved.ID), key, saved.Plan
	w.Header().Set("Location", "/api/v1/scenarios/"+saved.ID)
	return s.sendJSON(w, r, http.StatusCreated, shown)
}

func (s *server) getScenario(w http.ResponseWriter, r *http.Request) error {
	revision, err := revisionOf(r)
	if err != nil {
		return err
	}
	saved, err := s.openScenario(r.Context(), chi.URLParam(r, "id"), revision)
	if err != nil {
		return err
	}
	shown := describeSaved(saved)
	shown.URL, shown.Plan = s.scenarioURL(r, saved.ID), saved.Plan
	a, err := jsonAnswer(cacheCheck, shown)
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

// revisionOf is the revision that the address names, 0 when it names none.
func revisionOf(r *http.Request) (int64, error) {
	text := chi.URLParam(r, "n")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, notFound("revision: " + shorten(text) + " is not the number of a revision. The first is 1")
	}
	return n, nil
}

func (s *server) getRevisions(w http.ResponseWriter, r *http.Request) error {
	if s.store == nil {
		return &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning}
	}
	revisions, err := s.store.Revisions(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	a, err := jsonAnswer(cacheCheck, RevisionsAnswer{revisions})
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

func (s *server) putScenario(w http.ResponseWriter, r *http.Request) error {
	if s.store == nil {
		return &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning}
	}
	scenario, request, err := readSave(w, r)
	if err != nil {
		return err
	}
	if request.Revision < 1 {
		return invalid("revision", strconv.FormatInt(request.Revision, 10), "required", "the revision this change was made from is missing",
			"Give it in the body beside scenario, or as ?revision=, so that nobody's work is overwritten")
	}
	d, err := s.draft(r.Context(), scenario, request)
	if err != nil {
		return err
	}
	saved, err := s.store.Update(r.Context(), chi.URLParam(r, "id"), editKey(r), request.Revision, d)
	if err != nil {
		return err
	}
	shown := describeSaved(saved)
	shown.URL, shown.Plan = s.scenarioURL(r, saved.ID), saved.Plan
	return s.sendJSON(w, r, http.StatusOK, shown)
}

func (s *server) deleteScenario(w http.ResponseWriter, r *http.Request) error {
	if s.store == nil {
		return &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning}
	}
	if err := s.store.Delete(r.Context(), chi.URLParam(r, "id"), editKey(r)); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheNever)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// editKey is the capability to change a scenario, from either header.
func editKey(r *http.Request) string {
	if scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(key)
	}
	return r.Header.Get("X-Edit-Key")
}

// readSave decodes the body of a save: a [SaveRequest] or a bare scenario document.
func readSave(w http.ResponseWriter, r *http.Request) (model.Scenario, SaveRequest, error) {
	body, err := readBody(w, r, maxScenarioBytes)
	if err != nil {
		return model.Scenario{}, SaveRequest{}, err
	}
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return model.Scenario{}, SaveRequest{}, err
	}
	request := SaveRequest{Scenario: body}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) == nil && members["scenario"] != nil {
		request, err = decodeStrictly[SaveRequest](body, `{"scenario": {…}, "title": "…", "notes": "…"} or the scenario alone`)
		if err != nil {
			return model.Scenario{}, SaveRequest{}, err
		}
	}
	for name := range values {
		if name != "revision" {
			return model.Scenario{}, SaveRequest{}, invalid(named(name, "query"), values.Get(name), "unknown_name",
				"there is no parameter called "+strconv.Quote(shorten(name))+" here", "Put it into the body, or leave it out")
		}
		n, err := strconv.ParseInt(values.Get(name), 10, 64)
		if err != nil || n < 1 {
			return model.Scenario{}, SaveRequest{}, invalid(name, values.Get(name), "integer", "it is not the number of a revision", "Give a whole number from 1")
		}
		request.Revision = n
	}
	scenario, err := model.DecodeJSON(request.Scenario)
	return scenario, request, err
}

// sendJSON writes an answer that is not kept anywhere.
func (s *server) sendJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Type", typeJSON)
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	if _, err := w.Write(append(body, '\n')); err != nil {
		s.log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}
