package analysis

import (
	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// Envelope is what a pattern asks for when every uncertain input is at the end that asks
// for less, and at the end that asks for more. A wider interval never narrows it.
type Envelope struct {
	LowCPUMillicores   int64   `json:"low_cpu_m"` // of all pods; what runs on every node is in the bounds
	HighCPUMillicores  int64   `json:"high_cpu_m"`
	LowMemoryMiB       int64   `json:"low_memory_mib"`
	HighMemoryMiB      int64   `json:"high_memory_mib"`
	LowNodesBound      int64   `json:"low_nodes_lower_bound"` // no placement has fewer nodes
	HighNodesBound     int64   `json:"high_nodes_lower_bound"`
	LowCostBoundUSD    float64 `json:"low_monthly_cost_lower_bound_usd"` // nodes only, control-plane fee not included
	HighCostBoundUSD   float64 `json:"high_monthly_cost_lower_bound_usd"`
	HighCannotBePlaced bool    `json:"high_cannot_be_placed"` // no bound: a pod fits on no node
}

// eases are the inputs of which more asks for less; of all others more asks for more.
var eases = map[string]bool{
	"node_allocatable_cpu_m": true, "node_allocatable_memory_mib": true, "node_max_pods": true, "discount": true,
}

// corner is what every pattern asks for with all inputs at the ends that ask for less,
// or for more; nil where that cannot be planned.
func (st *study) corner(s model.Scenario, inputs []UncertainInput, more bool) []model.Demand {
	values := make([]float64, len(inputs))
	for i, u := range inputs {
		values[i] = u.clamp(u.Low)
		if more != eases[u.Name] {
			values[i] = u.clamp(u.High)
		}
	}
	w, wrong := world(s, inputs, values)
	if wrong != nil {
		return nil
	}
	demands, err := st.model.Demands(w)
	if err != nil {
		return nil
	}
	return demands
}

// envelopes bounds every pattern at both corners, in the order of results. A corner
// that cannot be planned is left at zero.
func (st *study) envelopes(s model.Scenario, inputs []UncertainInput) []Envelope {
	ids, _ := model.Patterns()
	list := make([]Envelope, len(ids))
	low, high := st.corner(s, inputs, false), st.corner(s, inputs, true)
	for i := range list {
		if low != nil {
			list[i].LowCPUMillicores, list[i].LowMemoryMiB, list[i].LowNodesBound, list[i].LowCostBoundUSD, _ = bounded(low[i].Problem)
		}
		placed := false
		if high != nil {
			list[i].HighCPUMillicores, list[i].HighMemoryMiB, list[i].HighNodesBound, list[i].HighCostBoundUSD, placed = bounded(high[i].Problem)
		}
		list[i].HighCannotBePlaced = !placed
	}
	return list
}

// bounded sums a problem's demand and bounds its placements; placed is false where no
// bound exists because a pod fits on no node.
func bounded(p pack.Problem) (cpu, memory, nodes int64, costUSD float64, placed bool) {
	for _, s := range p.Shapes {
		cpu += s.Count * s.Size[pack.CPU]
		memory += s.Count * s.Size[pack.Memory]
	}
	b, err := pack.FractionalBound(p)
	if err != nil {
		return cpu, memory, 0, 0, false
	}
	return cpu, memory, b.Nodes, rounded(float64(b.Cost)/microUSD, 2), b.Nodes > 0 || cpu+memory == 0
}
