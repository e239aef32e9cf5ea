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

// Two rows, one pattern of one each at cost 1 covers 3 and 3: bought once, 2 are left.
func TestWhatIsFixedLeavesTheProgram(t *testing.T) {
	s := New([]float64{3, 3}, []bool{false, false}, []Column{
		{Cost: 10, Rows: []int32{0}, Values: []float64{1}}, {Cost: 10, Rows: []int32{1}, Values: []float64{1}},
	})
	j := s.Add(Column{Cost: 1, Rows: []int32{0, 1}, Values: []float64{1, 1}})
	if _, err := s.Solve(100); err != nil {
		t.Fatal(err)
	}
	s.Fix(j, 1, 1000)
	if _, err := s.Solve(100); err != nil {
		t.Fatal(err)
	}
	if got := s.Objective(); math.Abs(got-2) > 1e-5 {
		t.Errorf("the rest costs %g, want 2", got)
	}
	s.Retire(j, 1000)
	s.Reprice()
	if _, err := s.Solve(100); err != nil {
		t.Fatal(err)
	}
	if got := s.Objective(); math.Abs(got-40) > 1e-4 {
		t.Errorf("without the pattern the rest costs %g, want 2·10+2·10", got)
	}
}
