package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheLogHoldsNothingThatUsersSent puts a word into every place where a user can put
// one, with success and in error, and looks for it in the log of the real program at its
// most talkative, together with ids and edit keys.
func TestTheLogHoldsNothingThatUsersSent(t *testing.T) {
	const word = "xyzzysecret"
	pg := startPostgres(t)
	for _, database := range []string{filepath.Join(t.TempDir(), "meshplan.db"), pg.dsn} {
		p := startServer(t, database, "-log-level", "debug", "-user-header", "X-User", "-trusted-proxies", "127.0.0.1")
		scenario := `{"title":"` + word + `","workloads":[{"namespace":"` + word + `","name":"` + word + `","replicas":2,"pod_cpu_m":100,"pod_memory_mib":100}]}`
		status, body := ask("POST", p.url+"api/v1/scenarios", `{"scenario":`+scenario+`,"notes":"`+word+`"}`, "X-User", word)
		var made saved
		if err := json.Unmarshal(body, &made); status != http.StatusCreated || err != nil {
			t.Fatalf("%d %s (%v)", status, body, err)
		}
		one := "api/v1/scenarios/" + made.ID
		key := []string{"X-Edit-Key", made.EditKey}
		change := `{"revision":1,"scenario":` + scenario + `}`
		for _, r := range []struct {
			method, path, body string
			header             []string
		}{
			{"GET", "api/v1/plan?workloads=" + word + ",D,2,100,100", "", nil},
			{"GET", "api/v1/plan?pod_cpu_m=" + word + "&" + word + "=1", "", nil},
			{"GET", "api/v1/value/" + word, "", nil},
			{"GET", word + "?" + word, "", nil},
			{"GET", "s/" + word, "", nil},
			{"GET", "s/" + made.ID, "", nil},
			{"GET", "?scenario=" + made.ID + "&services=" + word, "", nil},
			{"GET", "compare?a=" + made.ID + "&b=" + word, "", nil},
			{"POST", "api/v1/plan", scenario, nil},
			{"POST", "api/v1/plan", `{"` + word + `":1}`, nil},
			{"POST", "api/v1/plan", `{` + word, nil},
			{"POST", "api/v1/batch.csv", "services,title\n5," + word + "\n" + word + ",x\n", []string{"Content-Type", "text/csv"}},
			{"POST", "api/v1/import", "name,replicas\n" + word + ",2\n", []string{"Content-Type", "text/csv"}},
			{"POST", "api/v1/import", "kind: " + word + "\n\tbroken: " + word, []string{"Content-Type", "application/yaml"}},
			{"PUT", one, change, key},
			{"PUT", one, change, key}, // a conflict, with both versions in the answer
			{"PUT", one, change, []string{"X-Edit-Key", word}},
			{"PUT", one, change, []string{"Authorization", "Bearer " + word}},
			{"POST", one + "/revisions/1/comments", `{"author":"` + word + `","comment":"` + word + `"}`, nil},
			{"POST", one + "/copies", `{"title":"` + word + `"}`, nil},
			{"GET", one + "/differences", "", nil},
			{"POST", "api/v1/scenarios/export", `{"ids":["` + made.ID + `"]}`, nil},
			{"POST", "api/v1/scenarios/import", `{"` + word + `":1}`, nil},
			{"GET", "api/v1/scenarios", "", []string{"X-User", word}},
			{"POST", "scenarios", url.Values{"services": {word}, "page.title": {word}}.Encode(), []string{"Content-Type", "application/x-www-form-urlencoded"}},
			{"GET", "", "", []string{"Cookie", "theme=" + word, "Referer", "https://example.com/" + word, "User-Agent", word, "X-Forwarded-For", word}},
			{word, "", "", nil},
		} {
			if status, body := ask(r.method, p.url+r.path, r.body, r.header...); status == 0 || status >= 500 {
				t.Errorf("%s %s: %d %.200s", r.method, r.path, status, body)
			}
		}
		if database == pg.dsn { // what fails while the database is away is logged in full
			pg.do("stop")
			for _, path := range []string{one, "s/" + made.ID} {
				if status, _ := ask("GET", p.url+path, ""); status != http.StatusServiceUnavailable {
					t.Errorf("without the database %s answers %d", path, status)
				}
			}
			ask("PUT", p.url+one, change, key...)
			ask("POST", p.url+"api/v1/scenarios", scenario)
			pg.do("start")
		}
		log := p.log.String()
		for _, secret := range []string{word, made.ID, made.EditKey} {
			if at := strings.Index(strings.ToLower(log), strings.ToLower(secret)); at >= 0 {
				t.Errorf("the log holds %q: %s", secret, log[max(0, at-300):min(len(log), at+100)])
			}
		}
		if n := strings.Count(log, `"request_id"`); n < 25 {
			t.Errorf("only %d lines have a request's id:\n%s", n, log)
		}
	}
}
