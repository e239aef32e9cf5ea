package importer

import "strings"

// Parts of an injected mesh.
const (
	proxyMain = "proxy"
	proxyInit = "init" // sets the network up, or checks it, before the pod starts
)

// injected lists the containers that meshes inject, by container name. A name that other
// software uses too needs a word in the image.
var injected = []struct{ name, product, part, image string }{
	{"istio-proxy", "istio", proxyMain, ""},
	{"istio-init", "istio", proxyInit, ""},
	{"istio-validation", "istio", proxyInit, ""},
	{"enable-core-dump", "istio", proxyInit, "proxy"},
	{"linkerd-proxy", "linkerd", proxyMain, ""},
	{"linkerd-init", "linkerd", proxyInit, ""},
	{"linkerd-network-validator", "linkerd", proxyInit, ""},
	{"kuma-sidecar", "kuma", proxyMain, ""},
	{"kuma-init", "kuma", proxyInit, ""},
	{"kuma-validation", "kuma", proxyInit, ""},
	{"consul-dataplane", "consul", proxyMain, ""},
	{"consul-connect-inject-init", "consul", proxyInit, ""},
	{"copy-consul-bin", "consul", proxyInit, ""},
	{"envoy-sidecar", "consul", proxyMain, ""},
	{"envoy", "appmesh", proxyMain, "appmesh"},
	{"proxyinit", "appmesh", proxyInit, "appmesh"},
}

// proxyOf returns the mesh that injected a container and which part it is, or "".
func proxyOf(c *container) (product, part string) {
	for _, known := range injected {
		if c.Name == known.name && strings.Contains(c.Image, known.image) {
			return known.product, known.part
		}
	}
	return "", ""
}

// mainProxy returns the proxy of a pod that carries one.
func (p *podShape) mainProxy() *Proxy {
	for _, c := range p.containers {
		if c.proxyRole == proxyMain {
			return &Proxy{
				Product: c.proxyOf, Native: c.role == roleNative,
				CPUMillicores: c.spec.millicores(), MemoryMiB: c.spec.mib(),
			}
		}
	}
	return nil
}

// meshSwitch reads from labels and annotations whether injection is turned on or off for
// a pod or a namespace.
func (m objectMeta) meshSwitch() string {
	a := m.Annotations
	for _, text := range []string{
		m.Labels["sidecar.istio.io/inject"].text, m.Labels["istio-injection"].text,
		m.Labels["istio.io/dataplane-mode"].text, m.Labels["kuma.io/sidecar-injection"].text,
		m.Labels["linkerd.io/inject"].text, m.Labels["appmesh.k8s.aws/sidecarInjectorWebhook"].text,
		a.Istio.text, a.Linkerd.text, a.Kuma.text, a.Consul.text, a.AppMesh.text,
	} {
		switch strings.ToLower(text) {
		case "true", "enabled", "ingress", "ambient":
			return MeshIn
		case "false", "disabled", "none":
			return MeshOut
		}
	}
	if m.Labels["istio.io/rev"].text != "" {
		return MeshIn
	}
	return ""
}

// Roles of workloads that belong to a mesh, in [MeshComponent].
const (
	RoleControlPlane = "control_plane"
	RoleGateway      = "gateway"
	RoleWaypoint     = "waypoint"
	RoleNodeAgent    = "node_agent"
)

// meshRole says which part of a mesh a workload is, or "". labels are those of the pod.
func meshRole(kind, name string, labels map[string]loose, p *podShape) (role, product string) {
	label := func(key string) string { return labels[key].text }
	switch {
	case label("gateway.istio.io/managed") == "istio.io-mesh-controller":
		return RoleWaypoint, "istio"
	case label("app") == "istiod" || label("istio") == "pilot" || kind == "Deployment" && strings.HasPrefix(name, "istiod"):
		return RoleControlPlane, "istio"
	case kind == "DaemonSet" && (label("app") == "ztunnel" || name == "ztunnel" || label("k8s-app") == "istio-cni-node" || name == "istio-cni-node"):
		return RoleNodeAgent, "istio"
	case kind == "DaemonSet" && name == "linkerd-cni":
		return RoleNodeAgent, "linkerd"
	case label("linkerd.io/control-plane-component") != "":
		return RoleControlPlane, "linkerd"
	case label("app") == "kuma-control-plane":
		return RoleControlPlane, "kuma"
	case label("app") == "consul" && (label("component") == "connect-injector" || label("component") == "mesh-gateway"):
		return RoleControlPlane, "consul"
	}
	if proxy := p.mainProxy(); proxy != nil && !p.hasApp() {
		return RoleGateway, proxy.Product
	}
	return "", ""
}

// hasApp reports whether anything but proxies runs in the pod.
func (p *podShape) hasApp() bool {
	for _, c := range p.containers {
		if c.role == roleApp && c.proxyOf == "" {
			return true
		}
	}
	return false
}
