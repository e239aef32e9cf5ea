package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/model"
	"meshplan/internal/validation"
)

// decisions describes the addresses that a decision rests on.
func (d *describer) decisions() {
	for _, kind := range decisions {
		for suffix, f := range inFormats(allFormats...) {
			get := operation{
				id: "get" + capital(kind.name) + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/" + kind.name + suffix, tag: "decision",
				summary: kind.summary, answer: d.json(d.of(kind.result)), errors: errorsOfPlans,
			}
			own := ownParams(kind)
			if f != formatJSON {
				get.answer, own = text(f.media()), append(own, layoutParams()...)
			}
			get.params = slices.Concat(own, inputParams())
			d.add(get)
			post := get
			post.id, post.method, post.params, post.body, post.errors = "post"+capital(kind.name)+idSuffix(suffix), http.MethodPost, own, d.scenarioBody(), errorsOfBodies
			d.add(post)
		}
	}
	d.files()
	d.checks()
	for suffix, f := range inFormats(allFormats...) {
		answer := d.json(schemaOf[validation.Report](d.schemas))
		if f != formatJSON {
			answer = text(f.media())
		}
		d.add(operation{
			id: "getValidation" + idSuffix(suffix), method: http.MethodGet, path: "/api/v1/validation" + suffix, tag: "reference",
			summary: "The model held against every published case, with the score", params: referenceParams(f), answer: answer, errors: []int{400, 503},
		})
	}
}

func (d *describer) files() {
	name := &huma.Param{
		Name: "name", In: "path", Required: true, Description: "name of a file, as /api/v1/files lists them",
		Schema: &huma.Schema{Type: huma.TypeString}, Example: "decision-record.md",
	}
	get := operation{
		id: "getFile", method: http.MethodGet, path: "/api/v1/files/{name}", tag: "decision", summary: "One file to take away",
		detail: "Helm values, policies and alert rules as YAML, the removal runbook and the decision record as Markdown.",
		params: slices.Concat([]*huma.Param{name, patternParam()}, inputParams()), errors: errorsOfPlans,
		answer: map[string]*huma.MediaType{"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}}, "text/markdown": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	d.add(get)
	post := get
	post.id, post.method, post.params, post.body = "postFile", http.MethodPost, []*huma.Param{name, patternParam()}, d.scenarioBody()
	post.errors = append([]int{404}, errorsOfBodies...)
	d.add(post)
}

// checks take manifests as the body, so the scenario stands in the query.
func (d *describer) checks() {
	kind := checksOf(nil)
	for suffix, f := range inFormats(allFormats...) {
		answer, own := d.json(d.of(kind.result)), ownParams(kind)
		if f != formatJSON {
			answer, own = text(f.media()), append(own, layoutParams()...)
		}
		d.add(operation{
			id: "postChecks" + idSuffix(suffix), method: http.MethodPost, path: "/api/v1/checks" + suffix, tag: "decision", summary: kind.summary,
			detail: "YAML documents or JSON as kubectl get prints them, up to 4 MiB: Deployments, StatefulSets, DaemonSets, PodDisruptionBudgets, Gateways, VirtualServices, HTTPRoutes, Secrets. " +
				"What they cannot show comes as the command that does. Nothing of them is kept; leave private keys out.",
			params: slices.Concat(own, inputParams()), answer: answer, errors: errorsOfBodies,
			body: map[string]*huma.MediaType{
				"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}, Example: checksExample},
				mediaJSON:          {Schema: &huma.Schema{}},
				mediaText:          {Schema: &huma.Schema{Type: huma.TypeString}},
			},
		})
	}
}

const checksExample = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: shop, namespace: istio-system}\nspec:\n" +
	"  selector: {istio: ingressgateway}\n  servers:\n  - port: {number: 443, name: https, protocol: HTTPS}\n" +
	"    tls: {mode: SIMPLE, credentialName: shop-tls}\n    hosts: [shop.example.com]\n"

func patternParam() *huma.Param {
	ids, _ := model.Patterns()
	schema := &huma.Schema{Type: huma.TypeString}
	for _, id := range ids[1:] {
		schema.Enum = append(schema.Enum, id)
	}
	return &huma.Param{Name: namePattern, In: "query", Description: "the mesh pattern to look at; the plan's own when absent", Schema: schema}
}

func ownParams(kind decisionKind) []*huma.Param {
	var list []*huma.Param
	for _, name := range kind.own {
		if name == namePattern {
			list = append(list, patternParam())
			continue
		}
		list = append(list, tableParam(kind.tables))
	}
	return list
}

func tableParam(of tableSet) *huma.Param {
	schema := &huma.Schema{Type: huma.TypeString}
	for _, name := range of.names {
		schema.Enum = append(schema.Enum, name)
	}
	return &huma.Param{
		Name: nameTable, In: "query", Schema: schema,
		Description: "which table CSV, TSV and XML hold: " + strings.Join(of.names, ", ") + "; the first when absent. JSON holds all of them",
	}
}
