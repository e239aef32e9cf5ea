package pack

import "math"

// pivotTolerance separates a usable pivot or reduced cost from rounding noise; rows
// and columns are scaled to about one before.
const pivotTolerance = 1e-9

// tableau is a small dense simplex tableau for: maximise c·x, A·x ≤ b, x ≥ 0 with
// b ≥ 0, so that the slack basis is feasible. It serves the tiny fractional problem
// only, where a dense tableau of a few dozen entries beats any set-up.
type tableau struct {
	rows, cols int
	a          []float64 // (rows+1) × (cols+1): last row −c, last column b
	basic      []int     // variable of each row; cols+r is row r's slack
	at         []int     // variable of each column
}

func newTableau(rows, cols int) *tableau {
	t := &tableau{rows: rows, cols: cols, a: make([]float64, (rows+1)*(cols+1)), basic: make([]int, rows), at: make([]int, cols)}
	for r := range t.basic {
		t.basic[r] = cols + r
	}
	for c := range t.at {
		t.at[c] = c
	}
	return t
}

func (t *tableau) row(r int) []float64 { return t.a[r*(t.cols+1) : (r+1)*(t.cols+1)] }

// maximise pivots until no column improves and returns x. With an unbounded ray
// bounded is false and x is the last feasible point, still a valid dual solution.
func (t *tableau) maximise() (x []float64, bounded bool) {
	bounded = true
	for step := range 50 * (t.rows + t.cols) {
		// Bland's rule after many steps rules out cycling.
		col := t.entering(step > 10*(t.rows+t.cols))
		if col < 0 {
			break
		}
		row := t.leaving(col)
		if row < 0 {
			bounded = false
			break
		}
		t.pivot(row, col)
	}
	x = make([]float64, t.cols)
	for r, v := range t.basic {
		if v < t.cols {
			x[v] = max(0, t.row(r)[t.cols])
		}
	}
	return x, bounded
}

func (t *tableau) entering(bland bool) int {
	objective := t.row(t.rows)[:t.cols]
	best, col := -pivotTolerance, -1
	for c, d := range objective {
		if d < -pivotTolerance && bland {
			if col < 0 || t.at[c] < t.at[col] {
				col = c
			}
		} else if d < best {
			best, col = d, c
		}
	}
	return col
}

func (t *tableau) leaving(col int) int {
	row, ratio := -1, math.Inf(1)
	for r := range t.rows {
		line := t.row(r)
		if line[col] <= pivotTolerance {
			continue
		}
		q := line[t.cols] / line[col]
		if q < ratio-1e-12 || q <= ratio && row >= 0 && t.basic[r] < t.basic[row] {
			row, ratio = r, q
		}
	}
	return row
}

func (t *tableau) pivot(row, col int) {
	p := t.row(row)
	inverse := 1 / p[col]
	p[col] = 1
	for c := range p {
		p[c] *= inverse
	}
	for r := range t.rows + 1 {
		line := t.row(r)
		factor := line[col]
		if r == row || factor == 0 {
			continue
		}
		line[col] = 0
		for c := range line {
			line[c] -= factor * p[c]
		}
	}
	t.basic[row], t.at[col] = t.at[col], t.basic[row]
}
