package store

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestADatabaseOfEverySchemaOpensWithItsContents: testdata/schema-N.db was written when
// the tables were of version N, beside it the digests of all revisions of each scenario.
// Such a pair is added before a release that changes the tables, and never changed.
func TestADatabaseOfEverySchemaOpensWithItsContents(t *testing.T) {
	files, err := filepath.Glob("testdata/schema-*.db")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		path := filepath.Join(t.TempDir(), "meshplan.db")
		if err := copyFile(file, path); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(file, ".db") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var want map[string][]string
		if err := json.Unmarshal(text, &want); err != nil || len(want) == 0 {
			t.Fatalf("%d scenarios: %v", len(want), err)
		}
		s := fixture{path, newClock()}.open(t)
		for id, digests := range want {
			for i, d := range digests {
				got := get(t, s, id, int64(i+1))
				if digest(got.Document, got.Plan) != d || got.Revisions != int64(len(digests)) {
					t.Fatalf("%s: revision %d of %s changed: %s", file, i+1, id, describe(got))
				}
			}
		}
		report, err := s.Check(t.Context())
		if err != nil || len(report.Problems) > 0 || report.Scenarios != int64(len(want)) || report.Schema != report.SchemaKnown {
			t.Fatalf("%s: %+v, %v", file, report, err)
		}
	}
}
