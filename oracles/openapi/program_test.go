package openapi

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
	"testing"
	"time"
)

// site is the address of the program under test.
var site string

func TestMain(m *testing.M) {
	code := 1
	stop, err := start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
		stop()
	}
	os.Exit(code)
}

// start runs the program of E2E_PROGRAM, or builds it, on a free port.
func start() (stop func(), err error) {
	folder, err := os.MkdirTemp("", "meshplan-openapi")
	if err != nil {
		return nil, err
	}
	program := os.Getenv("E2E_PROGRAM")
	if program == "" {
		program = filepath.Join(folder, "meshplan")
		build := exec.Command("go", "build", "-o", program, "./cmd/server")
		build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("the server does not build: %w\n%s", err, out)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, cancel := context.WithCancel(context.Background())
	var log bytes.Buffer
	command := exec.CommandContext(ctx, program, "-addr", address, "-db", filepath.Join(folder, "oracle.db"), "-log-level", "warn",
		"-user-header", "X-Forwarded-User", "-trusted-proxies", "127.0.0.0/8")
	command.Dir, command.Stderr = folder, &log
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		cancel()
		return nil, err
	}
	stop = func() {
		cancel()
		_ = command.Wait()
		os.RemoveAll(folder)
	}
	site = "http://" + address
	for range 100 {
		if response, err := http.Get(site + "/healthz"); err == nil {
			response.Body.Close()
			return stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return nil, fmt.Errorf("the server did not start:\n%s", &log)
}

func fetch(t *testing.T, path string) []byte {
	t.Helper()
	response, err := http.Get(site + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", path, response.Status, err)
	}
	return body
}
