package workbook

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"meshplan/internal/model"
)

// Columns of the inputs sheet.
const (
	inputName = iota + 1
	inputValue
	inputPlanned
	inputUnit
	inputOrigin
	inputMeaning
	inputSource
	inputAsOf
	inputQuery // this input's part of the query
	inputSoFar // all parts up to here
	inputChanged
)

// origin of an input that nobody gave and the plan does not use.
const originAbsent = "not given"

// inputRow is a line of the inputs sheet.
type inputRow struct {
	model.Input
	param model.Param
	known bool // an input of the API: it can be asked for anew
}

// writeInputs lists every input of the API, then the assumptions that the plan used.
// Changing a yellow cell changes every formula that depends on it.
func (w *writer) writeInputs() {
	w.heads(sheetInputs, 1, "input", "value", "as planned", "unit", "origin", "meaning", "source", "as of", "query part", "query so far", "changed")
	w.widths(sheetInputs, 30, 22, 14, 12, 12, 50, 50, 12, 14, 14)
	rows := w.inputRows()
	for i, in := range rows {
		w.writeInput(i+2, in)
	}
	w.lastInput = len(rows) + 1
	w.name("all_inputs", sheetInputs, inputSoFar, w.lastInput)
	w.try(w.file.SetPanes(sheetInputs, &excelize.Panes{Freeze: true, YSplit: 1, XSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}))
}

func (w *writer) inputRows() []inputRow {
	used := map[string]model.Input{}
	for _, in := range w.Plan.Inputs {
		if _, twice := used[in.Name]; !twice {
			used[in.Name] = in
		}
	}
	var rows []inputRow
	for _, p := range model.Params() {
		in, isUsed := used[p.Name]
		delete(used, p.Name)
		given, isGiven := model.ParamValue(w.Scenario, p.Name)
		switch {
		case isGiven:
			in.Name, in.Value, in.Origin = p.Name, given, "given"
		case !isUsed:
			in = model.Input{Name: p.Name, Origin: originAbsent}
		}
		rows = append(rows, inputRow{in, p, true})
	}
	if len(w.Scenario.Workloads) > 0 {
		rows = append(rows, inputRow{model.Input{Name: "workloads", Value: workloadsText(w.Scenario), Origin: "given"}, model.Param{Type: "string", Doc: "the list of workloads, compact"}, true})
	}
	for _, in := range w.Plan.Inputs {
		if _, left := used[in.Name]; left {
			delete(used, in.Name)
			rows = append(rows, inputRow{in, model.Param{Type: "number", Doc: "assumption; it enters the modelled use"}, false})
		}
	}
	return rows
}

// workloadsText is the compact list as the query has it.
func workloadsText(s model.Scenario) string {
	values, err := queryValues(model.EncodeQuery(model.Scenario{Workloads: s.Workloads}))
	if err != nil || len(values) > maxCellText {
		return ""
	}
	return values
}

// maxCellText is what a cell holds at most.
const maxCellText = 32_767

func (w *writer) writeInput(row int, in inputRow) {
	w.put(sheetInputs, inputName, row, in.Name, 0)
	number, err := strconv.ParseFloat(in.Value, 64)
	isNumber := err == nil && in.param.Type != "string" && in.param.Type != "boolean"
	var value any = in.Value
	if isNumber {
		value = number
	}
	if in.Value != "" {
		w.put(sheetInputs, inputValue, row, value, 0)
		w.put(sheetInputs, inputPlanned, row, value, w.styles.faint)
	}
	if in.known {
		w.try(w.file.SetCellStyle(sheetInputs, at(inputValue, row), at(inputValue, row), w.styles.input))
		w.allow(row, in.param)
	}
	w.put(sheetInputs, inputUnit, row, in.param.Unit, 0)
	w.put(sheetInputs, inputOrigin, row, in.Origin, 0)
	w.put(sheetInputs, inputMeaning, row, in.param.Doc, 0)
	w.put(sheetInputs, inputSource, row, in.Source, 0)
	w.put(sheetInputs, inputAsOf, row, in.AsOf, 0)
	if in.Source != "" {
		w.try(w.file.AddComment(sheetInputs, excelize.Comment{Author: "meshplan", Cell: at(inputValue, row), Text: in.FactID + ": " + in.Source + " (" + in.AsOf + ")"}))
	}
	w.queryPart(row, in)
	w.live(sheetInputs, inputChanged, row, fmt.Sprintf("IF(%s<>%s,1,0)", at(inputValue, row), at(inputPlanned, row)), 0, w.styles.faint)
	if in.known && in.param.Name != "" && in.param.Type != "string" && in.param.Type != "boolean" {
		w.name(in.Name, sheetInputs, inputValue, row)
		w.inputs[in.Name] = in.Value
	}
}

// allow lets a cell take what the API takes.
func (w *writer) allow(row int, p model.Param) {
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(at(inputValue, row))
	switch {
	case len(p.OneOf) > 0:
		w.try(rule.SetDropList(p.OneOf))
	case p.Type == "boolean":
		w.try(rule.SetDropList([]string{"true", "false"}))
	case p.Min != nil && p.Max != nil:
		kind := excelize.DataValidationTypeDecimal
		if p.Type == "integer" {
			kind = excelize.DataValidationTypeWhole
		}
		w.try(rule.SetRange(*p.Min, *p.Max, kind, excelize.DataValidationOperatorBetween))
		rule.SetError(excelize.DataValidationErrorStyleStop, p.Name, p.Name+" has to be "+p.Allowed())
	default:
		return
	}
	w.try(w.file.AddDataValidation(sheetInputs, rule))
}

// queryPart writes an input's part of the query: always where it was given, else once it
// was changed. Numbers keep their point in every locale.
func (w *writer) queryPart(row int, in inputRow) {
	value, planned, before := at(inputValue, row), at(inputPlanned, row), `""`
	if row > 2 {
		before = at(inputSoFar, row-1)
	}
	if !in.known {
		w.live(sheetInputs, inputSoFar, row, before, "", w.styles.faint)
		return
	}
	text := "_xlfn.ENCODEURL(" + value + ")"
	if in.param.Type != "string" {
		text = "SUBSTITUTE(" + value + `&"",",",".")`
	}
	asked := fmt.Sprintf(`"&%s="&%s`, in.Name, text)
	condition := value + "<>" + planned
	if in.Origin == "given" {
		condition = "TRUE"
	}
	w.live(sheetInputs, inputQuery, row, fmt.Sprintf(`IF(%s="","",IF(%s,%s,""))`, value, condition, asked), "", w.styles.faint)
	w.live(sheetInputs, inputSoFar, row, before+"&"+at(inputQuery, row), "", w.styles.faint)
}
