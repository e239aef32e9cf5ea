package takeaway

import (
	"fmt"
	"strconv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

func cpu(m int64) string    { return strconv.FormatInt(m, 10) + "m" }
func memory(m int64) string { return strconv.FormatInt(m, 10) + "Mi" }

// requests is a resources block; limits of 0 are left out.
func requests(cpuM, memoryMiB, limitCPU, limitMemory int64) object {
	r := object{"requests": object{"cpu": cpu(cpuM), "memory": memory(memoryMiB)}}
	limits := object{}
	if limitCPU > 0 {
		limits["cpu"] = cpu(limitCPU)
	}
	if limitMemory > 0 {
		limits["memory"] = memory(limitMemory)
	}
	if len(limits) > 0 {
		r["limits"] = limits
	}
	return r
}

// number is a whole number that the plan used.
func (w *writer) number(name string) int64 {
	input, _ := w.Plan.Input(name)
	v, err := strconv.ParseFloat(input.Value, 64)
	if err != nil {
		return 0
	}
	return int64(v)
}

// helmValues writes the values of every chart that the pattern installs.
func (w *writer) helmValues() {
	origin := w.origin()
	if w.Pattern == model.PatternLinkerd {
		w.linkerdValues(origin)
		return
	}
	w.istiodValues(origin)
	if gateway, has := w.part("ingress_gateway"); has {
		limitCPU, limitMemory := int64(facts.Must("gateway_lim_cpu").Value()), int64(facts.Must("gateway_lim_mem").Value())
		values := object{
			"resources": requests(gateway.CPUMillicores, gateway.MemoryMiB, max(limitCPU, gateway.CPUMillicores), max(limitMemory, gateway.MemoryMiB)),
			"autoscaling": object{
				"enabled": true, "minReplicas": gateway.Count, "targetCPUUtilizationPercentage": int64(facts.Must("gateway_hpa_cpu_target").Value()),
				"maxReplicas": max(int64(facts.Must("gateway_hpa_max").Value()), gateway.Count),
			},
		}
		if gateway.Count > 1 {
			values["podDisruptionBudget"] = object{"minAvailable": gateway.Count - 1}
		}
		w.yaml("gateway-values.yaml", "Values of the chart istio/gateway", origin, values)
	}
	if ztunnel, has := w.part("ztunnel"); has {
		w.yaml("ztunnel-values.yaml", "Values of the chart istio/ztunnel", origin,
			object{"resources": requests(ztunnel.CPUMillicores, ztunnel.MemoryMiB, 0, 0)})
	}
	if cni, has := w.part("istio_cni"); has {
		w.yaml("cni-values.yaml", "Values of the chart istio/cni", origin,
			object{"profile": "ambient", "resources": requests(cni.CPUMillicores, cni.MemoryMiB, 0, 0)})
	}
}

// origin says which plan the figures come from.
func (w *writer) origin() []string {
	return []string{fmt.Sprintf("From the plan of %s, pattern %s, preset %s: %d nodes.", w.Plan.AsOf, w.Pattern, w.result.Preset, w.result.Nodes)}
}

func (w *writer) istiodValues(origin []string) {
	values := object{}
	if istiod, has := w.part("istiod"); has {
		values["autoscaleEnabled"] = true
		values["autoscaleMin"] = istiod.Count
		values["autoscaleMax"] = max(int64(facts.Must("istiod_hpa_max").Value()), istiod.Count)
		values["resources"] = requests(istiod.CPUMillicores, istiod.MemoryMiB, 0, 0)
	}
	comment := origin
	global := object{}
	if w.Pattern == model.PatternSidecar {
		if proxy, has := w.part("proxy"); has {
			limitCPU, limitMemory := w.number("proxy_cpu_limit_m"), w.number("proxy_memory_limit_mib")
			global["proxy"] = object{"resources": requests(proxy.CPUMillicores, proxy.MemoryMiB, atLeast(limitCPU, proxy.CPUMillicores), atLeast(limitMemory, proxy.MemoryMiB))}
			comment = append(comment, w.proxyComment()...)
		}
	}
	if waypoint, has := w.part("waypoint"); has {
		limitCPU, limitMemory := int64(facts.Must("waypoint_lim_cpu").Value()), int64(facts.Must("waypoint_lim_mem").Value())
		global["waypoint"] = object{"resources": requests(waypoint.CPUMillicores, waypoint.MemoryMiB, max(limitCPU, waypoint.CPUMillicores), max(limitMemory, waypoint.MemoryMiB))}
	}
	if isAmbient(w.Pattern) {
		values["profile"] = "ambient"
	}
	if len(global) > 0 {
		values["global"] = global
	}
	if w.Scenario.Mesh.AccessLogs != nil && *w.Scenario.Mesh.AccessLogs {
		values["meshConfig"] = object{"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"}
	}
	w.yaml("istiod-values.yaml", "Values of the chart istio/istiod", comment, values)
}

// atLeast raises a limit to the request; 0 stays no limit.
func atLeast(limit, request int64) int64 {
	if limit == 0 {
		return 0
	}
	return max(limit, request)
}

// proxyComment names the workloads that want more than the default proxy.
func (w *writer) proxyComment() []string {
	for _, u := range w.Plan.Uses {
		if u.Part == "proxy" && (u.CPUUseM > float64(u.CPURequestedM) || u.MemoryUseMiB > float64(u.MemoryRequestedMiB)) {
			return []string{
				fmt.Sprintf("The busiest sidecar is modelled to use %.0fm and %.0f MiB; a request of %dm and %dMi would hold.", u.CPUUseM, u.MemoryUseMiB, u.CPUHoldsM, u.MemoryHoldsMiB),
				"Give it to the busy workloads alone: sidecar.istio.io/proxyCPU and sidecar.istio.io/proxyMemory on the pod template.",
			}
		}
	}
	return nil
}

func (w *writer) linkerdValues(origin []string) {
	block := func(cpuM, memoryMiB int64, limitMemory string) object {
		return object{
			"cpu":    object{"request": cpu(cpuM)},
			"memory": object{"request": memory(memoryMiB), "limit": limitMemory},
		}
	}
	limit := func(id string) string { return memory(int64(facts.Must(id).Value())) }
	proxy, _ := w.part("proxy")
	if proxy.MemoryMiB == 0 {
		proxy.CPUMillicores, proxy.MemoryMiB = w.number("linkerd_proxy_cpu_m"), w.number("linkerd_proxy_memory_mib")
	}
	own := func(id string) (int64, int64) { // a part's pod holds its own proxy too
		p, _ := w.part(id)
		return max(p.CPUMillicores-w.number("linkerd_proxy_cpu_m"), 1), max(p.MemoryMiB-w.number("linkerd_proxy_memory_mib"), 1)
	}
	destination, _ := w.part("linkerd_destination")
	values := object{
		"controllerReplicas": destination.Count, "enablePodDisruptionBudget": true, "enablePodAntiAffinity": true, "webhookFailurePolicy": "Fail",
		"proxy": object{"resources": block(proxy.CPUMillicores, proxy.MemoryMiB, limit("linkerd_proxy_lim_ha_mem"))},
	}
	for key, id := range map[string]string{"destinationResources": "linkerd_destination", "identityResources": "linkerd_identity", "proxyInjectorResources": "linkerd_injector"} {
		cpuM, memoryMiB := own(id)
		values[key] = block(cpuM, memoryMiB, limit("linkerd_destination_lim_ha_mem"))
	}
	w.yaml("linkerd-values.yaml", "Values of the chart linkerd/linkerd-control-plane", origin, values)
}
