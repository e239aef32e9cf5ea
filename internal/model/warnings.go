package model

import (
	"fmt"

	"meshplan/internal/facts"
)

// warnings lists what the user should know about the numbers, most serious first.
func (in *inputs) warnings(plan *Plan) []Warning {
	list := append([]Warning{}, in.misfits...)
	list = append(list, in.proxyWarnings()...)
	for _, r := range plan.Results {
		if r.FellBack {
			list = append(list, Warning{
				ID: "fell_back", Pattern: r.Pattern, Field: "preset",
				Message: fmt.Sprintf("%s says nothing of %s; its figures come from %s", in.preset.ID, r.Title, r.Preset),
			})
		}
	}
	return append(list, in.nodeWarnings(plan)...)
}

// proxyWarnings compares the sidecar's request with its modelled use.
func (in *inputs) proxyWarnings() []Warning {
	m := &in.mesh
	var list []Warning
	rps := in.busiestRPS()
	request := m.sidecar(rps)
	use := rps * m.vcpuPer1000RPS // m: vCPU per 1000 requests is millicores per request
	if float64(request.CPUMillicores) < use {
		list = append(list, Warning{
			ID: "proxy_cpu_low", Pattern: PatternSidecar, Field: "proxy_cpu_m",
			Message: fmt.Sprintf("at %s requests a second a proxy is modelled to use %.0fm of CPU, more than its request of %dm: it will be slow when the node is busy",
				plainNumber(rps), use, request.CPUMillicores),
			Fix: fmt.Sprintf("A request of %dm would hold", roundUp(use, stepCPUMillicores)),
		})
	}
	if float64(request.MemoryMiB) < m.proxyMemoryMiB {
		list = append(list, Warning{
			ID: "proxy_memory_low", Pattern: PatternSidecar, Field: "proxy_memory_mib",
			Message: fmt.Sprintf("a proxy is modelled to use %.0f MiB, more than its request of %d MiB: it is among the first to be killed when the node runs out",
				m.proxyMemoryMiB, request.MemoryMiB),
			Fix: fmt.Sprintf("A request of %d MiB would hold", roundUp(m.proxyMemoryMiB, stepMemoryMiB)),
		})
	}
	return list
}

// busiestRPS is the highest rate through a meshed pod.
func (in *inputs) busiestRPS() float64 {
	var most float64
	for _, w := range in.list {
		if w.meshed() {
			most = max(most, in.rps(w))
		}
	}
	return most
}

func (in *inputs) nodeWarnings(plan *Plan) []Warning {
	var list []Warning
	base := plan.Results[0]
	if base.Pods == 0 && base.Nodes == 0 {
		list = append(list, Warning{ID: "no_pods", Field: "services", Message: "there are no pods, so there is nothing to grow from"})
	} else if base.CostGrowth == nil {
		list = append(list, Warning{
			ID: "no_price", Field: "node_hourly_usd", Message: "the nodes have no price: growth in nodes stands in for growth in cost",
			Fix: "Give node_hourly_usd",
		})
	}
	for _, input := range in.record {
		if input.Name == "daemonset_cpu_m" && input.Origin == OriginNeutral && len(in.nodeTypes) > 0 && in.nodeTypes[0].Provider == "azure" {
			list = append(list, Warning{
				ID: "daemonsets_unknown", Field: "daemonset_cpu_m",
				Message: "no sourced figure exists for what AKS runs on every node, so nothing is subtracted for it",
				Fix:     "Give daemonset_cpu_m and daemonset_memory_mib of your cluster",
			})
		}
	}
	if in.preset.ID == presetFieldReport {
		f := facts.Must("ambient_ga_version")
		list = append(list, Warning{
			ID: "sources_disagree", Pattern: PatternAmbient, Field: "preset",
			Message: "the field report calls ambient beta; Istio made it generally available with " + f.Text + " on " + f.AsOf,
		})
	}
	return list
}
