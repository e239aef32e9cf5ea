package pack

import (
	"context"
	"slices"
)

// The budgets of Tight, as counts.
const (
	proofRounds = 60 // exact proofs of a bound, each followed by more columns
	proofGap    = 2e-6
)

// tight plans with all stages and remembers what it proved.
type tight struct {
	ctx      context.Context
	settings Settings
	p        *Problem
	solved   []*solvedInstance
	err      error
}

// solvedInstance is a column generation that has run to its end.
type solvedInstance struct {
	counts   []int64
	minNodes int64
	kinds    []kind
	plan     *plan
	cg       *colgen
	proof    *proof
	packed   bool // plan is the best of all stages, and cg is used up
}

// closed runs column generation on the instance of counts and proves its bound; the
// result is kept.
func (tg *tight) closed(in *instance, counts []int64, b *bounded) *solvedInstance {
	for i := range tg.solved {
		if s := tg.solved[i]; s.minNodes == in.minNodes && slices.Equal(s.counts, counts) && slices.Equal(s.kinds, in.kinds) {
			return s
		}
	}
	s := &solvedInstance{counts: counts, minNodes: in.minNodes, kinds: in.kinds, plan: in.heuristics(b)}
	if len(in.items) > 0 && len(in.kinds) > 0 && !(s.plan != nil && s.plan.cost <= b.Cost) {
		s.cg = newColgen(in, b, s.plan)
		s.proof = tg.prove(s.cg, s.plan)
	}
	tg.solved = append(tg.solved, s)
	return s
}

// solveTight is Solve with every stage.
func solveTight(ctx context.Context, p *Problem, s Settings) (Solution, error) {
	sp := split(p)
	if bad := sp.impossible(); bad != nil {
		return *bad, nil
	}
	tg := &tight{ctx: ctx, settings: s, p: p}
	first, spare, reason := sp.place(quick, sp.spareCandidates())
	b, certificate := tg.bounds(sp)
	if reason != ReasonNone {
		spare = anySpare
	}
	groups, _, why := sp.place(tg.pack, []int{spare})
	if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, first)) {
		first, reason = groups, ReasonNone
	}
	if tg.err != nil {
		return Solution{}, tg.err
	}
	if reason != ReasonNone {
		return infeasible(reason, b), nil
	}
	out := sp.solution(first, b)
	out.Certificate = certificate
	if out.Status != Optimal && ctx.Err() != nil {
		out.Status = Interrupted
	}
	return out, nil
}

// bounds improves the quick bounds by column generation on the unsplit demand and, with
// zones, on what each zone holds at least.
func (tg *tight) bounds(sp *spread) (Bounds, *Certificate) {
	b := sp.bounds(false)
	var best *Certificate
	for _, perZone := range []bool{false, true} {
		if perZone && sp.zones == 1 {
			break
		}
		c := tg.certify(sp, perZone)
		if c == nil {
			continue
		}
		cost := c.value(tg.p)
		if best == nil || cost > best.value(tg.p) {
			best = c
		}
		if tg.p.free() {
			b.Nodes = max(b.Nodes, cost)
			continue
		}
		b.Cost = max(b.Cost, cost)
		b.Nodes = max(b.Nodes, ceilDiv(cost, tg.p.dearestPrice()))
	}
	return b, best
}

func (p *Problem) dearestPrice() int64 {
	dearest := int64(1)
	for t := range p.NodeTypes {
		dearest = max(dearest, p.NodeTypes[t].Price)
	}
	return dearest
}

// certify proves a bound for the unsplit demand or for one zone's least share.
func (tg *tight) certify(sp *spread, perZone bool) *Certificate {
	counts, zones := sp.total, int64(1)
	minNodes := max(tg.p.MinNodesPerZone*sp.zones, sp.occupied)
	occupied := sp.occupied
	if perZone {
		counts, zones = sp.floor, sp.zones
		occupied = min(1, sp.podsPerZone())
		minNodes = max(tg.p.MinNodesPerZone, occupied)
	}
	spare := tg.p.Survive == SurviveNode && sp.occupied > 0
	if spare && tg.p.MinNodesPerZone > 0 {
		minNodes = occupied // spares count towards the minimum
	}
	in := reduce(tg.p, counts, tg.p.limits())
	in.minNodes = minNodes
	b := in.bound(minNodes, false)
	s := tg.closed(in, counts, &b)
	if s.proof == nil {
		return nil
	}
	return s.cg.certificate(tg.p, s.proof, zones, spare)
}

// prove alternates column generation and exact proofs until the bound meets the
// master's cost, or is as good as the plan's cost.
func (tg *tight) prove(cg *colgen, pl *plan) *proof {
	var best *proof
	for range proofRounds {
		if err := cg.run(tg.ctx); err != nil {
			tg.err = err
			return best
		}
		if tg.ctx.Err() != nil {
			return best
		}
		found := false
		for _, duals := range [][]float64{slices.Clone(cg.center), slices.Clone(cg.master.Duals())} {
			pf, more := cg.prove(duals)
			if found = found || more; best == nil || pf.bound > best.bound {
				best = pf
				copy(cg.center, duals)
			}
		}
		cg.estimate = best.bound
		tg.report("columns", int64(cg.iters), colgenRounds, pl, best)
		if gap := cg.master.Objective() - best.bound; !found || gap < proofGap*best.bound {
			break
		}
	}
	return best
}

// report tells the caller how far the search is, for one instance.
func (tg *tight) report(stage string, step, steps int64, pl *plan, pf *proof) {
	if tg.settings.Progress == nil {
		return
	}
	pr := Progress{Stage: stage, Step: step, Steps: steps}
	if pl != nil {
		pr.Cost = pl.cost
	}
	if pf != nil {
		pr.Bound = int64(pf.bound)
	}
	tg.settings.Progress(pr)
}

// pack is a planner that uses every stage.
func (tg *tight) pack(in *instance, counts []int64, b *bounded) *plan {
	s := tg.closed(in, counts, b)
	if s.cg == nil || s.proof == nil || s.packed {
		return s.plan
	}
	s.packed = true
	target := roundUp(int64(s.proof.bound*(1-1e-12)), in.priceQuantum())
	im := &improver{tight: tg, in: in, solved: s, target: target, best: s.plan}
	im.run()
	s.plan = im.best
	return im.best
}
