package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantRun runs the program and fails unless it ends with code and says text.
func wantRun(t *testing.T, code int, text string, args ...string) {
	t.Helper()
	if got, output := runCommand(t, args...); got != code || !strings.Contains(output, text) {
		t.Fatalf("%v: code %d, want %d and %q:\n%s", args, got, code, text, output)
	}
}

func TestBackupWhileServingRestoreElsewhereAndCheck(t *testing.T) {
	onDurableStores(t, func(t *testing.T, database string) {
		p := startServer(t, database)
		var all []saved
		for n := range 10 {
			s, status := p.save(n)
			if status != http.StatusCreated {
				t.Fatalf("%d\n%s", status, p.log)
			}
			all = append(all, s)
		}
		folder := t.TempDir()
		file, restored := filepath.Join(folder, "backup.db"), filepath.Join(folder, "restored.db")
		wantRun(t, exitOK, "saved 10 scenarios, 10 revisions, 0 comments", "backup", "-db", database, file)
		wantRun(t, exitUsage, "exists", "backup", "-db", database, file)
		if _, status := p.save(11); status != http.StatusCreated {
			t.Fatalf("saving after the backup: %d\n%s", status, p.log)
		}
		wantRun(t, exitFailed, "-force", "restore", "-db", database, file)
		wantRun(t, exitOK, "restored 10 scenarios", "restore", "-db", restored, file)
		wantRun(t, exitOK, "10 scenarios", "check", "-db", restored)
		second := startServer(t, restored)
		for _, s := range all {
			if got := second.open(s.ID); string(got.Plan) != string(s.Plan) {
				t.Fatalf("got %s, want %s", got.Plan, s.Plan)
			}
		}
	})
}

func TestMovingFromSQLiteToPostgresKeepsLinksAndKeys(t *testing.T) {
	sqlite, postgres := filepath.Join(t.TempDir(), "meshplan.db"), startPostgres(t).dsn
	first := startServer(t, sqlite)
	s, status := first.save(7)
	if status != http.StatusCreated {
		t.Fatalf("%d\n%s", status, first.log)
	}
	first.kill()
	wantRun(t, exitOK, "copied 1 scenarios", "migrate", "-db", sqlite, postgres)
	wantRun(t, exitFailed, "not empty", "migrate", "-db", sqlite, postgres)
	second := startServer(t, postgres)
	if got := second.open(s.ID); string(got.Plan) != string(s.Plan) {
		t.Fatalf("got %s, want %s", got.Plan, s.Plan)
	}
	change := fmt.Sprintf(`{"revision":1,"scenario":%s}`, scenarioOf(8))
	if status, body := ask("PUT", second.url+"api/v1/scenarios/"+s.ID, change, "X-Edit-Key", s.EditKey); status != http.StatusOK {
		t.Fatalf("the edit key does not work after the move: %d %s", status, body)
	}
}

func TestCheckReportsDamageWithItsOwnCode(t *testing.T) {
	database := filepath.Join(t.TempDir(), "meshplan.db")
	p := startServer(t, database)
	if _, status := p.save(5); status != http.StatusCreated {
		t.Fatal(status)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	wantRun(t, exitOK, "verified", "backup", "-db", database, file)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := strings.Replace(string(content), `"services":5`, `"services":6`, 1)
	if damaged == string(content) {
		t.Fatal("the document is not in the file as text")
	}
	for name, text := range map[string]string{"one digit": damaged, "no database": strings.Repeat("hello ", 1000)} {
		bad := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, output := runCommand(t, "check", "-db", bad); code != exitDamaged {
			t.Errorf("%s: code %d\n%s", name, code, output)
		}
		if code, output := runCommand(t, "restore", "-db", filepath.Join(t.TempDir(), "new.db"), bad); code == exitOK {
			t.Errorf("%s: restored\n%s", name, output)
		}
	}
}
