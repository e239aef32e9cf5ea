package web

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// pool bounds how much is computed at once and how much may wait for that.
type pool struct {
	slots   chan struct{}
	waiting atomic.Int64
	busy    prometheus.Gauge
	queued  prometheus.Gauge
	refused prometheus.Counter
}

// maxWaiting is how many may queue for each slot before the rest is sent away.
const maxWaiting = 64

func newPool(name string, slots int, m *metrics) *pool {
	return &pool{
		slots: make(chan struct{}, slots),
		busy:  m.planning.WithLabelValues(name), queued: m.waiting.WithLabelValues(name), refused: m.refused.WithLabelValues(name),
	}
}

// inSlot runs work when a slot is free. Work gets a context that ends a little before the
// request's, so that what can stop early still answers in time. A request that gives up
// leaves the work behind, which keeps its slot until it is done: the bound holds for
// computations, not for clients.
func inSlot[T any](ctx context.Context, p *pool, work func(context.Context) (T, error)) (T, error) {
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
		early, cancel := endingEarly(ctx)
		defer func() {
			if cause := recover(); cause != nil {
				o.err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
			cancel()
			p.leave()
			done <- o
		}()
		o.value, o.err = work(early)
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// endingEarly leaves a tenth of the time that remains for writing the answer.
func endingEarly(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-time.Until(deadline)/10))
}

func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		p.busy.Inc()
		return nil
	default:
	}
	if p.waiting.Add(1) > int64(maxWaiting*cap(p.slots)) {
		p.waiting.Add(-1)
		p.refused.Inc()
		return &problemError{kind: kindBusy, detail: kindBusy.Meaning + " " + kindBusy.Cure, retryAfter: 2}
	}
	p.queued.Inc()
	defer func() {
		p.waiting.Add(-1)
		p.queued.Dec()
	}()
	select {
	case p.slots <- struct{}{}:
		p.busy.Inc()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pool) leave() {
	p.busy.Dec()
	<-p.slots
}
