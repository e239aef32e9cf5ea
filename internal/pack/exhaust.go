package pack

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// Small instances are finished by exhaustive search: some node must hold a pod of the
// first item that is left, so all patterns with it are tried. The duals prune: every
// pattern's slack counts against what a better plan may still waste.

// exhaustBudget is how many patterns are tried before the search gives up.
const exhaustBudget = 60_000

// exhaust is the state of the search.
type exhaust struct {
	in     *instance
	value  []float64 // per item
	rent   []float64 // per kind: what a node of it is worth beyond its price
	order  []int     // items, most valuable first
	kinds  []int     // cheapest first
	left   []int64
	nodes  []int64 // left per kind
	stack  []batch
	cost   int64
	best   *plan
	budget int
	seen   map[string]int64 // least cost at which a state was reached
}

// exhaust looks for a plan cheaper than best, which may be nil, and reports whether it
// looked everywhere. The proof's prices prune.
func (cg *colgen) exhaust(pf *proof, best *plan) (better *plan, complete bool) {
	in := cg.in
	x := &exhaust{in: in, best: best, budget: exhaustBudget, seen: map[string]int64{}, nodes: in.limitsLeft(nil)}
	scale := cg.farleyScale(pf)
	if scale == 0 {
		scale = math.Inf(1) // nothing is proved, so nothing is pruned
	}
	for i := range in.items {
		x.value = append(x.value, float64(pf.value[i])/scale)
		x.order = append(x.order, i)
		x.left = append(x.left, in.items[i].count)
	}
	for k := range in.kinds {
		rent := 0.0
		if in.kinds[k].limit > 0 {
			rent = max(0, float64(pf.worth[k])/scale-float64(in.kinds[k].price))
		}
		x.rent = append(x.rent, rent)
		x.kinds = append(x.kinds, k)
	}
	slices.SortStableFunc(x.order, func(a, b int) int { return cmp.Compare(x.value[b], x.value[a]) })
	slices.SortStableFunc(x.kinds, func(a, b int) int { return cmp.Compare(in.kinds[a].price, in.kinds[b].price) })
	x.descend()
	return x.best, x.budget > 0
}

// hopeless reports whether no plan from here can be cheaper than the best.
func (x *exhaust) hopeless() bool {
	bound := float64(x.cost)
	for i, n := range x.left {
		bound += x.value[i] * float64(n)
	}
	for k, rent := range x.rent {
		if rent > 0 {
			bound -= rent * float64(x.nodes[k])
		}
	}
	return x.best != nil && bound > float64(x.best.cost)-1+1e-6
}

func (x *exhaust) descend() {
	if x.budget--; x.budget <= 0 || x.hopeless() {
		return
	}
	first := slices.IndexFunc(x.order, func(i int) bool { return x.left[i] > 0 })
	if first < 0 {
		x.finish()
		return
	}
	key := x.key()
	if at, ok := x.seen[key]; ok && at <= x.cost {
		return
	}
	x.seen[key] = x.cost
	for _, k := range x.kinds {
		if i := x.order[first]; x.nodes[k] > 0 && x.in.allowed(i, k) && fitsIn(x.in.items[i].size, x.in.kinds[k].capacity) {
			x.fill(k, first, first, x.in.kinds[k].capacity, nil)
		}
	}
}

// finish keeps the plan if it is better than the best.
func (x *exhaust) finish() {
	pl := &plan{}
	for _, b := range x.stack {
		pl.add(x.in, batch{kind: b.kind, count: 1, pods: slices.Clone(b.pods)})
	}
	if pl.better(x.best) {
		x.best = pl
	}
}

func (x *exhaust) key() string {
	key := make([]byte, 0, 2*(len(x.left)+len(x.nodes)))
	for _, n := range x.left {
		key = binary.AppendUvarint(key, uint64(n))
	}
	for k, n := range x.nodes {
		if x.in.kinds[k].limit > 0 {
			key = binary.AppendUvarint(key, uint64(n))
		}
	}
	return string(key)
}

// fill extends the pattern by items from position at on and descends with every
// pattern to which no pod can be added.
func (x *exhaust) fill(k, first, at int, room Vector, pods []Placed) {
	if x.budget <= 0 {
		return
	}
	if at == len(x.order) {
		if x.maximal(k, room, pods) {
			x.place(k, pods)
		}
		return
	}
	i := x.order[at]
	it := &x.in.items[i]
	most := min(x.left[i], it.most, timesIn(it.size, room))
	if !x.in.allowed(i, k) {
		most = 0
	}
	least := int64(0)
	if at == first {
		least = 1
	}
	for n := most; n >= least && x.budget > 0; n-- {
		next := pods
		if n > 0 {
			next = append(slices.Clip(pods), Placed{Shape: i, Count: n})
		}
		x.fill(k, first, at+1, minus(room, it.size, n), next)
	}
}

// maximal reports whether no pod that is left could be added: pods may always move
// from other nodes to this one, so other patterns need not be tried.
func (x *exhaust) maximal(k int, room Vector, pods []Placed) bool {
	x.budget--
	for i, n := range x.left {
		it := &x.in.items[i]
		if n > 0 && x.in.allowed(i, k) && fitsIn(it.size, room) {
			if have := countOf(pods, i); have < n && have < it.most {
				return false
			}
		}
	}
	return true
}

func (x *exhaust) place(k int, pods []Placed) {
	for _, pod := range pods {
		x.left[pod.Shape] -= pod.Count
	}
	x.nodes[k]--
	x.cost += x.in.kinds[k].price
	x.stack = append(x.stack, batch{kind: k, pods: pods})
	x.descend()
	x.stack = x.stack[:len(x.stack)-1]
	x.cost -= x.in.kinds[k].price
	x.nodes[k]++
	for _, pod := range pods {
		x.left[pod.Shape] += pod.Count
	}
}
