package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"meshplan/internal/store"
)

func TestWhatIsSavedOpensInALaterProcess(t *testing.T) {
	database := filepath.Join(t.TempDir(), "meshplan.db")
	first := startServer(t, database)
	s, status := first.save(7)
	if status != http.StatusCreated {
		t.Fatalf("%d\n%s", status, first.log)
	}
	before := first.open(s.ID)
	first.signal(syscall.SIGTERM)
	if code := first.exitCode(); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, first.log)
	}
	if wal, err := os.Stat(database + "-wal"); err == nil && wal.Size() > 0 {
		t.Errorf("a clean stop leaves a journal of %d bytes", wal.Size())
	}
	second := startServer(t, database)
	if after := second.open(s.ID); string(after.Plan) != string(before.Plan) || string(after.Scenario) != string(before.Scenario) {
		t.Fatalf("got %s, want %s", after.Plan, before.Plan)
	}
	if log := first.log.String(); strings.Contains(log, s.ID) || strings.Contains(log, s.EditKey) || strings.Contains(log, "services") {
		t.Fatalf("the log tells a link, a key or a scenario:\n%s", log)
	}
}

func TestWithoutItsDatabaseTheServerPlansAndSaysSo(t *testing.T) {
	for name, database := range map[string]string{
		"unreachable": "postgres://mesh@127.0.0.1:1/mesh", "no folder": filepath.Join(t.TempDir(), "missing", "x.db"),
	} {
		p := startServer(t, database)
		for path, want := range map[string]int{"healthz": 200, "readyz": 503, "": 200, "api/v1/plan?services=5": 200, "api/v1/scenarios/" + strings.Repeat("A", 26): 503} {
			if status, body := ask("GET", p.url+path, ""); status != want {
				t.Errorf("%s: /%s gave %d %.300s, want %d", name, path, status, body, want)
			}
		}
		if _, status := p.save(5); status != http.StatusServiceUnavailable {
			t.Errorf("%s: saving gave %d", name, status)
		}
		if !strings.Contains(p.log.String(), "planning works") {
			t.Errorf("%s: the log does not say what works:\n%s", name, p.log)
		}
		p.kill()
	}
}

func TestADatabaseThatAppearsLaterIsUsed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "later")
	p := startServer(t, filepath.Join(folder, "meshplan.db"))
	if status, _ := ask("GET", p.url+"readyz", ""); status != http.StatusServiceUnavailable {
		t.Fatal(status)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	p.waitReady()
	if _, status := p.save(5); status != http.StatusCreated {
		t.Fatal(status)
	}
}

// waitReady waits until the server reaches its database again.
func (p *process) waitReady() {
	p.t.Helper()
	for range 600 {
		if status, _ := ask("GET", p.url+"readyz", ""); status == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("not ready after a minute\n%s", p.log)
}

func TestARequestUnderWayIsAnsweredAfterSIGTERM(t *testing.T) {
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"), "-drain-delay", "300ms")
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := scenarioOf(5)
	fmt.Fprintf(conn, "POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10])
	time.Sleep(200 * time.Millisecond) // until the handler waits for the rest
	p.signal(syscall.SIGTERM)
	for !strings.Contains(p.log.String(), "stopping") {
		time.Sleep(10 * time.Millisecond)
	}
	if status, _ := ask("GET", p.url+"readyz", ""); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz gave %d while draining", status)
	}
	if status, _ := ask("GET", p.url+"healthz", ""); status != http.StatusOK {
		t.Errorf("/healthz gave %d while draining", status)
	}
	time.Sleep(500 * time.Millisecond) // beyond the drain delay: the listener is closed
	if _, err := net.DialTimeout("tcp", conn.RemoteAddr().String(), time.Second); err == nil {
		t.Error("a new connection was accepted after the drain delay")
	}
	fmt.Fprint(conn, body[10:])
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v %v\n%s", response, err, p.log)
	}
	response.Body.Close()
	if code := p.exitCode(); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, p.log)
	}
}

func TestARequestThatNeverEndsDoesNotHoldTheServerUp(t *testing.T) {
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"), "-drain-timeout", "300ms")
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	time.Sleep(200 * time.Millisecond)
	p.signal(syscall.SIGTERM)
	if code := p.exitCode(); code != exitFailed || !strings.Contains(p.log.String(), "still running") {
		t.Fatalf("exit code %d\n%s", code, p.log)
	}
}

func TestWrongUseIsToldWithItsCureAndACode(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	missing := filepath.Join(t.TempDir(), "missing", "x.db")
	for _, c := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"-h"}, exitOK, "MESHPLAN_ADDR"},
		{[]string{"version"}, exitOK, "model "},
		{[]string{"-version"}, exitOK, "model "},
		{[]string{"--version"}, exitOK, "model "},
		{[]string{"-addr", "x"}, exitUsage, "127.0.0.1:8080"},
		{[]string{"-db", "mysql://x"}, exitUsage, "postgres://"},
		{[]string{"-nosuch"}, exitUsage, "-h"},
		{[]string{"bakcup", "x"}, exitUsage, "backup, restore, check, migrate"},
		{[]string{"backup"}, exitUsage, "server backup [settings] FILE"},
		{[]string{"stray"}, exitUsage, "none to serve"},
		{[]string{"check", "-db", "mysql://x"}, exitUsage, "postgres://"},
		{[]string{"check", "-db", missing}, exitFailed, "no such file"},
		{[]string{"migrate", "-db", missing, "new.db"}, exitFailed, "no such file"},
		{[]string{"backup", "-db", "postgres://mesh@127.0.0.1:1/x", "f.db"}, exitFailed, "unavailable"},
		{[]string{"-addr", taken.Addr().String()}, exitFailed, "choose another with -addr"},
	} {
		if code, output := runCommand(t, c.args...); code != c.code || !strings.Contains(output, c.text) {
			t.Errorf("%v: code %d, want %d and %q:\n%s", c.args, code, c.code, c.text, output)
		}
	}
}

// TestAlertsWatchMetricsThatExist: deploy/alerts.yaml, against the running program.
func TestAlertsWatchMetricsThatExist(t *testing.T) {
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	p.save(5)
	ask("GET", p.url+"api/v1/plan", "")
	_, body := ask("GET", p.url+"metrics", "")
	rules := deployFiles(t)["alerts.yaml"]
	watched := regexp.MustCompile(`meshplan_[a-z_]+`).FindAllString(rules, -1)
	if len(watched) < 7 {
		t.Fatalf("only %d metrics are watched", len(watched))
	}
	for _, name := range watched {
		if !strings.Contains(string(body), "\n"+name) {
			t.Errorf("/metrics lacks %s", name)
		}
	}
	if route := regexp.MustCompile(`route="([^"]+)"`).FindStringSubmatch(rules); !strings.Contains(string(body), route[0]) {
		t.Errorf("/metrics has no route %s", route[1])
	}
	known := outcomes()
	for _, list := range regexp.MustCompile(`outcome=~?"([^"]+)"`).FindAllStringSubmatch(rules, -1) {
		for outcome := range strings.SplitSeq(list[1], "|") {
			if !slices.Contains(known, outcome) {
				t.Errorf("no operation ends %s", outcome)
			}
		}
	}
}

func outcomes() []string {
	var all []string
	for _, err := range []error{store.ErrNotFound, store.ErrConflict, store.ErrFull, store.ErrReadOnly, store.ErrCorrupt, store.ErrUnavailable} {
		all = append(all, outcomeOf(err))
	}
	return all
}

func TestMetricsTellOperationsOfTheStoreByOutcome(t *testing.T) {
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	if _, status := p.save(5); status != http.StatusCreated {
		t.Fatal(status)
	}
	ask("GET", p.url+"api/v1/scenarios/"+strings.Repeat("A", 26), "")
	status, body := ask("GET", p.url+"metrics", "")
	for _, want := range []string{
		`meshplan_store_operation_seconds_count{operation="create",outcome="ok"} 1`,
		`meshplan_store_operation_seconds_count{operation="get",outcome="not_found"} 1`,
		`meshplan_build_info{`,
	} {
		if status != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("/metrics (%d) lacks %s", status, want)
		}
	}
}
