package pack

// Bounds are lower bounds on every placement of a [Problem].
type Bounds struct {
	Cost    int64    // no placement costs less
	Nodes   int64    // no placement has fewer nodes
	Binding Resource // the resource that decides Cost (Nodes if all prices are zero)
}

// FractionalBound bounds cost and nodes of the unsplit problem without planning. It
// lets pods be cut into fractions, prices each resource so that no node type is worth
// more than its price, and adds what is left of integrality: pods of one shape per
// node, and with one node type rounded sizes (dual feasible functions). More pods
// of the shapes that are there never lower it, up to a relative 1e-9 of rounding with
// several node types.
// A problem that cannot be placed at all gets zero bounds. Errors are those of Validate.
func FractionalBound(p Problem) (Bounds, error) {
	if err := p.Validate(); err != nil {
		return Bounds{}, err
	}
	sp := split(&p, dealRound)
	if len(p.unplaceable(sp.total)) > 0 || sp.limitReason() == ReasonLimits {
		return Bounds{}, nil
	}
	return sp.bounds(true), nil
}

// bounded is the bound of an instance with the prices that prove it.
type bounded struct {
	Bounds
	prices  resourcePrices
	roomy   bool // the limits leave room for the demand, in fractions
	quantum int64
}

// bound computes the bounds of one instance that must have at least minNodes nodes;
// with monotone it leaves out what is not sure to grow with demand.
func (in *instance) bound(minNodes int64, monotone bool) bounded {
	if len(in.kinds) == 0 {
		return bounded{roomy: len(in.items) == 0}
	}
	if len(in.kinds) == 1 && in.kinds[0].limit == 0 {
		return in.boundSingle(minNodes)
	}
	ones := make([]int64, len(in.kinds))
	prices := make([]int64, len(in.kinds))
	for k := range ones {
		ones[k], prices[k] = 1, in.kinds[k].price
	}
	var b bounded
	byNodes, _ := in.fractional(ones, minNodes)
	b.prices, b.roomy = in.fractional(prices, minNodes)
	if monotone {
		byNodes.value, b.prices.value = byNodes.linear, b.prices.linear
	}
	b.Nodes = max(minNodes, byNodes.value.shiftCeil(byNodes.shift), in.fewestNodesOfAnItem())
	b.quantum = in.priceQuantum()
	b.Cost = roundUp(max(b.prices.value.shiftCeil(b.prices.shift), in.leastCostOfAnItem()), b.quantum)
	binding := &b.prices
	if b.Cost == 0 {
		binding = &byNodes
	}
	b.Binding = in.binding(binding)
	return b
}

// boundSingle is the bound with one unlimited kind, where nodes decide everything.
func (in *instance) boundSingle(minNodes int64) bounded {
	k := &in.kinds[0]
	b := bounded{roomy: true, quantum: max(1, k.price)}
	share := -1.0
	for r := range Resources {
		var demand int64
		for i := range in.items {
			demand += in.items[i].count * in.items[i].size[r]
		}
		if k.capacity[r] == 0 {
			continue
		}
		b.Nodes = max(b.Nodes, ceilDiv(demand, k.capacity[r]))
		if s := float64(demand) / float64(k.capacity[r]); s > share {
			share, b.Binding = s, r
		}
	}
	b.Nodes = max(b.Nodes, minNodes, in.fewestNodesOfAnItem())
	b.Cost = b.Nodes * k.price
	return b
}

// fewestNodesOfAnItem is how many nodes the most demanding item needs alone.
func (in *instance) fewestNodesOfAnItem() int64 {
	var nodes int64
	for i := range in.items {
		var fit int64
		for k := range in.kinds {
			fit = max(fit, in.fit(i, k))
		}
		nodes = max(nodes, ceilDiv(in.items[i].count, max(1, fit)))
	}
	return nodes
}

// leastCostOfAnItem is what the most demanding item costs alone, each pod paying
// its share of the kind that holds it cheapest.
func (in *instance) leastCostOfAnItem() int64 {
	var cost int64
	for i := range in.items {
		least := int64(-1)
		for k := range in.kinds {
			fit := in.fit(i, k)
			if fit == 0 {
				continue
			}
			// count pods at price/fit each, rounded up: fits in 128 bits
			pays := wide{}.addMul(in.kinds[k].price, in.items[i].count).divCeil(fit)
			if least < 0 || pays < least {
				least = pays
			}
		}
		cost = max(cost, least)
	}
	return cost
}

// binding is the resource for which the pods pay most.
func (in *instance) binding(rp *resourcePrices) Resource {
	var pays [Resources]float64
	for i := range in.items {
		it := &in.items[i]
		for k := range in.kinds {
			if !in.allowed(i, k) {
				continue
			}
			for r := range Resources {
				pays[r] += float64(it.count) * float64(it.size[r]) * float64(rp.unit[k][r])
			}
			break
		}
	}
	best := CPU
	for r := range Resources {
		if pays[r] > pays[best]*(1+1e-9) {
			best = r
		}
	}
	return best
}

// priceQuantum is the greatest amount that divides every price: costs are multiples.
func (in *instance) priceQuantum() int64 {
	var g int64
	for k := range in.kinds {
		a := in.kinds[k].price
		for a != 0 {
			g, a = a, g%a
		}
	}
	return max(1, g)
}

func roundUp(v, quantum int64) int64 { return ceilDiv(v, quantum) * quantum }

func ceilDiv(a, b int64) int64 { return a/b + min(1, a%b) }
