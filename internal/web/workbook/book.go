package workbook

import (
	"bytes"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"meshplan/internal/model"
)

// The sheets, in order.
const (
	sheetSummary = "Summary"
	sheetInputs  = "Inputs"
	sheetDemand  = "Demand"
	sheetNodes   = "Nodes"
	sheetMoney   = "Break-even"
	sheetRefresh = "Refresh"
	sheetNotes   = "Notes"
)

// Book is what a workbook is made of.
type Book struct {
	Scenario model.Scenario
	Plan     *model.Plan
	BaseURL  string // address of the server, without a slash at the end
	SavedID  string // "" for a scenario that is not saved
}

// Write makes the file. The same book gives the same bytes.
func Write(book Book) ([]byte, error) {
	w := &writer{Book: book, file: excelize.NewFile(), names: map[string]string{}, inputs: map[string]string{}}
	defer func() { _ = w.file.Close() }() // it only frees memory
	w.start()
	w.writeInputs()
	w.writeDemand()
	w.writeNodes()
	w.writeSummary()
	w.writeMoney()
	w.writeRefresh()
	w.writeNotes()
	w.finish()
	if w.err != nil {
		return nil, fmt.Errorf("workbook: %w", w.err)
	}
	var b bytes.Buffer
	if err := w.file.Write(&b); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return b.Bytes(), nil
}

// writer writes cells; the first error stays and ends everything.
type writer struct {
	Book
	file   *excelize.File
	err    error
	styles styles
	names  map[string]string // name → cell it stands for, as the file defines it
	inputs map[string]string // input → its value as planned

	lastInput              int            // last row of the inputs
	summaryRow             map[string]int // pattern → row
	demandEnd              int
	groupsStart, groupsEnd int
}

// styles are the few looks there are.
type styles struct{ title, head, input, number, money, ratio, text, faint int }

func (w *writer) start() {
	w.try(w.file.SetSheetName("Sheet1", sheetSummary))
	for _, name := range []string{sheetInputs, sheetDemand, sheetNodes, sheetMoney, sheetRefresh, sheetNotes} {
		_, err := w.file.NewSheet(name)
		w.try(err)
	}
	w.summaryRow = map[string]int{}
	for i, r := range w.Plan.Results {
		w.summaryRow[r.Pattern] = firstPatternRow + i
	}
	whole, money, ratio := "#,##0", "#,##0.00", "0.0000"
	w.styles = styles{
		title:  w.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}}),
		head:   w.style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}),
		input:  w.style(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF7D6"}}, Border: []excelize.Border{{Type: "bottom", Color: "BFA94A", Style: 1}}}),
		number: w.style(&excelize.Style{CustomNumFmt: &whole}),
		money:  w.style(&excelize.Style{CustomNumFmt: &money}),
		ratio:  w.style(&excelize.Style{CustomNumFmt: &ratio}),
		text:   w.style(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}),
		faint:  w.style(&excelize.Style{Font: &excelize.Font{Color: "6B7280"}}),
	}
}

func (w *writer) finish() {
	all := true
	w.try(w.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &all}))
	stamp := w.Plan.CatalogAsOf // no clock: the same plan gives the same file
	if len(stamp) == len("2006-01") {
		stamp += "-01"
	}
	w.try(w.file.SetDocProps(&excelize.DocProperties{
		Title: w.title(), Creator: "meshplan", Created: stamp + "T00:00:00Z", Modified: stamp + "T00:00:00Z", Version: w.Plan.ModelVersion,
	}))
	w.file.SetActiveSheet(0)
	w.printable()
	types := w.file.ContentTypes.Defaults // the library keeps them in a map's order
	sort.Slice(types, func(i, j int) bool { return types[i].Extension < types[j].Extension })
}

// printable lets every sheet print as wide as the page.
func (w *writer) printable() {
	landscape, wide, asLongAsItTakes, fit := "landscape", 1, 0, true
	for _, sheet := range w.file.GetSheetList() {
		w.try(w.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &asLongAsItTakes}))
		w.try(w.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	}
}

func (w *writer) title() string {
	if w.Scenario.Title != "" {
		return w.Scenario.Title
	}
	return "What a service mesh adds"
}

func (w *writer) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) style(s *excelize.Style) int {
	id, err := w.file.NewStyle(s)
	w.try(err)
	return id
}

// at names a cell: at(2, 5) is B5.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil { // columns and rows here are small and positive
		return "A1"
	}
	return name
}

// put writes a plain value.
func (w *writer) put(sheet string, column, row int, value any, style int) {
	cell := at(column, row)
	if text, ok := value.(string); ok {
		w.try(w.file.SetCellStr(sheet, cell, text)) // never a formula, whatever it begins with
	} else {
		w.try(w.file.SetCellValue(sheet, cell, value))
	}
	if style != 0 {
		w.try(w.file.SetCellStyle(sheet, cell, cell, style))
	}
}

// live writes a formula with the value it has now, which previewers show.
func (w *writer) live(sheet string, column, row int, formula string, value any, style int) {
	w.put(sheet, column, row, value, style)
	w.try(w.file.SetCellFormula(sheet, at(column, row), formula))
}

// row writes a line of headings.
func (w *writer) heads(sheet string, row int, heads ...string) {
	for i, head := range heads {
		w.put(sheet, i+1, row, head, w.styles.head)
	}
}

func (w *writer) widths(sheet string, widths ...float64) {
	for i, width := range widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		w.try(err)
		w.try(w.file.SetColWidth(sheet, column, column, width))
	}
}

// name defines a name for a cell.
func (w *writer) name(name, sheet string, column, row int) {
	cell := strings.Split(at(column, row), "")
	letters, digits := "", ""
	for _, c := range cell {
		if c >= "0" && c <= "9" {
			digits += c
		} else {
			letters += c
		}
	}
	to := "'" + sheet + "'!$" + letters + "$" + digits
	w.names[name] = to
	w.try(w.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: to}))
}

// quantity is an input's planned number.
func (w *writer) quantity(input string) (float64, bool) {
	n, err := strconv.ParseFloat(w.inputs[input], 64)
	return n, err == nil && w.names[input] != ""
}

// product gives the formula of the product of inputs where it is what the plan has.
func (w *writer) product(want float64, inputs ...string) (string, bool) {
	got := 1.0
	for _, input := range inputs {
		n, ok := w.quantity(input)
		if !ok {
			return "", false
		}
		got *= n
	}
	return strings.Join(inputs, "*"), math.Abs(got-want) < 1e-9
}

// liveOr writes the product of inputs where that is the plan's number, else the number.
func (w *writer) liveOr(sheet string, column, row int, value float64, style int, inputs ...string) {
	if formula, ok := w.product(value, inputs...); ok {
		w.live(sheet, column, row, formula, value, style)
		return
	}
	w.put(sheet, column, row, value, style)
}
