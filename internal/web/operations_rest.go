package web

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

func (d *describer) reference() {
	query := func(name, doc string, example any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}, Example: example}
	}
	tables := []struct {
		name, summary string
		answer        *huma.Schema
		params        []*huma.Param
	}{
		{"catalog", "Providers, regions and node types with prices", schemaOf[CatalogAnswer](d.schemas), []*huma.Param{
			query("provider", "aws, azure or gcp", "aws"), query("region", "one of the provider's; its default when absent", nil), query("node_type", "these types only, with commas between", nil),
		}},
		{"presets", "The named sets of assumptions, every figure with its source", schemaOf[PresetsAnswer](d.schemas), nil},
		{"facts", "Every figure that is a default or evidence, with its source", schemaOf[FactsAnswer](d.schemas), nil},
	}
	for _, table := range tables {
		for suffix, f := range inFormats(allFormats...) {
			answer := d.json(table.answer)
			if f != formatJSON {
				answer = text(f.media())
			}
			d.add(operation{
				id: "get" + capital(table.name) + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/" + table.name + suffix, tag: "reference",
				summary: table.summary, params: slices.Concat(table.params, referenceParams(f)), answer: answer, errors: []int{400},
			})
		}
	}
	d.add(operation{
		id: "postImport", method: http.MethodPost, path: "/api/v1/import", tag: "import",
		summary: "Read what kubectl prints, manifests or CSV into a scenario to review",
		detail:  "kubectl get deploy,sts,ds,pods -A -o json or yaml, plain manifests, kubectl top, kubectl describe nodes, Prometheus results or CSV; several documents may follow one another.",
		params:  importParams(), answer: d.json(schemaOf[ImportAnswer](d.schemas)), errors: errorsOfBodies, body: importBody(),
	})
	d.add(operation{
		id: "scoreScenario", method: http.MethodPost, path: "/api/v1/scenarios/{id}/score", tag: "scenarios",
		summary: "Score a saved prediction against an import made after the roll-out",
		detail:  "Takes what an import takes. The plan is the one that was saved, with the model and prices of that day.",
		params: append([]*huma.Param{
			{Name: "id", In: "path", Required: true, Description: "of the saved scenario", Schema: &huma.Schema{Type: huma.TypeString}},
			query("pattern", "whose result is scored; absent: the mesh that the import runs, else none", "sidecar"),
			{Name: "revision", In: "query", Description: "which revision; absent: the newest", Schema: &huma.Schema{Type: huma.TypeInteger}},
		}, importParams()...),
		answer: d.json(schemaOf[ScoreAnswer](d.schemas)), errors: append([]int{403, 404}, errorsOfBodies...), body: importBody(),
	})
}

// exports describes the files of a scenario that an import reads back.
func (d *describer) exports() {
	for _, file := range []struct {
		id, name, summary string
		answer            map[string]*huma.MediaType
	}{
		{"WorkloadsAsCSV", "workloads.csv", "The workloads of a scenario as the table that an import reads back unchanged", text(mediaCSV)},
		{"ScenarioAsJSON", "scenario.json", "The document of a scenario, as bodies and imports take it", d.json(schemaOf[model.Scenario](d.schemas))},
	} {
		path := "/api/v1/" + file.name
		d.add(operation{
			id: "get" + file.id, method: http.MethodGet, path: path, tag: "export", summary: file.summary,
			params: inputParams(), answer: file.answer, errors: errorsOfPlans,
		})
		d.add(operation{
			id: "post" + file.id, method: http.MethodPost, path: path, tag: "export", summary: file.summary,
			params: inputParams(), body: d.scenarioBody(), answer: file.answer, errors: append([]int{403, 404}, errorsOfBodies...),
		})
	}
}

// importBody is what an import reads.
func importBody() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{
		"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}, Example: importExample},
		mediaJSON:          {Schema: &huma.Schema{}},
		mediaCSV:           {Schema: &huma.Schema{Type: huma.TypeString}, Example: "name,replicas,cpu,memory\ncart,3,200m,300Mi\n"},
		mediaText:          {Schema: &huma.Schema{Type: huma.TypeString}},
	}
}

const importExample = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\nspec:\n  replicas: 3\n" +
	"  template: {spec: {containers: [{name: cart, resources: {requests: {cpu: 200m, memory: 300Mi}}}]}}\n"

// importParams describes the importer's options; one that it gains and this does not know
// is described as text.
func importParams() []*huma.Param {
	type option struct {
		doc    string
		number bool
		choice []any
	}
	options := map[string]option{
		"missing":            {doc: "what a container without a request counts as", choice: []any{importer.MissingZero, importer.MissingDefault, importer.MissingUsage}},
		"default_cpu_m":      {doc: "CPU with missing=default [m]", number: true},
		"default_memory_mib": {doc: "memory with missing=default [MiB]", number: true},
		"names":              {doc: "what happens to names", choice: []any{importer.NamesKeep, importer.NamesHash, importer.NamesDrop}},
		"metric":             {doc: "what a Prometheus result measures", choice: []any{"cpu", "memory", "rps"}},
		"columns":            {doc: "CSV columns by header, as Header:pod_cpu_m,Other:ignore"},
		"mesh":               {doc: "workloads without a proxy: keep them outside the mesh, or leave them open to meshed_share", choice: []any{importer.MeshKeep, importer.MeshOpen}},
	}
	var params []*huma.Param
	for _, name := range importer.OptionNames {
		known := options[name]
		schema := &huma.Schema{Type: huma.TypeString, Enum: known.choice}
		if known.number {
			least := 0.0
			schema.Type, schema.Minimum = huma.TypeInteger, &least
		}
		params = append(params, &huma.Param{Name: name, In: "query", Description: known.doc, Schema: schema})
	}
	return params
}

func (d *describer) scenarios() {
	path := func(name, doc, kind string) *huma.Param {
		return &huma.Param{Name: name, In: "path", Required: true, Description: doc, Schema: &huma.Schema{Type: kind}}
	}
	id := path("id", "of the saved scenario", huma.TypeString)
	key := &huma.Param{Name: "X-Edit-Key", In: "header", Description: "the edit key; or Authorization: Bearer KEY", Schema: &huma.Schema{Type: huma.TypeString}}
	saved := d.json(schemaOf[SavedScenario](d.schemas))
	body := d.json(schemaOf[SaveRequest](d.schemas))
	body[mediaJSON].Example = map[string]any{"scenario": map[string]any{"quick": map[string]any{"services": 60}}, "title": "Shop", "notes": "before the sale"}
	const tag = "scenarios"
	d.add(operation{
		id: "createScenario", method: http.MethodPost, path: "/api/v1/scenarios", tag: tag, summary: "Save a scenario",
		detail: "Gives an id, a link to share and, once, the edit key.", body: body, status: http.StatusCreated, answer: saved,
		errors: append([]int{403}, errorsOfBodies...),
	})
	d.add(operation{
		id: "getScenario", method: http.MethodGet, path: "/api/v1/scenarios/{id}", tag: tag, summary: "The newest revision of a saved scenario",
		params: []*huma.Param{id}, answer: saved, errors: []int{403, 404, 503},
	})
	d.add(operation{
		id: "putScenario", method: http.MethodPut, path: "/api/v1/scenarios/{id}", tag: tag, summary: "Save a new revision",
		detail: "revision names the one the change was made from; when someone saved meanwhile, 409 holds both.",
		params: []*huma.Param{id, key, {Name: "revision", In: "query", Description: "when the body does not name it", Schema: &huma.Schema{Type: huma.TypeInteger}}},
		body:   body, answer: saved, errors: append([]int{403, 404, 409}, errorsOfBodies...),
	})
	d.add(operation{
		id: "deleteScenario", method: http.MethodDelete, path: "/api/v1/scenarios/{id}", tag: tag, summary: "Delete a saved scenario with all its revisions",
		params: []*huma.Param{id, key}, status: http.StatusNoContent, errors: []int{403, 404, 503},
	})
	d.add(operation{
		id: "getRevisions", method: http.MethodGet, path: "/api/v1/scenarios/{id}/revisions", tag: tag, summary: "All revisions, the newest first",
		params: []*huma.Param{id}, answer: d.json(schemaOf[RevisionsAnswer](d.schemas)), errors: []int{403, 404, 503},
	})
	d.add(operation{
		id: "getRevision", method: http.MethodGet, path: "/api/v1/scenarios/{id}/revisions/{n}", tag: tag, summary: "One revision of a saved scenario",
		params: []*huma.Param{id, path("n", "number of the revision, 1 is the first", huma.TypeInteger)}, answer: saved, errors: []int{403, 404, 503},
	})
}

// capital is a name as part of an operation's id.
func capital(name string) string { return string(name[0]-'a'+'A') + name[1:] }
