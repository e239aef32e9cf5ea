package pack

import (
	"cmp"
	"slices"
)

// item is one or more shapes that packing need not tell apart.
type item struct {
	size    Vector
	count   int64
	most    int64 // most on one node; never more than count
	mask    int   // index into instance.masks
	members []Placed
}

// kind is a node type that is worth considering.
type kind struct {
	capacity Vector
	price    int64
	limit    int64 // 0 = no limit
	index    int   // into Problem.NodeTypes
}

// instance is a problem of one zone after stage 0: equal shapes merged, useless
// node types dropped.
type instance struct {
	items []item
	kinds []kind
	masks [][]bool // per mask and kind
	// keepUseless keeps kinds that hold no pod: as empty nodes they may still be the
	// cheapest way to a minimum number of nodes.
	keepUseless bool
	minNodes    int64 // nodes that there must be at least
}

func (in *instance) pods() (n int64) {
	for i := range in.items {
		n += in.items[i].count
	}
	return n
}

func (in *instance) allowed(i, k int) bool { return in.masks[in.items[i].mask][k] }

// fit is how many pods of item i an empty node of kind k holds.
func (in *instance) fit(i, k int) int64 {
	if !in.allowed(i, k) {
		return 0
	}
	return min(in.items[i].most, timesIn(in.items[i].size, in.kinds[k].capacity))
}

// timesIn is how often size fits into room; MaxAmount if size is all zero.
func timesIn(size, room Vector) int64 {
	n := MaxAmount
	for r := range Resources {
		if size[r] > 0 {
			n = min(n, room[r]/size[r])
		}
	}
	return n
}

// reduce builds the instance of one zone that holds counts[s] pods of shape s and may
// use limits[t] nodes of type t (negative: none at all, 0: any number).
func reduce(p *Problem, counts, limits []int64) *instance {
	in := &instance{}
	types := in.usableKinds(p, counts, limits)
	keys := newMaskKeys(p, types)
	in.mergeShapes(p, counts, types, keys)
	in.masks = keys.masks
	in.dropDominated()
	in.narrowMasks()
	return in
}

// usableKinds lists the types that may be used, their capacities cut down to the
// total demand, which no node can exceed.
func (in *instance) usableKinds(p *Problem, counts, limits []int64) []kind {
	var total Vector
	in.keepUseless, in.minNodes = p.MinNodesPerZone > 0, p.MinNodesPerZone
	for s, c := range counts {
		in.minNodes = max(in.minNodes, min(1, c))
		for r := range Resources {
			total[r] += c * p.Shapes[s].Size[r]
		}
	}
	in.kinds = make([]kind, 0, len(p.NodeTypes))
	free := p.free()
	for t := range p.NodeTypes {
		if limits[t] < 0 {
			continue
		}
		n := &p.NodeTypes[t]
		k := kind{capacity: n.Capacity, price: n.Price, limit: limits[t], index: t}
		if free {
			k.price = 1
		}
		for r := range Resources {
			k.capacity[r] = min(k.capacity[r], total[r])
		}
		in.kinds = append(in.kinds, k)
	}
	return in.kinds
}

// maskKeys numbers the distinct compatibility masks.
type maskKeys struct {
	masks [][]bool
	kinds []kind
}

func newMaskKeys(p *Problem, kinds []kind) *maskKeys {
	all := make([]bool, len(kinds))
	for i := range all {
		all[i] = true
	}
	return &maskKeys{masks: [][]bool{all}, kinds: kinds}
}

// key returns the number of a shape's mask, restricted to the kinds.
func (m *maskKeys) key(nodeTypes []bool) int {
	if nodeTypes == nil {
		return 0
	}
	mask := make([]bool, len(m.kinds))
	for k := range m.kinds {
		mask[k] = nodeTypes[m.kinds[k].index]
	}
	for i := range m.masks {
		if slices.Equal(m.masks[i], mask) {
			return i
		}
	}
	m.masks = append(m.masks, mask)
	return len(m.masks) - 1
}

// mergeShapes makes one item of all shapes with equal size and mask, unless a limit
// per node binds: such shapes have to be told apart.
func (in *instance) mergeShapes(p *Problem, counts []int64, kinds []kind, keys *maskKeys) {
	type signature struct {
		size Vector
		mask int
	}
	seen := make(map[signature]int, len(counts))
	in.items = make([]item, 0, len(counts))
	single := make([]Placed, 0, len(counts)) // the first member of each item
	for s, count := range counts {
		if count == 0 {
			continue
		}
		shape := &p.Shapes[s]
		it := item{size: shape.Size, count: count, most: count, mask: keys.key(shape.NodeTypes)}
		member := Placed{Shape: s, Count: count}
		single = append(single, member)
		first := single[len(single)-1 : len(single) : len(single)]
		if shape.MaxPerNode > 0 && in.capBinds(shape, count, kinds) {
			it.most = shape.MaxPerNode
			it.members = first
			in.items = append(in.items, it)
			continue
		}
		sig := signature{shape.Size, it.mask}
		if at, ok := seen[sig]; ok {
			in.items[at].count += count
			in.items[at].most += count
			in.items[at].members = append(in.items[at].members, member)
			continue
		}
		it.members = first
		seen[sig] = len(in.items)
		in.items = append(in.items, it)
	}
}

// capBinds reports whether some node could hold more pods than MaxPerNode allows.
func (in *instance) capBinds(shape *Shape, count int64, kinds []kind) bool {
	if shape.MaxPerNode >= count {
		return false
	}
	for k := range kinds {
		if timesIn(shape.Size, kinds[k].capacity) > shape.MaxPerNode {
			return true
		}
	}
	return false
}

// dropDominated removes kinds that another kind can replace in every plan: at least
// the same room, no dearer, without a limit, and open to the same items. Kinds that
// can hold no item go as well.
func (in *instance) dropDominated() {
	order := make([]int, len(in.kinds))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &in.kinds[a], &in.kinds[b]
		for r := range Resources {
			if x.capacity[r] != y.capacity[r] && x.price == y.price {
				return cmp.Compare(y.capacity[r], x.capacity[r])
			}
		}
		return cmp.Compare(x.price, y.price)
	})
	kept := make([]int, 0, len(order))
	for _, k := range order {
		if (in.keepUseless || in.holdsSomething(k)) && !slices.ContainsFunc(kept, func(by int) bool { return in.dominates(by, k) }) {
			kept = append(kept, k)
		}
	}
	slices.Sort(kept)
	in.keepKinds(kept)
}

func (in *instance) holdsSomething(k int) bool {
	for i := range in.items {
		if in.fit(i, k) > 0 {
			return true
		}
	}
	return false
}

func (in *instance) dominates(by, k int) bool {
	a, b := &in.kinds[by], &in.kinds[k]
	if a.limit > 0 || a.price > b.price {
		return false
	}
	for r := range Resources {
		if a.capacity[r] < b.capacity[r] {
			return false
		}
	}
	for _, mask := range in.masks {
		if mask[k] && !mask[by] {
			return false
		}
	}
	return true
}

func (in *instance) keepKinds(kept []int) {
	kinds := make([]kind, len(kept))
	for i, k := range kept {
		kinds[i] = in.kinds[k]
	}
	for m, mask := range in.masks {
		narrow := make([]bool, len(kept))
		for i, k := range kept {
			narrow[i] = mask[k]
		}
		in.masks[m] = narrow
	}
	in.kinds = kinds
}

// maxFittingMasks bounds the masks that narrowMasks may make: each adds rows to the
// fractional problem, which has to stay tiny.
const maxFittingMasks = 6

// narrowMasks takes kinds that are too small for an item out of its mask, which
// strengthens the fractional bound, unless that makes too many different masks.
func (in *instance) narrowMasks() {
	if len(in.kinds) < 2 {
		return
	}
	var masks [][]bool
	of := make([]int, len(in.items))
	for i := range in.items {
		mask := make([]bool, len(in.kinds))
		for k := range in.kinds {
			mask[k] = in.fit(i, k) > 0
		}
		of[i] = slices.IndexFunc(masks, func(m []bool) bool { return slices.Equal(m, mask) })
		if of[i] < 0 {
			of[i] = len(masks)
			masks = append(masks, mask)
		}
		if len(masks) > max(maxFittingMasks, len(in.masks)) {
			return
		}
	}
	in.masks = masks
	for i := range in.items {
		in.items[i].mask = of[i]
	}
}
