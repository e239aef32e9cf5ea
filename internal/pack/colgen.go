package pack

import (
	"context"
	"encoding/binary"
	"math"

	"meshplan/internal/pack/simplex"
)

// colgen is column generation for one instance: a master problem that mixes patterns
// at least cost, and pricing that finds patterns worth more than their node.
type colgen struct {
	in        *instance
	master    *simplex.Master
	patterns  []batch // per master column; kind −1 for artificial columns
	seen      map[string]bool
	pricer    *pricer
	prices    []float64 // per kind
	limitRow  []int     // per kind; −1 without limit
	nodeRow   int       // −1 without minimum
	center    []float64 // duals around which pricing moves
	estimate  float64   // what center would prove if the heuristic patterns were optimal
	iters     int
	effort    int64   // work at which run stops; 0 = no limit
	stall     int     // rounds in which the master has to fall by the tolerance; 0 = none
	tolerance float64 // absolute gap at which run is content; 0 = go to the end
}

const (
	smoothing    = 0.5  // weight of center in the values that pricing sees
	colgenRounds = 2000 // pricing rounds at most
	colgenPivots = 100_000
)

// newColgen sets the master up with artificial columns, single-item patterns and the
// patterns of the given plan, which may be nil; price is where the duals are looked for.
func newColgen(in *instance, start *plan, price func(i int) float64) *colgen {
	minNodes := in.minNodes
	cg := &colgen{in: in, seen: map[string]bool{}, pricer: newPricer(in), nodeRow: -1}
	rhs, limit := make([]float64, len(in.items)), make([]bool, len(in.items))
	for i := range in.items {
		rhs[i] = float64(in.items[i].count)
	}
	dearest := 1.0
	for k := range in.kinds {
		cg.prices = append(cg.prices, float64(in.kinds[k].price))
		dearest = max(dearest, cg.prices[k])
		cg.limitRow = append(cg.limitRow, -1)
		if in.kinds[k].limit > 0 {
			cg.limitRow[k] = len(rhs)
			rhs, limit = append(rhs, float64(in.kinds[k].limit)), append(limit, true)
		}
	}
	if minNodes > 1 {
		cg.nodeRow = len(rhs)
		rhs, limit = append(rhs, float64(minNodes)), append(limit, false)
	}
	var artificial []simplex.Column
	for r := range rhs {
		if !limit[r] {
			artificial = append(artificial, simplex.Column{Cost: 10 * dearest, Rows: []int32{int32(r)}, Values: []float64{1}})
			cg.patterns = append(cg.patterns, batch{kind: -1})
		}
	}
	cg.master = simplex.New(rhs, limit, artificial)
	cg.addStart(start)
	cg.center = make([]float64, len(rhs))
	for i := range in.items {
		cg.center[i] = price(i)
	}
	return cg
}

// startPrice is the price of item i in the fractional problem.
func (in *instance) startPrice(b *bounded, i int) float64 {
	if len(b.prices.unit) > 0 {
		return in.itemPrice(&b.prices, i).float() / float64(int64(1)<<b.prices.shift)
	}
	r := b.Binding
	return float64(in.items[i].size[r]) / float64(max(1, in.kinds[0].capacity[r])) * float64(in.kinds[0].price)
}

func (cg *colgen) addStart(start *plan) {
	for i := range cg.in.items {
		for k := range cg.in.kinds {
			if fit := cg.in.fit(i, k); fit > 0 {
				cg.addColumn(k, []Placed{{Shape: i, Count: fit}})
			}
		}
	}
	if cg.nodeRow >= 0 {
		for k := range cg.in.kinds {
			cg.addColumn(k, nil)
		}
	}
	if start != nil {
		for _, b := range start.batches {
			cg.addColumn(b.kind, b.pods)
		}
	}
}

// addColumn adds a pattern unless it is there.
func (cg *colgen) addColumn(k int, pods []Placed) bool {
	key := patternKey(k, pods)
	if cg.seen[key] {
		return false
	}
	cg.seen[key] = true
	cg.master.Add(cg.column(k, pods))
	cg.patterns = append(cg.patterns, batch{kind: k, pods: pods})
	return true
}

func patternKey(k int, pods []Placed) string {
	key := binary.AppendUvarint(make([]byte, 0, 4+4*len(pods)), uint64(k))
	for _, pod := range pods {
		key = binary.AppendUvarint(key, uint64(pod.Shape))
		key = binary.AppendUvarint(key, uint64(pod.Count))
	}
	return string(key)
}

func (cg *colgen) column(k int, pods []Placed) simplex.Column {
	c := simplex.Column{Cost: cg.prices[k]}
	for _, pod := range pods {
		c.Rows, c.Values = append(c.Rows, int32(pod.Shape)), append(c.Values, float64(pod.Count))
	}
	for _, r := range []int{cg.limitRow[k], cg.nodeRow} {
		if r >= 0 {
			c.Rows, c.Values = append(c.Rows, int32(r)), append(c.Values, 1)
		}
	}
	return c
}

// nodeCost is what a node of kind k costs once limit and minimum rows are priced in.
func (cg *colgen) nodeCost(k int, duals []float64) float64 {
	cost := cg.prices[k]
	if r := cg.limitRow[k]; r >= 0 {
		cost -= duals[r]
	}
	if cg.nodeRow >= 0 {
		cost -= duals[cg.nodeRow]
	}
	return cost
}

// run alternates master and pricing until heuristic pricing finds nothing at the
// master's own duals, or the context ends.
func (cg *colgen) run(ctx context.Context) error {
	last := math.Inf(1)
	for round := 0; round < colgenRounds && ctx.Err() == nil; round++ {
		if _, err := cg.master.Solve(colgenPivots); err != nil {
			return err
		}
		cg.iters++
		if cg.master.Objective()-cg.estimate < cg.tolerance {
			return nil
		}
		if cg.effort > 0 && cg.work() > cg.effort {
			return nil
		}
		if cg.stall > 0 && round%cg.stall == 0 {
			if last-cg.master.Objective() < cg.tolerance {
				return nil
			}
			last = cg.master.Objective()
		}
		if !cg.priceOut(smoothing) && !cg.priceOut(0) {
			return nil
		}
	}
	return nil
}

// priceOut adds the patterns that pricing finds at α·center + (1−α)·duals and that
// improve the master; it reports whether there were any.
func (cg *colgen) priceOut(alpha float64) bool {
	duals := cg.master.Duals()
	values := make([]float64, len(duals))
	for r := range values {
		values[r] = alpha*cg.center[r] + (1-alpha)*duals[r]
	}
	cg.pricer.setValues(values[:len(cg.in.items)])
	found, ratio := false, 1.0
	for k := range cg.in.kinds {
		cost := cg.nodeCost(k, values)
		pods, value, bound := cg.pricer.pattern(k, values, cost*(1+1e-9))
		if cg.limitRow[k] < 0 {
			ratio = min(ratio, cost/max(value, min(bound, cost)))
		}
		if pods == nil {
			continue
		}
		if c := cg.column(k, pods); cg.master.ReducedCost(c) < -1e-7*cg.prices[k] {
			found = cg.addColumn(k, pods) || found
		}
	}
	if e := cg.dualObjective(values) * ratio; e > cg.estimate {
		cg.estimate = e
		copy(cg.center, values)
	}
	return found
}

// dualObjective is what the values promise for the demand, rents subtracted.
func (cg *colgen) dualObjective(values []float64) float64 {
	sum := 0.0
	for i := range cg.in.items {
		sum += values[i] * float64(cg.in.items[i].count)
	}
	for k, r := range cg.limitRow {
		if r >= 0 {
			sum += min(0, values[r]) * float64(cg.in.kinds[k].limit)
		}
	}
	if cg.nodeRow >= 0 {
		sum += values[cg.nodeRow] * float64(cg.in.minNodes)
	}
	return sum
}

// work estimates the elementary steps done so far, to set budgets that do not depend on
// the machine: updates of the inverse and of the small tables.
func (cg *colgen) work() int64 {
	rows, cells := int64(len(cg.in.items)), int64(cg.pricer.tail.rows*cg.pricer.tail.cols)
	return int64(cg.master.Pivots())*rows*rows + int64(cg.iters)*cells*rows
}
