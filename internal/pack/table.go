package pack

// grid is the lattice on which a knapsack table is laid: sizes in whole cells.
type grid struct {
	unit       [2]int64 // of CPU and memory per cell
	rows, cols int      // cells of CPU and of memory, both including 0
}

// commonUnits are the greatest units that divide every item's CPU and memory.
func (in *instance) commonUnits() [2]int64 {
	var unit [2]int64
	for i := range in.items {
		for r := range unit {
			a := in.items[i].size[r]
			for a != 0 {
				unit[r], a = a, unit[r]%a
			}
		}
	}
	return [2]int64{max(1, unit[0]), max(1, unit[1])}
}

// knapsackTable holds the largest value that fits into every number of cells, with any
// number of each item, except those that a limit per node binds.
type knapsackTable struct {
	grid
	value []int64 // rows × cols
	items []tableItem
	// capped marks, per layer of a capped item, the cells that the layer improved.
	layers []layer
}

// tableItem is an item in cells.
type tableItem struct {
	item     int
	row, col int
	value    int64
}

// layer is up to Count pods of a capped item, taken all or not at all.
type layer struct {
	tableItem
	count    int64
	improved []uint64
}

// newTable fills a table for the given values per item; items for which use is false,
// that are worth nothing or that are larger than the table are left out, and
// items that are strict enter in layers of 1, 2, 4 … pods up to their limit on a node,
// others without limit.
func newTable(in *instance, g grid, values []int64, strict []bool, use func(i int) bool) *knapsackTable {
	t := &knapsackTable{grid: g, value: make([]int64, g.rows*g.cols)}
	for i := range in.items {
		it := &in.items[i]
		e := tableItem{item: i, row: int(ceilDiv(it.size[CPU], g.unit[0])), col: int(ceilDiv(it.size[Memory], g.unit[1])), value: values[i]}
		if !use(i) || values[i] <= 0 || e.row >= g.rows || e.col >= g.cols || e.row == 0 && e.col == 0 {
			continue
		}
		if strict[i] && t.cellsFit(e) > it.most {
			t.addLayers(e, it.most)
			continue
		}
		t.items = append(t.items, e)
	}
	t.dropReplaceable()
	for l := range t.layers {
		t.fillLayer(&t.layers[l])
	}
	t.fillUnbounded()
	return t
}

// cellsFit is how often an item fits into the whole table.
func (t *knapsackTable) cellsFit(e tableItem) int64 {
	n := MaxAmount
	if e.row > 0 {
		n = min(n, int64((t.rows-1)/e.row))
	}
	if e.col > 0 {
		n = min(n, int64((t.cols-1)/e.col))
	}
	return n
}

func (t *knapsackTable) addLayers(e tableItem, most int64) {
	for n := int64(1); most > 0; n *= 2 {
		n = min(n, most)
		most -= n
		l := layer{tableItem: tableItem{item: e.item, row: e.row * int(n), col: e.col * int(n), value: e.value * n}, count: n}
		if l.row < t.rows && l.col < t.cols {
			l.improved = make([]uint64, (t.rows*t.cols+63)/64)
			t.layers = append(t.layers, l)
		}
	}
}

// dropReplaceable leaves out items that another one beats in size and value.
func (t *knapsackTable) dropReplaceable() {
	kept := t.items[:0:0]
next:
	for a, e := range t.items {
		for b, f := range t.items {
			if f.row <= e.row && f.col <= e.col && f.value >= e.value && (f != e && (f.value > e.value || f.row < e.row || f.col < e.col || b < a)) {
				continue next
			}
		}
		kept = append(kept, e)
	}
	t.items = kept
}

// fillLayer lets every cell use the layer once: from the largest cell down, so that no
// cell sees itself improved.
func (t *knapsackTable) fillLayer(l *layer) {
	for r := t.rows - 1; r >= l.row; r-- {
		dst := t.value[r*t.cols+l.col : (r+1)*t.cols]
		src := t.value[(r-l.row)*t.cols:][:len(dst)]
		for c := len(dst) - 1; c >= 0; c-- {
			if v := src[c] + l.value; v > dst[c] {
				dst[c] = v
				at := r*t.cols + l.col + c
				l.improved[at/64] |= 1 << (at % 64)
			}
		}
	}
}

// fillUnbounded goes row by row and applies all items to a row while it is in cache.
func (t *knapsackTable) fillUnbounded() {
	for r := range t.rows {
		row := t.value[r*t.cols : (r+1)*t.cols]
		for _, e := range t.items {
			if e.row > 0 && e.row <= r {
				raise(row[e.col:], t.value[(r-e.row)*t.cols:], e.value)
			}
		}
		for _, e := range t.items {
			if e.row == 0 {
				for c := e.col; c < len(row); c++ {
					row[c] = max(row[c], row[c-e.col]+e.value)
				}
			}
		}
	}
}

// raise sets dst[c] to the larger of dst[c] and src[c]+add.
func raise(dst, src []int64, add int64) {
	src = src[:len(dst)]
	for c := range dst {
		dst[c] = max(dst[c], src[c]+add)
	}
}

// cell is the number of the cell for the given room, clipped to the table.
func (t *knapsackTable) cell(room Vector) int {
	r := min(int64(t.rows-1), room[CPU]/t.unit[0])
	c := min(int64(t.cols-1), room[Memory]/t.unit[1])
	return int(r)*t.cols + int(c)
}

// pods returns a set of pods that has the value of a cell.
func (t *knapsackTable) pods(cell int, to []Placed) []Placed {
	for t.value[cell] > 0 {
		e, ok := t.lastItem(cell)
		if !ok {
			break
		}
		to = addPods(to, e.item, 1)
		cell -= e.row*t.cols + e.col
	}
	for l := len(t.layers) - 1; l >= 0; l-- {
		if y := &t.layers[l]; y.improved[cell/64]&(1<<(cell%64)) != 0 {
			to = addPods(to, y.item, y.count)
			cell -= y.row*t.cols + y.col
		}
	}
	return to
}

// lastItem is an unbounded item that may have been added last to reach a cell's value.
func (t *knapsackTable) lastItem(cell int) (tableItem, bool) {
	r, c := cell/t.cols, cell%t.cols
	for _, e := range t.items {
		if e.row <= r && e.col <= c && t.value[cell] == t.value[cell-e.row*t.cols-e.col]+e.value {
			return e, true
		}
	}
	return tableItem{}, false
}

func addPods(to []Placed, item int, n int64) []Placed {
	for p := range to {
		if to[p].Shape == item {
			to[p].Count += n
			return to
		}
	}
	return append(to, Placed{Shape: item, Count: n})
}
