package model

import (
	"context"
	"errors"
	"math"
	"slices"

	"meshplan/internal/pack"
)

// What is known of a [Result]: see the statuses of package pack.
const (
	StatusOptimal     = string(pack.Optimal)
	StatusFeasible    = string(pack.Feasible)
	StatusInterrupted = string(pack.Interrupted)
	StatusInfeasible  = string(pack.Infeasible)
)

// Progress is a step of a packing that takes its time.
type Progress = pack.Progress

// Evaluate is the model: a scenario and a catalog in, a plan out. It has no clock, no
// randomness, no log and no I/O; the same arguments give the same plan.
//
// The steps, in reading order: validate, decide every value (resolve), work out what
// each pattern asks for (demandOf), pack it (pack.Solve), price it, compare, judge.
//
// The error is an *InputError with everything that is wrong with the scenario, or a
// *LimitError when it is too large to plan.
func Evaluate(s Scenario, c Catalog) (Plan, error) {
	return EvaluateTight(context.Background(), s, c, nil)
}

// EvaluateTight is Evaluate for a scenario whose packing may take seconds (effort
// tight): it reports progress, and when the context ends it answers with the best
// packing so far, marked interrupted.
func EvaluateTight(ctx context.Context, s Scenario, c Catalog, progress func(pattern string, p Progress)) (Plan, error) {
	in, err := decide(s, c)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		ModelVersion: Version, CatalogAsOf: c.AsOf(), AsOf: value(s.Run.AsOf, c.AsOf()),
		Application: in.totals(), Nodes: in.shownTypes(),
	}
	by := packingsOf(ctx, pack.Settings{Effort: pack.Effort(value(s.Run.Effort, string(pack.Fast))), Seed: uint64(value(s.Run.Seed, 1))}, progress)
	all, err := in.packAll(by)
	if err != nil {
		return Plan{}, err
	}
	for _, p := range all {
		r, err := in.planPattern(p, by)
		if err != nil {
			return Plan{}, err
		}
		plan.Results = append(plan.Results, r)
	}
	compare(plan.Results)
	roundPlan(&plan) // before the verdict, so that it sees what the user sees
	plan.Observability, plan.Latency, plan.Traffic, plan.Startup = in.observability(), in.latency(), in.trafficOf(), in.startup()
	plan.Inputs = in.record
	plan.Uses = in.uses(plan.Results)
	plan.Warnings = in.warnings(&plan)
	judge(s, in.preset, &plan)
	plan.Excuses = append(plan.Excuses, in.nodeExcuses(ctx, &plan)...)
	return plan, nil
}

// decide validates a scenario and decides every value in it.
func decide(s Scenario, c Catalog) (*inputs, error) {
	if err := Validate(s, c); err != nil {
		return nil, err
	}
	return decideValid(s, c)
}

// decideValid decides every value in a scenario that is validated.
func decideValid(s Scenario, c Catalog) (*inputs, error) {
	in, err := resolve(withTypical(s), c)
	if err != nil {
		return nil, err
	}
	in.decideMesh()
	in.decideTelemetry()
	in.decideCalls()
	in.decideRestarts()
	return in, nil
}

func (in *inputs) totals() Totals {
	t := Totals{Services: countServices(in.list)}
	namespaces := map[string]bool{}
	for _, w := range in.list {
		namespaces[w.Namespace] = true
		t.Pods += w.pods()
		if w.meshed() && isService(w) {
			t.MeshedServices += w.Services
		}
		if w.meshed() {
			t.MeshedPods += w.pods()
		}
		if w.Kind == kindDaemonSet {
			continue
		}
		request, _ := podRequest(in, noMesh, w)
		t.CPURequestedMillicores += request.CPUMillicores * w.pods()
		t.MemoryRequestedMiB += request.MemoryMiB * w.pods()
	}
	t.Namespaces = int64(len(namespaces))
	return t
}

// planPattern prices a packing, compares it with others and draws its nodes.
func (in *inputs) planPattern(p patternPacking, by packings) (Result, error) {
	r, err := in.priced(p.pattern, p.demand, p.solution)
	if err != nil || p.solution.Status == pack.Infeasible {
		return r, err
	}
	r.checkCertificate(p.problem, p.solution)
	if err := in.comparePackings(&r, p, by); err != nil {
		return r, err
	}
	solution := p.solution
	solution.Groups = append(slices.Clone(solution.Groups), in.idle(solution)...)
	r.NodeGroups = in.nodeGroups(solution)
	r.Layouts = in.layouts(p.demand, solution)
	in.misfits = append(in.misfits, in.overfull(p, r.NodeGroups)...)
	return r, nil
}

// priced puts a packing in numbers: nodes, cost, requests.
func (in *inputs) priced(p pattern, d demand, solution pack.Solution) (Result, error) {
	r := Result{
		Pattern: p.id, Title: p.title, Readiness: p.readiness, FirstToFail: p.firstToFail, Status: string(solution.Status),
		NodeGroups: []NodeGroup{}, Layouts: []Layout{}, Parts: []Part{},
	}
	if solution.Status == pack.Infeasible {
		r.NodesLowerBound = solution.NodesBound
		return in.infeasible(r, p, d, solution)
	}
	b := in.billOf(solution)
	r.Nodes, r.NodesLowerBound = b.nodes, b.nodesBound
	r.MonthlyCostUSD = float64(b.cost)/microUSD + in.controlUSD
	r.MonthlyCostLowerBoundUSD = float64(b.costBound)/microUSD + in.controlUSD
	if b.cost > 0 {
		r.GapShare = float64(b.cost-b.costBound) / float64(b.cost)
	}
	if b.optimal {
		r.Status = StatusOptimal
	}
	r.Proved, r.BoundProof = b.optimal, in.boundProof(r, solution)
	r.Preset, r.FellBack = in.presetOf(p)
	in.addTotals(&r, d, solution)
	return r, nil
}

// addTotals counts pods and requests, with what runs on every node.
func (in *inputs) addTotals(r *Result, d demand, solution pack.Solution) {
	every := d.perNode.daemonSets.plus(d.perNode.agents)
	sum := every.times(r.Nodes)
	var placed int64
	for _, s := range d.shapes {
		sum = sum.plus(s.total.times(s.count))
		placed += s.count
	}
	r.CPURequestedMillicores, r.MemoryRequestedMiB, r.Pods = sum.CPUMillicores, sum.MemoryMiB, sum.Pods
	r.Parts = make([]Part, 0, len(d.parts))
	if placed > 0 {
		r.BindingResource = solution.Binding.String()
	}
	for _, part := range d.parts {
		if part.Scope == scopeNode {
			part.Count = r.Nodes
		}
		r.Parts = append(r.Parts, part)
	}
}

// presetOf says whose figures a pattern uses.
func (in *inputs) presetOf(p pattern) (id string, fellBack bool) {
	if p.assumption == "" || in.preset.CoversPattern(p.id) {
		return in.preset.ID, false
	}
	a, _ := in.preset.Assume(p.assumption)
	return a.PresetID, true
}

// compare fills in growth against the first result, the baseline.
func compare(results []Result) {
	base := results[0]
	for i := range results {
		r := &results[i]
		if r.Status == StatusInfeasible {
			continue
		}
		r.CostGrowth = ratio(r.MonthlyCostUSD, base.MonthlyCostUSD)
		r.NodeGrowth = ratio(float64(r.Nodes), float64(base.Nodes))
		r.CPUGrowth = ratio(float64(r.CPURequestedMillicores), float64(base.CPURequestedMillicores))
		r.MemoryGrowth = ratio(float64(r.MemoryRequestedMiB), float64(base.MemoryRequestedMiB))
		if growth := r.headlineGrowth(); growth != nil {
			doubles := *growth >= doubling
			r.Doubles = &doubles
		}
	}
}

// doubling is the growth from which a cluster "doubles".
const doubling = 2

// headlineGrowth is cost growth, or node growth where nodes have no price.
func (r *Result) headlineGrowth() *float64 {
	if r.CostGrowth != nil {
		return r.CostGrowth
	}
	return r.NodeGrowth
}

// ratio is after ÷ before, nil where nothing was there before: never Inf or NaN.
func ratio(after, before float64) *float64 {
	if before <= 0 {
		return nil
	}
	q := after / before
	return &q
}

// roundPlan rounds at the edge: money to cents, growth and gap to four decimals.
func roundPlan(p *Plan) {
	round := func(v *float64, digits float64) {
		if v != nil {
			*v = math.Round(*v*digits) / digits
		}
	}
	const cents, parts = 100, 10_000
	for i := range p.Results {
		r := &p.Results[i]
		round(&r.MonthlyCostUSD, cents)
		round(&r.MonthlyCostLowerBoundUSD, cents)
		round(r.AutoscalerMonthlyCostUSD, cents)
		round(r.SurgeMonthlyCostUSD, cents)
		for _, growth := range []*float64{r.CostGrowth, r.NodeGrowth, r.CPUGrowth, r.MemoryGrowth, &r.GapShare} {
			round(growth, parts)
		}
		for j := range r.NodeGroups {
			round(&r.NodeGroups[j].MonthlyCostUSD, cents)
		}
	}
}

// packError turns a problem that the packing refuses as too large into a LimitError.
func packError(err error) error {
	var refused *pack.ProblemError
	if errors.As(err, &refused) {
		return &LimitError{FieldError{
			Field: workloadsParam, Value: "", Rule: "limit", Message: refused.Error(),
			Fix: "Lower replicas or requests, or plan one cluster at a time",
		}}
	}
	return err
}
