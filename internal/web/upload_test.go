package web_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"meshplan/internal/web"
)

// upload posts a file by way of a page's form.
func (s *site) upload(path, name string, content []byte) reply {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, path, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Result().Header, recorder.Body.String()}
}

// A large upload is somebody's whole cluster: it may not stay behind on a disk, and a
// container with a read-only root has no disk to put it on.
func TestAnUploadNeedsNoDiskAndLeavesNothingThere(t *testing.T) {
	s := newSite(t)
	const row = "shop,cart,2,100,100,%s\n"
	var csv strings.Builder
	csv.WriteString("namespace,name,replicas,cpu,memory,note\n")
	for csv.Len() < 9<<20 { // beyond what is usual to keep in memory
		fmt.Fprintf(&csv, row, strings.Repeat("x", 1<<16))
	}
	for name, folder := range map[string]string{"no disk": filepath.Join(t.TempDir(), "missing"), "a disk": t.TempDir()} {
		t.Setenv("TMPDIR", folder)
		for path, content := range map[string]string{"/import": csv.String(), "/mine/import": strings.Repeat(" ", 9<<20) + `{}`} {
			if got := s.upload(path, "cluster", []byte(content)); got.status >= 500 || got.status == http.StatusRequestEntityTooLarge {
				t.Errorf("%s, %s: %d %.300s", path, name, got.status, got.body)
			}
		}
		if left, err := os.ReadDir(folder); name == "a disk" && (err != nil || len(left) > 0) {
			t.Errorf("%v was left on the disk (%v)", left, err)
		}
	}
}

// Analyses and imports share slots: one that takes minutes to send must not keep them.
func TestASlowUploadKeepsNobodyFromTheAnalyses(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.PlanSlots = 1 })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /api/v1/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nname,replicas\n")
	time.Sleep(100 * time.Millisecond) // until the handler reads
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+"/api/v1/waterfall?services=5", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal("an analysis waits for somebody's upload: ", err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Error(response.Status)
	}
}
