package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hostile are texts that have broken stores, pages and spreadsheets before.
var hostile = []string{
	"", " ", "\t\n\r", "'", "''", `"`, "`", `\`, `\\`, "%", "_", ";", "--", "/*", "*/", "$1", "?", ":id", "@x", "NULL", "null",
	"'; DROP TABLE scenarios; --", "' OR '1'='1", `"; DELETE FROM revisions WHERE "1"="1`, "Robert'); DROP TABLE comments;--",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "{{7*7}}", "${7*7}", "<!--", "]]>",
	`=cmd|' /C calc'!A0`, `=HYPERLINK("http://example.com","x")`, "+1", "-1", "@SUM(A1)", "\ufeffBOM",
	"Ünïcödé", "日本語のメッシュ", "שירות רשת", "مرحبا", "🚢👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301 is not é", "\u202egnp.exe", "\u200b\u200d\ufe0f", "\U0010ffff", "\ufffd", "\u0001\u001f\u007f\u0085\u2028\u2029",
	"E'\\x41'", "\\000", "\\u0000", "%00", "../../../etc/passwd", "C:\\CON", "file:///etc/passwd", "1e309", "NaN", "0x1F", "９",
	"a\rb\nc\r\nd", strings.Repeat("é", MaxTitleCharacters),
}

func TestHostileTextsComeBackUnchanged(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		kept, _ := create(t, s, draft(1))
		for _, text := range hostile {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			d := Draft{
				Title: text, Notes: text, Owner: text, ModelVersion: "1", CatalogAsOf: "2026-11-01",
				Document: append([]byte(`{"title":`), append(quoted, '}')...), Plan: quoted,
			}
			saved, key := create(t, s, d)
			updated, err := s.Update(t.Context(), saved.ID, key, 1, d)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			got := get(t, s, saved.ID, 0)
			sameRevision(t, got, updated)
			if got.Title != text || got.Notes != text || got.Owner != text || !bytes.Equal(got.Document, d.Document) {
				t.Fatalf("%q came back as %q %q %q %q", text, got.Title, got.Notes, got.Owner, got.Document)
			}
			if text == "" {
				continue
			}
			author := string([]rune(text)[:min(len([]rune(text)), MaxAuthorCharacters)])
			if _, err := s.Comment(t.Context(), saved.ID, 0, author, text); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if all, err := s.Comments(t.Context(), saved.ID, 0); err != nil || len(all) != 1 || all[0].Body != text || all[0].Author != author {
				t.Fatalf("%q came back as %+v, %v", text, all, err)
			}
			if list, err := s.List(t.Context(), text, 10); err != nil || len(list) != 1 || list[0].ID != saved.ID {
				t.Fatalf("owner %q sees %+v, %v", text, list, err)
			}
		}
		sameRevision(t, get(t, s, kept.ID, 0), kept)
	})
}

func TestWhatOneStoreCannotHoldIsRefusedByBothByName(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		saved, key := create(t, s, draft(1))
		for _, c := range []struct {
			field  string
			change func(*Draft)
		}{
			{"title", func(d *Draft) { d.Title = "a\x00b" }},
			{"title", func(d *Draft) { d.Title = "\xff" }},
			{"notes", func(d *Draft) { d.Notes = "\xc3(" }},
			{"notes", func(d *Draft) { d.Notes = "\xed\xa0\x80" }}, // half a surrogate pair
			{"owner", func(d *Draft) { d.Owner = "\x00" }},
			{"model_version", func(d *Draft) { d.ModelVersion = "\x00" }},
			{"document", func(d *Draft) { d.Document = nil }},
			{"document", func(d *Draft) { d.Document = []byte(`{"a":1}{}`) }},
			{"document", func(d *Draft) { d.Document = []byte("{\"a\":\"\xff\"}") }},
			{"document", func(d *Draft) { d.Document = []byte("{\"a\":\"\x00\"}") }},
			{"document", func(d *Draft) { d.Document = []byte(`{"a":NaN}`) }},
			{"plan", func(d *Draft) { d.Plan = []byte(`{"a":`) }},
		} {
			d := draft(2)
			c.change(&d)
			_, _, err := s.Create(t.Context(), d)
			var invalid *InvalidError
			if !errors.As(err, &invalid) || invalid.Field != c.field {
				t.Errorf("%s: got %v, want that field refused", c.field, err)
			}
			_, err = s.Update(t.Context(), saved.ID, key, 1, d)
			wantError(t, err, ErrInvalid)
		}
		_, err := s.Comment(t.Context(), saved.ID, 0, "a", "\x00")
		wantError(t, err, ErrInvalid)
		_, err = s.List(t.Context(), "\xff", 1)
		wantError(t, err, ErrInvalid)
	})
}

// documentOf returns a JSON document of exactly n bytes, of characters of two bytes each.
func documentOf(n int) []byte {
	const frame = len(`{"n":""}`)
	return []byte(`{"n":"` + strings.Repeat("é", (n-frame)/2) + strings.Repeat("x", (n-frame)%2) + `"}`)
}

func TestADocumentOfFourMegabytesIsKeptAndOneByteMoreIsRefused(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		d := draft(1)
		d.Document = documentOf(MaxDocumentBytes)
		if len(d.Document) != 4<<20 {
			t.Fatalf("the test's document has %d bytes", len(d.Document))
		}
		saved, key := create(t, s, d)
		sameRevision(t, get(t, s, saved.ID, 0), saved)
		for _, c := range []struct {
			field  string
			limit  int64
			change func(*Draft)
		}{
			{"document", 4 << 20, func(d *Draft) { d.Document = documentOf(4<<20 + 1) }},
			{"plan", 8 << 20, func(d *Draft) { d.Plan = documentOf(8<<20 + 1) }},
			{"title", 253, func(d *Draft) { d.Title = strings.Repeat("é", 254) }},
			{"notes", 20_000, func(d *Draft) { d.Notes = strings.Repeat("🚢", 20_001) }},
		} {
			d := draft(2)
			c.change(&d)
			_, err := s.Update(t.Context(), saved.ID, key, 1, d)
			var tooLarge *TooLargeError
			if !errors.As(err, &tooLarge) || tooLarge.Field != c.field || tooLarge.Limit != c.limit || tooLarge.Size != c.limit+1 {
				t.Errorf("%s: got %v, want limit %d exceeded by one", c.field, err, c.limit)
			}
		}
		_, err := s.Comment(t.Context(), saved.ID, 0, "", strings.Repeat("x", MaxCommentChars+1))
		wantError(t, err, ErrTooLarge)
		if got := get(t, s, saved.ID, 0); got.Revisions != 1 {
			t.Fatalf("refused updates left %d revisions", got.Revisions)
		}
	})
}

// TestAnyHistoryOfCallsMatchesASimpleModel runs random calls against the store and
// against a map, and compares all outcomes.
func TestAnyHistoryOfCallsMatchesASimpleModel(t *testing.T) {
	onEveryStore(t, func(t *testing.T, f fixture) {
		s := f.open(t)
		rapid.Check(t, func(rt *rapid.T) {
			m := &history{t: t, rt: rt, s: s, docs: map[string][]string{}, keys: map[string]string{}}
			rt.Repeat(map[string]func(*rapid.T){
				"create": m.create, "update": m.update, "delete": m.delete, "": m.compare,
			})
		})
	})
}

// history is what a store should hold: for each id its documents, by revision.
type history struct {
	t    *testing.T
	rt   *rapid.T
	s    *Store
	ids  []string
	docs map[string][]string
	keys map[string]string
}

func (h *history) draft(rt *rapid.T) Draft {
	text := rapid.String().Draw(rt, "text")
	if strings.ContainsRune(text, 0) {
		rt.Skip("zero characters are refused, see above")
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		rt.Fatal(err)
	}
	d := draft(1)
	d.Document = quoted
	return d
}

func (h *history) create(rt *rapid.T) {
	d := h.draft(rt)
	saved, key, err := h.s.Create(h.t.Context(), d)
	if err != nil {
		rt.Fatal(err)
	}
	h.ids = append(h.ids, saved.ID)
	h.docs[saved.ID], h.keys[saved.ID] = []string{string(d.Document)}, key
}

func (h *history) pick(rt *rapid.T) string {
	if len(h.ids) == 0 {
		rt.Skip("nothing saved yet")
	}
	return rapid.SampledFrom(h.ids).Draw(rt, "id")
}

func (h *history) update(rt *rapid.T) {
	id, d := h.pick(rt), h.draft(rt)
	newest := len(h.docs[id])
	base := rapid.IntRange(0, newest+1).Draw(rt, "base")
	_, err := h.s.Update(h.t.Context(), id, h.keys[id], int64(base), d)
	switch {
	case newest == 0 || base == 0 || base > newest:
		if !errors.Is(err, ErrNotFound) {
			rt.Fatalf("base %d of %d: %v", base, newest, err)
		}
	case base < newest:
		if !errors.Is(err, ErrConflict) {
			rt.Fatalf("base %d of %d: %v", base, newest, err)
		}
	case err != nil:
		rt.Fatal(err)
	default:
		h.docs[id] = append(h.docs[id], string(d.Document))
	}
}

func (h *history) delete(rt *rapid.T) {
	id := h.pick(rt)
	err := h.s.Delete(h.t.Context(), id, h.keys[id])
	if len(h.docs[id]) == 0 != errors.Is(err, ErrNotFound) {
		rt.Fatalf("deleting a scenario of %d revisions: %v", len(h.docs[id]), err)
	}
	h.docs[id] = nil
}

func (h *history) compare(rt *rapid.T) {
	for _, id := range h.ids {
		for revision, want := range h.docs[id] {
			got, err := h.s.Get(h.t.Context(), id, int64(revision+1))
			if err != nil || string(got.Document) != want || got.Revisions != int64(len(h.docs[id])) {
				rt.Fatalf("revision %d is %q of %d (%v), want %q of %d", revision+1, got.Document, got.Revisions, err, want, len(h.docs[id]))
			}
		}
		if _, err := h.s.Get(h.t.Context(), id, int64(len(h.docs[id])+1)); !errors.Is(err, ErrNotFound) {
			rt.Fatalf("a revision beyond the last: %v", err)
		}
	}
}
