package templates

import (
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// WorkloadCells are the names of the table editor's cells: row N has w.N.NAME.
var WorkloadCells = []string{"namespace", "name", "kind", "services", "replicas", "pod_cpu_m", "pod_memory_mib", "rps_per_pod", "in_mesh"}

var workloadHeads = map[string]string{
	"namespace": "namespace", "name": "name", "kind": "kind", "services": "services", "replicas": "replicas",
	"pod_cpu_m": "CPU, m", "pod_memory_mib": "memory, MiB", "rps_per_pod": "rps", "in_mesh": "in mesh",
}

var workloadKinds = []string{"", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout", "Other"}

func isNumberCell(name string) bool {
	switch name {
	case "services", "replicas", "pod_cpu_m", "pod_memory_mib", "rps_per_pod":
		return true
	}
	return false
}

// cellText is what a cell of the editor shows.
func cellText(w model.Workload, name string) string {
	switch name {
	case "namespace":
		return w.Namespace
	case "name":
		return w.Name
	case "kind":
		return w.Kind
	case "services":
		if w.Services == 0 {
			return ""
		}
		return strconv.FormatInt(w.Services, 10)
	case "replicas":
		return strconv.FormatInt(w.Replicas, 10)
	case "pod_cpu_m":
		return strconv.FormatInt(w.PodCPUMillicores, 10)
	case "pod_memory_mib":
		return strconv.FormatInt(w.PodMemoryMiB, 10)
	case "rps_per_pod":
		if w.RPSPerPod != nil {
			return Plain(*w.RPSPerPod)
		}
	case "in_mesh":
		if w.InMesh != nil {
			return map[bool]string{true: "y", false: "n"}[*w.InMesh]
		}
	}
	return ""
}

// WholeRowCell holds a row as it came, in the compact form, where it has fields that the
// editor has no column for.
const WholeRowCell = "row"

// editable says whether the list is short enough for the table editor.
func (p *Planner) editable() bool { return len(p.Scenario.Workloads) <= MostRowsEdited }

// also says what a row has besides the editor's columns.
func (e editedRow) also() string {
	w := e.w
	var list []string
	if w.AnyZone {
		list = append(list, "any zone")
	}
	if w.ReplicasMax > 0 {
		list = append(list, Whole(w.ReplicasMin)+"–"+Whole(w.ReplicasMax)+" replicas")
	}
	if w.MaxPerNode > 0 {
		list = append(list, "at most "+Whole(w.MaxPerNode)+" a node")
	}
	if w.InitCPUMillicores > 0 || w.InitMemoryMiB > 0 {
		list = append(list, CPU(w.InitCPUMillicores)+" and "+Memory(w.InitMemoryMiB)+" while it starts")
	}
	for _, on := range [][]string{w.Architectures, w.NodeTypes} {
		if len(on) > 0 {
			list = append(list, "on "+strings.Join(on, " or "))
		}
	}
	if len(w.Tolerates) > 0 {
		list = append(list, "tolerates "+strings.Join(w.Tolerates, ", "))
	}
	return strings.Join(list, "; ")
}

// editedRow is a row of the table editor; a fresh one is still empty.
type editedRow struct {
	number string
	w      model.Workload
	fresh  bool
}

func (p *Planner) editedRows() []editedRow {
	var rows []editedRow
	for i, w := range p.Scenario.Workloads {
		rows = append(rows, editedRow{strconv.Itoa(i), w, false})
	}
	if p.AddRow {
		rows = append(rows, editedRow{number: strconv.Itoa(len(rows)), fresh: true})
	}
	return rows
}

func (e editedRow) text(name string) string {
	if e.fresh {
		return ""
	}
	return cellText(e.w, name)
}

// shownWorkloads are the first rows of a list too long to edit.
func (p *Planner) shownWorkloads() []model.Workload {
	return p.Scenario.Workloads[:min(len(p.Scenario.Workloads), MostRowsEdited)]
}
