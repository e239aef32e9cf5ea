package model

import (
	"fmt"
	"slices"

	"meshplan/internal/pack"
)

// mostLayouts of one type and zone are told apart; the rarest are summed up beyond that,
// so that a plan for a huge cluster stays small.
const mostLayouts = 40

// nodeGroups counts the nodes of each type and prices them.
func (in *inputs) nodeGroups(problem pack.Problem, solution pack.Solution) []NodeGroup {
	counts := make([]int64, len(in.nodeTypes))
	for _, g := range solution.Groups {
		counts[g.NodeType] += g.Count
	}
	groups := []NodeGroup{}
	for i, n := range counts {
		if n > 0 {
			groups = append(groups, NodeGroup{
				NodeType: in.nodeTypes[i].Name, Count: n,
				MonthlyCostUSD: float64(n) * float64(problem.NodeTypes[i].Price) / microUSD,
			})
		}
	}
	return groups
}

// sliceOrder is the drawing order of slices.
var sliceOrder = []string{
	SliceDaemonSets, SliceAgents, SliceApplication, SliceProxies, SliceControlPlane, SliceGateways, SliceObservability, SliceHeadroom, SliceStranded,
}

// content is what the nodes of a group hold, by kind of slice in sliceOrder.
type content [9]Amount

func (c *content) add(kind string, a Amount) {
	i := slices.Index(sliceOrder, kind)
	c[i] = c[i].plus(a)
}

// layouts says what the nodes hold, alike ones drawn once, the commonest first.
func (in *inputs) layouts(d demand, solution pack.Solution) []Layout {
	type key struct {
		nodeType, zone int
		holds          content
	}
	counts := map[key]int64{}
	var order []key
	for _, g := range solution.Groups {
		k := key{g.NodeType, g.Zone, in.contentOf(d, g)}
		if counts[k] == 0 {
			order = append(order, k)
		}
		counts[k] += g.Count
	}
	slices.SortStableFunc(order, func(a, b key) int {
		if a.nodeType != b.nodeType {
			return a.nodeType - b.nodeType
		}
		return int(counts[b] - counts[a])
	})
	layouts := []Layout{}
	perType := map[int]int{}
	for _, k := range order {
		l := in.layout(k.nodeType, k.zone, counts[k], k.holds)
		if perType[k.nodeType]++; perType[k.nodeType] > mostLayouts {
			mergeLayout(&layouts[len(layouts)-1], l)
			continue
		}
		layouts = append(layouts, l)
	}
	return layouts
}

// contentOf is what one node of a group holds.
func (in *inputs) contentOf(d demand, g pack.Group) content {
	var holds content
	t := in.nodeTypes[g.NodeType]
	whole := allocatable(t)
	holds.add(SliceDaemonSets, d.perNode.daemonSets)
	holds.add(SliceAgents, d.perNode.agents)
	holds.add(SliceHeadroom, whole.minus(in.usable(t)))
	for _, placed := range g.Pods {
		s := d.shapes[placed.Shape]
		holds.add(s.kind, s.total.minus(s.proxy).times(placed.Count))
		holds.add(SliceProxies, s.proxy.times(placed.Count))
	}
	used := Amount{}
	for _, a := range holds {
		used = used.plus(a)
	}
	holds.add(SliceStranded, whole.minus(used))
	return holds
}

func (in *inputs) layout(nodeType, zone int, count int64, holds content) Layout {
	l := Layout{NodeType: in.nodeTypes[nodeType].Name, Zone: zone, Count: count, Capacity: allocatable(in.nodeTypes[nodeType])}
	if in.nodeTypes[nodeType].MaxPods == 0 { // no limit: no slots to draw
		l.Capacity.Pods, holds[len(holds)-1].Pods = 0, 0
	}
	for i, kind := range sliceOrder {
		l.Slices = append(l.Slices, Slice{Kind: kind, Amount: holds[i].times(count)})
	}
	return l
}

func mergeLayout(into *Layout, l Layout) {
	into.Mixed = true
	into.Count += l.Count
	for i := range into.Slices {
		into.Slices[i].Amount = into.Slices[i].plus(l.Slices[i].Amount)
	}
}

// infeasible answers for a pattern with a pod that fits on no node: an error when even
// the application does not fit, else a result without numbers and the reason why.
func (in *inputs) infeasible(r Result, p pattern, d demand, solution pack.Solution) (Result, error) {
	wrong := in.unplaceable(p, d, solution)
	if p.id == PatternNone {
		return r, &InputError{Fields: []FieldError{wrong}}
	}
	r.MonthlyCostUSD, r.MonthlyCostLowerBoundUSD = 0, 0
	in.misfits = append(in.misfits, Warning{
		ID: "unplaceable", Pattern: p.id, Field: wrong.Field, Message: wrong.Message, Fix: wrong.Fix,
	})
	return r, nil
}

// unplaceable says which pod fits on no node, and what would let it.
func (in *inputs) unplaceable(p pattern, d demand, solution pack.Solution) FieldError {
	if len(solution.Unplaceable) == 0 {
		return FieldError{
			Field: "node_type", Rule: "unplaceable", Message: "the pods cannot be placed on the nodes that may be used",
			Fix: "Allow more node types, zones or nodes",
		}
	}
	s := solution.Unplaceable[0]
	pod, t := d.shapes[s.Shape], in.nodeTypes[s.NodeType]
	unit := map[pack.Resource]string{pack.CPU: "m of CPU", pack.Memory: " MiB of memory", pack.Pods: " pod slots"}[s.Resource]
	what := map[string]string{SliceApplication: "a pod", SliceControlPlane: "a control-plane pod", SliceGateways: "a gateway or waypoint", SliceObservability: "a pod for metrics or traces"}[pod.kind]
	return FieldError{
		Field: "node_type", Value: t.Name, Rule: "unplaceable",
		Message: fmt.Sprintf("with pattern %s %s of %dm and %d MiB fits on no node: %s is %d%s short",
			p.id, what, pod.total.CPUMillicores, pod.total.MemoryMiB, t.Name, s.Missing, unit),
		Fix: "Choose a larger node_type, or lower the request, headroom or DaemonSets",
	}
}
