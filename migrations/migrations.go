// Package migrations holds the tables of the scenario store as numbered SQL files, the
// same text for SQLite and PostgreSQL. A file that has been released is never edited.
package migrations

import "embed"

// Files are the migrations in the layout that goose reads: NNNNN_name.sql at the root.
//
//go:embed *.sql
var Files embed.FS
