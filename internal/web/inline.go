package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"meshplan/internal/model"
)

// inlineError puts an error where a spreadsheet shows it: status 200 and the text in the
// cell, when the request says errors=inline. A cell shows nothing of any other answer.
// Being refused for now (429, 503) stays a status, which callers know to wait for.
func inlineError(r *http.Request, p Problem) (contentType string, body []byte, ok bool) {
	values, _ := url.ParseQuery(r.URL.RawQuery) // a part that cannot be read is the error being reported
	if values.Get(nameErrors) != "inline" || p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests {
		return "", nil, false
	}
	text := "ERROR: " + p.Detail
	l, err := takeLayout(values)
	if err != nil {
		l = layout{}
	}
	switch f := format(strings.TrimPrefix(path.Ext(r.URL.Path), ".")); {
	case strings.HasPrefix(r.URL.Path, "/api/v1/value/"):
		return typeText, []byte(text), true
	case f == formatCSV, f == formatTSV, f == formatXML:
		names := l.fields
		if len(names) == 0 {
			names = inlineColumns(r.URL.Path)
		}
		body, err := inlineTable(f, names, text).bytes(f, l)
		return f.contentType(), body, err == nil
	}
	t := table{columns: columnsNamed([]string{"error"}), rows: [][]string{{text}}}
	body, err = t.bytes(formatJSON, layout{})
	return typeJSON, body, err == nil
}

// inlineTable holds an error instead of rows. In CSV the text stands in the error column,
// or in the first one when that is not asked for. In XML it stands in every element of
// every pattern, since an XPath picks a single one.
func inlineTable(f format, names []string, text string) *table {
	if f == formatXML {
		names = xmlNames(names)
	}
	t := &table{columns: columnsNamed(names)}
	if f != formatXML {
		row := make([]string, len(names))
		at := 0
		for i, name := range names {
			if name == "error" {
				at = i
			}
		}
		row[at] = text
		t.rows = [][]string{row}
		return t
	}
	patterns, _ := model.Patterns()
	for _, pattern := range patterns {
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = text
			if name == "pattern" {
				row[i] = pattern
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// inlineColumns are the columns that the address would have had.
func inlineColumns(address string) []string {
	switch strings.TrimSuffix(address, path.Ext(address)) {
	case "/api/v1/plan":
		return planColumns()
	case "/api/v1/sweep":
		return sweepColumns()
	}
	return []string{"error"}
}

// xmlNames leaves out what cannot be an element; fields come from the query as they are.
func xmlNames(names []string) []string {
	var kept []string
	for _, name := range names {
		known := name != "" && strings.IndexFunc(name, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.'
		}) < 0 && name[0] >= 'a' && name[0] <= 'z'
		if known {
			kept = append(kept, name)
		}
	}
	return append(kept, "error")
}
