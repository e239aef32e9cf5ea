package snippet

import (
	"net/url"
	"strings"

	"meshplan/internal/model"
)

// Snippet is one text to copy.
type Snippet struct {
	ID       string   `json:"id"`
	Group    string   `json:"group"` // sheets, excel, libreoffice, code
	Title    string   `json:"title"`
	Language string   `json:"language"` // formula, javascript, typescript, m, bash, r, python
	Text     string   `json:"text"`
	URLs     []string `json:"urls"` // what it calls with GET, as it stands
	Note     string   `json:"note,omitempty"`
}

// maxAddress is the longest address that every caller takes: Excel allows 2,048
// characters, Apps Script 2 KB.
const maxAddress = 2000

// writer makes the snippets of one scenario.
type writer struct {
	base    string // address of the site, without a slash at the end
	query   string // of the scenario; "" asks for the example
	varied  string // the same without services, for formulas that fill it in
	body    string // scenario document, for what can POST
	tooLong bool   // the query does not fit an address and nothing is saved
}

// All writes every snippet for a scenario. base is the public address of the site; id
// names the saved scenario, "" when it is not saved. A scenario too long for an address
// is called by its id, and by POST where it has none: formulas then say to save first.
func All(base string, s model.Scenario, id string) []Snippet {
	w := &writer{base: strings.TrimSuffix(base, "/"), body: string(model.EncodeJSON(s))}
	room := maxAddress - len(w.address("value/sidecar.nodes", "x", tableFields, "errors=inline", "services=10..100..10"))
	var fits bool
	w.query, fits = model.EncodeQueryWithin(s, room)
	without := s
	without.Quick.Services = nil
	w.varied, _ = model.EncodeQueryWithin(without, room) // shorter than the query
	if !fits {
		w.varied, w.tooLong = "", id == ""
		if id != "" {
			w.query = "scenario=" + url.QueryEscape(id)
			w.varied = w.query
		}
	}
	return append(append(w.sheets(), w.excel()...), append(w.libreoffice(), w.code()...)...)
}

// address is a path of the API with a query, joined so that nothing dangles.
func (w *writer) address(path, query string, more ...string) string {
	parts := make([]string, 0, len(more)+1)
	for _, part := range append([]string{query}, more...) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	address := w.base + "/api/v1/" + path
	if len(parts) > 0 {
		address += "?" + strings.Join(parts, "&")
	}
	return address
}

// formula makes a snippet of a formula; where the scenario fits no address it says so.
func (w *writer) formula(group, id, title, text, note string, urls ...string) Snippet {
	if w.tooLong {
		note = "The scenario is too long for an address: save it first. As it stands the formula shows the example."
	}
	return Snippet{ID: id, Group: group, Title: title, Language: "formula", Text: text, URLs: urls, Note: note}
}

// quoted writes text as string literals of a formula: Excel takes at most 255 characters
// in one, so a longer text is joined by &.
func quoted(text string) string {
	const most = 250
	var parts []string
	for len(text) > most {
		parts = append(parts, `"`+text[:most]+`"`)
		text = text[most:]
	}
	return strings.Join(append(parts, `"`+text+`"`), "&")
}
