package pack

import "math/bits"

// resourcePrices is a feasible solution of the fractional problem's dual, in integers
// scaled by 2^shift: a price per unit of each resource on each kind of node, a premium
// per node that exists, and a rent per node of a limited kind. For every kind
//
//	unit[k]·capacity[k] + node − rent[k] ≤ price[k]·2^shift
//
// so any plan costs at least value / 2^shift.
type resourcePrices struct {
	shift uint
	unit  []Vector // per kind
	node  int64
	rent  []wide // per kind; zero for kinds without limit
	value wide
	// linear is the value if a mask has one price per resource, the optimum of the linear
	// program: never more than value, but it never falls when demand grows.
	linear wide
}

// fractional prices the resources of an instance that must have at least minNodes
// nodes. ok is false if the limits leave no room even for fractions of pods.
func (in *instance) fractional(prices []int64, minNodes int64) (rp resourcePrices, ok bool) {
	classes, class := in.kindClasses()
	unit, node, ok := in.solveFractional(prices, minNodes, classes, class)
	rp = in.roundPrices(prices, unit, node, class)
	perMask := in.maskPrices(&rp)
	rp.linear = in.dualValue(&rp, minNodes, func(i int) wide { return pays(perMask[in.items[i].mask], in.items[i].size) })
	rp.value = in.dualValue(&rp, minNodes, func(i int) wide { return in.itemPrice(&rp, i) })
	return rp, ok
}

// kindClasses groups kinds that the same masks admit: they share resource prices.
func (in *instance) kindClasses() (classes int, class []int) {
	class = make([]int, len(in.kinds))
	used := in.usedMasks()
	var first []int
next:
	for k := range in.kinds {
		for c, f := range first {
			if sameColumn(in.masks, used, f, k) {
				class[k] = c
				continue next
			}
		}
		class[k] = len(first)
		first = append(first, k)
	}
	return len(first), class
}

func (in *instance) usedMasks() []bool {
	used := make([]bool, len(in.masks))
	for i := range in.items {
		used[in.items[i].mask] = true
	}
	return used
}

func sameColumn(masks [][]bool, used []bool, a, b int) bool {
	for m, mask := range masks {
		if used[m] && mask[a] != mask[b] {
			return false
		}
	}
	return true
}

// solveFractional solves the dual in floating point: unit prices per class and the
// premium per node, in prices per resource unit.
func (in *instance) solveFractional(prices []int64, minNodes int64, classes int, class []int) ([][Resources]float64, float64, bool) {
	lp := newFractionalLP(in, prices, classes, class)
	lp.fill(minNodes)
	x, ok := lp.table.maximise()
	unit := make([][Resources]float64, classes)
	for c := range unit {
		for r := range Resources {
			unit[c][r] = x[lp.unitCol(c, r)] * lp.priceScale / lp.roomScale[r]
		}
	}
	return unit, x[lp.nodeCol] * lp.priceScale, ok
}

// fractionalLP lays the dual out in a tableau, scaled to entries of about one.
type fractionalLP struct {
	in         *instance
	prices     []int64
	class      []int
	classes    int
	used       []int // masks that occur, with a demand block of their own
	admits     [][]bool
	nodeCol    int
	rentCol    []int // per kind; -1 without limit
	table      *tableau
	priceScale float64
	roomScale  [Resources]float64
}

func newFractionalLP(in *instance, prices []int64, classes int, class []int) *fractionalLP {
	lp := &fractionalLP{in: in, prices: prices, class: class, classes: classes, priceScale: 1}
	for m, used := range in.usedMasks() {
		if used {
			lp.used = append(lp.used, m)
		}
	}
	lp.admits = make([][]bool, len(lp.used))
	rows := len(in.kinds)
	for i, m := range lp.used {
		lp.admits[i] = make([]bool, classes)
		for k, ok := range in.masks[m] {
			if ok && !lp.admits[i][class[k]] {
				lp.admits[i][class[k]] = true
				rows += int(Resources)
			}
		}
	}
	cols := int(Resources) * (classes + len(lp.used))
	if classes == 1 {
		rows, cols = len(in.kinds), int(Resources)
	}
	lp.nodeCol, cols = cols, cols+1
	lp.rentCol = make([]int, len(in.kinds))
	for k := range in.kinds {
		lp.rentCol[k] = -1
		if in.kinds[k].limit > 0 {
			lp.rentCol[k] = cols
			cols++
		}
		lp.priceScale = max(lp.priceScale, float64(prices[k]))
		for r := range Resources {
			lp.roomScale[r] = max(lp.roomScale[r], float64(in.kinds[k].capacity[r]), 1)
		}
	}
	lp.table = newTableau(rows, cols)
	return lp
}

func (lp *fractionalLP) unitCol(class int, r Resource) int { return class*int(Resources) + int(r) }

func (lp *fractionalLP) demandCol(mask int, r Resource) int {
	if lp.classes == 1 {
		return int(r)
	}
	return (lp.classes+mask)*int(Resources) + int(r)
}

func (lp *fractionalLP) fill(minNodes int64) {
	t := lp.table
	for k := range lp.in.kinds {
		row := t.row(k)
		for r := range Resources {
			row[lp.unitCol(lp.class[k], r)] = float64(lp.in.kinds[k].capacity[r]) / lp.roomScale[r]
		}
		row[lp.nodeCol] = 1
		if lp.rentCol[k] >= 0 {
			row[lp.rentCol[k]] = -1
		}
		row[t.cols] = float64(lp.prices[k]) / lp.priceScale
	}
	if lp.classes > 1 {
		lp.fillMaskRows()
	}
	lp.fillObjective(minNodes)
}

// fillMaskRows keeps what a pod pays at most the price on every class it may use.
func (lp *fractionalLP) fillMaskRows() {
	at := len(lp.in.kinds)
	for m := range lp.used {
		for c, ok := range lp.admits[m] {
			for r := range Resources {
				if ok {
					row := lp.table.row(at)
					row[lp.demandCol(m, r)], row[lp.unitCol(c, r)] = 1, -1
					at++
				}
			}
		}
	}
}

func (lp *fractionalLP) fillObjective(minNodes int64) {
	objective := lp.table.row(lp.table.rows)
	for m, mask := range lp.used {
		for i := range lp.in.items {
			it := &lp.in.items[i]
			for r := range Resources {
				if it.mask == mask {
					objective[lp.demandCol(m, r)] -= float64(it.count) * float64(it.size[r]) / lp.roomScale[r]
				}
			}
		}
	}
	objective[lp.nodeCol] = -float64(minNodes)
	for k, col := range lp.rentCol {
		if col >= 0 {
			objective[col] = float64(lp.in.kinds[k].limit)
		}
	}
	largest := 1.0
	for _, d := range objective {
		largest = max(largest, -d)
	}
	for c := range objective {
		objective[c] /= largest
	}
}

// roundPrices turns floating-point prices into feasible scaled integers.
func (in *instance) roundPrices(prices []int64, unit [][Resources]float64, node float64, class []int) resourcePrices {
	highest := int64(1)
	for _, p := range prices {
		highest = max(highest, p)
	}
	rp := resourcePrices{shift: uint(max(0, min(40, 58-bits.Len64(uint64(highest)))))}
	factor := float64(int64(1) << rp.shift)
	for try := range 4 {
		if try == 3 {
			factor = 0 // rounding never got it right: prove nothing
		}
		rp.unit = make([]Vector, len(in.kinds))
		for k := range in.kinds {
			for r := range Resources {
				rp.unit[k][r] = int64(min(unit[class[k]][r]*factor, 1<<58))
			}
		}
		rp.node = int64(min(node*factor, 1<<58))
		excess := in.rents(&rp, prices)
		if excess <= 1 {
			break
		}
		factor *= (1 - 1e-12) / excess
	}
	return rp
}

// rents sets what limited kinds charge beyond their price and returns by which factor
// the prices exceed what a kind without limit bears.
func (in *instance) rents(rp *resourcePrices, prices []int64) (excess float64) {
	rp.rent = make([]wide, len(in.kinds))
	for k := range in.kinds {
		price := wide{}.addMul(prices[k], 1<<rp.shift)
		charge := wide{}.addMul(rp.node, 1)
		for r := range Resources {
			charge = charge.addMul(rp.unit[k][r], in.kinds[k].capacity[r])
		}
		over := charge.sub(price)
		if in.kinds[k].limit > 0 {
			rp.rent[k] = over
		} else if over != (wide{}) {
			excess = max(excess, charge.float()/price.float(), 1+1e-15) // never 1 by rounding
		}
	}
	return excess
}

// dualValue is what all pods pay, plus the premium for minNodes, less the rents.
func (in *instance) dualValue(rp *resourcePrices, minNodes int64, price func(i int) wide) wide {
	sum := wide{}.addMul(rp.node, minNodes)
	for i := range in.items {
		sum = sum.addWide(price(i), in.items[i].count)
	}
	for k := range in.kinds {
		if in.kinds[k].limit > 0 {
			sum = sum.sub(wide{}.addWide(rp.rent[k], in.kinds[k].limit))
		}
	}
	return sum
}

// itemPrice is what a pod of item i pays on the kind where it pays least.
func (in *instance) itemPrice(rp *resourcePrices, i int) wide {
	best := wide{hi: 1 << 63}
	for k := range in.kinds {
		if !in.allowed(i, k) {
			continue
		}
		if p := pays(rp.unit[k], in.items[i].size); p.less(best) {
			best = p
		}
	}
	return best
}

func pays(unit, size Vector) wide {
	var sum wide
	for r := range Resources {
		sum = sum.addMul(unit[r], size[r])
	}
	return sum
}

// maskPrices are the least prices of each resource over the kinds of each mask.
func (in *instance) maskPrices(rp *resourcePrices) []Vector {
	prices := make([]Vector, len(in.masks))
	for m, mask := range in.masks {
		prices[m] = Vector{1 << 58, 1 << 58, 1 << 58}
		for k, ok := range mask {
			for r := range Resources {
				if ok {
					prices[m][r] = min(prices[m][r], rp.unit[k][r])
				}
			}
		}
	}
	return prices
}
