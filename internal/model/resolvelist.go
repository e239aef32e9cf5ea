package model

import (
	"math"
	"slices"
)

// Examples: values that only give the user something to start from. They are marked as
// such wherever they are shown and are never called defaults.
const (
	exampleServices       = 60
	examplePodsPerService = 3
	examplePodCPU         = 250 // m
	examplePodMemory      = 512 // MiB
	exampleRPSPerPod      = 50
)

// workloads makes the list that everything below works on.
func (in *inputs) workloads(example Input) []Workload {
	q := in.scenario.Quick
	in.rpsPerPod = in.number("rps_per_pod", q.RPSPerPod, example, exampleRPSPerPod)
	if len(in.scenario.Workloads) > 0 {
		return in.overriddenList()
	}
	services := in.whole("services", q.Services, example, exampleServices)
	pods := in.whole("pods_per_service", q.PodsPerService, example, examplePodsPerService)
	cpu := in.whole("pod_cpu_m", q.PodCPUMillicores, example, examplePodCPU)
	memory := in.whole("pod_memory_mib", q.PodMemoryMiB, example, examplePodMemory)
	if services == 0 {
		return nil
	}
	return []Workload{{
		Namespace: "default", Name: "service", Kind: "Deployment",
		Services: services, Replicas: pods, PodCPUMillicores: cpu, PodMemoryMiB: memory,
	}}
}

// overriddenList applies the quick values that are given to every row of the list, and
// scales it to the number of services asked for.
func (in *inputs) overriddenList() []Workload {
	q := in.scenario.Quick
	list := slices.Clone(in.scenario.Workloads)
	for i := range list {
		w := &list[i]
		w.Services = max(w.Services, 1)
		if q.PodsPerService != nil && w.Kind != kindDaemonSet {
			w.Replicas = in.whole("pods_per_service", q.PodsPerService, Input{}, 0)
		}
		if q.PodCPUMillicores != nil {
			w.PodCPUMillicores = in.whole("pod_cpu_m", q.PodCPUMillicores, Input{}, 0)
		}
		if q.PodMemoryMiB != nil {
			w.PodMemoryMiB = in.whole("pod_memory_mib", q.PodMemoryMiB, Input{}, 0)
		}
		if q.RPSPerPod != nil {
			w.RPSPerPod = nil
		}
	}
	in.record = slices.CompactFunc(in.record, func(a, b Input) bool { return a.Name == b.Name })
	own := Input{Origin: OriginGiven}
	if target := in.whole("services", q.Services, own, float64(countServices(list))); q.Services != nil {
		list = scaleServices(list, target)
	}
	return list
}

// The kinds that are not services.
const (
	kindDaemonSet = "DaemonSet"
	kindJob       = "Job"
	kindCronJob   = "CronJob"
)

func isService(w Workload) bool {
	return w.Kind != kindDaemonSet && w.Kind != kindJob && w.Kind != kindCronJob
}

func countServices(list []Workload) int64 {
	var n int64
	for _, w := range list {
		if isService(w) {
			n += max(w.Services, 1)
		}
	}
	return n
}

// scaleServices repeats a list in order until it has the target number of services:
// whole copies first, the remainder from the top. Jobs are repeated with the whole
// copies, and at least once; DaemonSets run on every node and are never repeated.
func scaleServices(list []Workload, target int64) []Workload {
	have := countServices(list)
	if have == 0 {
		return list
	}
	copies, rest := target/have, target%have
	var scaled []Workload
	for _, w := range list {
		n := w.Services
		switch {
		case w.Kind == kindDaemonSet:
		case !isService(w):
			n *= max(copies, 1)
		default:
			extra := min(rest, n)
			rest -= extra
			n = n*copies + extra
		}
		if n > 0 {
			w.Services = n
			scaled = append(scaled, w)
		}
	}
	return scaled
}

// markMeshed decides for every row whether it is in the mesh. meshed_share is a share of
// the services whose row says nothing, taken from the top; a row may be split for it.
// DaemonSets and Jobs are meshed only where their row says so.
func markMeshed(in *inputs) {
	var open int64
	for _, w := range in.list {
		if w.InMesh == nil && isService(w) {
			open += w.Services
		}
	}
	left := int64(math.Round(in.meshedShare * float64(open)))
	list := make([]Workload, 0, len(in.list)+1)
	for _, w := range in.list {
		switch {
		case w.InMesh != nil:
			list = append(list, w)
		case !isService(w):
			list = append(list, withMesh(w, w.Services, false))
		default:
			meshed := min(left, w.Services)
			left -= meshed
			if meshed > 0 {
				list = append(list, withMesh(w, meshed, true))
			}
			if meshed < w.Services {
				list = append(list, withMesh(w, w.Services-meshed, false))
			}
		}
	}
	in.list = list
}

func withMesh(w Workload, services int64, meshed bool) Workload {
	w.Services, w.InMesh = services, &meshed
	return w
}

func (w Workload) meshed() bool { return w.InMesh != nil && *w.InMesh }

// pods of the row; a DaemonSet's run on every node and are counted there.
func (w Workload) pods() int64 {
	if w.Kind == kindDaemonSet {
		return 0
	}
	return w.Services * w.Replicas
}

func (in *inputs) rps(w Workload) float64 {
	if w.RPSPerPod != nil {
		return *w.RPSPerPod
	}
	return in.rpsPerPod
}
