package model_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meshplan/internal/model"
)

// testdata/documents holds documents as every version of the program wrote them, named
// v1-….json: they are added to and never changed.
func TestDocumentsOfEveryVersionEverWrittenOpenAndPlan(t *testing.T) {
	c := loadCatalog(t)
	for version := 1; version <= model.DocumentVersion; version++ {
		files, err := filepath.Glob(filepath.Join("testdata", "documents", fmt.Sprintf("v%d-*.json", version)))
		if err != nil || len(files) == 0 {
			t.Fatalf("no document of version %d is kept (%v)", version, err)
		}
		for _, file := range files {
			document, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			upgraded, err := model.UpgradeDocument(document)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if version == model.DocumentVersion && string(upgraded) != string(document) {
				t.Errorf("%s is current and was rewritten", file)
			}
			s, err := model.DecodeJSON(document)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if _, err := model.Evaluate(s, c); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			if version == model.DocumentVersion && string(model.EncodeJSON(s)) != strings.TrimSpace(string(document)) {
				t.Errorf("%s: written again it has other bytes", file)
			}
		}
	}
}

func TestADocumentOfAVersionYetToComeIsRefusedWithTheCure(t *testing.T) {
	_, err := model.DecodeJSON([]byte(`{"version":2,"quick":{"services":5}}`))
	wrong := firstWrong(err)
	if wrong == nil || wrong.Field != "version" || wrong.Value != "2" || !strings.Contains(wrong.Fix, "newer meshplan") {
		t.Errorf("%+v (%v)", wrong, err)
	}
}

func TestADocumentWithoutAVersionIsTakenAsCurrent(t *testing.T) {
	s, err := model.DecodeJSON([]byte(`{"quick":{"services":5}}`))
	if err != nil || *s.Quick.Services != 5 {
		t.Errorf("%+v, %v", s, err)
	}
}
