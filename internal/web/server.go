package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"meshplan/internal/model"
)

// Config is what the server needs to know.
type Config struct {
	Catalog model.Catalog
	Store   Store // nil: scenarios can be neither saved nor opened
	Logger  *slog.Logger
	Version string // of the program, shown on /metrics and /healthz
	// BaseURL is the public address, without a slash at the end, that links and snippets
	// carry; "" takes it from each request.
	BaseURL string
	Dev     bool // pages may say more about errors
	// TrustedProxies may set X-Forwarded-For; from anyone else it is ignored.
	TrustedProxies []netip.Prefix
	// UserHeader is the header in which such a proxy names the user that it signed on; ""
	// or without TrustedProxies: nobody is signed on.
	UserHeader string
	RateLimit  RateLimit
	// PlanSlots is how many plans are computed at once; 0 means one per CPU.
	PlanSlots int
	// CacheBytes bounds the memory of cached answers; 0 means 64 MiB, negative none.
	CacheBytes int64
	// Collectors are metrics of the caller's that /metrics shows beside those of the site.
	Collectors []prometheus.Collector
	// Timeout bounds a request; 0 means 30 s. Saving, import and batch get four times it.
	Timeout time.Duration
}

// RateLimit bounds the requests of one client address (IPv6: one /64).
type RateLimit struct {
	// PerMinute is the number of requests in a sliding minute. 0 means
	// [DefaultRequestsPerMinute] with the machine itself left unlimited, since a proxy in
	// front may speak for everyone; a number given holds for every address; negative
	// means no limit.
	PerMinute int
}

// DefaultRequestsPerMinute leaves room for a spreadsheet of 1,000 cells that LibreOffice
// recalculates: it sends four requests for each (OPTIONS, HEAD, GET and at times a range).
const DefaultRequestsPerMinute = 6000

const (
	defaultCacheBytes = 64 << 20
	defaultTimeout    = 30 * time.Second
)

// server holds what handlers share; it is safe for concurrent use.
type server struct {
	catalog model.Catalog
	store   Store
	log     *slog.Logger
	config  Config
	planner *planner
	holding *holdings
	metrics *metrics
	api     *apiDocument
	state   storeState
	runs    runs
}

// New returns the handler of the whole site. The error says which part of the
// configuration is missing or impossible.
func New(config Config) (http.Handler, error) {
	if config.Catalog == nil {
		return nil, errors.New("web: a catalog is needed")
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.PlanSlots <= 0 {
		config.PlanSlots = runtime.GOMAXPROCS(0)
	}
	if config.CacheBytes == 0 {
		config.CacheBytes = defaultCacheBytes
	}
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout
	}
	s := newServer(config)
	for _, c := range config.Collectors {
		if err := s.metrics.registry.Register(c); err != nil {
			return nil, fmt.Errorf("web: metrics: %w", err)
		}
	}
	document, err := newAPIDocument(config)
	if err != nil {
		return nil, fmt.Errorf("web: the API's description cannot be made: %w", err)
	}
	s.api = document
	return s.handler(), nil
}

func newServer(config Config) *server {
	s := &server{
		catalog: config.Catalog, store: config.Store, log: config.Logger, config: config,
		metrics: newMetrics(config.Version),
	}
	s.planner = newPlanner(config, s.metrics)
	s.holding = newHoldings(maxHeldBytes, s.metrics)
	return s
}

func (s *server) handler() http.Handler {
	r := chi.NewRouter()
	s.routes(r)
	return r
}
