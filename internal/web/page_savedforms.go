package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
	"meshplan/templates"
)

// editing is a saved scenario that gets a new revision from the planner.
type editing struct {
	id   string
	base int64
}

func editingOf(values url.Values) editing {
	base, err := strconv.ParseInt(values.Get(formBase), 10, 64)
	if id := values.Get(formOf); err == nil && base > 0 && id != "" {
		return editing{id, base}
	}
	return editing{}
}

// suffix keeps it in the address of a planner that has a query already.
func (e editing) suffix() string {
	if e.id == "" {
		return ""
	}
	return "&" + url.Values{formOf: {e.id}, formBase: {strconv.FormatInt(e.base, 10)}}.Encode()
}

func (e editing) view() *templates.Editing {
	if e.id == "" {
		return nil
	}
	return &templates.Editing{ID: e.id, Base: e.base}
}

// postedForm reads a form from the body alone: a key in the address is no key.
func postedForm(w http.ResponseWriter, r *http.Request, most int64) (url.Values, error) {
	private(w)
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseForm(); err != nil {
		return nil, unread(err, invalid("body", "", "format", "the form cannot be read: "+err.Error(), "Send it again"))
	}
	return r.PostForm, nil
}

// formNumber reads the number of a revision.
func formNumber(values url.Values, name string) (int64, error) {
	n, err := strconv.ParseInt(values.Get(name), 10, 64)
	if err != nil || n < 1 {
		return 0, invalid(name, values.Get(name), "integer", name+" is not the number of a revision", "Open the scenario again and repeat")
	}
	return n, nil
}

const fieldKey = "edit_key"

func (s *server) postCommentForm(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	revision, err := formNumber(values, "revision")
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "id")
	if _, err := kept.Comment(r.Context(), id, revision, authorOf(r.Context(), values.Get("author")), values.Get("comment")); err != nil {
		return err
	}
	return backTo(w, r, id, "#comments")
}

// backTo opens a scenario that the store has just found, so its id is one.
func backTo(w http.ResponseWriter, r *http.Request, id, fragment string) error {
	http.Redirect(w, r, "/s/"+url.PathEscape(id)+fragment, http.StatusSeeOther)
	return nil
}

func (s *server) postCommentDeletion(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "id")
	if err := kept.DeleteComment(r.Context(), id, values.Get(fieldKey), values.Get("comment")); err != nil {
		return err
	}
	return backTo(w, r, id, "#comments")
}

func (s *server) postCopyForm(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	revision, err := formNumber(values, "revision")
	if err != nil {
		return err
	}
	copied, key, err := s.copyScenario(r.Context(), chi.URLParam(r, "id"), CopyRequest{Revision: revision})
	if err != nil {
		return err
	}
	s.openWithKey(w, r, copied.ID, key)
	return nil
}

func (s *server) postExpiryForm(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	var at *time.Time
	if text := values.Get("expires_on"); text != "" {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return invalid("expires_on", text, "date", "it is not a date", "Give it as 2027-01-31, or nothing to keep the scenario")
		}
		end := day.AddDate(0, 0, 1).Add(-time.Second) // the day itself included
		at = &end
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "id")
	if err := kept.SetExpiry(r.Context(), id, values.Get(fieldKey), at); err != nil {
		return err
	}
	return backTo(w, r, id, "")
}

func (s *server) postDeletion(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	if err := kept.Delete(r.Context(), chi.URLParam(r, "id"), values.Get(fieldKey)); err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.DeletedPage(site))
}

// postReview takes the planner's form and shows what saving it as a revision would change.
func (s *server) postReview(w http.ResponseWriter, r *http.Request) error {
	private(w)
	f, err := s.readForm(w, r)
	if err != nil {
		return s.wrongPage(w, r, f, err)
	}
	base, err := s.openScenario(r.Context(), chi.URLParam(r, "id"), f.editing.base)
	if err != nil {
		return err
	}
	d, err := s.draft(r.Context(), f.scenario, SaveRequest{Title: f.title, Notes: base.Notes})
	if err != nil {
		return err
	}
	return s.reviewPage(w, r, http.StatusOK, base, nil, d, "")
}

// reviewPage shows a draft beside the revision it starts from, or beside the one that
// someone else saved meanwhile.
func (s *server) reviewPage(w http.ResponseWriter, r *http.Request, status int, base Saved, newest *Saved, d Draft, key string) error {
	view := templates.Review{ID: base.ID, Title: d.Title, Notes: d.Notes, Document: string(d.Document), EditKey: key}
	if newest != nil {
		theirs, err := differencesView(base, *newest)
		if err != nil {
			return err
		}
		view.Theirs, base = theirs, *newest
	}
	mine, err := differencesView(base, Saved{Revision: base.Revision + 1, Title: d.Title, Notes: d.Notes, Document: d.Document, Plan: d.Plan})
	if err != nil {
		return err
	}
	view.Base, view.Mine = base.Revision, *mine
	site, err := s.site(r)
	if err != nil {
		return err
	}
	site.Path = "/s/"
	return s.sendPage(w, r, status, templates.ReviewPage(site, view))
}

// maxReviewBytes is room for a document of 4 MB with every character escaped as %22.
const maxReviewBytes = 3*(4<<20) + maxSmallBytes

// postRevision saves a reviewed revision with the key.
func (s *server) postRevision(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxReviewBytes)
	if err != nil {
		return err
	}
	base, err := formNumber(values, "base")
	if err != nil {
		return err
	}
	scenario, err := model.DecodeJSON([]byte(values.Get("document")))
	if err != nil {
		return err
	}
	kept, err := s.saving()
	if err != nil {
		return err
	}
	scenario.Title = values.Get("title")
	d, err := s.draft(r.Context(), scenario, SaveRequest{Title: scenario.Title, Notes: values.Get("notes")})
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "id")
	_, err = kept.Update(r.Context(), id, values.Get(fieldKey), base, d)
	if conflict := (*StoreConflict)(nil); errors.As(err, &conflict) {
		return s.reviewPage(w, r, http.StatusConflict, conflict.Base, &conflict.Newest, d, values.Get(fieldKey))
	}
	if err != nil {
		return err
	}
	return backTo(w, r, id, "#revisions")
}
