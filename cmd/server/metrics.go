package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"meshplan/internal/store"
)

// storeMetrics count and time what the store does.
type storeMetrics struct{ seconds *prometheus.HistogramVec }

func newStoreMetrics() storeMetrics {
	return storeMetrics{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "meshplan", Name: "store_operation_seconds", Help: "Time of an operation on saved scenarios, by outcome.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"operation", "outcome"})}
}

func (m storeMetrics) observe(operation string, took time.Duration, err error) {
	m.seconds.WithLabelValues(operation, outcomeOf(err)).Observe(took.Seconds())
}

// outcomeOf keeps what users do apart from what the database does.
func outcomeOf(err error) string {
	for _, c := range []struct {
		err  error
		name string
	}{
		{nil, "ok"}, {store.ErrNotFound, "not_found"}, {store.ErrWrongKey, "wrong_key"}, {store.ErrConflict, "conflict"},
		{store.ErrInvalid, "refused"}, {store.ErrTooLarge, "refused"}, {store.ErrFull, "full"}, {store.ErrReadOnly, "read_only"},
		{store.ErrCorrupt, "corrupt"}, {store.ErrUnavailable, "unavailable"}, {context.Canceled, "canceled"},
	} {
		if errors.Is(err, c.err) {
			return c.name
		}
	}
	return "error"
}
