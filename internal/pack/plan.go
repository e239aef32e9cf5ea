package pack

import "slices"

// batch is a number of identical nodes of an instance; Placed.Shape indexes items.
type batch struct {
	kind  int
	count int64
	pods  []Placed
}

// plan is a packing of one instance.
type plan struct {
	batches []batch
	cost    int64
	nodes   int64
}

func (pl *plan) add(in *instance, b batch) {
	pl.batches = append(pl.batches, b)
	pl.cost += b.count * in.kinds[b.kind].price
	pl.nodes += b.count
}

// better orders plans by cost, then by nodes; any plan beats none.
func (pl *plan) better(than *plan) bool {
	if pl == nil || than == nil {
		return pl != nil
	}
	return pl.cost < than.cost || pl.cost == than.cost && pl.nodes < than.nodes
}

// load is what the pods of one node take.
func (in *instance) load(pods []Placed) Vector {
	var sum Vector
	for _, p := range pods {
		for r := range Resources {
			sum[r] += p.Count * in.items[p.Shape].size[r]
		}
	}
	return sum
}

// holds reports whether a node of kind k can hold the pods.
func (in *instance) holds(k int, pods []Placed, load Vector) bool {
	for r := range Resources {
		if load[r] > in.kinds[k].capacity[r] {
			return false
		}
	}
	for _, p := range pods {
		if !in.allowed(p.Shape, k) {
			return false
		}
	}
	return true
}

// downsize moves the pods of each batch to the cheapest kind that holds them.
func (in *instance) downsize(pl *plan) {
	if len(in.kinds) == 1 {
		return
	}
	left := in.limitsLeft(pl)
	for b := range pl.batches {
		at := &pl.batches[b]
		load := in.load(at.pods)
		for k := range in.kinds {
			if in.kinds[k].price < in.kinds[at.kind].price && left[k] >= at.count && in.holds(k, at.pods, load) {
				pl.cost -= at.count * (in.kinds[at.kind].price - in.kinds[k].price)
				left[at.kind] += at.count
				left[k] -= at.count
				at.kind = k
			}
		}
	}
}

// limitsLeft is how many more nodes of each kind a plan may have.
func (in *instance) limitsLeft(pl *plan) []int64 {
	left := make([]int64, len(in.kinds))
	for k := range left {
		left[k] = in.kinds[k].limit
		if left[k] == 0 {
			left[k] = maxTotal
		}
	}
	if pl != nil {
		for _, b := range pl.batches {
			left[b.kind] -= b.count
		}
	}
	return left
}

// expand turns a plan into groups of the original shapes in the given zone, splitting
// batches where an item's pods pass from one of its shapes to the next.
func (in *instance) expand(pl *plan, zone int) []Group {
	var groups []Group
	next := make([][]Placed, len(in.items)) // what is left of each item's members
	members := 0
	for i := range in.items {
		members += len(in.items[i].members)
	}
	left := make([]Placed, 0, members)
	for i := range in.items {
		from := len(left)
		left = append(left, in.items[i].members...)
		next[i] = left[from:]
	}
	for _, b := range pl.batches {
		dealOut(b.count, b.pods, next, func(run int64, pods []Placed) {
			groups = append(groups, Group{NodeType: in.kinds[b.kind].index, Zone: zone, Count: run, Pods: pods})
		})
	}
	return groups
}

// dealOut gives count nodes that each hold pods of some keys the members of those keys,
// front first, and emits runs of nodes that hold the same members. next[key] must hold
// at least as many members as the nodes take.
func dealOut(count int64, pods []Placed, next [][]Placed, emit func(run int64, pods []Placed)) {
	for left := count; left > 0; {
		run := left
		for _, pod := range pods {
			run = min(run, max(1, next[pod.Shape][0].Count/pod.Count))
		}
		dealt := make([]Placed, 0, len(pods))
		for _, pod := range pods {
			dealt, next[pod.Shape] = deal(dealt, run, next[pod.Shape], pod.Count)
		}
		slices.SortFunc(dealt, func(a, b Placed) int { return a.Shape - b.Shape })
		emit(run, dealt)
		left -= run
	}
}

// deal gives each of nodes n pods from the front of members and returns the rest.
func deal(to []Placed, nodes int64, members []Placed, n int64) (dealt, rest []Placed) {
	for n > 0 {
		m := &members[0]
		take := min(n, m.Count/nodes)
		to = append(to, Placed{Shape: m.Shape, Count: take})
		m.Count -= take * nodes
		n -= take
		if m.Count == 0 {
			members = members[1:]
		}
	}
	return to, members
}
