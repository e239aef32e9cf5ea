package pack

import (
	"context"
	"math/rand/v2"
	"testing"
)

// triplets are pods that were cut, three by three, from whole nodes of 100 × 100.
func triplets(nodes int, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 10))
	p := Problem{NodeTypes: oneType(100, 100, MaxAmount)}
	for range nodes {
		rest := Vector{100, 100, 3}
		for range 2 {
			size := Vector{25 + rng.Int64N(26), 25 + rng.Int64N(26), 1}
			p.Shapes = append(p.Shapes, Shape{Size: size, Count: 1})
			rest = minus(rest, size, 1)
		}
		p.Shapes = append(p.Shapes, Shape{Size: rest, Count: 1})
	}
	return p
}

func TestPodsCutFromWholeNodesFillThemAgain(t *testing.T) {
	for seed := range uint64(3) {
		p := triplets(50, seed)
		s, err := Solve(context.Background(), p, Settings{Effort: Tight, part: 20})
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, s); err != nil {
			t.Fatal(err)
		}
		if s.Nodes != 50 || s.Status != Optimal {
			t.Errorf("seed %d: %d nodes (%s), want 50", seed, s.Nodes, s.Status)
		}
	}
}

// Four kinds of pods, several of each: 7 × {60, 20×2}, 5 × {50, 50} and 3 × {30×2, 40} fill 15
// nodes of 100 in both resources, and taking back leaves every count as it was.
func TestACoverCountsPodsOfAKind(t *testing.T) {
	p := Problem{NodeTypes: oneType(100, 100, MaxAmount)}
	for _, s := range []struct{ size, count int64 }{{60, 7}, {20, 14}, {50, 10}, {30, 6}, {40, 3}} {
		p.Shapes = append(p.Shapes, Shape{Size: Vector{s.size, s.size, 1}, Count: s.count})
	}
	sp := split(&p, dealRound)
	in := reduce(&p, sp.total, p.limits())
	cg := newColgen(in, nil, func(int) float64 { return 0 })
	tg := &tight{ctx: context.Background(), p: &p, spread: sp}
	pf := tg.prove(cg)
	pl := cg.cover(t.Context(), pf, 1500, 3)
	if pl == nil || pl.nodes != 15 {
		t.Fatalf("%+v, want 15 nodes", pl)
	}
	if err := Check(p, sp.solution(in.expand(pl, 0), sp.bounds(false))); err != nil {
		t.Error(err)
	}
	if pl := cg.cover(t.Context(), pf, 1400, 3); pl != nil {
		t.Errorf("%d nodes for less than the pods fill", pl.nodes)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if pl := cg.cover(over, pf, 1500, 3); pl != nil {
		t.Error("the search goes on after its context has ended")
	}
}
