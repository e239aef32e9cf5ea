package model

import (
	"slices"

	"meshplan/internal/pack"
)

// patternPacking is a pattern with what it asks for and how that was packed.
type patternPacking struct {
	pattern  pattern
	demand   demand
	problem  pack.Problem
	solution pack.Solution
	likely   *pack.Solution // first-fit's, once it was asked for
}

// packAll packs every pattern. Packing is heuristic, so a pattern may come out dearer
// than one that asks for all of its pods and more; nodes that hold those hold it too, and
// are taken then. No mesh is never shown to cost more than a mesh. Nor does a plan cost
// more than what an autoscaler's first-fit buys: where it does, that is the plan.
func (in *inputs) packAll(by packings) ([]patternPacking, error) {
	all := make([]patternPacking, 0, len(patterns))
	for _, p := range patterns {
		d := demandOf(in, p)
		problem := in.problem(d)
		solution, err := by.solve(p, problem)
		if err != nil {
			return nil, packError(err)
		}
		packed := patternPacking{pattern: p, demand: d, problem: problem, solution: solution}
		if solution.Status != pack.Optimal {
			if err := packed.askFirstFit(by); err != nil {
				return nil, err
			}
			if packed.likely != nil && in.dearer(packed, patternPacking{solution: *packed.likely}) {
				packed.inherit(patternPacking{solution: *packed.likely})
			}
		}
		all = append(all, packed)
	}
	for i := range all {
		for j := range all {
			if in.dearer(all[i], all[j]) && all[j].demand.contains(all[i].demand) {
				all[i].inherit(all[j])
			}
		}
	}
	return all, nil
}

// mostFirstFit is how many kinds of pods first-fit is asked for: it looks at every open
// node for each, and must not double the wait for a huge list.
const mostFirstFit = 5000

// askFirstFit packs as an autoscaler does, once; likely stays nil beyond mostFirstFit.
func (p *patternPacking) askFirstFit(by packings) error {
	if p.likely != nil || len(p.problem.Shapes) > mostFirstFit {
		return nil
	}
	solution, err := by.firstFit(p.problem)
	if err != nil {
		return packError(err)
	}
	p.likely = &solution
	return nil
}

// dearer says whether a costs more than b, or as much with more nodes.
func (in *inputs) dearer(a, b patternPacking) bool {
	if a.solution.Status == pack.Infeasible || b.solution.Status == pack.Infeasible {
		return a.solution.Status == pack.Infeasible && b.solution.Status != pack.Infeasible
	}
	x, y := in.billOf(a.solution), in.billOf(b.solution)
	return x.cost > y.cost || x.cost == y.cost && x.nodes > y.nodes
}

// contains says whether nodes that hold d also hold less: every pod of less has a pod in
// its place that is no smaller, and every node carries no less.
func (d demand) contains(less demand) bool {
	if !less.perNode.daemonSets.plus(less.perNode.agents).within(d.perNode.daemonSets.plus(d.perNode.agents)) {
		return false
	}
	if len(less.shapes) > len(d.shapes) {
		return false
	}
	for i, s := range less.shapes {
		other := d.shapes[i]
		if s.count != other.count || s.limit != other.limit || !s.total.within(other.total) || !slices.Equal(s.types, other.types) {
			return false
		}
	}
	return true
}

func (a Amount) within(b Amount) bool {
	return a.CPUMillicores <= b.CPUMillicores && a.MemoryMiB <= b.MemoryMiB && a.Pods <= b.Pods
}

// inherit takes another pattern's nodes, without the pods that this one does not have.
// What was proved of the own bound stays.
func (p *patternPacking) inherit(from patternPacking) {
	own := p.solution
	p.solution = from.solution
	p.solution.CostBound, p.solution.NodesBound = own.CostBound, own.NodesBound
	p.solution.Binding, p.solution.Unplaceable = own.Binding, nil
	p.solution.Certificate, p.solution.Exhausted = own.Certificate, own.Exhausted
	p.solution.Status = pack.Feasible
	if own.Status == pack.Interrupted {
		p.solution.Status = pack.Interrupted
	}
	if s := &p.solution; s.Cost == s.CostBound && (s.Cost > 0 || s.Nodes == s.NodesBound) {
		s.Status = pack.Optimal
	}
	p.solution.Groups = slices.Clone(from.solution.Groups)
	for i := range p.solution.Groups {
		g := &p.solution.Groups[i]
		g.Pods = slices.DeleteFunc(slices.Clone(g.Pods), func(placed pack.Placed) bool { return placed.Shape >= len(p.demand.shapes) })
	}
}
