// Package simplex is a revised simplex method for the master problems of column
// generation:
//
//	minimise Σ cost·x  subject to  A·x ≥ rhs (cover rows) or ≤ rhs (limit rows), x ≥ 0
//
// Columns are added between calls of [Master.Solve], which goes on from the basis of
// the last call, and duals are at hand after it. The inverse of the basis is kept
// dense and updated by blas64; columns are sparse, so that a pivot costs at most the
// square of the number of rows.
package simplex

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

const (
	costTolerance  = 1e-9 // reduced costs above −costTolerance·scale count as zero
	pivotTolerance = 1e-8 // smaller pivots are refused
	driftTolerance = 1e-7 // relative residual of A·x = rhs that asks for a new inverse
	checkEvery     = 100  // pivots between looks at the residual
	perturbation   = 1e-7 // relative change of rhs that keeps ties from stalling
)

// ErrSingular means that the basis cannot be inverted; the master is unusable.
var ErrSingular = errors.New("simplex: singular basis")

// Column is one variable: its cost and its non-zero coefficients.
type Column struct {
	Cost   float64
	Rows   []int32
	Values []float64
}

// Master is a linear program with a basis. Variables are numbered: columns by order of
// [Master.Add]; row r's slack is −1−r.
type Master struct {
	rhs        []float64
	limit      []bool // ≤ rows; others are ≥
	columns    []Column
	basis      []int // variable of each row
	inBasis    []bool
	x          []float64 // values of the basic variables
	dual       []float64
	inverse    []float64 // transposed: row c holds column c of B⁻¹, so that both loops run along memory
	scale      float64   // typical cost, to judge reduced costs by
	pivots     int
	work       []float64
	candidates []int32 // columns that may enter soon
	flatRows   []int32 // all columns one after another: pricing runs along memory
	flatValues []float64
	flatStart  []int
}

// New returns a master with one starting column per cover row, which must cover that
// row alone; limit rows start with their slack. The rhs must not be negative.
func New(rhs []float64, limit []bool, start []Column) *Master {
	m := len(rhs)
	s := &Master{
		limit: limit, rhs: make([]float64, m), basis: make([]int, m), x: make([]float64, m), dual: make([]float64, m),
		inverse: make([]float64, m*m), work: make([]float64, m),
	}
	for r := range rhs {
		// A fixed, different perturbation of each row makes ties in the ratio test rare.
		s.rhs[r] = rhs[r] * (1 + perturbation*math.Mod(float64(r)*0.6180339887, 1))
	}
	next := 0
	for r := range rhs {
		if limit[r] {
			s.basis[r] = -1 - r
			s.inverse[r*m+r], s.x[r] = 1, s.rhs[r]
			continue
		}
		c := start[next]
		next++
		s.columns, s.inBasis = append(s.columns, c), append(s.inBasis, true)
		s.flatten(c)
		s.basis[r] = len(s.columns) - 1
		s.inverse[r*m+r], s.x[r], s.dual[r] = 1/c.Values[0], s.rhs[r]/c.Values[0], c.Cost/c.Values[0]
		s.scale = max(s.scale, c.Cost)
	}
	s.scale = max(s.scale, 1e-30)
	return s
}

// Add appends a column and returns its number.
func (s *Master) Add(c Column) int {
	s.columns, s.inBasis = append(s.columns, c), append(s.inBasis, false)
	s.flatten(c)
	return len(s.columns) - 1
}

// Len is the number of columns.
func (s *Master) Len() int { return len(s.columns) }

// Column returns column j.
func (s *Master) Column(j int) Column { return s.columns[j] }

// Pivots counts the pivots so far.
func (s *Master) Pivots() int { return s.pivots }

// Duals are the prices of the rows: ≥ 0 for cover rows, ≤ 0 for limit rows, up to
// rounding. The slice is valid until the next Solve.
func (s *Master) Duals() []float64 { return s.dual }

// Objective is the cost of the present solution.
func (s *Master) Objective() float64 {
	sum := 0.0
	for r, j := range s.basis {
		if j >= 0 {
			sum += s.columns[j].Cost * s.x[r]
		}
	}
	return sum
}

// Each calls yield with every basic column and its value.
func (s *Master) Each(yield func(j int, x float64)) {
	for r, j := range s.basis {
		if j >= 0 {
			yield(j, s.x[r])
		}
	}
}

// ReducedCost is what column c would change the objective by, per unit.
func (s *Master) ReducedCost(c Column) float64 {
	d := c.Cost
	for i, r := range c.Rows {
		d -= s.dual[r] * c.Values[i]
	}
	return d
}

// Solve pivots until no column improves or maxPivots are done; done tells which.
func (s *Master) Solve(maxPivots int) (done bool, err error) {
	for range maxPivots {
		entering, cost := s.entering()
		if cost >= 0 {
			return true, nil
		}
		alpha := s.ftran(entering)
		row := s.leaving(alpha)
		if row < 0 {
			return false, errors.New("simplex: unbounded") // impossible with costs ≥ 0
		}
		s.pivot(entering, cost, row, alpha)
		if s.pivots%checkEvery == 0 && s.drift() > driftTolerance {
			if err := s.Refactor(); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// entering returns the variable with the most negative reduced cost among the slacks and
// a short list of columns, which is made anew from all columns when it runs dry; a cost
// of 0 means the optimum.
func (s *Master) entering() (variable int, cost float64) {
	tolerance := -costTolerance * s.scale
	for _, refill := range []bool{false, true} {
		if refill {
			s.shortlist(tolerance)
		}
		best, at := tolerance, 0
		for r := range s.rhs {
			d := s.dual[r] // slack of a cover row: column −e, cost 0
			if s.limit[r] {
				d = -d
			}
			if d < best {
				best, at = d, -1-r
			}
		}
		kept := s.candidates[:0]
		for _, j := range s.candidates {
			if s.inBasis[j] {
				continue
			}
			if d := s.reducedCost(int(j)); d < tolerance {
				kept = append(kept, j)
				if d < best {
					best, at = d, int(j)
				}
			}
		}
		s.candidates = kept
		if best < tolerance {
			return at, best
		}
	}
	return 0, 0
}

// shortlistLength is how many columns are looked at in every pivot.
const shortlistLength = 80

// shortlist collects the columns with the most negative reduced costs, about
// shortlistLength of them.
func (s *Master) shortlist(tolerance float64) {
	s.candidates = s.candidates[:0]
	var costs []float64
	for j := range s.columns {
		if s.inBasis[j] {
			continue
		}
		if d := s.reducedCost(j); d < tolerance {
			s.candidates = append(s.candidates, int32(j))
			costs = append(costs, d)
		}
	}
	if len(costs) <= shortlistLength {
		return
	}
	sorted := slices.Clone(costs)
	slices.Sort(sorted)
	kept := s.candidates[:0]
	for n, j := range s.candidates {
		if costs[n] <= sorted[shortlistLength-1] {
			kept = append(kept, j)
		}
	}
	s.candidates = kept
}

// reducedCost is [Master.ReducedCost] of column j, from the flat copy of the columns.
func (s *Master) reducedCost(j int) float64 {
	d := s.columns[j].Cost
	rows := s.flatRows[s.flatStart[j]:s.flatStart[j+1]]
	values := s.flatValues[s.flatStart[j]:s.flatStart[j+1]]
	values = values[:len(rows)]
	for i, r := range rows {
		d -= s.dual[r] * values[i]
	}
	return d
}

// flatten appends the last column to the flat copy.
func (s *Master) flatten(c Column) {
	if len(s.flatStart) == 0 {
		s.flatStart = append(s.flatStart, 0)
	}
	s.flatRows = append(s.flatRows, c.Rows...)
	s.flatValues = append(s.flatValues, c.Values...)
	s.flatStart = append(s.flatStart, len(s.flatRows))
}

// ftran returns B⁻¹ times the column of a variable.
func (s *Master) ftran(variable int) []float64 {
	m := len(s.rhs)
	alpha := s.work
	clear(alpha)
	if variable < 0 {
		r := -1 - variable
		sign := -1.0
		if s.limit[r] {
			sign = 1
		}
		blas64.Axpy(sign, s.inverseColumn(r), blas64.Vector{N: m, Inc: 1, Data: alpha})
		return alpha
	}
	c := s.columns[variable]
	for i, r := range c.Rows {
		blas64.Axpy(c.Values[i], s.inverseColumn(int(r)), blas64.Vector{N: m, Inc: 1, Data: alpha})
	}
	return alpha
}

// inverseColumn is column r of B⁻¹.
func (s *Master) inverseColumn(r int) blas64.Vector {
	m := len(s.rhs)
	return blas64.Vector{N: m, Inc: 1, Data: s.inverse[r*m : (r+1)*m]}
}

// leaving is the ratio test; among near ties the largest pivot wins, for stability.
func (s *Master) leaving(alpha []float64) int {
	limit := math.Inf(1)
	for r, a := range alpha {
		if a > pivotTolerance {
			limit = min(limit, (max(0, s.x[r])+1e-10)/a)
		}
	}
	row := -1
	for r, a := range alpha {
		if a > pivotTolerance && max(0, s.x[r])/a <= limit && (row < 0 || a > alpha[row]) {
			row = r
		}
	}
	return row
}

func (s *Master) pivot(entering int, cost float64, row int, alpha []float64) {
	step := max(0, s.x[row]) / alpha[row]
	blas64.Axpy(-step, blas64.Vector{N: len(alpha), Inc: 1, Data: alpha}, blas64.Vector{N: len(s.x), Inc: 1, Data: s.x})
	s.x[row] = step
	direction := blas64.Vector{N: len(alpha), Inc: 1, Data: alpha}
	for c := range s.dual {
		column := s.inverseColumn(c)
		if column.Data[row] == 0 {
			continue
		}
		p := column.Data[row] / alpha[row]
		blas64.Axpy(-p, direction, column)
		column.Data[row] = p
		s.dual[c] += cost * p
	}
	if old := s.basis[row]; old >= 0 {
		s.inBasis[old] = false
	}
	if entering >= 0 {
		s.inBasis[entering] = true
	}
	s.basis[row] = entering
	s.pivots++
}

// drift is how far the basic solution is from A·x = rhs, relative to rhs.
func (s *Master) drift() float64 {
	residual := make([]float64, len(s.rhs))
	worst := 0.0
	for r, j := range s.basis {
		s.scatter(j, s.x[r], residual)
	}
	for r, v := range residual {
		worst = max(worst, math.Abs(v-s.rhs[r])/max(1, s.rhs[r]))
	}
	return worst
}

// scatter adds x times the column of a variable to sum.
func (s *Master) scatter(variable int, x float64, sum []float64) {
	if variable < 0 {
		r := -1 - variable
		if s.limit[r] {
			sum[r] += x
		} else {
			sum[r] -= x
		}
		return
	}
	c := s.columns[variable]
	for i, r := range c.Rows {
		sum[r] += x * c.Values[i]
	}
}

// Refactor inverts the basis anew and recomputes solution and duals.
func (s *Master) Refactor() error {
	m := len(s.rhs)
	basis := mat.NewDense(m, m, nil)
	column := make([]float64, m)
	for r, j := range s.basis {
		clear(column)
		s.scatter(j, 1, column)
		basis.SetCol(r, column)
	}
	var inverse mat.Dense
	if err := inverse.Inverse(basis); err != nil {
		var condition mat.Condition
		if !errors.As(err, &condition) || math.IsInf(float64(condition), 1) {
			return ErrSingular
		}
	}
	clear(s.dual)
	clear(s.x)
	for c := range m {
		column := s.inverseColumn(c)
		mat.Col(column.Data, c, &inverse)
		for r, j := range s.basis {
			s.x[r] += column.Data[r] * s.rhs[c]
			if j >= 0 {
				s.dual[c] += s.columns[j].Cost * column.Data[r]
			}
		}
	}
	return nil
}
