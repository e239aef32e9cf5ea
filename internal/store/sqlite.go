package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	sqlitedriver "modernc.org/sqlite"
	sqlitecode "modernc.org/sqlite/lib"
)

// sqlite is a database file. Settings are in the connection string, not in statements, so
// that every pooled connection has them.
type sqlite struct{ path string }

// fileIdentity is the file that was opened: a path can come to mean another.
type fileIdentity struct{ info fs.FileInfo }

const sqliteSettings = "?_busy_timeout=5000&_foreign_keys=1&_synchronous=FULL&_dqs=0&_defensive=1" +
	"&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=secure_delete(1)"

func (d *sqlite) String() string { return d.path }

// dsn escapes the path: ? # and % are legal in file names and mean something in an address.
func (d *sqlite) dsn(more string) string {
	return "file:" + (&url.URL{Path: d.path}).EscapedPath() + sqliteSettings + more
}

func (d *sqlite) connect(ctx context.Context, options Options) (*database, error) {
	db, err := d.connectReadWrite(ctx, options)
	if err != nil && errors.Is(d.classify(err), ErrReadOnly) {
		var readOnlyErr error
		if db, readOnlyErr = d.connectReadOnly(ctx, options); readOnlyErr != nil {
			return nil, errors.Join(err, readOnlyErr)
		}
		return db, nil
	}
	return db, err
}

func (d *sqlite) connectReadWrite(ctx context.Context, options Options) (*database, error) {
	if options.Existing {
		if _, err := os.Stat(d.path); err != nil {
			return nil, err
		}
	}
	if err := createPrivately(d.path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", d.dsn("&_journal_mode=WAL&_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1) // writers queue here, not on the file's lock
	schema, err := d.migrate(ctx, write)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read, err := d.readers("&_query_only=1", options)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	db := &database{write: write, read: read, schema: schema, closeHook: optimize}
	return d.identify(db)
}

// migrate tries again when another process on the same file was quicker: the loser's
// transaction has failed as a whole, and finds the tables there the next time.
func (d *sqlite) migrate(ctx context.Context, write *sql.DB) (schemaVersion, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		schema, err := migrate(ctx, write, goose.DialectSQLite3, true)
		if err == nil || attempt == attempts || d.classify(err) != nil {
			return schema, err
		}
	}
}

// connectReadOnly opens a file or folder without write permission. SQLite needs a shared
// memory file beside a database in WAL mode; where it cannot have one, the file is opened
// as immutable, which is right only while no journal waits to be played in.
func (d *sqlite) connectReadOnly(ctx context.Context, options Options) (*database, error) {
	if _, err := os.Stat(d.path); err != nil {
		return nil, err
	}
	more := "&mode=ro"
	db, err := d.openReadOnly(ctx, more, options)
	if err != nil && d.classify(err) != nil {
		if wal, statErr := os.Stat(d.path + "-wal"); statErr == nil && wal.Size() > 0 {
			return nil, err
		}
		db, err = d.openReadOnly(ctx, more+"&immutable=1", options)
	}
	return db, err
}

func (d *sqlite) openReadOnly(ctx context.Context, more string, options Options) (*database, error) {
	read, err := d.readers(more, options)
	if err != nil {
		return nil, err
	}
	schema, err := migrate(ctx, read, goose.DialectSQLite3, false)
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	return d.identify(&database{write: read, read: read, schema: schema, readOnly: true})
}

func (d *sqlite) readers(more string, options Options) (*sql.DB, error) {
	read, err := sql.Open("sqlite", d.dsn(more))
	if err != nil {
		return nil, err
	}
	n := options.MaxConns
	if n == 0 {
		n = 4
	}
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	return read, nil
}

func (d *sqlite) identify(db *database) (*database, error) {
	info, err := os.Stat(d.path)
	if err != nil {
		return nil, errors.Join(err, db.close())
	}
	db.file = fileIdentity{info}
	return db, nil
}

// createPrivately makes the file readable for its owner only: it holds every read link.
// SQLite gives its journal files the same permissions.
func createPrivately(path string) error {
	if folder, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the folder of the database is missing; create it first: %w", err)
	} else if !folder.IsDir() {
		return fmt.Errorf("%s is not a folder", filepath.Dir(path))
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func optimize(db *database) {
	// Advice to the query planner; without it the next run is merely slower.
	_, _ = db.write.Exec("PRAGMA optimize")
}

func (d *sqlite) ping(ctx context.Context, db *database) error {
	if err := d.beforeWrite(db); err != nil {
		return err
	}
	var n int64
	return db.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM goose_db_version").Scan(&n)
}

// beforeWrite sees to it that a save never goes into a file that has been deleted or
// replaced while it was open, where it would be lost with the process.
func (d *sqlite) beforeWrite(db *database) error {
	info, err := os.Stat(d.path)
	if err != nil {
		return unavailable(ErrUnavailable, fmt.Errorf("the database file is gone; put it back or restart: %w", err))
	}
	if !os.SameFile(info, db.file.info) {
		return unavailable(ErrUnavailable, errors.New("the database file has been replaced; restart to use the new one"))
	}
	return nil
}

func (d *sqlite) classify(err error) error {
	var failed *sqlitedriver.Error
	if !errors.As(err, &failed) {
		return classifyFileError(err)
	}
	switch failed.Code() & 0xff { // the primary code
	case sqlitecode.SQLITE_READONLY, sqlitecode.SQLITE_PERM:
		return ErrReadOnly
	case sqlitecode.SQLITE_FULL:
		return ErrFull
	case sqlitecode.SQLITE_CORRUPT, sqlitecode.SQLITE_NOTADB:
		return ErrCorrupt
	case sqlitecode.SQLITE_BUSY, sqlitecode.SQLITE_LOCKED, sqlitecode.SQLITE_IOERR, sqlitecode.SQLITE_CANTOPEN,
		sqlitecode.SQLITE_NOMEM, sqlitecode.SQLITE_INTERRUPT, sqlitecode.SQLITE_PROTOCOL, sqlitecode.SQLITE_NOLFS:
		return ErrUnavailable
	}
	return nil
}
