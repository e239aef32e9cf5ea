package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// ClusterCheck compares the nodes that really run with what the same pods need.
type ClusterCheck struct {
	Sentence   string      `json:"sentence" doc:"the comparison in words"`
	Running    NodesFound  `json:"running" doc:"the nodes of the input"`
	Fits       NodesFound  `json:"fits" doc:"the application without a mesh, packed as well as this planner can"`
	LeastNodes int64       `json:"least_nodes" doc:"no packing of it has fewer nodes"`
	Autoscaler *NodesFound `json:"autoscaler,omitempty" doc:"what an autoscaler's first-fit would buy for it; absent where it cannot be told"`
	WithMesh   *NodesFound `json:"with_mesh,omitempty" doc:"packed with the mesh that the input runs"`
	Pattern    string      `json:"pattern,omitempty" doc:"of with_mesh"`
}

// NodesFound is a number of nodes with what they cost and hold.
type NodesFound struct {
	Nodes                int64       `json:"nodes"`
	MonthlyCostUSD       *float64    `json:"monthly_cost_usd" doc:"at list prices, fees of the plan included; null where a price is not known"`
	Types                []TypeCount `json:"types,omitempty"`
	RequestedCPUShare    *float64    `json:"requested_cpu_share" doc:"of allocatable; null where it is not known"`
	RequestedMemoryShare *float64    `json:"requested_memory_share"`
}

// TypeCount is a node type and how many there are.
type TypeCount struct {
	NodeType string `json:"node_type"`
	Nodes    int64  `json:"nodes"`
	Spot     int64  `json:"spot,omitempty" doc:"spot or preemptible ones among them, priced as the others"`
}

// checkCluster plans the import and compares the baseline with the nodes it had; nil
// without nodes or workloads.
func (s *server) checkCluster(ctx context.Context, result importer.Result) (*ClusterCheck, error) {
	if result.Nodes == nil || len(result.Scenario.Workloads) == 0 {
		return nil, nil
	}
	plan, err := s.planner.plan(ctx, result.Scenario)
	if err != nil {
		return nil, err
	}
	base := plan.Result(model.PatternNone)
	if base == nil || base.Status == model.StatusInfeasible {
		return nil, nil
	}
	check := &ClusterCheck{
		Running: s.running(result.Nodes), Fits: nodesFound(plan, base), LeastNodes: base.NodesLowerBound,
	}
	if base.AutoscalerNodes != nil {
		check.Autoscaler = &NodesFound{Nodes: *base.AutoscalerNodes, MonthlyCostUSD: priced(plan, *base.AutoscalerMonthlyCostUSD)}
	}
	if pattern := runningPattern(result.Mesh); pattern != "" {
		if with := plan.Result(pattern); with != nil && with.Status != model.StatusInfeasible {
			found := nodesFound(plan, with)
			check.WithMesh, check.Pattern = &found, pattern
		}
	}
	check.Sentence = check.sentence()
	return check, nil
}

// running prices the nodes of the input at list prices.
func (s *server) running(c *importer.ClusterNodes) NodesFound {
	f := NodesFound{Nodes: c.Count, RequestedCPUShare: c.RequestedCPUShare, RequestedMemoryShare: c.RequestedMemoryShare}
	cost, known := 0.0, true
	for _, p := range c.Pools {
		f.Types = append(f.Types, TypeCount{NodeType: p.InstanceType, Nodes: p.Count, Spot: p.Spot})
		t := knownType(s.catalog, c, p.InstanceType)
		if known = known && p.InstanceType != "" && t != nil; known {
			cost += float64(p.Count) * t.HourlyUSD * model.HoursPerMonth
		}
	}
	if known {
		cost = cents(cost)
		f.MonthlyCostUSD = &cost
	}
	return f
}

// nodesFound is a result of a plan beside nodes that run.
func nodesFound(plan *model.Plan, r *model.Result) NodesFound {
	f := NodesFound{Nodes: r.Nodes, MonthlyCostUSD: priced(plan, r.MonthlyCostUSD)}
	allocatable := map[string]model.NodeType{}
	for _, t := range plan.Nodes {
		allocatable[t.Name] = t
	}
	var cpu, memory int64
	for _, g := range r.NodeGroups {
		f.Types = append(f.Types, TypeCount{NodeType: g.NodeType, Nodes: g.Count})
		cpu += g.Count * allocatable[g.NodeType].AllocatableCPUMillicores
		memory += g.Count * allocatable[g.NodeType].AllocatableMemoryMiB
	}
	f.RequestedCPUShare, f.RequestedMemoryShare = shareOf(r.CPURequestedMillicores, cpu), shareOf(r.MemoryRequestedMiB, memory)
	return f
}

// priced is a cost, or nil where the plan's nodes have no price.
func priced(plan *model.Plan, cost float64) *float64 {
	for _, t := range plan.Nodes {
		if t.HourlyUSD > 0 {
			return &cost
		}
	}
	return nil
}

func shareOf(part, whole int64) *float64 {
	if whole <= 0 {
		return nil
	}
	share := float64(part) / float64(whole)
	return &share
}

// sentence says it as one would to a colleague.
func (c *ClusterCheck) sentence() string {
	var b strings.Builder
	fmt.Fprintf(&b, "You run %s; these pods fit on %d", countOf(c.Running.Nodes, "node"), c.Fits.Nodes)
	if c.Autoscaler != nil {
		fmt.Fprintf(&b, "; an autoscaler would buy %d", c.Autoscaler.Nodes)
	}
	if c.WithMesh != nil {
		fmt.Fprintf(&b, "; with the mesh you run they fit on %d", c.WithMesh.Nodes)
	}
	return b.String() + "."
}

func countOf(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// runningPattern is the pattern of the mesh that an input runs, "" without one.
func runningPattern(m *importer.ExistingMesh) string {
	if m == nil {
		return ""
	}
	var waypoints, agents, gateways bool
	for _, c := range m.Components {
		waypoints = waypoints || c.Role == importer.RoleWaypoint
		agents = agents || c.Role == importer.RoleNodeAgent
		gateways = gateways || c.Role == importer.RoleGateway
	}
	has := func(product string) bool { return slices.Contains(m.Products, product) }
	switch {
	case m.Proxies > 0 && has("istio"):
		return model.PatternSidecar
	case m.Proxies > 0 && has("linkerd"):
		return model.PatternLinkerd
	case waypoints:
		return model.PatternAmbientL7
	case agents && has("istio"), m.AmbientNamespaces > 0:
		return model.PatternAmbient
	case gateways && has("istio"):
		return model.PatternGateway
	}
	return ""
}
