package pack

// Certificate proves a lower bound on cost, or on nodes if every price is zero (each
// node then counts 1). It is a feasible solution of the dual of the pattern program in
// integers: pods pay PodPrice, and no node can collect more than it is worth. For every
// node type t and every set of pods that one node of it can hold
//
//	Σ PodPrice + NodePrice ≤ Scale·Price[t] + Rent[t]
//
// so that Scale × cost is at least what all pods pay, plus NodePrice for each node that
// must exist, less Rent[t]·Limit[t]. [VerifyCertificate] checks this with code of its own.
type Certificate struct {
	// Zones is 1 for prices of the unsplit demand; otherwise the prices are for the least
	// that each of so many zones holds, and the bound counts that often.
	Zones     int64
	Scale     int64
	PodPrice  []int64 // per shape
	NodePrice int64
	Rent      []int64 // per node type; zero without Limit
	// Spare says that the nodes of SurviveNode come on top.
	Spare bool

	// UnitPrice and Strict only make checking quick: prices per unit of each resource,
	// per node type, that suffice to see that nothing on a node is worth too much (only a price of slots if not), and the shapes
	// whose limit per node has to be kept when every combination is tried.
	UnitPrice []Vector
	Strict    []int
}

// certificate translates a proof for a scope's instance into the terms of the problem.
func (cg *colgen) certificate(sc *scope, pf *proof) *Certificate {
	in := cg.in
	c := sc.empty()
	c.NodePrice = pf.node
	if cg.farleyScale(pf) == 0 {
		return nil
	}
	for k := range in.kinds {
		if price := in.kinds[k].price; in.kinds[k].limit == 0 && price > 0 {
			c.Scale = max(c.Scale, ceilDiv(pf.worth[k]+pf.node, price))
		}
	}
	for k := range in.kinds {
		t := in.kinds[k].index
		if in.kinds[k].limit > 0 {
			c.Rent[t] = max(0, pf.worth[k]+pf.node-in.kinds[k].price*c.Scale)
		}
		if pf.exact[k] {
			c.UnitPrice[t][Pods] = pf.slot[k]
		} else {
			c.UnitPrice[t] = pf.unit[k]
		}
	}
	c.copyUnitPrices(sc, in)
	for i := range in.items {
		for _, m := range in.items[i].members {
			c.PodPrice[m.Shape] = pf.value[i]
			if cg.pricer.strict[i] {
				c.Strict = append(c.Strict, m.Shape)
			}
		}
	}
	return c
}

// copyUnitPrices gives node types that the instance left out the unit prices of one that
// beats them in capacity and price: what holds there holds here.
func (c *Certificate) copyUnitPrices(sc *scope, in *instance) {
	p := sc.sp.p
	var total Vector
	for s, n := range sc.counts {
		total = minus(total, p.Shapes[s].Size, -n)
	}
	kept := map[int]bool{}
	for k := range in.kinds {
		kept[in.kinds[k].index] = true
	}
	for t := range p.NodeTypes {
		room := p.NodeTypes[t].Capacity
		for r := range room {
			room[r] = min(room[r], total[r]) // as the kinds' are
		}
		for k := range in.kinds {
			by := &in.kinds[k]
			if !kept[t] && by.limit == 0 && p.NodeTypes[by.index].Price <= p.NodeTypes[t].Price && fitsIn(room, by.capacity) {
				c.UnitPrice[t] = c.UnitPrice[by.index]
			}
		}
	}
}
