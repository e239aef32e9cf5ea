package model

import "math"

// Use is what a component is modelled to use beside what it requests. Holds is the
// request that would hold the typical use, in steps of 10m and 16 MiB.
type Use struct {
	Part               string   `json:"part"`
	Title              string   `json:"title"`
	Patterns           []string `json:"patterns"`
	CPURequestedM      int64    `json:"cpu_requested_m"`
	MemoryRequestedMiB int64    `json:"memory_requested_mib"`
	CPUUseM            float64  `json:"cpu_use_m"`
	CPUUseLowM         float64  `json:"cpu_use_low_m"`
	CPUUseHighM        float64  `json:"cpu_use_high_m"`
	MemoryUseMiB       float64  `json:"memory_use_mib"`
	MemoryUseLowMiB    float64  `json:"memory_use_low_mib"`
	MemoryUseHighMiB   float64  `json:"memory_use_high_mib"`
	CPUHoldsM          int64    `json:"cpu_holds_m"`
	MemoryHoldsMiB     int64    `json:"memory_holds_mib"`
	Formula            string   `json:"formula"`
}

func newUse(part, title, formula string, request container, u use, patterns ...string) Use {
	const thousandths = 1000
	cpu, memory := u.cpuMillicores.rounded(thousandths), u.memoryMiB.rounded(thousandths)
	return Use{
		Part: part, Title: title, Patterns: patterns, Formula: formula,
		CPURequestedM: request.CPUMillicores, MemoryRequestedMiB: request.MemoryMiB,
		CPUUseM: cpu.Typical, CPUUseLowM: cpu.Low, CPUUseHighM: cpu.High,
		MemoryUseMiB: memory.Typical, MemoryUseLowMiB: memory.Low, MemoryUseHighMiB: memory.High,
		CPUHoldsM: roundUp(cpu.Typical, stepCPUMillicores), MemoryHoldsMiB: roundUp(memory.Typical, stepMemoryMiB),
	}
}

// uses models every component of which the registry has a figure. The sidecar's is that
// of the busiest meshed pod; ztunnels and waypoints share the traffic evenly.
//
// A request through a pod is one that its proxy handles, received or sent. So each is
// handled by one sidecar or one ztunnel, and a call between two pods counts twice.
func (in *inputs) uses(results []Result) []Use {
	m := &in.mesh
	busiest, handled := in.busiest(), in.handledPerSecond()
	list := []Use{
		newUse("proxy", "sidecar of the busiest pod", "CPU = requests/s × vCPU per 1000 requests/s; memory = agent + base + (clusters + endpoints) × slack",
			m.sidecar(busiest), use{m.vcpuPer1000RPS.times(busiest), m.proxyMemoryMiB}, PatternSidecar),
		newUse("linkerd_proxy", "Linkerd proxy of the busiest pod", "CPU = requests/s × vCPU per 1000 requests/s (derived)",
			m.linkerdProxy, use{m.linkerdVCPUPer1000RPS.times(busiest), m.linkerdMemoryUseMiB}, PatternLinkerd),
		newUse("istiod", "each istiod", "memory = base + proxies × MB ÷ replicas + services × MiB; CPU = proxies ÷ 1000 × cores ÷ replicas",
			m.istiod, m.istiodUse, PatternSidecar),
	}
	if nodes := nodesOf(results, PatternAmbient); nodes > 0 {
		known := in.allPods() * m.ztunnelKBPerPod * 1000 / bytesPerMiB
		list = append(list, newUse("ztunnel", "each ztunnel", "CPU = requests/s through all pods ÷ nodes × vCPU per 1000 requests/s; memory = base + pods of the cluster × 3 KB",
			m.ztunnel, use{m.ztunnelVCPUPer1000RPS.times(handled / float64(nodes)), m.ztunnelMemoryMiB.with(exactly(known))},
			PatternAmbient, PatternAmbientL7))
	}
	if pods := m.l7Namespaces * m.waypointReplicas; pods > 0 {
		list = append(list, newUse("waypoint", "each waypoint", "CPU = calls/s to namespaces with waypoints ÷ waypoints × vCPU per 1000 requests/s",
			m.waypoint, use{m.waypointVCPUPer1000RPS.times(in.callsPerSecond() * in.l7Share() / float64(pods)), m.waypointMemoryMiB}, PatternAmbientL7))
	}
	return list
}

func nodesOf(results []Result, pattern string) int64 {
	for _, r := range results {
		if r.Pattern == pattern {
			return r.Nodes
		}
	}
	return 0
}

// busiest is the highest rate through a meshed pod.
func (in *inputs) busiest() float64 {
	busiest := 0.0
	for _, w := range in.list {
		if w.meshed() && w.pods() > 0 {
			busiest = max(busiest, in.rps(w))
		}
	}
	return busiest
}

// handledPerSecond is what all meshed pods receive and send together.
func (in *inputs) handledPerSecond() float64 {
	total := 0.0
	for _, w := range in.list {
		if w.meshed() {
			total += in.rps(w) * float64(w.pods())
		}
	}
	return total
}

// callsPerSecond counts each call between meshed pods once: one pod sends it, another
// receives it.
func (in *inputs) callsPerSecond() float64 { return in.handledPerSecond() / 2 }

// l7Share is the share of meshed namespaces, and so of calls, behind waypoints.
func (in *inputs) l7Share() float64 {
	all := in.meshedNamespaces()
	if all == 0 {
		return 0
	}
	return math.Min(float64(in.mesh.l7Namespaces)/float64(all), 1)
}

func (in *inputs) allPods() float64 {
	pods := 0.0
	for _, w := range in.list {
		pods += float64(w.pods())
	}
	return pods
}

// meshedPods and meshedServices count what has a proxy, or a ztunnel that knows it.
func (in *inputs) meshedPods() (pods, services float64) {
	for _, w := range in.list {
		if w.meshed() && isService(w) {
			pods += float64(w.pods())
			services += float64(w.Services)
		}
	}
	return pods, services
}
