package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"meshplan/internal/catalog"
	"meshplan/internal/web"
)

// example is a command of the README with what it prints: a GET, whose lines may be
// filtered by grep.
var example = regexp.MustCompile("(?s)```console\n\\$ curl -s 'http://127\\.0\\.0\\.1:8080([^']+)'(?: \\| grep ([^\n]+))?\n(.*?)```")

func TestExamplesOfTheReadmePrintWhatItSays(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllStringSubmatch(string(readme), -1)
	if len(examples) < 4 {
		t.Fatalf("only %d examples found", len(examples))
	}
	nodes, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Config{Catalog: nodes, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		response := httptest.NewRecorder()
		server.ServeHTTP(response, httptest.NewRequest(http.MethodGet, e[1], nil))
		got := strings.ReplaceAll(response.Body.String(), "\r\n", "\n")
		if e[2] != "" {
			got = grep(got, e[2])
		}
		if strings.TrimSpace(got) != strings.TrimSpace(e[3]) {
			t.Errorf("%s\nprints\n%s\nthe README says\n%s", e[1], got, e[3])
		}
	}
}

func grep(text, pattern string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, pattern) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestFilesThatTheReadmeLinksExist(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(string(readme), -1) {
		if strings.HasPrefix(link[1], "https://") {
			continue
		}
		if _, err := os.Stat(filepath.Join("../..", link[1])); err != nil {
			t.Errorf("the README links %s: %v", link[1], err)
		}
	}
}
