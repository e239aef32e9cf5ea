package snippet

import (
	"encoding/json"
	"net/url"
	"strings"
)

func (w *writer) code() []Snippet {
	plan := w.address("plan", w.query)
	csv := w.address("plan.csv", w.query)
	if w.tooLong {
		return w.posted()
	}
	return []Snippet{
		{ID: "curl", Group: "code", Title: "curl", Language: "bash", URLs: []string{plan}, Text: "curl -fsS " + shString(plan) + "\n"},
		{ID: "curl-batch", Group: "code", Title: "curl: many rows at once", Language: "bash", URLs: []string{csv},
			Text: "curl -fsS " + shString(csv) + " |\n  curl -fsS -H 'Content-Type: text/csv' --data-binary @- " + shString(w.base+"/api/v1/batch.csv") + "\n",
			Note: "A batch takes up to 10,000 rows of inputs as CSV or JSON; what comes out can go in again."},
		{ID: "r", Group: "code", Title: "R", Language: "r", URLs: []string{csv}, Text: "plan <- read.csv(" + jsString(csv) + ")\nplan[, c(\"pattern\", \"nodes\", \"monthly_cost_usd\", \"cost_growth\")]\n"},
		{ID: "python", Group: "code", Title: "Python", Language: "python", URLs: []string{plan},
			Text: "import json, urllib.request\n\nwith urllib.request.urlopen(" + jsString(plan) + ") as answer:\n    plan = json.load(answer)\n" +
				"for r in plan[\"results\"]:\n    print(r[\"pattern\"], r[\"nodes\"], r[\"monthly_cost_usd\"])\n"},
		{ID: "pandas", Group: "code", Title: "Python with pandas", Language: "python", URLs: []string{csv},
			Text: "import pandas\n\nplan = pandas.read_csv(" + jsString(csv) + ")\n"},
	}
}

// posted are the programs' snippets for a scenario that fits no address.
func (w *writer) posted() []Snippet {
	address := w.address("plan", "")
	const note = "The scenario travels in the body, since it is too long for an address."
	return []Snippet{
		{ID: "curl", Group: "code", Title: "curl", Language: "bash", URLs: []string{address}, Note: note,
			Text: "curl -fsS -H 'Content-Type: application/json' --data-binary @- " + shString(address) + " <<'SCENARIO'\n" + w.body + "\nSCENARIO\n"},
		{ID: "r", Group: "code", Title: "R", Language: "r", URLs: []string{address}, Note: note + " Needs the package httr2.",
			Text: "library(httr2)\nplan <- request(" + jsString(address) + ") |>\n  req_body_raw(" + jsString(w.body) +
				", \"application/json\") |>\n  req_perform() |>\n  resp_body_json(simplifyVector = TRUE)\nplan$results[, c(\"pattern\", \"nodes\")]\n"},
		{ID: "python", Group: "code", Title: "Python", Language: "python", URLs: []string{address}, Note: note,
			Text: "import json, urllib.request\n\nscenario = " + jsString(w.body) + "\nrequest = urllib.request.Request(" + jsString(address) +
				", scenario.encode(), {\"Content-Type\": \"application/json\"})\nwith urllib.request.urlopen(request) as answer:\n    plan = json.load(answer)\n"},
	}
}

// jsString writes a string literal that JavaScript, TypeScript, Python and R read alike.
func jsString(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil { // text always encodes
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// shString quotes for a POSIX shell.
func shString(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// mString writes a string literal of Power Query.
func mString(text string) string {
	quoted := strings.ReplaceAll(text, `"`, `""`)
	return `"` + strings.ReplaceAll(quoted, "#(", "#(#)(") + `"`
}

// mRecord writes a query string as a record of Power Query, which escapes it again.
func mRecord(query string) string {
	var fields []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		fields = append(fields, name+" = "+mString(value))
	}
	return strings.Join(fields, ", ")
}
