package store

import (
	"context"
	"database/sql"
	"fmt"

	"meshplan/migrations"

	"github.com/pressly/goose/v3"
)

// schemaVersion compares the tables of a database with those this program knows.
type schemaVersion struct{ found, known int64 }

func (v schemaVersion) newer() bool { return v.found > v.known }

// migrate brings the tables up to date, or when write is false only looks whether they are.
func migrate(ctx context.Context, db *sql.DB, kind goose.Dialect, write bool, options ...goose.ProviderOption) (schemaVersion, error) {
	provider, err := goose.NewProvider(kind, db, migrations.Files, append(options, goose.WithLogger(goose.NopLogger()))...)
	if err != nil {
		return schemaVersion{}, err
	}
	if write {
		if _, err := provider.Up(ctx); err != nil {
			return schemaVersion{}, fmt.Errorf("updating tables: %w", err)
		}
	}
	found, known, err := provider.GetVersions(ctx)
	if err != nil {
		return schemaVersion{}, fmt.Errorf("reading the version of the tables: %w", err)
	}
	if found < known {
		return schemaVersion{}, unavailable(ErrReadOnly, fmt.Errorf("tables are of version %d, this program needs %d and may not update them", found, known))
	}
	return schemaVersion{found: found, known: known}, nil
}
