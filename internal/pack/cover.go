package pack

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// Where the cheapest plan wastes next to nothing, as with triplets that were cut from whole
// nodes, ruin and recreate finds all but the last node of it, and a dive is lost with its
// first wrong pattern. But then few patterns are tight enough. They are listed, and the
// list is searched for an exact cover: next comes the item that the fewest of them still
// fit (Knuth's rule). Prices tell what a pattern wastes, its node's price less what its
// pods pay: at every set of prices a plan may waste its cost less what all pods pay.

const (
	coverListSteps = 4_000_000     // pods tried while patterns are listed
	coverPatterns  = 20_000        // of a list at most
	coverBack      = 100           // steps back in the first dive; each next one takes a tenth more
	coverNoise     = 0.3           // in the order of patterns
	coverSteps     = 1_500_000     // patterns taken in all dives
	coverWork      = 1_000_000_000 // cover.work after which the search ends: a step is dear where thousands of patterns share an item
)

// coverAmounts are amounts at the proof's prices, at those of CPU and of memory.
type coverAmounts [3]float64

func (a *coverAmounts) within(spare *coverAmounts) bool {
	return a[0] <= spare[0] && a[1] <= spare[1] && a[2] <= spare[2]
}

func (a *coverAmounts) add(n float64, b *coverAmounts) {
	for d := range a {
		a[d] += n * b[d]
	}
}

// cover is the state of the search.
type cover struct {
	ctx      context.Context
	in       *instance
	prices   []coverAmounts // what a pod of each item pays: no pattern pays more than its node
	spare    coverAmounts   // what may still be wasted
	mostPods int64          // in a pattern
	order    []int          // items, dearest first
	patterns []coverPattern
	with     [][]coverUse // per item
	fits     []int        // per item: usable patterns with it
	left     []int64      // pods per item
	pods     int64        // left in all
	stack    []int        // patterns taken
	found    *plan
	steps    int   // left of the budget
	work     int64 // uses of patterns that were counted again
	back     int   // steps back that a dive may still take
	rng      *rand.Rand
}

// coverPattern is a pattern with its waste; it is usable while no item lacks pods for it.
type coverPattern struct {
	batch
	waste   coverAmounts
	lacking int
}

// coverUse is a pattern that takes count pods of an item.
type coverUse struct {
	pattern int
	count   int64
}

// cover looks for a plan that costs goal at most, of patterns with mostPods pods at most;
// nil if it finds none, or none by the time the context ends.
func (cg *colgen) cover(ctx context.Context, pf *proof, goal, mostPods int64) *plan {
	c := &cover{ctx: ctx, in: cg.in, mostPods: mostPods, steps: coverListSteps}
	if cg.in.minNodes > 1 || !c.price(cg, pf, goal) || !c.list() {
		return nil
	}
	c.prepare()
	c.steps, c.rng = coverSteps, rand.New(rand.NewPCG(uint64(goal), 0))
	for back := coverBack; c.steps > 0 && c.found == nil; back += back / 10 {
		c.back = back
		if c.descend(); c.back > 0 {
			break // looked everywhere
		}
	}
	return c.found
}

// price sets the prices: the proof's, and each resource's at that of the kind which sells
// it cheapest. It reports false if limits or free kinds make them worthless.
func (c *cover) price(cg *colgen, pf *proof, goal int64) bool {
	scale := cg.farleyScale(pf)
	if scale == 0 || slices.ContainsFunc(c.in.kinds, func(k kind) bool { return k.limit > 0 }) {
		return false
	}
	c.prices = make([]coverAmounts, len(c.in.items))
	for i, v := range pf.value {
		c.prices[i][0] = float64(v) / scale
	}
	for _, r := range []Resource{CPU, Memory} {
		cheapest := math.Inf(1)
		for _, k := range c.in.kinds {
			cheapest = min(cheapest, float64(k.price)/float64(max(1, k.capacity[r])))
		}
		for i := range c.prices {
			c.prices[i][1+r] = cheapest * float64(c.in.items[i].size[r])
		}
	}
	for d := range c.spare {
		c.spare[d] = float64(goal) * (1 + 1e-9)
	}
	for i := range c.prices {
		c.spare.add(-float64(c.in.items[i].count), &c.prices[i])
	}
	return true
}

// list makes the patterns that waste no more than is spare; false if they are too many.
func (c *cover) list() bool {
	c.order = identity(len(c.in.items))
	slices.SortStableFunc(c.order, func(a, b int) int { return cmp.Compare(c.prices[b][0], c.prices[a][0]) })
	for k := range c.in.kinds {
		price := float64(c.in.kinds[k].price)
		c.extend(k, 0, c.in.kinds[k].capacity, c.mostPods, nil, coverAmounts{price, price, price})
	}
	return c.steps > 0 && len(c.patterns) <= coverPatterns
}

// extend lists the pattern if it is tight enough, and all that have up to more pods on top.
func (c *cover) extend(k, at int, room Vector, more int64, pods []Placed, waste coverAmounts) {
	if len(pods) > 0 && waste.within(&c.spare) {
		c.patterns = append(c.patterns, coverPattern{batch: batch{kind: k, count: 1, pods: slices.Clone(pods)}, waste: waste})
	}
	for n := at; n < len(c.order) && more > 0 && len(c.patterns) <= coverPatterns; n++ {
		if c.steps--; c.steps <= 0 {
			return
		}
		i := c.order[n]
		it := &c.in.items[i]
		if !fitsIn(it.size, room) || !c.in.allowed(i, k) {
			continue
		}
		less, next := waste, append(pods, Placed{Shape: i})
		for count := int64(1); count <= min(it.most, more, timesIn(it.size, room)); count++ {
			next[len(pods)].Count = count
			less.add(-1, &c.prices[i])
			c.extend(k, n+1, minus(room, it.size, count), more-count, next, less)
		}
	}
}

// prepare counts for every item the patterns that it could go with.
func (c *cover) prepare() {
	items := len(c.in.items)
	c.with, c.fits, c.left = make([][]coverUse, items), make([]int, items), make([]int64, items)
	for i := range c.in.items {
		c.left[i] = c.in.items[i].count
		c.pods += c.left[i]
	}
	for n := range c.patterns {
		for _, pod := range c.patterns[n].pods {
			c.with[pod.Shape] = append(c.with[pod.Shape], coverUse{n, pod.Count})
			c.fits[pod.Shape]++
		}
	}
}

// descend covers what is left, or takes a step back.
func (c *cover) descend() {
	if c.pods == 0 {
		c.found = &plan{}
		for _, n := range c.stack {
			c.found.add(c.in, c.patterns[n].batch)
		}
		return
	}
	for _, n := range c.choices() {
		if c.work > coverWork || c.ctx.Err() != nil {
			c.steps = 0
		}
		if c.steps <= 0 || c.back <= 0 {
			return
		}
		c.steps--
		c.take(n, 1)
		if c.descend(); c.found != nil {
			return
		}
		c.take(n, -1)
	}
	c.back--
}

// choices are the usable patterns with the item that has the fewest of them; first come
// those whose other items have few as well, with a little noise.
func (c *cover) choices() []int {
	fewest := -1
	for i, n := range c.left {
		if n > 0 && (fewest < 0 || c.fits[i] < c.fits[fewest]) {
			fewest = i
		}
	}
	ranked := make([]weighted, 0, c.fits[fewest])
	for _, use := range c.with[fewest] {
		p := &c.patterns[use.pattern]
		if p.lacking > 0 || !p.waste.within(&c.spare) {
			continue
		}
		rank := 0.0
		for _, pod := range p.pods {
			rank += 1 / float64(c.fits[pod.Shape])
		}
		ranked = append(ranked, weighted{use.pattern, rank * (1 + coverNoise*c.rng.Float64())})
	}
	slices.SortStableFunc(ranked, func(a, b weighted) int { return cmp.Compare(b.x, a.x) })
	choices := make([]int, len(ranked))
	for n := range ranked {
		choices[n] = ranked[n].column
	}
	return choices
}

// take puts a node with the pattern on the stack; with times −1 it takes the last one back.
func (c *cover) take(pattern int, times int64) {
	p := &c.patterns[pattern]
	for _, pod := range p.pods {
		c.leave(pod.Shape, c.left[pod.Shape]-times*pod.Count)
		c.pods -= times * pod.Count
	}
	c.spare.add(-float64(times), &p.waste)
	if times > 0 {
		c.stack = append(c.stack, pattern)
	} else {
		c.stack = c.stack[:len(c.stack)-1]
	}
}

// leave sets the pods left of an item, and which patterns lack some.
func (c *cover) leave(item int, left int64) {
	before := c.left[item]
	c.left[item] = left
	c.work += int64(len(c.with[item]))
	for _, use := range c.with[item] {
		p := &c.patterns[use.pattern]
		switch lacked, lacks := use.count > before, use.count > left; {
		case lacks && !lacked:
			if p.lacking++; p.lacking == 1 {
				c.count(p, -1)
			}
		case lacked && !lacks:
			if p.lacking--; p.lacking == 0 {
				c.count(p, 1)
			}
		}
	}
}

func (c *cover) count(p *coverPattern, n int) {
	for _, pod := range p.pods {
		c.fits[pod.Shape] += n
	}
}
