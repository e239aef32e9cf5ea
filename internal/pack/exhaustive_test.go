package pack

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

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
