package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

// planner computes plans: a bounded number at once, each scenario once while it stays in
// the cache.
type planner struct {
	catalog model.Catalog
	metrics *metrics
	slots   chan struct{}
	waiting atomic.Int64
	plans   *cache[*model.Plan]
	answers *cache[*answer]
}

// maxWaiting is how many plans may queue for each slot before the rest is sent away.
const maxWaiting = 64

func newPlanner(config Config, m *metrics) *planner {
	return &planner{
		catalog: config.Catalog, metrics: m,
		slots:   make(chan struct{}, config.PlanSlots),
		plans:   newCache[*model.Plan]("plans", max(config.CacheBytes, 0)/2, m),
		answers: newCache[*answer]("answers", max(config.CacheBytes, 0)/2, m),
	}
}

// contentKey names a scenario by its content; a title changes no number.
func contentKey(s model.Scenario) string {
	s.Title = ""
	sum := sha256.Sum256(model.EncodeJSON(s))
	return string(sum[:])
}

// plan evaluates a scenario or finds the plan in the cache. The plan is shared: read it,
// never change it. The error is the model's, a busy problem, or the context's.
func (p *planner) plan(ctx context.Context, s model.Scenario) (*model.Plan, error) {
	// Validated first: a NaN has no canonical form, and a refusal needs no slot.
	if err := model.Validate(s, p.catalog); err != nil {
		return nil, err
	}
	key := contentKey(s)
	if found, ok := p.plans.get(key); ok {
		return found, nil
	}
	return inSlot(ctx, p, func() (*model.Plan, error) {
		start := time.Now()
		plan, err := model.EvaluateTight(ctx, s, p.catalog, nil)
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

// inSlot runs work when a slot is free. A request that gives up leaves the work behind,
// which then keeps its slot until it is done: the bound holds for computations, not for
// clients.
func inSlot[T any](ctx context.Context, p *planner, work func() (T, error)) (T, error) {
	var none T
	if err := p.enter(ctx); err != nil {
		return none, err
	}
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if cause := recover(); cause != nil {
				o.err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
			p.leave()
			done <- o
		}()
		o.value, o.err = work()
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

func (p *planner) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		p.metrics.planning.Inc()
		return nil
	default:
	}
	if p.waiting.Add(1) > int64(maxWaiting*cap(p.slots)) {
		p.waiting.Add(-1)
		p.metrics.refused.Inc()
		return &problemError{kind: kindBusy, detail: kindBusy.Meaning + " " + kindBusy.Cure, retryAfter: 2}
	}
	p.metrics.waiting.Inc()
	defer func() {
		p.waiting.Add(-1)
		p.metrics.waiting.Dec()
	}()
	select {
	case p.slots <- struct{}{}:
		p.metrics.planning.Inc()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *planner) leave() {
	p.metrics.planning.Dec()
	<-p.slots
}

// complete reports whether no packing was cut short: what was depends on the clock and
// must not be kept.
func complete(p model.Plan) bool {
	for _, r := range p.Results {
		if r.Status == string(pack.Interrupted) {
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
