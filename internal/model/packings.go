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

// What proves a bound, in [Result.BoundProof]. Each holds on its own: a bound without a
// certificate is proved no less, only not checked by separate code.
const (
	ProofCertificate = "certificate" // a certificate that separate code has checked
	ProofExhaustive  = "exhaustive"  // every placement was looked at
	ProofExisting    = "existing"    // the nodes that stand hold everything: nothing is bought
	ProofUnchecked   = "unchecked"   // a certificate too large for the separate check
	ProofArithmetic  = "arithmetic"  // sums of requests and of pods too large to share a node
)

// ProofText is what proves a bound, in a sentence; "" for no proof.
func ProofText(proof string) string {
	return map[string]string{
		ProofCertificate: "Proved by a certificate: separate code checked in whole numbers that no node holds pods worth more than it costs.",
		ProofExhaustive:  "Proved by exhaustive search: every placement there is was looked at, so there is no certificate to check.",
		ProofExisting:    "Proved by the nodes that stand: they hold everything, so no plan buys less.",
		ProofUnchecked:   "Proved by a certificate that is too large for the separate check, so that stands out.",
		ProofArithmetic:  "Proved by arithmetic: sums of what is requested, and of pods too large to share a node. Effort tight looks for a higher bound.",
	}[proof]
}

// boundProof says which of them holds for a packing, certificates left out: to check one
// takes its problem.
func (in *inputs) boundProof(r Result, solution pack.Solution) string {
	switch {
	case solution.Exhausted:
		return ProofExhaustive
	case r.Nodes > 0 && r.Nodes == in.standingNodes():
		return ProofExisting
	}
	return ProofArithmetic
}

// checkCertificate lets a certificate stand for the proof, where there is one. Only effort
// tight makes them.
func (r *Result) checkCertificate(problem pack.Problem, solution pack.Solution) {
	checked, err := certified(problem, solution)
	switch {
	case checked:
		r.CertificateVerified, r.BoundProof = true, ProofCertificate
	case err != nil && r.BoundProof == ProofArithmetic:
		r.BoundProof = ProofUnchecked
	}
}

// certified checks the proof of a packing's bound with code that the packing does not
// share. The error is that of [pack.VerifyCertificate].
func certified(problem pack.Problem, solution pack.Solution) (bool, error) {
	if solution.Certificate == nil {
		return false, nil
	}
	proved, err := pack.VerifyCertificate(problem, *solution.Certificate)
	if err != nil {
		return false, err
	}
	for _, t := range problem.NodeTypes {
		if t.Price > 0 {
			return proved >= solution.CostBound, nil
		}
	}
	return proved >= solution.NodesBound, nil
}
