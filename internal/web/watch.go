package web

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"sync/atomic"

	"meshplan/internal/model"
)

// watch follows a long run: it is told how far the run has come, and can end it early.
// A nil watch follows nothing.
type watch struct {
	id      string // not to be guessed: who knows it may stop the run
	steps   atomic.Pointer[progressEvent]
	stop    func()
	stopped <-chan struct{}
}

// progressEvent is how far a run has come: Done of Total plans, or other steps of the
// analysis. A run that waits for its turn has not begun and has no total yet.
type progressEvent struct {
	Done    int           `json:"done"`
	Total   int           `json:"total"`
	Packing *packingEvent `json:"packing,omitempty"` // of a tight plan: the pattern that is being packed
}

// packingEvent is how far cost and proved bound of a packing have closed in. Both are of
// the nodes to buy: those that stand and the control plane are not in it.
type packingEvent struct {
	Pattern                  string  `json:"pattern"`
	Title                    string  `json:"title"`
	Step                     int64   `json:"step"` // of Steps, which begin anew with every stage of the packing
	Steps                    int64   `json:"steps"`
	MonthlyCostUSD           float64 `json:"monthly_cost_usd"`
	MonthlyCostLowerBoundUSD float64 `json:"monthly_cost_lower_bound_usd"`
}

func newWatch() *watch {
	stopped := make(chan struct{})
	return &watch{id: rand.Text(), stop: sync.OnceFunc(func() { close(stopped) }), stopped: stopped}
}

// progress has the shape that analyses report to.
func (w *watch) progress(done, total int) {
	if w != nil {
		w.steps.Store(&progressEvent{Done: done, Total: total})
	}
}

// microUSD is the packing's unit of price: a millionth of a dollar a month.
const microUSD = 1e6

// closingIn has the shape that the packing of one pattern after the other reports to.
func (w *watch) closingIn() func(pattern string, step model.Progress) {
	if w == nil {
		return nil
	}
	ids, titles := model.Patterns()
	done := 0
	return func(pattern string, step model.Progress) {
		at := max(0, slices.Index(ids, pattern))
		done = max(done, at) // the height of a rolling update is packed after all patterns
		w.steps.Store(&progressEvent{Done: done, Total: len(ids), Packing: &packingEvent{
			Pattern: pattern, Title: titles[at], Step: step.Step, Steps: step.Steps,
			MonthlyCostUSD: cents(float64(step.Cost) / microUSD), MonthlyCostLowerBoundUSD: cents(float64(step.Bound) / microUSD),
		}})
	}
}

// bound is a context that also ends when the run is to stop. An analysis whose context
// ends answers with what it has.
func (w *watch) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if w == nil {
		return ctx, cancel
	}
	go func() {
		select {
		case <-w.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// runs are the long runs under way, by id.
type runs struct{ byID sync.Map }

func (r *runs) begin() *watch {
	w := newWatch()
	r.byID.Store(w.id, w)
	return w
}

func (r *runs) end(w *watch) { r.byID.Delete(w.id) }

// stop ends a run early; false when there is none of that id, or none any more.
func (r *runs) stop(id string) bool {
	w, ok := r.byID.Load(id)
	if ok {
		w.(*watch).stop()
	}
	return ok
}
