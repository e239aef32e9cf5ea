package model

import (
	"context"

	"meshplan/internal/pack"
)

// packings are two ways to pack a problem: as well as can be, and as autoscalers do.
type packings struct {
	solve    func(pattern, pack.Problem) (pack.Solution, error)
	firstFit func(pack.Problem) (pack.Solution, error)
}

// packingsOf are those of a plan that reports how far it is, nil for no report.
func packingsOf(ctx context.Context, settings pack.Settings, progress func(pattern string, p Progress)) packings {
	return packings{
		solve: func(p pattern, problem pack.Problem) (pack.Solution, error) {
			if progress != nil {
				settings.Progress = func(step Progress) { progress(p.id, step) }
			}
			return pack.Solve(ctx, problem, settings)
		},
		firstFit: pack.FirstFit,
	}
}

// comparePackings fills in the figures beside the plan: what an autoscaler's first-fit
// would buy for the same pods, and what a rolling update needs at its height when
// surge_share asks for it. Either stays null where no packing is found.
func (in *inputs) comparePackings(r *Result, p patternPacking, by packings) error {
	if err := p.askFirstFit(by); err != nil {
		return err
	}
	if p.likely != nil {
		r.AutoscalerNodes, r.AutoscalerMonthlyCostUSD = in.nodesAndCost(*p.likely)
	}
	if in.scenario.Nodes.SurgeShare == nil {
		return nil
	}
	height, err := by.solve(p.pattern, surging(p.problem, p.demand))
	if err != nil {
		return packError(err)
	}
	r.SurgeNodes, r.SurgeMonthlyCostUSD = in.nodesAndCost(height)
	return nil
}

func (in *inputs) nodesAndCost(solution pack.Solution) (*int64, *float64) {
	if solution.Status == pack.Infeasible {
		return nil, nil
	}
	b := in.billOf(solution)
	cost := float64(b.cost)/microUSD + in.controlUSD
	return &b.nodes, &cost
}

// certified checks the proof of a packing's bound with code that the packing does not
// share. Only effort tight makes one.
func certified(problem pack.Problem, solution pack.Solution) bool {
	if solution.Certificate == nil {
		return false
	}
	proved, err := pack.VerifyCertificate(problem, *solution.Certificate)
	if err != nil {
		return false
	}
	for _, t := range problem.NodeTypes {
		if t.Price > 0 {
			return proved >= solution.CostBound
		}
	}
	return proved >= solution.NodesBound
}
