package pack

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// solved plans fast and insists that the separate checker accepts the plan.
func solved(t *testing.T, p Problem) Solution {
	t.Helper()
	s, err := Solve(context.Background(), p, Settings{Effort: Fast})
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func oneType(cpu, memory, pods int64) []NodeType {
	return []NodeType{{Name: "node", Capacity: Vector{cpu, memory, pods}, Price: 100}}
}

// The worked cases of the design: 200 pods of 700m/500Mi on nodes with 28 GiB and 110
// pod slots. 7500/700 = 10 pods a node, so 20 nodes; with a 250m/128Mi proxy 7 a node,
// so 29 nodes with room for the 500m/2Gi control plane on the last (4 pods, 3800m).
func TestWorkedCasesOfTheDesignHold(t *testing.T) {
	control := Shape{Size: Vector{500, 2048, 1}, Count: 1}
	for _, c := range []struct {
		cpu    int64
		proxy  Vector
		shapes []Shape
		want   int64
	}{
		{cpu: 7500, shapes: []Shape{{Size: Vector{700, 500, 1}, Count: 200}}, want: 20},
		{cpu: 7910, shapes: []Shape{{Size: Vector{700, 500, 1}, Count: 200}}, want: 19},
		{cpu: 7500, shapes: []Shape{{Size: Vector{710, 628, 1}, Count: 200}, control}, want: 21},
		{cpu: 7500, shapes: []Shape{{Size: Vector{800, 628, 1}, Count: 200}, control}, want: 23},
		{cpu: 7500, shapes: []Shape{{Size: Vector{850, 628, 1}, Count: 200}, control}, want: 25},
		{cpu: 7500, shapes: []Shape{{Size: Vector{900, 628, 1}, Count: 200}, control}, want: 26},
		{cpu: 7500, shapes: []Shape{{Size: Vector{950, 628, 1}, Count: 200}, control}, want: 29},
		{cpu: 7500, shapes: []Shape{{Size: Vector{1000, 628, 1}, Count: 200}, control}, want: 29},
		{cpu: 7910, shapes: []Shape{{Size: Vector{710, 628, 1}, Count: 200}, control}, want: 19},
		{cpu: 7910, shapes: []Shape{{Size: Vector{800, 628, 1}, Count: 200}, control}, want: 23},
		{cpu: 7910, shapes: []Shape{{Size: Vector{850, 628, 1}, Count: 200}, control}, want: 23},
		{cpu: 7910, shapes: []Shape{{Size: Vector{900, 628, 1}, Count: 200}, control}, want: 25},
		{cpu: 7910, shapes: []Shape{{Size: Vector{950, 628, 1}, Count: 200}, control}, want: 26},
		{cpu: 7910, shapes: []Shape{{Size: Vector{1000, 628, 1}, Count: 200}, control}, want: 29},
	} {
		s := solved(t, Problem{Shapes: c.shapes, NodeTypes: oneType(c.cpu, 28672, 110)})
		if s.Nodes != c.want || s.Cost != 100*c.want {
			t.Errorf("%d m: shape %v: %d nodes for %d, want %d", c.cpu, c.shapes[0].Size, s.Nodes, s.Cost, c.want)
		}
		if s.NodesBound < c.want-1 {
			t.Errorf("%d m: shape %v: %s with bound %d, want at most one less", c.cpu, c.shapes[0].Size, s.Status, s.NodesBound)
		}
	}
}

// 1000 pods on 7910m without pod limit: ⌈1000/⌊7910/cpu⌋⌉ before and after 100m more.
func TestDoublingDependsOnThePodSize(t *testing.T) {
	for _, c := range []struct{ cpu, before, after int64 }{
		{50, 7, 20}, {100, 13, 26}, {200, 26, 39}, {500, 67, 77}, {1000, 143, 143},
	} {
		for _, extra := range []int64{0, 100} {
			s := solved(t, Problem{
				Shapes:    []Shape{{Size: Vector{c.cpu + extra, 128, 1}, Count: 1000}},
				NodeTypes: oneType(7910, 1<<30, 1<<40),
			})
			want := c.before
			if extra > 0 {
				want = c.after
			}
			if s.Nodes != want || s.Status != Optimal {
				t.Errorf("pods of %dm: %d nodes (%s), want %d", c.cpu+extra, s.Nodes, s.Status, want)
			}
		}
	}
}

func TestNoPodsNeedNoNodes(t *testing.T) {
	s := solved(t, Problem{NodeTypes: oneType(1000, 1000, 10)})
	if s.Status != Optimal || s.Nodes != 0 {
		t.Errorf("got %+v", s)
	}
	s = solved(t, Problem{NodeTypes: oneType(1000, 1000, 10), Zones: 3, MinNodesPerZone: 2})
	if s.Status != Optimal || s.Nodes != 6 {
		t.Errorf("with 3 zones of at least 2 nodes: got %+v", s)
	}
}

func TestInfeasibleProblemsSayWhy(t *testing.T) {
	pod := []Shape{{Size: Vector{2000, 100, 1}, Count: 3}}
	s := solved(t, Problem{Shapes: pod})
	if s.Status != Infeasible || s.Reason != ReasonNoNodeTypes {
		t.Errorf("without node types: %+v", s)
	}
	types := []NodeType{{Capacity: Vector{500, 1000, 10}}, {Capacity: Vector{1500, 1000, 10}}}
	s = solved(t, Problem{Shapes: pod, NodeTypes: types})
	want := Shortfall{Shape: 0, NodeType: 1, Resource: CPU, Missing: 500}
	if s.Reason != ReasonTooLarge || len(s.Unplaceable) != 1 || s.Unplaceable[0] != want {
		t.Errorf("too large: %+v", s)
	}
	types = []NodeType{{Capacity: Vector{2000, 1000, 10}, Limit: 2}}
	s = solved(t, Problem{Shapes: pod, NodeTypes: types})
	if s.Status != Infeasible || s.Reason != ReasonLimits {
		t.Errorf("too few nodes exist: %+v", s)
	}
}

func TestInvalidProblemsAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		p     Problem
		field string
	}{
		{Problem{Zones: -1}, "Zones"},
		{Problem{Survive: SurviveZone, Zones: 1}, "Zones"},
		{Problem{Survive: "rack"}, "Survive"},
		{Problem{Shapes: []Shape{{Size: Vector{1, -1, 0}}}}, "Shapes[0].Size[memory]"},
		{Problem{Shapes: []Shape{{Count: 1, NodeTypes: []bool{true}}}}, "len(Shapes[0].NodeTypes)"},
		{Problem{Shapes: []Shape{{Size: Vector{1 << 40, 0, 1}, Count: 1 << 40}}}, "Shapes[0].Count"},
		{Problem{NodeTypes: []NodeType{{Capacity: Vector{0, 0, -5}}}}, "NodeTypes[0].Capacity[pods]"},
		{Problem{Shapes: []Shape{{Count: 1e9}}, NodeTypes: []NodeType{{Price: 1 << 40}}}, "NodeTypes[0].Price"},
	} {
		_, err := Solve(context.Background(), c.p, Settings{})
		var bad *ProblemError
		if !errors.As(err, &bad) || bad.Field != c.field {
			t.Errorf("%+v: got %v, want a ProblemError for %s", c.p, err, c.field)
		}
	}
}

// 10⁹ pods of 100m on 7500m: 75 a node, 13,333,334 nodes.
func TestABillionPodsAreCountedNotPlaced(t *testing.T) {
	s := solved(t, Problem{Shapes: []Shape{{Size: Vector{100, 128, 1}, Count: 1e9}}, NodeTypes: oneType(7500, 28672, 110)})
	if s.Nodes != 13_333_334 || s.Status != Optimal || len(s.Groups) != 2 {
		t.Errorf("got %d nodes in %d groups, %s", s.Nodes, len(s.Groups), s.Status)
	}
}

// 200 pods, 10 a node: over 3 zones 67, 67 and 66, so 7 nodes each instead of 20 in all.
// Surviving a node adds one. Surviving a zone needs room for 100 in each zone: 10 nodes each.
func TestZonesAndSurvivalAddTheirNodes(t *testing.T) {
	p := Problem{Shapes: []Shape{{Size: Vector{700, 500, 1}, Count: 200}}, NodeTypes: oneType(7500, 28672, 110), Zones: 3}
	for _, c := range []struct {
		survive Survive
		minimum int64
		want    int64
	}{{SurviveNothing, 0, 21}, {SurviveNode, 0, 22}, {SurviveZone, 0, 30}, {SurviveNothing, 9, 27}, {SurviveNode, 8, 24}} {
		p.Survive, p.MinNodesPerZone = c.survive, c.minimum
		if s := solved(t, p); s.Nodes != c.want || s.Status != Optimal {
			t.Errorf("survive %q, at least %d: %d nodes (%s, bound %d), want %d", c.survive, c.minimum, s.Nodes, s.Status, s.NodesBound, c.want)
		}
	}
}

// Two nodes of price 0 exist: 20 of 50 pods go there, 3 nodes are bought for the rest.
func TestNodesThatStandAlreadyAreUsedFirst(t *testing.T) {
	p := Problem{
		Shapes: []Shape{{Size: Vector{100, 100, 1}, Count: 50}},
		NodeTypes: []NodeType{
			{Capacity: Vector{1000, 1000, 10}, Price: 7},
			{Capacity: Vector{1000, 1000, 10}, Limit: 2},
		},
	}
	if s := solved(t, p); s.Cost != 21 || s.Status != Optimal {
		t.Errorf("cost %d (%s, bound %d), want 21", s.Cost, s.Status, s.CostBound)
	}
}

// Pods of 6 and 4 units on nodes of 10: first-fit by size wastes nothing, but 3 pods of
// 6/1 and 3 of 1/6 (CPU/memory) fit in 3 mixed nodes while CPU order pairs them as well.
func TestFirstFitIsCheckedLikeAnyPlan(t *testing.T) {
	p := Problem{
		Shapes:    []Shape{{Size: Vector{600, 100, 1}, Count: 3}, {Size: Vector{100, 600, 1}, Count: 3}},
		NodeTypes: oneType(1000, 1000, 10),
	}
	s, err := FirstFit(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Fatal(err)
	}
	if s.Nodes != 3 {
		t.Errorf("%d nodes, want 3", s.Nodes)
	}
}

// manyShapes is a problem of n different shapes off any grid on eight types.
func manyShapes(n int) Problem {
	rng := rand.New(rand.NewPCG(9, 9))
	p := manyTypes(1)
	p.Shapes = nil
	for range n {
		p.Shapes = append(p.Shapes, Shape{Size: Vector{50 + rng.Int64N(1500), 64 + rng.Int64N(3000), 1}, Count: 1 + rng.Int64N(5)})
	}
	return p
}

func TestFastStopsWhenTheContextEnds(t *testing.T) {
	p := manyShapes(500)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s, err := Solve(ctx, p, Settings{Effort: Fast})
	if err != nil {
		t.Fatal(err)
	}
	if s.Status != Interrupted {
		t.Errorf("status %s after the context ended", s.Status)
	}
	if err := Check(p, s); err != nil {
		t.Error(err)
	}
}

// More shapes than column generation takes still get a plan and a bound that is proved.
func TestTightTakesAnyNumberOfShapes(t *testing.T) {
	p := manyShapes(colgenItems + 100)
	s, err := Solve(context.Background(), p, Settings{Effort: Tight, part: 20})
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Error(err)
	}
	if bound, err := VerifyCertificate(p, *s.Certificate); err != nil || bound > s.Cost || bound == 0 {
		t.Errorf("the certificate proves %d of %d: %v", bound, s.Cost, err)
	}
}

// Passing over blocks of items must not change what a node is filled with.
func TestFillingByBlocksIsFillingInOrder(t *testing.T) {
	p := manyShapes(300)
	sp := split(&p, dealRound)
	in := reduce(&p, sp.total, p.limits())
	measure := make([]float64, len(in.items))
	left := make([]int64, len(in.items))
	order := identity(len(in.items))
	for i := range in.items {
		measure[i], left[i] = float64(in.items[i].size[CPU]), in.items[i].count
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(measure[b], measure[a]) })
	fill := in.fillInOrder(measure)
	for node := range 400 {
		k := node % len(in.kinds)
		var want []Placed
		room := in.kinds[k].capacity
		for _, i := range order {
			if n := min(left[i], in.items[i].most, timesIn(in.items[i].size, room)); n > 0 {
				want = append(want, Placed{Shape: i, Count: n})
				room = minus(room, in.items[i].size, n)
			}
		}
		got := fill(k, left, nil)
		if !slices.Equal(got, want) {
			t.Fatalf("node %d holds %v, want %v", node, got, want)
		}
		for _, pod := range got {
			left[pod.Shape] -= pod.Count
		}
	}
}

// 27 and 20 pods of which a node takes one each need 27 nodes however they lie. Eight pods
// fill a node: 20 nodes have room for 6 and 7 for 7 of the 124 others, 169 in all.
func TestPodsThatHaveToBeSpreadShareTheirNodes(t *testing.T) {
	pod := Vector{200, 2208, 1}
	s := solved(t, Problem{NodeTypes: oneType(4429, 18711, 53), Shapes: []Shape{
		{Size: pod, Count: 124}, {Size: pod, Count: 20, MaxPerNode: 1}, {Size: pod, Count: 27, MaxPerNode: 1},
	}})
	if s.Nodes != 27 || s.Status != Optimal {
		t.Errorf("%d nodes (%s), want 27", s.Nodes, s.Status)
	}
}

// Three zones, nodes of 4 cores. A workload of three pods of 1 core has to be spread: a
// node in each zone, with 3 cores left. Nine pods of 1 core fill them if they may lie
// anywhere, and two of 3 cores fill two of them, three of 1 core the third; one of these
// in each zone would leave no room for the two.
func TestPodsOfAnyZoneFillWhatTheOthersLeave(t *testing.T) {
	core := func(n int64) Vector { return Vector{1000 * n, 1, 1} }
	for _, c := range []struct {
		name  string
		loose []Shape
		nodes int64
	}{
		{"nine of one core", []Shape{{Size: core(1), Count: 9, AnyZone: true}}, 3},
		{"of two sizes", []Shape{{Size: core(3), Count: 2, AnyZone: true}, {Size: core(1), Count: 3, AnyZone: true}}, 3},
		{"one more", []Shape{{Size: core(1), Count: 10, AnyZone: true}}, 4},
	} {
		for _, effort := range []Effort{Fast, Tight} {
			p := Problem{NodeTypes: oneType(4000, 1000, 50), Zones: 3, Shapes: append([]Shape{{Size: core(1), Count: 3}}, c.loose...)}
			s, err := Solve(context.Background(), p, Settings{Effort: effort})
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(p, s); err != nil {
				t.Fatal(err)
			}
			if s.Nodes != c.nodes || s.Status != Optimal {
				t.Errorf("%s, %s: %d nodes (%s), want %d", c.name, effort, s.Nodes, s.Status, c.nodes)
			}
		}
	}
	apart := solved(t, Problem{NodeTypes: oneType(4000, 1000, 50), Zones: 3, Shapes: []Shape{{Size: core(3), Count: 2, AnyZone: true}}})
	if apart.Nodes != 2 {
		t.Errorf("two pods of any zone take %d nodes, want 2", apart.Nodes)
	}
	together := solved(t, Problem{NodeTypes: oneType(4000, 1000, 50), Zones: 3, Shapes: []Shape{{Size: core(1), Count: 4, AnyZone: true}}})
	if together.Nodes != 1 || together.NodesBound != 1 {
		t.Errorf("four pods of any zone take %d nodes, at least %d, want 1", together.Nodes, together.NodesBound)
	}
}

// Pods of a fifth to four fifths of a node mostly go in pairs, and the bound of column
// generation is all but the cost. It ends only once the exact tables know no better
// pattern, also if the one at the smoothed prices has just been added.
func TestColumnGenerationEndsOnlyWhenNoPatternIsMissing(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		p := Problem{NodeTypes: oneType(1000, 1000, MaxAmount)}
		for range 50 {
			p.Shapes = append(p.Shapes, Shape{Size: Vector{200 + rng.Int64N(601), 200 + rng.Int64N(601), 1}, Count: 1})
		}
		s, err := Solve(context.Background(), p, Settings{Effort: Tight})
		if err != nil {
			t.Fatal(err)
		}
		if s.Cost-s.CostBound > 100 {
			t.Errorf("seed %d: %d, bound %d", seed, s.Cost, s.CostBound)
		}
	}
}
