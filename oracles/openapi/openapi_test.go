package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

func TestTheDocumentOfVersion31Validates(t *testing.T) {
	if ok, wrong := judge(t).ValidateDocument(); !ok {
		for _, e := range wrong {
			t.Errorf("%s: %s %v", e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
}

func TestTheDocumentOfVersion30Validates(t *testing.T) {
	document := older(t)
	if document.OpenAPI != "3.0.3" {
		t.Errorf("version %s", document.OpenAPI)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// judge is another project's validator for the document that the program serves.
func judge(t *testing.T) validator.Validator {
	t.Helper()
	document, err := libopenapi.NewDocument(fetch(t, "/api/openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return v
}

// older is the document of version 3.0, read by yet another project.
func older(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(fetch(t, "/api/openapi-3.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// samples are values for parameters whose schema alone does not make one that goes well
// with every other default.
var samples = map[string]string{
	"node_type": "m6i.2xlarge,m6i.large", "region": "us-east-1", "preset": "field-report-2025-09", "as_of": "2026-08-31", "v": "1",
	"proxy_cpu_limit_m": "4000", "proxy_memory_limit_mib": "4096", "provider": "aws", "fields": "pattern,nodes", "workloads": "shop/cart,D,3,200,300",
	"field": "sidecar.nodes", "a": "services=60", "b": "services=120", "from": "10", "to": "30", "step": "10", "over": "services",
	"over2": "mesh_engineers", "from2": "0", "to2": "1", "step2": "1", "draws": "50", "survive": "node",
	"n": "1", "name": "decision-record.md", "missing": "zero", "names": "keep", "metric": "cpu", "columns": "cpu:pod_cpu_m",
	"node_max_pods": "110", "existing_nodes": "m6i.2xlarge:3", "node_taints": "m6i.large=dedicated=batch:NoSchedule", "default_cpu_m": "100",
	"default_memory_mib": "128", "istio_version": "1.27", "kubernetes_version": "1.34", "node_allocatable_cpu_m": "7500", "node_allocatable_memory_mib": "28672",
}

// partners are parameters that another one makes no sense without.
var partners = map[string][]string{
	"over2": {"from2", "to2"}, "from2": {"over2", "to2"}, "to2": {"over2", "from2"}, "step2": {"over2", "from2", "to2"},
	"region": {"provider"}, "node_type": {"provider"}, "node_taints": {"node_type"},
	"default_cpu_m": {}, "default_memory_mib": {},
}

func sample(p *openapi3.Parameter) string {
	if text, ok := samples[p.Name]; ok {
		return text
	}
	if p.Example != nil {
		return fmt.Sprint(p.Example)
	}
	schema := p.Schema.Value
	switch {
	case len(schema.Enum) > 0:
		return fmt.Sprint(schema.Enum[0])
	case schema.Type.Is("boolean"):
		return "true"
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		least := 1.0
		if schema.Min != nil {
			least = max(least, *schema.Min)
		}
		if schema.Max != nil {
			least = min(least, *schema.Max/2)
		}
		if schema.Type.Is("integer") {
			return fmt.Sprint(int64(least))
		}
		return fmt.Sprint(least)
	}
	return "text"
}

// call is a request made from the document alone.
type call struct {
	method, path string
	query        url.Values
	header       http.Header
	body         []byte
}

func (c call) send(t *testing.T) (*http.Request, *http.Response, []byte) {
	t.Helper()
	address := site + c.path
	if len(c.query) > 0 {
		address += "?" + c.query.Encode()
	}
	request, err := http.NewRequest(c.method, address, bytes.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = c.header.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return request, response, body
}

// check sends a call, wants the status and has the response judged.
func check(t *testing.T, v validator.Validator, c call, status int) []byte {
	t.Helper()
	request, response, body := c.send(t)
	if response.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d: %.400s", c.method, request.URL, response.StatusCode, status, body)
		return body
	}
	if ok, wrong := v.ValidateHttpResponse(request, response); !ok {
		for _, e := range wrong {
			t.Errorf("%s %s: %s: %s", c.method, request.URL, e.Message, e.Reason)
			for i, s := range e.SchemaValidationErrors {
				if i < 5 {
					t.Errorf("  %s at %s", s.Reason, s.FieldPath)
				}
			}
		}
	}
	return body
}

// exercise makes the calls of an operation: as its examples show it, and once for each
// of its own parameters.
func TestEveryOperationAnswersAsTheDocumentSays(t *testing.T) {
	v, document := judge(t), older(t)
	scenario, key := saveOne(t, v)
	operations, calls := 0, 0
	for _, path := range document.Paths.InMatchingOrder() {
		for method, op := range document.Paths.Find(path).Operations() {
			operations++
			if strings.HasPrefix(path, "/api/v1/scenarios") && method != http.MethodGet {
				continue // changed and deleted in TestSavedScenariosAnswerAsTheDocumentSays
			}
			if path == "/api/v1/runs/{id}" {
				stopNoRun(t, v)
				continue
			}
			t.Run(method+" "+path, func(t *testing.T) {
				base := call{method: method, path: fill(path, op, scenario), query: url.Values{}, header: http.Header{"X-Edit-Key": {key}, "X-Forwarded-User": {"oracle"}}}
				for _, ref := range op.Parameters {
					if p := ref.Value; p.In == openapi3.ParameterInQuery && p.Required {
						base.query.Set(p.Name, sample(p))
					}
				}
				base.body = bodyOf(t, path, op, base.header)
				check(t, v, base, http.StatusOK)
				calls++
				calls += eachParameter(t, v, path, op, base)
				bad := base
				bad.query = url.Values{"no_such_input": {"1"}}
				if op.Responses.Value("400") != nil {
					check(t, v, bad, http.StatusBadRequest)
				}
			})
		}
	}
	if operations < 50 || calls < 200 {
		t.Errorf("only %d operations and %d calls", operations, calls)
	}
}

// stopNoRun ends a run that there is not: the program's own tests end one that there is.
func stopNoRun(t *testing.T, v validator.Validator) {
	t.Helper()
	check(t, v, call{method: http.MethodDelete, path: "/api/v1/runs/AAAAAAAAAAAAAAAA"}, http.StatusNotFound)
}

// eachParameter sends the call once more for every optional parameter: those that
// operations share on the two plainest of them, and everywhere those of its own.
func eachParameter(t *testing.T, v validator.Validator, path string, op *openapi3.Operation, base call) int {
	t.Helper()
	calls := 0
	for _, ref := range op.Parameters {
		p := ref.Value
		if p.In != openapi3.ParameterInQuery || p.Required || p.Name == "scenario" || p.Name == "revision" {
			continue
		}
		plain := path == "/api/v1/plan" || path == "/api/v1/plan.csv"
		if ref.Ref != "" && !plain {
			continue
		}
		one := base
		one.query = url.Values{}
		for name, values := range base.query {
			one.query[name] = values
		}
		one.query.Set(p.Name, sample(p))
		if strings.HasSuffix(path, "/differences") {
			one.query.Set(p.Name, "1") // the only revision there is
		}
		for _, partner := range partners[p.Name] {
			if op.Parameters.GetByInAndName("query", partner) != nil {
				one.query.Set(partner, samples[partner])
			}
		}
		if p.Name == base.query.Get("over") {
			continue // swept over already
		}
		answer := check(t, v, one, http.StatusOK)
		calls++
		if short, ok := p.Extensions["x-short-name"].(string); ok {
			twin := one
			twin.query = maps.Clone(one.query)
			twin.query[short] = twin.query[p.Name]
			delete(twin.query, p.Name)
			if got := check(t, v, twin, http.StatusOK); !bytes.Equal(got, answer) {
				t.Errorf("%s: %s answers otherwise than %s", path, short, p.Name)
			}
			calls++
		}
	}
	return calls
}

func fill(path string, op *openapi3.Operation, scenario string) string {
	for _, ref := range op.Parameters {
		if p := ref.Value; p.In == openapi3.ParameterInPath {
			value := sample(p)
			if p.Name == "id" {
				value = scenario
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
		}
	}
	return path
}

// bodyOf is the operation's own example, of the media type that fits its address.
func bodyOf(t *testing.T, path string, op *openapi3.Operation, header http.Header) []byte {
	t.Helper()
	if op.RequestBody == nil {
		return nil
	}
	for _, media := range []string{"application/json", "text/csv", "application/yaml"} {
		content := op.RequestBody.Value.Content[media]
		if content == nil || content.Example == nil || media == "text/csv" && !strings.HasSuffix(path, ".csv") {
			continue
		}
		header.Set("Content-Type", media)
		if text, ok := content.Example.(string); ok {
			return []byte(text)
		}
		body, err := json.Marshal(content.Example)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	t.Fatalf("%s has no example for its body", path)
	return nil
}

const shop = `{"scenario":{"quick":{"services":12}},"title":"Shop"}`

func saveOne(t *testing.T, v validator.Validator) (id, key string) {
	t.Helper()
	body := check(t, v, call{method: http.MethodPost, path: "/api/v1/scenarios", header: http.Header{"Content-Type": {"application/json"}}, body: []byte(shop)}, http.StatusCreated)
	var saved struct {
		ID      string
		EditKey string `json:"edit_key"`
	}
	if err := json.Unmarshal(body, &saved); err != nil || saved.ID == "" {
		t.Fatalf("%v in %s", err, body)
	}
	return saved.ID, saved.EditKey
}

func TestSavedScenariosAnswerAsTheDocumentSays(t *testing.T) {
	v := judge(t)
	id, key := saveOne(t, v)
	address := "/api/v1/scenarios/" + id
	header := http.Header{"Content-Type": {"application/json"}, "X-Edit-Key": {key}}
	update := call{method: http.MethodPut, path: address, query: url.Values{"revision": {"1"}}, header: header, body: []byte(shop)}
	check(t, v, update, http.StatusOK)
	check(t, v, update, http.StatusConflict)
	withoutKey := update
	withoutKey.header = http.Header{"Content-Type": {"application/json"}}
	check(t, v, withoutKey, http.StatusForbidden)
	broken := update
	broken.body = []byte(`{"scenario":`)
	check(t, v, broken, http.StatusBadRequest)
	partsOfSavedScenarios(t, v, id, header)
	check(t, v, call{method: http.MethodDelete, path: address, header: header}, http.StatusNoContent)
	check(t, v, call{method: http.MethodGet, path: address}, http.StatusNotFound)
	tooLarge := update
	tooLarge.path, tooLarge.body = "/api/v1/plan", bytes.Repeat([]byte(" "), 9<<20)
	tooLarge.method, tooLarge.query = http.MethodPost, nil
	check(t, v, tooLarge, http.StatusRequestEntityTooLarge)
	beyond := call{method: http.MethodGet, path: "/api/v1/plan", query: url.Values{"services": {"20000"}, "pods_per_service": {"1000"}}}
	check(t, v, beyond, http.StatusUnprocessableEntity)
}

// partsOfSavedScenarios writes what belongs to a scenario, and moves it as a file.
func partsOfSavedScenarios(t *testing.T, v validator.Validator, id string, header http.Header) {
	t.Helper()
	address := "/api/v1/scenarios/" + id
	send := func(status int, method, path, body string) []byte {
		return check(t, v, call{method: method, path: path, header: header, body: []byte(body)}, status)
	}
	var comment struct{ ID string }
	if err := json.Unmarshal(send(201, http.MethodPost, address+"/revisions/2/comments", `{"author":"Ada","comment":"Why?"}`), &comment); err != nil {
		t.Fatal(err)
	}
	send(400, http.MethodPost, address+"/revisions/2/comments", `{"comment":""}`)
	send(200, http.MethodGet, address+"/comments", "")
	send(204, http.MethodDelete, address+"/comments/"+comment.ID, "")
	send(200, http.MethodGet, address+"/differences", "")
	send(204, http.MethodPut, address+"/expiry", `{"expires_at":"2090-01-01T00:00:00Z"}`)
	send(204, http.MethodPut, address+"/expiry", `{"expires_at":null}`)
	send(201, http.MethodPost, address+"/copies", `{"title":"Copy"}`)
	file := send(200, http.MethodPost, "/api/v1/scenarios/export", `{"ids":["`+id+`"]}`)
	send(201, http.MethodPost, "/api/v1/scenarios/import", string(file))
	send(400, http.MethodPost, "/api/v1/scenarios/import", `{}`)
}
