package web

import (
	"context"

	"meshplan/internal/advice"
	"meshplan/internal/analysis"
	"meshplan/internal/model"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
	"meshplan/internal/validation"
)

// RolloutAnswer is the way into the mesh. Where no mesh pattern fits on the nodes there
// is none, and rollout is null.
type RolloutAnswer struct {
	Pattern string           `json:"pattern" doc:"\"\" when no mesh pattern fits on the nodes"`
	Rollout *rollout.Rollout `json:"rollout"`
}

// MoneyAnswer is the whole money of a mesh. Where no mesh pattern fits on the nodes study
// is null.
type MoneyAnswer struct {
	Pattern  string          `json:"pattern" doc:"\"\" when no mesh pattern fits on the nodes"`
	Study    *money.Study    `json:"study"`
	Accounts []money.Account `json:"accounts" doc:"the money of every pattern that fits"`
}

// AdviceAnswer is what to know beside the numbers.
type AdviceAnswer struct {
	Pattern       string                 `json:"pattern" doc:"\"\" when no mesh pattern fits on the nodes"`
	Versions      advice.VersionAdvice   `json:"versions"`
	FailureModes  []advice.FailureMode   `json:"failure_modes"`
	Before        []advice.Check         `json:"before" doc:"what has to be in order before a mesh"`
	Duties        []advice.Duty          `json:"duties" doc:"what running a mesh takes"`
	UpstreamError []advice.DiagnosisStep `json:"upstream_error" doc:"the road of diagnosis for: upstream connect error or disconnect/reset before headers"`
}

// ClaimsAnswer is the field report's claims in a scenario.
type ClaimsAnswer struct {
	Verdict string             `json:"verdict"`
	Claims  []validation.Claim `json:"claims"`
}

// meshPattern is the pattern asked for or the plan's; "" when none fits on the nodes.
func meshPattern(plan *model.Plan, asked string) string {
	if asked == "" {
		asked = plan.MeshPattern()
	}
	if r := plan.Result(asked); r == nil || r.Status == "infeasible" || r.Pattern == model.PatternNone {
		return ""
	}
	return asked
}

func (s *server) rollout(ctx context.Context, of subject) (RolloutAnswer, bool, error) {
	plan, err := s.planner.plan(ctx, of.scenario)
	if err != nil {
		return RolloutAnswer{}, false, err
	}
	pattern := meshPattern(plan, of.pattern)
	if pattern == "" {
		return RolloutAnswer{}, complete(*plan), nil
	}
	made, err := study(ctx, s.planner, "rollout/"+pattern, of.scenario, of.watch,
		func(ctx context.Context, s model.Scenario, c model.Catalog, progress analysis.Progress) (rollout.Rollout, error) {
			return rollout.Plan(ctx, s, c, pattern, rollout.Progress(progress))
		})
	if err != nil {
		return RolloutAnswer{}, false, err
	}
	r := made.value.(rollout.Rollout)
	return RolloutAnswer{pattern, &r}, complete(*plan) && !r.Interrupted, nil
}

func (s *server) money(ctx context.Context, of subject) (MoneyAnswer, bool, error) {
	plan, err := s.planner.plan(ctx, of.scenario)
	if err != nil {
		return MoneyAnswer{}, false, err
	}
	answer := MoneyAnswer{Pattern: meshPattern(plan, of.pattern), Accounts: money.Accounts(of.scenario, *plan)}
	if answer.Pattern == "" {
		return answer, complete(*plan), nil
	}
	made, err := study(ctx, s.planner, "money/"+answer.Pattern, of.scenario, of.watch,
		func(ctx context.Context, s model.Scenario, c model.Catalog, progress analysis.Progress) (money.Study, error) {
			return money.Run(ctx, s, c, answer.Pattern, money.Progress(progress))
		})
	if err != nil {
		return MoneyAnswer{}, false, err
	}
	m := made.value.(money.Study)
	answer.Study = &m
	return answer, complete(*plan) && !m.Interrupted, nil
}

func (s *server) advice(ctx context.Context, of subject) (AdviceAnswer, bool, error) {
	plan, err := s.planner.plan(ctx, of.scenario)
	if err != nil {
		return AdviceAnswer{}, false, err
	}
	before, err := advice.Before(of.scenario, advice.Manifests{})
	if err != nil {
		return AdviceAnswer{}, false, err
	}
	pattern := meshPattern(plan, of.pattern)
	a := AdviceAnswer{
		Pattern: pattern, Versions: advice.Versions(of.scenario, *plan), Before: before, Duties: advice.Duties(of.scenario),
		FailureModes: []advice.FailureMode{}, UpstreamError: advice.UpstreamError(),
	}
	if pattern != "" {
		a.FailureModes = advice.FailureModes(of.scenario, *plan, pattern)
	}
	return a, complete(*plan), nil
}

func (s *server) claims(ctx context.Context, of subject) (ClaimsAnswer, bool, error) {
	plan, err := s.planner.plan(ctx, of.scenario)
	if err != nil {
		return ClaimsAnswer{}, false, err
	}
	return ClaimsAnswer{plan.Verdict, validation.Claims(*plan, of.scenario)}, complete(*plan), nil
}

// validated holds the model against every published case, once: catalog and model do not
// change while the program runs.
func (s *server) validated(ctx context.Context) (validation.Report, error) {
	const key = "validation"
	if found, ok := s.planner.studies.get(key); ok {
		return found.value.(validation.Report), nil
	}
	return inSlot(ctx, s.planner.slow, func(context.Context) (validation.Report, error) {
		report := validation.Run(s.catalog)
		a, err := jsonAnswer(cacheShared, report)
		if err != nil {
			return report, err
		}
		s.planner.studies.put(key, &studied{report, a}, 3*a.weight())
		return report, nil
	})
}
