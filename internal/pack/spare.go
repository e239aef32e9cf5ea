package pack

import (
	"cmp"
	"slices"
)

// spareTrials is how many node types are tried as the only spare: each means planning
// with patterns that fit on it.
const spareTrials = 6

// holdsAll reports whether one node of type t can hold the pods.
func (p *Problem) holdsAll(t int, pods []Placed) bool {
	room := p.NodeTypes[t].Capacity
	for _, pod := range pods {
		shape := &p.Shapes[pod.Shape]
		if shape.NodeTypes != nil && !shape.NodeTypes[t] || pod.Count > timesIn(shape.Size, room) {
			return false
		}
		room = minus(room, shape.Size, pod.Count)
	}
	return true
}

// spareCandidates lists what to try as the spare of SurviveNode: anything, then the node
// types that hold every shape, cheapest first. With a single type there is nothing to choose.
func (sp *spread) spareCandidates() []int {
	out := []int{anySpare}
	if sp.p.Survive != SurviveNode || sp.occupied == 0 {
		return out
	}
	kinds := reduce(sp.p, sp.total, sp.p.limits()).kinds
	if len(kinds) < 2 {
		return out
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return cmp.Compare(a.price, b.price) })
	trials := spareTrials
	for _, k := range kinds {
		if k.price == 0 && sp.p.NodeTypes[k.index].Limit > 0 {
			trials++ // tried besides what may be bought
		}
		if len(out) <= trials && sp.p.narrowedTo(k.index) != nil {
			out = append(out, k.index)
		}
	}
	return out
}

// narrowedTo is the problem in which everything on a node also fits on one of type t,
// with one node of t kept out; nil if some shape does not fit on t.
func (p *Problem) narrowedTo(t int) *Problem {
	for s := range p.Shapes {
		if p.Shapes[s].Count > 0 && !p.shapeFits(s, t) {
			return nil
		}
	}
	narrow := *p
	narrow.NodeTypes = slices.Clone(p.NodeTypes)
	for u := range narrow.NodeTypes {
		for r := range Resources {
			narrow.NodeTypes[u].Capacity[r] = min(narrow.NodeTypes[u].Capacity[r], p.NodeTypes[t].Capacity[r])
		}
	}
	switch narrow.NodeTypes[t].Limit {
	case 0, noNodes:
	case 1:
		narrow.NodeTypes[t].Capacity = Vector{} // the only one is the spare
	default:
		narrow.NodeTypes[t].Limit--
	}
	return &narrow
}

// spares are the empty nodes that keep SurviveNode: one of the given type, or for
// anySpare the cheapest that holds any group's pods, or else several found greedily.
func (sp *spread) spares(groups []Group, st *stock, spareType int) ([]Group, bool) {
	if spareType != anySpare {
		return []Group{{NodeType: spareType, Zone: sp.emptiestZone(groups), Count: 1}}, true
	}
	uncovered := groups
	var out []Group
	for len(uncovered) > 0 {
		t := st.cheapest(func(t int) bool { return covered(sp.p, t, uncovered) == len(uncovered) })
		if t < 0 {
			t = sp.mostCovering(uncovered, st)
		}
		if t < 0 {
			return nil, false
		}
		st.take(t, 1)
		out = append(out, Group{NodeType: t, Zone: sp.emptiestZone(append(slices.Clone(groups), out...)), Count: 1})
		uncovered = slices.DeleteFunc(slices.Clone(uncovered), func(g Group) bool { return sp.p.holdsAll(t, g.Pods) })
	}
	return out, true
}

// spareReason says whether the limits provably leave no node to keep empty: fewer nodes
// exist than pods and spare need, or fewer than two may hold some shape.
func (sp *spread) spareReason() Reason {
	if sp.p.nodesThat(func(int) bool { return true }) < sp.bounds(false).Nodes {
		return ReasonNoSpare
	}
	for s := range sp.p.Shapes {
		if sp.p.Shapes[s].Count > 0 && sp.p.nodesThat(func(t int) bool { return sp.p.shapeFits(s, t) }) < 2 {
			return ReasonNoSpare
		}
	}
	return ReasonNotFound
}

// minNodesReason says whether fewer nodes exist than the zones have to hold.
func (sp *spread) minNodesReason() Reason {
	if sp.p.nodesThat(func(int) bool { return true }) < sp.p.MinNodesPerZone*sp.zones {
		return ReasonMinNodes
	}
	return ReasonNotFound
}

// nodesThat counts the nodes that exist of the types that pass, up to maxTotal.
func (p *Problem) nodesThat(pass func(t int) bool) int64 {
	var n int64
	for t := range p.NodeTypes {
		switch limit := p.NodeTypes[t].Limit; {
		case !pass(t):
		case limit == 0:
			return maxTotal
		default:
			n += limit
		}
	}
	return min(n, maxTotal)
}

func covered(p *Problem, t int, groups []Group) int {
	n := 0
	for i := range groups {
		if p.holdsAll(t, groups[i].Pods) {
			n++
		}
	}
	return n
}

// mostCovering is the type that covers most groups, the cheapest of equals.
func (sp *spread) mostCovering(groups []Group, st *stock) int {
	most := 0
	for t := range st.left {
		if st.left[t] > 0 {
			most = max(most, covered(sp.p, t, groups))
		}
	}
	if most == 0 {
		return -1
	}
	return st.cheapest(func(t int) bool { return covered(sp.p, t, groups) == most })
}

func (sp *spread) nodesPerZone(groups []Group) []int64 {
	nodes := make([]int64, sp.zones)
	for _, g := range groups {
		nodes[g.Zone] += g.Count
	}
	return nodes
}

func (sp *spread) emptiestZone(groups []Group) int {
	nodes := sp.nodesPerZone(groups)
	return slices.Index(nodes, slices.Min(nodes))
}

// fillZones adds the cheapest nodes, empty, to zones that have too few.
func (sp *spread) fillZones(groups []Group, st *stock) ([]Group, bool) {
	var out []Group
	for z, n := range sp.nodesPerZone(groups) {
		for n < sp.p.MinNodesPerZone {
			t := st.cheapest(func(int) bool { return true })
			if t < 0 {
				return nil, false
			}
			add := min(sp.p.MinNodesPerZone-n, st.left[t])
			out = append(out, Group{NodeType: t, Zone: z, Count: add})
			st.take(t, add)
			n += add
		}
	}
	return out, true
}

// reserve turns the pods beyond each zone's ordinary share into reserved room, on the
// last nodes of the zone as far as possible.
func (sp *spread) reserve(groups []Group) []Group {
	shapes := len(sp.p.Shapes)
	members := sp.ordinaryAndReserved()
	var out []Group
	for _, g := range groups {
		dealOut(g.Count, g.Pods, members[g.Zone], func(run int64, pods []Placed) {
			split := Group{NodeType: g.NodeType, Zone: g.Zone, Count: run}
			for _, pod := range pods {
				if pod.Shape >= shapes {
					split.Reserved = append(split.Reserved, Placed{Shape: pod.Shape - shapes, Count: pod.Count})
				} else {
					split.Pods = append(split.Pods, pod)
				}
			}
			out = append(out, split)
		})
	}
	return out
}

// ordinaryAndReserved says per zone and shape how many slots hold pods and, under the
// shape's index plus the number of shapes, how many are reserved.
func (sp *spread) ordinaryAndReserved() [][][]Placed {
	room := make([][]int64, sp.zones)
	for _, sh := range sp.shares {
		for _, z := range sh.zones {
			room[z] = sh.counts
		}
	}
	members := make([][][]Placed, sp.zones)
	for z := range members {
		members[z] = make([][]Placed, len(sp.p.Shapes))
	}
	for s := range sp.p.Shapes {
		each, more := sp.p.Shapes[s].Count/sp.zones, sp.p.Shapes[s].Count%sp.zones
		for z := range members {
			pods := each
			if more > 0 && room[z][s] > each {
				pods, more = pods+1, more-1
			}
			for shape, n := range map[int]int64{s: pods, s + len(sp.p.Shapes): room[z][s] - pods} {
				if n > 0 {
					members[z][s] = append(members[z][s], Placed{Shape: shape, Count: n})
				}
			}
			slices.SortFunc(members[z][s], func(a, b Placed) int { return a.Shape - b.Shape })
		}
	}
	return members
}
