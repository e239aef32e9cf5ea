package pack

import (
	"cmp"
	"slices"
)

// A good pattern is nearly a solution of the relaxed knapsack: round that down, take
// out a few pods, and fill what is free from one small table that all kinds share.

const (
	tailTakeOut = 3    // pods taken out of the rounded solution at most
	tailCells   = 8000 // size of the small table
	tailPods    = 6    // mean pods that the small table should hold
	polishItems = 150  // items of which single pods and pairs are exchanged at the end
)

// pricer finds patterns of high value for every kind of node.
type pricer struct {
	in      *instance
	relaxed []*relaxedKnapsack
	classes []int // class of each kind: kinds of a class admit the same items
	members [][]int
	tail    grid
	scale   float64 // integer value per unit of price
	ints    []int64
	tables  []*knapsackTable // per class, for the present values
	best    trial
	polish  *search // exchanges pods on a pattern; its pool is all that a node may hold
	slot    int64   // price of a pod slot while a kind's patterns are searched
	// strict marks items whose limit on a node the tables must keep. It grows when a
	// pattern breaks a limit: most limits never matter, and keeping them is dear.
	strict []bool
}

// trial is a pattern under construction.
type trial struct {
	value int64
	pods  []Placed // taken from the rounded relaxed solution
	cell  int
}

// valueBits is the size of the integers in which a node's price is expressed.
const valueBits = 44

func newPricer(in *instance) *pricer {
	p := &pricer{in: in}
	highest := int64(1)
	for k := range in.kinds {
		p.relaxed = append(p.relaxed, newRelaxedKnapsack(in, k))
		highest = max(highest, in.kinds[k].price)
	}
	p.scale = float64(int64(1)<<valueBits) / float64(highest)
	classes, class := in.kindClasses()
	p.classes, p.members = class, make([][]int, classes)
	for k, c := range class {
		p.members[c] = append(p.members[c], k)
	}
	p.tail = in.tailGrid()
	p.ints, p.strict = make([]int64, len(in.items)), make([]bool, len(in.items))
	p.tables = make([]*knapsackTable, classes)
	p.polish = newSearch(in, make([]float64, len(in.items)), 0)
	for i := range in.items {
		p.polish.pool[i] = in.items[i].most
	}
	return p
}

// tailGrid covers a few mean pods in as many cells as the units need, or coarser ones.
func (in *instance) tailGrid() grid {
	var mean, largest Vector
	pods := in.pods()
	for i := range in.items {
		mean = minus(mean, in.items[i].size, -in.items[i].count)
	}
	for k := range in.kinds {
		for r := range Resources {
			largest[r] = max(largest[r], in.kinds[k].capacity[r])
		}
	}
	g := grid{unit: in.commonUnits()}
	extent := func(r Resource) int64 { return min(largest[r], tailPods*ceilDiv(mean[r], max(1, pods))) }
	for {
		g.rows, g.cols = int(extent(CPU)/g.unit[0])+1, int(extent(Memory)/g.unit[1])+1
		if max(g.rows, g.cols) <= tailCells && g.rows*g.cols <= tailCells {
			return g
		}
		if g.rows > g.cols {
			g.unit[0] = g.unit[0]*5/4 + 1
		} else {
			g.unit[1] = g.unit[1]*5/4 + 1
		}
	}
}

// setValues makes the pricer work with values per item, in units of price.
func (p *pricer) setValues(values []float64) {
	for i, v := range values {
		p.ints[i] = int64(max(0, v) * p.scale)
	}
	clear(p.tables)
	p.polish.bundles = p.polish.bundles[:0]
}

// bundles lists the single pods and pairs that polishing may put on a node, of the items
// that are worth most for the room they take at kind k's prices.
func (p *pricer) bundles(k int, values []float64) {
	s, n := p.polish, p.relaxed[k]
	copy(s.value, values)
	s.setKeyScale()
	s.active = s.active[:0]
	worth := make([]float64, len(p.in.items))
	for j, i := range n.items {
		if values[i] > 0 {
			pays := n.price[0]*n.size[j][0] + n.price[1]*n.size[j][1] + n.price[2]*n.size[j][2]
			worth[i] = values[i] / max(pays, 1e-9*values[i])
			s.active = append(s.active, i)
		}
	}
	slices.SortStableFunc(s.active, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
	s.active = s.active[:min(len(s.active), polishItems)]
	s.bundleUp()
}

func (p *pricer) table(class int) *knapsackTable {
	if p.tables[class] == nil {
		k := p.members[class][0]
		p.tables[class] = newTable(p.in, p.tail, p.ints, p.strict, func(i int) bool { return p.in.allowed(i, k) })
	}
	return p.tables[class]
}

// slotTable is a table for one kind whose slots are scarce: pods are worth what is left
// of their value once they have paid for their slots.
func (p *pricer) slotTable(k int, slot int64) *knapsackTable {
	values := make([]int64, len(p.ints))
	for i, v := range p.ints {
		values[i] = v - slot*p.in.items[i].size[Pods]
	}
	return newTable(p.in, p.tail, values, p.strict, func(i int) bool { return p.in.allowed(i, k) })
}

// pattern returns the best pattern found for kind k, its value, and an upper bound on
// every pattern's value from the relaxed problem. Patterns that cannot be worth more
// than floor are not searched for.
func (p *pricer) pattern(k int, values []float64, floor float64) (pods []Placed, value, bound float64) {
	n := p.relaxed[k]
	bound = n.solve(values)
	if bound <= floor {
		return nil, 0, bound
	}
	start := n.floor(nil)
	room := minus(p.in.kinds[k].capacity, p.in.load(start), 1)
	t, slot := p.table(p.classes[k]), int64(max(0, n.price[Pods])/float64(max(1, p.in.kinds[k].capacity[Pods]))*p.scale)
	if p.slot = slot; slot > 0 {
		t = p.slotTable(k, slot)
	}
	p.best = trial{value: -1}
	var base int64
	for _, pod := range start {
		base += (p.ints[pod.Shape] - slot*p.in.items[pod.Shape].size[Pods]) * pod.Count
	}
	p.search(t, start, 0, tailTakeOut, room, base)
	pods = p.best.pods
	for _, pod := range t.pods(p.best.cell, nil) {
		pods = addPods(pods, pod.Shape, pod.Count)
	}
	pods = p.polished(k, p.tidy(k, pods), values)
	for _, pod := range pods {
		value += values[pod.Shape] * float64(pod.Count)
	}
	return pods, value, bound
}

// polished exchanges up to two pods for up to two others while that adds value: it mends
// what the coarse cells of the table and trimmed limits cost.
func (p *pricer) polished(k int, pods []Placed, values []float64) []Placed {
	s, n := p.polish, p.relaxed[k]
	if len(s.bundles) == 0 {
		p.bundles(k, values)
	}
	for r := range Resources {
		s.roomPrice[k][r] = n.price[r] / float64(max(1, p.in.kinds[k].capacity[r]))
	}
	room := minus(p.in.kinds[k].capacity, p.in.load(pods), 1)
	for range 10 {
		if s.exchange(k, &pods, &room) <= 0 {
			break
		}
	}
	slices.SortFunc(pods, func(a, b Placed) int { return a.Shape - b.Shape })
	return pods
}

// search tries every way of taking at most depth pods out of start[from:].
func (p *pricer) search(t *knapsackTable, start []Placed, from, depth int, room Vector, base int64) {
	cell := t.cell(room)
	if v := base + t.value[cell]; v > p.best.value {
		p.best.value, p.best.cell = v, cell
		p.best.pods = append(p.best.pods[:0], start...)
	}
	if depth == 0 {
		return
	}
	for s := from; s < len(start); s++ {
		if start[s].Count == 0 {
			continue
		}
		i := start[s].Shape
		start[s].Count--
		p.search(t, start, s, depth-1, minus(room, p.in.items[i].size, -1), base-p.ints[i]+p.slot*p.in.items[i].size[Pods])
		start[s].Count++
	}
}

// tidy drops what is over a limit per node, over the demand or over the slots, then
// fills what room is left, most valuable pods first.
func (p *pricer) tidy(k int, pods []Placed) []Placed {
	pods = slices.DeleteFunc(pods, func(pod Placed) bool { return pod.Count == 0 })
	slices.SortFunc(pods, func(a, b Placed) int { return a.Shape - b.Shape })
	room := p.in.kinds[k].capacity
	for j := range pods {
		it := &p.in.items[pods[j].Shape]
		pods[j].Count = min(pods[j].Count, it.most, timesIn(it.size, room))
		room = minus(room, it.size, pods[j].Count)
	}
	pods = slices.DeleteFunc(pods, func(pod Placed) bool { return pod.Count == 0 })
	for {
		best := -1
		for i := range p.in.items {
			if p.in.allowed(i, k) && fitsIn(p.in.items[i].size, room) && p.ints[i] > 0 &&
				(best < 0 || p.ints[i] > p.ints[best]) && countOf(pods, i) < p.in.items[i].most {
				best = i
			}
		}
		if best < 0 {
			break
		}
		pods = addPods(pods, best, 1)
		room = minus(room, p.in.items[best].size, 1)
	}
	slices.SortFunc(pods, func(a, b Placed) int { return a.Shape - b.Shape })
	return pods
}

func countOf(pods []Placed, item int) int64 {
	for _, pod := range pods {
		if pod.Shape == item {
			return pod.Count
		}
	}
	return 0
}
