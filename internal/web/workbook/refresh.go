package workbook

import (
	"fmt"
	"strings"

	"meshplan/internal/snippet"
)

// refreshRow is the first pattern's row on the refresh sheet.
const refreshRow = 10

// Columns of the refreshed results.
const (
	refreshPattern = iota + 1
	refreshNodes
	refreshCost
	refreshGrowth
)

// writeRefresh asks the server for the node counts of the inputs as they are now. It asks
// nobody until use_server is 1.
func (w *writer) writeRefresh() {
	w.widths(sheetRefresh, 18, 40, 20, 16)
	w.put(sheetRefresh, 1, 1, "Node counts for changed inputs, from the server", w.styles.title)
	w.put(sheetRefresh, 1, 2, "Put 1 into use_server: Excel for Windows and LibreOffice then ask the server and every sheet follows. Elsewhere use one of the scripts below.", 0)
	w.put(sheetRefresh, 1, 3, "use_server", 0)
	w.put(sheetRefresh, 2, 3, 0, w.styles.input)
	w.name("use_server", sheetRefresh, 2, 3)
	w.put(sheetRefresh, 1, 4, "server", 0)
	w.put(sheetRefresh, 2, 4, w.BaseURL, w.styles.input)
	w.name("server", sheetRefresh, 2, 4)
	w.put(sheetRefresh, 1, 5, "request", 0)
	base := ""
	if w.tooLong() {
		base = "scenario=" + w.SavedID
	}
	w.formula(sheetRefresh, 2, 5, fmt.Sprintf(`server&"/api/v1/plan.xml?fields=pattern,nodes,monthly_cost_usd,cost_growth&errors=inline%s"&all_inputs`, ampersand(base)), 0)
	w.name("request", sheetRefresh, 2, 5)
	w.put(sheetRefresh, 1, 6, "its length", 0)
	w.formula(sheetRefresh, 2, 6, `LEN(request)&IF(LEN(request)>2000," characters: too long for Excel; save the scenario on the server first"," characters")`, 0)
	w.put(sheetRefresh, 1, 7, "answer", 0)
	w.formula(sheetRefresh, 2, 7, `IF(use_server=1,_xlfn.WEBSERVICE(request),"not asked")`, 0)
	w.heads(sheetRefresh, refreshRow-1, "pattern", "nodes", "USD a month", "cost growth")
	for i, r := range w.Plan.Results {
		row := refreshRow + i
		w.put(sheetRefresh, refreshPattern, row, r.Pattern, 0)
		for column, field := range map[int]string{refreshNodes: "nodes", refreshCost: "monthly_cost_usd", refreshGrowth: "cost_growth"} {
			w.formula(sheetRefresh, column, row, fmt.Sprintf(`IF(use_server=1,_xlfn.FILTERXML($B$7,"//row[pattern='"&$A%d&"']/%s"),"")`, row, field), 0)
		}
	}
	w.writeScripts(refreshRow + len(w.Plan.Results) + 2)
}

func ampersand(part string) string {
	if part == "" {
		return ""
	}
	return "&" + part
}

// tooLong reports whether the inputs sheet cannot hold the list of workloads, so that a
// request has to start from the saved scenario.
func (w *writer) tooLong() bool {
	return len(w.Scenario.Workloads) > 0 && w.SavedID != "" && workloadsText(w.Scenario) == ""
}

// writeScripts adds the same for callers that have no WEBSERVICE, one line a row.
func (w *writer) writeScripts(row int) {
	for _, one := range snippet.All(w.BaseURL, w.Scenario, w.SavedID) {
		if one.ID != "power-query" && one.ID != "apps-script" && one.ID != "office-script" {
			continue
		}
		w.put(sheetRefresh, 1, row, one.Title, w.styles.head)
		w.put(sheetRefresh, 2, row, one.Note, w.styles.faint)
		row++
		for line := range strings.SplitSeq(strings.TrimSpace(one.Text), "\n") {
			if len(line) > maxCellText {
				line = line[:maxCellText]
			}
			w.put(sheetRefresh, 1, row, line, 0)
			row++
		}
		row++
	}
}
