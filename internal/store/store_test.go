package store

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestASavedScenarioComesBackByteForByte(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		d := draft(60)
		// Order of members, blanks and number formats are the author's.
		d.Document = []byte("{ \"b\" : 1.0,\t\"a\":1e3, \"b2\":\"\\u00e9\\u0000\" }\n")
		saved, key := create(t, s, d)
		if len(saved.ID) != 26 || len(key) != 26 || saved.ID == key {
			t.Fatalf("id %q and key %q must be different secrets of 26 characters", saved.ID, key)
		}
		for _, revision := range []int64{0, 1} {
			got := get(t, s, saved.ID, revision)
			sameRevision(t, got, saved)
			if !bytes.Equal(got.Document, d.Document) || !got.CreatedAt.Equal(start) || got.Revision != 1 || got.Revisions != 1 {
				t.Fatalf("got %s with %q", describe(got), got.Document)
			}
		}
		sameRevision(t, get(t, f.open(t), saved.ID, 0), saved) // another process
	})
}

func TestRevisionsAreNumberedAndNeverChange(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		first, key := create(t, s, draft(1))
		for base := int64(1); base <= 3; base++ {
			f.clock.advance(time.Minute)
			d := draft(int(base) + 1)
			updated, err := s.Update(t.Context(), first.ID, key, base, d)
			if err != nil {
				t.Fatal(err)
			}
			sameRevision(t, get(t, s, first.ID, base+1), updated)
			sameRevision(t, get(t, s, first.ID, 0), updated)
		}
		first.Revisions = 4
		sameRevision(t, get(t, s, first.ID, 1), first)
		history, err := s.Revisions(t.Context(), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range history {
			got = append(got, fmt.Sprint(r.Revision, " ", r.Title, " ", r.CreatedAt.Sub(start), " ", r.DocumentBytes))
		}
		// {"version":1,"quick":{"services":4}} has 36 bytes.
		want := "4 Checkout 4 3m0s 36|3 Checkout 3 2m0s 36|2 Checkout 2 1m0s 36|1 Checkout 1 0s 36"
		if strings.Join(got, "|") != want {
			t.Fatalf("got %s, want %s", strings.Join(got, "|"), want)
		}
	})
}

func TestAnUpdateFromAnOldRevisionConflictsAndShowsBoth(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		if _, err := s.Update(t.Context(), saved.ID, key, 1, draft(2)); err != nil {
			t.Fatal(err)
		}
		_, err := s.Update(t.Context(), saved.ID, key, 1, draft(3))
		var conflict *ConflictError
		if !errors.As(err, &conflict) || !errors.Is(err, ErrConflict) {
			t.Fatalf("got %v, want a conflict", err)
		}
		if string(conflict.Base.Document) != string(draft(1).Document) || string(conflict.Newest.Document) != string(draft(2).Document) ||
			conflict.Base.Revision != 1 || conflict.Newest.Revision != 2 {
			t.Fatalf("the conflict holds %s and %s", describe(conflict.Base), describe(conflict.Newest))
		}
		if got := get(t, s, saved.ID, 0); got.Revisions != 2 {
			t.Fatalf("the refused update left %d revisions, want 2", got.Revisions)
		}
		for _, base := range []int64{-1, 0, 3, 1 << 40} {
			_, err := s.Update(t.Context(), saved.ID, key, base, draft(4))
			wantError(t, err, ErrNotFound)
		}
	})
}

func TestWrongKeysAndUnknownIDsChangeNothing(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		other, otherKey := create(t, s, draft(2))
		for _, wrong := range []string{"", "x", otherKey, key + "A", strings.ToLower(key), saved.ID, hashKey(key), "' OR '1'='1", "\x00", "\xff"} {
			_, err := s.Update(t.Context(), saved.ID, wrong, 1, draft(3))
			wantError(t, err, ErrWrongKey)
			wantError(t, s.Delete(t.Context(), saved.ID, wrong), ErrWrongKey)
			wantError(t, s.SetExpiry(t.Context(), saved.ID, wrong, nil), ErrWrongKey)
		}
		for _, id := range []string{"", "x", strings.Repeat("A", 26), saved.ID[:25], saved.ID + "A", strings.ToLower(saved.ID) + "a", "' OR ''='", "%", "../../etc/passwd", "\x00", "\xff\xfe"} {
			_, err := s.Get(t.Context(), id, 0)
			wantError(t, err, ErrNotFound)
			_, err = s.Update(t.Context(), id, key, 1, draft(3))
			wantError(t, err, ErrNotFound)
			wantError(t, s.Delete(t.Context(), id, key), ErrNotFound)
			_, err = s.Revisions(t.Context(), id)
			wantError(t, err, ErrNotFound)
			_, err = s.Comments(t.Context(), id, 0)
			wantError(t, err, ErrNotFound)
		}
		for _, revision := range []int64{-1, 2, 1 << 40} {
			_, err := s.Get(t.Context(), saved.ID, revision)
			wantError(t, err, ErrNotFound)
		}
		sameRevision(t, get(t, s, saved.ID, 0), saved)
		sameRevision(t, get(t, s, other.ID, 0), other)
	})
}

func TestOnlyAHashOfTheEditKeyIsStored(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		dump := rawDump(t, s)
		if strings.Contains(dump, key) {
			t.Fatal("the edit key is in the database")
		}
		if !strings.Contains(dump, saved.ID) || !strings.Contains(dump, hashKey(key)) {
			t.Fatal("the dump shows neither id nor hash: this test looks in the wrong place")
		}
	})
}

func TestAnExpiredScenarioIsGoneAtOnceAndLaterRemoved(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		d := draft(1)
		at := start.Add(time.Hour)
		d.ExpiresAt = &at
		short, key := create(t, s, d)
		forever, foreverKey := create(t, s, draft(2))
		if got := get(t, s, short.ID, 0); got.ExpiresAt == nil || !got.ExpiresAt.Equal(at) {
			t.Fatalf("expires %v, want %v", got.ExpiresAt, at)
		}
		// An update without an expiry keeps it.
		if _, err := s.Update(t.Context(), short.ID, key, 1, draft(3)); err != nil {
			t.Fatal(err)
		}
		f.clock.advance(time.Hour - time.Millisecond)
		get(t, s, short.ID, 0)
		f.clock.advance(time.Millisecond)
		_, err := s.Get(t.Context(), short.ID, 0)
		wantError(t, err, ErrNotFound)
		_, err = s.Update(t.Context(), short.ID, key, 2, draft(4))
		wantError(t, err, ErrNotFound)
		_, err = s.Revisions(t.Context(), short.ID)
		wantError(t, err, ErrNotFound)
		for _, want := range []int64{1, 0} {
			if n, err := s.Expire(t.Context(), f.clock.now()); err != nil || n != want {
				t.Fatalf("removed %d (%v), want %d", n, err, want)
			}
		}
		if strings.Contains(rawDump(t, s), short.ID) {
			t.Fatal("the expired scenario is still in a table")
		}
		past := f.clock.now()
		wantError(t, s.SetExpiry(t.Context(), forever.ID, foreverKey, &past), ErrInvalid)
		later := past.Add(time.Minute)
		if err := s.SetExpiry(t.Context(), forever.ID, foreverKey, &later); err != nil {
			t.Fatal(err)
		}
		if err := s.SetExpiry(t.Context(), forever.ID, foreverKey, nil); err != nil {
			t.Fatal(err)
		}
		f.clock.advance(time.Hour)
		sameRevision(t, get(t, s, forever.ID, 0), forever)
	})
}

func TestDeletingRemovesEveryRevisionAndComment(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		d := draft(1)
		d.Notes = "SECRET-ACQUISITION"
		saved, key := create(t, s, d)
		if _, err := s.Update(t.Context(), saved.ID, key, 1, d); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Comment(t.Context(), saved.ID, 1, "Ann", "SECRET-ACQUISITION indeed"); err != nil {
			t.Fatal(err)
		}
		kept, _ := create(t, s, draft(2))
		if err := s.Delete(t.Context(), saved.ID, key); err != nil {
			t.Fatal(err)
		}
		_, err := s.Get(t.Context(), saved.ID, 1)
		wantError(t, err, ErrNotFound)
		wantError(t, s.Delete(t.Context(), saved.ID, key), ErrNotFound)
		if dump := rawDump(t, s); strings.Contains(dump, "SECRET-ACQUISITION") || strings.Contains(dump, saved.ID) {
			t.Fatalf("something is left: %s", dump)
		}
		sameRevision(t, get(t, s, kept.ID, 0), kept)
	})
}

func TestACopyShowsItsParent(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		parent, key := create(t, s, draft(1))
		if _, err := s.Update(t.Context(), parent.ID, key, 1, draft(2)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ asked, want int64 }{{0, 2}, {1, 1}, {2, 2}} {
			d := draft(3)
			d.Parent, d.ParentRevision = parent.ID, c.asked
			fork, forkKey := create(t, s, d)
			got := get(t, s, fork.ID, 0)
			if got.Parent != parent.ID || got.ParentRevision != c.want || forkKey == key {
				t.Fatalf("copy of revision %d names %q revision %d, want %q revision %d", c.asked, got.Parent, got.ParentRevision, parent.ID, c.want)
			}
			sameRevision(t, got, fork)
		}
		d := draft(4)
		d.Parent = strings.Repeat("A", 26)
		_, _, err := s.Create(t.Context(), d)
		wantError(t, err, ErrNotFound)
		if err := s.Delete(t.Context(), parent.ID, key); err != nil {
			t.Fatal(err) // copies outlive their parent
		}
	})
}

func TestAnOwnerSeesOnlyTheirScenariosLastChangedFirst(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		var ids, keys []string
		for n, owner := range []string{"ann", "ann", "bob", ""} {
			d := draft(n)
			d.Owner = owner
			saved, key := create(t, s, d)
			ids, keys = append(ids, saved.ID), append(keys, key)
			f.clock.advance(time.Second)
		}
		if _, err := s.Update(t.Context(), ids[0], keys[0], 1, draft(9)); err != nil {
			t.Fatal(err)
		}
		list, err := s.List(t.Context(), "ann", 10)
		if err != nil || len(list) != 2 || list[0].ID != ids[0] || list[0].Title != "Checkout 9" || list[1].ID != ids[1] {
			t.Fatalf("got %+v, %v", list, err)
		}
		if list, err := s.List(t.Context(), "ann", 1); err != nil || len(list) != 1 {
			t.Fatalf("a limit of 1 gave %d, %v", len(list), err)
		}
		for _, owner := range []string{"", "ANN", "ann' OR '1'='1"} {
			if list, err := s.List(t.Context(), owner, 10); err != nil || len(list) != 0 {
				t.Fatalf("%q sees %+v, %v", owner, list, err)
			}
		}
	})
}

func TestCommentsStayWithTheirRevision(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		if _, err := s.Update(t.Context(), saved.ID, key, 1, draft(2)); err != nil {
			t.Fatal(err)
		}
		var first Comment
		for i, on := range []int64{1, 0, 1} {
			c, err := s.Comment(t.Context(), saved.ID, on, "Ann", fmt.Sprintf("remark %d", i))
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = c
			}
			f.clock.advance(time.Second)
		}
		bodies := func(revision int64) string {
			all, err := s.Comments(t.Context(), saved.ID, revision)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, c := range all {
				texts = append(texts, fmt.Sprintf("%d:%s", c.Revision, c.Body))
			}
			return strings.Join(texts, " ")
		}
		if got := bodies(1); got != "1:remark 0 1:remark 2" {
			t.Fatal(got)
		}
		if got := bodies(2); got != "2:remark 1" {
			t.Fatal(got)
		}
		if got := bodies(0); got != "1:remark 0 2:remark 1 1:remark 2" {
			t.Fatal(got)
		}
		wantError(t, s.DeleteComment(t.Context(), saved.ID, "x", first.ID), ErrWrongKey)
		if err := s.DeleteComment(t.Context(), saved.ID, key, first.ID); err != nil {
			t.Fatal(err)
		}
		wantError(t, s.DeleteComment(t.Context(), saved.ID, key, first.ID), ErrNotFound)
		_, err := s.Comment(t.Context(), saved.ID, 3, "Ann", "no such revision")
		wantError(t, err, ErrNotFound)
		_, err = s.Comment(t.Context(), saved.ID, 1, "Ann", "")
		wantError(t, err, ErrInvalid)
		if got := bodies(0); got != "2:remark 1 1:remark 2" {
			t.Fatal(got)
		}
	})
}
