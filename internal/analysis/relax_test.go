package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

func TestTheRelaxationIsTheCheapestOfAllPairsOfTypes(t *testing.T) {
	// With two resources that bind, the optimum of the linear program buys one type or
	// two: those of every pair that together offer exactly what is asked are worked out.
	rapid.Check(t, func(t *rapid.T) {
		var d model.Demand
		var free []model.Amount
		for range rapid.IntRange(1, 8).Draw(t, "types") {
			a := model.Amount{CPUMillicores: rapid.Int64Range(1_000, 64_000).Draw(t, "cpu"), MemoryMiB: rapid.Int64Range(2_000, 256_000).Draw(t, "memory"), Pods: model.NoPodLimit}
			free = append(free, a)
			d.Problem.NodeTypes = append(d.Problem.NodeTypes, pack.NodeType{
				Capacity: pack.Vector{a.CPUMillicores, a.MemoryMiB, a.Pods}, Price: rapid.Int64Range(10_000_000, 3_000_000_000).Draw(t, "price"),
			})
		}
		asked := model.Amount{CPUMillicores: rapid.Int64Range(10_000, 1_000_000).Draw(t, "asked cpu"), MemoryMiB: rapid.Int64Range(10_000, 4_000_000).Draw(t, "asked memory"), Pods: 500}
		if got, want := relax(&d, asked, free).costUSD, cheapestPair(d, asked); math.Abs(got-want) > want*1e-4 {
			t.Fatalf("relaxed to $%v, the cheapest pair costs $%v", got, want)
		}
	})
}

func cheapestPair(d model.Demand, asked model.Amount) float64 {
	best := math.Inf(1)
	cpu, memory := float64(asked.CPUMillicores), float64(asked.MemoryMiB)
	for i, a := range d.Problem.NodeTypes {
		a0, a1, price := float64(a.Capacity[0]), float64(a.Capacity[1]), float64(a.Price)/microUSD
		best = min(best, max(cpu/a0, memory/a1)*price)
		for _, b := range d.Problem.NodeTypes[:i] {
			b0, b1 := float64(b.Capacity[0]), float64(b.Capacity[1])
			determinant := a0*b1 - b0*a1
			x, y := (cpu*b1-b0*memory)/determinant, (a0*memory-cpu*a1)/determinant
			if determinant != 0 && x >= 0 && y >= 0 {
				best = min(best, x*price+y*float64(b.Price)/microUSD)
			}
		}
	}
	return best
}

func TestTheRelaxationOfOneTypeIsDemandByCapacity(t *testing.T) {
	// 140000m on 7500m: 18.667 nodes at $292 each.
	d := model.Demand{Problem: pack.Problem{NodeTypes: []pack.NodeType{{Price: 292_000_000}}}}
	f := relax(&d, model.Amount{CPUMillicores: 140_000, MemoryMiB: 100_000, Pods: 200}, []model.Amount{{CPUMillicores: 7500, MemoryMiB: 28672, Pods: 110}})
	if math.Abs(f.nodes-140.0/7.5) > 1e-9 || math.Abs(f.costUSD-292*140/7.5) > 1e-6 {
		t.Errorf("%+v", f)
	}
}

func TestAMixOfTwoTypesWorkedByHand(t *testing.T) {
	// 20000m and 20000 MiB. A node of 1000m/3000MiB and one of 3000m/1000MiB cost $10
	// each: five of either offer 20000m and 20000 MiB for $100; alone it takes 20 of one.
	d := model.Demand{Problem: pack.Problem{NodeTypes: []pack.NodeType{{Price: 10_000_000}, {Price: 10_000_000}}}}
	free := []model.Amount{{CPUMillicores: 1000, MemoryMiB: 3000, Pods: 100}, {CPUMillicores: 3000, MemoryMiB: 1000, Pods: 100}}
	f := relax(&d, model.Amount{CPUMillicores: 20_000, MemoryMiB: 20_000, Pods: 10}, free)
	if math.Abs(f.nodes-10) > 1e-6 || math.Abs(f.costUSD-100) > 1e-6 {
		t.Errorf("%+v, want ten nodes for $100", f)
	}
}
