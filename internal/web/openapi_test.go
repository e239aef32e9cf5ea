package web_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
)

type openapi struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Parameters  []struct {
			Ref string `json:"$ref"`
		}
		RequestBody struct {
			Content map[string]struct{ Example any }
		}
		Responses map[string]struct {
			Content map[string]struct {
				Examples map[string]struct {
					Summary string
					Value   any
				}
			}
		}
	}
	Components struct{ Parameters map[string]any }
}

func TestTheDocumentDescribesEveryAddressAndNoOther(t *testing.T) {
	s := newSite(t)
	doc := decode[openapi](t, s.get("/api/openapi.json").body)
	var described, served []string
	for path, methods := range doc.Paths {
		for method := range methods {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	err := chi.Walk(s.handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if strings.HasPrefix(route, "/api/v1/") {
			served = append(served, method+" "+route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described\n%s\nserved\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
	for _, p := range model.Params() {
		if doc.Components.Parameters["query_"+p.Name] == nil {
			t.Errorf("the input %s is not described", p.Name)
		}
	}
}

func TestTheExamplesAreRealAnswers(t *testing.T) {
	s := newSite(t)
	for _, address := range []string{"/api/openapi.json", "/api/openapi-3.0.json"} {
		doc := decode[openapi](t, s.get(address).body)
		replayed := 0
		for path, methods := range doc.Paths {
			for method, op := range methods {
				for media, content := range op.Responses["200"].Content {
					for _, example := range content.Examples {
						replayed++
						verb, target, _ := strings.Cut(example.Summary, " ")
						body, contentType := "", ""
						if verb == http.MethodPost {
							body, contentType = exampleBody(t, path, op.RequestBody.Content)
						}
						got := s.do(verb, target, body, "Content-Type", contentType)
						var value any = got.body
						if media == "application/json" {
							value = decode[any](t, got.body)
						}
						if !reflect.DeepEqual(value, example.Value) {
							t.Errorf("%s %s: the answer to %s is another:\n%.300s", method, path, example.Summary, got.body)
						}
					}
				}
			}
		}
		if replayed < 20 {
			t.Errorf("%s: only %d examples", address, replayed)
		}
	}
}

func exampleBody(t *testing.T, path string, content map[string]struct{ Example any }) (body, contentType string) {
	t.Helper()
	for _, media := range []string{"text/tab-separated-values", "text/csv", "application/json", "application/yaml"} {
		example, ok := content[media]
		suffix := map[string]string{"text/csv": ".csv", "text/tab-separated-values": ".tsv"}[media]
		if !ok || example.Example == nil || !strings.HasSuffix(path, suffix) {
			continue
		}
		if text, isText := example.Example.(string); isText {
			return text, media
		}
		encoded, err := json.Marshal(example.Example)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded), media
	}
	t.Fatalf("%s has no example body", path)
	return "", ""
}

func TestBothVersionsOfTheDocumentAreServed(t *testing.T) {
	s := newSite(t)
	newer, older := s.get("/api/openapi.json"), s.get("/api/openapi-3.0.json")
	if v := decode[openapi](t, newer.body).OpenAPI; v != "3.1.0" {
		t.Errorf("newer is %s", v)
	}
	if v := decode[openapi](t, older.body).OpenAPI; v != "3.0.3" {
		t.Errorf("older is %s", v)
	}
	if strings.Contains(older.body, `"null"`) {
		t.Error("3.0 has no type null")
	}
}
