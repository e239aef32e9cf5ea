package model

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"meshplan/internal/pack"
)

// How many node types get an excuse, and how many of them are packed alone for it: a
// region has hundreds, and a reader looks at those that came close.
const (
	mostNodeExcuses = 12
	mostPackedAlone = 4
	mostShapesAlone = 200
)

// contender is a node type that may be used and is not: what the whole plan would cost on
// it alone. Money is in millionths of a dollar a month, as in the packing.
type contender struct {
	index int
	nodes int64
	cost  int64
	whole bool // packed whole; otherwise nodes and cost are what no packing can beat
}

// nodeExcuses says why the node types that may be used and are not were left out: for the
// pattern that the verdict points to, or without a mesh.
func (in *inputs) nodeExcuses(ctx context.Context, plan *Plan) []Excuse {
	r := plan.subject()
	p, known := patternByID(r.Pattern)
	if len(in.nodeTypes) < 2 || !known || r.Status == string(pack.Infeasible) {
		return nil
	}
	problem := in.problem(demandOf(in, p))
	used := map[string]bool{}
	var chosen contender
	for _, g := range r.NodeGroups {
		if !g.Existing { // what a reader sees is rounded to cents: priced anew
			used[g.NodeType] = true
			chosen.nodes += g.Count
			chosen.cost += g.Count * in.priceMicroUSD(slices.IndexFunc(in.nodeTypes, func(t NodeType) bool { return t.Name == g.NodeType }))
		}
	}
	var list []Excuse
	var close []contender
	for i, t := range problem.NodeTypes {
		if used[t.Name] || in.standing[i] > 0 {
			continue
		}
		if e, kept := keptOut(problem, i); kept {
			list = append(list, e)
			continue
		}
		if e, small := tooSmall(problem, i); small {
			list = append(list, e)
			continue
		}
		close = append(close, in.fewestAlone(problem, i))
	}
	slices.SortStableFunc(close, func(a, b contender) int { return cmp.Compare(a.cost, b.cost) })
	close = close[:min(len(close), mostNodeExcuses)]
	for i := range close {
		if i < mostPackedAlone && close[i].cost < chosen.cost && len(problem.Shapes) <= mostShapesAlone {
			close[i] = in.packedAlone(ctx, problem, close[i])
		}
	}
	var excuses []Excuse
	for _, c := range close {
		excuses = append(excuses, in.nodeExcuse(c, chosen))
	}
	return append(excuses, list[:min(len(list), mostNodeExcuses-len(close))]...)
}

// tooSmall is the excuse of a type on which the largest pod does not fit.
func tooSmall(problem pack.Problem, i int) (Excuse, bool) {
	t := problem.NodeTypes[i]
	units := [...]string{"m of CPU", " MiB of memory", " pod slots"}
	e := Excuse{Subject: t.Name, Kind: "node_type", Reason: "too_small", Field: "node_type"}
	for _, s := range problem.Shapes {
		for resource := range s.Size {
			if missing := s.Size[resource] - t.Capacity[resource]; s.Count > 0 && float64(missing) > e.Shortfall {
				e.Shortfall = float64(missing)
				e.Message = fmt.Sprintf("a pod of %dm and %d MiB does not fit on it: %d%s short", s.Size[pack.CPU], s.Size[pack.Memory], missing, units[resource])
			}
		}
	}
	return e, e.Shortfall > 0
}

// keptOut is the excuse of a type that some pods may not use.
func keptOut(problem pack.Problem, i int) (Excuse, bool) {
	var pods int64
	for _, s := range problem.Shapes {
		if s.NodeTypes != nil && !s.NodeTypes[i] {
			pods += s.Count
		}
	}
	return Excuse{
		Subject: problem.NodeTypes[i].Name, Kind: "node_type", Reason: "kept_out", Field: workloadsParam, Shortfall: float64(pods),
		Message: fmt.Sprintf("%d pods may not run on it, by architecture, node type or taint", pods),
	}, pods > 0
}

// fewestAlone is how many nodes of one type are needed at least beside the standing ones:
// the sum of requests that is left ÷ what a node holds, rounded up, for the resource that
// wants most.
func (in *inputs) fewestAlone(problem pack.Problem, i int) contender {
	t := problem.NodeTypes[i]
	var sum pack.Vector
	for _, s := range problem.Shapes {
		for resource := range s.Size {
			sum[resource] += s.Size[resource] * s.Count
		}
	}
	n := problem.MinNodesPerZone * int64(max(problem.Zones, 1))
	for j, standing := range in.standing {
		n = max(n-standing, 0)
		for resource := range sum {
			sum[resource] = max(sum[resource]-standing*problem.NodeTypes[j].Capacity[resource], 0)
		}
	}
	for resource := range sum {
		if capacity := t.Capacity[resource]; capacity > 0 {
			n = max(n, (sum[resource]+capacity-1)/capacity)
		}
	}
	return contender{index: i, nodes: n, cost: n * t.Price}
}

// packedAlone packs everything on the standing nodes and one type. What cannot be packed
// keeps its bound.
func (in *inputs) packedAlone(ctx context.Context, problem pack.Problem, c contender) contender {
	solution, err := pack.Solve(ctx, onlyType(problem, c.index), pack.Settings{Effort: pack.Fast, Seed: 1})
	if err != nil || solution.Status == pack.Infeasible {
		return c
	}
	packed := contender{index: c.index, cost: solution.Cost, whole: true}
	for _, g := range solution.Groups {
		if g.NodeType == 0 {
			packed.nodes += g.Count
		}
	}
	return packed
}

// nodeExcuse compares a type with the nodes chosen, first without the fee on every node:
// a fee weighs on many small nodes and not on few large ones.
func (in *inputs) nodeExcuse(c, chosen contender) Excuse {
	t := in.nodeTypes[c.index]
	fee := int64(math.Round(in.nodeFeeUSD * microUSD))
	e := Excuse{Subject: t.Name, Kind: "node_type", Reason: "dearer", Field: "monthly_cost_usd", Shortfall: float64(c.cost-chosen.cost) / microUSD}
	usd := func(cost int64) float64 { return float64(cost) / microUSD }
	needs := fmt.Sprintf("it takes at least %s of it, for $%.2f a month", nodeCount(c.nodes), usd(c.cost))
	if c.whole {
		needs = fmt.Sprintf("%s of it would hold every pod, for $%.2f a month", nodeCount(c.nodes), usd(c.cost))
	}
	against := fmt.Sprintf("; the plan takes %s for $%.2f", nodeCount(chosen.nodes), usd(chosen.cost))
	switch {
	case c.cost < chosen.cost && c.whole:
		e.Reason, e.Field, e.Shortfall = "cheaper_alone", "node_type", 0
		e.Message = needs + against + ": the quick packing of a mix is not always the cheapest. Name this type, or plan with effort tight"
	case c.cost < chosen.cost:
		e.Reason, e.Shortfall = "nothing_cheaper_found", 0
		e.Message = fmt.Sprintf("no cheaper packing with it was found; pods cut in pieces would need %s of it, for $%.2f a month", nodeCount(c.nodes), usd(c.cost))
	case fee > 0 && c.cost-fee*c.nodes < chosen.cost-fee*chosen.nodes:
		e.Reason, e.Field = "fee", "node_monthly_fee_usd"
		e.Message = fmt.Sprintf("%s%s. Without the fee of $%s on every node it would be cheaper: $%.2f against $%.2f",
			needs, against, money(in.nodeFeeUSD), usd(c.cost-fee*c.nodes), usd(chosen.cost-fee*chosen.nodes))
	default:
		e.Message = needs + against
	}
	return e
}

func nodeCount(n int64) string {
	if n == 1 {
		return "1 node"
	}
	return whole(n) + " nodes"
}
