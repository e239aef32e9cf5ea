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
func (in *inputs) nodeGroups(solution pack.Solution) []NodeGroup {
	counts := make([]int64, len(in.nodeTypes))
	for _, g := range solution.Groups {
		counts[g.NodeType] += g.Count
	}
	groups := []NodeGroup{}
	for i, n := range counts {
		if n > 0 {
			groups = append(groups, NodeGroup{
				NodeType: in.nodeTypes[i].Name, Count: n, Existing: in.standing[i] > 0,
				MonthlyCostUSD: float64(n) * float64(in.priceMicroUSD(i)) / microUSD,
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
	holds.settle()
	return holds
}

// settle takes what is drawn beyond a node's size off its headroom, then off what runs on
// every node: such pods wait, and a warning says so.
func (c *content) settle() {
	stranded := &c[len(c)-1]
	if !stranded.overdrawn() {
		return
	}
	for _, kind := range []string{SliceHeadroom, SliceAgents, SliceDaemonSets} {
		from := &c[slices.Index(sliceOrder, kind)]
		cut := Amount{
			min(max(-stranded.CPUMillicores, 0), from.CPUMillicores), min(max(-stranded.MemoryMiB, 0), from.MemoryMiB), min(max(-stranded.Pods, 0), from.Pods),
		}
		*from, *stranded = from.minus(cut), stranded.plus(cut)
	}
}

// overfull warns of node types in a plan that cannot hold what runs on every node.
func (in *inputs) overfull(p patternPacking, groups []NodeGroup) []Warning {
	every := p.demand.perNode.daemonSets.plus(p.demand.perNode.agents)
	var list []Warning
	for i, t := range in.nodeTypes {
		used := slices.ContainsFunc(groups, func(g NodeGroup) bool { return g.NodeType == t.Name && g.Existing == (in.standing[i] > 0) })
		if used && in.usable(t).minus(every).overdrawn() {
			list = append(list, Warning{
				ID: "node_overfull", Pattern: p.pattern.id, Field: "daemonset_cpu_m",
				Message: fmt.Sprintf("what runs on every node, %d pods of %dm and %d MiB together, is more than %s offers with headroom kept: nothing else fits there", every.Pods, every.CPUMillicores, every.MemoryMiB, t.Name),
				Fix:     "Lower the DaemonSets' requests or headroom, or choose larger nodes",
			})
		}
	}
	return list
}

func (in *inputs) layout(nodeType, zone int, count int64, holds content) Layout {
	l := Layout{NodeType: in.nodeTypes[nodeType].Name, Existing: in.standing[nodeType] > 0, Zone: zone, Count: count, Capacity: allocatable(in.nodeTypes[nodeType])}
	if in.nodeTypes[nodeType].MaxPods == 0 { // no limit: no slots to draw
		l.Capacity.Pods, holds[len(holds)-1].Pods = 0, 0
	}
	l.Slices = make([]Slice, len(sliceOrder))
	for i, kind := range sliceOrder {
		l.Slices[i] = Slice{Kind: kind, Amount: holds[i].times(count)}
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
	in.misfits = append(in.misfits, Warning{
		ID: "unplaceable", Pattern: p.id, Field: wrong.Field, Message: wrong.Message, Fix: wrong.Fix,
	})
	return r, nil
}

// unplaceable says which pod fits on no node, and what would let it.
func (in *inputs) unplaceable(p pattern, d demand, solution pack.Solution) FieldError {
	if len(solution.Unplaceable) == 0 {
		return in.outOfNodes(p, d, solution)
	}
	s := solution.Unplaceable[0]
	pod := d.shapes[s.Shape]
	if s.NodeType < 0 {
		return FieldError{
			Field: "node_type", Rule: "unplaceable",
			Message: fmt.Sprintf("with pattern %s %s may run on none of the node types", p.id, pod.label()),
			Fix:     "Add a node_type without taint",
		}
	}
	t := in.nodeTypes[s.NodeType]
	unit := map[pack.Resource]string{pack.CPU: "m of CPU", pack.Memory: " MiB of memory", pack.Pods: " pod slots"}[s.Resource]
	what := map[string]string{SliceApplication: "a pod", SliceControlPlane: "a control-plane pod", SliceGateways: "a gateway or waypoint", SliceObservability: "a pod for metrics or traces"}[pod.kind]
	fits, fix := "fits on no node", "Choose a larger node_type, or lower the request, headroom or DaemonSets"
	if pod.types != nil {
		fits = "fits on none of the nodes it may run on"
		fix = "Add a larger node_type that it may run on, allow it other ones, or lower the request, headroom or DaemonSets"
	}
	return FieldError{
		Field: "node_type", Value: t.Name, Rule: "unplaceable",
		Message: fmt.Sprintf("with pattern %s %s of %dm and %d MiB (%s) %s: %s is %d%s short",
			p.id, what, pod.total.CPUMillicores, pod.total.MemoryMiB, pod.label(), fits, t.Name, s.Missing, unit),
		Fix: fix,
	}
}

// outOfNodes says that every pod fits somewhere and there are not enough such nodes:
// only existing nodes are limited, so some pods may run on them alone.
func (in *inputs) outOfNodes(p pattern, d demand, solution pack.Solution) FieldError {
	wrong := FieldError{
		Field: "node_type", Rule: "unplaceable",
		Message: fmt.Sprintf("with pattern %s no placement within the nodes that may be used was found (%s)", p.id, solution.Reason),
		Fix:     "Allow more node types, or fewer zones and nodes per zone",
	}
	problem := in.problem(d)
	for i, s := range problem.Shapes {
		if s.Count > 0 && !in.canBuyFor(problem, s) {
			wrong.Field, wrong.Value = "existing_nodes", d.shapes[i].label()
			wrong.Message = fmt.Sprintf("with pattern %s the existing nodes do not hold every pod of %s, and no node_type that can be bought may hold one", p.id, d.shapes[i].label())
			wrong.Fix = "Add a node_type that it may run on, or more such nodes to existing_nodes"
			return wrong
		}
	}
	return wrong
}

func (in *inputs) canBuyFor(problem pack.Problem, s pack.Shape) bool {
	for i, t := range problem.NodeTypes {
		fits := s.NodeTypes == nil || s.NodeTypes[i]
		for r := range s.Size {
			fits = fits && s.Size[r] <= t.Capacity[r]
		}
		if fits && in.standing[i] == 0 {
			return true
		}
	}
	return false
}
