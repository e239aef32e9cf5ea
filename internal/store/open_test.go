package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnAddressThatCannotWorkIsRefusedWithTheCure(t *testing.T) {
	for dsn, cure := range map[string]string{
		"": "meshplan.db", ":memory:": "meshplan.db", "file:x?mode=memory": "meshplan.db", "mysql://root@localhost/x": "postgres://",
		"sqlite://x.db": "meshplan.db", "a\x00b": "meshplan.db", "postgres://host:notaport/db": "postgres://user:password@host:5432/name",
	} {
		_, err := New(dsn, Options{})
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), cure) {
			t.Errorf("%q: got %v, want it refused with %q", dsn, err, cure)
		}
	}
}

func TestNoMessageTellsThePassword(t *testing.T) {
	const dsn = "postgres://ann:hunter2@127.0.0.1:1/mesh?connect_timeout=1"
	s, err := New(dsn, Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Connect(t.Context()) // nothing listens on port 1
	wantError(t, err, ErrUnavailable)
	_, broken := New("postgres://ann:hunter2@127.0.0.1:x/mesh", Options{})
	if text := s.String() + err.Error() + broken.Error(); strings.Contains(text, "hunter2") {
		t.Fatal(text)
	}
	if s.String() != "postgres://ann@127.0.0.1:1/mesh" {
		t.Fatal(s.String())
	}
}

func TestFileNamesMayHoldWhatMeansSomethingInAnAddress(t *testing.T) {
	for _, name := range []string{"a b.db", "what?.db", "#1.db", "50%.db", "%41.db", "a&_pragma=x.db", "ü日🚢.db", "'quoted'.db", "no-extension"} {
		f := fixture{filepath.Join(t.TempDir(), name), newClock()}
		saved, _ := create(t, f.open(t), draft(1))
		sameRevision(t, get(t, f.open(t), saved.ID, 0), saved)
		if _, err := os.Stat(f.dsn); err != nil {
			t.Errorf("%s was opened as another file: %v", name, err)
		}
	}
}

func TestAFileThatCannotBeADatabaseIsLeftAlone(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "letter.txt")
	content := strings.Repeat("not a database ", 1000)
	if err := os.WriteFile(text, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]error{text: ErrCorrupt, folder: ErrUnavailable, filepath.Join(folder, "missing", "x.db"): ErrUnavailable} {
		_, err := Open(t.Context(), dsn, Options{})
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", dsn, err, want)
		}
	}
	if after, err := os.ReadFile(text); err != nil || string(after) != content {
		t.Fatalf("the file was changed (%v)", err)
	}
}

func TestTheDatabaseFileIsForItsOwnerOnly(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	create(t, f.open(t), draft(1))
	files, err := filepath.Glob(f.dsn + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("found %v (%v), want the database, its journal and its shared memory", files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", file, info.Mode(), err)
		}
	}
}

func TestBeforeConnectingAndAfterClosingEverythingIsUnavailable(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s, err := New(f.dsn, Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Get(t.Context(), strings.Repeat("A", 26), 0)
		wantError(t, err, ErrUnavailable)
		wantError(t, s.Ping(t.Context()), ErrUnavailable)
		for range 2 { // connecting twice is harmless
			if err := s.Connect(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		saved, _ := create(t, s, draft(1))
		if err := s.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.Get(t.Context(), saved.ID, 0)
		wantError(t, err, ErrUnavailable)
		_, _, err = s.Create(t.Context(), draft(1))
		wantError(t, err, ErrUnavailable)
	})
}

func TestNothingIsSavedIntoAFileThatWasDeletedOrReplaced(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	s := f.open(t)
	create(t, s, draft(1))
	if err := os.Rename(f.dsn, f.dsn+".away"); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Create(t.Context(), draft(2))
	wantError(t, err, ErrUnavailable)
	wantError(t, s.Ping(t.Context()), ErrUnavailable)
	if err := os.WriteFile(f.dsn, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.Create(t.Context(), draft(2))
	wantError(t, err, ErrUnavailable)
	if err := os.Rename(f.dsn+".away", f.dsn); err != nil {
		t.Fatal(err)
	}
	create(t, s, draft(3))
}

func TestTablesOfANewerProgramAreServedAndOldOnesUpdated(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, _ := create(t, s, draft(1))
		const ahead = "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, $1)"
		var applied any = true
		if _, isFile := s.dialect.(*sqlite); isFile {
			applied = 1
		}
		if _, err := s.current.Load().write.ExecContext(t.Context(), ahead, applied); err != nil {
			t.Fatal(err)
		}
		older := f.open(t)
		sameRevision(t, get(t, older, saved.ID, 0), saved)
		if report, err := older.Check(t.Context()); err != nil || report.Schema != 99 || report.SchemaKnown >= 99 {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

func TestAFileThatMustExistIsNotCreated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meshplan.db")
	_, err := Open(t.Context(), path, Options{Existing: true})
	wantError(t, err, ErrUnavailable)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the file was created: %v", err)
	}
}
