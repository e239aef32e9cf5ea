package workbook

import (
	"fmt"
	"net/url"
	"strings"

	"meshplan/internal/model"
)

// queryValues undoes the escaping of a query that holds workloads alone.
func queryValues(query string) (string, error) {
	_, text, _ := strings.Cut(query, "=")
	return url.QueryUnescape(text)
}

// Columns of the demand sheet.
const (
	demandPattern = iota + 1
	demandPart
	demandScope
	demandCount
	demandCPUEach
	demandMemoryEach
	demandCPU
	demandMemory
)

// writeDemand lists what every pattern asks for: the application, DaemonSets on every
// node, and what the mesh adds. Sums of the last two columns are what the plan calls
// requested.
func (w *writer) writeDemand() {
	w.heads(sheetDemand, 1, "pattern", "part", "per", "count", "CPU of one [m]", "memory of one [MiB]", "CPU [m]", "memory [MiB]")
	w.widths(sheetDemand, 14, 26, 12, 12, 14, 18, 14, 16)
	row := 2
	for i := range w.Plan.Results {
		for _, part := range w.parts(&w.Plan.Results[i]) {
			w.writePart(row, &w.Plan.Results[i], part)
			row++
		}
	}
	w.demandEnd = row - 1
}

const (
	partApplication = "application"
	partDaemonSets  = "DaemonSets"
)

// parts are a pattern's own parts after the application and the DaemonSets. The
// application is what is left of the plan's sum, so that the sums hold whatever rules of
// Kubernetes (init containers, native sidecars) went into them.
func (w *writer) parts(r *model.Result) []model.Part {
	daemonCPU, _ := w.quantity("daemonset_cpu_m")
	daemonMemory, _ := w.quantity("daemonset_memory_mib")
	application := model.Part{Title: partApplication, Scope: "cluster", Count: 1, CPUMillicores: r.CPURequestedMillicores, MemoryMiB: r.MemoryRequestedMiB}
	daemons := model.Part{Title: partDaemonSets, Scope: "node", Count: r.Nodes, CPUMillicores: int64(daemonCPU), MemoryMiB: int64(daemonMemory)}
	for _, p := range append([]model.Part{daemons}, r.Parts...) {
		application.CPUMillicores -= p.Count * p.CPUMillicores
		application.MemoryMiB -= p.Count * p.MemoryMiB
	}
	return append([]model.Part{application, daemons}, r.Parts...)
}

func (w *writer) writePart(row int, r *model.Result, p model.Part) {
	w.put(sheetDemand, demandPattern, row, r.Pattern, 0)
	w.put(sheetDemand, demandPart, row, p.Title, 0)
	w.put(sheetDemand, demandScope, row, p.Scope, 0)
	w.writeCount(row, r, p)
	cpu, memory := w.sizes(r, p)
	w.liveOr(sheetDemand, demandCPUEach, row, float64(p.CPUMillicores), w.styles.number, cpu...)
	w.liveOr(sheetDemand, demandMemoryEach, row, float64(p.MemoryMiB), w.styles.number, memory...)
	w.live(sheetDemand, demandCPU, row, at(demandCount, row)+"*"+at(demandCPUEach, row), p.Count*p.CPUMillicores, w.styles.number)
	w.live(sheetDemand, demandMemory, row, at(demandCount, row)+"*"+at(demandMemoryEach, row), p.Count*p.MemoryMiB, w.styles.number)
}

func (w *writer) writeCount(row int, r *model.Result, p model.Part) {
	switch {
	case p.Scope == "node":
		w.live(sheetDemand, demandCount, row, fmt.Sprintf("'%s'!%s", sheetSummary, at(summaryNodes, w.summaryRow[r.Pattern])), p.Count, w.styles.number)
	case p.ID == "proxy" && len(w.Scenario.Workloads) == 0:
		w.liveOr(sheetDemand, demandCount, row, float64(p.Count), w.styles.number, "services", "pods_per_service", "meshed_share")
	case p.ID == "istiod":
		w.liveOr(sheetDemand, demandCount, row, float64(p.Count), w.styles.number, "istiod_replicas")
	case p.ID == "ingress_gateway":
		w.liveOr(sheetDemand, demandCount, row, float64(p.Count), w.styles.number, "ingress_gateways")
	case p.ID == "waypoint":
		w.liveOr(sheetDemand, demandCount, row, float64(p.Count), w.styles.number, "l7_namespaces", "waypoint_replicas")
	default:
		w.put(sheetDemand, demandCount, row, p.Count, w.styles.number)
	}
}

// sizes names the inputs that a part's size may follow.
func (w *writer) sizes(r *model.Result, p model.Part) (cpu, memory []string) {
	switch {
	case p.Title == partApplication && len(w.Scenario.Workloads) == 0:
		return []string{"services", "pods_per_service", "pod_cpu_m"}, []string{"services", "pods_per_service", "pod_memory_mib"}
	case p.Title == partDaemonSets:
		return []string{"daemonset_cpu_m"}, []string{"daemonset_memory_mib"}
	case p.ID == "proxy" && r.Pattern != model.PatternLinkerd:
		return []string{"proxy_cpu_m"}, []string{"proxy_memory_mib"}
	case p.ID == "istiod":
		return []string{"istiod_cpu_m"}, []string{"istiod_memory_mib"}
	}
	return []string{""}, []string{""}
}

// sumOf adds a column of the demand up for a pattern.
func (w *writer) sumOf(column int, patternCell string) string {
	return fmt.Sprintf("SUMIF('%s'!$A$2:$A$%d,%s,%s)", sheetDemand, w.demandEnd, patternCell, w.demandRange(column))
}

func (w *writer) demandRange(column int) string {
	letter := strings.TrimRight(at(column, 1), "1")
	return fmt.Sprintf("'%s'!$%s$2:$%s$%d", sheetDemand, letter, letter, w.demandEnd)
}
