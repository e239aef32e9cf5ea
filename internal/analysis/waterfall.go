package analysis

import (
	"context"

	"meshplan/internal/model"
)

// The parts of a waterfall, in order.
const (
	PartProxies       = "proxies"
	PartControlPlane  = "control_plane"
	PartGateways      = "gateways" // and waypoints
	PartAgents        = "agents"   // on every node
	PartObservability = "observability"
	PartResilience    = "resilience" // and headroom
	PartPacking       = "packing"
)

var partTitles = []struct{ id, title string }{
	{PartProxies, "Proxies"}, {PartControlPlane, "Control plane"}, {PartGateways, "Gateways and waypoints"},
	{PartAgents, "Agents on every node"}, {PartObservability, "Observability"},
	{PartResilience, "Resilience and headroom"}, {PartPacking, "Packing loss"},
}

// WaterfallResult splits the growth of every pattern into parts that add up exactly.
type WaterfallResult struct {
	Patterns    []PatternWaterfall `json:"patterns"` // all but none
	Interrupted bool               `json:"interrupted"`
}

// PatternWaterfall leads from the cluster without a mesh to the one with the pattern:
// each Before plus its parts is its After, to the cent.
type PatternWaterfall struct {
	Pattern    string          `json:"pattern"`
	Title      string          `json:"title"`
	Status     string          `json:"status"` // infeasible: no parts
	Nodes      Walk            `json:"nodes"`
	Cost       Walk            `json:"monthly_cost_usd"`
	CostGrowth *float64        `json:"cost_growth"` // as in the plan; null with a baseline of zero
	NodeGrowth *float64        `json:"node_growth"`
	Parts      []WaterfallPart `json:"parts"`
}

// Walk is a number before and after.
type Walk struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// WaterfallPart is what one thing adds, or saves where it is negative.
type WaterfallPart struct {
	ID             string   `json:"id"`
	Title          string   `json:"title"`
	Nodes          float64  `json:"nodes"`            // to two decimals
	MonthlyCostUSD float64  `json:"monthly_cost_usd"` // to the cent
	CostGrowth     *float64 `json:"cost_growth"`      // share of the cost before; 1 and these add up to the growth
}

// Waterfall explains growth component by component; doc.go has the method. The error is
// that of [model.Evaluate].
func Waterfall(ctx context.Context, s model.Scenario, c model.Catalog, progress Progress) (WaterfallResult, error) {
	st := newStudy(ctx, c, progress)
	plan, err := st.whole(s)
	if err != nil {
		return WaterfallResult{}, err
	}
	demands, err := st.model.Demands(s)
	if err != nil {
		return WaterfallResult{}, err
	}
	out := WaterfallResult{Patterns: []PatternWaterfall{}}
	st.expect(len(plan.Results) - 1)
	for i := range plan.Results[1:] {
		if st.interrupted() {
			out.Interrupted = true
			break
		}
		out.Patterns = append(out.Patterns, waterfall(&plan.Results[0], &plan.Results[i+1], &demands[0], &demands[i+1]))
		st.advance(1)
	}
	return out, nil
}

// waterfall splits the growth from base to r.
func waterfall(base, r *model.Result, before, after *model.Demand) PatternWaterfall {
	w := PatternWaterfall{
		Pattern: r.Pattern, Title: r.Title, Status: r.Status, CostGrowth: r.CostGrowth, NodeGrowth: r.NodeGrowth,
		Nodes: Walk{float64(base.Nodes), float64(r.Nodes)}, Cost: Walk{base.MonthlyCostUSD, r.MonthlyCostUSD}, Parts: []WaterfallPart{},
	}
	if r.Status == statusInfeasible {
		return w
	}
	from, to := stages(before), stages(after)
	var nodes, cost []float64
	for i := 1; i < len(to); i++ {
		nodes = append(nodes, to[i].nodes-to[i-1].nodes-(from[i].nodes-from[i-1].nodes))
		cost = append(cost, to[i].costUSD-to[i-1].costUSD-(from[i].costUSD-from[i-1].costUSD))
	}
	nodes = roundTogether(append(nodes, 0), w.Nodes.After-w.Nodes.Before, 2)
	cost = roundTogether(append(cost, 0), w.Cost.After-w.Cost.Before, 2)
	var growth []float64
	if base.MonthlyCostUSD == 0 { // less than half a cent is no baseline
		w.CostGrowth = nil
	} else if w.CostGrowth != nil {
		for _, part := range cost {
			growth = append(growth, part/base.MonthlyCostUSD)
		}
		growth = roundTogether(growth, *w.CostGrowth-1, 4)
	}
	for i, part := range partTitles {
		p := WaterfallPart{ID: part.id, Title: part.title, Nodes: nodes[i], MonthlyCostUSD: cost[i]}
		if growth != nil {
			p.CostGrowth = &growth[i]
		}
		w.Parts = append(w.Parts, p)
	}
	return w
}

// fraction is what a demand takes of nodes that can be cut and bought in pieces.
type fraction struct{ nodes, costUSD float64 }

// stages relaxes a demand again and again as one component after the other joins it:
// the application alone, then up to resilience and headroom.
func stages(d *model.Demand) []fraction {
	free := make([]model.Amount, len(d.Allocatable))
	for i, a := range d.Allocatable {
		free[i] = less(a, d.DaemonSets)
	}
	list := make([]fraction, 0, len(partTitles))
	sum := d.Application
	list = append(list, relax(d, sum, free))
	for _, component := range []model.Amount{d.Proxies, d.ControlPlane, d.Gateways} {
		sum = plus(sum, component)
		list = append(list, relax(d, sum, free))
	}
	for i := range free {
		free[i] = less(free[i], d.Agents)
	}
	list = append(list, relax(d, sum, free))
	sum = plus(sum, d.Observability)
	list = append(list, relax(d, sum, free))
	for i, t := range d.Problem.NodeTypes { // what headroom leaves
		free[i] = model.Amount{CPUMillicores: t.Capacity[0], MemoryMiB: t.Capacity[1], Pods: t.Capacity[2]}
	}
	return append(list, withstand(d, relax(d, sum, free)))
}

func plus(a, b model.Amount) model.Amount {
	return model.Amount{CPUMillicores: a.CPUMillicores + b.CPUMillicores, MemoryMiB: a.MemoryMiB + b.MemoryMiB, Pods: a.Pods + b.Pods}
}

func less(a, b model.Amount) model.Amount {
	return model.Amount{CPUMillicores: a.CPUMillicores - b.CPUMillicores, MemoryMiB: a.MemoryMiB - b.MemoryMiB, Pods: a.Pods - b.Pods}
}
