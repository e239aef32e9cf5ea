package importer

import (
	"math"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// set reads one cell into the row.
func (t *table) set(p *plainRow, c Column, cell string) *model.FieldError {
	w := &p.workload
	switch c.Meaning {
	case "namespace":
		return setName(&w.Namespace, cell)
	case "name":
		return setName(&w.Name, cell)
	case "kind":
		w.Kind = kindOf(cell)
		if w.Kind != cell {
			p.assumed = append(p.assumed, "kind "+quote(cell)+" taken for "+w.Kind)
		}
	case "services":
		return t.count(&w.Services, cell, maxServices)
	case "replicas":
		return t.count(&w.Replicas, cell, maxReplicas)
	case "max_per_node":
		return t.count(&w.MaxPerNode, cell, maxPerNode)
	case "pod_cpu_m":
		return t.quantity(p, &w.PodCPUMillicores, c, cell)
	case "pod_memory_mib":
		return t.quantity(p, &w.PodMemoryMiB, c, cell)
	case "init_cpu_m":
		return t.quantity(p, &w.InitCPUMillicores, c, cell)
	case "init_memory_mib":
		return t.quantity(p, &w.InitMemoryMiB, c, cell)
	case "rps_per_pod":
		v, err := strconv.ParseFloat(t.plain(cell), 64)
		if err != nil || math.IsNaN(v) || v < 0 || v > maxRPSPerPod {
			return cellError(cell, "number", "is not a number from 0 to 1000000", "Give requests a second as a plain number")
		}
		w.RPSPerPod = &v
	case "architectures":
		return setEntries(c.Meaning, &w.Architectures, cell, maxArchitectures)
	case "node_types":
		return setEntries(c.Meaning, &w.NodeTypes, cell, maxNodeTypes)
	case "tolerates":
		return setEntries(c.Meaning, &w.Tolerates, cell, maxTolerations)
	case "any_zone":
		free, err := yesOrNo(cell)
		w.AnyZone = free
		return err
	case "replicas_min":
		return t.count(&w.ReplicasMin, cell, maxReplicas)
	case "replicas_max":
		return t.count(&w.ReplicasMax, cell, maxReplicas)
	case "in_mesh":
		in, err := yesOrNo(cell)
		if err != nil {
			return err
		}
		w.InMesh = &in
	}
	return nil
}

func yesOrNo(cell string) (bool, *model.FieldError) {
	switch strings.ToLower(cell) {
	case "true", "yes", "y", "1", MeshIn:
		return true, nil
	case "false", "no", "n", "0", MeshOut:
		return false, nil
	}
	return false, cellError(cell, "boolean", "is neither true nor false", "Write true or false, or leave the cell empty")
}

func cellError(cell, rule, message, fix string) *model.FieldError {
	return &model.FieldError{Value: shorten(cell), Rule: rule, Message: quote(cell) + " " + message, Fix: fix}
}

func setName(into *string, cell string) *model.FieldError {
	cell = unescapeFormula(cell)
	if wrong := nameProblem(cell); wrong != "" {
		return cellError(cell, "name", "is no name: "+wrong, "Use a name of at most 253 printable characters")
	}
	*into = cell
	return nil
}

// setEntries reads a list with spaces, commas or semicolons between its entries.
func setEntries(name string, into *[]string, cell string, most int) *model.FieldError {
	entries := strings.FieldsFunc(unescapeFormula(cell), partsEntries)
	*into = entries
	return checkEntries(name, entries, most)
}

// count reads a whole number, also as spreadsheets write it (3.0).
func (t *table) count(into *int64, cell string, most int64) *model.FieldError {
	v, err := strconv.ParseFloat(t.plain(cell), 64)
	if err != nil || v != math.Trunc(v) || v < 0 || v > float64(most) {
		return cellError(cell, "integer", "is not a whole number from 0 to "+strconv.FormatInt(most, 10), "Give a whole number")
	}
	*into = int64(v)
	return nil
}

// unitFactors gives a unit in nanocores or bytes.
var unitFactors = map[string]float64{
	"m": nanoPerMilli, "cores": 1000 * nanoPerMilli,
	"bytes": 1, "KiB": 1 << 10, "MiB": bytesPerMiB, "GiB": 1 << 30, "MB": 1e6, "GB": 1e9,
}

// quantity reads CPU or memory: a number in the column's unit, or a quantity with its own.
func (t *table) quantity(p *plainRow, into *int64, c Column, cell string) *model.FieldError {
	text := t.plain(cell)
	whole, per, most := parseMemory, int64(bytesPerMiB), int64(maxPodMemoryMiB)
	if isCPU(c.Meaning) {
		whole, per, most = parseCPU, nanoPerMilli, maxPodCPUMillicores
	}
	var exact float64
	if v, err := strconv.ParseFloat(text, 64); err == nil && c.Unit != "" {
		exact = math.Ceil(v * unitFactors[c.Unit])
	} else {
		n, err := whole(kubernetesUnit(text))
		if err != nil {
			return cellError(cell, "quantity", err.Error(), quantityFix)
		}
		exact = float64(n)
	}
	if math.IsNaN(exact) || exact < 0 || exact > float64(most*per) {
		return cellError(cell, "range", "is not from 0 to "+strconv.FormatInt(most, 10)+" in "+c.Meaning, quantityFix)
	}
	*into = ceilDiv(int64(exact), per)
	if *into*per != int64(exact) {
		p.assumed = append(p.assumed, c.Meaning+" rounded up")
	}
	return nil
}

// kubernetesUnit turns units of common speech into those of Kubernetes: 1GB is 1G there.
func kubernetesUnit(text string) string {
	for _, u := range []struct{ spoken, written string }{
		{"KiB", "Ki"}, {"MiB", "Mi"}, {"GiB", "Gi"}, {"TiB", "Ti"}, {"KB", "k"}, {"kB", "k"}, {"MB", "M"}, {"GB", "G"}, {"TB", "T"},
	} {
		if number, cut := strings.CutSuffix(text, u.spoken); cut {
			return number + u.written
		}
	}
	return text
}

// kindOf reads a kind as people write it.
func kindOf(cell string) string {
	for _, known := range []struct {
		kind  string
		words []string
	}{
		{"Deployment", []string{"deployment", "deploy", "deployments"}},
		{"StatefulSet", []string{"statefulset", "sts", "statefulsets"}},
		{"DaemonSet", []string{"daemonset", "ds", "daemonsets"}},
		{"ReplicaSet", []string{"replicaset", "rs"}},
		{"Job", []string{"job", "jobs"}},
		{"CronJob", []string{"cronjob", "cj", "cronjobs"}},
		{"Pod", []string{"pod", "po"}},
		{"Rollout", []string{"rollout", "rollouts"}},
	} {
		for _, word := range known.words {
			if strings.EqualFold(cell, word) {
				return known.kind
			}
		}
	}
	return "Other"
}
