package store

import (
	"context"
	"database/sql"
	"time"
)

// Comment is a remark on a revision.
type Comment struct {
	ID        string
	Revision  int64
	Author    string // as typed, not proved
	Body      string
	CreatedAt time.Time
}

// Comment adds a remark to a revision, 0 for the newest. Knowing the id suffices.
func (s *Store) Comment(ctx context.Context, id string, revision int64, author, body string) (Comment, error) {
	if err := checkText("author", author, MaxAuthorCharacters); err != nil {
		return Comment{}, err
	}
	if err := checkText("comment", body, MaxCommentChars); err != nil {
		return Comment{}, err
	}
	if body == "" {
		return Comment{}, &InvalidError{Field: "comment", Message: "is empty; write something"}
	}
	added := Comment{ID: newSecret(), Author: author, Body: body, CreatedAt: fromMillis(s.now())}
	err := s.write(ctx, "comment", func(ctx context.Context, tx *sql.Tx) error {
		on, err := s.revision(ctx, tx, id, revision)
		if err != nil {
			return err
		}
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM comments WHERE scenario_id = $1", id).Scan(&n); err != nil {
			return err
		}
		if n >= MaxComments {
			return &TooLargeError{Field: "comments", Size: n + 1, Limit: MaxComments, Unit: "comments"}
		}
		added.Revision = on.Revision
		return addComment(ctx, tx, id, added)
	})
	if err != nil {
		return Comment{}, err
	}
	return added, nil
}

// Comments lists the remarks on a revision, 0 for all revisions, the oldest first.
func (s *Store) Comments(ctx context.Context, id string, revision int64) ([]Comment, error) {
	var all []Comment
	err := s.readSnapshot(ctx, "comments", func(ctx context.Context, q queryer) error {
		if _, err := s.revision(ctx, q, id, revision); err != nil {
			return err
		}
		var err error
		all, err = comments(ctx, q, id, revision)
		return err
	})
	return all, err
}

func comments(ctx context.Context, q queryer, id string, revision int64) ([]Comment, error) {
	const query = `
SELECT id, revision, author, body, created_at
FROM comments
WHERE scenario_id = $1 AND (CAST($2 AS BIGINT) = 0 OR revision = CAST($2 AS BIGINT))
ORDER BY created_at, id`
	rows, err := q.QueryContext(ctx, query, id, revision)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (c Comment, err error) {
		var created int64
		err = rows.Scan(&c.ID, &c.Revision, &c.Author, &c.Body, &created)
		c.CreatedAt = fromMillis(created)
		return c, err
	})
}

// DeleteComment removes a remark; only the edit key of the scenario allows it.
func (s *Store) DeleteComment(ctx context.Context, id, editKey, commentID string) error {
	return s.write(ctx, "delete_comment", func(ctx context.Context, tx *sql.Tx) error {
		if err := s.authorize(ctx, tx, id, editKey); err != nil {
			return err
		}
		if !looksLikeID(commentID) {
			return ErrNotFound
		}
		result, err := tx.ExecContext(ctx, "DELETE FROM comments WHERE id = $1 AND scenario_id = $2", commentID, id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return ErrNotFound
	})
}

func addComment(ctx context.Context, tx *sql.Tx, id string, c Comment) error {
	const query = "INSERT INTO comments (id, scenario_id, revision, author, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
	_, err := tx.ExecContext(ctx, query, c.ID, id, c.Revision, c.Author, c.Body, c.CreatedAt.UnixMilli())
	return err
}
