package model

import (
	"reflect"
	"strconv"
	"strings"
)

// Param is a flat parameter: a scalar field of a [Scenario] that a query string, a form,
// a CSV column or a spreadsheet sets by name.
type Param struct {
	Name         string   `json:"name"`
	Short        string   `json:"short"` // another name for it, where addresses must be short
	Group        string   `json:"group"` // quick, nodes, mesh, organisation, run
	Type         string   `json:"type"`  // integer, number, boolean, string
	Unit         string   `json:"unit,omitempty"`
	Doc          string   `json:"doc"`
	Min          *float64 `json:"min,omitempty"`
	Max          *float64 `json:"max,omitempty"`
	MinExclusive bool     `json:"min_exclusive,omitempty"`
	OneOf        []string `json:"one_of,omitempty"`

	index []int // of the field in Scenario
}

// params is read from the struct tags of Scenario once; it never changes afterwards.
var params, paramByName = readParams()

// Params lists the flat parameters in the order of the document.
func Params() []Param { return append([]Param(nil), params...) }

// ParamByName returns the parameter of that name.
func ParamByName(name string) (Param, bool) {
	p, ok := paramByName[name]
	return p, ok
}

func readParams() ([]Param, map[string]Param) {
	var list []Param
	byName := map[string]Param{}
	root := reflect.TypeFor[Scenario]()
	for i := range root.NumField() {
		group := root.Field(i)
		if group.Type.Kind() != reflect.Struct {
			continue
		}
		for j := range group.Type.NumField() {
			p := readParam(group.Type.Field(j), jsonName(group), []int{i, j})
			list = append(list, p)
			byName[p.Name] = p
		}
	}
	return list, byName
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

var paramTypes = map[reflect.Kind]string{
	reflect.Int64: "integer", reflect.Float64: "number", reflect.Bool: "boolean", reflect.String: "string",
}

func readParam(f reflect.StructField, group string, index []int) Param {
	p := Param{
		Name: jsonName(f), Short: f.Tag.Get("short"), Group: group, Type: paramTypes[f.Type.Elem().Kind()],
		Unit: f.Tag.Get("unit"), Doc: f.Tag.Get("doc"), index: index,
	}
	for rule := range strings.SplitSeq(f.Tag.Get("validate"), ",") {
		name, arg, _ := strings.Cut(rule, "=")
		number, err := strconv.ParseFloat(arg, 64)
		switch {
		case name == "oneof":
			p.OneOf = strings.Fields(arg)
		case p.Type == "string" || err != nil:
		case name == "gte":
			p.Min = &number
		case name == "gt":
			p.Min, p.MinExclusive = &number, true
		case name == "lte":
			p.Max = &number
		}
	}
	return p
}

// Allowed says in words which values the parameter takes.
func (p Param) Allowed() string {
	switch {
	case len(p.OneOf) > 0:
		return "one of " + strings.Join(p.OneOf, ", ")
	case p.Type == "boolean":
		return "true or false"
	case p.Type == "string":
		return "text"
	}
	kind := "a whole number"
	if p.Type == "number" {
		kind = "a number"
	}
	switch {
	case p.Min != nil && p.Max != nil && p.MinExclusive:
		return kind + " above " + plainNumber(*p.Min) + " and at most " + plainNumber(*p.Max)
	case p.Min != nil && p.Max != nil:
		return kind + " from " + plainNumber(*p.Min) + " to " + plainNumber(*p.Max)
	}
	return kind
}

// plainNumber writes a number without exponent, as an input field would take it.
func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
