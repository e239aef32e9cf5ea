package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
)

// CommentsAnswer lists comments, the oldest first.
type CommentsAnswer struct {
	Comments []Comment `json:"comments"`
}

// CommentRequest is a comment to write.
type CommentRequest struct {
	Author string `json:"author,omitempty" doc:"whatever name the author goes by"`
	Text   string `json:"comment"`
}

// ExpiryRequest says when to forget a scenario.
type ExpiryRequest struct {
	ExpiresAt *time.Time `json:"expires_at" nullable:"true" doc:"null: never"`
}

// CopyRequest says what is another in a copy.
type CopyRequest struct {
	Revision  int64      `json:"revision,omitempty" doc:"which revision to copy; absent: the newest"`
	Title     string     `json:"title,omitempty" doc:"absent: the title of the original"`
	Notes     string     `json:"notes,omitempty" doc:"absent: the notes of the original"`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"when to forget the copy; absent: never"`
}

// RevisionDifference says what changed from one revision to another.
type RevisionDifference struct {
	From    Revision       `json:"from"`
	To      Revision       `json:"to"`
	Inputs  []model.Change `json:"inputs" doc:"inputs given differently, with their values as text"`
	Numbers []NumberChange `json:"numbers" doc:"numbers of the saved plans that differ, as text"`
}

// NumberChange is a number of a plan that is not what it was.
type NumberChange struct {
	Field string `json:"field" doc:"as in /api/v1/value/{field}"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// scenarioPartRoutes are the addresses below a saved scenario, and those of many.
func (s *server) scenarioPartRoutes(add func(method, path string, h handler)) {
	const one = "/v1/scenarios/{id}"
	add(http.MethodGet, one+"/comments", s.getComments)
	add(http.MethodGet, one+"/revisions/{n}/comments", s.getComments)
	add(http.MethodPost, one+"/revisions/{n}/comments", s.postComment)
	add(http.MethodDelete, one+"/comments/{comment}", s.deleteComment)
	add(http.MethodPut, one+"/expiry", s.putExpiry)
	add(http.MethodPost, one+"/copies", s.postCopy)
	add(http.MethodGet, one+"/differences", s.getDifferences)
	add(http.MethodGet, "/v1/scenarios", s.getOwnScenarios)
	add(http.MethodPost, "/v1/scenarios/export", s.postExport)
	add(http.MethodPost, "/v1/scenarios/import", s.postBundle)
}

// saving returns the store, or why there is none.
func (s *server) saving() (Store, error) {
	if s.store == nil {
		return nil, &problemError{kind: kindNoSaving, detail: kindNoSaving.Meaning + " " + kindNoSaving.Cure}
	}
	return s.store, nil
}

func (s *server) getComments(w http.ResponseWriter, r *http.Request) error {
	revision, err := revisionOf(r)
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	comments, err := kept.Comments(r.Context(), chi.URLParam(r, "id"), revision)
	if err != nil {
		return err
	}
	a, err := jsonAnswer(cacheCheck, CommentsAnswer{comments})
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

// maxSmallBytes is room for a comment of 4,000 characters, or notes of 20,000, however escaped.
const maxSmallBytes = 512 << 10

// readSmall decodes a small JSON body.
func readSmall[T any](w http.ResponseWriter, r *http.Request, shape string) (T, error) {
	body, err := readBody(w, r, maxSmallBytes)
	if err != nil {
		var none T
		return none, err
	}
	return decodeStrictly[T](body, shape)
}

func (s *server) postComment(w http.ResponseWriter, r *http.Request) error {
	revision, err := revisionOf(r)
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	request, err := readSmall[CommentRequest](w, r, `{"author": "…", "comment": "…"}`)
	if err != nil {
		return err
	}
	comment, err := kept.Comment(r.Context(), chi.URLParam(r, "id"), revision, authorOf(r.Context(), request.Author), request.Text)
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, http.StatusCreated, comment)
}

// authorOf is the name a comment goes under: who is signed on cannot write as another.
func authorOf(ctx context.Context, typed string) string {
	if user := []rune(userOf(ctx)); len(user) > 0 {
		const most = 100 // what the store takes
		return string(user[:min(len(user), most)])
	}
	return typed
}

func (s *server) deleteComment(w http.ResponseWriter, r *http.Request) error {
	kept, err := s.saving()
	if err != nil {
		return err
	}
	if err := kept.DeleteComment(r.Context(), chi.URLParam(r, "id"), editKey(r), chi.URLParam(r, "comment")); err != nil {
		return err
	}
	return noContent(w)
}

func noContent(w http.ResponseWriter) error {
	w.Header().Set("Cache-Control", cacheNever)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) putExpiry(w http.ResponseWriter, r *http.Request) error {
	kept, err := s.saving()
	if err != nil {
		return err
	}
	request, err := readSmall[ExpiryRequest](w, r, `{"expires_at": "2027-01-31T00:00:00Z"}, or null for never`)
	if err != nil {
		return err
	}
	if err := kept.SetExpiry(r.Context(), chi.URLParam(r, "id"), editKey(r), request.ExpiresAt); err != nil {
		return err
	}
	return noContent(w)
}

func (s *server) postCopy(w http.ResponseWriter, r *http.Request) error {
	request, err := readSmall[CopyRequest](w, r, `{"title": "…"} or {}`)
	if err != nil {
		return err
	}
	saved, key, err := s.copyScenario(r.Context(), chi.URLParam(r, "id"), request)
	if err != nil {
		return err
	}
	shown := describeSaved(saved)
	shown.URL, shown.EditKey, shown.Plan = s.scenarioURL(r, saved.ID), key, saved.Plan
	w.Header().Set("Location", "/api/v1/scenarios/"+saved.ID)
	return s.sendJSON(w, r, http.StatusCreated, shown)
}

// copyScenario saves a revision as a new scenario that names it as its parent. The copy
// keeps document and plan as they are: a copy of old numbers has the old numbers.
func (s *server) copyScenario(ctx context.Context, id string, request CopyRequest) (Saved, string, error) {
	original, err := s.openScenario(ctx, id, request.Revision)
	if err != nil {
		return Saved{}, "", err
	}
	d := Draft{
		Title: original.Title, Notes: original.Notes, Document: original.Document, Plan: original.Plan,
		ModelVersion: original.ModelVersion, CatalogAsOf: original.CatalogAsOf,
		Parent: original.ID, ParentRevision: original.Revision, ExpiresAt: request.ExpiresAt, Owner: userOf(ctx),
	}
	if request.Title != "" {
		d.Title = request.Title
	}
	if request.Notes != "" {
		d.Notes = request.Notes
	}
	return s.store.Create(ctx, d)
}

func (s *server) getDifferences(w http.ResponseWriter, r *http.Request) error {
	from, to, err := readSpan(r)
	if err != nil {
		return err
	}
	difference, err := s.difference(r.Context(), chi.URLParam(r, "id"), from, to)
	if err != nil {
		return err
	}
	a, err := jsonAnswer(cacheCheck, difference)
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

// readSpan reads ?from=&to=, numbers of revisions. 0 for to is the newest; 0 for from the
// one before it.
func readSpan(r *http.Request) (from, to int64, err error) {
	values, err := readNames(r, "from", "to")
	if err != nil {
		return 0, 0, err
	}
	for name, into := range map[string]*int64{"from": &from, "to": &to} {
		text := values[name]
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return 0, 0, invalid(name, text, "integer", name+" is not the number of a revision", "Give a whole number from 1, or leave it out")
		}
		*into = n
	}
	return from, to, nil
}

// difference compares two saved revisions: what was asked, and what was answered then.
func (s *server) difference(ctx context.Context, id string, from, to int64) (RevisionDifference, error) {
	a, b, err := s.openSpan(ctx, id, from, to)
	if err != nil {
		return RevisionDifference{}, err
	}
	inputs, err := inputChanges(a, b)
	if err != nil {
		return RevisionDifference{}, err
	}
	return RevisionDifference{
		From: revisionInfo(a), To: revisionInfo(b), Inputs: inputs, Numbers: numberChanges(a.Plan, b.Plan),
	}, nil
}

// openSpan reads two revisions, as [readSpan] names them.
func (s *server) openSpan(ctx context.Context, id string, from, to int64) (a, b Saved, err error) {
	if b, err = s.openScenario(ctx, id, to); err != nil {
		return a, b, err
	}
	if from == 0 {
		from = max(b.Revision-1, 1)
	}
	a, err = s.openScenario(ctx, id, from)
	return a, b, err
}

func revisionInfo(s Saved) Revision {
	return Revision{
		Revision: s.Revision, Title: s.Title, Digest: s.Digest, ModelVersion: s.ModelVersion, CatalogAsOf: s.CatalogAsOf, CreatedAt: s.CreatedAt,
	}
}

func inputChanges(a, b Saved) ([]model.Change, error) {
	from, err := model.DecodeJSON(a.Document)
	if err != nil {
		return nil, err
	}
	to, err := model.DecodeJSON(b.Document)
	if err != nil {
		return nil, err
	}
	changes := append([]model.Change{}, model.Changes(from, to)...)
	if a.Title != b.Title && from.Title == to.Title {
		changes = append(changes, model.Change{Name: "title", From: a.Title, To: b.Title})
	}
	if a.Notes != b.Notes {
		changes = append(changes, model.Change{Name: "notes", From: a.Notes, To: b.Notes})
	}
	return changes, nil
}

// numberChanges lists the numbers of two saved plans that differ. A plan that this program
// cannot read has none to compare.
func numberChanges(a, b []byte) []NumberChange {
	list := []NumberChange{}
	var then, now model.Plan
	if json.Unmarshal(a, &then) != nil || json.Unmarshal(b, &now) != nil {
		return list
	}
	for _, d := range differences(then, now) {
		list = append(list, NumberChange{d.Field, d.Then, d.Now})
	}
	return list
}
