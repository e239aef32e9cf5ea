package pack

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

// offGrid is a problem with requests in 1m and 1 MiB; with capped, every fifth workload has a
// limit per node.
func offGrid(workloads int, seed uint64, capped bool) Problem {
	rng := rand.New(rand.NewPCG(seed, 9))
	p := manyTypes(seed)
	for t := range p.NodeTypes {
		p.NodeTypes[t].Capacity[CPU] *= 4
		p.NodeTypes[t].Capacity[Memory] *= 4
		p.NodeTypes[t].Capacity[Pods] *= 4
		p.NodeTypes[t].Price *= 4
	}
	p.Shapes = nil
	for i := range workloads {
		s := Shape{Size: Vector{101 + rng.Int64N(900), 203 + rng.Int64N(3000), 1}, Count: 1 + rng.Int64N(40)}
		if capped && i%5 == 0 {
			s.MaxPerNode = 1 + rng.Int64N(3)
		}
		p.Shapes = append(p.Shapes, s)
	}
	return p
}

func TestOffAnyGridPlansComeCloseToTheBound(t *testing.T) {
	for seed := range uint64(1) {
		p := offGrid(100, seed, false)
		fast, err := Solve(context.Background(), p, Settings{Effort: Fast})
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for range 2 {
			s, err := Solve(context.Background(), p, Settings{Effort: Tight, Seed: seed, part: 20})
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(p, s); err != nil {
				t.Fatal(err)
			}
			if proved, err := VerifyCertificate(p, *s.Certificate); err != nil || proved < s.CostBound && s.Status != Optimal {
				t.Errorf("seed %d: the certificate proves %d of %d, %v", seed, proved, s.CostBound, err)
			}
			if gap := float64(s.Cost)/float64(s.CostBound) - 1; gap > 0.004 || s.Cost > fast.Cost {
				t.Errorf("seed %d: cost %d, %.2f %% above the bound; fast %d", seed, s.Cost, 100*gap, fast.Cost)
			}
			got, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if string(got) != string(first) {
				t.Errorf("seed %d: the same problem gave another answer", seed)
			}
		}
	}
}

func TestSampledNodesHoldWhatTheyMay(t *testing.T) {
	p := offGrid(60, 7, true)
	p.NodeTypes[2].Limit = 5
	in := split(&p, dealRound).scopes()[0].reduce()
	if !in.tooFine() {
		t.Fatal("the problem is on a grid")
	}
	b := in.bound(0, false)
	pl := in.sampled(context.Background(), &b, Settings{Seed: 1})
	if pl == nil {
		t.Fatal("no plan")
	}
	placed, nodes := make([]int64, len(in.items)), make([]int64, len(in.kinds))
	for _, batch := range pl.batches {
		nodes[batch.kind] += batch.count
		if !fitsIn(in.load(batch.pods), in.kinds[batch.kind].capacity) {
			t.Errorf("%v is over the capacity of its node", batch)
		}
		for _, pod := range batch.pods {
			placed[pod.Shape] += pod.Count * batch.count
			if pod.Count < 1 || pod.Count > in.items[pod.Shape].most || !in.allowed(pod.Shape, batch.kind) {
				t.Errorf("%v holds %v", batch, pod)
			}
		}
	}
	for i, n := range placed {
		if n != in.items[i].count {
			t.Errorf("item %d: %d of %d pods placed", i, n, in.items[i].count)
		}
	}
	for k, n := range nodes {
		if limit := in.kinds[k].limit; limit > 0 && n > limit {
			t.Errorf("kind %d: %d nodes of at most %d", k, n, limit)
		}
	}
}

// The largest pods first, as the fillers of the first answer take them, leave what fits no
// kind well: more than 1 % above the bound on this problem.
func TestSampledPlansStayBalanced(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 9))
	var p Problem
	for _, gib := range []int64{2, 4, 8} {
		for _, cores := range []int64{8, 16} {
			p.NodeTypes = append(p.NodeTypes, NodeType{Capacity: Vector{1000*cores - 200, 1024*gib*cores - 2000, 200}, Price: cores * (26000 + 3500*gib)})
		}
	}
	for range 200 {
		z := rng.NormFloat64()
		cpu, memory := 250*math.Exp(0.6*z), 512*math.Exp(0.45*z+0.78*rng.NormFloat64())
		p.Shapes = append(p.Shapes, Shape{Size: Vector{100 + int64(cpu), 128 + int64(memory), 1}, Count: 1 + rng.Int64N(80)})
	}
	in := split(&p, dealRound).scopes()[0].reduce()
	b := in.bound(0, false)
	pl, quick := in.sampled(context.Background(), &b, Settings{Seed: 1}), in.heuristics(context.Background(), &b)
	above := func(pl *plan) float64 { return 100 * (float64(pl.cost)/float64(b.Cost) - 1) }
	if above(pl) > 0.25 || above(quick) < 1 {
		t.Errorf("%.3f %% above the bound, the quick plan %.3f %%", above(pl), above(quick))
	}
}
