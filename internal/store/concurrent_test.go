package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// parallel runs do(0) to do(n-1) at the same time and returns their errors.
func parallel(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var wait, gate sync.WaitGroup
	gate.Add(1)
	for i := range n {
		wait.Go(func() {
			gate.Wait()
			errs[i] = do(i)
		})
	}
	gate.Done()
	wait.Wait()
	return errs
}

func TestOfConcurrentUpdatesFromOneRevisionExactlyOneWins(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		const rounds, writers = 10, 8
		replicas := []*Store{f.open(t), f.open(t)}
		saved, key := create(t, replicas[0], draft(0))
		for base := int64(1); base <= rounds; base++ {
			errs := parallel(writers, func(i int) error {
				_, err := replicas[i%2].Update(t.Context(), saved.ID, key, base, draft(i))
				return err
			})
			winner := -1
			for i, err := range errs {
				var conflict *ConflictError
				switch {
				case err == nil && winner < 0:
					winner = i
				case !errors.As(err, &conflict):
					t.Fatalf("round %d writer %d: got %v beside winner %d, want a conflict", base, i, err, winner)
				case conflict.Base.Revision != base || conflict.Newest.Revision != base+1:
					t.Fatalf("conflict between %d and %d, want %d and %d", conflict.Base.Revision, conflict.Newest.Revision, base, base+1)
				}
			}
			if winner < 0 {
				t.Fatalf("round %d has no winner", base)
			}
			for _, replica := range replicas {
				if got := get(t, replica, saved.ID, 0); string(got.Document) != string(draft(winner).Document) || got.Revisions != base+1 {
					t.Fatalf("round %d: revision %d holds %s, want that of writer %d", base, got.Revision, got.Document, winner)
				}
			}
		}
	})
}

func TestConcurrentSavesThroughTwoReplicasAreAllThere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		const writers, each = 8, 15
		replicas := []*Store{f.open(t), f.open(t)}
		var mu sync.Mutex
		documents := map[string]string{}
		errs := parallel(writers, func(i int) error {
			for n := range each {
				d := draft(i*each + n)
				saved, key, err := replicas[i%2].Create(t.Context(), d)
				if err != nil {
					return err
				}
				if n%3 == 0 {
					d = draft(1000 + i*each + n)
					if _, err := replicas[(i+1)%2].Update(t.Context(), saved.ID, key, 1, d); err != nil {
						return err
					}
				}
				mu.Lock()
				documents[saved.ID] = string(d.Document)
				mu.Unlock()
			}
			return nil
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if len(documents) != writers*each {
			t.Fatalf("%d different ids for %d saves", len(documents), writers*each)
		}
		for id, want := range documents {
			if got := get(t, replicas[0], id, 0); string(got.Document) != want {
				t.Fatalf("got %s, want %s", got.Document, want)
			}
		}
		report, err := replicas[1].Check(t.Context())
		if err != nil || len(report.Problems) > 0 || report.Scenarios != writers*each || report.Revisions != writers*(each+each/3) {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

func TestProcessesThatStartTogetherOnAnEmptyDatabaseAllServe(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		stores := make([]*Store, 6)
		errs := parallel(len(stores), func(i int) (err error) {
			stores[i], err = Open(t.Context(), f.dsn, Options{Now: f.clock.now})
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for i, s := range stores {
			saved, _ := create(t, s, draft(i))
			sameRevision(t, get(t, stores[(i+1)%len(stores)], saved.ID, 0), saved)
		}
		for _, s := range stores {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestACallerThatGivesUpGetsItsOwnErrorAndSavesNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Update(ctx, saved.ID, key, 1, draft(2))
		wantError(t, err, context.Canceled)
		if errors.Is(err, ErrUnavailable) {
			t.Fatal("the caller's own doing is blamed on the database")
		}
		if got := get(t, s, saved.ID, 0); got.Revisions != 1 {
			t.Fatalf("%d revisions", got.Revisions)
		}
	})
}

func TestEveryPooledConnectionHasTheDefensiveSettings(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	db := f.open(t).current.Load()
	// 2 is FULL; see https://sqlite.org/pragma.html.
	settings := map[string]string{
		"foreign_keys": "1", "synchronous": "2", "journal_mode": "wal", "busy_timeout": "5000",
		"trusted_schema": "0", "secure_delete": "1", "cell_size_check": "1",
	}
	for i := range 5 { // the writer and all four readers, held open at once
		pool := db.read
		if i == 4 {
			pool = db.write
		}
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for name, want := range settings {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != want {
				t.Errorf("connection %d: %s is %q (%v), want %s", i, name, got, err, want)
			}
		}
		_, err = conn.ExecContext(t.Context(), "DELETE FROM scenarios")
		if readOnly := i < 4; readOnly != (err != nil) {
			t.Errorf("connection %d: deleting gave %v", i, err)
		}
		if _, err := conn.ExecContext(t.Context(), `SELECT "no such column" FROM scenarios`); err == nil {
			t.Errorf("connection %d takes a misspelt column for text", i)
		}
	}
}

func TestTwoStoresOnOneFileDoNotFailUnderEachOthersLock(t *testing.T) {
	f := fixture{filepath.Join(t.TempDir(), "meshplan.db"), newClock()}
	a, b := f.open(t), f.open(t)
	errs := parallel(8, func(i int) error {
		s := a
		if i%2 == 1 {
			s = b
		}
		for n := range 10 {
			if _, _, err := s.Create(t.Context(), draft(n)); err != nil {
				return fmt.Errorf("writer %d: %w", i, err)
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
