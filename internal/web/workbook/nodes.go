package workbook

import (
	"fmt"

	"meshplan/internal/model"
)

// Columns of the table of node types.
const (
	typeName = iota + 1
	typeCPU
	typeMemory
	typePods
	typeHourly
	typeMonthly
	typeSource
)

// Columns of the table of nodes by pattern and type.
const (
	groupPattern = iota + 1
	groupType
	groupCount
	groupEach
	groupCost
)

// writeNodes lists node types with what one costs a month, then how many of which every
// pattern takes.
func (w *writer) writeNodes() {
	w.widths(sheetNodes, 18, 22, 20, 14, 16, 18, 50)
	w.put(sheetNodes, 1, 1, "hours in a month", 0)
	w.put(sheetNodes, 2, 1, model.HoursPerMonth, 0)
	w.name("hours_per_month", sheetNodes, 2, 1)
	w.heads(sheetNodes, 3, "node type", "allocatable CPU [m]", "allocatable memory [MiB]", "pods", "USD an hour", "USD a month, after discount and fee", "source of the price")
	row := 4
	typeRow := map[string]int{}
	for _, t := range w.usedTypes() {
		typeRow[t.Name] = row
		w.writeType(row, t)
		row++
	}
	row += 2
	w.heads(sheetNodes, row-1, "pattern", "node type", "nodes", "USD a month each", "USD a month")
	first := row
	for _, r := range w.Plan.Results {
		for _, g := range r.NodeGroups {
			w.writeGroup(row, r.Pattern, g, typeRow[g.NodeType])
			row++
		}
	}
	w.groupsEnd = max(row-1, first)
	w.groupsStart = first
}

// oneType reports whether every node of the plan is of the same type: only then do more
// nodes have a price without packing.
func (w *writer) oneType() bool { return len(w.usedTypes()) == 1 }

// usedTypes are the node types that some pattern takes, in the plan's order.
func (w *writer) usedTypes() []model.NodeType {
	used := map[string]bool{}
	for _, r := range w.Plan.Results {
		for _, g := range r.NodeGroups {
			used[g.NodeType] = true
		}
	}
	var types []model.NodeType
	for _, t := range w.Plan.Nodes {
		if used[t.Name] || len(w.Plan.Nodes) == 1 {
			types = append(types, t)
		}
	}
	return types
}

func (w *writer) writeType(row int, t model.NodeType) {
	w.put(sheetNodes, typeName, row, t.Name, 0)
	own := func(name string) []string {
		if !w.oneType() {
			return []string{""}
		}
		return []string{name}
	}
	w.liveOr(sheetNodes, typeCPU, row, float64(t.AllocatableCPUMillicores), w.styles.number, own("node_allocatable_cpu_m")...)
	w.liveOr(sheetNodes, typeMemory, row, float64(t.AllocatableMemoryMiB), w.styles.number, own("node_allocatable_memory_mib")...)
	w.liveOr(sheetNodes, typePods, row, float64(t.MaxPods), w.styles.number, own("node_max_pods")...)
	w.liveOr(sheetNodes, typeHourly, row, t.HourlyUSD, 0, own("node_hourly_usd")...)
	discount, _ := w.quantity("discount")
	fee, _ := w.quantity("node_monthly_fee_usd")
	monthly := t.HourlyUSD*model.HoursPerMonth*(1-discount) + fee
	w.live(sheetNodes, typeMonthly, row, at(typeHourly, row)+"*hours_per_month*(1-discount)+node_monthly_fee_usd", monthly, w.styles.money)
	w.put(sheetNodes, typeSource, row, t.PriceSource+" ("+t.PriceAsOf+")", 0)
}

func (w *writer) writeGroup(row int, pattern string, g model.NodeGroup, typeRow int) {
	w.put(sheetNodes, groupPattern, row, pattern, 0)
	w.put(sheetNodes, groupType, row, g.NodeType, 0)
	if w.oneType() {
		w.live(sheetNodes, groupCount, row, fmt.Sprintf("'%s'!%s", sheetSummary, at(summaryNodes, w.summaryRow[pattern])), g.Count, w.styles.number)
	} else {
		w.put(sheetNodes, groupCount, row, g.Count, w.styles.number)
	}
	w.live(sheetNodes, groupEach, row, at(typeMonthly, typeRow), g.MonthlyCostUSD/float64(max(g.Count, 1)), w.styles.money)
	w.live(sheetNodes, groupCost, row, at(groupCount, row)+"*"+at(groupEach, row), g.MonthlyCostUSD, w.styles.money)
}
