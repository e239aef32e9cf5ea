package importer

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"meshplan/internal/model"
)

// plainRow is a workload that the input gives as a row.
type plainRow struct {
	workload model.Workload
	at       where
	assumed  []string
	missing  []Missing
}

// checkRow holds a row to the bounds of a workload.
func checkRow(p plainRow) *model.FieldError {
	w := p.workload
	object := "workload " + quote(w.Name)
	if w.Name == "" {
		return refusal(p.at, "", "name", "", "required", "the row has no name", "Give every row a name")
	}
	for _, part := range []struct{ field, text string }{{"name", w.Name}, {"namespace", w.Namespace}} {
		if wrong := nameProblem(part.text); wrong != "" {
			return refusal(p.at, object, part.field, part.text, "name", wrong, "Use a name of at most 253 printable characters")
		}
	}
	if w.Kind != "" && kindOf(w.Kind) != w.Kind {
		return refusal(p.at, object, "kind", w.Kind, "one_of", quote(w.Kind)+" is not a kind of workload",
			"Use Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Pod, Rollout or Other")
	}
	for _, f := range []struct {
		name        string
		value, most int64
	}{
		{"services", w.Services, maxServices}, {"replicas", w.Replicas, maxReplicas}, {"max_per_node", w.MaxPerNode, maxPerNode},
		{"pod_cpu_m", w.PodCPUMillicores, maxPodCPUMillicores}, {"pod_memory_mib", w.PodMemoryMiB, maxPodMemoryMiB},
		{"replicas_min", w.ReplicasMin, maxReplicas}, {"replicas_max", w.ReplicasMax, maxReplicas},
		{"init_cpu_m", w.InitCPUMillicores, maxPodCPUMillicores}, {"init_memory_mib", w.InitMemoryMiB, maxPodMemoryMiB},
	} {
		if f.value < 0 || f.value > f.most {
			given, most := strconv.FormatInt(f.value, 10), strconv.FormatInt(f.most, 10)
			return refusal(p.at, object, f.name, given, "range", f.name+" is "+given, "Give a whole number from 0 to "+most)
		}
	}
	if w.ReplicasMin > w.ReplicasMax {
		return refusal(p.at, object, "replicas_min", strconv.FormatInt(w.ReplicasMin, 10), "conflict",
			"replicas_min is above replicas_max, which is "+strconv.FormatInt(w.ReplicasMax, 10), "Give replicas_max as at least replicas_min, or leave both out")
	}
	for _, f := range []struct {
		name    string
		entries []string
		most    int
	}{{"architectures", w.Architectures, maxArchitectures}, {"node_types", w.NodeTypes, maxNodeTypes}, {"tolerates", w.Tolerates, maxTolerations}} {
		if err := checkEntries(f.name, f.entries, f.most); err != nil {
			return refusal(p.at, object, f.name, err.Value, err.Rule, err.Message, err.Fix)
		}
	}
	if r := w.RPSPerPod; r != nil && (math.IsNaN(*r) || *r < 0 || *r > maxRPSPerPod) {
		return refusal(p.at, object, "rps_per_pod", strconv.FormatFloat(*r, 'g', -1, 64), "range", "rps_per_pod is out of range", "Give a number from 0 to 1000000")
	}
	return nil
}

// checkEntries holds a list of a row to its bounds.
func checkEntries(name string, entries []string, most int) *model.FieldError {
	if len(entries) > most {
		return &model.FieldError{
			Value: strconv.Itoa(len(entries)) + " entries", Rule: "length",
			Message: name + " has more than " + strconv.Itoa(most) + " entries", Fix: "List fewer",
		}
	}
	for _, entry := range entries {
		switch {
		case name == "architectures" && !slices.Contains(architectures, entry):
			return cellError(entry, "one_of", "is not an architecture", "Use "+strings.Join(architectures, " or "))
		case !isEntry(entry):
			return cellError(entry, "format", "cannot stand in "+name, "Give each entry in at most 253 printable characters without space, comma or semicolon")
		}
	}
	return nil
}

// isEntry reports whether a text can stand in a list of a row.
func isEntry(text string) bool {
	return text != "" && nameProblem(text) == "" && strings.IndexFunc(text, partsEntries) < 0
}

// partsEntries are the characters between the entries of a list in a cell.
func partsEntries(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }
