package model

import (
	"fmt"

	"meshplan/internal/facts"
)

// warnings lists what the user should know about the numbers, most serious first.
func (in *inputs) warnings(plan *Plan) []Warning {
	list := append([]Warning{}, in.misfits...)
	list = append(list, in.placementWarnings()...)
	list = append(list, in.useWarnings(plan.Uses)...)
	list = append(list, in.scopingWarnings()...)
	list = append(list, in.intervalWarnings()...)
	list = append(list, shardWarnings(plan.Results)...)
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

// useWarnings compares what components request with what they are modelled to use, and
// proxies with their limits.
func (in *inputs) useWarnings(uses []Use) []Warning {
	var list []Warning
	for _, u := range uses {
		if float64(u.CPURequestedM) < u.CPUUseM {
			list = append(list, Warning{
				ID: u.Part + "_cpu_low", Pattern: u.Patterns[0], Field: requestField(u.Part, "_cpu_m"),
				Message: fmt.Sprintf("%s is modelled to use %.0fm of CPU, more than its request of %dm: it will be slow when the node is busy",
					u.Title, u.CPUUseM, u.CPURequestedM),
				Fix: fmt.Sprintf("A request of %dm would hold", u.CPUHoldsM),
			})
		}
		if float64(u.MemoryRequestedMiB) < u.MemoryUseMiB {
			list = append(list, Warning{
				ID: u.Part + "_memory_low", Pattern: u.Patterns[0], Field: requestField(u.Part, "_memory_mib"),
				Message: fmt.Sprintf("%s is modelled to use %.0f MiB, more than its request of %d MiB: it is among the first to be killed when the node runs out",
					u.Title, u.MemoryUseMiB, u.MemoryRequestedMiB),
				Fix: fmt.Sprintf("A request of %d MiB would hold", u.MemoryHoldsMiB),
			})
		}
		if u.Part == "proxy" {
			list = append(list, in.limitWarnings(u)...)
		}
	}
	return list
}

// scopingWarnings says when scoping is asked for and cannot be seen in the workloads.
func (in *inputs) scopingWarnings() []Warning {
	m := in.scenario.Mesh
	if !value(m.ConfigScoped, false) || m.VisibleServices != nil || in.namespaceCount() > 1 {
		return nil
	}
	return []Warning{{
		ID: "scoping_unseen", Pattern: PatternSidecar, Field: "config_scoped",
		Message: "all services are in one namespace, so proxies that know their own namespace still know every service",
		Fix:     "Give visible_services: how many services each proxy needs to know",
	}}
}

// shardWarnings says where one Prometheus does not fit on a node.
func shardWarnings(results []Result) []Warning {
	var list []Warning
	for _, r := range results {
		for _, part := range r.Parts {
			if part.ID == partPrometheus && part.Count > 1 {
				list = append(list, Warning{
					ID: "prometheus_shards", Pattern: r.Pattern, Field: "call_edges",
					Message: fmt.Sprintf("the metrics of %s need %d Prometheus of %d MiB each, since one fits on no node", r.Title, part.Count, part.MemoryMiB),
					Fix:     "Lower histogram_buckets, or aggregate with recording rules and keep less",
				})
			}
		}
	}
	return list
}

func requestField(part, resource string) string {
	if name := part + resource; paramByName[name].Name != "" {
		return name
	}
	return "preset"
}

// limitWarnings says when a sidecar is modelled to run into its limit.
func (in *inputs) limitWarnings(u Use) []Warning {
	var list []Warning
	m := &in.mesh
	if m.proxyLimit.CPUMillicores > 0 && u.CPUUseM > float64(m.proxyLimit.CPUMillicores) {
		list = append(list, Warning{
			ID: "proxy_cpu_limit", Pattern: PatternSidecar, Field: "proxy_cpu_limit_m",
			Message: fmt.Sprintf("%s is modelled to use %.0fm of CPU and may have %dm: it will be throttled", u.Title, u.CPUUseM, m.proxyLimit.CPUMillicores),
			Fix:     fmt.Sprintf("Raise the limit to %dm or more", u.CPUHoldsM),
		})
	}
	if m.proxyLimit.MemoryMiB > 0 && u.MemoryUseMiB > float64(m.proxyLimit.MemoryMiB) {
		list = append(list, Warning{
			ID: "proxy_memory_limit", Pattern: PatternSidecar, Field: "proxy_memory_limit_mib",
			Message: fmt.Sprintf("%s is modelled to use %.0f MiB and may have %d MiB: it will be killed", u.Title, u.MemoryUseMiB, m.proxyLimit.MemoryMiB),
			Fix:     fmt.Sprintf("Raise the limit to %d MiB or more, or scope its configuration", u.MemoryHoldsMiB),
		})
	}
	return list
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
