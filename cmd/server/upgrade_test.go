package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// kept is what testdata/databases/*.json says of a scenario in the database beside it.
type kept struct {
	ID        string
	EditKey   string `json:"edit_key"`
	Revisions []struct {
		Title, Verdict string
		SHA256         string  // of the document, a zero byte and the plan
		ModelVersion   string  `json:"model_version"`
		Nodes          int64   `json:"sidecar_nodes"`
		CostUSD        float64 `json:"sidecar_monthly_cost_usd"`
	}
}

// databasesEverWritten copies every database that a version of this program wrote, so that
// a test may use it. They are named after the versions of tables and model, added to
// before a release that changes either, and never changed.
func databasesEverWritten(t *testing.T) map[string][]kept {
	t.Helper()
	files, err := filepath.Glob("testdata/databases/*.db")
	if err != nil || len(files) == 0 {
		t.Fatalf("no databases: %v", err)
	}
	all := map[string][]kept{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(file, ".db") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var scenarios []kept
		if err := json.Unmarshal(text, &scenarios); err != nil || len(scenarios) == 0 {
			t.Fatalf("%s: %d scenarios, %v", file, len(scenarios), err)
		}
		all[path] = scenarios
	}
	return all
}

func TestADatabaseOfEveryVersionOpensWithTheNumbersAsSaved(t *testing.T) {
	for path, scenarios := range databasesEverWritten(t) {
		wantRun(t, exitOK, "tables are of version", "check", "-db", path)
		p := startServer(t, path)
		for _, one := range scenarios {
			one.verify(t, p)
		}
		for _, one := range scenarios { // the edit keys of then still work
			change := fmt.Sprintf(`{"revision":%d,"scenario":%s}`, len(one.Revisions), scenarioOf(5))
			if status, body := ask("PUT", p.url+"api/v1/scenarios/"+one.ID, change, "X-Edit-Key", one.EditKey); status != http.StatusOK {
				t.Errorf("a revision of %s: %d %.300s", one.ID, status, body)
			}
			one.verify(t, p)
		}
	}
}

func TestADatabaseOfEveryVersionMovesToPostgres(t *testing.T) {
	for path, scenarios := range databasesEverWritten(t) {
		postgres := startPostgres(t).dsn
		wantRun(t, exitOK, "and compared them", "migrate", "-db", path, postgres)
		p := startServer(t, postgres)
		for _, one := range scenarios {
			one.verify(t, p)
		}
	}
}

// verify fails the test unless every revision has its bytes, its numbers and its page.
func (k kept) verify(t *testing.T, p *process) {
	t.Helper()
	for i, want := range k.Revisions {
		address := fmt.Sprintf("scenarios/%s/revisions/%d", k.ID, i+1)
		status, body := ask("GET", p.url+"api/v1/"+address, "")
		var got struct {
			Title, Digest string
			ModelVersion  string `json:"model_version"`
			Scenario      json.RawMessage
			Plan          json.RawMessage
		}
		if err := json.Unmarshal(body, &got); status != http.StatusOK || err != nil {
			t.Fatalf("%s: %d %.300s (%v)", address, status, body, err)
		}
		sum := sha256.Sum256(append(append([]byte(got.Scenario), 0), got.Plan...))
		if hex.EncodeToString(sum[:]) != want.SHA256 || got.Digest != want.SHA256 || got.Title != want.Title || got.ModelVersion != want.ModelVersion {
			t.Errorf("%s is not what was saved: %q of model %s, digest %s", address, got.Title, got.ModelVersion, got.Digest)
		}
		var plan struct {
			Verdict string
			Results []struct {
				Pattern string
				Nodes   int64
				CostUSD float64 `json:"monthly_cost_usd"`
			}
		}
		if err := json.Unmarshal(got.Plan, &plan); err != nil || plan.Verdict != want.Verdict {
			t.Errorf("%s: verdict %q, want %q (%v)", address, plan.Verdict, want.Verdict, err)
		}
		for _, r := range plan.Results {
			if r.Pattern == "sidecar" && (r.Nodes != want.Nodes || r.CostUSD != want.CostUSD) {
				t.Errorf("%s: %d nodes for %g, want %d for %g", address, r.Nodes, r.CostUSD, want.Nodes, want.CostUSD)
			}
		}
		k.verifyPage(t, p, i+1)
	}
}

// verifyPage: a page tells the numbers as they were saved, be it that they are the same.
func (k kept) verifyPage(t *testing.T, p *process, revision int) {
	t.Helper()
	want := k.Revisions[revision-1]
	status, body := ask("GET", fmt.Sprintf("%ss/%s/revisions/%d", p.url, k.ID, revision), "")
	page := string(body)
	same := strings.Contains(page, "The numbers are the same as when they were saved")
	others := strings.Contains(page, "Some numbers are not what they were")
	if status != http.StatusOK || same == others || !strings.Contains(page, "model "+want.ModelVersion) {
		t.Fatalf("revision %d of %s: %d, same %v, others %v", revision, k.ID, status, same, others)
	}
	cost := strconv.FormatFloat(want.CostUSD, 'f', -1, 64)
	if others && strings.Contains(page, "sidecar.monthly_cost_usd") && !strings.Contains(page, ">"+cost+"<") {
		t.Errorf("revision %d of %s: the page does not show that sidecars cost %s when saved", revision, k.ID, cost)
	}
}

// The last scenario of the first database has the plan that an older model with older
// prices and another proxy would have saved.
func TestThePageOfAnOlderModelsPlanTellsThenAndNowAndWhy(t *testing.T) {
	for path, scenarios := range databasesEverWritten(t) {
		if !strings.HasSuffix(path, "schema-1-model-1.db") {
			continue
		}
		old := scenarios[len(scenarios)-1]
		p := startServer(t, path)
		_, body := ask("GET", p.url+"s/"+old.ID, "")
		for _, want := range []string{
			"Some numbers are not what they were", "Saved with model 0.9 and prices of 2025-01-31", "of model 1 and prices of",
			">sidecar.nodes<", ">sidecar.monthly_cost_usd<", "What they rest on that is another today", ">proxy_memory_mib<",
		} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if strings.Contains(string(body), ">sidecar.model_version<") || strings.Contains(string(body), ">none.nodes<") {
			t.Error("the page lists as different what is no number or the same")
		}
		return
	}
	t.Fatal("the database is missing")
}

// Files of scenarios that any version exported can be imported for ever.
func TestAFileOfEveryVersionEverExportedImports(t *testing.T) {
	files, err := filepath.Glob("testdata/files/scenarios-*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var exported struct {
			Scenarios []struct {
				Revisions []struct{ Plan, Document string }
			}
		}
		if err := json.Unmarshal(content, &exported); err != nil {
			t.Fatal(err)
		}
		status, body := ask("POST", p.url+"api/v1/scenarios/import", string(content))
		var imported struct{ Scenarios []saved }
		if err := json.Unmarshal(body, &imported); status != http.StatusCreated || err != nil || len(imported.Scenarios) != len(exported.Scenarios) || len(exported.Scenarios) == 0 {
			t.Fatalf("%s: %d %.300s (%v)", file, status, body, err)
		}
		for i, one := range imported.Scenarios {
			newest := exported.Scenarios[i].Revisions[len(exported.Scenarios[i].Revisions)-1]
			if got := p.open(one.ID); string(got.Plan) != newest.Plan || string(got.Scenario) != newest.Document {
				t.Errorf("%s: scenario %d has other bytes", file, i+1)
			}
		}
	}
}
