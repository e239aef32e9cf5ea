package pack

// relaxedKnapsack is the linear relaxation of the pricing problem of one kind of node:
//
//	maximise Σ value·x  subject to  Σ size·x ≤ capacity, 0 ≤ x ≤ upper
//
// solved by a primal simplex with bounds on three rows. It keeps its basis, which
// stays feasible when values change, so that the next solve takes a few steps only.
type relaxedKnapsack struct {
	items    []int // indexes of the items that may be used
	size     [][Resources]float64
	upper    []float64
	room     [Resources]float64
	basic    [Resources]int // position in items, or −1−r for row r's slack
	x        [Resources]float64
	inverse  [Resources][Resources]float64
	atUpper  []bool
	price    [Resources]float64 // duals of the rows after solve
	isBasic  []bool
	maxSteps int
}

func newRelaxedKnapsack(in *instance, k int) *relaxedKnapsack {
	n := &relaxedKnapsack{}
	for i := range in.items {
		fit := in.fit(i, k)
		if fit == 0 {
			continue
		}
		n.items = append(n.items, i)
		n.upper = append(n.upper, float64(min(fit, in.items[i].most)))
		var size [Resources]float64
		for r := range Resources {
			// Scaled by capacity the rows are of one magnitude.
			size[r] = float64(in.items[i].size[r]) / float64(max(1, in.kinds[k].capacity[r]))
		}
		n.size = append(n.size, size)
	}
	for r := range Resources {
		n.basic[r], n.inverse[r][r] = -1-int(r), 1
		n.x[r] = 1
		n.room[r] = 1
	}
	n.atUpper, n.isBasic = make([]bool, len(n.items)), make([]bool, len(n.items))
	n.maxSteps = 50 + 4*len(n.items)
	return n
}

// solve optimises for values (per item of the instance) and returns the optimum.
func (n *relaxedKnapsack) solve(values []float64) float64 {
	for range n.maxSteps {
		n.duals(values)
		entering, up := n.entering(values)
		if entering == none {
			break
		}
		n.step(entering, up)
	}
	return n.value(values)
}

const none = -1 << 30

func (n *relaxedKnapsack) duals(values []float64) {
	n.price = [Resources]float64{}
	for r, j := range n.basic {
		if j >= 0 {
			for c := range n.price {
				n.price[c] += values[n.items[j]] * n.inverse[r][c]
			}
		}
	}
}

// entering picks the variable that gains most, relative to what it may move.
func (n *relaxedKnapsack) entering(values []float64) (entering int, up bool) {
	best, entering := 0.0, none
	for j, i := range n.items {
		if n.isBasic[j] {
			continue
		}
		v := values[i]
		d := v - n.price[0]*n.size[j][0] - n.price[1]*n.size[j][1] - n.price[2]*n.size[j][2]
		if n.atUpper[j] {
			d = -d
		}
		if d > best && d > 1e-10*v {
			best, entering, up = d, j, !n.atUpper[j]
		}
	}
	for r, p := range n.price {
		if -p > best && p < -1e-12 && !n.slackBasic(r) {
			best, entering, up = -p, -1-r, true
		}
	}
	return entering, up
}

func (n *relaxedKnapsack) slackBasic(r int) bool {
	return n.basic[0] == -1-r || n.basic[1] == -1-r || n.basic[2] == -1-r
}

// step moves the entering variable up from 0 or down from its bound, to its other
// bound or until a basic variable meets one.
func (n *relaxedKnapsack) step(entering int, up bool) {
	var column [Resources]float64
	if entering < 0 {
		column[-1-entering] = 1
	} else {
		column = n.size[entering]
	}
	var alpha [Resources]float64
	sign := 1.0
	if !up {
		sign = -1
	}
	for r := range alpha {
		for c := range column {
			alpha[r] += sign * n.inverse[r][c] * column[c]
		}
	}
	move, row, toUpper := n.ratio(entering, alpha)
	for r := range n.x {
		n.x[r] -= move * alpha[r]
	}
	if row < 0 {
		n.atUpper[entering] = up
		return
	}
	if old := n.basic[row]; old >= 0 {
		n.isBasic[old], n.atUpper[old] = false, toUpper
	}
	start := 0.0
	if entering >= 0 && !up {
		start = n.upper[entering]
	}
	n.x[row] = start + sign*move
	n.basic[row] = entering
	if entering >= 0 {
		n.isBasic[entering], n.atUpper[entering] = true, false
	}
	pivot := alpha[row] * sign
	for c := range n.inverse[row] {
		n.inverse[row][c] /= pivot
	}
	for r := range n.inverse {
		if factor := alpha[r] * sign; r != row && factor != 0 {
			for c := range n.inverse[r] {
				n.inverse[r][c] -= factor * n.inverse[row][c]
			}
		}
	}
}

// ratio says how far the entering variable moves and which row blocks it (−1: its own
// bound), and whether the blocking variable leaves at its upper bound.
func (n *relaxedKnapsack) ratio(entering int, alpha [Resources]float64) (move float64, row int, toUpper bool) {
	move, row = 1e300, -1
	if entering >= 0 {
		move = n.upper[entering]
	}
	for r, a := range alpha {
		j := n.basic[r]
		switch {
		case a > 1e-11 && max(0, n.x[r])/a < move:
			move, row, toUpper = max(0, n.x[r])/a, r, false
		case a < -1e-11 && j >= 0 && max(0, n.upper[j]-n.x[r])/-a < move:
			move, row, toUpper = max(0, n.upper[j]-n.x[r])/-a, r, true
		}
	}
	return move, row, toUpper
}

func (n *relaxedKnapsack) value(values []float64) float64 {
	sum := 0.0
	for j, i := range n.items {
		if n.atUpper[j] {
			sum += values[i] * n.upper[j]
		}
	}
	for r, j := range n.basic {
		if j >= 0 {
			sum += values[n.items[j]] * n.x[r]
		}
	}
	return sum
}

// floor is the solution rounded down to whole pods.
func (n *relaxedKnapsack) floor(pods []Placed) []Placed {
	for j, i := range n.items {
		if n.atUpper[j] {
			pods = append(pods, Placed{Shape: i, Count: int64(n.upper[j] + 0.5)})
		}
	}
	for r, j := range n.basic {
		if j >= 0 && n.x[r] >= 1-1e-9 {
			pods = append(pods, Placed{Shape: n.items[j], Count: int64(n.x[r] + 1e-9)})
		}
	}
	return pods
}
