package model

import (
	"math"

	"meshplan/internal/facts"
)

// meshFigures are the requests and use of every mesh component, decided.
type meshFigures struct {
	modelled         bool      // the preset is about use: proxies request what they are modelled to use
	proxy            container // request of a sidecar, or floor of nothing when modelled
	proxyGiven       [2]bool   // the user gave CPU, memory
	proxyLimit       container // 0 = none
	vcpuPer1000RPS   Estimate
	proxyMemoryMiB   Estimate // modelled use
	istiodUse        use
	istiodReplicas   int64
	istiod           container
	gateways         int64
	gateway          container
	l7Namespaces     int64
	waypointReplicas int64
	waypoint         container
	ztunnel, cni     container

	linkerdProxy                                         container
	linkerdVCPUPer1000RPS, linkerdMemoryUseMiB           Estimate
	ztunnelVCPUPer1000RPS, ztunnelMemoryMiB              Estimate
	ztunnelKBPerPod                                      float64
	waypointVCPUPer1000RPS, waypointMemoryMiB            Estimate
	linkerdReplicas                                      int64
	linkerdDestination, linkerdIdentity, linkerdInjector container
}

// Requests that come out of modelled use are rounded up to these steps.
const (
	stepCPUMillicores = 10
	stepMemoryMiB     = 16
)

func roundUp(v float64, step int64) int64 {
	return int64(math.Ceil(v/float64(step)-1e-9)) * step
}

// sidecar is the request of an Istio sidecar through which rps requests a second pass.
func (m *meshFigures) sidecar(rps float64) container {
	c := m.proxy
	if !m.modelled {
		return c
	}
	if !m.proxyGiven[0] {
		c.CPUMillicores = max(roundUp(rps*m.vcpuPer1000RPS.Typical, stepCPUMillicores), stepCPUMillicores)
	}
	if !m.proxyGiven[1] {
		c.MemoryMiB = roundUp(m.proxyMemoryMiB.Typical, stepMemoryMiB)
	}
	return c
}

// mesh decides the figures of every component, given or assumed.
func (in *inputs) decideMesh() {
	s, m := in.scenario.Mesh, &in.mesh
	linkerdPreset := in.preset.ID == presetLinkerd
	m.modelled = in.preset.Basis == "use"
	m.vcpuPer1000RPS = in.span("proxy_vcpu_per_1000rps")
	m.proxyMemoryMiB = in.proxyMemoryUse()
	cpu, memory := s.ProxyCPUMillicores, s.ProxyMemoryMiB
	istioCPU, istioMemory, linkerdCPU, linkerdMemory := cpu, memory, (*int64)(nil), (*int64)(nil)
	if linkerdPreset { // the inputs for the proxy speak of the preset's own proxy
		istioCPU, istioMemory, linkerdCPU, linkerdMemory = nil, nil, cpu, memory
	}
	m.proxyGiven = [2]bool{istioCPU != nil, istioMemory != nil}
	m.proxy = in.container("proxy_cpu_m", "proxy_memory_mib", istioCPU, istioMemory)
	m.proxyLimit = in.container("proxy_cpu_limit_m", "proxy_memory_limit_mib", s.ProxyCPULimitMillicores, s.ProxyMemoryLimitMiB)
	m.linkerdProxy = in.container("linkerd_proxy_cpu_m", "linkerd_proxy_memory_mib", linkerdCPU, linkerdMemory)
	m.istiodReplicas = in.count("istiod_replicas", s.IstiodReplicas)
	m.istiod = in.container("istiod_cpu_m", "istiod_memory_mib", s.IstiodCPUMillicores, s.IstiodMemoryMiB)
	m.istiodUse = in.istiodUse()
	if m.modelled && s.IstiodMemoryMiB == nil { // the request is a floor
		m.istiod.MemoryMiB = max(m.istiod.MemoryMiB, roundUp(m.istiodUse.memoryMiB.Typical, stepMemoryMiB))
	}
	m.gateways = in.count("ingress_gateways", s.IngressGateways)
	m.gateway = in.container("gateway_cpu_m", "gateway_memory_mib", nil, nil)
	m.waypointReplicas = in.count("waypoint_replicas", s.WaypointReplicas)
	m.waypoint = in.container("waypoint_cpu_m", "waypoint_memory_mib", nil, nil)
	m.l7Namespaces = in.whole("l7_namespaces", s.L7Namespaces, Input{Origin: OriginNeutral}, float64(in.meshedNamespaces()))
	m.ztunnel = in.container("ztunnel_cpu_m", "ztunnel_memory_mib", nil, nil)
	m.cni = in.container("istio_cni_cpu_m", "istio_cni_memory_mib", nil, nil)
	m.ztunnelVCPUPer1000RPS = in.span("ztunnel_vcpu_per_1000rps")
	m.ztunnelMemoryMiB = in.span("ztunnel_memory_mb").times(mibPerMB)
	m.ztunnelKBPerPod = facts.Must("ztunnel_mem_per_pod").Value()
	m.waypointVCPUPer1000RPS = in.span("waypoint_vcpu_per_1000rps")
	m.waypointMemoryMiB = in.span("waypoint_memory_base_mb").times(mibPerMB)
	m.linkerdVCPUPer1000RPS = in.span("linkerd_proxy_vcpu_per_1000rps")
	m.linkerdMemoryUseMiB = in.span("linkerd_proxy_memory_use_mib")
	m.linkerdReplicas = in.count("linkerd_replicas", nil)
	m.linkerdDestination = in.container("linkerd_destination_cpu_m", "linkerd_destination_memory_mib", nil, nil)
	m.linkerdIdentity = in.container("linkerd_identity_cpu_m", "linkerd_identity_memory_mib", nil, nil)
	m.linkerdInjector = in.container("linkerd_injector_cpu_m", "linkerd_injector_memory_mib", nil, nil)
}

const presetLinkerd = "linkerd-ha-2026-08"

func (in *inputs) count(name string, given *int64) int64 {
	v, from := in.assume(name, factValue)
	return in.whole(name, given, from, v)
}

func (in *inputs) container(cpuName, memoryName string, cpu, memory *int64) container {
	c, fromCPU := in.assume(cpuName, milli)
	m, fromMemory := in.assume(memoryName, mebi)
	return container{
		CPUMillicores: in.whole(cpuName, cpu, fromCPU, c),
		MemoryMiB:     in.whole(memoryName, memory, fromMemory, m),
	}
}

// nativeSidecars follows the user, else what Istio did at the preset's date: on by
// default from 1.27 (fact istio_native_default).
func (in *inputs) nativeSidecars() bool {
	return value(in.scenario.Mesh.NativeSidecars, in.preset.AsOf >= nativeByDefaultSince())
}

func nativeByDefaultSince() string {
	release, _ := facts.ReleaseOf("istio", "1.27")
	return release.Released
}

// Sources print decimal megabytes, Kubernetes counts binary ones.
const (
	bytesPerMB  = 1e6
	bytesPerMiB = 1 << 20
	mibPerMB    = bytesPerMB / bytesPerMiB
)

func (in *inputs) meshedNamespaces() int {
	seen := map[string]bool{}
	for _, w := range in.list {
		if w.meshed() {
			seen[w.Namespace] = true
		}
	}
	return len(seen)
}
