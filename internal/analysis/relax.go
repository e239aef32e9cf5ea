package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// microUSD is the unit of prices in a packing problem.
const microUSD = 1e6

// room is a node type in a relaxation: what it offers and costs.
type room struct {
	capacity [3]float64
	priceUSD float64
}

// relax is the cheapest fractional mix of nodes that offers what the demand asks for in
// sum: min Σ price·x, Σ capacity·x ≥ demand. With one type that is the largest of
// demand ÷ capacity. Where nodes have no price the fewest nodes are taken. free is what
// each type of the problem leaves for pods. Nodes that stand already, with a limit, cost
// nothing more: they take what they can hold off the demand.
func relax(d *model.Demand, demand model.Amount, free []model.Amount) fraction {
	asked := [3]float64{float64(demand.CPUMillicores), float64(demand.MemoryMiB), float64(demand.Pods)}
	for i, a := range free {
		for j, amount := range []int64{a.CPUMillicores, a.MemoryMiB, a.Pods} {
			asked[j] = max(asked[j]-float64(d.Problem.NodeTypes[i].Limit)*max(float64(amount), 0), 0)
		}
	}
	var rooms []room
	for i, a := range free {
		if d.Problem.NodeTypes[i].Limit > 0 {
			continue
		}
		r := room{priceUSD: float64(d.Problem.NodeTypes[i].Price) / microUSD}
		for j, amount := range []int64{a.CPUMillicores, a.MemoryMiB, a.Pods} {
			if asked[j] > 0 { // as a multiple of what is asked
				r.capacity[j] = min(max(float64(amount), 0)/asked[j], boundless)
			}
		}
		rooms = append(rooms, r)
	}
	if asked == [3]float64{} {
		return fraction{}
	}
	return cheapestMix(rooms, asked)
}

// boundless keeps a pod limit of "none" from spoiling the arithmetic: a node that offers
// a million times what is asked never binds.
const boundless = 1e6

// cheapestMix solves the relaxation in multiples of what is asked.
func cheapestMix(rooms []room, asked [3]float64) fraction {
	rooms = undominated(rooms)
	var rows []int
	for j := range asked {
		if asked[j] > 0 {
			rows = append(rows, j)
		}
	}
	if alone, ok := bestAlone(rooms, rows); len(rooms) == 1 || !ok {
		return alone
	} else if x, ok := solveMix(rooms, rows); ok {
		mix := fraction{}
		for k := range rooms {
			mix.nodes += x[k]
			mix.costUSD += x[k] * rooms[k].priceUSD
		}
		if mix.costUSD <= alone.costUSD {
			return mix
		}
		return alone
	} else {
		return alone
	}
}

// bestAlone buys one type only, the cheapest for the demand; ok is false if no type
// offers everything that is asked.
func bestAlone(rooms []room, rows []int) (best fraction, ok bool) {
	for _, r := range rooms {
		nodes := 0.0
		for _, j := range rows {
			nodes = max(nodes, 1/r.capacity[j])
		}
		if math.IsInf(nodes, 0) {
			continue
		}
		f := fraction{nodes: nodes, costUSD: nodes * r.priceUSD}
		if !ok || f.costUSD < best.costUSD || f.costUSD == best.costUSD && f.nodes < best.nodes {
			best, ok = f, true
		}
	}
	return best, ok
}

// solveMix runs the simplex method on min price·x, capacity·x − slack = 1.
func solveMix(rooms []room, rows []int) ([]float64, bool) {
	n := len(rooms)
	c := make([]float64, n+len(rows))
	a := mat.NewDense(len(rows), n+len(rows), nil)
	b := make([]float64, len(rows))
	dearest := 0.0
	for _, r := range rooms {
		dearest = max(dearest, r.priceUSD)
	}
	for k, r := range rooms {
		c[k] = 1
		if dearest > 0 {
			c[k] = r.priceUSD / dearest
		}
		for i, j := range rows {
			a.Set(i, k, r.capacity[j])
		}
	}
	for i := range rows {
		a.Set(i, n+i, -1)
		b[i] = 1
	}
	_, x, err := lp.Simplex(c, a, b, 1e-12, nil)
	return x, err == nil
}

// undominated drops types that another offers at least as much as for no more money.
func undominated(rooms []room) []room {
	var kept []room
	for i, r := range rooms {
		beaten := false
		for j, other := range rooms {
			if i != j && other.beats(r) && (!r.beats(other) || j < i) {
				beaten = true
				break
			}
		}
		if !beaten {
			kept = append(kept, r)
		}
	}
	return kept
}

func (r room) beats(other room) bool {
	for j := range r.capacity {
		if r.capacity[j] < other.capacity[j] {
			return false
		}
	}
	return r.priceUSD <= other.priceUSD
}

// withstand adds what resilience asks for: room for the pods of a lost zone in the
// others, a spare node, and the nodes that every zone holds at least.
func withstand(d *model.Demand, f fraction) fraction {
	zones := float64(max(d.Problem.Zones, 1))
	if f.nodes > 0 {
		average := f.costUSD / f.nodes
		switch d.Problem.Survive {
		case pack.SurviveZone:
			f = fraction{f.nodes * zones / (zones - 1), f.costUSD * zones / (zones - 1)}
		case pack.SurviveNode:
			f = fraction{f.nodes + 1, f.costUSD + average}
		}
	}
	missing, cheapest := zones*float64(d.Problem.MinNodesPerZone)-f.nodes, math.Inf(1)
	for _, t := range d.Problem.NodeTypes {
		if missing -= float64(t.Limit); t.Limit == 0 {
			cheapest = min(cheapest, float64(t.Price)/microUSD)
		}
	}
	if missing > 0 {
		f = fraction{f.nodes + missing, f.costUSD + missing*cheapest}
	}
	return f
}
