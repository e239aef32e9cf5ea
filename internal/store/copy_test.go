package store

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fill saves scenarios of every shape: revisions, comments, copies, expiry, owner, edit
// keys, hostile texts. It returns the ids and the key of the first.
func fill(t *testing.T, f fixture, s *Store) (ids []string, key string) {
	t.Helper()
	for n, text := range hostile {
		d := draft(n)
		d.Title, d.Notes, d.Owner = text, text, text
		if n%5 == 0 {
			at := f.clock.now().Add(24 * time.Hour)
			d.ExpiresAt = &at
		}
		if n%7 == 1 {
			d.Parent = ids[0]
		}
		saved, k := create(t, s, d)
		if n == 0 {
			key = k
		}
		ids = append(ids, saved.ID)
		for base := int64(1); base <= int64(n%3); base++ {
			f.clock.advance(time.Second)
			if _, err := s.Update(t.Context(), saved.ID, k, base, d); err != nil {
				t.Fatal(err)
			}
		}
		if text != "" {
			if _, err := s.Comment(t.Context(), saved.ID, 1, "Ann", text); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ids, key
}

// sameEverything fails unless both stores hold the same, revision by revision.
func sameEverything(t *testing.T, a, b *Store, ids []string) {
	t.Helper()
	for _, id := range ids {
		newest := get(t, a, id, 0)
		for n := int64(1); n <= newest.Revisions; n++ {
			sameRevision(t, get(t, b, id, n), get(t, a, id, n))
		}
		left, err := a.Comments(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		right, err := b.Comments(t.Context(), id, 0)
		if err != nil || !slices.Equal(left, right) {
			t.Fatalf("comments %+v became %+v, %v", left, right, err)
		}
	}
	if err := a.SameContents(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// TestEveryColumnIsCopied keeps the lists of copy.go complete when a migration adds one.
func TestEveryColumnIsCopied(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	db := f.open(t).current.Load().read
	rows, err := db.QueryContext(t.Context(), `
SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version' ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := collect(rows, func(rows *sql.Rows) (string, error) { return rowAsText(rows) })
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, t := range tables {
		for _, column := range t.columns {
			want = append(want, t.name+" "+column)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("the database has %v, copied are %v", got, want)
	}
}

func TestMovingToAnotherDatabaseLosesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, source fixture) {
		from := source.open(t)
		ids, key := fill(t, source, from)
		onEveryStore(t, func(t *testing.T, target fixture) {
			target.clock = source.clock
			to := target.open(t)
			if err := from.CopyTo(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			sameEverything(t, from, to, ids)
			wantError(t, from.CopyTo(t.Context(), to), ErrNotEmpty)
			// The edit key works at the new place, and a difference is found.
			if err := to.SetExpiry(t.Context(), ids[0], key, nil); err != nil {
				t.Fatal(err)
			}
			wantError(t, from.SameContents(t.Context(), to), ErrCorrupt)
			if err := to.Delete(t.Context(), ids[0], key); err != nil {
				t.Fatal(err)
			}
			wantError(t, from.SameContents(t.Context(), to), ErrCorrupt)
			wantError(t, to.SameContents(t.Context(), from), ErrCorrupt)
		})
	})
}

func TestABackupTakenWhileSavingGoesOnRestoresWhole(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		ids, _ := fill(t, f, s)
		stop, saved := make(chan struct{}), make(chan error, 1)
		go func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					saved <- nil
					return
				default:
					if _, _, err := s.Create(t.Context(), draft(n)); err != nil {
						saved <- err
						return
					}
				}
			}
		}()
		file := filepath.Join(t.TempDir(), "backup.db")
		report, err := s.Backup(t.Context(), file)
		close(stop)
		if saveErr := <-saved; saveErr != nil || err != nil {
			t.Fatal(saveErr, err)
		}
		if report.Scenarios < int64(len(ids)) || len(report.Problems) > 0 || report.Database != file {
			t.Fatalf("%+v", report)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the backup is readable for others: %v, %v", info.Mode(), err)
		}
		restored := filepath.Join(t.TempDir(), "restored.db")
		again, kept, err := Restore(t.Context(), restored, file, false, start)
		if err != nil || kept != "" || again.Scenarios != report.Scenarios || again.Revisions != report.Revisions || again.Comments != report.Comments {
			t.Fatalf("restored %+v (%q, %v) of %+v", again, kept, err, report)
		}
		copied := fixture{restored, f.clock}.open(t)
		for _, id := range ids {
			sameRevision(t, get(t, copied, id, 0), get(t, s, id, 0))
		}
		_, err = s.Backup(t.Context(), file)
		wantError(t, err, ErrInvalid) // never over an older backup
	})
}

func TestARestoreIntoPostgresNeedsAnEmptyDatabase(t *testing.T) {
	source := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	target := fixture{newPostgresDatabase(t), source.clock}
	from := source.open(t)
	ids, _ := fill(t, source, from)
	file := filepath.Join(t.TempDir(), "backup.db")
	if _, err := from.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	for _, replace := range []bool{false, true} {
		_, _, err := Restore(t.Context(), target.dsn, file, replace, start)
		if first := !replace; first && err != nil {
			t.Fatal(err)
		} else if !first {
			wantError(t, err, ErrNotEmpty)
		}
	}
	sameEverything(t, from, target.open(t), ids)
}

func TestARestoreReplacesAFileOnlyWhenToldAndNobodyUsesIt(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	s, err := Open(t.Context(), f.dsn, Options{Now: f.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := create(t, s, draft(1))
	file := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	after, _ := create(t, s, draft(2))

	_, _, err = Restore(t.Context(), f.dsn, file, false, start)
	wantError(t, err, ErrNotEmpty)
	if _, _, err = Restore(t.Context(), f.dsn, file, true, start); err == nil || !strings.Contains(err.Error(), "stop the server first") {
		t.Fatalf("a file in use was replaced: %v", err)
	}
	sameRevision(t, get(t, s, after.ID, 0), after)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	_, kept, err := Restore(t.Context(), f.dsn, file, true, start)
	if err != nil || kept != f.dsn+".before-restore-20261123T120000.000Z" {
		t.Fatal(kept, err)
	}
	restored := f.open(t)
	sameRevision(t, get(t, restored, before.ID, 0), before)
	_, err = restored.Get(t.Context(), after.ID, 0)
	wantError(t, err, ErrNotFound)
	sameRevision(t, get(t, fixture{kept, f.clock}.open(t), after.ID, 0), after)
	leftovers, err := filepath.Glob(filepath.Join(filepath.Dir(f.dsn), "*.partial*"))
	if err != nil || len(leftovers) > 0 {
		t.Fatal(leftovers, err)
	}
}

func TestADamagedBackupIsRefusedAndTheDatabaseStays(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	s := f.open(t)
	ids, _ := fill(t, f, s)
	file := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(whole)
	at := strings.Index(string(changed), `"services":3}`) // in the document of scenario 3
	changed[at+len(`"services":`)] = '4'
	for name, bytes := range map[string][]byte{
		"cut short": whole[:len(whole)*2/3], "one digit changed": changed, "not a database": []byte("hello"), "empty": nil,
	} {
		bad := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(bad, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(t.TempDir(), "target.db")
		if _, _, err := Restore(t.Context(), target, bad, false, start); err == nil {
			t.Errorf("%s: restored", name)
		}
		if _, err := os.Stat(target); err == nil {
			t.Errorf("%s: left a database behind", name)
		}
		if _, _, err := Restore(t.Context(), f.dsn, bad, true, start); err == nil {
			t.Errorf("%s: replaced a good database", name)
		}
	}
	get(t, s, ids[3], 0)
}

func TestCheckFindsWhatIsDamaged(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		ids, _ := fill(t, f, s)
		if report, err := s.Check(t.Context()); err != nil || len(report.Problems) > 0 || report.Scenarios != int64(len(ids)) {
			t.Fatalf("%+v, %v", report, err)
		}
		for _, damage := range []string{
			"UPDATE revisions SET document = '{\"services\":4}' WHERE scenario_id = $1",
			"DELETE FROM revisions WHERE revision = 1 AND scenario_id = $1",
		} {
			if _, err := s.current.Load().write.ExecContext(t.Context(), damage, ids[2]); err != nil {
				t.Fatal(err)
			}
			_, err := s.Get(t.Context(), ids[2], 1)
			if err == nil {
				t.Fatal("a damaged revision was served")
			}
			report, err := s.Check(t.Context())
			if err != nil || len(report.Problems) == 0 || strings.Contains(strings.Join(report.Problems, ""), ids[2]) {
				t.Fatalf("after %s: %+v, %v", damage, report, err)
			}
		}
	})
}
