package web

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// scenarioParts describes what belongs to a saved scenario, and what handles many.
func (d *describer) scenarioParts() {
	const tag = "scenarios"
	path := func(name, doc, kind string) *huma.Param {
		return &huma.Param{Name: name, In: "path", Required: true, Description: doc, Schema: &huma.Schema{Type: kind}}
	}
	id, n := path("id", "of the saved scenario", huma.TypeString), path("n", "number of the revision, 1 is the first", huma.TypeInteger)
	key := &huma.Param{Name: "X-Edit-Key", In: "header", Description: "the edit key; or Authorization: Bearer KEY", Schema: &huma.Schema{Type: huma.TypeString}}
	body := func(schema *huma.Schema, example map[string]any) map[string]*huma.MediaType {
		media := d.json(schema)
		media[mediaJSON].Example = example
		return media
	}
	number := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeInteger}}
	}
	comments := d.json(schemaOf[CommentsAnswer](d.schemas))
	const one = "/api/v1/scenarios/{id}"
	for _, o := range []operation{
		{
			id: "getComments", method: http.MethodGet, path: one + "/comments", summary: "The comments on all revisions, the oldest first",
			params: []*huma.Param{id}, answer: comments, errors: []int{403, 404, 503},
		},
		{
			id: "getRevisionComments", method: http.MethodGet, path: one + "/revisions/{n}/comments", summary: "The comments on a revision, the oldest first",
			params: []*huma.Param{id, n}, answer: comments, errors: []int{403, 404, 503},
		},
		{
			id: "postComment", method: http.MethodPost, path: one + "/revisions/{n}/comments", summary: "Comment on a revision",
			detail: "Whoever has the link may. Where users are signed on, the author is the user.",
			params: []*huma.Param{id, n}, body: body(schemaOf[CommentRequest](d.schemas), map[string]any{"author": "Ada", "comment": "Why three zones?"}),
			status: http.StatusCreated, answer: d.json(schemaOf[Comment](d.schemas)), errors: append([]int{403, 404}, errorsOfBodies...),
		},
		{
			id: "deleteComment", method: http.MethodDelete, path: one + "/comments/{comment}", summary: "Delete a comment",
			params: []*huma.Param{id, path("comment", "id of the comment", huma.TypeString), key}, status: http.StatusNoContent, errors: []int{403, 404, 503},
		},
		{
			id: "putExpiry", method: http.MethodPut, path: one + "/expiry", summary: "Say when a scenario is forgotten",
			params: []*huma.Param{id, key}, body: body(schemaOf[ExpiryRequest](d.schemas), map[string]any{"expires_at": nil}),
			status: http.StatusNoContent, errors: append([]int{403, 404}, errorsOfBodies...),
		},
		{
			id: "postCopy", method: http.MethodPost, path: one + "/copies", summary: "Save a copy that names its original as parent",
			detail: "The copy has an id and an edit key of its own, and the numbers as they were saved.",
			params: []*huma.Param{id}, body: body(schemaOf[CopyRequest](d.schemas), map[string]any{"title": "With a second region"}),
			status: http.StatusCreated, answer: d.json(schemaOf[SavedScenario](d.schemas)), errors: append([]int{403, 404}, errorsOfBodies...),
		},
		{
			id: "getDifferences", method: http.MethodGet, path: one + "/differences", summary: "What changed from one revision to another",
			params: []*huma.Param{id, number("from", "the one before to, when absent"), number("to", "the newest, when absent")},
			answer: d.json(schemaOf[RevisionDifference](d.schemas)), errors: []int{400, 403, 404, 503},
		},
		{
			id: "getScenarios", method: http.MethodGet, path: "/api/v1/scenarios", summary: "The scenarios of the signed-on user",
			detail: "Only where a trusted proxy names the user.", answer: d.json(schemaOf[OwnScenarios](d.schemas)), errors: []int{403, 503},
		},
		{
			id: "exportScenarios", method: http.MethodPost, path: "/api/v1/scenarios/export", summary: "Scenarios as one file, with revisions and comments",
			detail: "The file holds no edit keys, but read links: keep it as confidential as they are.",
			body:   body(schemaOf[ExportRequest](d.schemas), map[string]any{"ids": []any{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}),
			answer: d.json(&huma.Schema{Type: huma.TypeObject}), errors: append([]int{403, 404}, errorsOfBodies...),
		},
		{
			id: "importScenarios", method: http.MethodPost, path: "/api/v1/scenarios/import", summary: "Save what such a file holds, under new ids and edit keys",
			detail: "All or nothing. Every document is checked like any other.",
			body:   d.json(&huma.Schema{Type: huma.TypeObject}), status: http.StatusCreated,
			answer: d.json(schemaOf[ImportedAnswer](d.schemas)), errors: append([]int{403}, errorsOfBodies...),
		},
	} {
		o.tag = tag
		d.add(o)
	}
}
