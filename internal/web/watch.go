package web

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
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
	Done  int `json:"done"`
	Total int `json:"total"`
}

func newWatch() *watch {
	stopped := make(chan struct{})
	return &watch{id: rand.Text(), stop: sync.OnceFunc(func() { close(stopped) }), stopped: stopped}
}

// progress has the shape that analyses report to.
func (w *watch) progress(done, total int) {
	if w != nil {
		w.steps.Store(&progressEvent{done, total})
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
