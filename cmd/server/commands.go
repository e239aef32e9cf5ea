package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"meshplan/internal/store"
)

// command is something the program can do; "" is to serve.
type command struct {
	name      string
	arguments []string
	help      string
	run       func(context.Context, environment) error
}

// environment is what a command works with.
type environment struct {
	config         config
	arguments      []string
	stdout, stderr io.Writer
}

func commands() []command {
	return []command{
		{"", nil, "serve the planner until SIGTERM or an interrupt", serve},
		{"backup", []string{"FILE"}, "write everything in -db to a new SQLite file, while servers run, and verify it", backup},
		{"restore", []string{"FILE"}, "fill -db from a backup: a new SQLite file or an empty PostgreSQL database", restore},
		{"check", nil, "read everything in -db and report damage with exit code 3", check},
		{"migrate", []string{"TARGET"}, "copy everything in -db to an empty database, such as postgres://user@host/name", migrate},
		{"version", nil, "print the version", printVersion},
	}
}

func commandNamed(name string) (command, error) {
	var known []string
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		if c.name != "" {
			known = append(known, c.name)
		}
	}
	return command{}, &usageError{fmt.Sprintf("there is no command %q; use %s, or none to serve", name, strings.Join(known, ", "))}
}

func (c command) label() string {
	if c.name == "" {
		return "the server"
	}
	return c.name
}

func (c command) usage() string {
	words := []string{"server"}
	if c.name != "" {
		words = append(words, c.name)
	}
	return strings.Join(append(append(words, "[settings]"), c.arguments...), " ")
}

func backup(ctx context.Context, e environment) error {
	s, err := openStore(ctx, e.config.database)
	if err != nil {
		return err
	}
	report, err := s.Backup(ctx, e.arguments[0])
	if err := errors.Join(err, s.Close()); errors.Is(err, store.ErrInvalid) {
		return &usageError{err.Error()}
	} else if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "saved %s of %s to %s and verified it\n", contents(report), s, report.Database)
	return nil
}

func restore(ctx context.Context, e environment) error {
	report, kept, err := store.Restore(ctx, e.config.database, e.arguments[0], e.config.force, time.Now())
	if kept != "" {
		fmt.Fprintf(e.stdout, "the database that was there is kept as %s\n", kept)
	}
	if errors.Is(err, store.ErrNotEmpty) {
		return fmt.Errorf("%w; add -force to replace a SQLite file, or name an empty PostgreSQL database", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "restored %s into %s\n", contents(report), report.Database)
	return damage(e.stdout, report)
}

func check(ctx context.Context, e environment) error {
	s, err := openStore(ctx, e.config.database)
	if err != nil {
		return damagedOr(err)
	}
	report, err := s.Check(ctx)
	if err := errors.Join(err, s.Close()); err != nil {
		return damagedOr(err)
	}
	fmt.Fprintf(e.stdout, "%s holds %s; tables are of version %d, this program knows %d\n",
		report.Database, contents(report), report.Schema, report.SchemaKnown)
	for _, note := range report.Notes {
		fmt.Fprintln(e.stdout, note)
	}
	return damage(e.stdout, report)
}

func migrate(ctx context.Context, e environment) error {
	from, err := openStore(ctx, e.config.database)
	if err != nil {
		return err
	}
	to, err := openNew(ctx, e.arguments[0], store.Options{})
	if err != nil {
		return errors.Join(err, from.Close())
	}
	report, err := copyAndCompare(ctx, from, to)
	if err := errors.Join(err, from.Close(), to.Close()); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "copied %s from %s to %s and compared them; now start the servers with the new -db\n", contents(report), from, to)
	return nil
}

func copyAndCompare(ctx context.Context, from, to *store.Store) (store.Report, error) {
	if err := from.CopyTo(ctx, to); err != nil {
		return store.Report{}, err
	}
	if err := from.SameContents(ctx, to); err != nil {
		return store.Report{}, err
	}
	report, err := to.Check(ctx)
	if err == nil && len(report.Problems) > 0 {
		err = errDamaged
	}
	return report, err
}

func printVersion(_ context.Context, e environment) error {
	_, err := fmt.Fprintln(e.stdout, versionText())
	return err
}

// openStore opens a database that must be there: a slip in -db must not look like an
// empty one.
func openStore(ctx context.Context, dsn string) (*store.Store, error) {
	return openNew(ctx, dsn, store.Options{Existing: true})
}

func openNew(ctx context.Context, dsn string, options store.Options) (*store.Store, error) {
	s, err := store.Open(ctx, dsn, options)
	if errors.Is(err, store.ErrInvalid) {
		return nil, &usageError{err.Error()}
	}
	return s, err
}

func contents(r store.Report) string {
	return fmt.Sprintf("%d scenarios, %d revisions, %d comments", r.Scenarios, r.Revisions, r.Comments)
}

func damage(w io.Writer, r store.Report) error {
	for _, problem := range r.Problems {
		fmt.Fprintln(w, "damage:", problem)
	}
	if len(r.Problems) > 0 {
		return errDamaged
	}
	return nil
}

// damagedOr gives a database that cannot even be opened for its damage the same exit code.
func damagedOr(err error) error {
	if errors.Is(err, store.ErrCorrupt) {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return err
}
