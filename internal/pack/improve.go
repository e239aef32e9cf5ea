package pack

import "slices"

// The budgets of the improvement stages, as counts.
const (
	searchSteps    = 40_000      // of ruin and recreate
	searchWork     = 700_000_000 // search.work after which it ends, to which is added
	searchItemWork = 12_000      // the same per item squared
	searchCapWork  = 15_000      // the same where limits per node leave more to find
	fineSearchWork = 250_000_000 // the same where a sampled plan leaves little to find
	diveBaseEffort = 600_000_000 // colgen.work after which a dive hurries, to which is added
	diveItemEffort = 36_000      // the same per item squared
	diveCapEffort  = 240         // per item cubed where items have a limit per node
	diveNodes      = 1000        // of a plan, beyond which twice as many take three times the effort
	manyItems      = 400         // beyond which budgets grow with the cube
	searchTemp     = 0.01        // in prices of the cheapest kind
	searchBias     = 0.1         // how much uneven slack is worth, see search.energy
)

// diveEffort is the colgen.work after which a dive towards a plan of about so many nodes
// hurries, and after which no further dive is begun; after twice as much the greedy
// finishes a dive. Hurry costs: plans of 2,700 nodes ended 0.15 % above the bound with it
// and 0.02 % without.
func (in *instance) diveEffort(nodes int64) int64 {
	effort := diveItemEffort * in.square()
	if items := int64(len(in.items)); in.limited() {
		effort = max(effort, diveCapEffort*items*items*items)
	}
	return diveBaseEffort + effort/diveNodes*max(diveNodes, 2*nodes-diveNodes)
}

// searchEffort is the search.work after which ruin and recreate ends.
func (in *instance) searchEffort() int64 {
	if in.limited() {
		return searchWork + searchCapWork*in.square()
	}
	return searchWork + searchItemWork*in.square()
}

// square is the measure by which budgets grow: items squared, and faster where they are
// so many that rounding is the weaker side.
func (in *instance) square() int64 {
	items := int64(len(in.items))
	return items * items * max(manyItems, items) / manyItems
}

// limited reports whether some item may not fill a node.
func (in *instance) limited() bool {
	return slices.ContainsFunc(in.items, func(it item) bool { return it.most < it.count })
}

// improver turns a closed column generation into ever better plans.
type improver struct {
	*tight
	in     *instance
	solved *solvedInstance
	target int64 // no plan costs less
	best   *plan
	values []float64 // of a pod of each item: the duals
}

func (im *improver) offer(pl *plan) bool {
	if pl == nil || !pl.better(im.best) {
		return false
	}
	if im.best != nil {
		im.cost -= (im.best.cost - pl.cost) * im.zones
	}
	im.best = pl
	return true
}

func (im *improver) done() bool {
	return im.best != nil && im.best.cost <= im.target || im.ctx.Err() != nil || im.err != nil
}

func (im *improver) run() {
	cg := im.solved.cg
	im.values = slices.Clone(cg.master.Duals()[:len(im.in.items)])
	im.offer(cg.round())
	if im.done() {
		return
	}
	if pl, complete := cg.exhaust(im.solved.proof, im.best); complete {
		im.offer(pl)
		im.solved.optimal = true
		return
	} else {
		im.offer(pl)
	}
	if im.best != nil {
		im.offer(cg.cover(im.ctx, im.solved.proof, im.target, ceilDiv(im.in.pods(), im.best.nodes)))
	}
	if im.done() {
		return
	}
	im.dives(cg)
	if !im.done() && im.best != nil {
		im.search()
	}
}

// dives tries every style in turn.
func (im *improver) dives(cg *colgen) {
	var work, nodes int64
	if im.best != nil {
		nodes = im.best.nodes
	}
	limit := im.settings.of(im.in.diveEffort(nodes))
	for n, style := range diveStyles {
		if work > limit {
			return
		}
		pl, took, err := cg.dive(im.ctx, style, limit)
		if im.err = err; err != nil {
			return
		}
		work += took
		im.offer(pl)
		im.report("dive", int64(n+1), int64(len(diveStyles)), nil)
		if im.done() {
			return
		}
	}
}

// search improves the best plan by ruin and recreate.
func (im *improver) search() {
	s := newSearch(im.in, im.values, im.settings.Seed)
	s.take(im.best)
	budget, steps := im.settings.of(im.in.searchEffort()), im.settings.of(searchSteps)
	if im.solved.sampled != nil && float64(im.best.cost-im.target) < 2*fineEnough*float64(im.target) {
		budget = im.settings.of(fineSearchWork)
	}
	cheapest := float64(slices.MinFunc(im.in.kinds, func(a, b kind) int { return int(a.price - b.price) }).price)
	for step := range steps {
		if step%256 == 0 {
			im.report("search", step, steps, nil)
			if im.done() || s.work > budget {
				return
			}
		}
		rest := 1 - max(float64(step)/float64(steps), min(1, float64(s.work)/float64(budget)))
		s.temp, s.weight = searchTemp*cheapest*rest*rest, searchBias/max(cheapest, 1)
		if s.step(); s.cost < im.best.cost {
			im.offer(s.plan())
		}
	}
}
