package web

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Names in a query that are not inputs of the scenario.
const (
	nameScenario = "scenario"
	nameVersion  = "v"
	nameErrors   = "errors"
	nameFields   = "fields"
	nameHeader   = "header"
	nameSep      = "sep"
	nameDec      = "dec"
	nameBOM      = "bom"
)

// maxRows bounds the scenarios that one GET asks for with ranges.
const maxRows = 5000

// layout says how rows are written.
type layout struct {
	fields       []string // nil: all
	noHeader     bool
	separator    rune
	decimalComma bool
	bom          bool
}

// query is a decoded query string: a scenario, the ranges that vary it, and how to write
// the answer.
type query struct {
	scenario model.Scenario
	ranges   []inputRange
	layout   layout
	saved    bool // starts from a saved scenario, so the address alone does not fix the answer
}

// inputRange is an input with several values: services=5,10,50.
type inputRange struct {
	name   string
	values []string
}

// point is one combination of the values of the ranges.
type point struct {
	given    []string // one value per range
	scenario model.Scenario
}

// readQuery decodes the query of a GET. Names in own belong to the endpoint and are left
// to it; it finds them in the returned values. The error lists everything that is wrong.
func (s *server) readQuery(r *http.Request, own ...string) (query, url.Values, error) {
	return s.readQueryOver(r, model.Scenario{}, own...)
}

// readQueryOver is readQuery for a request whose scenario is given otherwise: the query
// varies it.
func (s *server) readQueryOver(r *http.Request, given model.Scenario, own ...string) (query, url.Values, error) {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return query{}, nil, err
	}
	var q query
	var wrong []model.FieldError
	note := func(err error) {
		if input := (*model.InputError)(nil); asInput(err, &input) {
			wrong = append(wrong, input.Fields...)
		}
	}
	extra := url.Values{}
	for _, name := range own {
		if given, ok := values[name]; ok {
			note(once(name, given))
			extra[name] = given
			delete(values, name)
		}
	}
	layout, err := takeLayout(values)
	q.layout = layout
	note(err)
	note(takeErrors(values))
	note(checkVersion(take(values, nameVersion, note)))
	base, err := s.baseScenario(r, given, take(values, nameScenario, note), &q)
	if err != nil && !isInput(err) {
		return query{}, nil, err
	}
	note(err)
	if err := takeRanges(values, &q); err != nil {
		if !isInput(err) {
			return query{}, nil, err
		}
		note(err)
	}
	q.scenario, err = model.Overlay(base, values)
	note(err)
	if len(wrong) > 0 {
		return query{}, nil, &model.InputError{Fields: wrong}
	}
	return q, extra, nil
}

// parseQuery splits a query string, refusing what the standard library would drop. Inputs
// come out under their long names, however they were written.
func parseQuery(raw string) (url.Values, error) {
	if len(raw) > maxQueryBytes {
		return nil, invalid("query", strconv.Itoa(len(raw))+" bytes", "limit",
			"the query is longer than "+strconv.Itoa(maxQueryBytes)+" bytes", "POST the scenario as JSON, or save it and use scenario=ID")
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, invalid("query", raw, "format", "the query string cannot be read: "+err.Error(),
			"Write name=value pairs joined by &, with ; and % escaped")
	}
	if _, nameless := values[""]; nameless {
		return nil, invalid("query", "", "format", "the query string has a value without a name", "Write name=value pairs joined by &")
	}
	return model.LongNames(values)
}

// maxQueryBytes is room for a list of some hundred workloads.
const maxQueryBytes = 64 << 10

// take removes a name that is no input and returns its value, "" when absent.
func take(values url.Values, name string, note func(error)) string {
	given, ok := values[name]
	if !ok {
		return ""
	}
	delete(values, name)
	note(once(name, given))
	return given[0]
}

func once(name string, given []string) error {
	if len(given) < 2 {
		return nil
	}
	return invalid(name, strings.Join(given, ", "), "repeated",
		name+" is given "+strconv.Itoa(len(given))+" times", "Give it once")
}

// checkVersion refuses a pinned model version that this server cannot compute.
func checkVersion(pinned string) error {
	if pinned == "" || pinned == model.Version {
		return nil
	}
	return invalid(nameVersion, pinned, "version",
		"this server plans with model version "+model.Version+" only, so it cannot repeat the numbers of version "+shorten(pinned),
		"Leave v out to get the numbers of version "+model.Version)
}

func takeErrors(values url.Values) error {
	given, ok := values[nameErrors]
	if !ok {
		return nil
	}
	delete(values, nameErrors)
	if err := once(nameErrors, given); err != nil {
		return err
	}
	if given[0] != "inline" && given[0] != "" {
		return invalid(nameErrors, given[0], "one_of", "errors is "+strconv.Quote(shorten(given[0])), "Give errors=inline, or leave it out")
	}
	return nil
}

// takeLayout reads fields, header, sep, dec and bom.
func takeLayout(values url.Values) (layout, error) {
	var l layout
	var wrong []model.FieldError
	choice := func(name string, allowed ...string) string {
		given, ok := values[name]
		if !ok {
			return ""
		}
		delete(values, name)
		if len(given) > 1 || (given[0] != "" && !slices.Contains(allowed, given[0])) {
			wrong = append(wrong, model.FieldError{
				Field: name, Value: shorten(strings.Join(given, ", ")), Rule: "one_of",
				Message: name + " is " + strconv.Quote(shorten(strings.Join(given, ", "))),
				Fix:     "Give " + name + " once, as " + strings.Join(allowed, " or "),
			})
			return ""
		}
		return given[0]
	}
	l.noHeader = choice(nameHeader, "1", "0") == "0"
	l.bom = choice(nameBOM, "0", "1") == "1"
	l.decimalComma = choice(nameDec, "point", "comma") == "comma"
	switch choice(nameSep, "comma", "semicolon", "tab", ",", ";") {
	case "comma", ",":
		l.separator = ','
	case "semicolon", ";":
		l.separator = ';'
	case "tab":
		l.separator = '\t'
	}
	if given, ok := values[nameFields]; ok {
		delete(values, nameFields)
		if err := once(nameFields, given); err != nil {
			return l, err
		}
		for name := range strings.SplitSeq(given[0], ",") {
			if name = strings.TrimSpace(name); name != "" {
				l.fields = append(l.fields, model.LongName(name))
			}
		}
	}
	if len(wrong) > 0 {
		return l, &model.InputError{Fields: wrong}
	}
	return l, nil
}

// baseScenario loads the saved scenario that a request starts from, if it names one.
func (s *server) baseScenario(r *http.Request, given model.Scenario, id string, q *query) (model.Scenario, error) {
	if id == "" {
		return given, nil
	}
	if r.Method == http.MethodPost {
		return given, invalid(nameScenario, id, "conflict", "the body already holds a scenario", "Leave scenario out, or use GET")
	}
	q.saved = true
	saved, err := s.openScenario(r.Context(), id, 0)
	if err != nil {
		return model.Scenario{}, err
	}
	return model.DecodeJSON(saved.Document)
}

// takeRanges moves numeric inputs with several values out of values.
func takeRanges(values url.Values, q *query) error {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	rows := 1
	for _, name := range names {
		p, known := model.ParamByName(name)
		if !known || (p.Type != "integer" && p.Type != "number") || len(values[name]) != 1 {
			continue
		}
		text := values[name][0]
		list, err := expandRange(name, text, q.layout.decimalComma)
		if err != nil {
			return err
		}
		if len(list) == 1 {
			values[name] = list
			continue
		}
		delete(values, name)
		q.ranges = append(q.ranges, inputRange{name, list})
		if rows *= len(list); rows > maxRows {
			return tooManyRows(name, text)
		}
	}
	return nil
}

func tooManyRows(field, text string) error {
	return &model.LimitError{FieldError: model.FieldError{
		Field: field, Value: shorten(text), Rule: "limit",
		Message: "the ranges ask for more than " + strconv.Itoa(maxRows) + " scenarios",
		Fix:     "Take a larger step or fewer values; POST /api/v1/batch takes 10,000 rows",
	}}
}

// points lists every combination of the ranges, the last one varying fastest.
func (q *query) points() ([]point, error) {
	points := []point{{scenario: q.scenario}}
	for _, r := range q.ranges {
		var next []point
		for _, p := range points {
			for _, value := range r.values {
				s := p.scenario
				if err := model.SetParam(&s, r.name, value); err != nil {
					return nil, &model.InputError{Fields: []model.FieldError{*err}}
				}
				next = append(next, point{given: append(slices.Clone(p.given), value), scenario: s})
			}
		}
		points = next
	}
	return points, nil
}
