package model

var linkerd = pattern{
	id: PatternLinkerd, title: "Linkerd", readiness: "stable; builds from vendors",
	firstToFail: "proxy memory", encrypts: true, routesL7: true,
	native:     func(*inputs) bool { return true }, // its default, fact linkerd_native_default
	assumption: "linkerd_proxy_cpu_m", components: linkerdControlPlane,
	proxy:     func(in *inputs, _ Workload) container { return in.mesh.linkerdProxy },
	telemetry: linkerdTelemetry,
}

// linkerdControlPlane is the control plane with high availability: three kinds of pods,
// each in as many replicas, their own proxies included.
func linkerdControlPlane(in *inputs) []Part {
	m := &in.mesh
	part := func(id, title string, c container) Part {
		return Part{ID: id, Title: title, Scope: scopeCluster, Count: m.linkerdReplicas, CPUMillicores: c.CPUMillicores, MemoryMiB: c.MemoryMiB}
	}
	return []Part{
		part("linkerd_destination", "linkerd-destination", m.linkerdDestination),
		part("linkerd_identity", "linkerd-identity", m.linkerdIdentity),
		part("linkerd_injector", "linkerd-proxy-injector", m.linkerdInjector),
	}
}
