package web

import (
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// kind is what a column holds; it decides on quotes in JSON, the decimal mark and the
// guard against formulas.
type kind int

const (
	kindText kind = iota
	kindNumber
	kindBoolean
)

// column is a column of a table.
type column struct {
	name string
	kind kind
}

// table is rows of plain texts; an empty text is an absent value.
type table struct {
	columns []column
	rows    [][]string
}

// columnQuery holds the query string that gives the row's scenario again: any row that
// leaves here can be asked for anew, or sent to the batch.
const columnQuery = "query"

// modelColumnsBeforeQuery is how many columns the model had when query was added behind
// them. Columns that the model appends later follow query, so that no column ever moves.
const modelColumnsBeforeQuery = 19

// planColumns are the columns of a plan's rows, one row per pattern.
func planColumns() []string {
	return slices.Concat(model.Columns[:modelColumnsBeforeQuery], []string{columnQuery}, model.Columns[modelColumnsBeforeQuery:])
}

// wideColumns are the columns of a whole plan in one row, as sweep and batch write it: a
// sweep has query behind them, see [sweepColumns].
// They are only ever appended to. Every name but error is a field of /api/v1/value.
var wideColumns = []string{
	"verdict",
	"none.nodes", "none.monthly_cost_usd",
	"gateway.nodes", "gateway.monthly_cost_usd", "gateway.cost_growth",
	"ambient.nodes", "ambient.monthly_cost_usd", "ambient.cost_growth",
	"ambient-l7.nodes", "ambient-l7.monthly_cost_usd", "ambient-l7.cost_growth",
	"sidecar.nodes", "sidecar.monthly_cost_usd", "sidecar.cost_growth",
	"linkerd.nodes", "linkerd.monthly_cost_usd", "linkerd.cost_growth",
	"model_version", "as_of", "error",
}

// sweepColumns are those of a sweep behind its inputs. A batch needs no query: its rows
// hold every input already.
func sweepColumns() []string { return slices.Concat(wideColumns, []string{columnQuery}) }

// kindOf tells what a column holds from its name, which may be an input's, a result's or
// pattern.result.
func kindOf(name string) kind {
	if p, ok := model.ParamByName(name); ok {
		switch p.Type {
		case "integer", "number":
			return kindNumber
		case "boolean":
			return kindBoolean
		}
		return kindText
	}
	if _, result, ok := strings.Cut(name, "."); ok {
		name = result
	}
	switch name {
	case "pattern", "binding_resource", "verdict", "model_version", "error", "as_of", "status", "bound_proof", columnQuery, "sentence", "candidate":
		return kindText
	case "doubles", "proved", "certificate_verified":
		return kindBoolean
	}
	return kindNumber
}

func columnsNamed(names []string) []column {
	columns := make([]column, len(names))
	for i, name := range names {
		columns[i] = column{name, kindOf(name)}
	}
	return columns
}

// isWide reports whether the fields asked for want one row per scenario: sidecar.nodes
// does, nodes wants one row per pattern.
func isWide(fields []string) bool {
	return slices.ContainsFunc(fields, func(name string) bool { return strings.Contains(name, ".") })
}

// checkFields refuses columns that do not exist. Ranged inputs are columns too.
func checkFields(fields, known []string) error {
	var wrong []model.FieldError
	for _, name := range fields {
		if slices.Contains(known, name) {
			continue
		}
		wrong = append(wrong, model.FieldError{
			Field: nameFields, Value: shorten(name), Rule: "unknown_name",
			Message: "there is no column called " + strconv.Quote(shorten(name)),
			Fix:     "Use " + model.Nearest(name, known) + ", or leave fields out to get every column",
		})
	}
	if len(wrong) > 0 {
		return &model.InputError{Fields: wrong}
	}
	return nil
}

// longRows flattens a plan to one row per pattern in the columns of [planColumns].
func longRows(s model.Scenario, p *model.Plan) [][]string {
	again := queryAgain(s)
	rows := make([][]string, 0, len(p.Results))
	for _, row := range model.Rows(*p) {
		rows = append(rows, slices.Concat(row[:modelColumnsBeforeQuery], []string{again}, row[modelColumnsBeforeQuery:]))
	}
	return rows
}

// maxQueryColumn is the length up to which a query string is an address that every
// caller takes: Excel allows 2,048 characters, address included.
const maxQueryColumn = 2000

func queryAgain(s model.Scenario) string {
	again, _ := model.EncodeQueryWithin(s, maxQueryColumn)
	return again
}

// wideRow gives the named fields of a plan in one row. Names are those that
// [model.PlanValue] knows, checked before, and query and error.
func wideRow(names []string, s model.Scenario, p *model.Plan) ([]string, error) {
	byPattern := map[string]model.Row{}
	for _, row := range model.Rows(*p) {
		byPattern[row[0]] = row
	}
	row := make([]string, len(names))
	for i, name := range names {
		pattern, result, dotted := strings.Cut(name, ".")
		found, known := byPattern[strings.ReplaceAll(pattern, "_", "-")]
		switch at := slices.Index(model.Columns, result); {
		case name == "error":
		case name == columnQuery:
			row[i] = queryAgain(s)
		case dotted && known && at > 0:
			row[i] = found[at]
		default:
			text, err := model.PlanValue(*p, name)
			if err != nil {
				return nil, err
			}
			row[i] = text
		}
	}
	return row, nil
}

// keep selects and orders columns; no fields means all.
func (t *table) keep(fields []string) {
	if len(fields) == 0 {
		return
	}
	at := make([]int, len(fields))
	columns := make([]column, len(fields))
	for i, name := range fields {
		at[i] = slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
		columns[i] = t.columns[at[i]]
	}
	for r, row := range t.rows {
		kept := make([]string, len(fields))
		for i, from := range at {
			kept[i] = row[from]
		}
		t.rows[r] = kept
	}
	t.columns = columns
}
