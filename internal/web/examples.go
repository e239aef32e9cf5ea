package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// maxExampleBytes keeps the document readable; longer answers are left out.
const maxExampleBytes = 24 << 10

// exampleQueries are the queries whose answers the document shows, by address without
// its suffix.
var exampleQueries = map[string]string{
	"/api/v1/plan":          "services=12&pods_per_service=2&node_allocatable_cpu_m=3920&node_allocatable_memory_mib=14000&node_hourly_usd=0.2",
	"/api/v1/value/{field}": "services=60&mtls_required=true",
	"/api/v1/sweep":         "over=services&from=10&to=50&step=20",
	"/api/v1/compare":       "a=services%3D60&b=services%3D120",
	"/api/v1/catalog":       "provider=aws&node_type=m6i.2xlarge",
}

// addExamples asks handler for the answers that the document shows, so that they are what
// the server really says.
func addExamples(list []*huma.Operation, handler http.Handler) error {
	for _, op := range list {
		base, _, _ := strings.Cut(op.Path, ".")
		query, shown := exampleQueries[base]
		if op.Tags[0] == "export" || !shown && op.Tags[0] != "plan" && op.Tags[0] != "import" {
			continue
		}
		answer := op.Responses["200"]
		request, contentType, body := op.Method+" "+strings.Replace(op.Path, "{field}", "sidecar.nodes", 1), "", []byte(nil)
		if op.Method == http.MethodGet {
			request += "?" + query
		} else if op.RequestBody != nil {
			var err error
			if contentType, body, err = exampleBody(op); err != nil {
				return err
			}
			if strings.HasPrefix(op.Path, "/api/v1/sweep") {
				request += "?" + exampleQueries["/api/v1/sweep"]
			}
		}
		if err := addExample(answer, handler, request, contentType, body); err != nil {
			return fmt.Errorf("example of %s: %w", op.OperationID, err)
		}
	}
	return nil
}

func addExample(answer *huma.Response, handler http.Handler, request, contentType string, body []byte) error {
	method, address, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, address, bytes.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return errors.New(w.Body.String())
	}
	if w.Body.Len() > maxExampleBytes {
		return nil
	}
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	var value any = w.Body.String()
	if media == mediaJSON {
		if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
			return err
		}
	}
	answer.Content[media].Examples = map[string]*huma.Example{"answer": {Summary: request, Value: value}}
	return nil
}

// exampleBody is the body that an operation's request shows; where there are several, the
// one that fits the suffix.
func exampleBody(op *huma.Operation) (contentType string, body []byte, err error) {
	for _, media := range []string{mediaJSON, mediaCSV, mediaTSV, "application/yaml"} {
		content := op.RequestBody.Content[media]
		fits := media == mediaJSON || strings.HasSuffix(op.Path, ".csv") && media == mediaCSV ||
			strings.HasSuffix(op.Path, ".tsv") && media == mediaTSV || media == "application/yaml"
		if content == nil || content.Example == nil || !fits {
			continue
		}
		contentType = media
		if text, ok := content.Example.(string); ok {
			body = []byte(text)
		} else if body, err = json.Marshal(content.Example); err != nil {
			return "", nil, err
		}
	}
	return contentType, body, nil
}
