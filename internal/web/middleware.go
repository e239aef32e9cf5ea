package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

// contentPolicy lets pages load from this server alone: no inline script or style.
const contentPolicy = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// corsMaxAge lets a browser reuse the answer to OPTIONS for a day.
const corsMaxAge = "86400"

// requestID names the request in the log, the answer and error documents.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !plainID(id) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), middleware.RequestIDKey, id)))
	})
}

// plainID accepts the ids that proxies make and nothing that could forge a log line.
func plainID(id string) bool {
	return id != "" && len(id) <= 64 && strings.IndexFunc(id, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	}) < 0
}

// clientIP finds the address to limit by: the peer's, or the one that a trusted proxy names.
func clientIP(trusted []netip.Prefix) func(http.Handler) http.Handler {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	texts := make([]string, len(trusted))
	for i, prefix := range trusted {
		texts[i] = prefix.String()
	}
	forwarded := middleware.ClientIPFromXFF(texts...)
	return func(next http.Handler) http.Handler {
		direct, named := middleware.ClientIPFromRemoteAddr(next), forwarded(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if len(r.Header.Values("X-Forwarded-For")) == 0 { // probes of the machine itself, or a proxy that names nobody
				direct.ServeHTTP(w, r)
				return
			}
			named.ServeHTTP(w, r)
		})
	}
}

// observe writes the access log and the golden signals. The log has neither query nor
// body nor the path itself: those hold scenarios, and the id of a saved one is its key.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s.metrics.inFlight.Inc()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			s.metrics.inFlight.Dec()
			status, took := seen.Status(), time.Since(start)
			if status == 0 {
				status = http.StatusOK
			}
			route := routeOf(r)
			s.metrics.observeRequest(r.Method, route, status, took)
			s.log.InfoContext(r.Context(), "request", "method", knownMethod(r.Method), "route", route, "status", status,
				"bytes", seen.BytesWritten(), "ms", took.Milliseconds(),
				"request_id", middleware.GetReqID(r.Context()), "client", middleware.GetClientIP(r.Context()))
		}()
		next.ServeHTTP(seen, r)
	})
}

// routeOf is the pattern that served the request: bounded in number, without secrets.
func routeOf(r *http.Request) string {
	if ctx := chi.RouteContext(r.Context()); ctx != nil {
		if pattern := ctx.RoutePattern(); pattern != "" {
			return pattern
		}
	}
	return "unmatched"
}

// recoverPanic turns a panic into a logged 500. A server that aborts on purpose passes.
func (s *server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			s.metrics.panics.Inc()
			s.fail(w, r, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// secure sets the headers that every response carries.
func (s *server) secure(next http.Handler) http.Handler {
	https := strings.HasPrefix(s.config.BaseURL, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// A share link is a capability: it must not leak to the sites a page links to.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a page of another site makes a browser send, apart from pure
// calculations, which change nothing and need no key.
func (s *server) sameOrigin() func(http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, path := range calculations() {
		protection.AddInsecureBypassPattern("POST /api/v1/" + path)
	}
	protection.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error {
		return &problemError{kind: kindCrossOrigin, detail: kindCrossOrigin.Meaning}
	}))
	return protection.Handler
}

// limitRate answers 429 with Retry-After to a client that asks too often.
func (s *server) limitRate() func(http.Handler) http.Handler {
	most, exemptSelf := s.config.RateLimit.PerMinute, false
	if most < 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	if most == 0 {
		most, exemptSelf = DefaultRequestsPerMinute, true
	}
	limiter := httprate.NewRateLimiter(most, time.Minute)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			address := middleware.GetClientIPAddr(r.Context())
			if exemptSelf && address.IsLoopback() {
				next.ServeHTTP(w, r)
				return
			}
			if limiter.OnLimit(w, r, httprate.CanonicalizeIP(address.String())) {
				s.metrics.limited.Inc()
				s.fail(w, r, &problemError{kind: kindRate, detail: kindRate.Meaning + " " + kindRate.Cure, retryAfter: 60})
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// limitTime ends the request's context after a while.
func limitTime(most time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), most)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// openReads lets pages of any site read the API: there are no cookies to abuse.
func openReads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		next.ServeHTTP(w, r)
	})
}

// answerOptions answers OPTIONS from the routes themselves, before any limit that a
// spreadsheet's habit of asking first would eat into.
func (s *server) answerOptions(routes chi.Routes) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodOptions {
				next.ServeHTTP(w, r)
				return
			}
			allowed := allowedMethods(routes, r.URL.Path)
			if allowed == http.MethodOptions {
				s.fail(w, r, notFound(noSuchAddress))
				return
			}
			h := w.Header()
			h.Set("Allow", allowed)
			if isAPI(r) {
				h.Set("Access-Control-Allow-Origin", "*")
				h.Set("Access-Control-Allow-Methods", allowed)
				h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match")
				h.Set("Access-Control-Max-Age", corsMaxAge)
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

// allowedMethods lists what the path answers to, for the Allow header.
func allowedMethods(routes chi.Routes, path string) string {
	allowed := []string{http.MethodOptions}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if !routes.Match(chi.NewRouteContext(), method, path) {
			continue
		}
		allowed = append(allowed, method)
		if method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	return strings.Join(allowed, ", ")
}
