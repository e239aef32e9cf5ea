package pack

import (
	"cmp"
	"context"
	"slices"
)

// A dive turns the master's solution into a plan: whole multiples of patterns are
// bought, column generation goes on for the pods that are left, and where no pattern
// is used wholly the nearest to one is rounded up. What is left is a smaller instance
// with a master of its own: rows without pods would only make pivots dear.

// dive is the state of one descent.
type dive struct {
	*colgen         // of what is left
	items   []int   // of the whole instance, per item of what is left
	kinds   []int   // the same of kinds
	left    []int64 // per item of what is left
	nodes   []int64 // per kind of what is left
	plan    *plan
	style   diveStyle
	spent   int64 // work of the steps before
}

// dive plans from the master's solution. The plan is nil if the limits end first or the
// context ends; work is what it took, of limit before it hurries.
func (cg *colgen) dive(ctx context.Context, style diveStyle, limit int64) (pl *plan, work int64, err error) {
	d := &dive{colgen: cg, style: style, items: identity(len(cg.in.items)), kinds: identity(len(cg.in.kinds)), plan: &plan{}}
	d.spent = -cg.work()
	d.count()
	for ctx.Err() == nil {
		spent := d.spent + d.work()
		if spent > 2*limit {
			return d.finish(cg.in), spent, nil
		}
		if spent > limit {
			d.style = hurriedStyle
		}
		if !d.buy(cg.in) {
			break
		}
		if !slices.ContainsFunc(d.left, func(n int64) bool { return n > 0 }) {
			cg.in.downsize(d.plan)
			return d.plan, spent, nil
		}
		if !d.narrow(cg.in) {
			break
		}
		d.tolerance, d.stall, d.effort = diveTolerance*cg.master.Objective(), diveStall, limit/diveSteps
		if err := d.run(ctx); err != nil {
			return nil, d.spent + d.work(), err
		}
	}
	return nil, d.spent + d.work(), nil
}

// count sets what is left to all that the present instance asks for and offers.
func (d *dive) count() {
	d.left = make([]int64, len(d.in.items))
	for i := range d.in.items {
		d.left[i] = d.in.items[i].count
	}
	d.nodes = d.in.limitsLeft(nil)
}

// finish packs what is left by the greedy heuristics.
func (d *dive) finish(whole *instance) *plan {
	rest := d.restOf(d.left, d.nodes)
	if rest == nil {
		return nil
	}
	for _, b := range rest.batches {
		d.plan.add(whole, d.inWhole(b))
	}
	whole.downsize(d.plan)
	return d.plan
}

// inWhole is a batch of what is left in terms of the whole instance.
func (d *dive) inWhole(b batch) batch {
	out := batch{kind: d.kinds[b.kind], count: b.count}
	for _, pod := range b.pods {
		out.pods = append(out.pods, Placed{Shape: d.items[pod.Shape], Count: pod.Count})
	}
	return out
}

// weighted is a pattern and how often the master uses it.
type weighted struct {
	column int
	x      float64
}

// buy takes the whole part of the solution, or if there is none the patterns nearest
// to one; it reports whether it could take any.
func (d *dive) buy(whole *instance) bool {
	var columns []weighted
	d.master.Each(func(j int, x float64) {
		if d.patterns[j].kind >= 0 && len(d.patterns[j].pods) > 0 && x > 1e-6 {
			columns = append(columns, weighted{j, x})
		}
	})
	slices.SortStableFunc(columns, func(a, b weighted) int { return cmp.Compare(b.x, a.x) })
	bought := false
	for _, c := range columns {
		bought = d.take(whole, c.column, int64(c.x+1e-5)) || bought
	}
	taken := 0
	for n, c := range columns {
		frac := c.x - float64(int64(c.x+1e-5))
		if bought && frac < d.style.from || taken > 0 && (frac < d.style.from || n > len(columns)/d.style.share) {
			continue
		}
		if d.take(whole, c.column, 1) {
			taken++
			bought = true
		}
	}
	return bought
}

// diveStyle says how boldly a dive rounds up.
type diveStyle struct {
	from  float64 // patterns used at least this much are rounded up at once
	share int     // one in so many patterns is rounded up per step where none is whole
}

// diveStyles are tried in turn until the effort is spent: none is best on every problem,
// and on a small one a dive takes a tenth of a second.
var diveStyles = [...]diveStyle{{0.6, 5}, {0.8, 10}, {0.5, 3}, {0.7, 7}, {0.9, 20}, {0.55, 4}, {0.65, 15}, {0.75, 5}}

// hurriedStyle is for dives that have taken long enough.
var hurriedStyle = diveStyle{0.4, 2}

const (
	diveTolerance = 1e-5 // of the whole cost: how exactly the rest is solved
	diveStall     = 8    // rounds of column generation in which the rest has to get cheaper by that
	diveSteps     = 2    // no step may take more than one in so many parts of the effort
	goodPattern   = 0.02 // of its price: the reduced cost of patterns that the rest begins with
)

// take buys column j at most n times.
func (d *dive) take(whole *instance, j int, n int64) bool {
	b := d.patterns[j]
	n = min(n, d.nodes[b.kind])
	for _, pod := range b.pods {
		n = min(n, d.left[pod.Shape]/pod.Count)
	}
	if n <= 0 {
		return false
	}
	b.count = n
	for _, pod := range b.pods {
		d.left[pod.Shape] -= pod.Count * n
	}
	d.nodes[b.kind] -= n
	d.plan.add(whole, d.inWhole(b))
	return true
}

// narrow makes what is left the problem; it reports whether any kind of node is left.
func (d *dive) narrow(whole *instance) bool {
	old, itemAt, kindAt := d.colgen, d.itemsLeft(), d.kindsLeft()
	rest := &instance{keepUseless: old.in.keepUseless, minNodes: max(0, whole.minNodes-d.plan.nodes)}
	var items, kinds []int
	for i, at := range itemAt {
		if at >= 0 {
			it := old.in.items[i]
			it.count, it.most = d.left[i], min(it.most, d.left[i])
			rest.items, items = append(rest.items, it), append(items, d.items[i])
		}
	}
	for k, at := range kindAt {
		if at >= 0 {
			kd := old.in.kinds[k]
			if kd.limit > 0 {
				kd.limit = d.nodes[k]
			}
			rest.kinds, kinds = append(rest.kinds, kd), append(kinds, d.kinds[k])
		}
	}
	for _, mask := range old.in.masks {
		var narrow []bool
		for k, at := range kindAt {
			if at >= 0 {
				narrow = append(narrow, mask[k])
			}
		}
		rest.masks = append(rest.masks, narrow)
	}
	if len(kinds) == 0 {
		return false
	}
	d.spent += d.work()
	d.items, d.kinds = items, kinds
	d.colgen = old.rest(rest, itemAt, kindAt)
	d.count()
	return true
}

// itemsLeft numbers the items of which pods are left; −1 for the others.
func (d *dive) itemsLeft() []int {
	return number(len(d.left), func(i int) bool { return d.left[i] > 0 })
}

// kindsLeft numbers the kinds of which nodes are left.
func (d *dive) kindsLeft() []int {
	return number(len(d.nodes), func(k int) bool { return d.nodes[k] > 0 })
}

// number counts what is kept of n things; −1 for the others.
func number(n int, keep func(i int) bool) []int {
	at, next := make([]int, n), 0
	for i := range at {
		at[i] = -1
		if keep(i) {
			at[i] = next
			next++
		}
	}
	return at
}

// rest is a column generation for what is left of the instance, renumbered. It begins
// with the good patterns that the rest can still use and with the present duals.
func (cg *colgen) rest(in *instance, itemAt, kindAt []int) *colgen {
	out := newColgen(in, nil, func(int) float64 { return 0 })
	for i, at := range itemAt {
		if at >= 0 {
			out.center[at], out.pricer.strict[at] = cg.master.Duals()[i], cg.pricer.strict[i]
		}
	}
	for k, at := range kindAt {
		if at >= 0 && out.limitRow[at] >= 0 {
			out.center[out.limitRow[at]] = cg.master.Duals()[cg.limitRow[k]]
		}
	}
	if out.nodeRow >= 0 {
		out.center[out.nodeRow] = cg.master.Duals()[cg.nodeRow]
	}
next:
	for j, b := range cg.patterns {
		if b.kind < 0 || kindAt[b.kind] < 0 || len(b.pods) == 0 || cg.master.ReducedCost(cg.master.Column(j)) > goodPattern*cg.prices[b.kind] {
			continue
		}
		pods := make([]Placed, len(b.pods))
		for n, pod := range b.pods {
			at := itemAt[pod.Shape]
			if at < 0 || in.items[at].count < pod.Count {
				continue next
			}
			pods[n] = Placed{Shape: at, Count: pod.Count}
		}
		out.addColumn(kindAt[b.kind], pods)
	}
	return out
}
