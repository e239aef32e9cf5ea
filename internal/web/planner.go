package web

import (
	"context"
	"crypto/sha256"
	"time"

	"meshplan/internal/model"
)

// planner computes plans: a bounded number at once, each scenario once while it stays in
// the cache. Slow analyses have a bound of their own, so that they never delay a plan.
type planner struct {
	catalog model.Catalog
	metrics *metrics
	fast    *pool
	slow    *pool
	plans   *cache[*model.Plan]
	answers *cache[*answer]
	studies *cache[*studied]
}

func newPlanner(config Config, m *metrics) *planner {
	most := max(config.CacheBytes, 0)
	return &planner{
		catalog: config.Catalog, metrics: m,
		fast:    newPool("plans", config.PlanSlots, m),
		slow:    newPool("analyses", (config.PlanSlots+1)/2, m),
		plans:   newCache[*model.Plan]("plans", most/3, m),
		answers: newCache[*answer]("answers", most/3, m),
		studies: newCache[*studied]("analyses", most/3, m),
	}
}

// contentKey names a scenario by its content; a title changes no number, and the weights
// of regret none but its own, which names them itself.
func contentKey(s model.Scenario) string {
	s.Title = ""
	s.Run.WeightOverspend, s.Run.WeightUnderprovision, s.Run.WeightExponent = nil, nil, nil
	sum := sha256.Sum256(model.EncodeJSON(s))
	return string(sum[:])
}

// plan evaluates a scenario or finds the plan in the cache. The plan is shared: read it,
// never change it. The error is the model's, a busy problem, or the context's.
func (p *planner) plan(ctx context.Context, s model.Scenario) (*model.Plan, error) {
	return p.planIn(ctx, p.fast, s, nil)
}

// planIn is plan in a slot of the given pool. Who watches is told how cost and bound close
// in, and may stop the packing, which then answers with the best it has found.
func (p *planner) planIn(ctx context.Context, slots *pool, s model.Scenario, w *watch) (*model.Plan, error) {
	// Validated first: a NaN has no canonical form, and a refusal needs no slot.
	if err := model.Validate(s, p.catalog); err != nil {
		return nil, err
	}
	key := contentKey(s)
	if found, ok := p.plans.get(key); ok {
		return found, nil
	}
	return inSlot(ctx, slots, func(ctx context.Context) (*model.Plan, error) {
		ctx, cancel := w.bound(ctx)
		defer cancel()
		start := time.Now()
		plan, err := model.EvaluateTight(ctx, s, p.catalog, w.closingIn())
		if err != nil {
			return nil, err
		}
		p.metrics.observePlan(plan, time.Since(start))
		if complete(plan) {
			p.plans.put(key, &plan, planWeight(plan))
		}
		return &plan, nil
	})
}

// complete reports whether no packing was cut short: what was depends on the clock and
// must not be kept.
func complete(p model.Plan) bool {
	for _, r := range p.Results {
		if r.Status == model.StatusInterrupted {
			return false
		}
	}
	return true
}

// planWeight estimates the memory a plan takes from the lists in it that can be long.
func planWeight(p model.Plan) int64 {
	items := len(p.Inputs) + len(p.Warnings) + len(p.Excuses) + len(p.Nodes) + len(p.Reasoning.Rules)
	for _, r := range p.Results {
		items += 4 + len(r.Parts) + len(r.NodeGroups)
		for _, l := range r.Layouts {
			items += 1 + len(l.Slices)
		}
	}
	const perItem = 160 // bytes: a struct of a few words and strings, most of them shared
	return int64(items) * perItem
}
