package pack

import (
	"context"
	"slices"
)

// The budgets of Tight, as counts.
const (
	proofRounds      = 60   // exact proofs of a bound, each followed by more columns
	proofGap         = 2e-6 // relative gap to the master's cost at which a bound is good enough
	fineGap          = 2e-4 // the same where sizes are too fine for exact tables to prove it
	colgenItems      = 3000 // more would need too much memory for the inverse of the basis
	proofCenterEvery = 6    // proofs at the master's duals for one at the center
)

// tight plans with all stages and remembers what it proved.
type tight struct {
	ctx      context.Context
	settings Settings
	p        *Problem
	spread   *spread
	solved   []*solvedInstance
	cost     int64 // of the best plan so far, all zones together; 0 = none yet
	bound    int64 // best so far
	zones    int64 // that the instance under work stands for
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
	sampled  *plan // nil unless sizes are too fine for exact tables
	optimal  bool  // plan is the best there is: exhaustive search ended
	packed   bool  // plan is the best of all stages, and cg is used up
}

// closed runs column generation on the instance of counts and proves its bound; the
// result is kept.
func (tg *tight) closed(in *instance, counts []int64, b *bounded) *solvedInstance {
	for i := range tg.solved {
		if s := tg.solved[i]; s.minNodes == in.minNodes && slices.Equal(s.counts, counts) && slices.Equal(s.kinds, in.kinds) {
			return s
		}
	}
	s := &solvedInstance{counts: counts, minNodes: in.minNodes, kinds: in.kinds, plan: in.heuristics(tg.ctx, b)}
	tg.solved = append(tg.solved, s)
	if len(in.items) == 0 || len(in.kinds) == 0 || s.plan != nil && s.plan.cost <= b.Cost {
		return s
	}
	start, fine := s.plan, in.tooFine()
	if fine {
		s.sampled = in.sampled(tg.ctx, b, tg.settings)
		if s.sampled.better(start) {
			start = s.sampled
		}
	}
	if len(in.items) > colgenItems || fine && start != nil && start.cost <= b.enough() {
		return s
	}
	s.cg = newColgen(in, start, func(i int) float64 { return in.startPrice(b, i) })
	if fine {
		s.cg.tolerance = fineGap * float64(b.Cost)
	}
	s.proof = tg.prove(s.cg)
	return s
}

// solveTight is Solve with every stage.
func solveTight(ctx context.Context, p *Problem, s Settings) (Solution, error) {
	sp := split(p, dealRound)
	if bad := sp.impossible(); bad != nil {
		return *bad, nil
	}
	tg := &tight{ctx: ctx, settings: s, p: p}
	quickBounds := sp.bounds(false)
	sp, first, spare, reason := bestDeal(ctx, p, sp, quickBounds.Cost)
	tg.cost, _ = sp.sum(first)
	tg.bound, tg.spread = quickBounds.Cost, sp
	b, certificate := tg.bounds(sp, quickBounds)
	if reason != ReasonNone {
		spare = anySpare
	}
	groups, _, why := sp.place(ctx, sp.p, tg.pack, []int{spare})
	if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, first)) {
		first, reason = groups, ReasonNone
	}
	if tg.err != nil {
		return Solution{}, tg.err
	}
	if reason != ReasonNone {
		return infeasible(reason, b), nil
	}
	exact, exhausted := tg.exhausted(sp)
	if exhausted = exhausted && spare == anySpare && exact > b.Cost; exhausted {
		b.Cost = exact
	}
	out := sp.solution(first, b)
	out.Certificate, out.Exhausted = certificate, exhausted
	if out.Status != Optimal && ctx.Err() != nil {
		out.Status = Interrupted
	}
	return out, nil
}

// dealTrials is how many ways to deal remainders to zones are tried with quick plans.
const dealTrials = 24

// bestDeal finds the deal of remainders to zones, and the spare, with the best quick plan.
func bestDeal(ctx context.Context, p *Problem, sp *spread, bound int64) (*spread, []Group, int, Reason) {
	chosen, best, spare, reason := sp.placeLoose(ctx)
	if len(sp.shares) == 1 && !p.anyLoose() {
		return sp, best, spare, reason
	}
	for deal := dealFirst; deal < dealTrials; deal++ {
		if cost, _ := sp.sum(best); reason == ReasonNone && (cost <= bound || ctx.Err() != nil) {
			break
		}
		other := split(p, deal)
		groups, t, why := other.placeQuick(ctx, []int{spare})
		if why == ReasonNone && (reason != ReasonNone || sp.cheaper(groups, best)) {
			chosen, best, spare, reason = other, groups, t, why
		}
	}
	return chosen, best, spare, reason
}

// exhausted is the cost of the best plan if every zone's share has to be the same, was
// searched exhaustively and nothing but pods asks for nodes.
func (tg *tight) exhausted(sp *spread) (cost int64, ok bool) {
	p := tg.p
	if len(sp.shares) != 1 || p.anyLoose() || p.Survive == SurviveNode || p.MinNodesPerZone > 0 || p.free() || newStock(p).limited && sp.zones > 1 {
		return 0, false
	}
	for _, s := range tg.solved {
		if s.optimal && slices.Equal(s.counts, sp.shares[0].counts) {
			return s.plan.cost * sp.zones, true
		}
	}
	return 0, false
}

// bounds improves the quick bounds by column generation on the unsplit demand and, with
// zones, on what each zone holds at least.
func (tg *tight) bounds(sp *spread, b Bounds) (Bounds, *Certificate) {
	best, bound := sp.quickCertificate()
	for _, sc := range sp.scopes() {
		tg.zones = sc.zones
		if c, quantum := tg.certify(&sc); c != nil {
			if v := sc.value(c, quantum); v > bound {
				best, bound = c, v
			}
		}
	}
	if tg.p.free() {
		b.Nodes = max(b.Nodes, bound)
	} else {
		b.Cost = max(b.Cost, bound)
		b.Nodes = max(b.Nodes, ceilDiv(bound, tg.p.dearestPrice()))
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

// certify proves a bound for a scope by column generation; nil if the quick plan is
// optimal already or nothing can be proved.
func (tg *tight) certify(sc *scope) (c *Certificate, quantum int64) {
	in := sc.reduce()
	b := in.bound(in.minNodes, false)
	s := tg.closed(in, sc.counts, &b)
	if s.proof == nil {
		return nil, 0
	}
	return s.cg.certificate(sc, s.proof), in.priceQuantum()
}

// prove alternates column generation and exact proofs until the bound meets the
// master's cost or nothing more is found.
func (tg *tight) prove(cg *colgen) *proof {
	var best *proof
	try := func(duals []float64) (found bool) {
		pf, found := cg.prove(duals)
		if best == nil || pf.bound > best.bound {
			best = pf
			copy(cg.center, duals)
		}
		return found
	}
	for round := range proofRounds {
		if err := cg.run(tg.ctx); err != nil {
			tg.err = err
			return best
		}
		// The master's duals yield columns, and the bound once there are none; the center
		// proves more on the way there.
		found := false
		if round%proofCenterEvery == 0 || tg.ctx.Err() != nil {
			found = try(slices.Clone(cg.center))
		}
		if tg.ctx.Err() != nil {
			return best
		}
		found = try(slices.Clone(cg.master.Duals())) || found
		if !found || round == proofRounds-1 {
			try(slices.Clone(cg.center))
		}
		cg.estimate = best.bound
		tg.report("columns", int64(cg.iters), colgenRounds, best)
		if gap := cg.master.Objective() - best.bound; !found || gap < proofGap*best.bound {
			break
		}
	}
	return best
}

// report tells the caller how far the search is. Cost and bound are those of the whole
// problem and only ever close in.
func (tg *tight) report(stage string, step, steps int64, pf *proof) {
	if pf != nil {
		tg.bound = max(tg.bound, int64(pf.bound*(1-1e-12))*tg.zones)
	}
	if tg.settings.Progress != nil {
		tg.settings.Progress(Progress{Stage: stage, Step: step, Steps: steps, Cost: tg.cost, Bound: tg.bound})
	}
}

// standsFor is how many zones hold the counts.
func (tg *tight) standsFor(counts []int64) int64 {
	for _, sh := range tg.spread.shares {
		if slices.Equal(sh.counts, counts) {
			return int64(len(sh.zones))
		}
	}
	return 1
}

// pack is a planner that uses every stage.
func (tg *tight) pack(in *instance, counts []int64, b *bounded) *plan {
	s := tg.closed(in, counts, b)
	if s.sampled == nil && s.proof == nil || s.packed {
		return s.plan
	}
	s.packed = true
	tg.zones = tg.standsFor(counts)
	im := &improver{tight: tg, in: in, solved: s, target: b.Cost, best: s.plan}
	im.offer(s.sampled)
	if s.proof != nil {
		im.target = max(im.target, roundUp(int64(s.proof.bound*(1-1e-12)), in.priceQuantum()))
		im.run()
	} else if !im.done() {
		im.values = in.startPrices(b)
		im.search()
	}
	s.plan = im.best
	return im.best
}
