package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const insertScenario = `
INSERT INTO scenarios (id, edit_key_hash, latest, parent, parent_revision, owner, created_at, imported_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const insertRevision = `
INSERT INTO revisions (scenario_id, revision, title, notes, document, plan, digest, model_version, catalog_as_of, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// Create saves revision 1 of a new scenario. It returns the revision and the edit key,
// which is shown once: only its hash is kept. With a Parent the new scenario is a copy of
// that one, which must exist.
func (s *Store) Create(ctx context.Context, draft Draft) (Scenario, string, error) {
	if err := draft.Validate(); err != nil {
		return Scenario{}, "", err
	}
	if err := s.checkExpiry(draft.ExpiresAt); err != nil {
		return Scenario{}, "", err
	}
	key := newSecret()
	created := draft.scenario(newSecret(), 1, s.now())
	created.ExpiresAt = truncated(draft.ExpiresAt)
	err := s.write(ctx, "create", func(ctx context.Context, tx *sql.Tx) error {
		if draft.Parent != "" {
			parent, err := s.revision(ctx, tx, draft.Parent, draft.ParentRevision)
			if err != nil {
				return err
			}
			created.ParentRevision = parent.Revision
		}
		if _, err := tx.ExecContext(ctx, insertScenario, created.ID, hashKey(key), 1, created.Parent, created.ParentRevision,
			created.Owner, created.CreatedAt.UnixMilli(), nil, optionalMillis(created.ExpiresAt)); err != nil {
			return err
		}
		return addRevision(ctx, tx, created)
	})
	if err != nil {
		return Scenario{}, "", err
	}
	return created, key, nil
}

// Update saves a revision that started from revision base. When base is no longer the
// newest it saves nothing and returns a [*ConflictError] with base and the newest.
func (s *Store) Update(ctx context.Context, id, editKey string, base int64, draft Draft) (Scenario, error) {
	if err := draft.Validate(); err != nil {
		return Scenario{}, err
	}
	if err := s.checkExpiry(draft.ExpiresAt); err != nil {
		return Scenario{}, err
	}
	if base < 1 { // 0 must not mean "the newest, whatever it says"
		return Scenario{}, ErrNotFound
	}
	var updated Scenario
	err := s.write(ctx, "update", func(ctx context.Context, tx *sql.Tx) error {
		if err := s.authorize(ctx, tx, id, editKey); err != nil {
			return err
		}
		from, err := s.revision(ctx, tx, id, base)
		if err != nil {
			return err
		}
		if base >= MaxRevisions {
			return &TooLargeError{Field: "revisions", Size: base + 1, Limit: MaxRevisions, Unit: "revisions"}
		}
		if err := s.advance(ctx, tx, from, draft.ExpiresAt); err != nil {
			return err
		}
		updated = draft.scenario(id, base+1, s.now())
		updated.Parent, updated.ParentRevision, updated.Owner = from.Parent, from.ParentRevision, from.Owner
		updated.ImportedAt, updated.ExpiresAt = from.ImportedAt, from.ExpiresAt
		if draft.ExpiresAt != nil {
			updated.ExpiresAt = truncated(draft.ExpiresAt)
		}
		return addRevision(ctx, tx, updated)
	})
	if err != nil {
		return Scenario{}, err
	}
	return updated, nil
}

// advance claims the revision after from. The row stays locked until the transaction
// ends, so of two updates from the same revision one finds it taken.
func (s *Store) advance(ctx context.Context, tx *sql.Tx, from Scenario, expires *time.Time) error {
	const query = `
UPDATE scenarios
SET latest = latest + 1, expires_at = COALESCE(CAST($3 AS BIGINT), expires_at)
WHERE id = $1 AND latest = $2`
	result, err := tx.ExecContext(ctx, query, from.ID, from.Revision, optionalMillis(expires))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	newest, err := s.revision(ctx, tx, from.ID, 0)
	if err != nil {
		return err
	}
	from.Revisions = newest.Revisions
	return &ConflictError{Base: from, Newest: newest}
}

// Delete removes a scenario with all revisions and comments, for good. Backups keep theirs.
func (s *Store) Delete(ctx context.Context, id, editKey string) error {
	return s.write(ctx, "delete", func(ctx context.Context, tx *sql.Tx) error {
		if err := s.authorize(ctx, tx, id, editKey); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM scenarios WHERE id = $1", id)
		return err
	})
}

// SetExpiry sets when a scenario stops being readable; nil means never.
func (s *Store) SetExpiry(ctx context.Context, id, editKey string, at *time.Time) error {
	if err := s.checkExpiry(at); err != nil {
		return err
	}
	return s.write(ctx, "set_expiry", func(ctx context.Context, tx *sql.Tx) error {
		if err := s.authorize(ctx, tx, id, editKey); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE scenarios SET expires_at = $2 WHERE id = $1", id, optionalMillis(at))
		return err
	})
}

// Expire removes what has expired by now and returns how many scenarios that was.
// Expired scenarios are unreadable before that already.
func (s *Store) Expire(ctx context.Context, now time.Time) (int64, error) {
	var n int64
	err := s.write(ctx, "expire", func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM scenarios WHERE expires_at <= $1", now.UnixMilli())
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
}

// authorize returns nil when the scenario exists and editKey is its key.
func (s *Store) authorize(ctx context.Context, q queryer, id, editKey string) error {
	const query = "SELECT edit_key_hash FROM scenarios WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)"
	if !looksLikeID(id) {
		return ErrNotFound
	}
	var hash string
	err := q.QueryRowContext(ctx, query, id, s.now()).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	if !sameHash(hash, hashKey(editKey)) {
		return ErrWrongKey
	}
	return nil
}

func (s *Store) checkExpiry(at *time.Time) error {
	if at != nil && at.UnixMilli() <= s.now() {
		return &InvalidError{Field: "expires_at", Message: "is in the past; give a later time, or none to keep the scenario"}
	}
	return nil
}

// scenario is the draft as the given revision.
func (d *Draft) scenario(id string, revision, now int64) Scenario {
	return Scenario{
		ID: id, Revision: revision, Revisions: revision, Title: d.Title, Notes: d.Notes,
		Document: d.Document, Plan: d.Plan, Digest: digest(d.Document, d.Plan),
		ModelVersion: d.ModelVersion, CatalogAsOf: d.CatalogAsOf,
		Parent: d.Parent, ParentRevision: d.ParentRevision, Owner: d.Owner, CreatedAt: fromMillis(now),
	}
}

func addRevision(ctx context.Context, tx *sql.Tx, r Scenario) error {
	_, err := tx.ExecContext(ctx, insertRevision, r.ID, r.Revision, r.Title, r.Notes, string(r.Document), string(r.Plan),
		r.Digest, r.ModelVersion, r.CatalogAsOf, r.CreatedAt.UnixMilli())
	return err
}

// truncated is t as the database keeps it.
func truncated(t *time.Time) *time.Time { return optionalTime(optionalMillis(t)) }
