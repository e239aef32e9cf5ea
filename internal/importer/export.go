package importer

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// WriteCSV writes workloads as a table that [Import] reads back unchanged: one row each,
// columns namespace, name, kind, services, replicas, pod_cpu_m, pod_memory_mib,
// init_cpu_m, init_memory_mib, rps_per_pod, in_mesh, max_per_node, architectures,
// node_types, tolerates, any_zone, replicas_min, replicas_max; what is absent is an empty
// cell, and the entries of a list have spaces between them. Text that a spreadsheet would take for a formula gets an apostrophe.
func WriteCSV(w io.Writer, workloads []model.Workload) error {
	out := csv.NewWriter(w)
	if err := out.Write(ColumnNames()); err != nil {
		return err
	}
	for _, row := range workloads {
		if err := out.Write(csvCells(row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteJSON writes the scenario's document, which [Import] reads back unchanged.
func WriteJSON(w io.Writer, s model.Scenario) error {
	_, err := w.Write(append(model.EncodeJSON(s), '\n'))
	return err
}

func csvCells(w model.Workload) []string {
	whole := func(n int64) string { return strconv.FormatInt(n, 10) }
	var services, rps, mesh, anyZone, low, high string
	if w.Services != 0 {
		services = whole(w.Services)
	}
	if w.AnyZone {
		anyZone = "true"
	}
	if w.ReplicasMax != 0 {
		low, high = whole(w.ReplicasMin), whole(w.ReplicasMax)
	}
	if w.RPSPerPod != nil {
		rps = strconv.FormatFloat(*w.RPSPerPod, 'f', -1, 64)
	}
	if w.InMesh != nil {
		mesh = strconv.FormatBool(*w.InMesh)
	}
	return []string{
		escapeFormula(w.Namespace), escapeFormula(w.Name), w.Kind, services, whole(w.Replicas),
		whole(w.PodCPUMillicores), whole(w.PodMemoryMiB), whole(w.InitCPUMillicores), whole(w.InitMemoryMiB),
		rps, mesh, whole(w.MaxPerNode),
		listCell(w.Architectures), listCell(w.NodeTypes), listCell(w.Tolerates),
		anyZone, low, high,
	}
}

// listCell joins entries, none of which has a space in it.
func listCell(entries []string) string { return escapeFormula(strings.Join(entries, " ")) }

// formulaStarts are the characters that make a spreadsheet compute a cell.
const formulaStarts = "=+-@\t\r"

// escapeFormula puts an apostrophe before text that a spreadsheet would compute, and
// before text that starts with one, so that the way back is exact.
func escapeFormula(text string) string {
	if text != "" && strings.ContainsRune(formulaStarts+"'", rune(text[0])) {
		return "'" + text
	}
	return text
}

func unescapeFormula(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.ContainsRune(formulaStarts+"'", rune(text[1])) {
		return text[1:]
	}
	return text
}
