package advice

import (
	"fmt"
	"math"
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// judgeMemory compares what is requested, and what proxies use beyond it, with what the
// nodes have, and the growth with the field report's 40 %.
func judgeMemory(h *situation) (string, string, []Measure) {
	all, largest := h.allocatableMemory()
	excess := 0.0
	if u, known := h.proxyUse(); known {
		count, _ := h.part("proxy")
		excess = max(u.MemoryUseMiB-float64(u.MemoryRequestedMiB), 0) * float64(count)
	}
	need := float64(h.result.MemoryRequestedMiB) + excess
	measures := []Measure{
		{"memory requested", float64(h.result.MemoryRequestedMiB), "MiB"}, {"use of proxies beyond requests", math.Round(excess), "MiB"},
		{"allocatable", float64(all), "MiB"}, {"allocatable after the loss of the largest node", float64(all - largest), "MiB"},
	}
	expected := facts.Must("report_pod_overhead_share").Highest()
	growth := 0.0
	if h.result.MemoryGrowth != nil {
		growth = (*h.result.MemoryGrowth - 1) * 100
		measures = append(measures, Measure{"growth of memory requests", math.Round(growth*10) / 10, "%"})
	}
	switch {
	case need > float64(all):
		return exposedYes, fmt.Sprintf("requests and the use of proxies beyond them come to %.0f MiB on %d MiB", need, all), measures
	case growth >= expected:
		return exposedYes, fmt.Sprintf("requested memory grows by %.0f %%, the field report's %.0f %% or more", growth, expected), measures
	case need > float64(all-largest):
		return exposedYes, fmt.Sprintf("after the loss of one node %d MiB are left for %.0f MiB", all-largest, need), measures
	}
	return exposedNo, fmt.Sprintf("requests and the use of proxies come to %.0f of %d MiB, and still fit after the loss of a node", need, all), measures
}

func judgeControlPlane(h *situation) (string, string, []Measure) {
	id, name := "istiod", "istiod"
	if h.pattern == model.PatternLinkerd {
		id, name = "linkerd_destination", "linkerd-destination"
	}
	replicas, _ := h.part(id)
	measures := []Measure{{"replicas of " + name, float64(replicas), "pods"}, {"pods that depend on it", float64(h.plan.Application.MeshedPods), "pods"}}
	switch replicas {
	case 0:
		return exposedUnknown, "the plan has no " + name + " in this cluster", measures
	case 1:
		return exposedYes, fmt.Sprintf("one %s serves %d meshed pods: while it is away they keep their last configuration, and new pods get none",
			name, h.plan.Application.MeshedPods), measures
	}
	return exposedNo, fmt.Sprintf("%d replicas of %s serve %d meshed pods; a network policy or an expired certificate still cuts off all", replicas, name, h.plan.Application.MeshedPods), measures
}

func judgeCertificates(h *situation) (string, string, []Measure) {
	holders, _ := h.part("proxy")
	what := "proxies"
	if h.pattern == model.PatternAmbient || h.pattern == model.PatternAmbientL7 {
		holders, what = h.plan.Application.MeshedPods, "identities held by node proxies"
	}
	if holders == 0 {
		return exposedNo, "no pod is in the mesh", []Measure{}
	}
	return exposedYes, fmt.Sprintf("%d %s renew their certificates at the control plane; an alert is the only warning", holders, what),
		[]Measure{{"certificates to renew", float64(holders), what}}
}

// judgeSync compares istiod's modelled use with its request, and the number of services
// with where one site found its proxies hungry.
func judgeSync(h *situation) (string, string, []Measure) {
	u, known := h.use("istiod")
	if !known {
		return exposedUnknown, "istiod is not modelled", []Measure{}
	}
	measures := []Measure{
		{"istiod CPU, modelled", math.Round(u.CPUUseM), "m"}, {"istiod CPU request", float64(u.CPURequestedM), "m"},
		{"istiod memory, modelled", math.Round(u.MemoryUseMiB), "MiB"}, {"istiod memory request", float64(u.MemoryRequestedMiB), "MiB"},
		{"services each proxy knows", h.number("visible_services"), "services"},
	}
	many := facts.Must("blog_1500_services").Lowest()
	switch {
	case u.CPUUseM > float64(u.CPURequestedM), u.MemoryUseMiB > float64(u.MemoryRequestedMiB):
		return exposedYes, fmt.Sprintf("each istiod is modelled to use %.0fm and %.0f MiB, its request is %dm and %d MiB", u.CPUUseM, u.MemoryUseMiB, u.CPURequestedM, u.MemoryRequestedMiB), measures
	case h.number("visible_services") >= many:
		return exposedYes, fmt.Sprintf("each proxy knows %.0f services; from %.0f on one site found them hungry", h.number("visible_services"), many), measures
	}
	return exposedNo, fmt.Sprintf("each istiod is modelled to use %.0fm of %dm and %.0f of %d MiB", u.CPUUseM, u.CPURequestedM, u.MemoryUseMiB, u.MemoryRequestedMiB), measures
}

// judgeThrottled asks at which rate the busiest proxy meets its CPU limit.
func judgeThrottled(h *situation) (string, string, []Measure) {
	u, known := h.proxyUse()
	limit, rate := h.number("proxy_cpu_limit_m"), h.number("proxy_vcpu_per_1000rps")
	if h.pattern == model.PatternLinkerd {
		limit, rate = 0, h.number("linkerd_proxy_vcpu_per_1000rps")
	}
	switch {
	case !known || rate == 0:
		return exposedUnknown, "no figure for the CPU of a proxy", []Measure{}
	case limit == 0:
		return exposedNo, fmt.Sprintf("proxies have no CPU limit; the busiest is modelled to use %.0fm", u.CPUUseM), []Measure{{"busiest proxy, modelled", math.Round(u.CPUUseM), "m"}}
	}
	measures := []Measure{
		{"busiest proxy, modelled", math.Round(u.CPUUseM), "m"}, {"limit", limit, "m"}, {"rate at which the limit binds", math.Round(limit / rate), "requests/s"},
	}
	if u.CPUUseM > limit {
		return exposedYes, fmt.Sprintf("the busiest proxy is modelled to use %.0fm and may have %.0fm, which is enough for %.0f requests/s", u.CPUUseM, limit, limit/rate), measures
	}
	return exposedNo, fmt.Sprintf("the limit of %.0fm is enough for %.0f requests/s; the busiest proxy is modelled to use %.0fm", limit, limit/rate, u.CPUUseM), measures
}

func judgeOutOfMemory(h *situation) (string, string, []Measure) {
	u, known := h.proxyUse()
	if !known {
		return exposedUnknown, "no figure for the memory of a proxy", []Measure{}
	}
	limit := h.number("proxy_memory_limit_mib")
	if h.pattern == model.PatternLinkerd {
		limit = facts.Must("linkerd_proxy_lim_ha_mem").Value()
	}
	measures := []Measure{{"proxy, modelled", math.Round(u.MemoryUseMiB), "MiB"}, {"request", float64(u.MemoryRequestedMiB), "MiB"}, {"limit", limit, "MiB"}}
	switch {
	case limit > 0 && u.MemoryUseMiB > limit:
		return exposedYes, fmt.Sprintf("a proxy is modelled to use %.0f MiB and is killed at %.0f", u.MemoryUseMiB, limit), measures
	case u.MemoryUseMiB > float64(u.MemoryRequestedMiB):
		return exposedYes, fmt.Sprintf("a proxy is modelled to use %.0f MiB on a request of %d: it is among the first to go when the node runs out", u.MemoryUseMiB, u.MemoryRequestedMiB), measures
	}
	return exposedNo, fmt.Sprintf("a proxy is modelled to use %.0f of %d MiB requested", u.MemoryUseMiB, u.MemoryRequestedMiB), measures
}

// judgeGateway says what the gateways hold; how much traffic enters is not an input.
func judgeGateway(h *situation) (string, string, []Measure) {
	replicas, _ := h.part("ingress_gateway")
	if replicas == 0 {
		return exposedNo, "the plan has no ingress gateway", []Measure{}
	}
	limit, most := facts.Must("gateway_lim_cpu").Value(), facts.Must("gateway_hpa_max").Value()
	rate := facts.Must("sidecar_cpu_per_1000rps_1_24").Value() // a gateway is the same proxy
	each := limit / rate
	measures := []Measure{
		{"replicas", float64(replicas), "pods"}, {"requests/s of all replicas at their CPU limit", each * float64(replicas), "requests/s"},
		{"requests/s at the autoscaler's maximum", each * max(most, float64(replicas)), "requests/s"},
	}
	if replicas == 1 {
		return exposedYes, fmt.Sprintf("one gateway carries all traffic that enters, up to about %.0f requests/s at its limit of %.0fm; its loss is an outage", each, limit), measures
	}
	return exposedUnknown, fmt.Sprintf("%d gateways hold about %.0f requests/s at their limit of %.0fm; compare that with what enters at the peak", replicas, each*float64(replicas), limit), measures
}

func judgeNodeProxy(h *situation) (string, string, []Measure) {
	u, known := h.use("ztunnel")
	nodes, _ := h.part("ztunnel")
	if !known || nodes == 0 {
		return exposedUnknown, "no figure for the node proxy", []Measure{}
	}
	podsPerNode := float64(h.plan.Application.MeshedPods) / float64(nodes)
	measures := []Measure{
		{"ztunnel CPU, modelled", math.Round(u.CPUUseM), "m"}, {"ztunnel CPU request", float64(u.CPURequestedM), "m"},
		{"meshed pods that one ztunnel carries", math.Round(podsPerNode*10) / 10, "pods"},
	}
	switch {
	case u.CPUUseM > float64(u.CPURequestedM), u.MemoryUseMiB > float64(u.MemoryRequestedMiB):
		return exposedYes, fmt.Sprintf("each ztunnel is modelled to use %.0fm and %.0f MiB, its request is %dm and %d MiB; it carries %.1f pods",
			u.CPUUseM, u.MemoryUseMiB, u.CPURequestedM, u.MemoryRequestedMiB, podsPerNode), measures
	case strings.HasPrefix(strings.TrimPrefix(text(h.scenario.Mesh.IstioVersion), "v"), "1.27.0"):
		return exposedYes, "steady memory growth of ztunnel was reported for Istio 1.27.0", measures
	}
	return exposedNo, fmt.Sprintf("each ztunnel is modelled to use %.0fm of %dm and carries %.1f pods, which fail with it", u.CPUUseM, u.CPURequestedM, podsPerNode), measures
}

func judgeWaypoint(h *situation) (string, string, []Measure) {
	u, known := h.use("waypoint")
	count, _ := h.part("waypoint")
	if !known || count == 0 {
		return exposedNo, "no namespace has a waypoint", []Measure{}
	}
	limit := facts.Must("waypoint_lim_cpu").Value()
	measures := []Measure{{"waypoint CPU, modelled", math.Round(u.CPUUseM), "m"}, {"request", float64(u.CPURequestedM), "m"}, {"limit", limit, "m"}, {"replicas of each", h.number("waypoint_replicas"), "pods"}}
	switch {
	case u.CPUUseM > limit:
		return exposedYes, fmt.Sprintf("a waypoint is modelled to use %.0fm and may have %.0fm", u.CPUUseM, limit), measures
	case h.number("waypoint_replicas") <= 1:
		return exposedYes, fmt.Sprintf("each namespace has one waypoint, modelled to use %.0fm: its loss stops the namespace", u.CPUUseM), measures
	}
	return exposedNo, fmt.Sprintf("a waypoint is modelled to use %.0fm of %.0fm, and each namespace has %.0f", u.CPUUseM, limit, h.number("waypoint_replicas")), measures
}

// judgeStart says what a pod's start gains, in the range that sources give.
func judgeStart(h *situation) (string, string, []Measure) {
	slow, planning := facts.Must("report_pod_start"), facts.Must("start_added_planning")
	count, _ := h.part("proxy")
	measures := []Measure{
		{"added to a start, planning figure", planning.Value(), "s"}, {"under a stressed control plane, from", slow.Lowest(), "s"}, {"to", slow.Highest(), "s"},
	}
	if count == 0 {
		return exposedNo, "no pod has a proxy", measures
	}
	return exposedYes, fmt.Sprintf("each of %d pods starts about %.0f s later, and %.0f to %.0f s when the control plane is under stress", count, planning.Value(), slow.Lowest(), slow.Highest()), measures
}

func judgeEtcd(h *situation) (string, string, []Measure) {
	low, high := facts.Must("apiserver_load_1000svc_mem").Lowest(), facts.Must("apiserver_load_1000svc_mem").Highest()
	return exposedYes, fmt.Sprintf("%d meshed pods take their configuration from the API server through the control plane; at 20,000 sidecars the API server of one test used %.1f to %.1f GB",
		h.plan.Application.MeshedPods, low, high), []Measure{{"meshed pods", float64(h.plan.Application.MeshedPods), "pods"}}
}
