package model

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"meshplan/internal/pack"
)

// Study plans many scenarios that lie near one another, as the slow analyses do. Its
// plans have the numbers and the verdict of [Evaluate], without what only a reader looks
// at: no layouts, node groups, warnings, excuses or sentence. A packing that it has
// met before is not done again. A Study is for one goroutine.
type Study struct {
	// Compare also fills in what an autoscaler would buy and the nodes of a rolling
	// update. It is off at first: neighbours are compared by the plan itself.
	Compare bool

	catalog Catalog
	packed  map[[sha256.Size]byte]pack.Solution
	key     []byte     // reused between packings
	sound   []Workload // the last list that passed its checks
}

// NewStudy returns an empty study.
func NewStudy(c Catalog) *Study {
	return &Study{catalog: c, packed: map[[sha256.Size]byte]pack.Solution{}}
}

// Evaluate plans a scenario with quick packing, whatever effort it asks for. Errors are
// those of [Evaluate].
func (st *Study) Evaluate(s Scenario) (Plan, error) {
	in, err := st.decide(s)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		ModelVersion: Version, CatalogAsOf: st.catalog.AsOf(), AsOf: value(s.Run.AsOf, st.catalog.AsOf()),
		Application: in.totals(), Nodes: in.shownTypes(), Results: make([]Result, 0, len(patterns)), Inputs: in.record,
	}
	by := packings{solve: st.solve, firstFit: st.firstFit}
	all, err := in.packAll(by)
	if err != nil {
		return Plan{}, err
	}
	for _, p := range all {
		r, err := in.priced(p.pattern, p.demand, p.solution)
		if err != nil {
			return Plan{}, err
		}
		if st.Compare && r.Status != StatusInfeasible {
			if err := in.comparePackings(&r, p, by); err != nil {
				return Plan{}, err
			}
		}
		plan.Results = append(plan.Results, r)
	}
	compare(plan.Results)
	roundPlan(&plan)
	plan.Uses = in.uses(plan.Results)
	c := newCourt(s.Needs, in.preset, s, &plan)
	plan.Verdict, plan.Reasoning = c.verdict()
	return plan, nil
}

// decide validates a scenario and decides every value in it. Neighbours share their list
// of workloads, whose rows are checked once.
func (st *Study) decide(s Scenario) (*inputs, error) {
	tagged := s
	if n := len(s.Workloads); n > 0 && n == len(st.sound) && &s.Workloads[0] == &st.sound[0] {
		tagged.Workloads = nil
	}
	if err := validateScenario(s, tagged, st.catalog); err != nil {
		return nil, err
	}
	st.sound = s.Workloads
	return decideValid(s, st.catalog)
}

// mostPacked bounds what a study remembers.
const mostPacked = 4096

func (st *Study) solve(_ pattern, p pack.Problem) (pack.Solution, error) {
	return st.remembered(p, 's', func() (pack.Solution, error) {
		return pack.Solve(context.Background(), p, pack.Settings{Effort: pack.Fast, Seed: 1})
	})
}

func (st *Study) firstFit(p pack.Problem) (pack.Solution, error) {
	return st.remembered(p, 'f', func() (pack.Solution, error) { return pack.FirstFit(p) })
}

// remembered packs a problem in the way that by names, or recalls the solution: counts of
// nodes per type, without the placement.
func (st *Study) remembered(p pack.Problem, by byte, solve func() (pack.Solution, error)) (pack.Solution, error) {
	key := st.problemKey(p, by)
	if known, ok := st.packed[key]; ok {
		return known, nil
	}
	solution, err := solve()
	if err != nil {
		return solution, err
	}
	solution.Groups = perType(solution.Groups)
	if len(st.packed) >= mostPacked {
		clear(st.packed)
	}
	st.packed[key] = solution
	return solution, nil
}

// problemKey names a problem, and how it is packed, by content.
func (st *Study) problemKey(p pack.Problem, by byte) [sha256.Size]byte {
	b := append(st.key[:0], by)
	number := func(n int64) { b = binary.LittleEndian.AppendUint64(b, uint64(n)) }
	vector := func(v pack.Vector) {
		for _, n := range v {
			number(n)
		}
	}
	yesNo := func(yes bool) {
		bit := byte(0)
		if yes {
			bit = 1
		}
		b = append(b, bit)
	}
	number(int64(p.Zones))
	number(p.MinNodesPerZone)
	number(int64(len(p.Survive)))
	number(int64(len(p.NodeTypes)))
	for _, t := range p.NodeTypes {
		vector(t.Capacity)
		number(t.Price)
		number(t.Limit)
	}
	for _, s := range p.Shapes {
		vector(s.Size)
		number(s.Count)
		number(s.MaxPerNode)
		number(int64(len(s.NodeTypes)))
		for _, may := range s.NodeTypes {
			yesNo(may)
		}
		yesNo(s.AnyZone)
	}
	b = append(b, p.Survive...)
	st.key = b
	return sha256.Sum256(b)
}

// Demand is what a pattern asks of the nodes, before any packing.
type Demand struct {
	Pattern       string
	Application   Amount // of all pods together, proxies not included
	Proxies       Amount
	ControlPlane  Amount
	Gateways      Amount // ingress gateways and waypoints
	Observability Amount
	DaemonSets    Amount // on each node
	Agents        Amount // the mesh's own, on each node
	// Allocatable of each of Problem.NodeTypes, before headroom, DaemonSets and agents.
	Allocatable []Amount
	// Problem is what the packing is asked; prices are in millionths of a dollar a month.
	Problem pack.Problem
}

// NoPodLimit is the number of pod slots that stands for "no limit" in a [Demand].
const NoPodLimit = noPodLimit

// Demands works out what each pattern asks for, in the order of results, without packing
// anything. Errors are those of [Evaluate], except that a pod that fits on no node is none.
func (st *Study) Demands(s Scenario) ([]Demand, error) {
	in, err := st.decide(s)
	if err != nil {
		return nil, err
	}
	list := make([]Demand, len(patterns))
	for i, p := range patterns {
		d := demandOf(in, p)
		out := Demand{Pattern: p.id, DaemonSets: d.perNode.daemonSets, Agents: d.perNode.agents, Problem: in.problem(d)}
		for _, t := range in.nodeTypes {
			out.Allocatable = append(out.Allocatable, allocatable(t))
		}
		for _, s := range d.shapes {
			out.add(s)
		}
		list[i] = out
	}
	return list, nil
}

// Alone is the demand's problem with one of its node types to buy, which comes first;
// nodes that stand already, with a limit, follow it.
func (d *Demand) Alone(nodeType int) pack.Problem { return onlyType(d.Problem, nodeType) }

func (d *Demand) add(s shape) {
	own := s.total.minus(s.proxy).times(s.count)
	d.Proxies = d.Proxies.plus(s.proxy.times(s.count))
	switch s.kind {
	case SliceControlPlane:
		d.ControlPlane = d.ControlPlane.plus(own)
	case SliceGateways:
		d.Gateways = d.Gateways.plus(own)
	case SliceObservability:
		d.Observability = d.Observability.plus(own)
	default:
		d.Application = d.Application.plus(own)
	}
}
