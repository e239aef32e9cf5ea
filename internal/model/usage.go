package model

import "meshplan/internal/facts"

// use is modelled consumption, beside what is requested.
type use struct {
	cpuMillicores float64
	memoryMiB     float64
}

// exampleClustersPerService is a service with one port, and every fifth with a second.
const exampleClustersPerService = 1.2

// proxyMemoryUse models the memory of one sidecar in MiB,
//
//	agent + Envoy base + (clusters × KB per cluster + endpoints × KB per endpoint) × slack
//
// where a proxy that is not scoped knows every service of the mesh (fact
// scoping_default_behaviour). Requests a second do not enter: in Istio's own model
// configuration drives memory, traffic does not. A preset about use takes the low ends of
// agent and base when it measured a small mesh, and its published figure is a floor.
func (in *inputs) proxyMemoryUse() float64 {
	floor := in.assumed("proxy_memory_base_mb", factValue)
	agent, base := in.assumedEnd("pilot_agent_mb"), in.assumedEnd("envoy_base_mb")
	perCluster := in.assumed("envoy_kb_per_cluster", factValue)
	perEndpoint := in.assumed("envoy_kb_per_endpoint", factValue)
	slack := in.assumed("heap_slack", factValue)
	services, endpoints := in.visible()
	perService := in.number("clusters_per_service", in.scenario.Mesh.ClustersPerService, Input{Origin: OriginExample}, exampleClustersPerService)
	const kbPerMB = 1000
	config := (services*perService*perCluster + endpoints*perEndpoint) / kbPerMB * slack
	return max(floor, agent+base+config) * bytesPerMB / bytesPerMiB
}

// assumedEnd is an assumption's typical figure, or its low end for the preset that
// measured a small, isolated mesh: 25 MB of agent and 35 MB of Envoy are its 60 MB.
func (in *inputs) assumedEnd(name string) float64 {
	if in.preset.ID != presetMeasured {
		return in.assumed(name, factValue)
	}
	return in.assumed(name, facts.Fact.Lowest)
}

const presetMeasured = "istio-measured-1.24"

// visible is how many services and endpoints each proxy knows.
func (in *inputs) visible() (services, endpoints float64) {
	var all, pods int64
	for _, w := range in.list {
		if isService(w) {
			all += w.Services
			pods += w.pods()
		}
	}
	known := all
	from := Input{Origin: OriginNeutral}
	if value(in.scenario.Mesh.ConfigScoped, false) && all > 0 {
		known = (all + int64(in.namespaceCount()) - 1) / int64(in.namespaceCount())
	}
	services = float64(in.whole("visible_services", in.scenario.Mesh.VisibleServices, from, float64(known)))
	if all == 0 {
		return services, 0
	}
	return services, services * float64(pods) / float64(all)
}

func (in *inputs) namespaceCount() int {
	seen := map[string]bool{}
	for _, w := range in.list {
		seen[w.Namespace] = true
	}
	return max(len(seen), 1)
}

// istiodUse models one replica of istiod,
//
//	memory = base + proxies × MB per proxy ÷ replicas + services × MiB per service
//	CPU    = proxies ÷ 1000 × cores per 1000 proxies ÷ replicas
//
// since every replica holds all configuration and serves its share of the proxies.
func (in *inputs) istiodUse() use {
	base := in.assumed("istiod_memory_base_gib", factValue) * 1024
	perProxy := in.assumed("istiod_mb_per_proxy", factValue) * bytesPerMB / bytesPerMiB
	perService := in.assumed("istiod_mib_per_service", factValue)
	cores := in.assumed("istiod_cores_per_1000_proxies", factValue)
	var proxies, services float64
	for _, w := range in.list {
		if w.meshed() {
			proxies += float64(w.pods())
		}
		if isService(w) {
			services += float64(w.Services)
		}
	}
	share := proxies / float64(max(in.mesh.istiodReplicas, 1))
	return use{cpuMillicores: share * cores, memoryMiB: base + share*perProxy + services*perService}
}

// Use is what a component is modelled to use beside what it requests. Holds is the
// request that would hold, in steps of 10m and 16 MiB.
type Use struct {
	Part               string   `json:"part"`
	Title              string   `json:"title"`
	Patterns           []string `json:"patterns"`
	CPURequestedM      int64    `json:"cpu_requested_m"`
	MemoryRequestedMiB int64    `json:"memory_requested_mib"`
	CPUUseM            float64  `json:"cpu_use_m"`
	MemoryUseMiB       float64  `json:"memory_use_mib"`
	CPUHoldsM          int64    `json:"cpu_holds_m"`
	MemoryHoldsMiB     int64    `json:"memory_holds_mib"`
	Formula            string   `json:"formula"`
}

func newUse(part, title, formula string, request container, u use, patterns ...string) Use {
	return Use{
		Part: part, Title: title, Patterns: patterns, Formula: formula,
		CPURequestedM: request.CPUMillicores, MemoryRequestedMiB: request.MemoryMiB,
		CPUUseM: u.cpuMillicores, MemoryUseMiB: u.memoryMiB,
		CPUHoldsM: roundUp(u.cpuMillicores, stepCPUMillicores), MemoryHoldsMiB: roundUp(u.memoryMiB, stepMemoryMiB),
	}
}

// uses models every component of which the registry has a figure. The sidecar's is that
// of the busiest meshed pod; ztunnel's and waypoints' share the traffic evenly.
func (in *inputs) uses(results []Result) []Use {
	m := &in.mesh
	busiest, total, meshedPods := in.traffic()
	list := []Use{
		newUse("proxy", "sidecar of the busiest pod", "CPU = requests/s × vCPU per 1000 requests/s; memory = agent + base + (clusters + endpoints) × slack",
			m.sidecar(busiest), use{busiest * m.vcpuPer1000RPS, m.proxyMemoryMiB}, PatternSidecar),
		newUse("linkerd_proxy", "Linkerd proxy of the busiest pod", "CPU = requests/s × vCPU per 1000 requests/s (derived)",
			m.linkerdProxy, use{busiest * m.linkerdVCPUPer1000RPS, m.linkerdMemoryUseMiB}, PatternLinkerd),
		newUse("istiod", "each istiod", "memory = base + proxies × MB ÷ replicas + services × MiB; CPU = proxies ÷ 1000 × cores ÷ replicas",
			m.istiod, m.istiodUse, PatternSidecar),
	}
	if nodes := nodesOf(results, PatternAmbient); nodes > 0 {
		const hops = 2 // client's and server's ztunnel each handle a request
		list = append(list, newUse("ztunnel", "each ztunnel", "CPU = 2 × requests/s ÷ nodes × vCPU per 1000 requests/s; memory = base + pods × 3 KB",
			m.ztunnel, use{hops * total / float64(nodes) * m.ztunnelVCPUPer1000RPS, m.ztunnelMemoryMiB + meshedPods*m.ztunnelKBPerPod*1000/bytesPerMiB},
			PatternAmbient, PatternAmbientL7))
	}
	if pods := m.l7Namespaces * m.waypointReplicas; pods > 0 {
		list = append(list, newUse("waypoint", "each waypoint", "CPU = requests/s ÷ waypoints × vCPU per 1000 requests/s",
			m.waypoint, use{total / float64(pods) * m.waypointVCPUPer1000RPS, m.waypointMemoryMiB}, PatternAmbientL7))
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

// traffic is the rate through the busiest meshed pod, through all of them, and how many
// meshed pods there are.
func (in *inputs) traffic() (busiest, total, pods float64) {
	for _, w := range in.list {
		if !w.meshed() || w.pods() == 0 {
			continue
		}
		busiest = max(busiest, in.rps(w))
		total += in.rps(w) * float64(w.pods())
		pods += float64(w.pods())
	}
	return busiest, total, pods
}
