package model

// The patterns of Istio: gateway only, ambient with and without waypoints, sidecars.

var gatewayOnly = pattern{
	id: PatternGateway, title: "Gateway only", readiness: "stable",
	firstToFail: "the gateway under a traffic spike", edge: true,
	components: istioControlPlane, assumption: "istiod_cpu_m",
}

var ambient = pattern{
	id: PatternAmbient, title: "Ambient", readiness: "stable since Istio 1.24",
	firstToFail: "the node proxy under load", encrypts: true, edge: true,
	agents: ambientAgents, components: istioControlPlane, telemetry: ambientTelemetry, assumption: "ztunnel_cpu_m",
}

var ambientL7 = pattern{
	id: PatternAmbientL7, title: "Ambient with waypoints", readiness: "stable since Istio 1.24",
	firstToFail: "a saturated waypoint", encrypts: true, routesL7: true, edge: true,
	agents: ambientAgents, telemetry: waypointTelemetry, assumption: "waypoint_cpu_m",
	components: func(in *inputs) []Part { return append(istioControlPlane(in), waypoints(in)...) },
}

var sidecar = pattern{
	id: PatternSidecar, title: "Sidecar", readiness: "stable",
	firstToFail: "a proxy out of memory", encrypts: true, routesL7: true, edge: true,
	native: (*inputs).nativeSidecars, components: istioControlPlane, assumption: "proxy_cpu_m",
	proxy:     func(in *inputs, w Workload) container { return in.mesh.sidecar(in.rps(w)) },
	telemetry: sidecarTelemetry,
}

func istioControlPlane(in *inputs) []Part {
	m := &in.mesh
	return []Part{
		{ID: "istiod", Title: "istiod", Scope: scopeCluster, Count: m.istiodReplicas, CPUMillicores: m.istiod.CPUMillicores, MemoryMiB: m.istiod.MemoryMiB},
		{ID: "ingress_gateway", Title: "ingress gateway", Scope: scopeCluster, Count: m.gateways, CPUMillicores: m.gateway.CPUMillicores, MemoryMiB: m.gateway.MemoryMiB},
	}
}

func ambientAgents(in *inputs) []Part {
	m := &in.mesh
	return []Part{
		{ID: "ztunnel", Title: "ztunnel", Scope: scopeNode, CPUMillicores: m.ztunnel.CPUMillicores, MemoryMiB: m.ztunnel.MemoryMiB},
		{ID: "istio_cni", Title: "istio-cni", Scope: scopeNode, CPUMillicores: m.cni.CPUMillicores, MemoryMiB: m.cni.MemoryMiB},
	}
}

func waypoints(in *inputs) []Part {
	m := &in.mesh
	return []Part{{
		ID: "waypoint", Title: "waypoint", Scope: scopeNamespace, Count: m.l7Namespaces * m.waypointReplicas,
		CPUMillicores: m.waypoint.CPUMillicores, MemoryMiB: m.waypoint.MemoryMiB,
	}}
}
