package importer

import "meshplan/internal/model"

// Recount sums the rows up anew, after a review has changed them.
func (r *Result) Recount() {
	services := r.Totals.KubernetesServices
	r.Totals = totalsOf(r.Scenario.Workloads)
	r.Totals.KubernetesServices = services
	r.Autoscaled = r.autoscaled()
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
func (r *Result) autoscaled() *Autoscaled {
	var n int64
	for _, item := range r.Understood {
		if item.ReplicasMin != nil && item.ReplicasMax != nil {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	low, high := r.ReplicaRange()
	return &Autoscaled{n, totalsOf(low), totalsOf(high)}
}
