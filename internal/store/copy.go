package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// table names the columns of a table in the order of the migrations; key is the order in
// which rows are copied and compared.
type table struct {
	name, key string
	columns   []string
}

// tables are all tables with contents, parents before children.
var tables = []table{
	{"scenarios", "id", []string{"id", "edit_key_hash", "latest", "parent", "parent_revision", "owner", "created_at", "imported_at", "expires_at"}},
	{"revisions", "scenario_id, revision", []string{"scenario_id", "revision", "title", "notes", "document", "plan", "digest", "model_version", "catalog_as_of", "created_at"}},
	{"comments", "id", []string{"id", "scenario_id", "revision", "author", "body", "created_at"}},
}

// CopyTo copies everything into an empty store of either kind, in one transaction: ids,
// edit keys, revisions, comments and dates stay as they are. It sees one state of the
// source, which may be in use. It is bounded by ctx alone. A target with scenarios gives
// [ErrNotEmpty].
func (s *Store) CopyTo(ctx context.Context, target *Store) error {
	from, to := s.current.Load(), target.current.Load()
	if from == nil || to == nil {
		return ErrUnavailable
	}
	if to.readOnly {
		return ErrReadOnly
	}
	err := inTransaction(ctx, from.read, from.snapshot, func(source *sql.Tx) error {
		return inTransaction(ctx, to.write, nil, func(sink *sql.Tx) error {
			if err := requireEmpty(ctx, sink); err != nil {
				return err
			}
			for _, t := range tables {
				if err := t.copy(ctx, source, sink); err != nil {
					return fmt.Errorf("copying %s: %w", t.name, err)
				}
			}
			return nil
		})
	})
	return target.translate(ctx, s.translate(ctx, err))
}

func requireEmpty(ctx context.Context, q queryer) error {
	var n int64
	if err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM scenarios").Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrNotEmpty
	}
	return nil
}

func (t table) copy(ctx context.Context, source, sink *sql.Tx) (err error) {
	rows, err := source.QueryContext(ctx, t.selectAll())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	insert, err := sink.PrepareContext(ctx, t.insert())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	values, targets := t.row()
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row returns a slice that holds one row and the pointers to scan into it. Both drivers
// give int64, string or nil for the column types in use.
func (t table) row() (values, targets []any) {
	values, targets = make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	return values, targets
}

func (t table) selectAll() string {
	return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " ORDER BY " + t.key
}

func (t table) insert() string {
	numbers := make([]string, len(t.columns))
	for i := range numbers {
		numbers[i] = "$" + strconv.Itoa(i+1)
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES (" + strings.Join(numbers, ", ") + ")"
}

// SameContents returns nil when two stores hold the same rows, and otherwise says where
// they differ first. Nothing may write to either meanwhile.
func (s *Store) SameContents(ctx context.Context, other *Store) error {
	a, b := s.current.Load(), other.current.Load()
	if a == nil || b == nil {
		return ErrUnavailable
	}
	for _, t := range tables {
		if err := t.compare(ctx, a.read, b.read); err != nil {
			return other.translate(ctx, s.translate(ctx, err))
		}
	}
	return nil
}

// compare looks every row of a up in b and compares the numbers of rows: the databases
// need not agree on the order of texts.
func (t table) compare(ctx context.Context, a, b *sql.DB) (err error) {
	keys := strings.Split(t.key, ", ")
	where := make([]string, len(keys))
	for i, key := range keys {
		where[i] = key + " = $" + strconv.Itoa(i+1)
	}
	lookup := "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " WHERE " + strings.Join(where, " AND ")
	rows, err := a.QueryContext(ctx, t.selectAll())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	left, leftTargets := t.row()
	right, rightTargets := t.row()
	var n, m int64
	for ; rows.Next(); n++ {
		if err := rows.Scan(leftTargets...); err != nil {
			return err
		}
		err := b.QueryRowContext(ctx, lookup, left[:len(keys)]...).Scan(rightTargets...)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: a row of %s is missing in the copy", ErrCorrupt, t.name)
		}
		if err != nil {
			return err
		}
		if !slices.Equal(left, right) {
			return fmt.Errorf("%w: a row of %s differs in the copy", ErrCorrupt, t.name)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := b.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.name).Scan(&m); err != nil {
		return err
	}
	if n != m {
		return fmt.Errorf("%w: %s has %d rows, the copy %d", ErrCorrupt, t.name, n, m)
	}
	return nil
}
