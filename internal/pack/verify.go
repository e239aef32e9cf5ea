package pack

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// verifyCells bounds the table that VerifyCertificate may need.
const verifyCells = 8_000_000

// VerifyCertificate checks a certificate in integer arithmetic and returns the lower
// bound on cost that it proves (on nodes if every price is zero). The error says which claim
// does not hold, or that checking would take too much memory. It shares no code with Solve.
func VerifyCertificate(p Problem, c Certificate) (bound int64, err error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	v := &verifier{p: &p, c: &c}
	if err := v.shape(); err != nil {
		return 0, err
	}
	for t := range p.NodeTypes {
		if err := v.nodeType(t); err != nil {
			return 0, err
		}
	}
	return v.bound(), nil
}

type verifier struct {
	p     *Problem
	c     *Certificate
	count []int64 // pods the bound is for, per shape
	nodes int64   // nodes that must exist
	most  []int64 // per shape: most on one node
	total Vector  // of all pods
	// Tables by the set of shapes that may be on a node.
	tables []verifiedTable
}

type verifiedTable struct {
	allowed []bool
	slot    int64 // price of a pod slot, taken off the pods' prices
	unit    [2]int64
	cols    int64
	rows    int64
	best    []int64
}

// shape checks the form of the certificate and counts what it is for.
func (v *verifier) shape() error {
	p, c := v.p, v.c
	zones := int64(max(p.Zones, 1))
	if len(c.PodPrice) != len(p.Shapes) || len(c.Rent) != len(p.NodeTypes) || len(c.UnitPrice) != len(p.NodeTypes) {
		return errors.New("pack: the certificate is for another problem")
	}
	if c.Scale <= 0 || c.NodePrice < 0 || c.Zones != 1 && c.Zones != zones {
		return fmt.Errorf("pack: certificate with scale %d, node price %d, %d zones", c.Scale, c.NodePrice, c.Zones)
	}
	if c.Spare && p.Survive != SurviveNode {
		return errors.New("pack: the certificate counts spares that need not be")
	}
	occupied := int64(0)
	for s := range p.Shapes {
		if c.PodPrice[s] < 0 {
			return fmt.Errorf("pack: negative price for shape %d", s)
		}
		n := p.Shapes[s].Count
		each, all := n/zones, n
		reach := min(zones, n)
		if p.Survive == SurviveZone {
			each = n / (zones - 1)
			rest := n % (zones - 1)
			all = each * zones
			reach = min(zones, all)
			if rest > 0 {
				all += rest + 1
				reach = max(reach, rest+1)
			}
		} else if p.Shapes[s].AnyZone && zones > 1 {
			each, reach = 0, min(1, n)
		}
		occupied = max(occupied, reach)
		if c.Zones > 1 {
			all = each
		}
		v.count = append(v.count, all)
		for r, size := range p.Shapes[s].Size {
			v.total[r] += size * all
		}
		most := all
		if p.Shapes[s].MaxPerNode > 0 {
			most = min(most, p.Shapes[s].MaxPerNode)
		}
		v.most = append(v.most, min(most, v.roomiest(s)))
	}
	v.countNodes(zones, occupied)
	return nil
}

// roomiest is how many pods of a shape the node type with most room for them holds.
func (v *verifier) roomiest(s int) int64 {
	var most int64
	shape := &v.p.Shapes[s]
	for t := range v.p.NodeTypes {
		if shape.NodeTypes != nil && !shape.NodeTypes[t] {
			continue
		}
		fit := maxTotal
		for r, size := range shape.Size {
			if size > 0 {
				fit = min(fit, v.p.NodeTypes[t].Capacity[r]/size)
			}
		}
		most = max(most, fit)
	}
	return most
}

func (v *verifier) countNodes(zones, occupied int64) {
	perZone := v.p.MinNodesPerZone
	if v.c.Zones > 1 {
		v.nodes = perZone
		if slices.ContainsFunc(v.count, func(n int64) bool { return n > 0 }) {
			v.nodes = max(v.nodes, 1)
		}
	} else {
		v.nodes = max(perZone*zones, occupied)
	}
	if v.c.Spare && perZone > 0 {
		// Spares count towards the minimum: leave it out rather than count them twice.
		v.nodes = occupied
		if v.c.Zones > 1 {
			v.nodes = min(1, occupied)
		}
	}
}

// price is what a node of type t counts.
func (v *verifier) price(t int) int64 {
	for _, n := range v.p.NodeTypes {
		if n.Price > 0 {
			return v.p.NodeTypes[t].Price
		}
	}
	return 1
}

func (v *verifier) mayHold(s, t int) bool {
	shape := &v.p.Shapes[s]
	if v.count[s] == 0 || shape.NodeTypes != nil && !shape.NodeTypes[t] {
		return false
	}
	for r, size := range shape.Size {
		if size > v.p.NodeTypes[t].Capacity[r] {
			return false
		}
	}
	return true
}

// nodeType checks that nothing on a node of type t is worth more than it may be.
func (v *verifier) nodeType(t int) error {
	if v.c.Rent[t] < 0 || v.c.Rent[t] > 0 && v.p.NodeTypes[t].Limit == 0 {
		return fmt.Errorf("pack: node type %d charges a rent of %d", t, v.c.Rent[t])
	}
	if !v.useful(t) {
		return nil
	}
	allowance := new(big.Int).Mul(big.NewInt(v.c.Scale), big.NewInt(v.price(t)))
	allowance.Add(allowance, big.NewInt(v.c.Rent[t]))
	allowance.Sub(allowance, big.NewInt(v.c.NodePrice))
	if v.byUnitPrices(t).Cmp(allowance) <= 0 {
		return nil
	}
	worth, err := v.byTable(t)
	if err != nil {
		return err
	}
	if big.NewInt(worth).Cmp(allowance) > 0 {
		return fmt.Errorf("pack: pods worth %d fit on node type %d, which allows %v", worth, t, allowance)
	}
	return nil
}

// byUnitPrices bounds what a node collects: its capacity at the unit prices, plus what
// pods pay above those prices, at most so many of each shape.
func (v *verifier) byUnitPrices(t int) *big.Int {
	sum := new(big.Int)
	add := func(a, b int64) { sum.Add(sum, new(big.Int).Mul(big.NewInt(a), big.NewInt(b))) }
	unit := v.c.UnitPrice[t]
	for r, u := range unit {
		if u < 0 {
			u, unit[r] = 0, 0
		}
		add(u, v.capacity(t)[r])
	}
	for size, members := range v.groups(t) {
		fit, pays := int64(1)<<62, new(big.Int)
		for r, u := range unit {
			pays.Add(pays, new(big.Int).Mul(big.NewInt(u), big.NewInt(size[r])))
			if size[r] > 0 {
				fit = min(fit, v.capacity(t)[r]/size[r])
			}
		}
		for _, m := range members {
			n := min(m.most, fit)
			fit -= n
			if over := new(big.Int).Sub(big.NewInt(m.price), pays); over.Sign() > 0 {
				sum.Add(sum, over.Mul(over, big.NewInt(n)))
			}
		}
	}
	return sum
}

// member is a shape of a group: all shapes of one size that a type may hold, of which
// together no more fit than of one.
type member struct{ price, most int64 }

func (v *verifier) groups(t int) map[Vector][]member {
	groups := map[Vector][]member{}
	for s := range v.p.Shapes {
		if v.mayHold(s, t) && v.c.PodPrice[s] > 0 {
			size := v.p.Shapes[s].Size
			groups[size] = append(groups[size], member{price: v.c.PodPrice[s], most: v.most[s]})
		}
	}
	for _, members := range groups {
		slices.SortFunc(members, func(a, b member) int { return cmp.Compare(b.price, a.price) })
	}
	return groups
}

// bound adds up what the certificate proves.
func (v *verifier) bound() int64 {
	p, c := v.p, v.c
	sum := new(big.Int).Mul(big.NewInt(c.NodePrice), big.NewInt(v.nodes))
	for s, n := range v.count {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(c.PodPrice[s]), big.NewInt(n)))
	}
	for t, rent := range c.Rent {
		sum.Sub(sum, new(big.Int).Mul(big.NewInt(rent), big.NewInt(p.NodeTypes[t].Limit)))
	}
	if sum.Sign() < 0 {
		return 0
	}
	sum.Add(sum, big.NewInt(c.Scale-1)).Div(sum, big.NewInt(c.Scale))
	quantum := v.quantum()
	sum.Add(sum, new(big.Int).Sub(quantum, big.NewInt(1))).Div(sum, quantum).Mul(sum, quantum)
	bound := sum.Mul(sum, big.NewInt(c.Zones)).Int64()
	if c.Spare {
		bound += v.spareCost()
	}
	return bound
}

// quantum divides the cost of some cheapest placement: the greatest common divisor of
// the prices of all types that no other type can stand in for.
func (v *verifier) quantum() *big.Int {
	quantum := new(big.Int)
	for t := range v.p.NodeTypes {
		replaceable := !v.useful(t)
		for by := range v.p.NodeTypes {
			replaceable = replaceable || by != t && v.replaces(by, t) && (by < t || !v.replaces(t, by))
		}
		if !replaceable {
			quantum.GCD(nil, nil, quantum, big.NewInt(v.price(t)))
		}
	}
	if quantum.Sign() == 0 {
		quantum.SetInt64(1)
	}
	return quantum
}

// useful reports whether nodes of type t can be part of a cheapest placement.
func (v *verifier) useful(t int) bool {
	for s := range v.p.Shapes {
		if v.mayHold(s, t) {
			return true
		}
	}
	return v.p.MinNodesPerZone > 0
}

// replaces reports whether any node of type t may be one of type by at no more cost.
func (v *verifier) replaces(by, t int) bool {
	a, b := &v.p.NodeTypes[by], &v.p.NodeTypes[t]
	if a.Limit > 0 || v.price(by) > v.price(t) {
		return false
	}
	for r := range a.Capacity {
		if a.Capacity[r] < min(b.Capacity[r], v.total[r]) {
			return false
		}
	}
	for s := range v.p.Shapes {
		mask := v.p.Shapes[s].NodeTypes
		if v.count[s] > 0 && mask != nil && mask[t] && !mask[by] {
			return false
		}
	}
	return true
}

// capacity is what a node of type t can be filled with: no more than all pods together.
func (v *verifier) capacity(t int) Vector {
	c := v.p.NodeTypes[t].Capacity
	for r := range c {
		c[r] = min(c[r], v.total[r])
	}
	return c
}

// spareCost is what the spare for the shape that is dearest to spare costs at least.
func (v *verifier) spareCost() int64 {
	var dearest int64
	for s := range v.p.Shapes {
		if v.p.Shapes[s].Count == 0 {
			continue
		}
		least := int64(-1)
		for t := range v.p.NodeTypes {
			if v.fitsAlone(s, t) && (least < 0 || v.price(t) < least) {
				least = v.price(t)
			}
		}
		dearest = max(dearest, least)
	}
	return dearest
}

func (v *verifier) fitsAlone(s, t int) bool {
	saved := v.count[s]
	v.count[s] = 1
	ok := v.mayHold(s, t)
	v.count[s] = saved
	return ok
}
