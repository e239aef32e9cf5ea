package pack

import (
	"cmp"
	"context"
	"slices"
)

// Pods that may lie in any zone are dealt in three ways and the cheapest is taken: evenly,
// all to the first zone, and into the room that the other zones' nodes have left, with the
// rest to the first.

// placeLoose is placeQuick with the loose pods dealt where they fit best.
func (sp *spread) placeLoose(ctx context.Context) (chosen *spread, best []Group, spare int, reason Reason) {
	chosen = sp
	best, spare, reason = sp.placeQuick(ctx, sp.spareCandidates())
	if !sp.p.anyLoose() || reason == ReasonNone && ctx.Err() != nil {
		return chosen, best, spare, reason
	}
	offer := func(other *spread) ([]Group, bool) {
		groups, t, why := other.placeQuick(ctx, []int{spare})
		if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, best)) {
			chosen, best, spare, reason = other, groups, t, why
		}
		return groups, why == ReasonNone
	}
	gathered := split(sp.p, dealFirst)
	if groups, ok := offer(gathered); ok && ctx.Err() == nil {
		offer(gathered.filled(groups))
	}
	return chosen, best, spare, reason
}

// filled is a gathered deal with loose pods moved from the first zone into the room that
// its placement leaves on the nodes of the others, the largest pods first.
func (sp *spread) filled(groups []Group) *spread {
	counts := make([][]int64, sp.zones)
	for _, sh := range sp.shares {
		for _, z := range sh.zones {
			counts[z] = slices.Clone(sh.counts)
		}
	}
	order := sp.looseBySize()
	for i := range groups {
		g := &groups[i]
		spare := len(g.Pods) == 0 && sp.p.Survive == SurviveNode
		if g.Zone != 0 && !spare {
			sp.fill(sp.p.vacant(g), order, counts[0], counts[g.Zone])
		}
	}
	out := *sp
	out.shares = nil
	for z := range counts {
		out.addZone(z, counts[z])
	}
	return &out
}

// vacancy is the room that is left on each of count alike nodes.
type vacancy struct {
	nodeType int
	count    int64
	room     Vector
	pods     []Placed
}

func (p *Problem) vacant(g *Group) vacancy {
	v := vacancy{nodeType: g.NodeType, count: g.Count, room: p.NodeTypes[g.NodeType].Capacity, pods: g.Pods}
	for _, pod := range g.Pods {
		v.room = minus(v.room, p.Shapes[pod.Shape].Size, pod.Count)
	}
	return v
}

// fill moves loose pods from one zone's counts to another's, as many as the vacancy takes.
// Nodes that a shape fills in part are passed over for the shapes after it.
func (sp *spread) fill(v vacancy, order []int, from, to []int64) {
	for _, s := range order {
		if !sp.p.shapeFits(s, v.nodeType) || v.count == 0 {
			continue
		}
		shape := &sp.p.Shapes[s]
		per := min(timesIn(shape.Size, v.room), from[s])
		if shape.MaxPerNode > 0 {
			per = min(per, shape.MaxPerNode-countOf(v.pods, s))
		}
		if per <= 0 {
			continue
		}
		nodes := min(v.count, from[s]/per)
		from[s] -= nodes * per
		to[s] += nodes * per
		v.room, v.count = minus(v.room, shape.Size, per), nodes
	}
}

// looseBySize lists the loose shapes by the largest share that a pod takes of all pods.
func (sp *spread) looseBySize() []int {
	var all Vector
	for s := range sp.p.Shapes {
		for r := range all {
			all[r] += sp.total[s] * sp.p.Shapes[s].Size[r]
		}
	}
	share := func(s int) (most float64) {
		for r := range all {
			most = max(most, float64(sp.p.Shapes[s].Size[r])/float64(max(1, all[r])))
		}
		return most
	}
	var order []int
	for s := range sp.p.Shapes {
		if sp.p.loose(s) && sp.p.Shapes[s].Count > 0 {
			order = append(order, s)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(share(b), share(a)) })
	return order
}
