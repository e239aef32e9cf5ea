package pack

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"runtime"
	"testing"
)

// manyTypes is a problem large enough for every stage of Tight to have work.
func manyTypes(seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, 2))
	p := Problem{Shapes: randomShapes(25, seed)}
	for i := range int64(8) {
		cpu := 2000 * (1 + i%4)
		memory := cpu * (2 + 2*(i/4))
		p.NodeTypes = append(p.NodeTypes, NodeType{Capacity: Vector{cpu - 80, memory - 500, 58}, Price: cpu*30 + memory*5 + rng.Int64N(500)})
	}
	return p
}

func TestTheSameProblemGivesTheSameBytes(t *testing.T) {
	p := manyTypes(3)
	var first []byte
	for _, procs := range []int{1, 2, 1} {
		before := runtime.GOMAXPROCS(procs)
		s, err := Solve(context.Background(), p, Settings{Effort: Tight, Seed: 5, part: 20})
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if string(got) != string(first) {
			t.Fatalf("with %d processors:\n%s\ninstead of\n%s", procs, got, first)
		}
	}
}

func TestProgressClosesIn(t *testing.T) {
	var seen []Progress
	s, err := Solve(context.Background(), manyTypes(4), Settings{Effort: Tight, part: 10, Progress: func(p Progress) { seen = append(seen, p) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) == 0 {
		t.Fatal("no progress was reported")
	}
	for i, p := range seen {
		if p.Bound > s.Cost {
			t.Errorf("%v: the bound is above the final cost %d", p, s.Cost)
		}
		if i > 0 && (p.Cost > seen[i-1].Cost || p.Bound < seen[i-1].Bound) {
			t.Errorf("%v after %v: cost and bound must close in", p, seen[i-1])
		}
	}
}

func TestAnEndedContextGivesTheBestPlanSoFar(t *testing.T) {
	p := manyTypes(5)
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	s, err := Solve(ctx, p, Settings{Effort: Tight, Progress: func(Progress) {
		if steps++; steps == 2 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(p, s); err != nil {
		t.Fatal(err)
	}
	if s.Status != Interrupted {
		t.Errorf("status %s after the context ended", s.Status)
	}
	if _, err := VerifyCertificate(p, *s.Certificate); err != nil {
		t.Error(err)
	}
}

// 10 pods of 700m on 7500m, 10 a node: 1 node; with a quarter more 13 pods and 2 nodes.
func TestARollingUpdateNeedsMoreNodes(t *testing.T) {
	p := Problem{Shapes: []Shape{{Size: Vector{700, 500, 1}, Count: 10}}, NodeTypes: oneType(7500, 28672, 110)}
	s, err := SolveSurge(context.Background(), p, []int64{3}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Steady.Nodes != 1 || s.Updating.Nodes != 2 {
		t.Errorf("%d nodes, %d while updating; want 1 and 2", s.Steady.Nodes, s.Updating.Nodes)
	}
	if _, err := SolveSurge(context.Background(), p, nil, Settings{}); err == nil {
		t.Error("extra pods for no shape were accepted")
	}
}

// A certificate that claims more than it proves is refused.
func TestATamperedCertificateIsRefused(t *testing.T) {
	p := manyTypes(6)
	s, err := Solve(context.Background(), p, Settings{Effort: Tight, part: 10})
	if err != nil {
		t.Fatal(err)
	}
	if bound, err := VerifyCertificate(p, *s.Certificate); err != nil || bound != s.CostBound {
		t.Fatalf("verified %d (%v), want %d", bound, err, s.CostBound)
	}
	for shape := range p.Shapes {
		c := *s.Certificate
		c.PodPrice = append([]int64(nil), c.PodPrice...)
		c.PodPrice[shape] += c.PodPrice[shape]/10 + c.Scale
		if _, err := VerifyCertificate(p, c); err == nil {
			t.Errorf("a dearer shape %d was accepted", shape)
		}
	}
	c := *s.Certificate
	c.Scale -= c.Scale / 1000
	if _, err := VerifyCertificate(p, c); err == nil {
		t.Error("a smaller scale was accepted")
	}
}
