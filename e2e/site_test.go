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
	"sync"
	"testing"
	"time"
)

// program is the server under test: E2E_PROGRAM, else built once by TestMain.
var program = os.Getenv("E2E_PROGRAM")

func TestMain(m *testing.M) {
	if program != "" {
		os.Exit(run(m))
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
	code := run(m)
	os.RemoveAll(folder)
	os.Exit(code)
}

// shared is the server of all tests that only need one.
var shared struct {
	once sync.Once
	site string
	err  error
	stop func()
	log  bytes.Buffer
}

// run runs the tests and ends the shared server.
func run(m *testing.M) int {
	shared.stop = func() {}
	code := m.Run()
	shared.stop()
	if code != 0 && shared.log.Len() > 0 {
		fmt.Fprintf(os.Stderr, "the shared server said:\n%s", shared.log.String())
	}
	return code
}

// sharedSite is the address of a server that all such tests use: what one of them had
// worked out, it answers the next one from its cache.
func sharedSite(t *testing.T) string {
	t.Helper()
	shared.once.Do(func() {
		folder, err := os.MkdirTemp("", "meshplan-e2e-shared")
		if err != nil {
			shared.err = err
			return
		}
		var stop func()
		if shared.site, stop, shared.err = serve(folder, &shared.log, "-cache-mib", "256"); shared.err != nil {
			return
		}
		shared.stop = func() {
			stop()
			os.RemoveAll(folder)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.site
}

// startSite runs the program with a database and a cache of its own, for the test alone,
// and returns its address.
func startSite(t *testing.T, arguments ...string) string {
	t.Helper()
	var log bytes.Buffer
	site, stop, err := serve(t.TempDir(), &log, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() && log.Len() > 0 {
			t.Logf("the server said:\n%s", log.String())
		}
	})
	return site
}

// serve runs the program on a free port of this machine with a database in the folder.
func serve(folder string, log *bytes.Buffer, arguments ...string) (site string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, append([]string{
		"-addr", address, "-db", filepath.Join(folder, "e2e.db"), "-dev", "-log-level", "warn",
	}, arguments...)...)
	command.Dir, command.Stdout, command.Stderr = folder, log, log
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		cancel()
		return "", nil, err
	}
	stop = func() {
		cancel()
		command.Wait()
	}
	site = "http://" + address
	for range 100 {
		if response, err := http.Get(site + "/healthz"); err == nil {
			response.Body.Close()
			return site, stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("the server did not start:\n%s", log.String())
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
