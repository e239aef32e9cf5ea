package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// crashes is the number of kills of each crash test; make soak asks for hundreds.
func crashes(t *testing.T) int {
	t.Helper()
	text := os.Getenv("MESHPLAN_CRASHES")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("MESHPLAN_CRASHES=%q is not a number from 1", text)
	}
	return n
}

// ledger is what servers acknowledged: for each scenario its revisions' digests.
type ledger struct {
	mu     sync.Mutex
	saves  int
	digest map[string]map[int64]string
}

func newLedger() *ledger { return &ledger{digest: map[string]map[int64]string{}} }

func (l *ledger) note(id string, revision int64, digest string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.digest[id] == nil {
		l.digest[id] = map[int64]string{}
	}
	l.digest[id][revision] = digest
	l.saves++
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saves
}

// acknowledgement is what a save answers.
type acknowledgement struct {
	ID       string `json:"id"`
	EditKey  string `json:"edit_key"`
	Revision int64  `json:"revision"`
	Digest   string `json:"digest"`
}

// toldToStop is what writeUntilRefused returns when nothing was refused.
const toldToStop = -1

// writeUntilRefused saves new scenarios, each with up to three updates, until an answer is
// anything but success or stop is closed, and notes what was acknowledged. It returns the
// last status.
func (l *ledger) writeUntilRefused(url string, random *rand.Rand, stop <-chan struct{}) int {
	for {
		select {
		case <-stop:
			return toldToStop
		default:
		}
		var made acknowledgement
		status, body := ask("POST", url+"api/v1/scenarios", scenarioOf(random.IntN(300)))
		if status != http.StatusCreated || json.Unmarshal(body, &made) != nil {
			return status
		}
		l.note(made.ID, made.Revision, made.Digest)
		for base := int64(1); base <= int64(random.IntN(4)); base++ {
			var updated acknowledgement
			change := fmt.Sprintf(`{"revision":%d,"scenario":%s}`, base, scenarioOf(random.IntN(300)))
			status, body := ask("PUT", url+"api/v1/scenarios/"+made.ID, change, "X-Edit-Key", made.EditKey)
			if status != http.StatusOK || json.Unmarshal(body, &updated) != nil {
				return status
			}
			l.note(updated.ID, updated.Revision, updated.Digest)
		}
	}
}

// verify fails the test when something acknowledged is missing or different.
func (l *ledger) verify(t *testing.T, p *process) {
	t.Helper()
	for id, revisions := range l.digest {
		for n, digest := range revisions {
			status, body := ask("GET", fmt.Sprintf("%sapi/v1/scenarios/%s/revisions/%d", p.url, id, n), "")
			var got acknowledgement
			if err := json.Unmarshal(body, &got); status != http.StatusOK || err != nil || got.Digest != digest || got.Revision != n {
				t.Fatalf("an acknowledged revision %d is lost: %d %.300s\n%s", n, status, body, p.log)
			}
		}
	}
}

// onDurableStores runs a test with an empty database of each kind, with the settings of a
// real installation.
func onDurableStores(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "meshplan.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, startPostgres(t).dsn) })
}

func TestACrashOfTheServerLosesNothingAcknowledged(t *testing.T) {
	onDurableStores(t, func(t *testing.T, database string) {
		const writers = 4
		random := rand.New(rand.NewPCG(9, 1))
		all := newLedger()
		for round := range crashes(t) {
			p := startServer(t, database)
			recent := newLedger()
			var wait sync.WaitGroup
			for w := range writers {
				source := rand.New(rand.NewPCG(uint64(round), uint64(w)))
				wait.Go(func() {
					if status := recent.writeUntilRefused(p.url, source, nil); status != 0 {
						t.Errorf("round %d: a save was answered %d\n%s", round, status, p.log)
					}
				})
			}
			for recent.size() < writers { // so that the kill falls among saves
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(random.IntN(100_000)) * time.Microsecond)
			p.kill()
			wait.Wait()
			after := startServer(t, database)
			recent.verify(t, after)
			after.kill()
			for id, revisions := range recent.digest {
				for n, digest := range revisions {
					all.note(id, n, digest)
				}
			}
		}
		p := startServer(t, database)
		all.verify(t, p)
		if code, output := runCommand(t, "check", "-db", database); code != exitOK {
			t.Fatalf("check: %d\n%s", code, output)
		}
		t.Logf("%d kills, %d acknowledged saves, all there", crashes(t), all.size())
	})
}
