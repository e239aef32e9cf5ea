package pack

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
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

// tally counts how a constraint's trials ended.
type tally struct{ trials, infeasible, optimal, proved, missed int }

// compare solves a problem and holds the answer against the oracle.
func (c *tally) compare(t *testing.T, p Problem) {
	t.Helper()
	counted := p
	if free := p.free(); free {
		counted.NodeTypes = slices.Clone(p.NodeTypes)
		for t := range counted.NodeTypes {
			counted.NodeTypes[t].Price = 1
		}
	}
	want := bruteCost(&counted)
	s, err := Solve(context.Background(), p, Settings{Effort: Tight})
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Fatalf("%v\n%+v\n%+v", err, p, s)
	}
	c.trials++
	if s.Status == Infeasible {
		if want < impossible && s.Reason != ReasonNotFound {
			t.Fatalf("%s, but it costs %d\n%+v", s.Reason, want, p)
		}
		if want < impossible {
			c.missed++
		}
		c.infeasible++
		return
	}
	if p.free() {
		s.Cost, s.CostBound = s.Nodes, s.NodesBound
	}
	if s.CostBound > want || s.Cost < want {
		t.Fatalf("cost %d and bound %d, exhaustive search finds %d\n%+v\n%+v", s.Cost, s.CostBound, want, p, s)
	}
	if s.Certificate != nil {
		if bound, err := VerifyCertificate(p, *s.Certificate); err != nil || bound > want {
			t.Fatalf("the certificate proves %d (%v), exhaustive search finds %d\n%+v", bound, err, want, p)
		}
	}
	if s.Cost == want {
		c.optimal++
	}
	if s.Status == Optimal {
		c.proved++
	}
}

// smallProblem is a random problem for the oracle, without special constraints.
func smallProblem(rng *rand.Rand) Problem {
	var p Problem
	for range 1 + rng.IntN(3) {
		p.NodeTypes = append(p.NodeTypes, NodeType{
			Capacity: Vector{4 + rng.Int64N(16), 4 + rng.Int64N(16), 2 + rng.Int64N(6)}, Price: 1 + rng.Int64N(9),
		})
	}
	for range 1 + rng.IntN(3) {
		p.Shapes = append(p.Shapes, Shape{Size: Vector{1 + rng.Int64N(8), 1 + rng.Int64N(8), 1}, Count: 1 + rng.Int64N(5)})
	}
	return p
}

// bruteTrials is how many random problems each constraint is tried on; the environment
// variable PACK_TRIALS asks for more.
func bruteTrials() int {
	if n, err := strconv.Atoi(os.Getenv("PACK_TRIALS")); err == nil {
		return n
	}
	return 1000
}

func TestExhaustiveSearchAgreesOnEveryConstraint(t *testing.T) {
	// least is the share of trials, in percent, that must end at the optimum: all where one
	// zone is searched exhaustively; with several zones or spares the dealing of remainders
	// and the choice of spares are searched by trial only. found is the share, in percent,
	// for which some placement has to be found where one exists.
	for _, c := range []struct {
		name  string
		least int
		found int
		apply func(rng *rand.Rand, p *Problem)
	}{
		{"capacity and slots", 100, 100, func(*rand.Rand, *Problem) {}},
		{"most per node", 100, 100, func(rng *rand.Rand, p *Problem) {
			for s := range p.Shapes {
				p.Shapes[s].MaxPerNode = rng.Int64N(3)
			}
		}},
		{"anti-affinity", 100, 100, func(_ *rand.Rand, p *Problem) {
			for s := range p.Shapes {
				p.Shapes[s].MaxPerNode = 1
			}
		}},
		{"masks", 100, 100, func(rng *rand.Rand, p *Problem) {
			for s := range p.Shapes {
				for range p.NodeTypes {
					p.Shapes[s].NodeTypes = append(p.Shapes[s].NodeTypes, rng.IntN(3) > 0)
				}
			}
		}},
		{"nodes that exist", 100, 100, func(rng *rand.Rand, p *Problem) {
			for t := range p.NodeTypes {
				if p.NodeTypes[t].Limit = rng.Int64N(4); rng.IntN(2) == 0 {
					p.NodeTypes[t].Price = 0
				}
			}
		}},
		{"zones", 98, 100, func(rng *rand.Rand, p *Problem) { p.Zones = 2 + rng.IntN(2) }},
		{"zones for some", 95, 100, func(rng *rand.Rand, p *Problem) {
			p.Zones = 2 + rng.IntN(8)/7 // three zones are many ways
			for s := range p.Shapes {
				p.Shapes[s].AnyZone = rng.IntN(2) == 0
			}
		}},
		{"least nodes per zone", 95, 100, func(rng *rand.Rand, p *Problem) {
			p.Zones, p.MinNodesPerZone = 1+rng.IntN(2), 1+rng.Int64N(3)
		}},
		{"loss of a node", 98, 100, func(rng *rand.Rand, p *Problem) { p.Survive = SurviveNode }},
		{"loss of a zone", 98, 100, func(rng *rand.Rand, p *Problem) { p.Zones, p.Survive = 2+rng.IntN(2), SurviveZone }},
		{"everything at once", 95, 99, func(rng *rand.Rand, p *Problem) {
			p.Zones, p.MinNodesPerZone = 1+rng.IntN(2), rng.Int64N(3)
			if p.Survive = []Survive{SurviveNothing, SurviveNode, SurviveZone}[rng.IntN(3)]; p.Survive == SurviveZone {
				p.Zones = 2
			}
			for t := range p.NodeTypes {
				if p.Zones == 1 && rng.IntN(3) == 0 { // the oracle knows limits with one zone only
					p.NodeTypes[t].Limit, p.NodeTypes[t].Price = 1+rng.Int64N(4), 0
				}
			}
			for s := range p.Shapes {
				p.Shapes[s].MaxPerNode, p.Shapes[s].AnyZone = rng.Int64N(3), rng.IntN(3) == 0
				for range p.NodeTypes {
					p.Shapes[s].NodeTypes = append(p.Shapes[s].NodeTypes, rng.IntN(5) > 0)
				}
			}
		}},
		{"no prices", 100, 100, func(rng *rand.Rand, p *Problem) {
			for t := range p.NodeTypes {
				p.NodeTypes[t].Price = 0
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, uint64(len(c.name))))
			var sum tally
			for range bruteTrials() {
				p := smallProblem(rng)
				c.apply(rng, &p)
				sum.compare(t, p)
			}
			t.Logf("%+v", sum)
			if feasible := sum.trials - sum.infeasible; sum.optimal*100 < feasible*c.least {
				t.Errorf("%d of %d plans are optimal, want %d %%", sum.optimal, feasible, c.least)
			}
			// Only where limits meet masks and spares may a placement that exists go unfound,
			// and the answer then says "not found", never that there is none.
			if most := sum.trials * (100 - c.found) / 100; sum.missed > most {
				t.Errorf("%d placements that exist were not found, at most %d may be", sum.missed, most)
			}
		})
	}
}

// A rolling update is a problem of its own: both of its plans are held against the oracle.
func TestExhaustiveSearchAgreesOnRollingUpdates(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for range bruteTrials() {
		p := smallProblem(rng)
		extra := make([]int64, len(p.Shapes))
		updating := p
		updating.Shapes = slices.Clone(p.Shapes)
		for s := range extra {
			extra[s] = rng.Int64N(3)
			updating.Shapes[s].Count += extra[s]
		}
		surge, err := SolveSurge(context.Background(), p, extra, Settings{Effort: Tight})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			p    Problem
			seen Solution
		}{{p, surge.Steady}, {updating, surge.Updating}} {
			if err := Check(c.p, c.seen); err != nil {
				t.Fatalf("%v\n%+v\n%+v", err, c.p, c.seen)
			}
			want := bruteCost(&c.p)
			if (want == impossible) != (c.seen.Status == Infeasible) || want < impossible && (c.seen.Cost != want || c.seen.CostBound > want) {
				t.Fatalf("%s, cost %d and bound %d, exhaustive search finds %d\n%+v", c.seen.Status, c.seen.Cost, c.seen.CostBound, want, c.p)
			}
		}
	}
}
