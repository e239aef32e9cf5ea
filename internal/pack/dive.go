package pack

import (
	"cmp"
	"context"
	"slices"
)

// A dive turns the master's solution into a plan: whole multiples of patterns are
// bought, column generation goes on for the pods that are left, and where no pattern
// is used wholly the nearest to one is rounded up.

// dive is the state of one descent.
type dive struct {
	*colgen
	left  []int64 // per item
	nodes []int64 // per kind
	plan  *plan
	pods  int64
	style diveStyle
}

// dive plans from the master's solution, which it uses up. The plan is nil if the
// limits end first or the context ends.
func (cg *colgen) dive(ctx context.Context, style diveStyle) (*plan, error) {
	d := &dive{colgen: cg, style: style, nodes: cg.in.limitsLeft(nil), plan: &plan{}}
	for i := range cg.in.items {
		d.left = append(d.left, cg.in.items[i].count)
		d.pods += cg.in.items[i].count
	}
	whole := cg.in
	cg.tolerance = diveTolerance * cg.master.Objective()
	defer func() { cg.in = whole }()
	for ctx.Err() == nil {
		if !d.buy() {
			return nil, nil
		}
		if d.pods == 0 {
			cg.in = whole
			whole.downsize(d.plan)
			return d.plan, nil
		}
		d.narrow(whole)
		if err := d.run(ctx); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// again is column generation for the same instance from the patterns that a closed one
// found good, ready for another dive.
func (cg *colgen) again(ctx context.Context, b *bounded, good []batch, start *plan) (*colgen, error) {
	fresh := newColgen(cg.in, b, start)
	for _, p := range good {
		fresh.addColumn(p.kind, p.pods)
	}
	copy(fresh.pricer.strict, cg.pricer.strict)
	fresh.tolerance = cg.tolerance
	return fresh, fresh.run(ctx)
}

// good lists the patterns whose reduced cost is a small part of their price.
func (cg *colgen) good() []batch {
	var out []batch
	for j, p := range cg.patterns {
		if p.kind >= 0 && len(p.pods) > 0 && cg.master.ReducedCost(cg.master.Column(j)) < goodPattern*cg.prices[p.kind] {
			out = append(out, p)
		}
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
func (d *dive) buy() bool {
	var columns []weighted
	d.master.Each(func(j int, x float64) {
		if j < len(d.patterns) && d.patterns[j].kind >= 0 && len(d.patterns[j].pods) > 0 && x > 1e-6 {
			columns = append(columns, weighted{j, x})
		}
	})
	slices.SortStableFunc(columns, func(a, b weighted) int { return cmp.Compare(b.x, a.x) })
	bought := false
	for _, c := range columns {
		bought = d.take(c.column, int64(c.x+1e-5)) || bought
	}
	taken := 0
	for n, c := range columns {
		frac := c.x - float64(int64(c.x+1e-5))
		if bought && frac < d.style.from || taken > 0 && (frac < d.style.from || n > len(columns)/d.style.share) {
			continue
		}
		if d.take(c.column, 1) {
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

// diveStyles are tried in turn: none is best on every problem.
var diveStyles = [...]diveStyle{{0.6, 5}, {0.8, 10}, {0.5, 3}}

const (
	diveTolerance = 1e-5  // of the whole cost: how exactly the rest is solved
	goodPattern   = 0.005 // of its price: the reduced cost of patterns kept for further dives
	penalty       = 20    // dearest prices that an unusable pattern costs
)

// take buys column j at most n times.
func (d *dive) take(j int, n int64) bool {
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
		d.pods -= pod.Count * n
	}
	d.nodes[b.kind] -= n
	d.plan.add(d.in, b)
	before := d.master.Len()
	d.master.Fix(j, float64(n), penalty*d.dearest())
	for range d.master.Len() - before {
		d.patterns = append(d.patterns, batch{kind: -1})
	}
	return true
}

func (d *dive) dearest() float64 { return max(1, slices.Max(d.prices)) }

// narrow makes the rest the problem: items have what is left, and patterns that hold
// more than that become too dear to use.
func (d *dive) narrow(whole *instance) {
	rest := *whole
	rest.items = slices.Clone(whole.items)
	for i := range rest.items {
		it := &rest.items[i]
		it.count, it.most = d.left[i], min(it.most, d.left[i])
		if it.count == 0 {
			d.master.Clear(i)
		}
	}
	d.in = &rest
	strict := d.pricer.strict
	d.pricer = newPricer(&rest)
	copy(d.pricer.strict, strict)
	for j, b := range d.patterns {
		if b.kind < 0 {
			continue
		}
		if slices.ContainsFunc(b.pods, func(pod Placed) bool { return pod.Count > d.left[pod.Shape] }) {
			d.master.Retire(j, penalty*d.dearest())
			d.patterns[j].kind = -1
		}
	}
	d.master.Reprice()
	copy(d.center, d.master.Duals())
	d.estimate = 0
}
