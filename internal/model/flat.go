package model

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// workloadsParam is the flat name of the list of workloads, written compactly.
const workloadsParam = "workloads"

// SetParam sets one flat parameter from text. Empty text leaves it absent.
func SetParam(s *Scenario, name, text string) *FieldError {
	if name == workloadsParam {
		return setWorkloads(s, text)
	}
	text = strings.TrimSpace(text)
	p, known := ParamByName(name)
	switch {
	case !known: // an interval's end, or a typing mistake
		return setInterval(s, name, text)
	case text == "":
		return nil
	}
	value, err := parseParam(p, text)
	if err != nil {
		return err
	}
	field := reflect.ValueOf(s).Elem().FieldByIndex(p.index)
	pointer := reflect.New(field.Type().Elem())
	pointer.Elem().Set(reflect.ValueOf(value))
	field.Set(pointer)
	return nil
}

// ClearParam leaves an input to its default; unknown names change nothing.
func ClearParam(s *Scenario, name string) {
	if p, known := ParamByName(name); known {
		reflect.ValueOf(s).Elem().FieldByIndex(p.index).SetZero()
	}
}

// parseParam turns text into an int64, float64, bool or string. Ranges are checked
// later, with everything else, by Validate.
func parseParam(p Param, text string) (any, *FieldError) {
	var (
		value any = text
		err   error
	)
	switch p.Type {
	case "integer":
		value, err = parseWhole(text)
	case "number":
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
			err = strconv.ErrRange
		}
		value = f
	case "boolean":
		value, err = parseYesNo(text)
	}
	if err != nil {
		return nil, &FieldError{
			Field: p.Name, Value: shorten(text), Rule: p.Type,
			Message: quote(text) + " is not " + p.Allowed(),
			Fix:     "Give " + p.Name + " as " + p.Allowed() + exampleOf(p),
		}
	}
	return value, nil
}

// parseWhole accepts 250 and what spreadsheets make of it: 250.0 and 2.5E2.
func parseWhole(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, err
	}
	if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, strconv.ErrSyntax
	}
	return int64(f), nil
}

// wordsForYesNo are the API's words and those of forms, and what Excel and Calc write into a CSV
// for TRUE and FALSE in German, French, Spanish, Italian, Portuguese and Dutch.
var wordsForYesNo = map[string]bool{
	"true": true, "yes": true, "1": true, "wahr": true, "vrai": true, "verdadero": true, "vero": true, "verdadeiro": true, "waar": true,
	"false": false, "no": false, "0": false, "falsch": false, "faux": false, "falso": false, "onwaar": false,
}

func parseYesNo(text string) (bool, error) {
	yes, known := wordsForYesNo[strings.ToLower(text)]
	if !known {
		return false, errors.New("neither true nor false")
	}
	return yes, nil
}

func exampleOf(p Param) string {
	switch p.Type {
	case "integer", "number":
		return ", without unit or thousands mark"
	}
	return ""
}

// ParamValue returns the parameter's value as text and whether the scenario gives it.
func ParamValue(s Scenario, name string) (string, bool) {
	p, known := ParamByName(name)
	if !known {
		return "", false
	}
	field := reflect.ValueOf(s).FieldByIndex(p.index)
	if field.IsNil() {
		return "", false
	}
	return scalarText(field.Elem()), true
}

func scalarText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		return plainNumber(v.Float())
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	default:
		return v.String()
	}
}

// DecodeFlat reads a scenario from the values of a query string or form. The error is an
// *InputError with everything that is wrong: unknown names, repeated names, bad values.
func DecodeFlat(values map[string][]string) (Scenario, error) {
	return Overlay(Scenario{}, values)
}

// Overlay reads flat values over a scenario that gives the rest.
func Overlay(s Scenario, values map[string][]string) (Scenario, error) {
	values, err := LongNames(values)
	var wrong []FieldError
	if input := (*InputError)(nil); errors.As(err, &input) {
		wrong = input.Fields
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		texts := values[name]
		if len(texts) > 1 {
			wrong = append(wrong, FieldError{
				Field: name, Value: shorten(strings.Join(texts, ", ")), Rule: "repeated",
				Message: name + " is given " + strconv.Itoa(len(texts)) + " times",
				Fix:     "Give it once",
			})
			continue
		}
		if err := SetParam(&s, name, texts[0]); err != nil {
			wrong = append(wrong, *err)
		}
	}
	if len(wrong) > 0 {
		return Scenario{}, &InputError{Fields: wrong}
	}
	return s, nil
}

// EncodeQuery writes the scenario as a query string that [DecodeFlat] reads back without
// loss: what is given, in the order of the document.
func EncodeQuery(s Scenario) string {
	return encodeQuery(s, func(name string) string { return name })
}

func encodeQuery(s Scenario, written func(name string) string) string {
	var parts []string
	for _, p := range params {
		if text, given := ParamValue(s, p.Name); given {
			parts = append(parts, written(p.Name)+"="+escapeQuery(text))
		}
	}
	parts = append(parts, encodeIntervals(s.Intervals, written)...)
	if len(s.Workloads) > 0 {
		parts = append(parts, written(workloadsParam)+"="+escapeQuery(encodeWorkloads(s.Workloads)))
	}
	return strings.Join(parts, "&")
}

// escapeQuery leaves the comma as it is: it is legal in a query and a list of workloads
// is a third shorter for it.
func escapeQuery(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "%2C", ",")
}

func unknownName(name string) *FieldError {
	names := make([]string, 0, len(params)+1)
	for _, p := range params {
		names = append(names, p.Name)
	}
	return &FieldError{
		Field: cmp.Or(shorten(name), "query"), Rule: "unknown_name",
		Message: "there is no input called " + quote(name),
		Fix:     "Use " + Nearest(name, append(names, workloadsParam)) + ", or leave it out",
	}
}

// Nearest names the known names closest to what was written, for error messages: up to
// three, joined by or.
func Nearest(name string, known []string) string {
	ranked := slices.Clone(known)
	slices.SortStableFunc(ranked, func(a, b string) int {
		return editDistance(name, a) - editDistance(name, b)
	})
	if len(ranked) > 3 {
		ranked = ranked[:3]
	}
	return strings.Join(ranked, " or ")
}

// editDistance is Levenshtein's, on the first 64 bytes of each.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func quote(text string) string { return strconv.Quote(shorten(text)) }

// shorten keeps error messages readable when the input is not.
func shorten(text string) string {
	const most = 80
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
