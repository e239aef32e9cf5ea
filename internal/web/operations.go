package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// The media types that answers have.
const (
	mediaJSON    = "application/json"
	mediaProblem = "application/problem+json"
	mediaCSV     = "text/csv"
	mediaTSV     = "text/tab-separated-values"
	mediaXML     = "application/xml"
	mediaText    = "text/plain"
)

func (f format) media() string {
	media, _, _ := strings.Cut(f.contentType(), ";")
	return media
}

// operations describes every address of the API; a test holds it against the routes.
func operations(in *schemas) []*huma.Operation {
	d := &describer{schemas: in}
	d.plans()
	d.sweeps()
	d.analyses()
	d.decisions()
	d.batches()
	d.comparisons()
	d.reference()
	d.exports()
	d.scenarios()
	d.scenarioParts()
	return d.list
}

// describer collects operations.
type describer struct {
	*schemas
	list []*huma.Operation
}

// operation is what differs between operations.
type operation struct {
	id, method, path, tag, summary, detail string
	params                                 []*huma.Param
	body                                   map[string]*huma.MediaType
	status                                 int // 0 = 200
	answer                                 map[string]*huma.MediaType
	errors                                 []int
}

func (d *describer) add(o operation) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	op := &huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag},
		Summary: o.summary, Description: o.detail, Parameters: o.params,
		Responses: map[string]*huma.Response{strconv.Itoa(o.status): {Description: o.summary, Content: ownMedia(o.answer)}},
	}
	if o.body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: o.body}
	}
	problem := map[string]*huma.MediaType{mediaProblem: {Schema: schemaOf[Problem](d.schemas)}}
	for _, status := range append([]int{http.StatusTooManyRequests}, o.errors...) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: problem}
	}
	d.list = append(d.list, op)
}

// ownMedia copies media types: GET and POST share a description, but not an example.
func ownMedia(shared map[string]*huma.MediaType) map[string]*huma.MediaType {
	own := make(map[string]*huma.MediaType, len(shared))
	for name, media := range shared {
		copied := *media
		own[name] = &copied
	}
	return own
}

// Errors that operations have in common.
var (
	errorsOfPlans  = []int{400, 403, 404, 422, 503}
	errorsOfBodies = []int{400, 413, 415, 422, 503}
)

func (d *describer) json(schema *huma.Schema) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{mediaJSON: {Schema: schema}}
}

func text(media string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (d *describer) scenarioBody() map[string]*huma.MediaType {
	body := d.json(schemaOf[model.Scenario](d.schemas))
	body[mediaJSON].Example = map[string]any{"quick": map[string]any{"services": 60, "pods_per_service": 3}, "organisation": map[string]any{"mtls_required": true}}
	return body
}

// inFormats gives the address without a suffix and with each one.
func inFormats(formats ...format) map[string]format {
	all := map[string]format{"": formatJSON}
	for _, f := range formats {
		all["."+string(f)] = f
	}
	return all
}

var allFormats = []format{formatJSON, formatCSV, formatTSV, formatXML}

func idSuffix(suffix string) string {
	if suffix == "" {
		return ""
	}
	return "As" + strings.ToUpper(suffix[1:])
}

func (d *describer) plans() {
	const ranges = " Numeric inputs also take a list (5,10,50) or a span (5..100..5): one row for each then, the inputs first."
	for suffix, f := range inFormats(allFormats...) {
		get := operation{
			id: "getPlan" + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/plan" + suffix, tag: "plan",
			summary: "Plan a scenario given by its inputs", params: inputParams(), answer: d.json(schemaOf[model.Plan](d.schemas)), errors: errorsOfPlans,
			detail: "With fields, or with several values for an input, JSON is {\"rows\": […]}, the rows of CSV. " +
				"Effort tight takes seconds: with Accept: text/event-stream it tells how cost and proved bound close in, as analyses do, and ends with result or problem.",
		}
		get.answer[typeEvents] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		if f != formatJSON {
			get.summary, get.detail = "Plan a scenario: one row per pattern", "Columns are only ever appended."+ranges
			get.params, get.answer = append(inputParams(), layoutParams()...), text(f.media())
		}
		d.add(get)
		post := get
		post.id, post.method = "postPlan"+idSuffix(suffix), http.MethodPost
		post.summary = "Plan a scenario document"
		post.params, post.body, post.errors = nil, d.scenarioBody(), errorsOfBodies
		if f != formatJSON {
			post.params = layoutParams()
		}
		d.add(post)
	}
	book := operation{
		id: "getPlanAsXLSX", method: http.MethodGet, path: "/api/v1/plan.xlsx", tag: "export",
		summary: "A workbook that stays alive: inputs, demand, cost, growth and break-even as formulas", params: inputParams(), errors: errorsOfPlans,
		detail: "Node counts are packed and therefore values; one sheet asks this server for new ones.",
		answer: map[string]*huma.MediaType{typeXLSX: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}
	d.add(book)
	book.id, book.method, book.params, book.body, book.errors = "postPlanAsXLSX", http.MethodPost, nil, d.scenarioBody(), errorsOfBodies
	d.add(book)
	d.add(operation{
		id: "getValue", method: http.MethodGet, path: "/api/v1/value/{field}", tag: "plan", summary: "One bare value of a plan",
		detail: "For a spreadsheet's cell: no header, no unit." + ranges + " Such a call gives a line for each.",
		params: append([]*huma.Param{{
			Name: "field", In: "path", Required: true, Description: "verdict, services, or pattern.column such as sidecar.nodes",
			Schema: &huma.Schema{Type: huma.TypeString}, Example: "sidecar.nodes",
		}}, append(inputParams(), paramRefs(nameDec)...)...),
		answer: text(mediaText), errors: errorsOfPlans,
	})
}

func (d *describer) sweeps() {
	number := func(name, doc string, required bool, example any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeNumber}, Example: example}
	}
	var swept []any
	for _, p := range model.Params() {
		if p.Type == huma.TypeInteger || p.Type == huma.TypeNumber {
			swept = append(swept, p.Name)
		}
	}
	over := func(name, doc string, required bool) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString, Enum: swept}}
	}
	first := over("over", "input to vary", true)
	first.Example = "services"
	own := []*huma.Param{
		first, number("from", "first value", true, 10), number("to", "last value", true, 50), number("step", "1 when absent", false, 10),
		over("over2", "second input to vary, against the first", false),
		number("from2", "its first value", false, nil), number("to2", "its last value", false, nil), number("step2", "1 when absent", false, nil),
	}
	for suffix, f := range inFormats(allFormats...) {
		get := operation{
			id: "getSweep" + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/sweep" + suffix, tag: "plan",
			summary: "Plan over a range of one or two inputs", detail: "Up to 5,000 points; a point that cannot be planned carries its error.",
			params: append(append([]*huma.Param{}, own...), inputParams()...), answer: d.json(schemaOf[analysis.SweepResult](d.schemas)), errors: errorsOfPlans,
		}
		if f != formatJSON {
			get.params, get.answer = append(get.params, layoutParams()...), text(f.media())
		}
		d.add(get)
		post := get
		post.id, post.method, post.body, post.errors = "postSweep"+idSuffix(suffix), http.MethodPost, d.scenarioBody(), errorsOfBodies
		post.params = own
		d.add(post)
	}
}

func (d *describer) analyses() {
	const detail = "Takes seconds; what was cut short by the time limit or stopped says so in interrupted. With Accept: text/event-stream the answer " +
		"is a stream: run names the address that ends the run early when DELETE is sent to it, progress says how many of how many plans are made, " +
		"and the last event is result with this same JSON, or problem with a problem document. Closing the connection ends the run too."
	for _, kind := range analyses {
		for suffix, f := range inFormats(allFormats...) {
			name := capital(kind.name) + idSuffix(suffix)
			get := operation{
				id: "get" + name, method: http.MethodGet, path: "/api/v1/" + kind.name + suffix, tag: "analysis", summary: kind.summary,
				detail: detail,
				answer: d.json(d.of(kind.result)), errors: errorsOfPlans,
			}
			if f == formatJSON {
				get.answer[typeEvents] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
			}
			own := append(describeOwn(kind.own), tableParam(kind.tables))
			if f != formatJSON {
				get.answer, own = text(f.media()), append(own, layoutParams()...)
			}
			get.params = slices.Concat(own, inputParams())
			d.add(get)
			post := get
			post.id, post.method, post.body, post.errors = "post"+name, http.MethodPost, d.scenarioBody(), errorsOfBodies
			post.params = slices.Concat(own, paramRefs(inputsOf(kind.own)...))
			d.add(post)
		}
	}
	d.add(operation{
		id: "stopRun", method: http.MethodDelete, path: "/api/v1/runs/{id}", tag: "analysis", summary: "End a followed run early",
		detail: "The run answers its own request with what it has found so far, and interrupted true.",
		params: []*huma.Param{{Name: "id", In: "path", Required: true, Description: "of the run, from its first event", Schema: &huma.Schema{Type: huma.TypeString}}},
		status: http.StatusNoContent, errors: []int{403, 404},
	})
}

func (d *describer) batches() {
	rows := &huma.Schema{Type: huma.TypeArray, Items: d.flatRow()}
	for suffix, f := range inFormats(formatJSON, formatCSV, formatTSV) {
		body := map[string]*huma.MediaType{
			mediaJSON: {Schema: rows, Example: []any{map[string]any{"services": 60}, map[string]any{"services": 80, "preset": "field-report-2025-09"}}},
			mediaCSV:  {Schema: &huma.Schema{Type: huma.TypeString}, Example: "services,preset\n60,\n80,field-report-2025-09\n"},
			mediaTSV:  {Schema: &huma.Schema{Type: huma.TypeString}, Example: "services\tpreset\n60\t\n"},
		}
		answer := text(f.media())
		if f == formatJSON {
			answer = d.json(&huma.Schema{Type: huma.TypeArray, Items: d.wideRow()})
		}
		d.add(operation{
			id: "postBatch" + idSuffix(suffix), method: http.MethodPost, path: "/api/v1/batch" + suffix, tag: "plan",
			summary: "Plan many scenarios: the same rows out, in the same order, with results and an error column",
			detail:  "Up to 10,000 rows as JSON, CSV or TSV; a bad row carries its error and fails no other. The answer is streamed.",
			params:  layoutParams(), body: body, answer: answer, errors: errorsOfBodies,
		})
	}
}

func (d *describer) comparisons() {
	side := func(name string) *huma.Param {
		return &huma.Param{
			Name: name, In: "query", Required: true, Description: "id of a saved scenario, or the query of a plan, escaped",
			Schema: &huma.Schema{Type: huma.TypeString}, Example: map[string]string{"a": "services=60", "b": "services=120"}[name],
		}
	}
	for suffix, f := range inFormats(allFormats...) {
		answer := d.json(schemaOf[Comparison](d.schemas))
		if f != formatJSON {
			answer = text(f.media())
		}
		d.add(operation{
			id: "getCompare" + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/compare" + suffix, tag: "plan",
			summary: "Two scenarios side by side", params: append([]*huma.Param{side("a"), side("b")}, referenceParams(f)...), answer: answer, errors: errorsOfPlans,
		})
		body := d.json(schemaOf[CompareRequest](d.schemas))
		body[mediaJSON].Example = map[string]any{"a": map[string]any{"quick": map[string]any{"services": 60}}, "b": map[string]any{"quick": map[string]any{"services": 120}}}
		d.add(operation{
			id: "postCompare" + idSuffix(suffix), method: http.MethodPost, path: "/api/v1/compare" + suffix, tag: "plan",
			summary: "Two scenario documents side by side", params: referenceParams(f), body: body, answer: answer, errors: errorsOfBodies,
		})
	}
}
