package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Report is the health of a database.
type Report struct {
	Database                       string
	Schema, SchemaKnown            int64
	Scenarios, Revisions, Comments int64
	Problems                       []string // empty: sound
	Notes                          []string // settings worth knowing
}

// check runs SQLite's own checks.
func (d *sqlite) check(ctx context.Context, db *database, report *Report) error {
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		rows, err := db.read.QueryContext(ctx, "PRAGMA "+pragma)
		if err != nil {
			return err
		}
		lines, err := collect(rows, rowAsText)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if line != "ok" {
				report.Problems = append(report.Problems, pragma+": "+line)
			}
		}
	}
	return nil
}

// rowAsText joins the columns of a row.
func rowAsText(rows *sql.Rows) (string, error) {
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	values, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return "", err
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = v.String
	}
	return strings.Join(words, " "), nil
}

// check reports settings under which PostgreSQL acknowledges what a power cut can lose.
func (d *postgres) check(ctx context.Context, db *database, report *Report) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := db.read.QueryRowContext(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		note := setting + "=" + value
		if value == "off" {
			note += ": a power cut can lose acknowledged saves; set it to on"
		}
		report.Notes = append(report.Notes, note)
	}
	return nil
}

// Check reads everything: the database's own checks, and for every scenario that its
// revisions are all there and are what was saved. It takes as long as the data is large
// and is bounded by ctx alone.
func (s *Store) Check(ctx context.Context) (Report, error) {
	db := s.current.Load()
	if db == nil {
		return Report{}, ErrUnavailable
	}
	report := Report{Database: s.String(), Schema: db.schema.found, SchemaKnown: db.schema.known}
	err := s.dialect.check(ctx, db, &report)
	if err == nil {
		err = checkContents(ctx, db.read, &report)
	}
	return report, s.translate(ctx, err)
}

func checkContents(ctx context.Context, q queryer, report *Report) error {
	if err := checkNumbering(ctx, q, report); err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, "SELECT scenario_id, revision, document, plan, digest FROM revisions ORDER BY scenario_id, revision")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, saved string
		var revision int64
		var document, plan []byte
		if err := rows.Scan(&id, &revision, &document, &plan, &saved); err != nil {
			return err
		}
		report.Revisions++
		if saved != digest(document, plan) {
			report.Problems = append(report.Problems, fmt.Sprintf("scenario %s… revision %d is not what was saved", id[:4], revision))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return q.QueryRowContext(ctx, "SELECT COUNT(*) FROM comments").Scan(&report.Comments)
}

// checkNumbering proves that each scenario has revisions 1 to latest. Ids are shortened in
// the report: a report is no place for read links.
func checkNumbering(ctx context.Context, q queryer, report *Report) error {
	rows, err := q.QueryContext(ctx, `
SELECT s.id, s.latest, COUNT(r.revision), COALESCE(MAX(r.revision), 0)
FROM scenarios s
LEFT JOIN revisions r ON r.scenario_id = s.id
GROUP BY s.id, s.latest
ORDER BY s.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var latest, count, highest int64
		if err := rows.Scan(&id, &latest, &count, &highest); err != nil {
			return err
		}
		report.Scenarios++
		if count != latest || highest != latest {
			report.Problems = append(report.Problems, fmt.Sprintf("scenario %s… has %d of %d revisions", id[:4], count, latest))
		}
	}
	return rows.Err()
}
