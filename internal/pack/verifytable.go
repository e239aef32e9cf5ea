package pack

import (
	"errors"
	"math/bits"
	"slices"
)

// errTooFine means that sizes have no common unit coarse enough for a table.
var errTooFine = errors.New("pack: the certificate needs a table that is too large")

// byTable is the largest worth of pods on a node of type t by CPU and memory, leaving the
// slots aside (which can only make it larger) but for their unit price, which the pods
// pay first and the whole node's slots are worth.
func (v *verifier) byTable(t int) (int64, error) {
	slot := v.c.UnitPrice[t][Pods]
	if slot < 0 || slot > 0 && v.capacity(t)[Pods] > 1<<60/slot {
		slot = 0
	}
	allowed := make([]bool, len(v.p.Shapes))
	only := -1
	for s := range allowed {
		shape := &v.p.Shapes[s]
		allowed[s] = v.count[s] > 0 && v.c.PodPrice[s] > 0 && (shape.NodeTypes == nil || shape.NodeTypes[t]) &&
			shape.Size[Pods] <= v.p.NodeTypes[t].Capacity[Pods]
		if allowed[s] && v.mayHold(s, t) {
			if only == -1 {
				only = s
			} else {
				only = -2
			}
		}
	}
	capacity := v.capacity(t)
	if only == -1 {
		return 0, nil
	}
	if only >= 0 {
		return v.alone(only, capacity), nil
	}
	table, err := v.table(allowed, slot)
	if err != nil {
		return 0, err
	}
	row := min(capacity[CPU]/table.unit[0], table.rows-1)
	col := min(capacity[Memory]/table.unit[1], table.cols-1)
	return table.best[row*table.cols+col] + slot*capacity[Pods], nil
}

// alone is the worth of as many pods of one shape as fit.
func (v *verifier) alone(s int, capacity Vector) int64 {
	n := v.most[s]
	for r, size := range v.p.Shapes[s].Size {
		if size > 0 {
			n = min(n, capacity[r]/size)
		}
	}
	hi, lo := bits.Mul64(uint64(n), uint64(v.c.PodPrice[s]))
	if hi > 0 || lo > 1<<62 {
		return 1 << 62
	}
	return int64(lo)
}

// table returns the table for a set of shapes, large enough for every type that holds
// exactly that set.
func (v *verifier) table(allowed []bool, slot int64) (*verifiedTable, error) {
	for i := range v.tables {
		if v.tables[i].slot == slot && slices.Equal(v.tables[i].allowed, allowed) {
			return &v.tables[i], nil
		}
	}
	t := verifiedTable{allowed: allowed, slot: slot}
	for s, ok := range allowed {
		if ok {
			for r := range t.unit {
				t.unit[r] = gcd(t.unit[r], v.p.Shapes[s].Size[r])
			}
		}
	}
	for n := range v.p.NodeTypes {
		for r := range t.unit {
			t.unit[r] = max(t.unit[r], 1)
			cells := v.capacity(n)[r]/t.unit[r] + 1
			if r == 0 {
				t.rows = max(t.rows, cells)
			} else {
				t.cols = max(t.cols, cells)
			}
		}
	}
	if t.rows > verifyCells || t.cols > verifyCells || t.rows*t.cols > verifyCells {
		return nil, errTooFine
	}
	v.fill(&t)
	v.tables = append(v.tables, t)
	return &v.tables[len(v.tables)-1], nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// fill computes the table: shapes named as strict at most as often as a node may hold
// them, in portions of 1, 2, 4 …, all others without limit.
func (v *verifier) fill(t *verifiedTable) {
	t.best = make([]int64, t.rows*t.cols)
	type size struct{ row, col int64 }
	free := map[size]int64{} // dearest price of each size
	var order []size
	for s, ok := range t.allowed {
		price := max(0, v.c.PodPrice[s]-t.slot*v.p.Shapes[s].Size[Pods])
		at := size{v.p.Shapes[s].Size[CPU] / t.unit[0], v.p.Shapes[s].Size[Memory] / t.unit[1]}
		switch {
		case !ok:
		case slices.Contains(v.c.Strict, s) || at == size{}:
			for left, n := v.most[s], int64(1); left > 0; n *= 2 {
				n = min(n, left)
				left -= n
				t.portion(at.row*n, at.col*n, price*n)
			}
		default:
			if _, seen := free[at]; !seen {
				order = append(order, at)
			}
			free[at] = max(free[at], price)
		}
	}
	// Shapes without CPU stay in their row, so they come after those that reach it from above.
	slices.SortStableFunc(order, func(a, b size) int { return int(min(b.row, 1) - min(a.row, 1)) })
	for r := int64(0); r < t.rows; r++ {
		for _, at := range order {
			if at.row <= r {
				t.repeat(r, at.row, at.col, free[at])
			}
		}
	}
}

// portion lets every cell take a portion once.
func (t *verifiedTable) portion(row, col, price int64) {
	if row >= t.rows || col >= t.cols || row < 0 || col < 0 {
		return
	}
	for r := t.rows - 1; r >= row; r-- {
		to, from := t.best[r*t.cols:(r+1)*t.cols], t.best[(r-row)*t.cols:(r-row+1)*t.cols]
		for c := t.cols - 1; c >= col; c-- {
			to[c] = max(to[c], from[c-col]+price)
		}
	}
}

// repeat lets the cells of row r take a pod any number of times; rows above are done.
func (t *verifiedTable) repeat(r, row, col, price int64) {
	to, from := t.best[r*t.cols:(r+1)*t.cols], t.best[(r-row)*t.cols:(r-row+1)*t.cols]
	for c := col; c < t.cols; c++ {
		to[c] = max(to[c], from[c-col]+price)
	}
}
