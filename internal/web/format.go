package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// format is how a table is written; the suffix of the address chooses it, since
// spreadsheets cannot set an Accept header.
type format string

const (
	formatJSON format = "json"
	formatCSV  format = "csv"
	formatTSV  format = "tsv"
	formatXML  format = "xml"
)

func (f format) contentType() string {
	switch f {
	case formatCSV:
		return typeCSV
	case formatTSV:
		return typeTSV
	case formatXML:
		return typeXML
	}
	return typeJSON
}

// write writes the table in the format.
func (t *table) write(w io.Writer, f format, l layout) error {
	switch f {
	case formatCSV, formatTSV:
		return t.writeCSV(w, f, l)
	case formatXML:
		return t.writeXML(w, l)
	}
	return t.writeJSON(w)
}

func (t *table) bytes(f format, l layout) ([]byte, error) {
	var b bytes.Buffer
	if err := t.write(&b, f, l); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// csvSeparator is the separator asked for; else a tab for TSV, and a semicolon where the
// comma is already the decimal mark.
func csvSeparator(f format, l layout) rune {
	switch {
	case l.separator != 0:
		return l.separator
	case f == formatTSV:
		return '\t'
	case l.decimalComma:
		return ';'
	}
	return ','
}

func (t *table) writeCSV(w io.Writer, f format, l layout) error {
	if l.bom {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.Comma = csvSeparator(f, l)
	cells := make([]string, len(t.columns))
	if !l.noHeader {
		for i, c := range t.columns {
			cells[i] = guard(c.name)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	for _, row := range t.rows {
		for i, text := range row {
			cells[i] = cellText(t.columns[i].kind, text, l.decimalComma)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cellText is a value as a spreadsheet reads it. Text is guarded against being taken for
// a formula; numbers never are, or negative ones would become text.
func cellText(k kind, text string, decimalComma bool) string {
	if k == kindNumber && isNumber(text) {
		if decimalComma {
			return strings.Replace(text, ".", ",", 1)
		}
		return text
	}
	return guard(text)
}

// guard puts an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV
// injection).
func guard(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func isNumber(text string) bool {
	if text == "" || strings.ContainsAny(text, "xXpPnNiI_") { // hexadecimal, NaN, Inf: no plain numbers
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// writeXML writes <rows><row><pattern>none</pattern>…</row></rows>, for FILTERXML.
func (t *table) writeXML(w io.Writer, l layout) error {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<rows>\n")
	for _, row := range t.rows {
		b.WriteString("<row>")
		for i, c := range t.columns {
			text := row[i]
			if c.kind == kindNumber && l.decimalComma {
				text = cellText(c.kind, text, true)
			}
			b.WriteString("<" + c.name + ">")
			if err := xml.EscapeText(&b, []byte(text)); err != nil {
				return err
			}
			b.WriteString("</" + c.name + ">")
		}
		b.WriteString("</row>\n")
	}
	b.WriteString("</rows>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// writeJSON writes {"rows":[{…}]}; absent values are null.
func (t *table) writeJSON(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(`{"rows":[`)
	for r, row := range t.rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		if err := appendObject(&b, t.columns, row); err != nil {
			return err
		}
	}
	b.WriteString("\n]}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// appendObject writes a row as a JSON object, members in the order of the columns.
func appendObject(b *bytes.Buffer, columns []column, row []string) error {
	b.WriteByte('{')
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(c.name)
		if err != nil {
			return err
		}
		b.Write(name)
		b.WriteByte(':')
		value, err := jsonValue(c.kind, row[i])
		if err != nil {
			return err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return nil
}

func jsonValue(k kind, text string) ([]byte, error) {
	switch {
	case text == "":
		return []byte("null"), nil
	case k == kindNumber && isNumber(text):
		if json.Valid([]byte(text)) {
			return []byte(text), nil
		}
		n, err := strconv.ParseFloat(text, 64) // +5, .5, 05: numbers, but not JSON's
		if err != nil {
			return nil, err
		}
		return json.Marshal(n)
	case k == kindBoolean && (text == "true" || text == "false"):
		return []byte(text), nil
	}
	return json.Marshal(text)
}
