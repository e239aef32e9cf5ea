package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// nameTable chooses among the tables of an answer.
const nameTable = "table"

// namedTable is a table of an answer of type T.
type namedTable[T any] struct {
	name string
	rows func(T) *table
}

// tableSet is the tables that an answer can be written as; the first is meant when none
// is named.
type tableSet struct {
	names []string
	rows  func(value any, name string) *table
}

func tablesOf[T any](list ...namedTable[T]) tableSet {
	set := tableSet{rows: func(value any, name string) *table {
		at := max(slices.IndexFunc(list, func(t namedTable[T]) bool { return t.name == name }), 0)
		return list[at].rows(value.(T))
	}}
	for _, t := range list {
		set.names = append(set.names, t.name)
	}
	return set
}

// readTableName reads which table of an address is asked for; "" is the first.
func (set tableSet) readTableName(own url.Values, of string) (string, error) {
	name := own.Get(nameTable)
	if name == "" || slices.Contains(set.names, name) {
		return name, nil
	}
	return "", invalid(nameTable, name, "one_of", of+" has no table called "+strconv.Quote(shorten(name)), "Use "+strings.Join(set.names, " or "))
}

// tabular writes whole in JSON, and the table in any other format; in JSON too when only
// some of its columns are wanted. Every row says which model and which prices it is of.
func (s *server) tabular(f format, l layout, cacheControl string, whole any, t *table) (*answer, error) {
	if f == formatJSON && len(l.fields) == 0 {
		return jsonAnswer(cacheControl, whole)
	}
	t.stamp("model_version", model.Version)
	t.stamp("as_of", s.catalog.AsOf())
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	if err := checkFields(l.fields, names); err != nil {
		return nil, err
	}
	t.keep(l.fields)
	body, err := t.bytes(f, l)
	if err != nil {
		return nil, err
	}
	return newAnswer(f.contentType(), cacheControl, body), nil
}

// stamp adds a column that is the same in every row, unless the rows have one of that
// name: a fact's as_of is its own.
func (t *table) stamp(name, text string) {
	if slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name }) {
		return
	}
	t.columns = append(t.columns, column{name: name})
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], text)
	}
}

// readTable reads the query of a table that no scenario decides: names of its own, and
// what every table takes.
func readTable(r *http.Request, names ...string) (map[string]string, layout, error) {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, layout{}, err
	}
	var wrong []model.FieldError
	note := func(err error) {
		if input := (*model.InputError)(nil); asInput(err, &input) {
			wrong = append(wrong, input.Fields...)
		}
	}
	l, err := takeLayout(values)
	note(err)
	note(takeErrors(values))
	note(checkVersion(take(values, nameVersion, note)))
	wanted, err := onlyNames(values, names)
	note(err)
	if len(wrong) > 0 {
		return nil, l, &model.InputError{Fields: wrong}
	}
	return wanted, l, nil
}

// everySuffix calls add for an address without a suffix and with that of every format.
func everySuffix(path string, add func(path string, f format)) {
	for suffix, f := range inFormats(allFormats...) {
		add(path+suffix, f)
	}
}
