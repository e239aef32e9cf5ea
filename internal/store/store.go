package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options tune a [Store]; the zero value is fit for use.
type Options struct {
	Now      func() time.Time // clock; nil: time.Now
	Timeout  time.Duration    // of one operation, waiting included; 0: 10 s
	MaxConns int              // PostgreSQL connections, or SQLite readers; 0: 10, or 4
	Existing bool             // a SQLite file must be there already
	Logger   *slog.Logger     // what happens to the database itself, never contents; nil: silent
	// Observe is told of every operation: its name, its duration and its outcome, for
	// metrics. It must be safe for concurrent use.
	Observe func(operation string, took time.Duration, err error)
}

// Store keeps scenarios in one database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	options Options
	mu      sync.Mutex // held while connecting and closing
	current atomic.Pointer[database]
}

// dialect is one kind of database at one address.
type dialect interface {
	// connect opens the database with its tables up to date.
	connect(ctx context.Context, options Options) (*database, error)
	// classify says which sentinel of this package a driver's error is, nil for none.
	classify(err error) error
	// ping proves that the database answers, and that it takes writes.
	ping(ctx context.Context, db *database) error
	// beforeWrite is a last look before a transaction that writes.
	beforeWrite(db *database) error
	// check appends what only this kind of database can tell of its health.
	check(ctx context.Context, db *database, report *Report) error
	// String is the address without secrets.
	String() string
}

// database is an open connection pool; for PostgreSQL write and read are the same.
type database struct {
	write, read *sql.DB
	readOnly    bool            // opened without the right to write
	snapshot    *sql.TxOptions  // of a transaction that sees one state of everything
	schema      schemaVersion   // as found on opening
	file        fileIdentity    // SQLite only
	closeHook   func(*database) // SQLite only: tidy up before closing
}

// New returns a store that is not connected yet: every operation fails with
// [ErrUnavailable] until [Store.Connect] succeeds. dsn is a file path for SQLite or
// postgres://user:password@host:port/database for PostgreSQL.
func New(dsn string, options Options) (*Store, error) {
	d, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Timeout == 0 {
		options.Timeout = 10 * time.Second
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.Observe == nil {
		options.Observe = func(string, time.Duration, error) {}
	}
	return &Store{dialect: d, options: options}, nil
}

// Open is [New] and [Store.Connect].
func Open(ctx context.Context, dsn string, options Options) (*Store, error) {
	s, err := New(dsn, options)
	if err != nil {
		return nil, err
	}
	if err := s.Connect(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Connect opens the database and brings its tables up to date, under a lock. A database
// that may not be written to is opened read-only when its tables are current. On a
// connected store it does nothing. It may be tried again after an error.
func (s *Store) Connect(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Load() != nil {
		return nil
	}
	db, err := s.dialect.connect(ctx, s.options)
	if err != nil {
		return fmt.Errorf("opening %s: %w", s.dialect, s.translate(ctx, err))
	}
	if db.schema.newer() {
		s.options.Logger.Warn("database was written by a newer meshplan", "database", s.String(),
			"schema", db.schema.found, "known", db.schema.known)
	}
	s.current.Store(db)
	return nil
}

// Close ends all connections; operations fail with [ErrUnavailable] from then on.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	db := s.current.Swap(nil)
	if db == nil {
		return nil
	}
	return db.close()
}

func (db *database) close() error {
	var err error
	if db.read != db.write {
		err = db.read.Close()
	}
	if db.closeHook != nil {
		db.closeHook(db)
	}
	return errors.Join(err, db.write.Close())
}

// String is the address of the database, without secrets.
func (s *Store) String() string { return s.dialect.String() }

// Ping returns nil when the database serves reads and writes, [ErrReadOnly] when it
// serves reads only, and [ErrUnavailable] otherwise.
func (s *Store) Ping(ctx context.Context) error {
	return s.run(ctx, "ping", func(ctx context.Context, db *database) error {
		if err := s.dialect.ping(ctx, db); err != nil {
			return err
		}
		if db.readOnly {
			return ErrReadOnly
		}
		return nil
	})
}

// run bounds, observes and translates one operation.
func (s *Store) run(ctx context.Context, operation string, do func(context.Context, *database) error) error {
	start := time.Now()
	bounded, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	err := ErrUnavailable
	if db := s.current.Load(); db != nil {
		err = s.translate(ctx, do(bounded, db))
	}
	s.options.Observe(operation, time.Since(start), err)
	return err
}

// queryer is what *sql.DB and *sql.Tx have in common for reading.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// read runs an operation of one query.
func (s *Store) read(ctx context.Context, operation string, do func(context.Context, queryer) error) error {
	return s.run(ctx, operation, func(ctx context.Context, db *database) error { return do(ctx, db.read) })
}

// readSnapshot runs an operation of several queries that must see one state.
func (s *Store) readSnapshot(ctx context.Context, operation string, do func(context.Context, queryer) error) error {
	return s.run(ctx, operation, func(ctx context.Context, db *database) error {
		return inTransaction(ctx, db.read, db.snapshot, func(tx *sql.Tx) error { return do(ctx, tx) })
	})
}

// write runs an operation in a transaction: when it returns nil, all of it is durable.
func (s *Store) write(ctx context.Context, operation string, do func(context.Context, *sql.Tx) error) error {
	return s.run(ctx, operation, func(ctx context.Context, db *database) error {
		if db.readOnly {
			return ErrReadOnly
		}
		if err := s.dialect.beforeWrite(db); err != nil {
			return err
		}
		return inTransaction(ctx, db.write, nil, func(tx *sql.Tx) error { return do(ctx, tx) })
	})
}

func inTransaction(ctx context.Context, db *sql.DB, options *sql.TxOptions, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return errors.Join(err, rollback)
		}
		return err
	}
	return tx.Commit()
}

// translate turns an error into one of this package's, by code and never by text. ctx is
// the caller's: only its own end is the caller's doing.
func (s *Store) translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	for _, own := range []error{ErrNotFound, ErrWrongKey, ErrInvalid, ErrTooLarge, ErrConflict, ErrNotEmpty, ErrUnavailable} {
		if errors.Is(err, own) {
			return err
		}
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	if kind := s.dialect.classify(err); kind != nil {
		return unavailable(kind, err)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sql.ErrConnDone) {
		return unavailable(ErrUnavailable, err)
	}
	return fmt.Errorf("store: %w", err)
}

func (s *Store) now() int64 { return s.options.Now().UnixMilli() }
