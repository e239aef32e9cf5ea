package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// start is the time at which a test's clock begins.
var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clock is a clock that tests move.
type clock struct{ millis atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.millis.Store(start.UnixMilli())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMilli(c.millis.Load()) }
func (c *clock) advance(d time.Duration) { c.millis.Add(d.Milliseconds()) }

// fixture is an empty database that may be opened several times, as replicas do.
type fixture struct {
	dsn   string
	clock *clock
}

func (f fixture) open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), f.dsn, Options{Now: f.clock.now, Timeout: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// onEveryStore runs a test on a SQLite file, and on PostgreSQL when TEST_PG_DSN names a
// server (scripts/with-postgres starts one).
func onEveryStore(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		test(t, fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()})
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, fixture{newPostgresDatabase(t), newClock()})
	})
}

var databases atomic.Int64

// newPostgresDatabase creates an empty database on the test server and drops it afterwards.
func newPostgresDatabase(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("TEST_PG_DSN")
	if dsn == "" {
		t.Skip("TEST_PG_DSN is not set: run scripts/with-postgres go test ./internal/store")
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	admin := stdlib.OpenDB(*config)
	name := fmt.Sprintf("store_test_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	return fmt.Sprintf("postgres://%s@%s:%d/%s?sslmode=disable", config.User, config.Host, config.Port, name)
}

// draft is a small scenario; n makes it one of its kind.
func draft(n int) Draft {
	return Draft{
		Title: fmt.Sprintf("Checkout %d", n), Notes: "asked by finance",
		Document:     fmt.Appendf(nil, `{"version":1,"quick":{"services":%d}}`, n),
		Plan:         fmt.Appendf(nil, `{"verdict":"ambient","n":%d}`, n),
		ModelVersion: "1", CatalogAsOf: "2026-11-01",
	}
}

func create(t *testing.T, s *Store, d Draft) (Scenario, string) {
	t.Helper()
	saved, key, err := s.Create(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return saved, key
}

func get(t *testing.T, s *Store, id string, revision int64) Scenario {
	t.Helper()
	found, err := s.Get(t.Context(), id, revision)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// wantError fails unless err is want.
func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

// sameRevision fails unless two reads of a revision agree in everything saved.
func sameRevision(t *testing.T, got, want Scenario) {
	t.Helper()
	if !bytes.Equal(got.Document, want.Document) || !bytes.Equal(got.Plan, want.Plan) {
		t.Fatalf("document or plan changed: got %.80q %.80q, want %.80q %.80q", got.Document, got.Plan, want.Document, want.Plan)
	}
	a, b := got, want
	a.Document, a.Plan, b.Document, b.Plan = nil, nil, nil, nil
	if describe(a) != describe(b) {
		t.Fatalf("got  %s\nwant %s", describe(a), describe(b))
	}
}

func describe(s Scenario) string {
	text := func(at *time.Time) string {
		if at == nil {
			return "never"
		}
		return at.String()
	}
	imported, expires := text(s.ImportedAt), text(s.ExpiresAt)
	s.ImportedAt, s.ExpiresAt = nil, nil
	return fmt.Sprintf("%+v imported %s expires %s", s, imported, expires)
}

// rawDump returns every value of every table as text, to look for what must not be there.
func rawDump(t *testing.T, s *Store) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"scenarios", "revisions", "comments"} {
		rows, err := s.current.Load().read.QueryContext(context.Background(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := collect(rows, func(rows *sql.Rows) (string, error) { return rowAsText(rows) })
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return all.String()
}
