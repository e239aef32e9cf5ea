package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// selectRevision reads one revision: $1 id, $2 revision or 0 for the newest, $3 now.
const selectRevision = `
SELECT s.id, r.revision, s.latest, r.title, r.notes, r.document, r.plan, r.digest, r.model_version, r.catalog_as_of,
       s.parent, s.parent_revision, s.owner, r.created_at, s.imported_at, s.expires_at
FROM scenarios s
JOIN revisions r ON r.scenario_id = s.id
WHERE s.id = $1
  AND r.revision = CASE WHEN CAST($2 AS BIGINT) = 0 THEN s.latest ELSE CAST($2 AS BIGINT) END
  AND (s.expires_at IS NULL OR s.expires_at > $3)`

// Get returns a revision of a scenario, the newest for revision 0. Document and Plan are
// the bytes that were saved.
func (s *Store) Get(ctx context.Context, id string, revision int64) (Scenario, error) {
	var found Scenario
	err := s.read(ctx, "get", func(ctx context.Context, q queryer) error {
		var err error
		found, err = s.revision(ctx, q, id, revision)
		return err
	})
	return found, err
}

func (s *Store) revision(ctx context.Context, q queryer, id string, revision int64) (Scenario, error) {
	if !looksLikeID(id) || revision < 0 {
		return Scenario{}, ErrNotFound
	}
	var r Scenario
	var created int64
	var imported, expires sql.NullInt64
	err := q.QueryRowContext(ctx, selectRevision, id, revision, s.now()).Scan(&r.ID, &r.Revision, &r.Revisions,
		&r.Title, &r.Notes, &r.Document, &r.Plan, &r.Digest, &r.ModelVersion, &r.CatalogAsOf,
		&r.Parent, &r.ParentRevision, &r.Owner, &created, &imported, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return Scenario{}, ErrNotFound
	}
	if err != nil {
		return Scenario{}, err
	}
	if r.Digest != digest(r.Document, r.Plan) {
		return Scenario{}, unavailable(ErrCorrupt, fmt.Errorf("revision %d differs from what was saved", r.Revision))
	}
	r.CreatedAt, r.ImportedAt, r.ExpiresAt = fromMillis(created), optionalTime(imported), optionalTime(expires)
	return r, nil
}

// Revisions lists all revisions of a scenario, the newest first.
func (s *Store) Revisions(ctx context.Context, id string) ([]RevisionInfo, error) {
	const query = `
SELECT r.revision, r.title, r.digest, r.model_version, r.catalog_as_of, r.created_at, octet_length(r.document),
       (SELECT COUNT(*) FROM comments c WHERE c.scenario_id = r.scenario_id AND c.revision = r.revision)
FROM scenarios s
JOIN revisions r ON r.scenario_id = s.id
WHERE s.id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2)
ORDER BY r.revision DESC`
	if !looksLikeID(id) {
		return nil, ErrNotFound
	}
	var all []RevisionInfo
	err := s.read(ctx, "revisions", func(ctx context.Context, q queryer) error {
		rows, err := q.QueryContext(ctx, query, id, s.now())
		if err != nil {
			return err
		}
		all, err = collect(rows, func(rows *sql.Rows) (r RevisionInfo, err error) {
			var created int64
			err = rows.Scan(&r.Revision, &r.Title, &r.Digest, &r.ModelVersion, &r.CatalogAsOf, &created, &r.DocumentBytes, &r.Comments)
			r.CreatedAt = fromMillis(created)
			return r, err
		})
		if err == nil && len(all) == 0 {
			return ErrNotFound
		}
		return err
	})
	return all, err
}

// Listed is a scenario in the list of its owner.
type Listed struct {
	ID        string
	Title     string // of the newest revision
	Revisions int64
	ChangedAt time.Time // when the newest revision was saved
	ExpiresAt *time.Time
}

// List returns the scenarios of an owner, the last changed first, limit at most. It is
// for installations whose proxy names the user; without an owner there is no list.
func (s *Store) List(ctx context.Context, owner string, limit int) ([]Listed, error) {
	const query = `
SELECT s.id, r.title, s.latest, r.created_at, s.expires_at
FROM scenarios s
JOIN revisions r ON r.scenario_id = s.id AND r.revision = s.latest
WHERE s.owner = $1 AND (s.expires_at IS NULL OR s.expires_at > $2)
ORDER BY r.created_at DESC, s.id
LIMIT $3`
	if owner == "" {
		return nil, nil
	}
	if err := checkText("owner", owner, MaxTitleCharacters); err != nil {
		return nil, err
	}
	var all []Listed
	err := s.read(ctx, "list", func(ctx context.Context, q queryer) error {
		rows, err := q.QueryContext(ctx, query, owner, s.now(), limit)
		if err != nil {
			return err
		}
		all, err = collect(rows, func(rows *sql.Rows) (l Listed, err error) {
			var changed int64
			var expires sql.NullInt64
			err = rows.Scan(&l.ID, &l.Title, &l.Revisions, &changed, &expires)
			l.ChangedAt, l.ExpiresAt = fromMillis(changed), optionalTime(expires)
			return l, err
		})
		return err
	})
	return all, err
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) (all []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func optionalTime(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	t := fromMillis(ms.Int64)
	return &t
}

func optionalMillis(t *time.Time) sql.NullInt64 {
	if t == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: true}
}
