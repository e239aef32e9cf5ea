package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/model"
	"meshplan/templates"
)

// operationGroups are the headings of the reference page, by the tag of the document.
var operationGroups = []struct{ tag, title string }{
	{"plan", "Plans"}, {"analysis", "Analyses"}, {"decision", "Deciding"}, {"import", "Import"}, {"export", "Export"},
	{"scenarios", "Saved scenarios"}, {"reference", "What the numbers rest on"},
}

func (s *server) getAPIPage(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	view := templates.Reference{Groups: s.api.groups, Params: model.Params(), Fields: model.ValueFields()}
	for _, kind := range problemKinds() {
		view.Errors = append(view.Errors, templates.ErrorKind{ID: kind.ID, Title: kind.Title, Status: kind.Status})
	}
	return s.sendPage(w, r, http.StatusOK, templates.APIPage(site, view))
}

// groupOperations puts the operations of the document under headings, those that differ
// in format alone together.
func groupOperations(list []*huma.Operation) ([]templates.OperationGroup, error) {
	shared := map[string]bool{}
	for _, ref := range slices.Concat(inputParams(), layoutParams()) {
		shared[ref.Ref] = true
	}
	var groups []templates.OperationGroup
	seen := 0
	for _, group := range operationGroups {
		g := templates.OperationGroup{ID: "h-" + group.tag, Title: group.title}
		for _, op := range list {
			if op.Tags[0] != group.tag {
				continue
			}
			seen++
			path, suffix := splitSuffix(op.Path)
			at := slices.IndexFunc(g.Operations, func(o templates.Operation) bool { return o.Method == op.Method && o.Path == path })
			if at < 0 {
				g.Operations = append(g.Operations, describeOperation(op, path, shared))
				at = len(g.Operations) - 1
			}
			o := &g.Operations[at]
			o.Suffixes = append(o.Suffixes, suffix)
			o.Shapes = o.Shapes || suffix == ".csv"
			if suffix == "" { // the plain address describes the answer as a whole
				o.Summary, o.Detail, o.ID = op.Summary, op.Description, op.OperationID
			}
		}
		sortOperations(g.Operations)
		groups = append(groups, g)
	}
	if seen != len(list) {
		return nil, fmt.Errorf("of %d operations %d have a heading on the reference page", len(list), seen)
	}
	return groups, nil
}

// splitSuffix takes a format's suffix from an address; plan.xlsx is an address of its own.
func splitSuffix(path string) (base, suffix string) {
	for _, f := range allFormats {
		if base, ok := strings.CutSuffix(path, "."+string(f)); ok {
			return base, "." + string(f)
		}
	}
	return path, ""
}

func sortOperations(list []templates.Operation) {
	for i := range list {
		slices.Sort(list[i].Suffixes)
		if len(list[i].Suffixes) == 1 { // the only format there is
			list[i].Path += list[i].Suffixes[0]
			list[i].Suffixes = nil
		}
	}
	slices.SortStableFunc(list, func(a, b templates.Operation) int {
		if byPath := compareText(a.Path, b.Path); byPath != 0 {
			return byPath
		}
		return compareText(a.Method, b.Method)
	})
}

func describeOperation(op *huma.Operation, path string, shared map[string]bool) templates.Operation {
	o := templates.Operation{ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Detail: op.Description}
	for _, p := range op.Parameters {
		switch {
		case p.Ref == "#/components/parameters/"+paramPrefix+"services":
			o.Inputs = true
		case shared[p.Ref]:
		default:
			o.Params = append(o.Params, describeParam(p))
		}
	}
	switch {
	case o.Inputs && slices.ContainsFunc(o.Params, func(p templates.OperationParam) bool { return p.Name == "over" }):
		o.Start = "pods_per_service=3" // services are swept over
	case o.Inputs:
		o.Start = "services=60"
	}
	if op.RequestBody == nil {
		return o
	}
	for _, media := range []string{mediaJSON, "application/yaml", mediaCSV, mediaTSV, mediaText} {
		content := op.RequestBody.Content[media]
		if content == nil {
			continue
		}
		body := templates.OperationBody{Media: media}
		if text, ok := content.Example.(string); ok {
			body.Example = text
		} else if content.Example != nil {
			text, err := json.MarshalIndent(content.Example, "", "  ")
			if err == nil { // the document itself holds it
				body.Example = string(text)
			}
		}
		o.Bodies = append(o.Bodies, body)
	}
	slices.SortStableFunc(o.Bodies, func(a, b templates.OperationBody) int { // those with an example first
		return min(len(b.Example), 1) - min(len(a.Example), 1)
	})
	return o
}

func describeParam(p *huma.Param) templates.OperationParam {
	shown := templates.OperationParam{Name: p.Name, In: p.In, Doc: p.Description, Required: p.Required}
	if p.Example != nil {
		shown.Example = fmt.Sprint(p.Example)
	}
	for _, one := range p.Schema.Enum {
		shown.OneOf = append(shown.OneOf, fmt.Sprint(one))
	}
	return shown
}
