package pack

import "errors"

// scope is what a certificate speaks of: the unsplit demand, or what each zone holds at
// least.
type scope struct {
	sp       *spread
	counts   []int64
	zones    int64
	minNodes int64
	spare    bool
}

// scopes lists what bounds can be proved for.
func (sp *spread) scopes() []scope {
	p := sp.p
	spare := p.Survive == SurviveNode && sp.occupied > 0
	all := scope{sp: sp, counts: sp.total, zones: 1, minNodes: max(p.MinNodesPerZone*sp.zones, sp.occupied), spare: spare}
	if spare && p.MinNodesPerZone > 0 {
		all.minNodes = sp.occupied // spares count towards the minimum
	}
	if sp.zones == 1 {
		return []scope{all}
	}
	occupied := min(1, sp.podsPerZone())
	each := scope{sp: sp, counts: sp.floor, zones: sp.zones, minNodes: max(p.MinNodesPerZone, occupied), spare: spare}
	if spare && p.MinNodesPerZone > 0 {
		each.minNodes = occupied
	}
	return []scope{all, each}
}

func (sc *scope) reduce() *instance {
	in := reduce(sc.sp.p, sc.counts, sc.sp.p.limits())
	in.minNodes = sc.minNodes
	return in
}

// value is the bound that a certificate for the scope states; whether it is proved is
// for [VerifyCertificate] to say.
func (sc *scope) value(c *Certificate, quantum int64) int64 {
	p := sc.sp.p
	sum := wide{}.addMul(c.NodePrice, sc.minNodes)
	for s, n := range sc.counts {
		sum = sum.addMul(c.PodPrice[s], n)
	}
	var rents wide
	for t := range p.NodeTypes {
		rents = rents.addMul(c.Rent[t], p.NodeTypes[t].Limit)
	}
	bound := roundUp(sum.sub(rents).divCeil(c.Scale), quantum) * sc.zones
	if c.Spare && p.free() {
		bound++
	} else if c.Spare {
		bound += p.leastSpareCost(sc.sp.total)
	}
	return bound
}

// empty is a certificate for the scope that states nothing yet.
func (sc *scope) empty() *Certificate {
	p := sc.sp.p
	return &Certificate{Zones: sc.zones, Scale: 1, Spare: sc.spare, PodPrice: make([]int64, len(p.Shapes)), Rent: make([]int64, len(p.NodeTypes)), UnitPrice: make([]Vector, len(p.NodeTypes))}
}

// QuickCertificate proves the best bound on cost (on nodes if every price is zero) that
// Fast knows, and returns it with the certificate. The error is one of Validate, or says
// that the problem has no placement at all.
func QuickCertificate(p Problem) (Certificate, int64, error) {
	if err := p.Validate(); err != nil {
		return Certificate{}, 0, err
	}
	sp := split(&p, dealRound)
	if sp.impossible() != nil || len(p.NodeTypes) == 0 {
		return Certificate{}, 0, errors.New("pack: nothing to certify: some shape fits nowhere, or there are no node types")
	}
	c, bound := sp.quickCertificate()
	return *c, bound, nil
}

func (sp *spread) quickCertificate() (best *Certificate, bound int64) {
	bound = -1
	for _, sc := range sp.scopes() {
		in := sc.reduce()
		if len(in.kinds) == 0 {
			continue
		}
		quantum := in.priceQuantum()
		for _, c := range []*Certificate{sc.byNodes(in), sc.byResource(in), sc.byItem(in)} {
			if c == nil {
				continue
			}
			c.copyUnitPrices(&sc, in)
			if v := sc.value(c, quantum); v > bound {
				best, bound = c, v
			}
		}
	}
	if best == nil {
		best, bound = sp.scopes()[0].empty(), 0
	}
	return best, bound
}

// byNodes charges only for the nodes that there must be.
func (sc *scope) byNodes(in *instance) *Certificate {
	c := sc.empty()
	c.NodePrice = in.kinds[0].price
	for k := range in.kinds {
		c.NodePrice = min(c.NodePrice, in.kinds[k].price)
	}
	return c
}

// byResource charges the prices of the fractional problem.
func (sc *scope) byResource(in *instance) *Certificate {
	c := sc.empty()
	prices := make([]int64, len(in.kinds))
	for k := range in.kinds {
		prices[k] = in.kinds[k].price
	}
	rp, _ := in.fractional(prices, in.minNodes)
	c.Scale, c.NodePrice = 1<<rp.shift, rp.node
	for k := range in.kinds {
		if !rp.rent[k].atMost(maxTotal) {
			return nil
		}
		c.Rent[in.kinds[k].index] = int64(rp.rent[k].lo)
		c.UnitPrice[in.kinds[k].index] = rp.unit[k]
	}
	for i := range in.items {
		price := in.itemPrice(&rp, i)
		if !price.atMost(maxTotal) {
			return nil
		}
		for _, m := range in.items[i].members {
			c.PodPrice[m.Shape] = int64(price.lo)
		}
	}
	return c
}

// byItem charges only the pods of the item that is dearest alone.
func (sc *scope) byItem(in *instance) *Certificate {
	var best *Certificate
	var most wide
	for i := range in.items {
		if len(in.items[i].members) > 1 {
			continue
		}
		price, fit := int64(0), int64(0)
		for k := range in.kinds {
			n := in.fit(i, k)
			// price/fit of k is less: compare crosswise
			if n > 0 && (fit == 0 || (wide{}).addMul(in.kinds[k].price, fit).less(wide{}.addMul(price, n))) {
				price, fit = in.kinds[k].price, n
			}
		}
		total := wide{}.addMul(price, in.items[i].count)
		total = wide{lo: uint64(total.divCeil(max(1, fit)))}
		if best == nil || most.less(total) {
			most, best = total, sc.empty()
			best.Scale = max(1, fit)
			best.PodPrice[in.items[i].members[0].Shape] = price
		}
	}
	return best
}
