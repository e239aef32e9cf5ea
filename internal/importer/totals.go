package importer

import (
	"slices"

	"meshplan/internal/model"
)

// Recount sums the rows up anew after a review has changed them, without those that it
// leaves out, and says again what is still missing.
func (r *Result) Recount(out func(row int) bool) {
	services := r.Totals.KubernetesServices
	var left []model.Workload
	for i, w := range r.Scenario.Workloads {
		if !out(i) {
			left = append(left, w)
		}
	}
	r.Totals = totalsOf(left)
	r.Totals.KubernetesServices = services
	r.Autoscaled = r.autoscaled(out)
	r.restate()
}

// restate says which containers count as zero and which workloads run no pod.
func (r *Result) restate() {
	stale := func(w model.Warning) bool { return w.ID == "without_requests" || w.ID == "zero_replicas" }
	rest := slices.DeleteFunc(slices.Clone(r.Warnings), stale)
	r.Warnings = nil
	var silent, zero []string
	for _, m := range r.Missing {
		if m.StandIn == MissingZero && !m.Init {
			name := nameIn(m.Namespace, m.Workload)
			if m.Container != "" {
				name += "/" + m.Container
			}
			silent = append(silent, name)
		}
	}
	for _, item := range r.Understood {
		if item.Replicas == 0 && item.Kind != "DaemonSet" {
			zero = append(zero, nameIn(item.Namespace, item.Name))
		}
	}
	if n := len(silent); n > 0 {
		r.Warnings = append(r.Warnings, model.Warning{
			ID: "without_requests", Field: "workloads",
			Message: counted(n, "container lacks a request and counts", "containers lack a request and count") + " as zero: " + joinSome(silent),
			Fix:     "Choose usage or a default for them, or give them requests",
		})
	}
	if n := len(zero); n > 0 {
		r.Warnings = append(r.Warnings, model.Warning{
			ID: "zero_replicas", Field: "replicas", Message: counted(n, "workload has", "workloads have") + " no replicas: " + joinSome(zero),
			Fix: "Set replicas for those that run at other times",
		})
	}
	r.Warnings = append(r.Warnings, rest...)
}

func nameIn(namespace, name string) string {
	if namespace == "" {
		return shorten(name)
	}
	return shorten(namespace + "/" + name)
}

func totalsOf(workloads []model.Workload) Totals {
	var t Totals
	namespaces := map[string]bool{}
	for _, w := range workloads {
		services := max(w.Services, 1)
		t.Workloads += services
		namespaces[w.Namespace] = true
		cpu, memory := max(w.PodCPUMillicores, w.InitCPUMillicores), max(w.PodMemoryMiB, w.InitMemoryMiB)
		if w.Kind == "DaemonSet" {
			t.DaemonSets += services
			t.DaemonSetCPUMillicores = addCapped(t.DaemonSetCPUMillicores, timesCapped(services, cpu))
			t.DaemonSetMemoryMiB = addCapped(t.DaemonSetMemoryMiB, timesCapped(services, memory))
			continue
		}
		if w.Kind != "Job" && w.Kind != "CronJob" {
			t.Services += services
		}
		pods := timesCapped(services, w.Replicas)
		t.Pods = addCapped(t.Pods, pods)
		t.CPUMillicores = addCapped(t.CPUMillicores, timesCapped(pods, cpu))
		t.MemoryMiB = addCapped(t.MemoryMiB, timesCapped(pods, memory))
	}
	t.Namespaces = int64(len(namespaces))
	return t
}

// Autoscaled is the range that HorizontalPodAutoscalers span: the whole application with
// each of their workloads at its least, and at its most replicas.
type Autoscaled struct {
	Workloads int64  `json:"workloads"` // that have an autoscaler
	Least     Totals `json:"least"`
	Most      Totals `json:"most"`
}

// autoscaled is the range of the rows' autoscalers, nil where there is none.
func (r *Result) autoscaled(out func(row int) bool) *Autoscaled {
	var n int64
	low, high := r.ReplicaRange()
	var least, most []model.Workload
	for i, item := range r.Understood {
		if out(i) {
			continue
		}
		if item.ReplicasMin != nil && item.ReplicasMax != nil {
			n++
		}
		least, most = append(least, low[i]), append(most, high[i])
	}
	if n == 0 {
		return nil
	}
	return &Autoscaled{n, totalsOf(least), totalsOf(most)}
}
