package openapi

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/oapi-codegen/runtime"       // what the generated client imports,
	_ "github.com/oapi-codegen/runtime/types" // kept in go.mod from here
)

// A public generator makes a client of the document; a small program uses it against the
// server, and prints what the plain API says.
func TestAGeneratedClientCompilesAndWorks(t *testing.T) {
	folder, err := os.MkdirTemp(".", "generated")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	document := filepath.Join(folder, "openapi.json")
	if err := os.WriteFile(document, fetch(t, "/api/openapi-3.0.json"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, "go", "tool", "oapi-codegen", "-generate", "types,client", "-package", "main", "-o", filepath.Join(folder, "client.go"), document)
	program, err := os.ReadFile("testdata/client.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), program, 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(t, "go", "run", "./"+folder, site)
	want := string(fetch(t, "/api/v1/value/sidecar.nodes?services=60&mtls_required=true")) + " " +
		string(fetch(t, "/api/v1/value/verdict?services=60&mtls_required=true"))
	if strings.TrimSpace(got) != want {
		t.Errorf("the client prints %q, want %q", got, want)
	}
}

func run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	var errors strings.Builder
	command.Stderr = &errors
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%.3000s", name, strings.Join(arguments, " "), err, errors.String())
	}
	return string(out)
}
