package web

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// maxBatchRows bounds a batch.
const maxBatchRows = 10_000

// batch is a decoded batch: rows of input cells in the order they came.
type batch struct {
	inputs []string // input columns, in the order they came
	rows   []batchRow
	fields []string // columns to write behind the inputs; nil = wideColumns
}

// batchRow is one scenario as flat texts, or what kept it from being read.
type batchRow struct {
	cells map[string]string
	wrong error
}

// postBatch answers POST /api/v1/batch: flat rows in, the same rows out with results and
// an error column. A bad row carries its error and never fails the batch. The body is
// read and bounded first, so that what is wrong with the whole gets a plain status; the
// rows are then planned and written as they come, and never held together.
func (s *server) postBatch(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		values, err := parseQuery(r.URL.RawQuery)
		if err != nil {
			return err
		}
		l, err := takeLayout(values)
		if err != nil {
			return err
		}
		if err := takeErrors(values); err != nil {
			return err
		}
		if err := noneLeft(values); err != nil {
			return err
		}
		body, err := readBody(w, r, maxBatchBytes)
		if err != nil {
			return err
		}
		b, err := readBatch(body, r.Header.Get("Content-Type"), l.decimalComma)
		if err != nil {
			return err
		}
		known := slices.Concat(b.inputs, model.ValueFields(), []string{columnQuery, "row", "error"})
		if err := checkFields(l.fields, known); err != nil {
			return err
		}
		if b.fields = l.fields; len(b.fields) == 0 {
			b.fields = batchColumns(b.inputs)
		}
		h := w.Header()
		h.Set("Content-Type", f.contentType())
		h.Set("Cache-Control", cacheNever)
		w.WriteHeader(http.StatusOK)
		if err := s.streamBatch(r.Context(), w, b, f, l); err != nil {
			s.log.InfoContext(r.Context(), "batch ended early", "error", err)
		}
		return nil
	}
}

// batchColumns are the row's number, its inputs and the results. as_of is both: it stands
// where results have it.
func batchColumns(inputs []string) []string {
	columns := []string{"row"}
	for _, name := range inputs {
		if !slices.Contains(wideColumns, name) {
			columns = append(columns, name)
		}
	}
	return append(columns, wideColumns...)
}

// noneLeft refuses parameters that nobody took.
func noneLeft(values map[string][]string) error {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return invalid(named(names[0], "query"), values[names[0]][0], "unknown_name", "there is no parameter called "+strconv.Quote(shorten(names[0]))+" here",
		"Put inputs into the rows; the address takes fields, header, sep, dec, bom and errors")
}

// chunkRows is how many rows are planned side by side before they are written in order.
const chunkRows = 64

func (s *server) streamBatch(ctx context.Context, w http.ResponseWriter, b *batch, f format, l layout) error {
	columns := columnsNamed(b.fields)
	out := bufio.NewWriter(w)
	if f == formatJSON {
		if _, err := out.WriteString("[\n"); err != nil {
			return err
		}
	} else if err := (&table{columns: columns}).write(out, f, l); err != nil {
		return err
	}
	l.noHeader, l.bom = true, false
	for start := 0; start < len(b.rows); start += chunkRows {
		rows := s.batchRows(ctx, b, start, min(start+chunkRows, len(b.rows)))
		if err := ctx.Err(); err != nil {
			return err // nobody waits for the rest, or it took too long: a cut stream says so
		}
		if err := writeRows(out, columns, rows, f, l, start == 0); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			return err
		}
	}
	if f == formatJSON {
		if _, err := out.WriteString("\n]\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeRows(out io.Writer, columns []column, rows [][]string, f format, l layout, first bool) error {
	if f != formatJSON {
		return (&table{columns: columns, rows: rows}).write(out, f, l)
	}
	var b bytes.Buffer
	for i, row := range rows {
		if !first || i > 0 {
			b.WriteString(",\n")
		}
		if err := appendObject(&b, columns, row); err != nil {
			return err
		}
	}
	_, err := out.Write(b.Bytes())
	return err
}

// batchRows plans rows [from, to) on all slots at once and returns them in order.
func (s *server) batchRows(ctx context.Context, b *batch, from, to int) [][]string {
	rows := make([][]string, to-from)
	next := make(chan int)
	done := make(chan struct{})
	workers := min(cap(s.planner.fast.slots), to-from)
	for range workers {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range next {
				rows[i] = s.planRow(ctx, b, from+i)
			}
		}()
	}
	for i := range rows {
		next <- i
	}
	close(next)
	for range workers {
		<-done
	}
	return rows
}

// planRow gives a row with its results, or with its error.
func (s *server) planRow(ctx context.Context, b *batch, index int) []string {
	in := b.rows[index]
	scenario, err := in.scenario(s.catalog.AsOf())
	var plan *model.Plan
	if err == nil {
		plan, err = s.planner.plan(ctx, scenario)
	}
	row := make([]string, len(b.fields))
	if err == nil {
		names := make([]string, len(b.fields))
		for i, name := range b.fields {
			names[i] = name
			if name == "row" || slices.Contains(b.inputs, name) && name != "as_of" {
				names[i] = "error" // filled below
			}
		}
		row, err = wideRow(names, scenario, plan)
		if err != nil {
			row = make([]string, len(b.fields))
		}
	}
	for i, name := range b.fields {
		switch {
		case name == "row":
			row[i] = strconv.Itoa(index + 1)
		case name == "error" && err != nil:
			row[i] = problemOf(err).Detail
		case row[i] == "" && slices.Contains(b.inputs, name):
			row[i] = in.cells[name]
		}
	}
	return row
}

// scenario decodes the row: a query column first, the other inputs over it. An answer
// that comes back says as of when its prices are; catalogAsOf is what stands there when
// nobody asked for a date, and asks for none.
func (in batchRow) scenario(catalogAsOf string) (model.Scenario, error) {
	if in.wrong != nil {
		return model.Scenario{}, in.wrong
	}
	base := model.Scenario{}
	values := map[string][]string{}
	for name, text := range in.cells {
		if name == columnQuery {
			again, err := parseQuery(text)
			if err != nil {
				return base, err
			}
			if base, err = model.DecodeFlat(again); err != nil {
				return base, err
			}
			continue
		}
		if name == "as_of" && text == catalogAsOf {
			continue
		}
		values[name] = []string{strings.TrimPrefix(text, "'")}
	}
	return model.Overlay(base, values)
}
