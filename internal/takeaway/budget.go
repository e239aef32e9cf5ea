package takeaway

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"meshplan/internal/model"
)

// mostBudgets are written; a cluster with more is better served by a policy.
const mostBudgets = 200

// budgets suggests a PodDisruptionBudget for every meshed workload with a spare replica.
func (w *writer) budgets() {
	var documents []any
	left := 0
	for _, row := range w.Workloads {
		if !*row.InMesh || row.Replicas < 2 || row.Kind == "DaemonSet" || row.Kind == "Job" || row.Kind == "CronJob" {
			continue
		}
		if !objectName.MatchString(row.Name) || len(documents) == mostBudgets {
			left++
			continue
		}
		namespace := row.Namespace
		if !objectName.MatchString(namespace) {
			namespace = ""
		}
		documents = append(documents, resource("policy/v1", "PodDisruptionBudget", row.Name, namespace, object{
			"maxUnavailable": 1, "selector": object{"matchLabels": object{"app": row.Name}},
		}))
	}
	if len(documents) == 0 {
		return
	}
	comment := []string{"One pod of a workload may be away at a time. The selector takes the label app to be the workload's name: check it."}
	if left > 0 {
		comment = append(comment, fmt.Sprintf("Not written for %d more: names that Kubernetes would refuse, or more than %d workloads.", left, mostBudgets))
	}
	w.yaml("pod-disruption-budgets.yaml", "Disruption budgets, since every wave restarts pods", comment, documents...)
}

// sum is what a namespace requests in the mesh.
type sum struct{ cpu, memory, pods int64 }

// quotas suggests a ResourceQuota for each namespace: its requests in the mesh, with the
// surge of a rolling restart.
func (w *writer) quotas() {
	proxy := w.largestProxy()
	surge := 0.0
	if input, known := w.Plan.Input("max_surge"); known {
		if v, err := strconv.ParseFloat(input.Value, 64); err == nil {
			surge = v
		}
	}
	sums := map[string]sum{}
	for _, row := range w.Workloads {
		if !objectName.MatchString(row.Namespace) || row.Kind == "DaemonSet" {
			continue
		}
		pods := (row.Replicas + int64(math.Ceil(float64(row.Replicas)*surge-1e-9))) * row.Services
		s := sums[row.Namespace]
		s.cpu += pods * max(row.PodCPUMillicores, row.InitCPUMillicores)
		s.memory += pods * max(row.PodMemoryMiB, row.InitMemoryMiB)
		s.pods += pods
		if *row.InMesh {
			s.cpu, s.memory = s.cpu+pods*proxy.CPUMillicores, s.memory+pods*proxy.MemoryMiB
		}
		sums[row.Namespace] = s
	}
	var documents []any
	for _, namespace := range slices.Sorted(maps.Keys(sums)) {
		if s := sums[namespace]; s.pods > 0 && len(documents) < mostBudgets {
			documents = append(documents, resource("v1", "ResourceQuota", "mesh", namespace, object{
				"hard": object{"requests.cpu": cpu(s.cpu), "requests.memory": memory(s.memory), "pods": strconv.FormatInt(s.pods, 10)},
			}))
		}
	}
	if len(documents) == 0 {
		return
	}
	comment := []string{fmt.Sprintf("Requests of the application, with %.0f %% more pods for a rolling restart; no proxies run in the pods.", surge*100)}
	if proxy.CPUMillicores > 0 || proxy.MemoryMiB > 0 {
		comment = []string{
			fmt.Sprintf("Requests in the mesh with proxies of %dm and %d MiB, and %.0f %% more pods for a rolling restart.", proxy.CPUMillicores, proxy.MemoryMiB, surge*100),
			"A quota that was right before the mesh blocks the restart of pods with a proxy: raise it before the wave.",
		}
	}
	w.yaml("resource-quotas.yaml", "Quotas of the namespaces", comment, documents...)
}

// largestProxy is the largest request of a proxy in a pod.
func (w *writer) largestProxy() model.Part {
	var largest model.Part
	for _, p := range w.result.Parts {
		if p.Scope == "pod" {
			largest.CPUMillicores, largest.MemoryMiB = max(largest.CPUMillicores, p.CPUMillicores), max(largest.MemoryMiB, p.MemoryMiB)
		}
	}
	return largest
}
