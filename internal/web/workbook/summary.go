package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"meshplan/internal/model"
)

// firstPatternRow is the row of the baseline on the summary.
const firstPatternRow = 8

// Columns of the summary.
const (
	summaryPattern = iota + 1
	summaryTitle
	summaryNodes
	summaryPacked
	summaryFewest
	summaryCost
	summaryCostGrowth
	summaryNodeGrowth
	summaryCPU
	summaryCPUGrowth
	summaryMemory
	summaryMemoryGrowth
	summaryDoubles
)

func (w *writer) writeSummary() {
	w.widths(sheetSummary, 14, 30, 12, 12, 14, 16, 12, 12, 16, 12, 18, 12, 10)
	w.put(sheetSummary, 1, 1, w.title(), w.styles.title)
	w.put(sheetSummary, 1, 2, w.Plan.Reasoning.Sentence, 0)
	w.put(sheetSummary, 1, 3, "verdict", w.styles.faint)
	w.put(sheetSummary, 2, 3, w.Plan.Verdict, 0)
	w.put(sheetSummary, 3, 3, "model "+w.Plan.ModelVersion+", prices of "+w.Plan.CatalogAsOf, w.styles.faint)
	changed := fmt.Sprintf("SUM('%s'!$K$2:$K$%d)", sheetInputs, w.lastInput)
	w.put(sheetSummary, 1, 4, "inputs changed", w.styles.faint)
	w.live(sheetSummary, 2, 4, changed, 0, 0)
	w.name("inputs_changed", sheetSummary, 2, 4)
	w.live(sheetSummary, 3, 4, `IF(inputs_changed=0,"node counts are packed for these inputs",IF(use_server=1,"node counts come from the server","node counts are still those of the plan: see Refresh"))`,
		"node counts are packed for these inputs", 0)
	w.heads(sheetSummary, firstPatternRow-1, "pattern", "what it is", "nodes", "nodes as packed", "fewest nodes by CPU and memory", "USD a month",
		"cost growth", "node growth", "CPU requested [m]", "CPU growth", "memory requested [MiB]", "memory growth", "doubles")
	for i := range w.Plan.Results {
		w.writePattern(firstPatternRow+i, i, &w.Plan.Results[i])
	}
	w.charts()
	w.try(w.file.SetPanes(sheetSummary, &excelize.Panes{Freeze: true, YSplit: firstPatternRow - 1, TopLeftCell: at(1, firstPatternRow), ActivePane: "bottomLeft"}))
}

func (w *writer) writePattern(row, index int, r *model.Result) {
	pattern := at(summaryPattern, row)
	w.put(sheetSummary, summaryPattern, row, r.Pattern, 0)
	w.put(sheetSummary, summaryTitle, row, r.Title, 0)
	refreshed := func(column int) string {
		return fmt.Sprintf("VALUE('%s'!%s)", sheetRefresh, at(column, refreshRow+index))
	}
	w.live(sheetSummary, summaryNodes, row, fmt.Sprintf("IF(use_server=1,IFERROR(%s,%s),%s)", refreshed(refreshNodes), at(summaryPacked, row), at(summaryPacked, row)), r.Nodes, w.styles.number)
	w.put(sheetSummary, summaryPacked, row, r.Nodes, w.styles.number)
	w.writeFewest(row, pattern, r)
	w.writeCost(row, pattern, refreshed(refreshCost), r)
	w.writeGrowth(summaryNodeGrowth, summaryNodes, row, r.NodeGrowth)
	w.writeGrowth(summaryCostGrowth, summaryCost, row, r.CostGrowth)
	w.live(sheetSummary, summaryCPU, row, w.sumOf(demandCPU, pattern), r.CPURequestedMillicores, w.styles.number)
	w.live(sheetSummary, summaryMemory, row, w.sumOf(demandMemory, pattern), r.MemoryRequestedMiB, w.styles.number)
	w.writeGrowth(summaryCPUGrowth, summaryCPU, row, r.CPUGrowth)
	w.writeGrowth(summaryMemoryGrowth, summaryMemory, row, r.MemoryGrowth)
	growth := at(summaryCostGrowth, row)
	if r.CostGrowth == nil {
		growth = at(summaryNodeGrowth, row)
	}
	doubles := ""
	if r.Doubles != nil {
		doubles = map[bool]string{true: "yes", false: "no"}[*r.Doubles]
	}
	w.live(sheetSummary, summaryDoubles, row, fmt.Sprintf(`IF(%s="","",IF(%s>=2,"yes","no"))`, growth, growth), doubles, 0)
}

// writeCost adds the pattern's nodes up, with the cluster's own fee.
func (w *writer) writeCost(row int, pattern, refreshed string, r *model.Result) {
	sum := fmt.Sprintf("SUMIF('%s'!$A$%d:$A$%d,%s,'%s'!$E$%d:$E$%d)+control_plane_monthly_usd",
		sheetNodes, w.groupsStart, w.groupsEnd, pattern, sheetNodes, w.groupsStart, w.groupsEnd)
	w.live(sheetSummary, summaryCost, row, fmt.Sprintf("IF(use_server=1,IFERROR(%s,%s),%s)", refreshed, sum, sum), r.MonthlyCostUSD, w.styles.money)
}

// writeGrowth divides by the baseline; without one there is no growth.
func (w *writer) writeGrowth(column, of, row int, value *float64) {
	base := strings.TrimRight(at(of, 1), "1")
	base = fmt.Sprintf("$%s$%d", base, firstPatternRow)
	var shown any = ""
	if value != nil {
		shown = *value
	}
	w.live(sheetSummary, column, row, fmt.Sprintf(`IF(%s>0,%s/%s,"")`, base, at(of, row), base), shown, w.styles.ratio)
}

// writeFewest is the bound that needs no packing: what does not run on every node,
// divided by what a node has left. It exists for one node type.
func (w *writer) writeFewest(row int, pattern string, r *model.Result) {
	if !w.oneType() {
		w.put(sheetSummary, summaryFewest, row, r.NodesLowerBound, w.styles.number)
		return
	}
	need := func(sum, each, allocatable int) string {
		fixed := fmt.Sprintf(`SUMIFS(%s,%s,%s,%s,"<>node")`, w.demandRange(sum), w.demandRange(demandPattern), pattern, w.demandRange(demandScope))
		perNode := fmt.Sprintf(`SUMIFS(%s,%s,%s,%s,"node")`, w.demandRange(each), w.demandRange(demandPattern), pattern, w.demandRange(demandScope))
		return fmt.Sprintf("ROUNDUP(%s/('%s'!$%s$4*(1-headroom)-%s),0)", fixed, sheetNodes, strings.TrimRight(at(allocatable, 1), "1"), perNode)
	}
	formula := fmt.Sprintf("MAX(%s,%s)", need(demandCPU, demandCPUEach, typeCPU), need(demandMemory, demandMemoryEach, typeMemory))
	w.live(sheetSummary, summaryFewest, row, "IFERROR("+formula+`,"")`, r.NodesLowerBound, w.styles.number)
}

// charts shows cost and growth by pattern.
func (w *writer) charts() {
	last := firstPatternRow + len(w.Plan.Results) - 1
	column := func(c int) string {
		letter := strings.TrimRight(at(c, 1), "1")
		return fmt.Sprintf("%s!$%s$%d:$%s$%d", sheetSummary, letter, firstPatternRow, letter, last)
	}
	series := func(columns ...int) []excelize.ChartSeries {
		var list []excelize.ChartSeries
		for _, c := range columns {
			letter := strings.TrimRight(at(c, 1), "1")
			list = append(list, excelize.ChartSeries{
				Name: fmt.Sprintf("%s!$%s$%d", sheetSummary, letter, firstPatternRow-1), Categories: column(summaryPattern), Values: column(c),
			})
		}
		return list
	}
	same := false // one colour for each series, not for each pattern
	chart := func(title string, columns ...int) *excelize.Chart {
		return &excelize.Chart{
			Type: excelize.Col, VaryColors: &same, Series: series(columns...), Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
			Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 560, Height: 300},
		}
	}
	w.try(w.file.AddChart(sheetSummary, at(1, last+3), chart("USD a month by pattern", summaryCost)))
	w.try(w.file.AddChart(sheetSummary, at(6, last+3), chart("Growth by pattern", summaryCostGrowth, summaryCPUGrowth, summaryMemoryGrowth)))
}
