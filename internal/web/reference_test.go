package web_test

import (
	"html"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

var errorLink = regexp.MustCompile(`href="(/errors/[a-z-]+)"`)

// Every kind of error has a page that the type address of its problems opens, which says
// what it means and what to do.
func TestEveryKindOfErrorHasAPageThatExplainsIt(t *testing.T) {
	s := newSite(t)
	links := errorLink.FindAllStringSubmatch(s.get("/api").body, -1)
	if len(links) < 17 {
		t.Fatalf("the reference lists %d kinds of error", len(links))
	}
	var listed []string
	for _, link := range links {
		listed = append(listed, link[1])
		page := s.get(link[1])
		if main := page.body[strings.Index(page.body, "<main"):]; strings.Count(main, "<p>") < 2 || !strings.Contains(main, "<h1>") {
			t.Errorf("%s explains nothing:\n%.600s", link[1], main)
		}
	}
	for _, request := range []struct{ method, path string }{
		{"GET", "/api/v1/plan?services=-1"}, {"GET", "/api/v1/nowhere"}, {"DELETE", "/api/v1/plan"}, {"GET", "/api/v1/scenarios/AAAAAAAAAAAAAAAAAAAAAAAAAA"},
		{"GET", "/api/v1/plan?services=20000&pods_per_service=1000"}, {"GET", "/api/v1/plan?v=0"},
	} {
		got := s.do(request.method, request.path, "")
		kind := strings.TrimPrefix(decode[problem](t, got.body).Type, s.server.URL)
		if got.status < 400 || !slices.Contains(listed, kind) {
			t.Errorf("%s %s: %d, and its type %s is no page", request.method, request.path, got.status, kind)
		}
	}
	if got := s.do(http.MethodGet, "/errors/no-such-kind", ""); got.status != http.StatusNotFound {
		t.Errorf("a kind that is none gives %d", got.status)
	}
}

func TestTheReferenceHasEveryOperationInputAndField(t *testing.T) {
	s := newSite(t)
	page := html.UnescapeString(s.get("/api").body)
	paths := map[string]bool{}
	document := decode[openapi](t, s.get("/api/openapi.json").body).Paths
	for path, methods := range document {
		if base := strings.TrimSuffix(path, filepath.Ext(path)); len(document[base]) > 0 && !strings.HasSuffix(path, ".xlsx") {
			path = base
		}
		for method := range methods {
			paths[strings.ToUpper(method)+" "+path] = true
		}
	}
	for operation := range paths {
		if !strings.Contains(page, "<code>"+operation+"</code>") {
			t.Errorf("%s is not on the page", operation)
		}
	}
	if forms := strings.Count(page, "data-try"); forms != len(paths) {
		t.Errorf("%d forms for %d operations", forms, len(paths))
	}
	for _, p := range model.Params() {
		if !strings.Contains(page, "<code>"+p.Name+"</code></th><td><code>"+p.Short+"</code>") {
			t.Errorf("%s and its short name are not on the page", p.Name)
		}
	}
	for _, field := range model.ValueFields() {
		if !strings.Contains(page, "<code>"+field+"</code>") {
			t.Errorf("the field %s is not on the page", field)
		}
	}
}

// Every field that the reference lists has a value of its own address.
func TestEveryFieldHasAValue(t *testing.T) {
	s := newSite(t)
	for _, field := range model.ValueFields() {
		got := s.get("/api/v1/value/" + field + "?services=12&surge_share=0.25")
		if strings.ContainsAny(got.body, "\n{<") || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s is %q, %s", field, got.body, got.header.Get("Content-Type"))
		}
	}
}
