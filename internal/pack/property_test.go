package pack

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyProblem draws small problems that use every constraint.
func anyProblem(t *rapid.T) Problem {
	types := rapid.IntRange(1, 4).Draw(t, "types")
	p := Problem{
		Zones:           rapid.IntRange(0, 4).Draw(t, "zones"),
		MinNodesPerZone: rapid.Int64Range(0, 2).Draw(t, "minNodes"),
		Survive:         rapid.SampledFrom([]Survive{SurviveNothing, SurviveNode, SurviveZone}).Draw(t, "survive"),
	}
	if p.Survive == SurviveZone {
		p.Zones = max(2, p.Zones)
	}
	for range types {
		p.NodeTypes = append(p.NodeTypes, NodeType{
			Capacity: Vector{rapid.Int64Range(0, 30).Draw(t, "cpu"), rapid.Int64Range(0, 30).Draw(t, "memory"), rapid.Int64Range(0, 9).Draw(t, "pods")},
			Price:    rapid.Int64Range(0, 12).Draw(t, "price"),
			Limit:    max(0, rapid.Int64Range(-6, 6).Draw(t, "limit")),
		})
	}
	for range rapid.IntRange(0, 6).Draw(t, "shapes") {
		s := Shape{
			Size:       Vector{rapid.Int64Range(0, 12).Draw(t, "cpu"), rapid.Int64Range(0, 12).Draw(t, "memory"), 1},
			Count:      rapid.Int64Range(0, 20).Draw(t, "count"),
			MaxPerNode: max(0, rapid.Int64Range(-3, 3).Draw(t, "most")),
			AnyZone:    rapid.Bool().Draw(t, "any zone"),
		}
		if rapid.Bool().Draw(t, "masked") {
			s.NodeTypes = rapid.SliceOfN(rapid.Bool(), types, types).Draw(t, "mask")
		}
		p.Shapes = append(p.Shapes, s)
	}
	return p
}

func TestEveryPlanPassesTheChecker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyProblem(t)
		s, err := Solve(context.Background(), p, Settings{Effort: Fast})
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, s); err != nil {
			t.Fatalf("Solve: %v\n%+v", err, s)
		}
		f, err := FirstFit(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, f); err != nil {
			t.Fatalf("FirstFit: %v\n%+v", err, f)
		}
	})
}

func TestTightPlansPassTheCheckerAndProveTheirBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyProblem(t)
		fast, err := Solve(context.Background(), p, Settings{Effort: Fast})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Solve(context.Background(), p, Settings{Effort: Tight})
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, s); err != nil {
			t.Fatalf("%v\n%+v\n%+v", err, p, s)
		}
		if fast.Status != Infeasible && (s.Status == Infeasible || s.Cost > fast.Cost || s.CostBound < fast.CostBound) {
			t.Fatalf("tight is worse than fast:\n%+v\n%+v\n%+v", p, fast, s)
		}
		quick, quickBound, err := QuickCertificate(p)
		if err == nil {
			if bound, err := VerifyCertificate(p, quick); err != nil || bound != quickBound {
				t.Fatalf("the quick certificate proves %d, not %d: %v\n%+v\n%+v", bound, quickBound, err, p, quick)
			}
		}
		if s.Certificate == nil {
			return
		}
		bound, err := VerifyCertificate(p, *s.Certificate)
		if err != nil {
			t.Fatalf("%v\n%+v\n%+v", err, p, s.Certificate)
		}
		if best := s.CostBound; !p.free() && bound > best {
			t.Fatalf("the certificate proves %d, the solution claims %d only", bound, best)
		}
		if s.Status != Infeasible && !p.free() && bound > s.Cost {
			t.Fatalf("the certificate proves %d, the plan costs %d\n%+v\n%+v", bound, s.Cost, p, s)
		}
	})
}

func TestMoreDemandNeverLowersTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyProblem(t)
		for s := range p.Shapes {
			p.Shapes[s].Count++ // a shape that comes new can make another node type worth considering
		}
		before, err := FractionalBound(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Shapes) == 0 {
			return
		}
		p.Shapes[0].Count += rapid.Int64Range(0, 50).Draw(t, "more")
		after, err := FractionalBound(p)
		if err != nil {
			t.Fatal(err)
		}
		if after == (Bounds{}) {
			return // the larger demand fits nowhere
		}
		if after.Cost < before.Cost || after.Nodes < before.Nodes {
			t.Fatalf("before %+v, after %+v\n%+v", before, after, p)
		}
	})
}

func TestFreeNodesNeverMakeTheOthersDearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alone := anyProblem(t)
		for n := range alone.NodeTypes {
			alone.NodeTypes[n].Limit, alone.NodeTypes[n].Price = 0, 1+alone.NodeTypes[n].Price
		}
		beside := alone
		beside.NodeTypes = append(slices.Clone(alone.NodeTypes), NodeType{
			Capacity: Vector{rapid.Int64Range(0, 30).Draw(t, "free cpu"), rapid.Int64Range(0, 30).Draw(t, "free memory"), 9},
			Limit:    rapid.Int64Range(1, 9).Draw(t, "free"),
		})
		beside.Shapes = slices.Clone(alone.Shapes)
		for s := range beside.Shapes {
			if mask := beside.Shapes[s].NodeTypes; mask != nil {
				beside.Shapes[s].NodeTypes = append(slices.Clone(mask), rapid.Bool().Draw(t, "goes on free nodes"))
			}
		}
		before, err := Solve(context.Background(), alone, Settings{Effort: Fast})
		if err != nil {
			t.Fatal(err)
		}
		after, err := Solve(context.Background(), beside, Settings{Effort: Fast})
		if err != nil {
			t.Fatal(err)
		}
		if before.Status != Infeasible && (after.Status == Infeasible || after.Cost > before.Cost) {
			t.Fatalf("%d beside free nodes (%s), %d without them\n%+v", after.Cost, after.Status, before.Cost, beside)
		}
	})
}
