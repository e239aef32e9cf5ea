package web

import (
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/model"
)

// paramPrefix keeps the components of parameters apart from schemas: generators put both
// into one space of names, and there is a node_type and a NodeType.
const paramPrefix = "query_"

const schemaPrefix = "#/components/schemas/"

// schemas makes JSON schemas of Go types.
type schemas struct{ registry huma.Registry }

func newSchemas() *schemas {
	return &schemas{registry: huma.NewMapRegistry(schemaPrefix, schemaName)}
}

// schemaName is the type's name; types of the outer packages carry their package's, since
// several have a Missing or a Totals.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	switch pkg := path.Base(t.PkgPath()); pkg {
	case "importer", "facts", "money", "rollout", "advice", "takeaway", "validation":
		prefix := strings.ToUpper(pkg[:1]) + strings.TrimSuffix(pkg[1:], "s")
		return prefix + strings.TrimPrefix(name, prefix)
	}
	return name
}

// of returns a reference to the schema of a type, or its schema where it has no name.
func (s *schemas) of(t reflect.Type) *huma.Schema { return s.registry.Schema(t, true, "") }

func schemaOf[T any](s *schemas) *huma.Schema { return s.of(reflect.TypeFor[T]()) }

// finish corrects what the generator cannot know: lists are never null here, and ranges
// stand in the validate tags of the model.
func (s *schemas) finish() {
	all := s.registry.Map()
	for name, schema := range all {
		s.correct(name, schema)
	}
	ref := func(schema, member, to string) {
		if of := all[schema]; of != nil && of.Properties[member] != nil {
			of.Properties[member] = &huma.Schema{Ref: schemaPrefix + to}
		}
	}
	s.of(reflect.TypeFor[model.Scenario]())
	s.of(reflect.TypeFor[model.Plan]())
	for _, schema := range []string{"SavedScenario", "SaveRequest"} {
		ref(schema, "scenario", "Scenario")
	}
	ref("SavedScenario", "plan", "Plan")
	ref("CompareRequest", "a", "Scenario")
	ref("CompareRequest", "b", "Scenario")
	for name, schema := range s.registry.Map() { // those that finish itself added
		s.correct(name, schema)
	}
}

func (s *schemas) correct(name string, schema *huma.Schema) {
	t := s.registry.TypeFromRef(schemaPrefix + name)
	noNullLists(schema)
	applyRanges(schema, t)
	allowNullStructs(schema, t)
}

// allowNullStructs lets a member be null whose Go type is a pointer to a struct that is
// always written.
func allowNullStructs(schema *huma.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		member := schema.Properties[name]
		if member == nil || member.Ref == "" || field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
			continue
		}
		schema.Properties[name] = &huma.Schema{
			Description: member.Description, AnyOf: []*huma.Schema{{Ref: member.Ref}, {Type: "null"}},
		}
	}
}

func noNullLists(schema *huma.Schema) {
	if schema == nil {
		return
	}
	if schema.Type == huma.TypeArray {
		schema.Nullable = false
		noNullLists(schema.Items)
	}
	for _, member := range schema.Properties {
		noNullLists(member)
	}
}

// applyRanges puts the limits of validate tags, and the units, into a struct's schema.
func applyRanges(schema *huma.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct || path.Base(t.PkgPath()) != "model" {
		return
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		member := schema.Properties[name]
		if member == nil || member.Ref != "" {
			continue
		}
		if unit := field.Tag.Get("unit"); unit != "" && !strings.HasSuffix(member.Description, "]") {
			member.Description += " [" + unit + "]"
		}
		for rule := range strings.SplitSeq(field.Tag.Get("validate"), ",") {
			if rule == "dive" {
				break // what follows is about the elements
			}
			applyRule(member, rule)
		}
	}
}

func applyRule(member *huma.Schema, rule string) {
	name, arg, _ := strings.Cut(rule, "=")
	number, err := strconv.ParseFloat(arg, 64)
	switch {
	case name == "oneof":
		member.Enum = nil
		for _, word := range strings.Fields(arg) {
			member.Enum = append(member.Enum, word)
		}
	case name == "datetime":
		member.Format = "date"
	case err != nil:
	case name == "gte":
		member.Minimum = &number
	case name == "gt":
		member.ExclusiveMinimum = &number
	case name == "lte":
		member.Maximum = &number
	case name == "max":
		most := int(number)
		switch member.Type {
		case huma.TypeString:
			member.MaxLength = &most
		case huma.TypeArray:
			member.MaxItems = &most
		case huma.TypeObject:
			member.MaxProperties = &most
		}
	}
}

// paramSchema is the schema of a flat parameter.
func paramSchema(p model.Param) *huma.Schema {
	schema := &huma.Schema{Type: p.Type, Maximum: p.Max}
	switch p.Type {
	case huma.TypeInteger:
		schema.Format = "int64"
	case huma.TypeNumber:
		schema.Format = "double"
	}
	if p.MinExclusive {
		schema.ExclusiveMinimum = p.Min
	} else {
		schema.Minimum = p.Min
	}
	for _, word := range p.OneOf {
		schema.Enum = append(schema.Enum, word)
	}
	return schema
}

func paramDescription(p model.Param) string {
	if p.Unit == "" {
		return p.Doc
	}
	return p.Doc + " [" + p.Unit + "]"
}

// extensionShort holds the other name that a parameter may be given under.
const extensionShort = "x-short-name"

func shortNameIs(short string) string { return "; short name " + short }

// parameters are the shared query parameters, by component name.
func (s *schemas) parameters() map[string]*huma.Param {
	all := map[string]*huma.Param{}
	for _, p := range model.Params() {
		all[paramPrefix+p.Name] = &huma.Param{
			Name: p.Name, In: "query", Description: paramDescription(p) + shortNameIs(p.Short), Schema: paramSchema(p),
			Extensions: map[string]any{extensionShort: p.Short},
		}
	}
	for _, p := range controlParams() {
		all[paramPrefix+p.Name] = p
	}
	return all
}

// controlParams are the parameters that are no inputs.
func controlParams() []*huma.Param {
	choice := func(name, doc string, allowed ...any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString, Enum: allowed}}
	}
	text := func(name, doc, example string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: huma.TypeString}, Example: example}
	}
	short := model.ShortName("workloads")
	workloads := text("workloads", "a list of workloads, compact: "+model.CompactFields+"; rows joined by ~, entries of architectures, node_types and tolerates joined by spaces"+shortNameIs(short),
		"shop/cart,D,3,200,300~shop/db,S,1,1000,4000")
	workloads.Extensions = map[string]any{extensionShort: short}
	return []*huma.Param{
		workloads,
		{Name: nameScenario, In: "query", Description: "id of a saved scenario to start from; other inputs override it", Schema: &huma.Schema{Type: huma.TypeString}},
		text(nameVersion, "model version whose numbers are wanted; refused when this server has another", model.Version),
		choice(nameErrors, "inline: errors come as text with status 200, for a cell to show", "inline"),
		text(nameFields, "columns wanted, in their order; pattern.column such as sidecar.nodes gives one row per scenario", "pattern,nodes,monthly_cost_usd"),
		choice(nameHeader, "0 leaves the header line out", "0", "1"),
		choice(nameSep, "separator of CSV", "comma", "semicolon", "tab"),
		choice(nameDec, "decimal mark, of the answer and of the inputs", "point", "comma"),
		choice(nameBOM, "1 begins CSV with a byte order mark, which Excel needs to read UTF-8", "0", "1"),
	}
}

func paramRefs(names ...string) []*huma.Param {
	refs := make([]*huma.Param, len(names))
	for i, name := range names {
		refs[i] = &huma.Param{Ref: "#/components/parameters/" + paramPrefix + name}
	}
	return refs
}

// inputParams are references to every input of a scenario.
func inputParams() []*huma.Param {
	var names []string
	for _, p := range model.Params() {
		names = append(names, p.Name)
	}
	return paramRefs(append(names, "workloads", nameScenario, nameVersion, nameErrors)...)
}

func layoutParams() []*huma.Param {
	return paramRefs(nameFields, nameHeader, nameSep, nameDec, nameBOM)
}

// referenceParams are the parameters of a table that no scenario decides.
func referenceParams(f format) []*huma.Param {
	common := paramRefs(nameVersion, nameErrors)
	if f == formatJSON {
		return common
	}
	return append(common, layoutParams()...)
}

// flatRow is the schema of a batch row: any inputs, flat.
func (s *schemas) flatRow() *huma.Schema {
	row := &huma.Schema{
		Type: huma.TypeObject, Description: "inputs by their flat names; results that come back from an earlier answer are replaced",
		Properties: map[string]*huma.Schema{}, AdditionalProperties: true,
	}
	for _, p := range model.Params() {
		schema := paramSchema(p)
		schema.Description = paramDescription(p)
		row.Properties[p.Name] = schema
	}
	row.Properties[columnQuery] = &huma.Schema{Type: huma.TypeString, Description: "a plan's query string to start from"}
	return row
}

// wideRow is the schema of a whole plan in one row.
func (s *schemas) wideRow() *huma.Schema {
	row := &huma.Schema{
		Type: huma.TypeObject, Description: "the row's number and inputs, then results; what is absent is null",
		Properties: map[string]*huma.Schema{"row": {Type: huma.TypeInteger}}, AdditionalProperties: true,
	}
	for _, name := range wideColumns {
		schema := &huma.Schema{Type: huma.TypeString, Nullable: true}
		if kindOf(name) == kindNumber {
			schema.Type = huma.TypeNumber
		}
		row.Properties[name] = schema
	}
	row.Required = slices.Concat([]string{"row"}, wideColumns)
	return row
}
