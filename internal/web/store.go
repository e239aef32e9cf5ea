package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"meshplan/internal/model"
)

// Store keeps saved scenarios. Its errors are, or wrap, the errors of this file; package
// webstore makes meshplan/internal/store fit.
type Store interface {
	// Create saves revision 1 and returns it with the edit key, which is told only once.
	Create(ctx context.Context, draft Draft) (Saved, string, error)
	// Get returns a revision, the newest for 0.
	Get(ctx context.Context, id string, revision int64) (Saved, error)
	// Update saves a revision made from revision base; [*StoreConflict] when that is no
	// longer the newest.
	Update(ctx context.Context, id, editKey string, base int64, draft Draft) (Saved, error)
	// Delete removes a scenario with all its revisions.
	Delete(ctx context.Context, id, editKey string) error
	// Revisions lists all revisions, the newest first.
	Revisions(ctx context.Context, id string) ([]Revision, error)
	// SetExpiry sets when a scenario is forgotten; nil: never.
	SetExpiry(ctx context.Context, id, editKey string, at *time.Time) error
	// Ping returns nil when the store serves, [ErrStoreReadOnly] when it only reads.
	Ping(ctx context.Context) error
	Remarks
	Collection
}

// Saved is one revision of a saved scenario.
type Saved struct {
	ID             string
	Revision       int64 // 1 is the first
	Revisions      int64 // number of the newest
	Title, Notes   string
	Document       []byte // scenario as JSON, the bytes that were saved
	Plan           []byte // plan as JSON, as it was when saved
	Digest         string // of document and plan
	ModelVersion   string
	CatalogAsOf    string
	Parent         string // id of the scenario this is a copy of, "" for none
	ParentRevision int64
	CreatedAt      time.Time  // of this revision
	ImportedAt     *time.Time // when a file brought it here: earlier dates and plans are the file's claim
	ExpiresAt      *time.Time
}

// Revision describes a revision without its contents.
type Revision struct {
	Revision     int64     `json:"revision"`
	Title        string    `json:"title"`
	Digest       string    `json:"digest"`
	ModelVersion string    `json:"model_version"`
	CatalogAsOf  string    `json:"catalog_as_of"`
	CreatedAt    time.Time `json:"created_at"`
	Comments     int64     `json:"comments" doc:"how many remarks there are on it"`
}

// Draft is what is saved.
type Draft struct {
	Title, Notes   string
	Document, Plan []byte
	ModelVersion   string
	CatalogAsOf    string
	Parent         string
	ParentRevision int64  // 0: the newest of Parent
	Owner          string // user named by a trusted proxy, "" without sign-on
	ExpiresAt      *time.Time
}

// What a store reports, to be told apart with errors.Is.
var (
	ErrStoreNotFound    = errors.New("there is no such saved scenario")
	ErrStoreWrongKey    = errors.New("wrong edit key")
	ErrStoreUnavailable = errors.New("the database is unavailable")
)

// StoreConflict says that an update started from a revision that is no longer the newest.
type StoreConflict struct{ Base, Newest Saved }

func (e *StoreConflict) Error() string {
	return fmt.Sprintf("revision %d is no longer the newest: revision %d was saved meanwhile", e.Base.Revision, e.Newest.Revision)
}

// StoreRefusal names a value that the store does not take.
type StoreRefusal struct {
	Field, Message string
	TooLarge       bool
}

func (e *StoreRefusal) Error() string { return e.Field + " " + e.Message }

// Conflict shows both versions when someone else saved first.
type Conflict struct {
	Base    SavedScenario `json:"base" doc:"the revision this change was made from"`
	Current SavedScenario `json:"current" doc:"the revision saved meanwhile"`
}

// storeProblem says which problem a store's error is.
func storeProblem(err error) (Problem, bool) {
	var conflict *StoreConflict
	var refusal *StoreRefusal
	switch {
	case errors.Is(err, ErrStoreNotFound):
		p := newProblem(kindNotFound, "scenario: there is no such saved scenario or revision, or it was deleted. Check the id in the address")
		p.Errors = []model.FieldError{{
			Field: nameScenario, Rule: "exists", Message: "there is no such saved scenario or revision, or it was deleted", Fix: "Check the id",
		}}
		return p, true
	case errors.Is(err, ErrStoreWrongKey):
		return newProblem(kindWrongKey, kindWrongKey.Meaning+" "+kindWrongKey.Cure), true
	case errors.As(err, &conflict):
		p := newProblem(kindConflict, conflict.Error()+". "+kindConflict.Cure)
		p.Conflict = &Conflict{Base: describeSaved(conflict.Base), Current: describeSaved(conflict.Newest)}
		return p, true
	case errors.As(err, &refusal):
		kind := kindInvalid
		if refusal.TooLarge {
			kind = kindBodyTooLarge
		}
		p := newProblem(kind, refusal.Error())
		p.Errors = []model.FieldError{{Field: refusal.Field, Rule: "limit", Message: refusal.Error(), Fix: "Save something smaller, or correct it"}}
		return p, true
	case errors.Is(err, ErrStoreReadOnly):
		return unavailable(kindReadOnly, 60), true
	case errors.Is(err, ErrStoreFull):
		return unavailable(kindFull, 60), true
	case errors.Is(err, ErrStoreUnavailable):
		return unavailable(kindStoreAway, 5), true
	}
	return Problem{}, false
}

var kindStoreAway = problemKind{
	"store-unavailable", http.StatusServiceUnavailable, "The database cannot be reached",
	"Saved scenarios can be neither opened nor saved at the moment; nothing was saved. Planning works.",
	"Try again after the seconds in Retry-After.",
}
