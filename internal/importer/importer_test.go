package importer

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meshplan/internal/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldenInputsGiveTheirScenarios imports each input of testdata and compares the
// whole result, or the refusal, with the .golden file beside it.
func TestGoldenInputsGiveTheirScenarios(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, path := range inputs {
		if strings.HasSuffix(path, ".golden") || strings.HasSuffix(path, "fuzz") {
			continue
		}
		count++
		t.Run(filepath.Base(path), func(t *testing.T) {
			input, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, path+".golden", importText(t, string(input), Options{}))
		})
	}
	if count < 20 {
		t.Fatalf("only %d inputs were found", count)
	}
}

// importText imports and writes result or refusal as JSON.
func importText(t *testing.T, input string, o Options) []byte {
	t.Helper()
	var shown any
	result, err := Import(strings.NewReader(input), o)
	shown = result
	if err != nil {
		wrong, ok := err.(*model.InputError)
		if !ok {
			t.Fatalf("the error is a %T, want *model.InputError: %v", err, err)
		}
		shown = map[string]any{"refused": wrong.Fields}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(shown); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the import differs from %s (-want +got):\n%s", path, diff)
	}
}
