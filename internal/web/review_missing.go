package web

import (
	"net/url"
	"strconv"
	"strings"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// standInOwn is a figure that the reviewer gave for a container without a request.
const standInOwn = "own"

// someMissing takes the choice made for each container that was shown: m.NUMBER.as, and
// its own figures m.NUMBER.cpu and m.NUMBER.memory.
func (v *reviewed) someMissing(form url.Values) []model.FieldError {
	var wrong []model.FieldError
	for i := range v.Result.Missing {
		prefix := "m." + strconv.Itoa(i) + "."
		if !form.Has(prefix + "as") {
			continue
		}
		if err := v.chooseMissing(i, form.Get(prefix+"as"), form.Get(prefix+"cpu"), form.Get(prefix+"memory")); err != nil {
			wrong = append(wrong, *err)
		}
	}
	return wrong
}

// allMissing takes one choice for all containers without a request: all.as, all.cpu and
// all.memory. Where it says use and none was measured, the container stays as it was.
func (v *reviewed) allMissing(form url.Values) []model.FieldError {
	for i := range v.Result.Missing {
		m := &v.Result.Missing[i]
		if m.Init || form.Get("all.as") == importer.MissingUsage && m.UsageCPUMillicores == nil {
			continue
		}
		if err := v.chooseMissing(i, form.Get("all.as"), form.Get("all.cpu"), form.Get("all.memory")); err != nil {
			err.Field = "containers without requests: " + err.Field[strings.LastIndex(err.Field, " ")+1:]
			return []model.FieldError{*err}
		}
	}
	return nil
}

// chooseMissing sets what a container without a request counts as. Own figures that were
// typed over those shown are taken, whatever the choice still says.
func (v *reviewed) chooseMissing(i int, as, cpuText, memoryText string) *model.FieldError {
	m := &v.Result.Missing[i]
	field := v.rowName(m.Row) + " container " + m.Container + " "
	cpu, err := wholeCell(field+"pod_cpu_m", "pod_cpu_m", strings.TrimSpace(cpuText))
	if err != nil {
		return err
	}
	memory, err := wholeCell(field+"pod_memory_mib", "pod_memory_mib", strings.TrimSpace(memoryText))
	if err != nil {
		return err
	}
	typed := m.CPU && cpuText != "" && cpu != m.CPUMillicores || m.Memory && memoryText != "" && memory != m.MemoryMiB
	switch {
	case as == importer.MissingUsage && m.UsageCPUMillicores != nil && m.UsageMemoryMiB != nil && !typed:
		v.setMissing(i, as, *m.UsageCPUMillicores, *m.UsageMemoryMiB)
	case as == importer.MissingZero && !typed:
		v.setMissing(i, as, 0, 0)
	case as == standInOwn, as == importer.MissingDefault, typed:
		v.setMissing(i, standInOwn, cpu, memory)
	case as == importer.MissingUsage:
		return &model.FieldError{
			Field: field + "pod_cpu_m", Value: as, Rule: "conflict", Message: "its use was not measured",
			Fix: "Import kubectl top pods --containers beside it, or give a figure of your own",
		}
	case as != "":
		return &model.FieldError{
			Field: field + "pod_cpu_m", Value: shorten(as), Rule: "one_of", Message: strconv.Quote(shorten(as)) + " is not a choice",
			Fix: "Use zero, usage or own",
		}
	}
	return nil
}

// setMissing moves the row's request by what the container counts more or less.
func (v *reviewed) setMissing(i int, as string, cpu, memory int64) {
	m := &v.Result.Missing[i]
	w, item := &v.Result.Scenario.Workloads[m.Row], &v.Result.Understood[m.Row]
	if m.Init { // it counts only while a pod starts, and the largest step alone: nothing stands in
		return
	}
	move := func(lacks bool, was *int64, now int64, into ...*int64) {
		if !lacks || *was == now {
			return
		}
		for _, sum := range into {
			*sum = max(*sum+now-*was, 0)
		}
		*was = now
		v.mark(m.Row)
	}
	move(m.CPU, &m.CPUMillicores, cpu, &w.PodCPUMillicores, &item.PodCPUMillicores)
	move(m.Memory, &m.MemoryMiB, memory, &w.PodMemoryMiB, &item.PodMemoryMiB)
	m.StandIn = as
}

// correctNodes takes the node types that stand for unknown ones, and whether the nodes
// that run are paid for already.
func (v *reviewed) correctNodes(form url.Values) {
	if form.Has("nodes.shown") {
		v.Existing = form.Has("nodes.existing")
	}
	if form.Has("measured.shown") {
		v.Measured = map[string]bool{}
		for _, m := range v.Result.Measured {
			if form.Has("measured." + m.Name) {
				v.Measured[m.Name] = true
			}
		}
	}
	if v.Result.Nodes == nil {
		return
	}
	for i, p := range v.Result.Nodes.Pools {
		name := "n." + strconv.Itoa(i)
		if !form.Has(name) {
			continue
		}
		standIns := map[string]string{}
		for from, to := range v.StandIns {
			standIns[from] = to
		}
		if to := strings.TrimSpace(form.Get(name)); to != "" {
			standIns[p.InstanceType] = to
		} else {
			delete(standIns, p.InstanceType)
		}
		v.StandIns = standIns
	}
}
