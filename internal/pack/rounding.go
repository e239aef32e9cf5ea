package pack

import "slices"

// round turns the master's solution into a plan: whole multiples of each pattern
// first, then the pods that remain by the greedy heuristics, led by the duals.
func (cg *colgen) round() *plan {
	in := cg.in
	left := make([]int64, len(in.items))
	for i := range in.items {
		left[i] = in.items[i].count
	}
	pl := &plan{}
	nodes := in.limitsLeft(nil)
	cg.master.Each(func(j int, x float64) {
		b := cg.patterns[j]
		if b.kind < 0 || len(b.pods) == 0 {
			return
		}
		b.count = min(int64(x+1e-6), nodes[b.kind])
		for _, pod := range b.pods {
			b.count = min(b.count, left[pod.Shape]/pod.Count)
		}
		if b.count <= 0 {
			return
		}
		for _, pod := range b.pods {
			left[pod.Shape] -= pod.Count * b.count
		}
		nodes[b.kind] -= b.count
		pl.add(in, b)
	})
	rest := cg.restOf(left, nodes)
	if rest == nil {
		return nil
	}
	for _, b := range rest.batches {
		pl.add(in, b)
	}
	in.downsize(pl)
	return pl
}

// restOf packs what is left of the pods on what is left of the nodes.
func (cg *colgen) restOf(left, nodes []int64) *plan {
	var best *plan
	values := slices.Clone(cg.master.Duals()[:len(cg.in.items)])
	rest := *cg.in
	rest.items = slices.Clone(cg.in.items)
	for i := range rest.items {
		it := &rest.items[i]
		if it.most == it.count {
			it.most = left[i]
		}
		it.count = left[i]
	}
	order := rest.promising(values)
	for _, f := range rest.fillers(values) {
		if pl := rest.greedyWithin(values, f, nodes, order); pl.better(best) {
			best = pl
		}
	}
	return best
}
