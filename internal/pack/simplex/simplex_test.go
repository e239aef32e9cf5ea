package simplex

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// random is a covering problem with limits: the columns that a master would hold.
func random(rng *rand.Rand) (rhs []float64, limit []bool, start, columns []Column) {
	rows := 2 + rng.IntN(8)
	for r := range rows {
		limit = append(limit, r >= 2 && rng.IntN(4) == 0)
		if limit[r] {
			rhs = append(rhs, float64(5+rng.IntN(50)))
			continue
		}
		rhs = append(rhs, float64(1+rng.IntN(40)))
		start = append(start, Column{Cost: 1000, Rows: []int32{int32(r)}, Values: []float64{1}})
	}
	for range 3 + rng.IntN(25) {
		c := Column{Cost: float64(1 + rng.IntN(50))}
		for r := range rows {
			if rng.IntN(3) == 0 {
				c.Rows, c.Values = append(c.Rows, int32(r)), append(c.Values, float64(1+rng.IntN(6)))
			}
		}
		if len(c.Rows) > 0 {
			columns = append(columns, c)
		}
	}
	return rhs, limit, start, columns
}

// oracle solves the same program with gonum's simplex in equality form.
func oracle(t *testing.T, rhs []float64, limit []bool, columns []Column) float64 {
	n, m := len(columns), len(rhs)
	a := mat.NewDense(m, n+m, nil)
	c := make([]float64, n+m)
	for j, col := range columns {
		c[j] = col.Cost
		for i, r := range col.Rows {
			a.Set(int(r), j, col.Values[i])
		}
	}
	for r := range rhs {
		a.Set(r, n+r, -1)
		if limit[r] {
			a.Set(r, n+r, 1)
		}
	}
	f, _, err := lp.Simplex(c, a, rhs, 1e-10, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheMasterFindsWhatGonumFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		rhs, limit, start, columns := random(rng)
		s := New(rhs, limit, start)
		// Half of the columns come later: the second solve starts from the first basis.
		for j, c := range columns {
			if s.Add(c); j == len(columns)/2 {
				if _, err := s.Solve(10_000); err != nil {
					t.Fatal(err)
				}
			}
		}
		if done, err := s.Solve(10_000); err != nil || !done {
			t.Fatal(done, err)
		}
		want := oracle(t, rhs, limit, append(start, columns...))
		if got := s.Objective(); math.Abs(got-want) > 1e-5*(1+want) {
			t.Fatalf("%g, gonum finds %g", got, want)
		}
		for _, c := range columns {
			if d := s.ReducedCost(c); d < -1e-5 {
				t.Fatalf("a column still improves by %g", d)
			}
		}
	}
}

func TestANewInverseChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	rhs, limit, start, columns := random(rng)
	s := New(rhs, limit, start)
	for _, c := range columns {
		s.Add(c)
	}
	if _, err := s.Solve(10_000); err != nil {
		t.Fatal(err)
	}
	before := s.Objective()
	if err := s.Refactor(); err != nil {
		t.Fatal(err)
	}
	if after := s.Objective(); math.Abs(after-before) > 1e-9*before {
		t.Errorf("%g before, %g after", before, after)
	}
	if s.drift() > 1e-9 {
		t.Errorf("drift %g", s.drift())
	}
}
