package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func exported(t *testing.T, s *Store, ids []string) []byte {
	t.Helper()
	b, missing, err := s.Export(t.Context(), ids)
	if err != nil || len(missing) > 0 {
		t.Fatal(missing, err)
	}
	file, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnExportedFileImportsWithItsHistoryUnderNewIDsAndKeys(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		ids, oldKey := fill(t, f, s)
		file := exported(t, s, ids)
		if bytes.Contains(file, []byte(oldKey)) || bytes.Contains(file, []byte(hashKey(oldKey))) {
			t.Fatal("the file tells edit keys")
		}
		b, err := DecodeBundle(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		f.clock.advance(time.Hour)
		imported, err := s.Import(t.Context(), b, "ann")
		if err != nil || len(imported) != len(ids) {
			t.Fatalf("%d imported, %v", len(imported), err)
		}
		newIDs := map[string]string{}
		for i, one := range imported {
			if one.OldID != ids[i] || one.ID == one.OldID || one.EditKey == oldKey {
				t.Fatalf("%+v for %s", one, ids[i])
			}
			newIDs[one.OldID] = one.ID
		}
		for _, one := range imported {
			history := get(t, s, one.OldID, 0).Revisions
			for n := int64(1); n <= history; n++ {
				want, got := get(t, s, one.OldID, n), get(t, s, one.ID, n)
				if got.ImportedAt == nil || !got.ImportedAt.Equal(f.clock.now()) {
					t.Fatalf("imported at %v", got.ImportedAt)
				}
				want.ID, want.Owner, want.ImportedAt, want.Parent = one.ID, "ann", got.ImportedAt, newIDs[want.Parent]
				sameRevision(t, got, want)
			}
			remarks, err := s.Comments(t.Context(), one.ID, 0)
			if err != nil || len(remarks) != len(mustComments(t, s, one.OldID)) {
				t.Fatalf("%d comments, %v", len(remarks), err)
			}
		}
		if err := s.Delete(t.Context(), imported[0].ID, imported[0].EditKey); err != nil {
			t.Fatal(err)
		}
		get(t, s, ids[0], 0)
	})
}

func mustComments(t *testing.T, s *Store, id string) []Comment {
	t.Helper()
	all, err := s.Comments(t.Context(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnExportNamesIDsThatLeadNowhere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, _ := create(t, s, draft(1))
		b, missing, err := s.Export(t.Context(), []string{"x", saved.ID, strings.Repeat("A", 26)})
		if err != nil || len(b.Scenarios) != 1 || !slices.Equal(missing, []string{"x", strings.Repeat("A", 26)}) {
			t.Fatalf("%d scenarios, missing %v, %v", len(b.Scenarios), missing, err)
		}
	})
}

func TestAnExportBeyondItsLimitIsRefused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		d := draft(1)
		d.Plan = documentOf(MaxPlanBytes)
		var ids []string
		for range 4 { // 4 plans of 8 MiB and their small documents are just beyond 32 MiB
			saved, _ := create(t, s, d)
			ids = append(ids, saved.ID)
		}
		_, _, err := s.Export(t.Context(), ids)
		wantError(t, err, ErrTooLarge)
		if _, _, err := s.Export(t.Context(), ids[:3]); err != nil {
			t.Fatal(err)
		}
	})
}

func TestABadBundleSavesNothingAndSaysWhere(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		first, _ := create(t, s, draft(1))
		second, _ := create(t, s, draft(2))
		file := exported(t, s, []string{first.ID, second.ID})
		for place, change := range map[string]func(*Bundle){
			"scenarios[1].id":        func(b *Bundle) { b.Scenarios[1].ID = b.Scenarios[0].ID },
			"scenarios[0].id":        func(b *Bundle) { b.Scenarios[0].ID = "'; DROP TABLE scenarios; --" },
			"scenarios[1].parent":    func(b *Bundle) { b.Scenarios[1].Parent = "<script>" },
			"scenarios[1].revisions": func(b *Bundle) { b.Scenarios[1].Revisions = nil },
			"document":               func(b *Bundle) { b.Scenarios[1].Revisions[0].Document = "{" },
			"title":                  func(b *Bundle) { b.Scenarios[1].Revisions[0].Title = "\x00" },
			"comments":               func(b *Bundle) { b.Scenarios[1].Comments = []BundleComment{{Revision: 2, Body: "x"}} },
		} {
			b, err := DecodeBundle(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			change(&b)
			_, err = s.Import(t.Context(), b, "")
			var invalid *InvalidError
			if !errors.As(err, &invalid) || invalid.Field != place {
				t.Errorf("%s: got %v", place, err)
			}
		}
		for name, text := range map[string]string{
			"empty": "", "not JSON": "hello", "another format": `{"format":"x","version":1}`,
			"unknown member": `{"format":"meshplan-scenarios","version":1,"x":1}`, "newer": `{"format":"meshplan-scenarios","version":2}`,
		} {
			_, err := DecodeBundle(strings.NewReader(text))
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		_, err := DecodeBundle(strings.NewReader(`{"format":"` + strings.Repeat("x", MaxBundleFileBytes)))
		wantError(t, err, ErrTooLarge)
		report, err := s.Check(t.Context())
		if err != nil || report.Scenarios != 2 {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}
