package pack

import (
	"strconv"
)

// The oracle of these tests tries everything: all patterns of every node type, all ways
// to deal extra pods to zones, all sets of spares. It shares nothing with Solve.

const impossible = int64(1) << 50

// brute is exhaustive search for one zone.
type brute struct {
	p       *Problem
	memo    map[string]int64
	limits  []int64 // nodes left per type; −1 without limit
	spares  []int   // if not nil, every pattern must fit on one of these types
	minimum int64   // nodes that there must be
}

// cheapest is the least cost to place the counts, or impossible.
func (b *brute) cheapest(counts []int64, nodes int64) int64 {
	done := true
	for _, n := range counts {
		done = done && n == 0
	}
	if done {
		return b.empties(nodes)
	}
	key := b.key(counts, nodes)
	if v, ok := b.memo[key]; ok {
		return v
	}
	best := impossible
	first := 0
	for counts[first] == 0 {
		first++
	}
	for t := range b.p.NodeTypes {
		if b.limits[t] == 0 {
			continue
		}
		b.limits[t]--
		pods := make([]int64, len(counts))
		b.patterns(t, first, first, counts, pods, b.p.NodeTypes[t].Capacity, func() {
			best = min(best, b.p.NodeTypes[t].Price+b.cheapest(counts, nodes+1))
		})
		b.limits[t]++
	}
	b.memo[key] = best
	return best
}

// empties is what the nodes still missing cost.
func (b *brute) empties(nodes int64) int64 {
	var cost int64
	left := append([]int64(nil), b.limits...)
	for ; nodes < b.minimum; nodes++ {
		least := -1
		for t := range left {
			if left[t] != 0 && (least < 0 || b.p.NodeTypes[t].Price < b.p.NodeTypes[least].Price) {
				least = t
			}
		}
		if least < 0 {
			return impossible
		}
		left[least]--
		cost += b.p.NodeTypes[least].Price
	}
	return cost
}

func (b *brute) key(counts []int64, nodes int64) string {
	key := strconv.FormatInt(min(nodes, b.minimum), 10)
	for _, list := range [][]int64{counts, b.limits} {
		for _, n := range list {
			key += "," + strconv.FormatInt(n, 10)
		}
	}
	return key
}

// patterns calls yield with counts reduced by every pattern that holds a pod of first:
// some node must, so trying those is enough.
func (b *brute) patterns(t, first, s int, counts, pods []int64, room Vector, yield func()) {
	if s == len(counts) {
		if b.sparable(pods) {
			yield()
		}
		return
	}
	shape := &b.p.Shapes[s]
	most := counts[s]
	if shape.MaxPerNode > 0 {
		most = min(most, shape.MaxPerNode)
	}
	if shape.NodeTypes != nil && !shape.NodeTypes[t] {
		most = 0
	}
	least := int64(0)
	if s == first {
		least = 1
	}
	for n := least; n <= most; n++ {
		next, fits := room, true
		for r := range next {
			next[r] -= n * shape.Size[r]
			fits = fits && next[r] >= 0
		}
		if !fits {
			break
		}
		counts[s], pods[s] = counts[s]-n, n
		b.patterns(t, first, s+1, counts, pods, next, yield)
		counts[s] += n
	}
	pods[s] = 0
}

func (b *brute) sparable(pods []int64) bool {
	if b.spares == nil {
		return true
	}
	for _, t := range b.spares {
		ok := true
		var load Vector
		for s, n := range pods {
			mask := b.p.Shapes[s].NodeTypes
			ok = ok && (n == 0 || mask == nil || mask[t])
			for r := range load {
				load[r] += n * b.p.Shapes[s].Size[r]
			}
		}
		for r := range load {
			ok = ok && load[r] <= b.p.NodeTypes[t].Capacity[r]
		}
		if ok {
			return true
		}
	}
	return false
}

func zoneBrute(p *Problem, counts []int64, spares []int, minimum int64) int64 {
	b := &brute{p: p, memo: map[string]int64{}, spares: spares, minimum: minimum}
	for t := range p.NodeTypes {
		limit := p.NodeTypes[t].Limit
		if limit == 0 {
			limit = -1
		}
		for _, s := range spares {
			if s == t && limit > 0 {
				if limit--; limit == 0 {
					limit = 0
				}
			}
		}
		b.limits = append(b.limits, limit)
	}
	return b.cheapest(append([]int64(nil), counts...), 0)
}

// bruteCost is the least cost of the whole problem; limits only with one zone.
func bruteCost(p *Problem) int64 {
	zones := max(p.Zones, 1)
	pods := int64(0)
	for _, s := range p.Shapes {
		pods += s.Count
	}
	minimum := make([]int64, zones)
	for z := range minimum {
		minimum[z] = p.MinNodesPerZone
	}
	if p.Survive != SurviveNode || pods == 0 {
		return bruteZones(p, 0, newShares(p, zones), nil, minimum)
	}
	best := impossible
	for set := 1; set < 1<<len(p.NodeTypes); set++ {
		var spares []int
		var cost int64
		for t := range p.NodeTypes {
			if set>>t&1 == 1 {
				spares = append(spares, t)
				cost += p.NodeTypes[t].Price
			}
		}
		best = min(best, cost+bruteSpares(p, spares, spares, minimum))
	}
	return best
}

// bruteSpares tries every zone for each of the spares left: one counts as a node of its zone.
func bruteSpares(p *Problem, left, spares []int, minimum []int64) int64 {
	if len(left) == 0 {
		return bruteZones(p, 0, newShares(p, len(minimum)), spares, minimum)
	}
	if p.MinNodesPerZone == 0 {
		return bruteSpares(p, nil, spares, minimum)
	}
	best := impossible
	for z := range minimum {
		minimum[z]--
		best = min(best, bruteSpares(p, left[1:], spares, minimum))
		minimum[z]++
	}
	return best
}

func newShares(p *Problem, zones int) [][]int64 {
	shares := make([][]int64, zones)
	for z := range shares {
		shares[z] = make([]int64, len(p.Shapes))
	}
	return shares
}

// bruteZones tries every choice of zones for the extra pods of shapes from s on.
func bruteZones(p *Problem, s int, shares [][]int64, spares []int, minimum []int64) int64 {
	if s == len(p.Shapes) {
		var sum int64
		for z, counts := range shares {
			sum += zoneBrute(p, counts, spares, minimum[z])
		}
		return min(sum, impossible)
	}
	zones := int64(len(shares))
	each, more := p.Shapes[s].Count/zones, p.Shapes[s].Count%zones
	if p.Survive == SurviveZone {
		// Room for the share after the loss: the rule of the package comment.
		each, more = p.Shapes[s].Count/(zones-1), p.Shapes[s].Count%(zones-1)
		if more > 0 {
			more++
		}
	}
	if p.Shapes[s].AnyZone && p.Survive != SurviveZone {
		return bruteLoose(p, s, 0, p.Shapes[s].Count, shares, spares, minimum)
	}
	best := impossible
	for set := 0; set < 1<<zones; set++ {
		extra := int64(0)
		for z := range shares {
			shares[z][s] = each
			if set>>z&1 == 1 {
				shares[z][s]++
				extra++
			}
		}
		if extra == more {
			best = min(best, bruteZones(p, s+1, shares, spares, minimum))
		}
	}
	return best
}

// bruteLoose tries every way to deal the pods of shape s to the zones from z on.
func bruteLoose(p *Problem, s, z int, left int64, shares [][]int64, spares []int, minimum []int64) int64 {
	if z == len(shares)-1 {
		shares[z][s] = left
		return bruteZones(p, s+1, shares, spares, minimum)
	}
	best := impossible
	for n := int64(0); n <= left; n++ {
		shares[z][s] = n
		best = min(best, bruteLoose(p, s, z+1, left-n, shares, spares, minimum))
	}
	return best
}
