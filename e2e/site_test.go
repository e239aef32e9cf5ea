package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is the server under test: E2E_PROGRAM, else built once by TestMain.
var program = os.Getenv("E2E_PROGRAM")

func TestMain(m *testing.M) {
	if program != "" {
		os.Exit(m.Run())
	}
	folder, err := os.MkdirTemp("", "meshplan-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(folder, "meshplan")
	build := exec.Command("go", "build", "-o", program, "./cmd/server")
	build.Dir, build.Env = "..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the server does not build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// startSite runs the program on a free port of this machine with a database of its own,
// and returns its address.
func startSite(t *testing.T, arguments ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	folder := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	var log bytes.Buffer
	command := exec.CommandContext(ctx, program, append([]string{
		"-addr", address, "-db", filepath.Join(folder, "e2e.db"), "-dev", "-log-level", "warn",
	}, arguments...)...)
	command.Dir, command.Stdout, command.Stderr = folder, &log, &log
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		command.Wait()
		if t.Failed() && log.Len() > 0 {
			t.Logf("the server said:\n%s", log.String())
		}
	})
	site := "http://" + address
	for range 100 {
		if response, err := http.Get(site + "/healthz"); err == nil {
			response.Body.Close()
			return site
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the server did not start:\n%s", log.String())
	return ""
}

// get reads an address of the site.
func get(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(body))
}
