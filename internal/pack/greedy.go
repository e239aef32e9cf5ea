package pack

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A greedy plan is built node by node: the best pattern for the pods that remain is
// repeated as often as they allow. In the order of falling size this is first-fit
// decreasing, without ever touching a single pod.

// filler fills one empty node of a kind with remaining pods.
type filler func(k int, left []int64, pods []Placed) []Placed

// heuristics returns the best of the quick plans, or nil if none places every pod.
// It stops as soon as one costs no more than the bound, or the context ends and there is
// a plan.
func (in *instance) heuristics(ctx context.Context, b *bounded) *plan {
	if len(in.items) == 0 {
		return &plan{}
	}
	if len(in.kinds) == 0 {
		return nil
	}
	var best *plan
	values := in.podValues(b)
	order := in.promising(values)
	for _, f := range in.fillers(values) {
		if best != nil && ctx.Err() != nil {
			break
		}
		pl := in.greedyWithin(values, f, in.limitsLeft(nil), order)
		if pl == nil {
			continue
		}
		in.downsize(pl)
		if pl.better(best) {
			best = pl
		}
		if best.cost <= b.Cost && best.nodes <= b.Nodes {
			break
		}
	}
	return best
}

// podValues is what a pod of each item is worth: its price in the fractional
// problem, or its shares of the only kind's resources.
func (in *instance) podValues(b *bounded) []float64 {
	values := make([]float64, len(in.items))
	for i := range in.items {
		if len(b.prices.unit) > 0 {
			values[i] = in.itemPrice(&b.prices, i).float()
		}
		// A small share of size breaks ties between items that look free.
		values[i] += 1e-6 * in.shareOf(i, func(sum, s float64) float64 { return sum + s })
	}
	return values
}

// shareOf folds the shares that item i takes of the largest capacity of each resource.
func (in *instance) shareOf(i int, fold func(sum, share float64) float64) float64 {
	sum := 0.0
	for r := range Resources {
		var room int64
		for k := range in.kinds {
			if in.allowed(i, k) {
				room = max(room, in.kinds[k].capacity[r])
			}
		}
		if room > 0 {
			sum = fold(sum, float64(in.items[i].size[r])/float64(room))
		}
	}
	return sum
}

// matchingItems is how many items may be matched pod by pod: more would take seconds.
const matchingItems = 2000

// fillers are the ways to fill a node: in falling order of three measures of size,
// and by the pod that best matches the room that is left. Each serves one greedy plan.
func (in *instance) fillers(values []float64) []filler {
	largest := func(sum, s float64) float64 { return max(sum, s) }
	total := func(sum, s float64) float64 { return sum + s }
	byMax, byTotal := make([]float64, len(in.items)), make([]float64, len(in.items))
	for i := range in.items {
		byMax[i], byTotal[i] = in.shareOf(i, largest), in.shareOf(i, total)
	}
	fillers := []filler{in.fillInOrder(byMax), in.fillInOrder(byTotal)}
	if in.limited() {
		fillers = append(fillers, in.fillInOrder(in.nodesNeeded(byMax)))
	}
	if len(in.items) <= matchingItems {
		fillers = append(fillers, in.fillMatching(values))
	}
	if len(in.kinds) > 1 {
		fillers = append(fillers, in.fillInOrder(values))
	}
	return fillers
}

// nodesNeeded measures items by the nodes that their limit per node makes them need, so
// that pods which have to be spread ride along with each other; the others follow by the
// given measure, which is at most one.
func (in *instance) nodesNeeded(measure []float64) []float64 {
	needed := slices.Clone(measure)
	for i := range in.items {
		if it := &in.items[i]; it.most < it.count {
			needed[i] += float64(ceilDiv(it.count, it.most))
		}
	}
	return needed
}

// fillBlock is how many items fillInOrder passes over at once where none fits.
const fillBlock = 32

// fillInOrder takes as many pods as fit of each item, largest measure first. The least
// sizes of each block of items show where nothing can fit; they are brought up to date
// when a block is looked through, and until then are too small at worst, because pods
// only ever become fewer.
func (in *instance) fillInOrder(measure []float64) filler {
	order := make([]int, len(in.items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(measure[b], measure[a]) })
	least := make([]Vector, (len(order)+fillBlock-1)/fillBlock)
	return func(k int, left []int64, pods []Placed) []Placed {
		room := in.kinds[k].capacity
		for b := range least {
			if !fitsIn(least[b], room) {
				continue
			}
			smallest := Vector{maxTotal, maxTotal, maxTotal}
			for _, i := range order[b*fillBlock : min(len(order), (b+1)*fillBlock)] {
				if left[i] == 0 {
					continue
				}
				it := &in.items[i]
				for r := range smallest {
					smallest[r] = min(smallest[r], it.size[r])
				}
				if !in.masks[it.mask][k] || !fitsIn(it.size, room) {
					continue
				}
				if n := min(timesIn(it.size, room), left[i], it.most); n > 0 {
					pods = append(pods, Placed{Shape: i, Count: n})
					room = minus(room, it.size, n)
				}
			}
			least[b] = smallest
		}
		return pods
	}
}

// fillMatching starts with the most valuable pod and goes on with the one whose size
// points most in the direction of the room that is left (dot product).
func (in *instance) fillMatching(values []float64) filler {
	taken := make([]int64, len(in.items))
	weights := make([][][Resources]float64, len(in.kinds))
	var fitting []int
	return func(k int, left []int64, pods []Placed) []Placed {
		if weights[k] == nil {
			weights[k] = in.matchingWeights(k)
		}
		room := in.kinds[k].capacity
		start := len(pods)
		fitting = fitting[:0]
		first := -1
		for i := range in.items {
			if left[i] > 0 && in.allowed(i, k) && fitsIn(in.items[i].size, room) {
				fitting = append(fitting, i)
				if first < 0 || values[i] > values[first] {
					first = i
				}
			}
		}
		for best := first; best >= 0; {
			if taken[best] == 0 {
				pods = append(pods, Placed{Shape: best})
			}
			taken[best]++
			room = minus(room, in.items[best].size, 1)
			// What does not fit now never will: the list only shrinks.
			fitting, best = in.bestMatch(fitting, weights[k], room, left, taken)
		}
		for p := start; p < len(pods); p++ {
			pods[p].Count, taken[pods[p].Shape] = taken[pods[p].Shape], 0
		}
		return pods
	}
}

// matchingWeights are the sizes of all items in squared shares of kind k's capacity.
func (in *instance) matchingWeights(k int) [][Resources]float64 {
	weights := make([][Resources]float64, len(in.items))
	for i := range in.items {
		for r := range Resources {
			c := float64(max(1, in.kinds[k].capacity[r]))
			weights[i][r] = float64(in.items[i].size[r]) / (c * c)
		}
	}
	return weights
}

// bestMatch drops items that do not fit any more and returns the one that matches the
// room best; −1 if none is left.
func (in *instance) bestMatch(fitting []int, weights [][Resources]float64, room Vector, left, taken []int64) ([]int, int) {
	a, b, c := float64(room[0]), float64(room[1]), float64(room[2])
	best, score := -1, -1.0
	kept := fitting[:0]
	for _, i := range fitting {
		it := &in.items[i]
		if !fitsIn(it.size, room) || taken[i] >= left[i] || taken[i] >= it.most {
			continue
		}
		kept = append(kept, i)
		w := &weights[i]
		if s := w[0]*a + w[1]*b + w[2]*c; s > score {
			best, score = i, s
		}
	}
	return kept, best
}

func fitsIn(size, room Vector) bool {
	for r := range Resources {
		if size[r] > room[r] {
			return false
		}
	}
	return true
}

func minus(room, size Vector, n int64) Vector {
	for r := range Resources {
		room[r] -= n * size[r]
	}
	return room
}

// greedyWithin repeats the pattern with the most value for its price until every pod is
// placed on the given numbers of nodes per kind; nil if they end first.
func (in *instance) greedyWithin(values []float64, fill filler, nodes []int64, order kindOrder) *plan {
	left := make([]int64, len(in.items))
	var pods int64
	for i := range in.items {
		left[i] = in.items[i].count
		pods += left[i]
	}
	return in.greedyFrom(left, pods, slices.Clone(nodes), values, fill, order)
}

func (in *instance) greedyFrom(left []int64, pods int64, nodes []int64, values []float64, fill filler, order kindOrder) *plan {
	pl := &plan{}
	var best, try []Placed
	for pods > 0 {
		kind, score := -1, -1.0
		for _, kinds := range [][]int{order.first, order.others} {
			if kind >= 0 {
				break // the others matter only if no promising kind holds anything
			}
			for _, k := range kinds {
				if nodes[k] == 0 {
					continue
				}
				try = fill(k, left, try[:0])
				if s := in.worth(k, try, values); len(try) > 0 && s > score {
					kind, score = k, s
					best, try = try, best
				}
			}
		}
		if kind < 0 {
			return nil
		}
		times := nodes[kind]
		for _, p := range best {
			times = min(times, left[p.Shape]/p.Count)
		}
		pl.add(in, batch{kind: kind, count: times, pods: slices.Clone(best)})
		nodes[kind] -= times
		for _, p := range best {
			left[p.Shape] -= p.Count * times
			pods -= p.Count * times
		}
	}
	return pl
}

// worth is the value of pods per price of the kind.
func (in *instance) worth(k int, pods []Placed, values []float64) float64 {
	sum := 0.0
	for _, p := range pods {
		sum += values[p.Shape] * float64(p.Count)
	}
	// A free node beats any other: divide by a price that no real one undercuts.
	return sum / max(float64(in.kinds[k].price), 1e-9)
}

// promisingKinds is how many kinds the greedy tries for every node.
const promisingKinds = 5

// kindOrder says which kinds the greedy tries: the others only if no first one holds
// anything.
type kindOrder struct{ first, others []int }

// promising puts first the kinds that in the relaxed problem hold most value for their
// price. Limited kinds come first as well: they may be free.
func (in *instance) promising(values []float64) kindOrder {
	ratio := make([]float64, len(in.kinds))
	order := identity(len(in.kinds))
	if len(order) <= promisingKinds {
		return kindOrder{first: order}
	}
	for k := range in.kinds {
		ratio[k] = newRelaxedKnapsack(in, k).solve(values) / max(float64(in.kinds[k].price), 1e-9)
		if in.kinds[k].limit > 0 {
			ratio[k] = math.Inf(1)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ratio[b], ratio[a]) })
	n := promisingKinds
	for n < len(order) && math.IsInf(ratio[order[n]], 1) {
		n++
	}
	return kindOrder{first: order[:n], others: order[n:]}
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
