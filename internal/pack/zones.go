package pack

import (
	"math/rand/v2"
	"slices"
)

// share is what each of some zones holds.
type share struct {
	counts []int64 // per shape, reserved room included
	zones  []int
}

// spread is a problem divided into zones.
type spread struct {
	p      *Problem
	zones  int64
	shares []share // distinct ones
	total  []int64 // per shape over all zones, reserved room included
	floor  []int64 // per shape: what every zone holds at least
	// occupied is how many zones hold pods at least, whoever deals them.
	occupied int64
}

// slots returns how many of a shape's pods every zone has room for, and how many zones
// have room for one more: see the package comment on zones and Survive.
func (p *Problem) slots(count int64) (each, more int64) {
	zones := int64(max(p.Zones, 1))
	if p.Survive != SurviveZone {
		return count / zones, count % zones
	}
	each, more = count/(zones-1), count%(zones-1)
	if more > 0 {
		more++
	}
	return each, more
}

// The ways to deal what does not divide: dealRound goes round, so that no zone collects
// the remainders of all shapes; dealFirst gives every remainder to the first zones, so
// that there are few different shares; larger numbers deal from zones drawn at random.
const (
	dealRound = iota
	dealFirst
	dealRandom
)

// loose reports whether shape s may lie in the zones in any numbers.
func (p *Problem) loose(s int) bool {
	return p.Zones > 1 && p.Shapes[s].AnyZone && p.Survive != SurviveZone
}

func (p *Problem) anyLoose() bool {
	for s := range p.Shapes {
		if p.Shapes[s].Count > 0 && p.loose(s) {
			return true
		}
	}
	return false
}

// split deals the pods to the zones. Zones with equal shares are planned once. Loose pods
// are dealt evenly by dealRound, all to the first zone by dealFirst, and else at random.
func split(p *Problem, deal int) *spread {
	sp := &spread{p: p, zones: int64(max(p.Zones, 1))}
	sp.total, sp.floor = make([]int64, len(p.Shapes)), make([]int64, len(p.Shapes))
	extra := make([][2]int64, len(p.Shapes)) // first zone and number of zones with one more
	turn := int64(0)
	rng := rand.New(rand.NewPCG(uint64(deal), 0))
	scattered := map[int][]int64{} // loose pods per zone
	for s := range p.Shapes {
		each, more := p.slots(p.Shapes[s].Count)
		sp.floor[s], sp.total[s] = each, each*sp.zones+more
		if p.loose(s) {
			sp.floor[s] = 0
			sp.occupied = max(sp.occupied, min(1, sp.total[s]))
			if deal != dealRound {
				scattered[s] = scatter(sp.total[s], sp.zones, deal, rng)
				continue
			}
		}
		extra[s] = [2]int64{turn, more}
		switch turn = (turn + more) % sp.zones; {
		case deal == dealFirst:
			turn = 0
		case deal >= dealRandom:
			turn = rng.Int64N(sp.zones)
		}
		if each > 0 {
			more = sp.zones
		}
		if !p.loose(s) {
			sp.occupied = max(sp.occupied, more)
		}
	}
	for z := range sp.zones {
		counts := slices.Clone(sp.floor)
		for s, e := range extra {
			if p.loose(s) {
				counts[s] = sp.total[s] / sp.zones
			}
			if (z-e[0]+sp.zones)%sp.zones < e[1] {
				counts[s]++
			}
		}
		for s, dealt := range scattered {
			counts[s] = dealt[z]
		}
		sp.addZone(int(z), counts)
	}
	return sp
}

// scatter deals count loose pods to the zones: all to the first, or at random.
func scatter(count, zones int64, deal int, rng *rand.Rand) []int64 {
	dealt := make([]int64, zones)
	first := int64(0)
	if deal >= dealRandom {
		first = rng.Int64N(zones)
		for z := int64(1); z < zones; z++ {
			n := rng.Int64N(count + 1)
			dealt[(first+z)%zones] = n
			count -= n
		}
	}
	dealt[first] = count
	return dealt
}

func (sp *spread) addZone(zone int, counts []int64) {
	for i := range sp.shares {
		if slices.Equal(sp.shares[i].counts, counts) {
			sp.shares[i].zones = append(sp.shares[i].zones, zone)
			return
		}
	}
	sp.shares = append(sp.shares, share{counts: counts, zones: []int{zone}})
}

// limits are the node type limits in the form that reduce takes.
func (p *Problem) limits() []int64 {
	limits := make([]int64, len(p.NodeTypes))
	for t := range limits {
		limits[t] = p.NodeTypes[t].Limit
	}
	return limits
}

// bounds combines the bound of the unsplit problem with that of every zone's least
// share, each with and without the spare nodes of SurviveNode: spares count towards
// the minimum nodes per zone, so the two may not be added.
func (sp *spread) bounds(monotone bool) Bounds {
	p := sp.p
	minNodes := p.MinNodesPerZone
	whole := reduce(p, sp.total, p.limits())
	least := whole
	if sp.zones > 1 {
		least = reduce(p, sp.floor, p.limits())
	}
	combine := func(perZone, spares int64) Bounds {
		n := perZone * sp.zones
		if perZone == 0 {
			n = sp.occupied
		}
		b := whole.bound(n-min(n, spares), monotone).Bounds
		if sp.zones > 1 {
			z := least.bound(max(perZone, min(1, sp.podsPerZone())), monotone).Bounds
			if spares == 0 || perZone == 0 {
				b.Cost, b.Nodes = max(b.Cost, z.Cost*sp.zones), max(b.Nodes, z.Nodes*sp.zones)
			}
		}
		return b
	}
	b := combine(minNodes, 0)
	if p.Survive == SurviveNode && sp.occupied > 0 {
		spareCost := p.leastSpareCost(sp.total)
		for _, perZone := range slices.Compact([]int64{0, minNodes}) {
			with := combine(perZone, min(perZone, 1))
			b.Cost = max(b.Cost, with.Cost+spareCost)
			b.Nodes = max(b.Nodes, with.Nodes+1)
		}
	}
	if p.free() {
		b.Cost = 0
	}
	return b
}

func (sp *spread) podsPerZone() int64 {
	var pods int64
	for _, c := range sp.floor {
		pods = max(pods, c)
	}
	return pods
}

// leastSpareCost is what the spare of the shape that is dearest to spare costs at least.
func (p *Problem) leastSpareCost(counts []int64) int64 {
	var dearest int64
	for s := range p.Shapes {
		if counts[s] == 0 {
			continue
		}
		least := maxTotal
		for t := range p.NodeTypes {
			if p.shapeFits(s, t) {
				least = min(least, p.NodeTypes[t].Price)
			}
		}
		dearest = max(dearest, least)
	}
	return dearest
}

// shapeFits reports whether one pod of shape s fits on a node of type t.
func (p *Problem) shapeFits(s, t int) bool {
	shape := &p.Shapes[s]
	return (shape.NodeTypes == nil || shape.NodeTypes[t]) && fitsIn(shape.Size, p.NodeTypes[t].Capacity)
}

// free reports whether every node type costs nothing: then nodes are counted instead.
func (p *Problem) free() bool {
	return !slices.ContainsFunc(p.NodeTypes, func(n NodeType) bool { return n.Price > 0 })
}

// unplaceable lists the shapes that fit on no type, each with the type that comes closest.
func (p *Problem) unplaceable(counts []int64) []Shortfall {
	var out []Shortfall
	for s := range p.Shapes {
		if counts[s] == 0 {
			continue
		}
		closest, placed := Shortfall{Shape: s, NodeType: -1}, false
		ratio := 0.0
		for t := range p.NodeTypes {
			if placed = p.shapeFits(s, t); placed {
				break
			}
			if mask := p.Shapes[s].NodeTypes; mask != nil && !mask[t] {
				continue
			}
			r, missing, over := worstShortfall(p.Shapes[s].Size, p.NodeTypes[t].Capacity)
			if closest.NodeType < 0 || over < ratio {
				closest.NodeType, closest.Resource, closest.Missing, ratio = t, r, missing, over
			}
		}
		if !placed {
			out = append(out, closest)
		}
	}
	return out
}

// worstShortfall is the resource that is exceeded by the largest factor.
func worstShortfall(size, capacity Vector) (worst Resource, missing int64, over float64) {
	for r := range Resources {
		if ratio := float64(size[r]) / float64(max(capacity[r], 1)); size[r] > capacity[r] && ratio > over {
			worst, missing, over = r, size[r]-capacity[r], ratio
		}
	}
	return worst, missing, over
}
