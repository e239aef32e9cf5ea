package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// cluster is a PostgreSQL of the test's own, with durable settings, that it may stop.
type cluster struct {
	t       *testing.T
	dsn     string
	control string
}

// startPostgres starts a server with an empty database by way of scripts/with-postgres.
func startPostgres(t *testing.T) cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no PostgreSQL of its own")
	}
	if matches, err := exec.Command("sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb").Output(); err != nil || len(matches) == 0 {
		t.Skip("PostgreSQL is not installed: apt-get install postgresql")
	}
	cmd := exec.Command("../../scripts/with-postgres", "-durable", "sh", "-c", `echo "$TEST_PG_DSN"; echo "$TEST_PG_CTL"; exec cat`)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() // ends cat, and with it the script, which removes the cluster
		if err := cmd.Wait(); err != nil {
			t.Errorf("with-postgres: %v\n%s", err, stderr.String())
		}
	})
	var lines []string
	for out := bufio.NewScanner(stdout); len(lines) < 2 && out.Scan(); {
		lines = append(lines, out.Text())
	}
	if len(lines) < 2 {
		t.Fatal("with-postgres did not start: ", stderr.String())
	}
	go io.Copy(io.Discard, stdout)
	return cluster{t, lines[0], lines[1]}
}

// do starts, stops or kills the cluster.
func (c cluster) do(action string) {
	c.t.Helper()
	if output, err := exec.Command(c.control, action).CombinedOutput(); err != nil {
		c.t.Fatalf("%s PostgreSQL: %v\n%s", action, err, output)
	}
}

func TestPostgresMayStopAndStartUnderLoad(t *testing.T) {
	pg := startPostgres(t)
	p := startServer(t, pg.dsn)
	all := newLedger()
	statuses := make(chan int, 10_000)
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for w := range 4 {
		random := rand.New(rand.NewPCG(3, uint64(w)))
		wait.Go(func() {
			for {
				status := all.writeUntilRefused(p.url, random, stop)
				if status == toldToStop {
					return
				}
				statuses <- status
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	for _, how := range []string{"stop", "kill", "stop"} {
		before := all.size()
		for all.size() < before+20 {
			time.Sleep(5 * time.Millisecond)
		}
		pg.do(how)
		if status, body := ask("GET", p.url+"api/v1/plan?services=5", ""); status != http.StatusOK {
			t.Errorf("planning without the database gave %d %.300s", status, body)
		}
		if status, _ := ask("GET", p.url+"readyz", ""); status != http.StatusServiceUnavailable {
			t.Errorf("/readyz without the database gave %d", status)
		}
		time.Sleep(200 * time.Millisecond)
		pg.do("start")
		p.waitReady()
	}
	before := all.size()
	for all.size() < before+20 {
		time.Sleep(5 * time.Millisecond)
	}
	close(stop)
	go func() { wait.Wait(); close(statuses) }()
	refused := 0
	for status := range statuses {
		switch status {
		case http.StatusServiceUnavailable:
			refused++
		default:
			t.Errorf("a save during an outage was answered %d\n%s", status, p.log)
		}
	}
	if refused == 0 {
		t.Error("no save met an outage: this test tested nothing")
	}
	all.verify(t, p)
	t.Logf("%d acknowledged saves, %d refused with 503", all.size(), refused)
}

func TestOfTwoReplicasEachReadsWhatTheOtherSaves(t *testing.T) {
	database := startPostgres(t).dsn
	a, b := startServer(t, database), startServer(t, database)
	s, status := a.save(7)
	if status != http.StatusCreated {
		t.Fatalf("%d\n%s", status, a.log)
	}
	b.open(s.ID)
	for base := 1; base <= 10; base++ {
		codes := make([]int, 4)
		bodies := make([][]byte, len(codes))
		var wait sync.WaitGroup
		for i := range codes {
			wait.Go(func() {
				change := fmt.Sprintf(`{"revision":%d,"scenario":%s}`, base, scenarioOf(100*base+i))
				codes[i], bodies[i] = ask("PUT", []*process{a, b}[i%2].url+"api/v1/scenarios/"+s.ID, change, "X-Edit-Key", s.EditKey)
			})
		}
		wait.Wait()
		won := 0
		for i, code := range codes {
			switch code {
			case http.StatusOK:
				won++
			case http.StatusConflict:
				var problem struct {
					Conflict struct{ Base, Current saved } `json:"conflict"`
				}
				if err := json.Unmarshal(bodies[i], &problem); err != nil || problem.Conflict.Base.Revision != int64(base) || problem.Conflict.Current.Revision != int64(base+1) {
					t.Errorf("the conflict does not show both versions: %.500s", bodies[i])
				}
			default:
				t.Errorf("a concurrent edit was answered %d %.300s", code, bodies[i])
			}
		}
		if won != 1 {
			t.Fatalf("round %d: %v, want one winner", base, codes)
		}
		if left, right := a.open(s.ID), b.open(s.ID); string(left.Plan) != string(right.Plan) || left.Revision != int64(base+1) {
			t.Fatalf("replicas differ: %d and %d", left.Revision, right.Revision)
		}
	}
}

// TestARollingRestartLosesNoAcceptedRequest restarts two replicas in turn under load. A
// client does what a balancer does: it asks a replica that is ready, and when the
// connection is refused, which means that nothing was accepted, the other one.
func TestARollingRestartLosesNoAcceptedRequest(t *testing.T) {
	database := startPostgres(t).dsn
	const drain = "500ms"
	var mu sync.Mutex
	replicas := []*process{startServer(t, database, "-drain-delay", drain), startServer(t, database, "-drain-delay", drain)}
	pick := func(i int) *process {
		mu.Lock()
		defer mu.Unlock()
		for k := range replicas {
			if p := replicas[(i+k)%len(replicas)]; p != nil {
				return p
			}
		}
		return nil
	}
	all := newLedger()
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for n := w; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				var made acknowledgement
				p := pick(n)
				status, body := ask("POST", p.url+"api/v1/scenarios", scenarioOf(n%300))
				if status != http.StatusCreated || json.Unmarshal(body, &made) != nil {
					t.Errorf("a request to a ready replica was answered %d %.300s\n%s", status, body, p.log)
					return
				}
				all.note(made.ID, made.Revision, made.Digest)
			}
		})
	}
	for round := range 4 {
		before := all.size()
		for all.size() < before+20 && !t.Failed() {
			time.Sleep(5 * time.Millisecond)
		}
		i := round % 2
		old := replicas[i]
		old.signal(syscall.SIGTERM)
		mu.Lock()
		replicas[i] = nil // /readyz fails at once; the balancer turns away within the drain delay
		mu.Unlock()
		if code := old.exitCode(); code != exitOK {
			t.Errorf("exit code %d\n%s", code, old.log)
		}
		fresh := startServer(t, database, "-drain-delay", drain)
		mu.Lock()
		replicas[i] = fresh
		mu.Unlock()
	}
	close(stop)
	wait.Wait()
	all.verify(t, pick(0))
	t.Logf("%d saves during 4 restarts", all.size())
}
