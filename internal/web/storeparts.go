package web

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Remarks are comments on revisions. Knowing the id of a scenario suffices to write one;
// removing one takes the edit key.
type Remarks interface {
	// Comment adds a remark to a revision, the newest for 0.
	Comment(ctx context.Context, id string, revision int64, author, text string) (Comment, error)
	// Comments lists the remarks on a revision, on all for 0, the oldest first.
	Comments(ctx context.Context, id string, revision int64) ([]Comment, error)
	DeleteComment(ctx context.Context, id, editKey, commentID string) error
}

// Collection handles many scenarios together.
type Collection interface {
	// List returns the scenarios of a signed-on user, the last changed first.
	List(ctx context.Context, owner string, limit int) ([]Listed, error)
	// Export writes scenarios with all revisions and comments into one file. missing are
	// ids that lead nowhere.
	Export(ctx context.Context, ids []string) (file []byte, missing []string, err error)
	// Import saves what such a file holds under new ids and keys, all or none. check is
	// asked about every document and plan in it, with its place in the file.
	Import(ctx context.Context, file []byte, owner string, check func(place string, document, plan []byte) error) ([]Imported, error)
}

// Comment is a remark on a revision.
type Comment struct {
	ID        string    `json:"id"`
	Revision  int64     `json:"revision"`
	Author    string    `json:"author" doc:"as typed, not proved"`
	Text      string    `json:"comment"`
	CreatedAt time.Time `json:"created_at"`
}

// Listed is a scenario in the list of a user.
type Listed struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Revisions int64      `json:"revisions"`
	ChangedAt time.Time  `json:"changed_at" doc:"when the newest revision was saved"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	URL       string     `json:"url"`
}

// Imported says what a scenario of a file has become.
type Imported struct {
	OldID   string `json:"old_id" doc:"id in the file"`
	ID      string `json:"id"`
	EditKey string `json:"edit_key" doc:"needed to change or delete it; told only once"`
	Title   string `json:"title"`
	URL     string `json:"url"`
}

// Both are an [ErrStoreUnavailable] for whatever writes.
var (
	ErrStoreReadOnly = fmt.Errorf("%w for writing: it is read-only", ErrStoreUnavailable)
	ErrStoreFull     = fmt.Errorf("%w for writing: its disk is full", ErrStoreUnavailable)
)

var (
	kindReadOnly = problemKind{
		"store-read-only", http.StatusServiceUnavailable, "Nothing can be saved at the moment",
		"The database is read-only at the moment: saved scenarios open, but nothing can be saved, changed or deleted. Nothing was saved. Planning works.",
		"Keep the planner's address, which holds the scenario, and save later. Whoever runs the server finds the reason in its log.",
	}
	kindFull = problemKind{
		"store-full", http.StatusServiceUnavailable, "There is no room to save",
		"The disk of the database is full: saved scenarios open, but nothing can be saved. Nothing was saved. Planning works.",
		"Keep the planner's address, which holds the scenario, and save later. Whoever runs the server has to make room.",
	}
	kindNoSignOn = problemKind{
		"no-user", http.StatusForbidden, "Nobody is signed on",
		"Lists of scenarios exist only where a proxy in front signs users on and names them to this server; it named none with this request.",
		"Keep the links of your scenarios, or ask whoever runs the server to set -user-header and -trusted-proxies.",
	}
)

// unavailable says which way a store does not serve.
func unavailable(kind problemKind, seconds int) Problem {
	p := newProblem(kind, kind.Meaning+" "+kind.Cure)
	p.retryAfter = seconds
	return p
}
