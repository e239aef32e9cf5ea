package model

import (
	"fmt"
	"slices"
	"strings"
)

// Explanation opens a number: its formula, the same with the user's values in it, and
// the inputs it depends on with their sources.
type Explanation struct {
	Field   string  `json:"field"` // pattern.column, as in [PlanValue]
	Title   string  `json:"title"`
	Formula string  `json:"formula"`
	Steps   []Step  `json:"steps"`
	Inputs  []Input `json:"inputs"`
}

// Step is one line of a calculation.
type Step struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

// Explain opens a result's number. Unknown fields are an *InputError, as in [PlanValue].
func Explain(p Plan, field string) (Explanation, error) {
	text, err := PlanValue(p, field)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Field: field, Title: field, Steps: []Step{}, Inputs: []Input{}}
	pattern, column, isResult := strings.Cut(field, ".")
	if !isResult {
		e.Formula, e.Title = "stated by the scenario", field
		e.Steps = []Step{{Text: field, Value: text}}
		return e, nil
	}
	i := slices.IndexFunc(p.Results, func(r Result) bool { return r.Pattern == strings.ReplaceAll(pattern, "_", "-") })
	explainResult(&e, p, &p.Results[i], column)
	e.Steps = append(e.Steps, Step{Text: e.Title, Value: text})
	e.Inputs = inputsNamed(p, dependsOn(column, p.Results[i].Pattern))
	return e, nil
}

func explainResult(e *Explanation, p Plan, r *Result, column string) {
	base := &p.Results[0]
	growth := func(what, now, before string) {
		e.Title, e.Formula = "growth in "+what+", "+r.Title, "with the mesh ÷ without"
		e.Steps = []Step{{"with " + r.Title, now}, {"without a mesh", before}}
	}
	switch column {
	case "nodes":
		e.Title, e.Formula = "nodes, "+r.Title, "the fewest dollars' worth of nodes that hold every pod whole: CPU, memory and slots of each node ≥ the sum over its pods"
		e.Steps = nodeSteps(p, r)
	case "nodes_lower_bound":
		e.Title, e.Formula = "fewest possible nodes, "+r.Title, "the relaxation that lets pods be cut in pieces, rounded up: no placement has fewer"
		e.Steps = demandSteps(r)
	case "monthly_cost_usd":
		e.Title, e.Formula = "cost a month, "+r.Title, "Σ nodes × (hourly price × 730 h × (1 − discount) + fee per node) + control plane"
		for _, g := range r.NodeGroups {
			stand := map[bool]string{true: ", existing"}[g.Existing]
			e.Steps = append(e.Steps, Step{fmt.Sprintf("%d × %s%s", g.Count, g.NodeType, stand), "$" + money(g.MonthlyCostUSD)})
		}
	case "monthly_cost_lower_bound_usd":
		e.Title, e.Formula = "proved bound on cost, "+r.Title, "no placement of these pods on these node types costs less"
		e.Steps = []Step{{"cost of the plan", "$" + money(r.MonthlyCostUSD)}}
	case "cost_growth":
		growth("cost", "$"+money(r.MonthlyCostUSD), "$"+money(base.MonthlyCostUSD))
	case "node_growth":
		growth("nodes", whole(r.Nodes), whole(base.Nodes))
	case "cpu_growth":
		growth("CPU requested", whole(r.CPURequestedMillicores)+"m", whole(base.CPURequestedMillicores)+"m")
	case "memory_growth":
		growth("memory requested", whole(r.MemoryRequestedMiB)+" MiB", whole(base.MemoryRequestedMiB)+" MiB")
	case "doubles":
		e.Title, e.Formula = "does the cluster double, "+r.Title, "growth in cost ≥ 2"
		e.Steps = []Step{{"growth in cost", optional(r.CostGrowth)}}
	case "gap":
		e.Title, e.Formula = "gap, "+r.Title, "(cost − proved bound) ÷ cost of the nodes"
		e.Steps = []Step{{"cost", "$" + money(r.MonthlyCostUSD)}, {"bound", "$" + money(r.MonthlyCostLowerBoundUSD)}}
	case "autoscaler_nodes", "autoscaler_monthly_cost_usd", "surge_nodes", "surge_monthly_cost_usd", "proved", "certificate_verified", "bound_proof":
		explainPacking(e, r, column)
	default:
		e.Title, e.Formula = strings.ReplaceAll(column, "_", " ")+", "+r.Title, "Σ over all pods, and over every node what runs on it"
		e.Steps = demandSteps(r)
	}
}

// explainPacking opens what stands beside the plan: how far it is proved, what an
// autoscaler would buy, and a rolling update.
func explainPacking(e *Explanation, r *Result, column string) {
	plan := Step{"the plan", whole(r.Nodes) + " nodes, $" + money(r.MonthlyCostUSD)}
	switch column {
	case "autoscaler_nodes", "autoscaler_monthly_cost_usd":
		e.Title = map[string]string{"autoscaler_nodes": "nodes", "autoscaler_monthly_cost_usd": "cost a month"}[column] + " that an autoscaler would probably buy, " + r.Title
		e.Formula = "first-fit, as autoscalers place pods: by falling CPU, then memory, each on the oldest node that has room, else on a new one; when all are placed, each node becomes the cheapest type that holds its pods"
		e.Steps = []Step{plan}
	case "surge_nodes", "surge_monthly_cost_usd":
		e.Title = map[string]string{"surge_nodes": "nodes", "surge_monthly_cost_usd": "cost a month"}[column] + " at the height of a rolling update, " + r.Title
		e.Formula = "the same packing with ceil(replicas × surge_share) more pods of every workload that surges, all of them updated at once; the cost is that of those nodes for a whole month"
		e.Steps = []Step{plan}
	case "proved":
		e.Title, e.Formula = "is the plan proved to be the cheapest, "+r.Title, "cost = proved bound"
		e.Steps = []Step{{"cost", "$" + money(r.MonthlyCostUSD)}, {"bound", "$" + money(r.MonthlyCostLowerBoundUSD)}}
	case "bound_proof":
		e.Title, e.Formula = "what proves the bound, "+r.Title, ProofText(r.BoundProof)
		e.Steps = []Step{{"bound", "$" + money(r.MonthlyCostLowerBoundUSD)}, {"proof", r.BoundProof}}
	default:
		e.Title = "is the proof of the bound checked, " + r.Title
		e.Formula = "with effort tight the bound comes with prices for every pod; separate code checks in whole numbers that no node can hold pods worth more than it costs. A bound proved in another way has no certificate and holds no less"
		e.Steps = []Step{{"bound", "$" + money(r.MonthlyCostLowerBoundUSD)}, {"proof", ProofText(r.BoundProof)}}
	}
}

// demandSteps lists the application and what the pattern adds.
func demandSteps(r *Result) []Step {
	steps := []Step{}
	for _, part := range r.Parts {
		steps = append(steps, Step{
			fmt.Sprintf("%d × %s of %dm and %d MiB", part.Count, part.Title, part.CPUMillicores, part.MemoryMiB),
			fmt.Sprintf("%dm, %d MiB", part.Count*part.CPUMillicores, part.Count*part.MemoryMiB),
		})
	}
	return append(steps, Step{"all pods, with what runs on every node", fmt.Sprintf("%dm, %d MiB, %d pods", r.CPURequestedMillicores, r.MemoryRequestedMiB, r.Pods)})
}

func nodeSteps(p Plan, r *Result) []Step {
	steps := demandSteps(r)
	for _, g := range r.NodeGroups {
		i := slices.IndexFunc(p.Nodes, func(t NodeType) bool { return t.Name == g.NodeType })
		t := p.Nodes[i]
		steps = append(steps, Step{
			"allocatable of " + t.Name + ", before DaemonSets, agents and headroom",
			fmt.Sprintf("%dm, %d MiB, %s", t.AllocatableCPUMillicores, t.AllocatableMemoryMiB, slots(t.MaxPods)),
		})
	}
	return append(steps, Step{"what binds", r.BindingResource}, Step{"proved: no fewer than", whole(r.NodesLowerBound)})
}

func slots(n int64) string {
	if n == 0 {
		return "no pod limit"
	}
	return whole(n) + " pods"
}

// dependsOn names the inputs behind a column, besides those that every number needs.
func dependsOn(column, pattern string) []string {
	names := []string{"services", "pods_per_service", "pod_cpu_m", "pod_memory_mib", "meshed_share", "preset"}
	switch pattern {
	case PatternSidecar:
		names = append(names, "proxy_cpu_m", "proxy_memory_mib", "istiod_replicas", "istiod_cpu_m", "istiod_memory_mib", "ingress_gateways", "gateway_cpu_m", "gateway_memory_mib")
	case PatternGateway:
		names = append(names, "istiod_replicas", "istiod_cpu_m", "istiod_memory_mib", "ingress_gateways", "gateway_cpu_m", "gateway_memory_mib")
	case PatternAmbient, PatternAmbientL7:
		names = append(names, "ztunnel_cpu_m", "ztunnel_memory_mib", "istio_cni_cpu_m", "istio_cni_memory_mib", "istiod_replicas", "istiod_cpu_m", "istiod_memory_mib", "ingress_gateways")
		if pattern == PatternAmbientL7 {
			names = append(names, "l7_namespaces", "waypoint_replicas", "waypoint_cpu_m", "waypoint_memory_mib")
		}
	case PatternLinkerd:
		names = append(names, "linkerd_proxy_cpu_m", "linkerd_proxy_memory_mib", "linkerd_replicas")
	}
	if p, _ := patternByID(pattern); p.telemetry != nil {
		names = append(names, "call_edges", "response_codes", "histogram_buckets", "prometheus_memory_mib", "prometheus_kib_per_series", "linkerd_prometheus_mb_per_pod")
	}
	if column == "cpu_requested_m" || column == "memory_requested_mib" || column == "cpu_growth" || column == "memory_growth" {
		return append(names, "daemonset_cpu_m", "daemonset_memory_mib")
	}
	names = append(names, "provider", "region", "node_type", "node_allocatable_cpu_m", "node_allocatable_memory_mib", "node_max_pods",
		"daemonset_cpu_m", "daemonset_memory_mib", "daemonset_pods", "headroom", "zones", "min_nodes_per_zone", "survive", "existing_nodes", "node_taints")
	if strings.HasPrefix(column, "surge_") {
		names = append(names, "surge_share")
	}
	if strings.Contains(column, "cost") || column == "doubles" || column == "gap" {
		names = append(names, "node_hourly_usd", "discount", "node_monthly_fee_usd", "control_plane_monthly_usd")
	}
	return names
}

func inputsNamed(p Plan, names []string) []Input {
	list := []Input{}
	for _, input := range p.Inputs {
		if slices.Contains(names, input.Name) {
			list = append(list, input)
		}
	}
	return list
}
