package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/model"
	"meshplan/templates"
)

// apiDocument is the API's description in both versions of OpenAPI, made from the Go
// types that the handlers write and from [model.Params].
type apiDocument struct {
	v31, v30 *answer
	groups   []templates.OperationGroup // the same for the reference page
}

// newAPIDocument describes the API of a server with that configuration. The answers that
// it shows come from a server of its own, whose log and metrics nobody sees.
func newAPIDocument(config Config) (*apiDocument, error) {
	schemas := newSchemas()
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "meshplan", Version: model.Version,
			Description: "What a service mesh adds to a Kubernetes cluster, in nodes and money. Every input is optional and a plain number, " +
				"the unit is in its name. Errors are RFC 9457 problem documents that name field, value and cure. " +
				"Names are only ever added, columns only ever appended. Every input has a short name as well, for addresses that must stay " +
				"under 2,000 characters: its x-short-name, s for services; an input is given under one of its names.",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers:    []*huma.Server{{URL: "/", Description: "this server"}},
		Components: &huma.Components{Schemas: schemas.registry, Parameters: schemas.parameters()},
	}
	if config.BaseURL != "" {
		doc.Servers[0].URL = config.BaseURL
	}
	list := operations(schemas)
	quiet := Config{Catalog: config.Catalog, Logger: slog.New(slog.DiscardHandler), PlanSlots: 1, CacheBytes: -1, Timeout: time.Minute,
		RateLimit: RateLimit{PerMinute: -1}}
	if err := addExamples(list, newServer(quiet).handler()); err != nil {
		return nil, err
	}
	for _, op := range list {
		doc.AddOperation(op)
	}
	schemas.finish()
	newer, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	older, err := downgrade(doc)
	if err != nil {
		return nil, err
	}
	groups, err := groupOperations(list)
	if err != nil {
		return nil, err
	}
	return &apiDocument{groups: groups, v31: newAnswer(typeJSON, cacheShared, newer), v30: newAnswer(typeJSON, cacheShared, older)}, nil
}

// downgrade writes the document as OpenAPI 3.0, for older importers: the library's work,
// and two things that 3.1 brought and the library leaves in.
func downgrade(doc *huma.OpenAPI) ([]byte, error) {
	text, err := doc.Downgrade()
	if err != nil {
		return nil, err
	}
	var older map[string]any
	if err := json.Unmarshal(text, &older); err != nil {
		return nil, err
	}
	if info, ok := older["info"].(map[string]any); ok {
		info["license"] = map[string]any{"name": doc.Info.License.Name}
	}
	sayItOldWay(older)
	return json.Marshal(older)
}

// sayItOldWay rewrites "this or null" the way 3.0 says it, and leaves out what 3.0 does
// not know.
func sayItOldWay(node any) {
	switch node := node.(type) {
	case map[string]any:
		if either, ok := node["anyOf"].([]any); ok && len(either) == 2 {
			if second, ok := either[1].(map[string]any); ok && second["type"] == "null" {
				delete(node, "anyOf")
				node["allOf"], node["nullable"] = either[:1], true
			}
		}
		delete(node, "contentMediaType")
		for _, member := range node {
			sayItOldWay(member)
		}
	case []any:
		for _, item := range node {
			sayItOldWay(item)
		}
	}
}

func (s *server) getOpenAPI(older bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if older {
			return s.send(w, r, s.api.v30)
		}
		return s.send(w, r, s.api.v31)
	}
}
