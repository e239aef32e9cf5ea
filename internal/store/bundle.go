package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// MaxBundleBytes bounds what a bundle holds, MaxBundleFileBytes the file it is written
// to: as text within JSON, JSON grows by its quotation marks, at most to double.
const (
	MaxBundleBytes     = 32 << 20
	MaxBundleFileBytes = 2 * MaxBundleBytes
)

// BundleFormat and BundleVersion stand at the head of every bundle.
const (
	BundleFormat  = "meshplan-scenarios"
	BundleVersion = 1
)

// Bundle is a set of scenarios as one file: all revisions and comments, no edit keys. It
// does hold read links, so it is as confidential as they are.
type Bundle struct {
	Format     string           `json:"format"`
	Version    int              `json:"version"`
	ExportedAt time.Time        `json:"exported_at"`
	Scenarios  []BundleScenario `json:"scenarios"`
}

// BundleScenario is one scenario with its history.
type BundleScenario struct {
	ID             string           `json:"id"`
	Parent         string           `json:"parent,omitempty"`
	ParentRevision int64            `json:"parent_revision,omitempty"`
	CreatedAt      time.Time        `json:"created_at"`
	ExpiresAt      *time.Time       `json:"expires_at,omitempty"`
	Revisions      []BundleRevision `json:"revisions"` // 1 first
	Comments       []BundleComment  `json:"comments,omitempty"`
}

// BundleRevision holds document and plan as text, so that their bytes survive.
type BundleRevision struct {
	Title        string    `json:"title"`
	Notes        string    `json:"notes,omitempty"`
	Document     string    `json:"document"`
	Plan         string    `json:"plan"`
	ModelVersion string    `json:"model_version"`
	CatalogAsOf  string    `json:"catalog_as_of"`
	CreatedAt    time.Time `json:"created_at"`
}

// BundleComment is a remark on a revision.
type BundleComment struct {
	Revision  int64     `json:"revision"`
	Author    string    `json:"author"`
	Body      string    `json:"body"`
	CreatedAt time.Time `json:"created_at"`
}

// Imported says what a scenario of a bundle has become.
type Imported struct {
	OldID, ID, EditKey string
	Title              string // of its newest revision
}

// Export collects scenarios with all revisions and comments. missing are ids that lead
// nowhere (any more).
func (s *Store) Export(ctx context.Context, ids []string) (b Bundle, missing []string, err error) {
	b = Bundle{Format: BundleFormat, Version: BundleVersion, ExportedAt: fromMillis(s.now())}
	err = s.readSnapshot(ctx, "export", func(ctx context.Context, q queryer) error {
		b.Scenarios, missing = nil, nil
		var size int64
		for _, id := range ids {
			one, bytes, err := s.exportOne(ctx, q, id, MaxBundleBytes-size)
			if errors.Is(err, ErrNotFound) {
				missing = append(missing, id)
				continue
			}
			if err != nil {
				return err
			}
			size += bytes
			b.Scenarios = append(b.Scenarios, one)
		}
		return nil
	})
	return b, missing, err
}

func (s *Store) exportOne(ctx context.Context, q queryer, id string, room int64) (BundleScenario, int64, error) {
	newest, err := s.revision(ctx, q, id, 0)
	if err != nil {
		return BundleScenario{}, 0, err
	}
	var bytes int64
	const sizes = "SELECT COALESCE(SUM(octet_length(document) + octet_length(plan) + octet_length(notes)), 0) FROM revisions WHERE scenario_id = $1"
	if err := q.QueryRowContext(ctx, sizes, id).Scan(&bytes); err != nil {
		return BundleScenario{}, 0, err
	}
	if bytes > room {
		return BundleScenario{}, 0, &TooLargeError{Field: "bundle", Size: MaxBundleBytes - room + bytes, Limit: MaxBundleBytes, Unit: "bytes"}
	}
	one := BundleScenario{ID: id, Parent: newest.Parent, ParentRevision: newest.ParentRevision, ExpiresAt: newest.ExpiresAt}
	for n := int64(1); n <= newest.Revisions; n++ {
		r, err := s.revision(ctx, q, id, n)
		if err != nil {
			return BundleScenario{}, 0, err
		}
		one.Revisions = append(one.Revisions, BundleRevision{
			Title: r.Title, Notes: r.Notes, Document: string(r.Document), Plan: string(r.Plan),
			ModelVersion: r.ModelVersion, CatalogAsOf: r.CatalogAsOf, CreatedAt: r.CreatedAt,
		})
	}
	one.CreatedAt = one.Revisions[0].CreatedAt
	remarks, err := comments(ctx, q, id, 0)
	for _, c := range remarks {
		one.Comments = append(one.Comments, BundleComment{Revision: c.Revision, Author: c.Author, Body: c.Body, CreatedAt: c.CreatedAt})
	}
	return one, bytes, err
}

// DecodeBundle reads a bundle file. What it holds is not checked yet.
func DecodeBundle(r io.Reader) (Bundle, error) {
	limited := &io.LimitedReader{R: r, N: MaxBundleFileBytes + 1}
	decoder := json.NewDecoder(limited)
	decoder.DisallowUnknownFields()
	var b Bundle
	err := decoder.Decode(&b)
	switch {
	case limited.N == 0:
		return Bundle{}, &TooLargeError{Field: "bundle", Size: MaxBundleFileBytes + 1, Limit: MaxBundleFileBytes, Unit: "bytes"}
	case err != nil:
		return Bundle{}, &InvalidError{Field: "bundle", Message: "is not a file that meshplan exported: " + err.Error()}
	case b.Format != BundleFormat:
		return Bundle{}, &InvalidError{Field: "format", Message: fmt.Sprintf("is %.40q, not %q: this is not a file that meshplan exported", b.Format, BundleFormat)}
	case b.Version < 1 || b.Version > BundleVersion:
		return Bundle{}, &InvalidError{Field: "version", Message: fmt.Sprintf("is %d, this program knows up to %d; use a newer meshplan", b.Version, BundleVersion)}
	}
	return b, nil
}

// Import saves the scenarios of a bundle under new ids and edit keys, all or none. Links
// between its scenarios are kept. The caller has to check that documents are scenarios:
// the store only checks what any draft must meet.
func (s *Store) Import(ctx context.Context, b Bundle, owner string) ([]Imported, error) {
	if err := b.validate(owner); err != nil {
		return nil, err
	}
	newIDs := map[string]string{}
	for _, one := range b.Scenarios {
		newIDs[one.ID] = newSecret()
	}
	var all []Imported
	err := s.write(ctx, "import", func(ctx context.Context, tx *sql.Tx) error {
		all = nil
		for _, one := range b.Scenarios {
			if one.ExpiresAt != nil && one.ExpiresAt.UnixMilli() <= s.now() {
				continue
			}
			parent := one.Parent
			if renamed, inBundle := newIDs[parent]; inBundle {
				parent = renamed
			}
			imported, err := s.importOne(ctx, tx, one, newIDs[one.ID], parent, owner)
			if err != nil {
				return err
			}
			all = append(all, imported)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (s *Store) importOne(ctx context.Context, tx *sql.Tx, one BundleScenario, id, parent, owner string) (Imported, error) {
	key := newSecret()
	if _, err := tx.ExecContext(ctx, insertScenario, id, hashKey(key), len(one.Revisions), parent, one.ParentRevision, owner,
		one.CreatedAt.UnixMilli(), s.now(), optionalMillis(one.ExpiresAt)); err != nil {
		return Imported{}, err
	}
	var newest Scenario
	for i, r := range one.Revisions {
		d := r.draft()
		newest = d.scenario(id, int64(i+1), r.CreatedAt.UnixMilli())
		if err := addRevision(ctx, tx, newest); err != nil {
			return Imported{}, err
		}
	}
	for _, c := range one.Comments {
		added := Comment{ID: newSecret(), Revision: c.Revision, Author: c.Author, Body: c.Body, CreatedAt: c.CreatedAt}
		if err := addComment(ctx, tx, id, added); err != nil {
			return Imported{}, err
		}
	}
	return Imported{OldID: one.ID, ID: id, EditKey: key, Title: newest.Title}, nil
}

func (r *BundleRevision) draft() Draft {
	return Draft{
		Title: r.Title, Notes: r.Notes, Document: []byte(r.Document), Plan: []byte(r.Plan),
		ModelVersion: r.ModelVersion, CatalogAsOf: r.CatalogAsOf,
	}
}

// validate reports the first thing of a bundle that cannot be saved, with its place.
func (b *Bundle) validate(owner string) error {
	if err := checkText("owner", owner, MaxTitleCharacters); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, one := range b.Scenarios {
		place := fmt.Sprintf("scenarios[%d]", i)
		switch {
		case !looksLikeID(one.ID) || seen[one.ID]:
			return &InvalidError{Field: place + ".id", Message: "is not an id, or occurs twice"}
		case one.Parent != "" && !looksLikeID(one.Parent):
			return &InvalidError{Field: place + ".parent", Message: "is not an id"}
		case len(one.Revisions) == 0:
			return &InvalidError{Field: place + ".revisions", Message: "is empty; a scenario has at least one"}
		case len(one.Revisions) > MaxRevisions:
			return &TooLargeError{Field: place + ".revisions", Size: int64(len(one.Revisions)), Limit: MaxRevisions, Unit: "revisions"}
		case len(one.Comments) > MaxComments:
			return &TooLargeError{Field: place + ".comments", Size: int64(len(one.Comments)), Limit: MaxComments, Unit: "comments"}
		}
		seen[one.ID] = true
		if err := one.validate(); err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
	}
	return nil
}

func (one *BundleScenario) validate() error {
	for n := range one.Revisions {
		d := one.Revisions[n].draft()
		if err := d.Validate(); err != nil {
			return fmt.Errorf("revision %d: %w", n+1, err)
		}
	}
	for _, c := range one.Comments {
		if c.Revision < 1 || c.Revision > int64(len(one.Revisions)) {
			return &InvalidError{Field: "comments", Message: fmt.Sprintf("name revision %d, which is not there", c.Revision)}
		}
		if err := checkText("author", c.Author, MaxAuthorCharacters); err != nil {
			return err
		}
		if err := checkText("comment", c.Body, MaxCommentChars); err != nil {
			return err
		}
	}
	return nil
}
