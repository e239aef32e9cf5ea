package calc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// python is the system's own, which comes with LibreOffice's module.
const python = "/usr/bin/python3"

// office is a running Calc.
type office struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Scanner
	folder  string // from which files may fetch
	process *exec.Cmd
}

// cell is what a cell holds and shows.
type cell struct {
	Value   float64
	Text    string
	Error   int // 0 = none; LibreOffice's number of the error
	Type    string
	Formula string
}

// needOffice skips the test where there is no LibreOffice; on CI its absence is a failure.
func needOffice(t *testing.T) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath("soffice"); err != nil {
		missing = "soffice is not installed"
	} else if err := exec.Command(python, "-c", "import uno").Run(); err != nil {
		missing = python + " has no module uno"
	}
	switch {
	case missing == "":
	case os.Getenv("CI") == "true":
		t.Fatal(missing + "; run scripts/setup")
	default:
		t.Skip(missing + "; run scripts/setup")
	}
}

// offices counts those started, each of which listens at a pipe of its own.
var offices atomic.Int64

// startOffice runs Calc on a profile of its own in which files of one folder are trusted:
// anything else asks a person before it fetches.
func startOffice(t *testing.T) *office {
	t.Helper()
	return startOfficeIn(t, "en-US")
}

// startOfficeIn is startOffice on a system of the given language and country.
func startOfficeIn(t *testing.T, locale string) *office {
	t.Helper()
	needOffice(t)
	profile, folder := t.TempDir(), t.TempDir()
	settings := `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="SecureURL" oor:op="fuse"><value><it>file://` + folder + `</it></value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>` + locale + `</value></prop></item>
</oor:items>`
	if err := os.MkdirAll(filepath.Join(profile, "user"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "user", "registrymodifications.xcu"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, folder: folder}
	o.process = exec.Command(python, "testdata/drive.py", profile, fmt.Sprintf("meshplan%d-%d", os.Getpid(), offices.Add(1)))
	var log bytes.Buffer
	o.process.Stderr = &log
	in, err := o.process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := o.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.in, o.out = in, bufio.NewScanner(out)
	if err := o.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = o.process.Wait()
		if t.Failed() && log.Len() > 0 {
			t.Logf("LibreOffice said:\n%s", log.String())
		}
	})
	return o
}

// do sends a command and decodes the answer.
func (o *office) do(into any, command string, arguments map[string]any) {
	o.t.Helper()
	line := map[string]any{"do": command}
	for name, value := range arguments {
		line[name] = value
	}
	text, err := json.Marshal(line)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := fmt.Fprintln(o.in, string(text)); err != nil {
		o.t.Fatal(err)
	}
	if !o.out.Scan() {
		o.t.Fatalf("%s: LibreOffice is gone: %v", command, o.out.Err())
	}
	var answer struct {
		OK     json.RawMessage
		Failed string
	}
	if err := json.Unmarshal(o.out.Bytes(), &answer); err != nil || answer.Failed != "" {
		o.t.Fatalf("%s %v: %s %v", command, arguments, answer.Failed, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer.OK, into); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) get(sheet, name string) cell {
	o.t.Helper()
	var c cell
	o.do(&c, "get", map[string]any{"sheet": sheet, "cell": name})
	return c
}

func (o *office) formula(name, formula string) {
	o.t.Helper()
	o.do(nil, "set", map[string]any{"cell": name, "formula": formula})
}

// named finds the cell that a name stands for.
func (o *office) named(name string) (sheet, at string) {
	o.t.Helper()
	var found struct{ Sheet, Cell string }
	o.do(&found, "name", map[string]any{"name": name})
	return found.Sheet, found.Cell
}

func (o *office) setNamed(name string, value any) {
	o.t.Helper()
	sheet, at := o.named(name)
	o.do(nil, "set", map[string]any{"sheet": sheet, "cell": at, "value": value})
}

// save keeps a file where Calc trusts it.
func (o *office) save(name, content string) string {
	o.t.Helper()
	path := filepath.Join(o.folder, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// The formats that Calc stores in, by suffix.
const asCSV = "Text - txt - csv (StarCalc)"

var filters = map[string]string{".ods": "calc8", ".xlsx": "Calc MS Excel 2007 XML", ".csv": asCSV}

// store writes the open document under a name whose suffix says how; options are those of
// CSV. The document stays open as it is.
func (o *office) store(name, options string) (path string) {
	o.t.Helper()
	path = filepath.Join(o.folder, name)
	o.do(nil, "store", map[string]any{"path": path, "filter": filters[filepath.Ext(name)], "options": options})
	return path
}

func (o *office) openCSV(path, options string) {
	o.t.Helper()
	o.do(nil, "open", map[string]any{"path": path, "filter": asCSV, "options": options})
}

// startProgram runs the program on a free port and returns its address.
func startProgram(t *testing.T) string {
	t.Helper()
	program := os.Getenv("E2E_PROGRAM")
	folder := t.TempDir()
	if program == "" {
		program = filepath.Join(folder, "meshplan")
		build := exec.Command("go", "build", "-o", program, "./cmd/server")
		build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("the server does not build: %v\n%s", err, out)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, "-addr", address, "-db", filepath.Join(folder, "calc.db"), "-log-level", "warn")
	command.Dir, command.Stderr = folder, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = command.Wait()
	})
	for range 100 {
		if response, err := http.Get("http://" + address + "/healthz"); err == nil {
			response.Body.Close()
			return "http://" + address
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the server did not start")
	return ""
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %.300s", address, response.Status, err, body)
	}
	return string(body)
}

func post(t *testing.T, address, contentType, body string) string {
	t.Helper()
	response, err := http.Post(address, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %.300s", address, response.Status, err, text)
	}
	return string(text)
}
