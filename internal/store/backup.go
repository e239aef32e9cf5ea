package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Backup writes everything to a new SQLite file while the store is in use, whichever
// database that is, and reads the file back: the report is of the file. The file appears
// under its name only when it is complete and sound.
func (s *Store) Backup(ctx context.Context, file string) (Report, error) {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return Report{}, &InvalidError{Field: "backup file", Message: file + " exists or cannot be looked at; give a new name in a folder that exists"}
	}
	partial := file + ".partial"
	if err := removeDatabase(partial); err != nil {
		return Report{}, err
	}
	report, err := s.backupInto(ctx, partial)
	if err == nil {
		err = publish(partial, file)
	}
	if err != nil {
		return Report{}, errors.Join(fmt.Errorf("backup: %w", err), removeDatabase(partial))
	}
	report.Database = file
	return report, nil
}

func (s *Store) backupInto(ctx context.Context, file string) (Report, error) {
	if s.current.Load() == nil {
		return Report{}, ErrUnavailable
	}
	copyInto := s.copyIntoFile
	if d, isFile := s.dialect.(*sqlite); isFile {
		copyInto = d.vacuumInto
	}
	if err := copyInto(ctx, file); err != nil {
		return Report{}, s.translate(ctx, err)
	}
	return verifyFile(ctx, file)
}

// vacuumInto has SQLite write one state of the database, on a connection of its own: the
// readers' are not allowed to.
func (d *sqlite) vacuumInto(ctx context.Context, file string) (err error) {
	if err := createPrivately(file); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", d.dsn("&mode=ro"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", file)
	return err
}

func (s *Store) copyIntoFile(ctx context.Context, file string) (err error) {
	target, err := Open(ctx, file, Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return s.CopyTo(ctx, target)
}

// verifyFile opens a SQLite file as it is, without bringing tables up to date, and checks it.
func verifyFile(ctx context.Context, file string) (report Report, err error) {
	s, err := New(file, Options{})
	if err != nil {
		return Report{}, err
	}
	d, isFile := s.dialect.(*sqlite)
	if !isFile {
		return Report{}, &InvalidError{Field: "backup file", Message: "must be a file path"}
	}
	if _, err := os.Stat(file); err != nil {
		return Report{}, err
	}
	read, err := sql.Open("sqlite", d.dsn("&mode=ro"))
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, read.Close()) }()
	report.Database = file
	if err = d.check(ctx, &database{read: read}, &report); err == nil {
		err = checkContents(ctx, read, &report)
	}
	if err != nil {
		return report, fmt.Errorf("%s is not a sound backup: %w", file, s.translate(ctx, err))
	}
	if len(report.Problems) > 0 {
		return report, unavailable(ErrCorrupt, fmt.Errorf("%s: %s", file, report.Problems[0]))
	}
	return report, nil
}

// Restore puts the contents of a backup file into the database at dsn. PostgreSQL must be
// empty. A SQLite file that exists is refused unless replace is set; then it is kept
// beside the new one under a name with the time, and no server may be using it. The
// report is of the restored database; kept is the name of the old file, "" for none.
func Restore(ctx context.Context, dsn, file string, replace bool, now time.Time) (report Report, kept string, err error) {
	if _, err := verifyFile(ctx, file); err != nil {
		return Report{}, "", err
	}
	target, err := New(dsn, Options{})
	if err != nil {
		return Report{}, "", err
	}
	if d, isFile := target.dialect.(*sqlite); isFile {
		kept, err = d.replaceWith(ctx, file, replace, now)
		if err != nil {
			return Report{}, kept, err
		}
	}
	if err := target.Connect(ctx); err != nil {
		return Report{}, kept, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if _, isFile := target.dialect.(*sqlite); !isFile {
		if err := fillFromFile(ctx, target, file); err != nil {
			return Report{}, "", err
		}
	}
	report, err = target.Check(ctx)
	return report, kept, err
}

// fillFromFile copies a backup by way of a copy of the file, whose tables may be brought
// up to date; the backup itself stays as it is.
func fillFromFile(ctx context.Context, target *Store, file string) (err error) {
	folder, err := os.MkdirTemp("", "meshplan-restore")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	duplicate := filepath.Join(folder, "backup.db")
	if err := copyFile(file, duplicate); err != nil {
		return err
	}
	source, err := Open(ctx, duplicate, Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	return source.CopyTo(ctx, target)
}

// replaceWith puts a copy of file where the database is, and the old one aside.
func (d *sqlite) replaceWith(ctx context.Context, file string, replace bool, now time.Time) (kept string, err error) {
	partial := d.path + ".partial"
	if err := copyFile(file, partial); err != nil {
		return "", err
	}
	if old, statErr := os.Stat(d.path); statErr == nil && old.Size() > 0 {
		if !replace {
			return "", errors.Join(fmt.Errorf("%w: %s exists", ErrNotEmpty, d.path), os.Remove(partial))
		}
		if err := d.ownAlone(ctx); err != nil {
			return "", errors.Join(err, os.Remove(partial))
		}
		kept = d.path + ".before-restore-" + now.UTC().Format("20060102T150405.000Z")
		if err := os.Rename(d.path, kept); err != nil {
			return "", errors.Join(err, os.Remove(partial))
		}
	}
	return kept, publish(partial, d.path)
}

// ownAlone fails while any other process has the file open, and folds the journal into
// it: leaving the WAL mode needs sole access. A file that is no database passes.
func (d *sqlite) ownAlone(ctx context.Context) error {
	db, err := sql.Open("sqlite", d.dsn(""))
	if err != nil {
		return err
	}
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode=DELETE").Scan(&mode)
	err = errors.Join(err, db.Close())
	if err != nil && !errors.Is(d.classify(err), ErrCorrupt) {
		return fmt.Errorf("%s is in use; stop the server first: %w", d.path, err)
	}
	return removeDatabaseJournals(d.path)
}

// publish makes a finished file durable and gives it its name.
func publish(partial, file string) error {
	if err := syncPath(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, file); err != nil {
		return err
	}
	return syncPath(filepath.Dir(file))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

func removeDatabase(path string) error {
	return errors.Join(removeIfThere(path), removeDatabaseJournals(path))
}

// removeDatabaseJournals also keeps a new file from being read with another's journal.
func removeDatabaseJournals(path string) error {
	return errors.Join(removeIfThere(path+"-wal"), removeIfThere(path+"-shm"), removeIfThere(path+"-journal"))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
