package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// calculations are the API's addresses that only compute: POST to them changes nothing,
// so pages of other sites (Office Scripts, add-ins) may use them too.
func calculations() []string {
	list := []string{"plan.xlsx", "batch", "batch.json", "batch.csv", "batch.tsv", "import", "workloads.csv", "scenario.json", "files/{name}"}
	names := []string{"plan", "sweep", "compare", "checks"}
	for _, kind := range analyses {
		names = append(names, kind.name)
	}
	for _, kind := range decisions {
		names = append(names, kind.name)
	}
	for _, name := range names {
		everySuffix(name, func(path string, _ format) { list = append(list, path) })
	}
	return list
}

// routes adds everything the site answers to: this is the map of the house.
func (s *server) routes(r chi.Router) {
	r.Use(requestID, clientIP(s.config.TrustedProxies), s.observe, s.secure, s.recoverPanic, s.signOn,
		s.answerOptions(r), middleware.GetHead)
	r.NotFound(s.handle(func(http.ResponseWriter, *http.Request) error { return notFound(noSuchAddress) }))
	r.MethodNotAllowed(s.handle(s.methodNotAllowed(r)))
	r.Get("/healthz", s.handle(s.getHealth))
	r.Get("/readyz", s.handle(s.getReady))
	r.Get("/metrics", s.metrics.handler().ServeHTTP)
	r.Group(func(r chi.Router) {
		r.Use(s.limitRate(), s.sameOrigin(), s.holding.bound, zipPages())
		r.With(limitTime(s.config.Timeout)).Group(s.pageRoutes)
		r.With(limitTime(4 * s.config.Timeout)).Group(s.uploadPages)
	})
	// Parts tell how far they have come and can be stopped, so they may take longer.
	r.With(s.limitRate(), limitTime(4*s.config.Timeout), s.sameOrigin(), zipPages()).
		Post("/parts/{name}", s.handle(s.postPart))
	r.Route("/api", func(r chi.Router) {
		r.Use(openReads)
		r.Group(func(r chi.Router) {
			r.Use(s.limitRate(), s.sameOrigin(), s.holding.bound)
			r.Get("/", s.handle(s.getAPIPage))
			r.With(limitTime(s.config.Timeout)).Group(s.apiRoutes)
			r.With(limitTime(4 * s.config.Timeout)).Group(s.longRoutes)
		})
	})
}

func (s *server) apiRoutes(r chi.Router) {
	r.Get("/openapi.json", s.handle(s.getOpenAPI(false)))
	r.Get("/openapi-3.0.json", s.handle(s.getOpenAPI(true)))

	everySuffix("/v1/plan", func(path string, f format) {
		r.Get(path, s.handle(s.getPlan(f)))
		r.Post(path, s.handle(s.postPlan(f)))
	})
	everySuffix("/v1/sweep", func(path string, f format) {
		r.Get(path, s.handle(s.getSweep(f)))
		r.Post(path, s.handle(s.postSweep(f)))
	})
	everySuffix("/v1/compare", func(path string, f format) {
		r.Get(path, s.handle(s.apiCompare(f)))
		r.Post(path, s.handle(s.apiComparePosted(f)))
	})
	r.Get("/v1/workloads.csv", s.handle(s.getWorkloads))
	r.Post("/v1/workloads.csv", s.handle(s.postWorkloads))
	r.Get("/v1/scenario.json", s.handle(s.getScenarioFile))
	r.Post("/v1/scenario.json", s.handle(s.postScenarioFile))
	r.Get("/v1/plan.xlsx", s.handle(s.getWorkbook))
	r.Post("/v1/plan.xlsx", s.handle(s.postWorkbook))
	r.Get("/v1/value/{field}", s.handle(s.getValue()))

	everySuffix("/v1/catalog", func(path string, f format) { r.Get(path, s.handle(s.apiCatalog(f))) })
	everySuffix("/v1/presets", func(path string, f format) { r.Get(path, s.handle(s.apiPresets(f))) })
	everySuffix("/v1/facts", func(path string, f format) { r.Get(path, s.handle(s.apiFacts(f))) })

	r.Post("/v1/scenarios", s.handle(s.createScenario))
	r.Get("/v1/scenarios/{id}", s.handle(s.getScenario))
	r.Put("/v1/scenarios/{id}", s.handle(s.putScenario))
	r.Delete("/v1/scenarios/{id}", s.handle(s.deleteScenario))
	r.Get("/v1/scenarios/{id}/revisions", s.handle(s.getRevisions))
	r.Get("/v1/scenarios/{id}/revisions/{n}", s.handle(s.getScenario))
}

// longRoutes take more work or longer bodies than the rest, and so more time.
func (s *server) longRoutes(r chi.Router) {
	r.Delete("/v1/runs/{id}", s.handle(s.deleteRun))
	r.Post("/v1/batch", s.handle(s.postBatch(formatJSON)))
	r.Post("/v1/batch.json", s.handle(s.postBatch(formatJSON)))
	r.Post("/v1/batch.csv", s.handle(s.postBatch(formatCSV)))
	r.Post("/v1/batch.tsv", s.handle(s.postBatch(formatTSV)))
	r.Post("/v1/import", s.handle(s.apiImport))
	r.Post("/v1/scenarios/{id}/score", s.handle(s.apiScore))
	for _, kind := range analyses {
		everySuffix("/v1/"+kind.name, func(path string, f format) {
			r.Get(path, s.handle(s.getAnalysis(kind, f)))
			r.Post(path, s.handle(s.postAnalysis(kind, f)))
		})
	}
	s.scenarioPartRoutes(func(method, path string, h handler) { r.Method(method, path, s.handle(h)) })
	s.decisionRoutes(func(method, path string, h handler) { r.Method(method, path, s.handle(h)) })
}

const noSuchAddress = "There is no such address. The API is described at /api, the planner is at /"

// methodNotAllowed answers 405 with what the address does take.
func (s *server) methodNotAllowed(routes chi.Routes) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		allowed := allowedMethods(routes, r.URL.Path)
		w.Header().Set("Allow", allowed)
		return &problemError{kind: kindMethod, detail: r.Method + " is not what this address takes. Use " + allowed}
	}
}
