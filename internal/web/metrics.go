package web

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"meshplan/internal/model"
)

// metrics are the four golden signals (traffic and errors by status, latency,
// saturation), the effort of packing, and the cache.
type metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	limited  prometheus.Counter
	panics   prometheus.Counter

	planning    *prometheus.GaugeVec
	waiting     *prometheus.GaugeVec
	refused     *prometheus.CounterVec
	planSeconds prometheus.Histogram
	planGap     prometheus.Histogram
	packings    *prometheus.CounterVec

	held        prometheus.Gauge
	heldRefused prometheus.Counter

	cacheLookups *prometheus.CounterVec
	cacheBytes   *prometheus.GaugeVec
	cacheEvicted *prometheus.CounterVec
}

func newMetrics(version string) *metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	f := promauto.With(registry)
	opts := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "meshplan", Name: name, Help: help}
	}
	counter := func(name, help string) prometheus.CounterOpts { return prometheus.CounterOpts(opts(name, help)) }
	gauge := func(name, help string) prometheus.GaugeOpts { return prometheus.GaugeOpts(opts(name, help)) }
	histogram := func(name, help string, buckets []float64) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Namespace: "meshplan", Name: name, Help: help, Buckets: buckets}
	}
	f.NewGaugeVec(gauge("build_info", "1, labelled with what runs."), []string{"version", "model_version", "go_version"}).
		WithLabelValues(version, model.Version, runtime.Version()).Set(1)
	return &metrics{
		registry: registry,
		requests: f.NewCounterVec(counter("http_requests_total", "Requests answered."), []string{"method", "route", "code"}),
		latency: f.NewHistogramVec(histogram("http_request_seconds", "Time to answer a request.",
			[]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}), []string{"route"}),
		inFlight: f.NewGauge(gauge("http_in_flight", "Requests being answered.")),
		limited:  f.NewCounter(counter("http_rate_limited_total", "Requests answered 429.")),
		panics:   f.NewCounter(counter("panics_total", "Handlers that panicked.")),

		planning: f.NewGaugeVec(gauge("planning", "Plans or analyses being computed."), []string{"pool"}),
		waiting:  f.NewGaugeVec(gauge("planning_waiting", "Plans or analyses waiting for a slot."), []string{"pool"}),
		refused:  f.NewCounterVec(counter("planning_refused_total", "Refused with 503 because too many waited."), []string{"pool"}),
		planSeconds: f.NewHistogram(histogram("plan_seconds", "Time to compute a plan: demand, packing, price, verdict.",
			[]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30})),
		planGap: f.NewHistogram(histogram("packing_gap", "(cost - proved lower bound) / cost of each packing.",
			[]float64{0, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1})),
		packings: f.NewCounterVec(counter("packings_total", "Packings by outcome."), []string{"status"}),

		held:        f.NewGauge(gauge("held_bytes", "Bodies, opened scenarios and files that requests hold in memory.")),
		heldRefused: f.NewCounter(counter("held_refused_total", "Refused with 503 because requests held too much.")),

		cacheLookups: f.NewCounterVec(counter("cache_lookups_total", "Look-ups by outcome."), []string{"cache", "outcome"}),
		cacheBytes:   f.NewGaugeVec(gauge("cache_bytes", "Memory that cached answers take."), []string{"cache"}),
		cacheEvicted: f.NewCounterVec(counter("cache_evicted_total", "Answers dropped to stay within bounds."), []string{"cache"}),
	}
}

func (m *metrics) observeRequest(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

// knownMethod keeps invented methods from making a series each.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func (m *metrics) observePlan(p model.Plan, took time.Duration) {
	m.planSeconds.Observe(took.Seconds())
	for _, result := range p.Results {
		m.planGap.Observe(result.GapShare)
		m.packings.WithLabelValues(result.Status).Inc()
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
