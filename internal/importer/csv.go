package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// csvLines gives a table its lines, up to a document mark.
type csvLines struct {
	src   *source
	comma byte
	left  []byte
	done  bool
	cells int // commas handed out since the last record came
}

// errTooWide says that one record has more cells than any sheet has columns.
var errTooWide = errors.New("importer: a record has too many cells")

// Read serves whole lines.
func (l *csvLines) Read(p []byte) (int, error) {
	if len(l.left) == 0 {
		if l.done {
			return 0, io.EOF
		}
		line, err := l.src.next()
		if err != nil {
			return 0, err
		}
		if bytes.Equal(line, []byte("---")) {
			l.done = true
			return 0, io.EOF
		}
		const most = 100_000
		if l.cells += bytes.Count(line, []byte{l.comma}); l.cells > most {
			return 0, errTooWide
		}
		l.left = append(bytes.Clone(line), '\n')
	}
	n := copy(p, l.left)
	l.left = l.left[n:]
	return n, nil
}

// table is a CSV input: its columns and the rows that follow the header.
type table struct {
	columns []Column
	kept    []int // the columns that mean something; rows hold their cells alone
	exact   bool  // every header is the export's own: text is taken as it stands
	comma   bool  // decimal commas, as spreadsheets with ; between columns write them
	rows    [][]string
	lines   []int
}

// readCSV reads a table of workloads.
func (s *session) readCSV(src *source) error {
	first, err := src.next()
	if err != nil {
		return err
	}
	delimiter := guessDelimiter(first)
	if rest, told := bytes.CutPrefix(first, []byte("sep=")); told && len(rest) == 1 { // Excel's own first line
		delimiter = rune(rest[0])
	} else {
		src.unread()
	}
	start := src.line
	lines := &csvLines{src: src, comma: byte(delimiter)}
	reader := csv.NewReader(lines)
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = delimiter, true, -1
	t := table{comma: delimiter == ';'}
	for {
		lines.cells = 0
		record, err := reader.Read()
		if err == io.EOF {
			break
		}
		if errors.Is(err, errTooWide) {
			return s.refuse("limit", "a row of the table has more than 100000 cells", "Send the columns that describe workloads alone")
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			at := where{s.document, -1, start + broken.Line}
			s.fail(refusal(at, "", "", "", "csv", "the table cannot be read: "+broken.Err.Error(), "Check the quotes of this line"))
			return errRefused
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		line, _ := reader.FieldPos(0)
		if err := s.csvRecord(&t, record, start+line); err != nil {
			return err
		}
	}
	return s.csvTable(&t)
}

func guessDelimiter(line []byte) rune {
	best, most := ',', 0
	for _, d := range []rune{'\t', ';', ',', '|'} {
		if n := bytes.Count(line, []byte(string(d))); n > most {
			best, most = d, n
		}
	}
	return best
}

func (s *session) csvRecord(t *table, record []string, line int) error {
	if t.columns != nil {
		if len(t.rows) == MaxWorkloads {
			return s.refuse("limit", "the table has more than 20000 rows", "Merge workloads of equal size into one row with services or replicas")
		}
		t.rows, t.lines = append(t.rows, t.used(record)), append(t.lines, line)
		return nil
	}
	if len(record) > MaxColumns {
		return s.refuse("limit", "the table has more than 1000 columns", "Send the columns that describe workloads alone")
	}
	t.columns = planColumns(record, s.options.Columns)
	known := slices.ContainsFunc(t.columns, func(c Column) bool { return c.Meaning != columnIgnore })
	if !known && slices.ContainsFunc(record, looksNumeric) {
		if t.columns = planBare(record); t.columns != nil {
			t.rows, t.lines = append(t.rows, t.used(record)), append(t.lines, line)
			s.note("no_header", "columns", "the table has no header: columns were taken in the order namespace, name, kind, replicas, CPU, memory, rps", "Add a header line")
			return nil
		}
	}
	if !slices.ContainsFunc(t.columns, func(c Column) bool { return c.Meaning == "name" }) {
		return s.refuse("columns", "no column holds the names of the workloads: "+shorten(strings.Join(record, ", ")),
			"Give a header with "+strings.Join(ColumnNames(), ", "))
	}
	t.exact = !slices.ContainsFunc(t.columns, func(c Column) bool { return c.Guessed })
	return nil
}

// used keeps of a record the cells of the columns that mean something.
func (t *table) used(record []string) []string {
	if t.kept == nil {
		for i, c := range t.columns {
			if c.Meaning != columnIgnore {
				t.kept = append(t.kept, i)
			}
		}
	}
	cells := make([]string, len(t.kept))
	for k, i := range t.kept {
		if i < len(record) {
			cells[k] = record[i]
		}
	}
	return cells
}

// csvTable turns the rows into workloads.
func (s *session) csvTable(t *table) error {
	for k := range t.kept {
		t.guessUnit(k)
	}
	s.columns = append(s.columns, t.columns...)
	for i, record := range t.rows {
		s.csvRow(t, record, where{s.document, -1, t.lines[i]})
		if s.hopeless() {
			return errRefused
		}
	}
	return nil
}

// guessUnit settles the unit of numbers that have none, by their size: half of all
// workloads do not ask for more than 32 cores, nor for a million MiB.
func (t *table) guessUnit(k int) {
	const mostCores, mostMiB = 32, 1_000_000
	c := &t.columns[t.kept[k]]
	if !isQuantity(c.Meaning) || c.Unit != "" {
		return
	}
	var bare []float64
	for _, record := range t.rows {
		if v, err := strconv.ParseFloat(t.plain(record[k]), 64); err == nil {
			bare = append(bare, v)
		}
	}
	if len(bare) == 0 {
		return
	}
	median := *intervalOf(bare).Typical
	switch {
	case isCPU(c.Meaning) && median > mostCores:
		c.Unit = "m"
	case isCPU(c.Meaning):
		c.Unit = "cores"
	case median > mostMiB:
		c.Unit = "bytes"
	default:
		c.Unit = "MiB"
	}
	c.Guessed = true
}

// plain removes what spreadsheets put around numbers.
func (t *table) plain(cell string) string {
	cell = strings.ReplaceAll(strings.TrimSpace(cell), " ", "")
	if t.comma && strings.Count(cell, ",") == 1 {
		cell = strings.Replace(cell, ",", ".", 1)
	}
	return cell
}

func (s *session) csvRow(t *table, record []string, at where) {
	p := plainRow{workload: model.Workload{}, at: at}
	given := map[string]bool{}
	for k, i := range t.kept {
		c, cell := t.columns[i], record[k]
		if !t.exact {
			cell = strings.TrimSpace(cell)
		}
		if cell == "" {
			continue
		}
		given[c.Meaning] = true
		if err := t.set(&p, c, cell); err != nil {
			err.Field = at.String() + ": " + c.Header
			s.fail(err)
		}
	}
	w := &p.workload
	if w.Name == "" {
		s.fail(refusal(at, "", "name", "", "required", "the row has no name", "Give every row a name"))
		return
	}
	if !given["replicas"] && w.Kind != "DaemonSet" {
		w.Replicas = 1
		p.assumed = append(p.assumed, "replicas not given: 1")
	}
	missing := Missing{CPU: !given["pod_cpu_m"], Memory: !given["pod_memory_mib"]}
	if missing.CPU || missing.Memory {
		missing.StandIn = MissingZero
		if s.options.MissingRequests == MissingDefault {
			missing.StandIn = MissingDefault
			if missing.CPU {
				w.PodCPUMillicores, missing.CPUMillicores = s.options.DefaultCPUMillicores, s.options.DefaultCPUMillicores
			}
			if missing.Memory {
				w.PodMemoryMiB, missing.MemoryMiB = s.options.DefaultMemoryMiB, s.options.DefaultMemoryMiB
			}
		}
		p.missing = append(p.missing, missing)
	}
	s.addRow(p)
}
