package pack

import (
	"cmp"
	"context"
	"slices"
)

// FirstFit plans as the autoscalers of 2026 do, to show the likely cost beside the
// possible one. It imitates Karpenter's scheduler: pods are taken by falling CPU, then
// falling memory; each goes on the first open node that could still be of a type that
// holds it, else a new node is opened that may become any type without a limit; when
// all pods are placed each node becomes the cheapest type that holds its pods.
// Types with a Limit are nodes that stand already, Price 0 first: they are filled
// before others and count only if used.
//
// It differs from Karpenter in one thing: Karpenter tries the open node with the
// fewest pods first, FirstFit the oldest, as the cluster-autoscaler's estimator does,
// so that equal nodes stay equal and pods need not be materialised. Zones, minimum nodes,
// spares and the bounds are those of [Solve], and so are errors.
func FirstFit(p Problem) (Solution, error) {
	if err := p.Validate(); err != nil {
		return Solution{}, err
	}
	return solveWith(&p, func(sp *spread) ([]Group, Reason) {
		byPod := func(in *instance, _ []int64, _ *bounded) *plan { return in.autoscale() }
		groups, _, reason := sp.place(context.Background(), sp.p, byPod, []int{anySpare})
		return groups, reason
	}), nil
}

// claim is a number of identical nodes whose type is not settled yet.
type claim struct {
	batch
	kinds []int // what each may become
	load  Vector
	free  Vector // the most of each resource that is free on any of the kinds
}

// autoscale is FirstFit for one instance; nil if the limits end first.
func (in *instance) autoscale() *plan {
	claims := in.standing()
	for _, i := range in.byCPUThenMemory() {
		left := in.items[i].count
		for c := 0; c < len(claims) && left > 0; c++ {
			claims, left = in.fillClaim(claims, c, i, left)
		}
		if left > 0 {
			fresh := claim{batch: batch{kind: -1, count: left}, kinds: in.newClaimKinds(i)}
			fresh.free = in.mostFree(&fresh)
			if len(fresh.kinds) == 0 {
				return nil
			}
			claims = append(claims, fresh)
			claims, _ = in.fillClaim(claims, len(claims)-1, i, left)
			claims = in.dropUnused(claims)
		}
	}
	return in.settle(claims)
}

func (in *instance) byCPUThenMemory() []int {
	order := make([]int, len(in.items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &in.items[a].size, &in.items[b].size
		return cmp.Or(cmp.Compare(y[CPU], x[CPU]), cmp.Compare(y[Memory], x[Memory]))
	})
	return order
}

// standing are the limited kinds as open nodes, cheapest first.
func (in *instance) standing() []claim {
	var claims []claim
	for k := range in.kinds {
		if n := in.kinds[k].limit; n > 0 {
			claims = append(claims, claim{batch: batch{kind: k, count: n}, kinds: []int{k}, free: in.kinds[k].capacity})
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int {
		return cmp.Compare(in.kinds[a.kind].price, in.kinds[b.kind].price)
	})
	return claims
}

func (in *instance) newClaimKinds(i int) []int {
	var kinds []int
	for k := range in.kinds {
		if in.kinds[k].limit == 0 && in.fit(i, k) > 0 {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// fillClaim puts as many of left pods of item i as fit on the nodes of claim c, which is
// split into full, partly filled and untouched nodes.
func (in *instance) fillClaim(claims []claim, c, i int, left int64) ([]claim, int64) {
	at := claims[c]
	if !fitsIn(in.items[i].size, at.free) {
		return claims, left
	}
	per := in.roomFor(&at, i)
	if per == 0 {
		return claims, left
	}
	per = min(per, left)
	full := min(at.count, left/per)
	var parts []claim
	parts = append(parts, in.withPods(at, full, i, per))
	left -= full * per
	rest := at.count - full
	if left > 0 && rest > 0 {
		parts = append(parts, in.withPods(at, 1, i, left))
		left, rest = 0, rest-1
	}
	if rest > 0 {
		at.count = rest
		parts = append(parts, at)
	}
	return slices.Replace(claims, c, c+1, parts...), left
}

// roomFor is how many pods of item i one node of the claim can take as some kind.
func (in *instance) roomFor(c *claim, i int) int64 {
	var most int64
	for _, k := range c.kinds {
		if in.allowed(i, k) {
			most = max(most, timesIn(in.items[i].size, minus(in.kinds[k].capacity, c.load, 1)))
		}
	}
	return min(most, in.items[i].most)
}

// withPods is count nodes of the claim with n more pods of item i each.
func (in *instance) withPods(c claim, count int64, i int, n int64) claim {
	out := claim{batch: batch{kind: c.kind, count: count, pods: append(slices.Clone(c.pods), Placed{Shape: i, Count: n})}}
	out.load = minus(c.load, in.items[i].size, -n)
	for _, k := range c.kinds {
		if in.allowed(i, k) && fitsIn(out.load, in.kinds[k].capacity) {
			out.kinds = append(out.kinds, k)
		}
	}
	out.free = in.mostFree(&out)
	return out
}

// mostFree is the most of each resource that the load leaves on any kind of the claim:
// what does not fit there fits on none, which settles most attempts at once.
func (in *instance) mostFree(c *claim) Vector {
	var free Vector
	for _, k := range c.kinds {
		for r := range free {
			free[r] = max(free[r], in.kinds[k].capacity[r]-c.load[r])
		}
	}
	return free
}

// dropUnused forgets nodes that were thought of but not needed.
func (in *instance) dropUnused(claims []claim) []claim {
	return slices.DeleteFunc(claims, func(c claim) bool { return len(c.pods) == 0 && in.kinds[c.kinds[0]].limit == 0 })
}

// settle makes every claim with pods the cheapest kind that holds them.
func (in *instance) settle(claims []claim) *plan {
	pl := &plan{}
	for _, c := range claims {
		if len(c.pods) == 0 {
			continue
		}
		c.kind = c.kinds[0]
		for _, k := range c.kinds {
			if in.kinds[k].price < in.kinds[c.kind].price {
				c.kind = k
			}
		}
		pl.add(in, c.batch)
	}
	return pl
}
