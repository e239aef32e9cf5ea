package web

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"
)

const (
	// maxHeldBytes bounds what all requests together hold of bodies, opened scenarios and
	// files written. Decoded it takes a few times as much; two of the largest uploads fit.
	maxHeldBytes = 128 << 20
	// heldFree is what each request may hold without asking, so that plans and small
	// scenarios never wait for somebody's upload.
	heldFree = 64 << 10
	heldStep = 1 << 20
	// heldPatience is how long a file that is to be written waits for room.
	heldPatience = 5 * time.Second
)

// holdings bound the memory that requests hold at once.
type holdings struct {
	room    *semaphore.Weighted
	held    prometheus.Gauge
	refused prometheus.Counter
}

func newHoldings(most int64, m *metrics) *holdings {
	return &holdings{room: semaphore.NewWeighted(most), held: m.held, refused: m.heldRefused}
}

// holding is what one request holds.
type holding struct {
	all *holdings

	mu    sync.Mutex
	used  int64 // bytes
	taken int64 // bytes of the common room, in whole steps
	over  bool
}

type holdingKey struct{}

// bound lets each request hold what it reads only while there is room, and gives the room
// back when the request is answered.
func (hs *holdings) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := &holding{all: hs}
		defer h.release()
		r = r.WithContext(context.WithValue(r.Context(), holdingKey{}, h))
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = heldBody{r.Body, h}
		}
		next.ServeHTTP(w, r)
	})
}

// hold counts bytes that the request holds beside its body. The error is a busy problem.
func hold(ctx context.Context, bytes int64, wait time.Duration) error {
	h, ok := ctx.Value(holdingKey{}).(*holding)
	if !ok {
		return nil
	}
	return h.take(ctx, bytes, wait)
}

func (h *holding) take(ctx context.Context, bytes int64, wait time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.used += bytes
	more := (max(h.used-heldFree, 0)+heldStep-1)/heldStep*heldStep - h.taken
	if more <= 0 {
		return nil
	}
	if h.over || !h.all.acquire(ctx, more, wait) {
		h.all.refused.Inc()
		return &problemError{kind: kindBusy, retryAfter: 5,
			detail: "Others are sending or reading large documents, and there is no memory for another. Try again after the seconds in Retry-After"}
	}
	h.taken += more
	h.all.held.Add(float64(more))
	return nil
}

func (hs *holdings) acquire(ctx context.Context, bytes int64, wait time.Duration) bool {
	if wait == 0 {
		return hs.room.TryAcquire(bytes)
	}
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return hs.room.Acquire(bounded, bytes) == nil
}

func (h *holding) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	h.all.held.Sub(float64(h.taken))
	h.all.room.Release(h.taken)
	h.taken = 0
}

// heldBody counts what is read of a body.
type heldBody struct {
	io.ReadCloser
	h *holding
}

func (b heldBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if busy := b.h.take(context.Background(), int64(n), 0); busy != nil {
		return 0, busy
	}
	return n, err
}
