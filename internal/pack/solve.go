package pack

import (
	"context"
	"slices"
)

// Solve plans nodes for every pod of the problem and proves a lower bound. The error
// is a [*ProblemError] for a problem that Validate refuses, and nil otherwise: that
// nothing fits, or that the context ended, is in the Solution's Status.
func Solve(ctx context.Context, p Problem, s Settings) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, err
	}
	if s.Effort == Tight {
		return solveTight(ctx, &p, s)
	}
	out := solveWith(&p, func(sp *spread) ([]Group, Reason) {
		_, groups, _, reason := sp.placeLoose(ctx)
		return groups, reason
	})
	if out.Status == Feasible && ctx.Err() != nil {
		out.Status = Interrupted
	}
	return out, nil
}

// planner packs one instance of the given counts per shape; nil if the limits end first.
type planner func(in *instance, counts []int64, b *bounded) *plan

// quickly is the planner of Fast.
func quickly(ctx context.Context) planner {
	return func(in *instance, _ []int64, b *bounded) *plan { return in.heuristics(ctx, b) }
}

// solveWith plans a valid problem by the given way to place its pods.
func solveWith(p *Problem, place func(sp *spread) ([]Group, Reason)) Solution {
	sp := split(p, dealRound)
	if bad := sp.impossible(); bad != nil {
		return *bad
	}
	b := sp.bounds(false)
	groups, reason := place(sp)
	if reason != ReasonNone {
		return infeasible(reason, b)
	}
	return sp.solution(groups, b)
}

// placeQuick places by the quick plans. Greedy plans fill free nodes first, and what they
// leave over can cost more than everything would by itself, so the plan that puts no pod
// on a free node is tried too.
func (sp *spread) placeQuick(ctx context.Context, spareTypes []int) (best []Group, spare int, reason Reason) {
	best, spare, reason = sp.place(ctx, sp.p, quickly(ctx), spareTypes)
	bought := sp.p.withoutFree()
	if bought == nil || len(bought.unplaceable(sp.total)) > 0 || reason == ReasonNone && ctx.Err() != nil {
		return best, spare, reason
	}
	groups, t, why := sp.place(ctx, bought, quickly(ctx), spareTypes)
	if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, best)) {
		return groups, t, ReasonNone
	}
	return best, spare, reason
}

// noNodes is the limit of a type that takes no pods in this plan.
const noNodes = -1

// withoutFree is the problem in which no pod goes on the free node types that have a
// limit; nil if there are none, or nothing else. They are still there to be kept empty.
func (p *Problem) withoutFree() *Problem {
	bought := *p
	bought.NodeTypes = slices.Clone(p.NodeTypes)
	free := 0
	for t := range bought.NodeTypes {
		if n := &bought.NodeTypes[t]; n.Price == 0 && n.Limit > 0 {
			n.Limit = noNodes
			free++
		}
	}
	if free == 0 || free == len(bought.NodeTypes) {
		return nil
	}
	return &bought
}

// impossible is the solution if some shape fits nowhere, else nil.
func (sp *spread) impossible() *Solution {
	short := sp.p.unplaceable(sp.total)
	if len(short) == 0 {
		return nil
	}
	reason := ReasonTooLarge
	if len(sp.p.NodeTypes) == 0 {
		reason = ReasonNoNodeTypes
	}
	return &Solution{Status: Infeasible, Reason: reason, Unplaceable: short}
}

func infeasible(reason Reason, b Bounds) Solution {
	return Solution{Status: Infeasible, Reason: reason, NodesBound: b.Nodes, CostBound: b.Cost, Binding: b.Binding}
}

// solution adds the groups up.
func (sp *spread) solution(groups []Group, b Bounds) Solution {
	s := Solution{Status: Feasible, Groups: coalesce(groups), NodesBound: b.Nodes, CostBound: b.Cost, Binding: b.Binding}
	for _, g := range groups {
		s.Nodes += g.Count
		s.Cost += g.Count * sp.p.NodeTypes[g.NodeType].Price
	}
	if s.Cost == s.CostBound && (s.Cost > 0 || s.Nodes == s.NodesBound) {
		s.Status = Optimal
	}
	return s
}

// anySpare lets the spares be chosen after the rest is planned.
const anySpare = -1

// place plans every zone of base, which is sp's problem or has less room, then adds spares
// and minimum nodes. It returns which of the spare types was best. When the context ends
// the best so far has to do.
func (sp *spread) place(ctx context.Context, base *Problem, pack planner, spareTypes []int) (best []Group, spare int, reason Reason) {
	spare, reason = anySpare, ReasonNotFound
	for _, t := range spareTypes {
		if reason == ReasonNone && ctx.Err() != nil {
			break
		}
		p := base
		if t != anySpare {
			p = base.narrowedTo(t)
		}
		if p == nil {
			continue
		}
		groups, why := sp.placeWith(p, pack, t)
		if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, best)) {
			best, spare, reason = groups, t, ReasonNone
		} else if reason != ReasonNone && t == anySpare {
			reason = why
		}
	}
	return best, spare, reason
}

func (sp *spread) cheaper(a, b []Group) bool {
	costA, nodesA := sp.sum(a)
	costB, nodesB := sp.sum(b)
	return costA < costB || costA == costB && nodesA < nodesB
}

func (sp *spread) sum(groups []Group) (cost, nodes int64) {
	for _, g := range groups {
		cost += g.Count * sp.p.NodeTypes[g.NodeType].Price
		nodes += g.Count
	}
	return cost, nodes
}

// placeWith plans every zone of p, which is sp's problem or has less room.
func (sp *spread) placeWith(p *Problem, pack planner, spare int) ([]Group, Reason) {
	stock := newStock(p)
	if spare >= 0 && sp.p.NodeTypes[spare].Limit == 1 {
		stock.left[spare] = 0
	}
	var groups []Group
	for i := range sp.shares {
		sh := &sp.shares[i]
		if !stock.limited {
			in := reduce(p, sh.counts, p.limits())
			pl := pack(in, sh.counts, sp.zoneBound(in))
			for _, z := range sh.zones {
				groups = append(groups, in.expand(pl, z)...)
			}
			continue
		}
		for _, z := range sh.zones {
			pl, in := sp.placeLimited(p, pack, sh.counts, stock)
			if pl == nil {
				return nil, sp.limitReason()
			}
			groups = append(groups, in.expand(pl, z)...)
		}
	}
	stock.readmit(sp.p)
	if sp.p.Survive == SurviveNode && sp.occupied > 0 {
		spares, ok := sp.spares(groups, stock, spare)
		if !ok {
			return nil, sp.spareReason()
		}
		groups = append(groups, spares...)
	}
	extra, ok := sp.fillZones(groups, stock)
	if !ok {
		return nil, sp.minNodesReason()
	}
	groups = append(groups, extra...)
	slices.SortStableFunc(groups, func(a, b Group) int { return a.Zone - b.Zone })
	if p.Survive == SurviveZone {
		groups = sp.reserve(groups)
	}
	return groups, ReasonNone
}

// zoneBound is the bound that lets the heuristics stop early and prices the pods.
func (sp *spread) zoneBound(in *instance) *bounded {
	b := in.bound(in.minNodes, false)
	return &b
}

// limitReason says whether the limits provably leave too little room.
func (sp *spread) limitReason() Reason {
	in := reduce(sp.p, sp.total, sp.p.limits())
	if len(in.kinds) == 0 || !in.bound(0, false).roomy {
		return ReasonLimits
	}
	return ReasonNotFound
}

// placeLimited plans one zone with its part of what is left of the limited types, and
// if that is too little with all that is left.
func (sp *spread) placeLimited(p *Problem, pack planner, counts []int64, stock *stock) (*plan, *instance) {
	for _, all := range []bool{false, true} {
		in := reduce(p, counts, stock.limits(all))
		if pl := pack(in, counts, sp.zoneBound(in)); pl != nil {
			stock.zoneDone()
			for _, b := range pl.batches {
				stock.take(in.kinds[b.kind].index, b.count)
			}
			return pl, in
		}
	}
	return nil, nil
}

// coalesce joins neighbouring groups that hold the same pods.
func coalesce(groups []Group) []Group {
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		if n := len(out) - 1; n >= 0 && out[n].NodeType == g.NodeType && out[n].Zone == g.Zone &&
			slices.Equal(out[n].Pods, g.Pods) && slices.Equal(out[n].Reserved, g.Reserved) {
			out[n].Count += g.Count
			continue
		}
		out = append(out, g)
	}
	return out
}
