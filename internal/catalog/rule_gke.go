package catalog

import "math"

// gke is the rule of GKE Standard: CPU and memory by tiers, and more CPU on nodes that
// take more pods than the default.
func gke(f figures) rule {
	cpu := cpuTiers(f, "gke_reserved_cpu")
	morePods := f("gke_reserved_cpu_many_pods")
	percent := func(part string) float64 { return f("gke_reserved_mem"+part) / 100 }
	const gib = 1024 // MiB
	memory := []tier{
		{4 * gib, percent("_first4")},
		{4 * gib, percent("_next4")},
		{8 * gib, percent("_next8")},
		{112 * gib, percent("_next112")},
		{math.Inf(1), percent("_rest")},
	}
	tiny := f("gke_reserved_mem_tiny")
	eviction := f("gke_eviction")
	defaultPods := int64(f("gke_maxpods"))

	return rule{
		id: "gke",
		allocatable: func(m Machine, _ string, maxPods *int64) Allocatable {
			pods := slots(maxPods, defaultPods)
			reservedCPU := reserve(cpu, float64(m.VCPU*1000))
			if pods > defaultPods {
				reservedCPU += morePods
			}
			reservedMiB := tiny
			if m.MemoryMiB > gib {
				reservedMiB = reserve(memory, float64(m.MemoryMiB))
			}
			return subtract(m, reservedCPU, reservedMiB, eviction, pods)
		},
	}
}
