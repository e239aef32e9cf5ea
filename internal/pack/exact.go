package pack

import "math"

// exactCells bounds the cells of an exact knapsack table, and exactWork its cells times
// items; instances off any grid exceed it and keep the relaxed bound.
const (
	exactCells = 6_000_000
	exactWork  = 6_000_000_000
)

// proof is a set of integer prices with what they prove: pods of item i pay value[i],
// a node pays node on top, and no pattern of kind k is worth more than worth[k].
type proof struct {
	value []int64
	node  int64
	worth []int64
	unit  []Vector // per kind: resource prices that show worth[k] unless an exact table does
	exact []bool
	slot  []int64 // per kind: price of a pod slot in its exact table
	bound float64 // in price units
}

// prove computes the worth of every kind at the given duals and the bound that follows
// (Farley). Patterns of exact tables that improve the master are added to it.
func (cg *colgen) prove(duals []float64) (pf *proof, found bool) {
	in, p := cg.in, cg.pricer
	p.setValues(duals[:len(in.items)])
	pf = &proof{value: append([]int64(nil), p.ints...), worth: make([]int64, len(in.kinds)), unit: make([]Vector, len(in.kinds)), exact: make([]bool, len(in.kinds)), slot: make([]int64, len(in.kinds))}
	if cg.nodeRow >= 0 {
		pf.node = int64(max(0, duals[cg.nodeRow]) * p.scale)
	}
	values := make([]float64, len(in.items))
	for i := range values {
		values[i] = float64(pf.value[i])
	}
	need := make([]bool, len(in.kinds))
	for k := range in.kinds {
		p.relaxed[k].solve(values)
		pf.unit[k], pf.worth[k] = in.relaxedWorth(k, pf.value, p.relaxed[k].price)
		need[k] = float64(pf.worth[k]) > cg.nodeCost(k, duals)*p.scale
	}
	for _, members := range p.members {
		found = cg.proveClass(pf, members, need) || found
	}
	pf.bound = cg.farley(pf)
	return pf, found
}

// relaxedWorth rounds the prices of a kind's relaxed knapsack, which are per capacity, to
// integers per unit, and bounds with them in integers what a node can hold: its capacity
// at these prices and what pods are worth beyond them.
func (in *instance) relaxedWorth(k int, values []int64, price [Resources]float64) (unit Vector, worth int64) {
	for r := range Resources {
		capacity := in.kinds[k].capacity[r]
		unit[r] = int64(math.Ceil(max(0, price[r]) / float64(max(1, capacity))))
		worth += unit[r] * capacity
	}
	for i := range in.items {
		over := values[i]
		for r := range Resources {
			over -= unit[r] * in.items[i].size[r]
		}
		if over > 0 {
			worth += over * in.fit(i, k)
		}
	}
	return unit, worth
}

// proveClass fills exact tables for the kinds of a class that need them: one for all
// kinds whose slots are free, and one for each whose slots have a price.
func (cg *colgen) proveClass(pf *proof, members []int, need []bool) (found bool) {
	var shared []int
	for _, k := range members {
		if !need[k] {
			continue
		}
		pf.slot[k] = pf.unit[k][Pods]
		if pf.slot[k] == 0 {
			shared = append(shared, k)
		} else {
			found = cg.proveKinds(pf, []int{k}) || found
		}
	}
	return cg.proveKinds(pf, shared) || found
}

// proveKinds fills one exact table for kinds that admit the same items and have the
// same price per slot.
func (cg *colgen) proveKinds(pf *proof, kinds []int) (found bool) {
	if len(kinds) == 0 {
		return false
	}
	in := cg.in
	g, ok := in.exactGrid(kinds)
	if !ok {
		return false
	}
	slot := pf.slot[kinds[0]]
	values := make([]int64, len(pf.value))
	for i, v := range pf.value {
		values[i] = v - slot*in.items[i].size[Pods]
	}
	use := func(i int) bool { return in.allowed(i, kinds[0]) }
	t := newTable(in, g, values, cg.pricer.strict, use)
	for cg.breaksLimits(t, kinds) {
		t = newTable(in, g, values, cg.pricer.strict, use)
	}
	for _, k := range kinds {
		cell := t.cell(in.kinds[k].capacity)
		worth := t.value[cell] + slot*in.kinds[k].capacity[Pods] + in.weightless(values, k)
		if worth < pf.worth[k] {
			pf.worth[k], pf.exact[k] = worth, true
		}
		pods := cg.pricer.tidy(k, t.pods(cell, nil))
		if c := cg.column(k, pods); cg.master.ReducedCost(c) < -1e-7*cg.prices[k] {
			found = cg.addColumn(k, pods) || found
		}
	}
	return found
}

// exactGrid is the lattice of an exact table for some kinds; ok is false if it would be
// too large.
func (in *instance) exactGrid(kinds []int) (g grid, ok bool) {
	g = grid{unit: in.commonUnits()}
	for _, k := range kinds {
		g.rows = max(g.rows, int(min(in.kinds[k].capacity[CPU]/g.unit[0], exactCells))+1)
		g.cols = max(g.cols, int(min(in.kinds[k].capacity[Memory]/g.unit[1], exactCells))+1)
	}
	cells := int64(g.rows) * int64(g.cols)
	return g, cells <= exactCells && cells*int64(len(in.items)) <= exactWork
}

// tooFine reports whether no exact table can be made for all kinds, so that the bound
// stays that of the relaxed problem.
func (in *instance) tooFine() bool {
	_, ok := in.exactGrid(identity(len(in.kinds)))
	return !ok
}

// weightless is what the pods without CPU and memory are worth on one node, which no
// table holds.
func (in *instance) weightless(values []int64, k int) int64 {
	var sum int64
	for i := range in.items {
		if size := &in.items[i].size; size[CPU] == 0 && size[Memory] == 0 {
			sum += max(0, values[i]) * in.fit(i, k)
		}
	}
	return sum
}

// breaksLimits looks at the best patterns and makes the items strict of which one has
// more pods than a node may hold; it reports whether there were any.
func (cg *colgen) breaksLimits(t *knapsackTable, kinds []int) (broken bool) {
	for _, k := range kinds {
		for _, pod := range t.pods(t.cell(cg.in.kinds[k].capacity), nil) {
			if pod.Count > cg.in.items[pod.Shape].most && !cg.pricer.strict[pod.Shape] {
				cg.pricer.strict[pod.Shape], broken = true, true
			}
		}
	}
	return broken
}

// farley scales the prices down until no kind is worth more than it costs; limited
// kinds pay a rent instead.
func (cg *colgen) farley(pf *proof) float64 {
	scale := cg.farleyScale(pf)
	if scale == 0 {
		return 0
	}
	sum := float64(pf.node) * float64(cg.in.minNodes)
	for i := range cg.in.items {
		sum += float64(pf.value[i]) * float64(cg.in.items[i].count)
	}
	for k := range cg.in.kinds {
		if cg.limitRow[k] >= 0 {
			rent := math.Max(0, float64(pf.worth[k]+pf.node)-cg.prices[k]*scale)
			sum -= rent * float64(cg.in.kinds[k].limit)
		}
	}
	return sum / scale
}

// farleyScale is the least number of value units per unit of price at which no kind
// without limit is worth more than it costs; 0 if the proof proves nothing.
func (cg *colgen) farleyScale(pf *proof) float64 {
	scale := 0.0
	for k := range cg.in.kinds {
		if cg.limitRow[k] >= 0 {
			continue
		}
		if cg.prices[k] > 0 {
			scale = max(scale, float64(pf.worth[k]+pf.node)/cg.prices[k])
		} else if pf.worth[k]+pf.node > 0 {
			return 0
		}
	}
	return scale
}
