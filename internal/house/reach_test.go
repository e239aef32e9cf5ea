package house_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// outward is what opens a connection or starts a program, by import path. The program
// opens none but those of the database's driver: no address that a user gives is fetched.
var outward = map[string][]string{
	"net/http": {"Get", "Post", "PostForm", "Head", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"},
	"net": {"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUDP", "DialIP", "DialUnix", "LookupHost", "LookupIP", "LookupAddr", "LookupCNAME",
		"LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT", "Resolver", "DefaultResolver", "ResolveTCPAddr", "ResolveUDPAddr", "ResolveIPAddr"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	"os":         {"StartProcess"},
	"syscall":    {"Exec", "ForkExec", "StartProcess", "Connect"},
}

// never is what no package of the program may import.
var never = []string{"os/exec", "net/smtp", "net/rpc", "net/http/httputil", "plugin", "unsafe", "C", "html/template", "text/template"}

func TestTheProgramOpensNoConnectionButToItsDatabase(t *testing.T) {
	files := programFiles(t)
	if len(files) < 100 {
		t.Fatalf("only %d files were found", len(files))
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range reachingOut(parsed) {
			t.Errorf("%s uses %s", file, wrong)
		}
	}
}

func TestReachingOutIsFoundUnderAnyName(t *testing.T) {
	const source = `package x
import web "net/http"
import "os/exec"
var c = web.Client{}
func f(net struct{ Dial int }) int { web.StatusText(200); return net.Dial }`
	parsed, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(reachingOut(parsed), " "); got != "os/exec net/http.Client" {
		t.Errorf("found %q", got)
	}
}

func reachingOut(file *ast.File) []string {
	var found []string
	named := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if slices.Contains(never, path) {
			found = append(found, path)
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		named[name] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(outward[named[of.Name]], selector.Sel.Name) {
				found = append(found, named[of.Name]+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return found
}

// programFiles are the files of this module that are linked into the program.
func programFiles(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-json=Dir,GoFiles,Module", module+"cmd/server").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var files []string
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir     string
			GoFiles []string
			Module  *struct{ Main bool }
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, name := range p.GoFiles {
			files = append(files, filepath.Join(p.Dir, name))
		}
	}
}

// TestEveryModuleInTheProgramIsOneThatWasLetIn: each is code that runs with the database's
// password and has to be watched for weaknesses. A new one goes into testdata/modules.txt
// when it is worth that.
func TestEveryModuleInTheProgramIsOneThatWasLetIn(t *testing.T) {
	content, err := os.ReadFile("testdata/modules.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", module+"cmd/server")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked, letIn := strings.Fields(string(out)), strings.Fields(string(content))
	slices.Sort(linked)
	linked = slices.Compact(linked)
	for _, path := range linked {
		if !slices.Contains(letIn, path) {
			t.Errorf("%s is linked into the program: is it worth it?", path)
		}
	}
	for _, path := range letIn {
		if !slices.Contains(linked, path) {
			t.Errorf("%s is in testdata/modules.txt and no longer in the program: remove the line", path)
		}
	}
}
