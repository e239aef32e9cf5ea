package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary builds the program once for all tests that run it as a process.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "meshplan-server")
	if err != nil {
		return "", err
	}
	binaryFolder = folder
	path := filepath.Join(folder, "server")
	output, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return path, nil
})

// binaryFolder is set once binary has run.
var binaryFolder string

func TestMain(m *testing.M) {
	code := m.Run()
	if binaryFolder != "" {
		os.RemoveAll(binaryFolder)
	}
	os.Exit(code)
}

// process is a running server.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	log  *lockedBuffer
	done chan error
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) line(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.WriteString(text + "\n")
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// startServer runs the program on a free port and returns when it listens.
func startServer(t *testing.T, database string, args ...string) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: nothing that runs the program as a process")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-addr", "127.0.0.1:0", "-db", database, "-log-format", "json", "-rate-limit", "-1"}, args...)
	p := &process{t: t, cmd: exec.Command(path, args...), log: &lockedBuffer{}, done: make(chan error, 1)}
	p.cmd.Dir = t.TempDir()
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.log.line(lines.Text())
			var entry struct{ Msg, URL string }
			if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "listening" {
				listening <- entry.URL
			}
		}
		p.done <- p.cmd.Wait()
	}()
	t.Cleanup(p.kill)
	select {
	case p.url = <-listening:
	case err := <-p.done:
		p.done <- err
		t.Fatalf("the server ended: %v\n%s", err, p.log)
	case <-time.After(60 * time.Second):
		t.Fatalf("the server does not listen\n%s", p.log)
	}
	return p
}

// kill ends the process as a crash does.
func (p *process) kill() {
	p.cmd.Process.Kill()
	err := <-p.done
	p.done <- err
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// exitCode waits for the process to end.
func (p *process) exitCode() int {
	p.t.Helper()
	select {
	case err := <-p.done:
		p.done <- err
		return codeOf(err)
	case <-time.After(60 * time.Second):
		p.t.Fatalf("the server does not end\n%s", p.log)
		return -1
	}
}

func codeOf(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// runCommand runs the program to its end.
func runCommand(t *testing.T, args ...string) (code int, output string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: nothing that runs the program as a process")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	text, err := cmd.CombinedOutput()
	return codeOf(err), string(text)
}

var client = &http.Client{Timeout: 30 * time.Second}

// ask sends a request and returns status and body; status 0 means that no whole answer came.
func ask(method, url, body string, header ...string) (int, []byte) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil
	}
	return response.StatusCode, answer
}

// saved is what the tests read of an answer about a scenario.
type saved struct {
	ID       string          `json:"id"`
	EditKey  string          `json:"edit_key"`
	Revision int64           `json:"revision"`
	Scenario json.RawMessage `json:"scenario"`
	Plan     json.RawMessage `json:"plan"`
}

// save posts a scenario of n services; ok means that the server acknowledged it.
func (p *process) save(n int) (s saved, status int) {
	status, body := ask("POST", p.url+"api/v1/scenarios", scenarioOf(n))
	if status == http.StatusCreated && json.Unmarshal(body, &s) != nil {
		return s, 0
	}
	return s, status
}

func scenarioOf(n int) string { return fmt.Sprintf(`{"quick":{"services":%d}}`, n) }

// open reads a saved scenario and fails the test when it is not there.
func (p *process) open(id string) saved {
	p.t.Helper()
	status, body := ask("GET", p.url+"api/v1/scenarios/"+id, "")
	var s saved
	if err := json.Unmarshal(body, &s); status != http.StatusOK || err != nil {
		p.t.Fatalf("opening a saved scenario: %d %s (%v)\n%s", status, body, err, p.log)
	}
	return s
}
