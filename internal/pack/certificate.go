package pack

import "math"

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

// certificate translates a proof for an instance into the terms of the problem.
func (cg *colgen) certificate(p *Problem, pf *proof, zones int64, spare bool) *Certificate {
	in := cg.in
	c := &Certificate{Zones: zones, PodPrice: make([]int64, len(p.Shapes)), NodePrice: pf.node, Rent: make([]int64, len(p.NodeTypes)), UnitPrice: make([]Vector, len(p.NodeTypes)), Spare: spare}
	for k := range in.kinds {
		switch price := in.kinds[k].price; {
		case in.kinds[k].limit > 0:
		case price > 0:
			c.Scale = max(c.Scale, ceilDiv(pf.worth[k]+pf.node, price))
		case pf.worth[k]+pf.node > 0:
			return nil
		}
	}
	if c.Scale == 0 {
		return nil
	}
	for k := range in.kinds {
		t := in.kinds[k].index
		if in.kinds[k].limit > 0 {
			c.Rent[t] = max(0, pf.worth[k]+pf.node-in.kinds[k].price*c.Scale)
		}
		if pf.exact[k] {
			c.UnitPrice[t][Pods] = pf.slot[k]
		} else {
			for r := range Resources {
				c.UnitPrice[t][r] = int64(math.Ceil(max(0, pf.unit[k][r]) / float64(max(1, in.kinds[k].capacity[r]))))
			}
		}
	}
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

// value is the bound that the certificate states; whether it is proved is for
// [VerifyCertificate] to say.
func (c *Certificate) value(p *Problem) int64 {
	sp := split(p)
	counts, nodes := sp.total, max(p.MinNodesPerZone*sp.zones, sp.occupied)
	occupied := sp.occupied
	if c.Zones > 1 {
		counts, occupied = sp.floor, min(1, sp.podsPerZone())
		nodes = max(p.MinNodesPerZone, occupied)
	}
	if c.Spare && p.MinNodesPerZone > 0 {
		nodes = occupied
	}
	sum := wide{}.addMul(c.NodePrice, nodes)
	for s, n := range counts {
		sum = sum.addMul(c.PodPrice[s], n)
	}
	var rents wide
	quantum, free := int64(0), p.free()
	for t := range p.NodeTypes {
		rents = rents.addMul(c.Rent[t], p.NodeTypes[t].Limit)
		quantum = gcd(quantum, p.NodeTypes[t].Price)
	}
	bound := roundUp(sum.sub(rents).divCeil(c.Scale), max(1, quantum)) * c.Zones
	if c.Spare && free {
		bound++
	} else if c.Spare {
		bound += p.leastSpareCost(sp.total)
	}
	return bound
}
