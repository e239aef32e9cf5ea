package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "meshplan/"

// allowed says which packages of this module a package may import. A package that is not
// listed fails the test: decide where its arrows point and add it.
var allowed = map[string][]string{
	"internal/pack":       {},
	"internal/facts":      {},
	"internal/house":      {},
	"static":              {},
	"migrations":          {},
	"internal/model":      {"internal/pack", "internal/facts"},
	"internal/analysis":   {"internal/model", "internal/pack", "internal/facts"},
	"internal/catalog":    {"internal/model", "internal/facts"},
	"internal/validation": {"internal/model", "internal/facts"},
	"internal/importer":   {"internal/model", "internal/facts"},
	"internal/store":      {"internal/model", "migrations"},
	"internal/advice":     {"internal/model", "internal/facts"},
	"internal/money":      {"internal/model", "internal/facts"},
	"internal/rollout":    {"internal/model", "internal/facts"},
	"internal/takeaway":   {"internal/model", "internal/facts", "internal/advice", "internal/money", "internal/rollout"},
	"templates": {
		"internal/model", "internal/facts", "internal/analysis", "internal/validation", "internal/advice", "internal/money", "internal/rollout", "internal/takeaway", "internal/snippet", "static",
	},
	"internal/web": {
		"internal/model", "internal/facts", "internal/analysis", "internal/validation", "internal/importer",
		"internal/advice", "internal/money", "internal/rollout", "internal/takeaway", "internal/snippet", "templates", "static",
	},
	"internal/snippet":  {"internal/model"},
	"internal/webstore": {"internal/web", "internal/store"},
}

// outsiders says which modules besides the standard library the inner packages may use.
var outsiders = map[string][]string{
	"internal/pack":  {"gonum.org/v1/gonum"},
	"internal/facts": {},
	"internal/model": {"github.com/go-playground/validator/v10"},
	"static":         {},
	"migrations":     {},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsPointTheWayTheHouseWasDrawn(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "cmd/") {
			continue // the wiring sees all
		}
		rules, known := rulesOf(name)
		if !known {
			t.Errorf("%s has no rule here: decide where its arrows may point", name)
			continue
		}
		seen++
		for _, imported := range p.Imports {
			inner, ours := strings.CutPrefix(imported, module)
			if ours && !within(inner, rules) && !within(inner, []string{topOf(name)}) {
				t.Errorf("%s imports %s, which it must not see", name, inner)
			}
		}
	}
	if seen < len(allowed)-1 {
		t.Errorf("only %d packages were checked", seen)
	}
}

func TestInnerPackagesUseOnlyTheLibrariesAgreedOn(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		libraries, limited := outsiders[topOf(name)]
		for _, imported := range p.Imports {
			outside := strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
			if limited && outside && !slices.ContainsFunc(libraries, func(l string) bool { return strings.HasPrefix(imported, l) }) {
				t.Errorf("%s uses %s", name, imported)
			}
		}
	}
}

// topOf is the listed package that a package belongs to: an inner package follows the
// rules of the one around it.
func topOf(name string) string {
	for listed := range allowed {
		if name == listed || strings.HasPrefix(name, listed+"/") {
			return listed
		}
	}
	return name
}

func rulesOf(name string) ([]string, bool) {
	rules, known := allowed[topOf(name)]
	return rules, known
}

func within(name string, list []string) bool {
	return slices.ContainsFunc(list, func(l string) bool { return name == l || strings.HasPrefix(name, l+"/") })
}
