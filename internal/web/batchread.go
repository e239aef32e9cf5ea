package web

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// readBatch decodes a batch: a JSON array of flat objects, or CSV or TSV with a header.
// The error is about the whole; what is wrong with a row stays with the row.
func readBatch(body []byte, contentType string, decimalComma bool) (*batch, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	media, _, _ := mime.ParseMediaType(contentType) // an unreadable type says nothing: the body does
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if media == "application/json" || (len(trimmed) > 0 && (trimmed[0] == '[' || trimmed[0] == '{')) {
		return readJSONBatch(trimmed)
	}
	return readCSVBatch(body, media, decimalComma)
}

// isResult reports whether a column is one of those that an answer has: such columns come
// back in when an answer is sent again, and are replaced.
func isResult(name string) bool {
	return name == "row" || slices.Contains(planColumns(), name) && name != columnQuery ||
		slices.Contains(wideColumns, name) || slices.Contains(model.ValueFields(), name)
}

// isInputColumn reports whether a column is an input, results of the same name excepted.
func isInputColumn(name string) bool {
	if _, ok := model.ParamByName(name); ok || name == columnQuery || name == "workloads" {
		return true
	}
	if _, ok := model.IntervalOf(name); ok {
		return true
	}
	return slices.Contains(model.IntervalNames(), name)
}

func tooManyBatchRows() error {
	return &model.LimitError{FieldError: model.FieldError{
		Field: "body", Value: "more than " + strconv.Itoa(maxBatchRows) + " rows", Rule: "limit",
		Message: "the batch has more than " + strconv.Itoa(maxBatchRows) + " rows", Fix: "Send it in parts",
	}}
}

func readCSVBatch(body []byte, media string, decimalComma bool) (*batch, error) {
	in := csv.NewReader(bytes.NewReader(body))
	in.FieldsPerRecord = -1
	in.Comma = guessSeparator(body, media)
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, invalid("body", "", "required", "the batch is empty", "Send a header line of input names and a line for each row")
	}
	if err != nil {
		return nil, brokenCSV(err)
	}
	b := &batch{}
	for i, name := range header {
		header[i] = model.LongName(strings.TrimSpace(name))
		name = header[i]
		switch {
		case slices.Contains(header[:i], name):
			return nil, invalid(named(name, "row"), "", "repeated", "the column "+strconv.Quote(shorten(name))+" is there twice", "Name it once")
		case isInputColumn(name):
			b.inputs = append(b.inputs, name)
		case !isResult(name):
			return nil, unknownColumn(name)
		}
	}
	if len(b.inputs) == 0 {
		return nil, invalid("body", strings.Join(header, ","), "required", "the header names no input", "Begin with a line such as services,pod_cpu_m")
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return nil, brokenCSV(err)
		}
		if len(b.rows) == maxBatchRows {
			return nil, tooManyBatchRows()
		}
		b.rows = append(b.rows, csvRow(b, header, record, decimalComma))
	}
}

func csvRow(b *batch, header, record []string, decimalComma bool) batchRow {
	row := batchRow{cells: map[string]string{}}
	if lostScenario(header, record) {
		row.wrong = invalid(columnQuery, "", "required", "the row has results and an empty query: its scenario was too long for an address, so it cannot be planned again from the row",
			"Fill in query, POST the scenario to /api/v1/plan, or save it and ask with scenario=ID")
	}
	if len(record) > len(header) {
		row.wrong = invalid("row", strings.Join(record[len(header):], ","), "format",
			"the row has "+strconv.Itoa(len(record))+" cells, the header has "+strconv.Itoa(len(header)), "Remove the extra cells, or put quotes around text with the separator in it")
	}
	for i, text := range record[:min(len(record), len(header))] {
		if !slices.Contains(b.inputs, header[i]) {
			continue
		}
		if decimalComma && kindOf(header[i]) == kindNumber {
			pointed, err := withPoint(header[i], text)
			if err != nil {
				row.wrong = cmp.Or(row.wrong, err)
			} else {
				text = pointed
			}
		}
		row.cells[header[i]] = text
	}
	return row
}

// lostScenario reports whether a row left a plan or a sweep without its scenario, which
// was too long for the column query: planned again it would be another scenario. Answers
// of a batch number their rows and hold all inputs.
func lostScenario(header, record []string) bool {
	cell := func(name string) string {
		if at := slices.Index(header, name); at >= 0 && at < len(record) {
			return record[at]
		}
		return ""
	}
	ours := slices.Contains(header, columnQuery) && !slices.Contains(header, "row")
	return ours && cell(columnQuery) == "" && cell("verdict") != ""
}

// guessSeparator takes the separator that the header has most of; a media type of tabs
// decides outright.
func guessSeparator(body []byte, media string) rune {
	if media == "text/tab-separated-values" {
		return '\t'
	}
	header, _, _ := bytes.Cut(body, []byte("\n"))
	best, most := ',', 0
	for _, separator := range []rune{',', ';', '\t'} {
		if n := bytes.Count(header, []byte(string(separator))); n > most {
			best, most = separator, n
		}
	}
	return best
}

func brokenCSV(err error) error {
	return invalid("body", "", "csv", "the CSV cannot be read: "+err.Error(), "Put quotes around text with separators, quotes or line ends in it, and double quotes inside")
}

func unknownColumn(name string) error {
	var known []string
	for _, p := range model.Params() {
		known = append(known, p.Name)
	}
	return invalid(named(name, "row"), "", "unknown_name", "there is no input called "+strconv.Quote(shorten(name)),
		"Use "+model.Nearest(name, append(known, columnQuery))+", or remove the column")
}

func readJSONBatch(body []byte) (*batch, error) {
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	if first, err := in.Token(); err != nil || first != json.Delim('[') {
		return nil, invalid("body", "", "json", "the batch is not a JSON array", `Send an array of rows, such as [{"services": 60}, {"services": 80}]`)
	}
	b := &batch{}
	for in.More() {
		if len(b.rows) == maxBatchRows {
			return nil, tooManyBatchRows()
		}
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return nil, brokenJSON(in, err)
		}
		row := readJSONRow(raw)
		for _, name := range sortedNames(row.cells) {
			if !slices.Contains(b.inputs, name) {
				b.inputs = append(b.inputs, name)
			}
		}
		b.rows = append(b.rows, row)
	}
	if _, err := in.Token(); err != nil {
		return nil, brokenJSON(in, err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("body", "", "json", "something follows the end of the array", "Send one array and nothing after it")
	}
	slices.SortStableFunc(b.inputs, func(x, y string) int { return documentOrder(x) - documentOrder(y) })
	return b, nil
}

func brokenJSON(in *json.Decoder, err error) error {
	return invalid("body", "", "json", "the JSON is broken near byte "+strconv.FormatInt(in.InputOffset(), 10)+": "+err.Error(),
		"Check commas, quotes and brackets there, and send the whole array")
}

// documentOrder sorts input columns like the parameters; query comes first.
func documentOrder(name string) int {
	if name == columnQuery {
		return -1
	}
	params := model.Params()
	i := slices.IndexFunc(params, func(p model.Param) bool { return p.Name == name })
	if i < 0 {
		return len(params)
	}
	return i
}

// readJSONRow reads a flat object; null and absent are the same.
func readJSONRow(raw json.RawMessage) batchRow {
	row := batchRow{cells: map[string]string{}}
	fail := func(field, value, rule, message, fix string) batchRow {
		row.wrong = invalid(field, value, rule, message, fix)
		return row
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	if first, err := in.Token(); err != nil || first != json.Delim('{') {
		return fail("row", string(raw), "json", "the row is not an object", `Write it as {"services": 60}`)
	}
	seen := map[string]bool{}
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return fail("row", string(raw), "json", err.Error(), "Write the row as a flat object")
		}
		name := model.LongName(key.(string))
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return fail(name, "", "json", err.Error(), "Write the row as a flat object")
		}
		if seen[name] {
			return fail(named(name, "row"), "", "repeated", name+" is given twice", "Give it once")
		}
		seen[name] = true
		if !isInputColumn(name) {
			if isResult(name) {
				continue
			}
			row.wrong = unknownColumn(name)
			return row
		}
		text, ok := scalarText(value)
		if !ok {
			return fail(name, string(value), "type", name+" is a list or an object", "Give a plain number, text, true or false")
		}
		if text != "" {
			row.cells[name] = text
		}
	}
	return row
}

// scalarText is a JSON scalar as a cell would hold it.
func scalarText(value json.RawMessage) (string, bool) {
	switch value[0] {
	case '{', '[':
		return "", false
	case 'n':
		return "", true
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return text, err == nil
	}
	return string(value), true
}

func sortedNames(cells map[string]string) []string {
	names := make([]string, 0, len(cells))
	for name := range cells {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
