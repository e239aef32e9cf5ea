package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"meshplan/internal/catalog"
	"meshplan/internal/store"
	"meshplan/internal/web"
	"meshplan/internal/webstore"
)

const (
	patience       = 5 * time.Second  // of a starting server with its database
	connectTimeout = 10 * time.Minute // updating tables included; dialling has a limit of its own
	reconnectLeast = time.Second
	reconnectMost  = 30 * time.Second
	expireEvery    = time.Hour
)

// serve runs the planner until ctx ends, then lets requests finish.
func serve(ctx context.Context, e environment) error {
	log := newLogger(e.stderr, e.config)
	prices, err := catalog.Load()
	if err != nil {
		return fmt.Errorf("the catalog inside this program cannot be read: %w", err)
	}
	operations := newStoreMetrics()
	scenarios, err := store.New(e.config.database, store.Options{
		MaxConns: e.config.dbConnections, Logger: log, Observe: operations.observe,
	})
	if err != nil {
		return &usageError{"-db: " + err.Error()}
	}
	site, err := web.New(web.Config{
		Catalog: prices, Store: webstore.New(scenarios), Logger: log, Version: programVersion(),
		BaseURL: e.config.baseURL, Dev: e.config.dev, TrustedProxies: e.config.trustedProxies, UserHeader: e.config.userHeader,
		RateLimit:  web.RateLimit{PerMinute: e.config.ratePerMinute},
		Collectors: []prometheus.Collector{operations.seconds},
		PlanSlots:  e.config.planSlots, CacheBytes: cacheBytes(e.config.cacheMiB), Timeout: e.config.timeout,
	})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", e.config.addr)
	if err != nil {
		return fmt.Errorf("cannot listen: %w; stop what uses the address, or choose another with -addr", err)
	}
	keeping, stopKeeping := context.WithCancel(context.WithoutCancel(ctx))
	var jobs sync.WaitGroup
	keep(keeping, &jobs, scenarios, log)
	err = serveUntil(ctx, listener, site, e.config, log)
	stopKeeping()
	jobs.Wait()
	return errors.Join(err, scenarios.Close())
}

// keep connects the store, again and again if need be, and from then on removes what has
// expired. Planning does not wait for it: without a database only saved scenarios are
// missing. It returns when the database serves, and after patience in any case.
func keep(ctx context.Context, jobs *sync.WaitGroup, s *store.Store, log *slog.Logger) {
	first := make(chan struct{})
	jobs.Go(func() {
		connected := connect(ctx, s, log)
		close(first)
		for wait := reconnectLeast; !connected; wait = min(2*wait, reconnectMost) {
			if !sleep(ctx, wait) {
				return
			}
			connected = connect(ctx, s, log)
		}
		removeExpired(ctx, s, log)
	})
	select {
	case <-first:
	case <-time.After(patience):
	}
}

func connect(ctx context.Context, s *store.Store, log *slog.Logger) bool {
	bounded, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := s.Connect(bounded); err != nil {
		if ctx.Err() == nil {
			log.Error("the database cannot be used: planning works, saved scenarios can be neither opened nor saved; trying again",
				"database", s.String(), "error", err)
		}
		return false
	}
	if err := s.Ping(bounded); errors.Is(err, store.ErrReadOnly) {
		log.Warn("the database is read-only: saved scenarios open, nothing can be saved", "database", s.String())
	} else {
		log.Info("database ready", "database", s.String())
	}
	return true
}

func removeExpired(ctx context.Context, s *store.Store, log *slog.Logger) {
	for {
		n, err := s.Expire(ctx, time.Now())
		switch {
		case err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrReadOnly):
			log.Warn("expired scenarios could not be removed; trying again in an hour", "error", err)
		case n > 0:
			log.Info("removed expired scenarios", "scenarios", n)
		}
		if !sleep(ctx, expireEvery) {
			return
		}
	}
}

// sleep returns false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// serveUntil serves until ctx ends: then /readyz fails, after the drain delay no
// connection is accepted any more, and requests have the drain timeout to finish.
func serveUntil(ctx context.Context, listener net.Listener, site http.Handler, c config, log *slog.Logger) error {
	var draining atomic.Bool
	longest := 4 * c.timeout // what web gives uploads and batches
	server := &http.Server{
		Handler:           failReadiness(&draining, site),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       longest,
		WriteTimeout:      longest + 5*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("listening", "url", listenURL(listener.Addr()), "version", programVersion())
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping", "drain_delay", c.drainDelay.String(), "drain_timeout", c.drainTimeout.String())
	draining.Store(true)
	time.Sleep(c.drainDelay)
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.drainTimeout)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		return errors.Join(fmt.Errorf("requests were still running after %s: %w", c.drainTimeout, err), server.Close())
	}
	log.Info("stopped")
	return nil
}

// failReadiness tells balancers to send nothing more, while requests are still served.
func failReadiness(draining *atomic.Bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if draining.Load() && r.URL.Path == "/readyz" {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func listenURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

func cacheBytes(mib int64) int64 {
	if mib < 0 {
		return -1
	}
	return mib << 20
}

func newLogger(w io.Writer, c config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.logLevel}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
