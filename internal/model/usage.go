package model

import "meshplan/internal/facts"

// use is modelled consumption, beside what is requested.
type use struct {
	cpuMillicores Estimate
	memoryMiB     Estimate
}

// exampleClustersPerService is a service with one port, and every fifth with a second.
const exampleClustersPerService = 1.2

// proxyMemoryUse models the memory of one sidecar in MiB,
//
//	agent + Envoy base + (clusters × KB per cluster + endpoints × KB per endpoint) × slack
//
// where a proxy that is not scoped knows every service of the mesh (fact
// scoping_default_behaviour). Requests a second do not enter: in Istio's own model
// configuration drives memory, traffic does not.
//
// The figure of a preset is that of a whole proxy, its configuration included, so it is
// never added to: it is a floor while nothing is said about what proxies know, and the
// preset that measured isolated namespaces adds only what lies beyond such a namespace.
func (in *inputs) proxyMemoryUse() Estimate {
	whole := in.span("proxy_memory_base_mb")
	perCluster, perEndpoint := in.span("envoy_kb_per_cluster"), in.span("envoy_kb_per_endpoint")
	slack := in.span("heap_slack")
	services, endpoints := in.visible()
	perService := in.number("clusters_per_service", in.scenario.Mesh.ClustersPerService, Input{Origin: OriginExample}, exampleClustersPerService)
	const kbPerMB = 1000
	configMB := func(services, endpoints float64) Estimate {
		allocated := perCluster.times(services * perService).plus(perEndpoint.times(endpoints))
		return allocated.by(slack).times(1.0 / kbPerMB)
	}
	if in.preset.ID == presetMeasured {
		known := facts.Must("istio_loadtest_services_per_namespace").Value()
		measured := configMB(known, known*facts.Must("services_to_pods_istio").Value())
		return whole.plus(configMB(services, endpoints).less(measured.Typical)).times(mibPerMB)
	}
	// agent and base belong to one release: both are low, or both are high
	proxy := in.span("pilot_agent_mb").with(in.span("envoy_base_mb")).plus(configMB(services, endpoints))
	if m := in.scenario.Mesh; m.VisibleServices == nil && !value(m.ConfigScoped, false) {
		proxy = proxy.atLeast(whole)
	}
	return proxy.times(mibPerMB)
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
	if value(in.scenario.Mesh.ConfigScoped, false) && all > 0 {
		namespaces := int64(in.namespaceCount())
		known = (all + namespaces - 1) / namespaces
	}
	services = float64(in.whole("visible_services", in.scenario.Mesh.VisibleServices, Input{Origin: OriginNeutral}, float64(known)))
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
// since every replica holds all configuration and serves its share of the proxies. A
// proxy costs less when it knows its own namespace only, and more while pods come and
// go. What Istio measured, 1.5 GB for 2,000 sidecars, includes base and services: its
// preset takes the larger of the two ways to count, not their sum.
func (in *inputs) istiodUse() use {
	base := in.span("istiod_memory_base_gib").times(1024)
	perProxy := in.istiodPerProxy()
	perService := in.span("istiod_mib_per_service")
	cores := in.span("istiod_cores_per_1000_proxies")
	if value(in.scenario.Mesh.HeavyChurn, false) {
		perProxy = perProxy.atLeast(in.span("istiod_mb_per_proxy_churn"))
		cores = cores.atLeast(in.span("istiod_cores_per_1000_proxies_churn"))
	}
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
	connected, config := perProxy.times(share*mibPerMB), base.plus(perService.times(services))
	u := use{cpuMillicores: cores.times(share), memoryMiB: config.plus(connected)}
	if in.preset.ID == presetMeasured {
		u.memoryMiB = config.atLeast(connected)
	}
	return u
}

func (in *inputs) istiodPerProxy() Estimate {
	if value(in.scenario.Mesh.ConfigScoped, false) && in.preset.ID != presetMeasured {
		return in.span("istiod_mb_per_proxy_scoped")
	}
	return in.span("istiod_mb_per_proxy")
}
