package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"meshplan/internal/catalog"
	"meshplan/internal/store"
	"meshplan/internal/web"
	"meshplan/internal/webstore"
)

// site is a running server with the real catalog and a real store in a file of its own.
type site struct {
	t       *testing.T
	server  *httptest.Server
	handler http.Handler
}

func newSite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	kept, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	prices, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	config := web.Config{Catalog: prices, Store: webstore.New(kept), Version: "test"}
	for _, c := range change {
		c(&config)
	}
	handler, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &site{t: t, server: server, handler: handler}
}

// reply is a complete answer.
type reply struct {
	status int
	header http.Header
	body   string
}

func (s *site) do(method, path, body string, headers ...string) reply {
	s.t.Helper()
	request, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.server.Client().Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

// get fetches a path that has to answer 200.
func (s *site) get(path string, headers ...string) reply {
	s.t.Helper()
	got := s.do(http.MethodGet, path, "", headers...)
	if got.status != http.StatusOK {
		s.t.Fatalf("GET %s: status %d: %s", path, got.status, got.body)
	}
	return got
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
	return v
}
