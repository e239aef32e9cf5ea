package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
	"meshplan/templates"
)

// galleryState shows a page in one state.
type galleryState func(*server, http.ResponseWriter, *http.Request) error

// galleryStates holds the states that no plain address shows, by name; the rest have addresses.
func galleryStates() map[string]galleryState {
	return map[string]galleryState{
		"planner-example": asked("online-boutique"),
		"planner-quick":   withInputs("services=60&pods_per_service=3"),
		"planner-recommended": withInputs(
			"services=60&mtls_required=true&mesh_engineers=1&max_cost_growth=1.5"),
		"planner-gate-closed":   withInputs("services=60&mtls_required=true&mesh_engineers=0&max_cost_growth=1.5"),
		"planner-over-budget":   withInputs("services=60&mtls_required=true&mesh_engineers=2&max_cost_growth=1"),
		"planner-doubles":       withInputs("services=200&pods_per_service=2&pod_cpu_m=50&pod_memory_mib=64&mtls_required=true"),
		"planner-no-pods":       withInputs("services=0"),
		"planner-no-price":      withInputs("services=60&node_hourly_usd=0"),
		"planner-own-nodes":     withInputs("provider=custom&node_allocatable_cpu_m=7500&node_allocatable_memory_mib=28672&node_hourly_usd=0.3&services=60"),
		"planner-azure":         withInputs("provider=azure&services=60"),
		"planner-cheapest-mix":  withInputs("node_type=auto&services=60"),
		"planner-intervals":     withInputs("services=60&pod_cpu_m=250&pod_cpu_m_low=100&pod_cpu_m_high=600"),
		"planner-under-request": withInputs("services=60&proxy_cpu_m=1&rps_per_pod=900"),
		"planner-unplaceable":   withInputs("services=4&pod_cpu_m=7500&node_type=m6i.2xlarge"),
		"planner-wrong":         withInputs("services=-4&pod_cpu_m=abc&region=nowhere"),
		"import-empty":          func(s *server, w http.ResponseWriter, r *http.Request) error { return s.getImport(w, r) },
		"import-review":         galleryImport,
		"error-internal": func(*server, http.ResponseWriter, *http.Request) error {
			return errors.New("shown on purpose")
		},
		"error-rate": func(*server, http.ResponseWriter, *http.Request) error {
			return &problemError{kind: kindRate, detail: kindRate.Meaning + " " + kindRate.Cure, retryAfter: 60}
		},
		"error-not-found": func(*server, http.ResponseWriter, *http.Request) error { return notFound(noSuchAddress) },
	}
}

func asked(id string) galleryState {
	return func(s *server, w http.ResponseWriter, r *http.Request) error {
		i := slices.IndexFunc(model.Examples(), func(e model.Example) bool { return e.ID == id })
		if i < 0 {
			return notFound(noSuchAddress)
		}
		return s.plannerPage(w, r, form{scenario: model.Examples()[i].Scenario})
	}
}

func withInputs(query string) galleryState {
	return func(s *server, w http.ResponseWriter, r *http.Request) error {
		values, err := parseQuery(query)
		if err != nil {
			return err
		}
		f, err := s.decodeForm(values)
		if err != nil {
			return s.wrongPage(w, r, f, err)
		}
		return s.plannerPage(w, r, f)
	}
}

// galleryImport is the review of an import with every kind of remark.
func galleryImport(s *server, w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ImportPage(site, templates.Import{Found: &templates.Found{
		Workloads: 2, Pods: 5, CPUMillicores: 900, MemoryMiB: 1200, Address: "/?services=2",
		Rows: []templates.FoundRow{
			{Namespace: "shop", Name: "cart", Kind: "Deployment", Replicas: 3, CPUMillicores: 200, MemoryMiB: 256, Proxy: "istio"},
			{Name: "search", Kind: "StatefulSet", Replicas: 2, CPUMillicores: 150, MemoryMiB: 216, Assumed: []string{"memory counted as nothing"}},
		},
		Missing:  []templates.FoundMissing{{Workload: "search", Container: "indexer", Memory: true, StandIn: "zero"}},
		Skipped:  []templates.FoundSkipped{{Kind: "Pod", Why: "counted under its owner", Count: 5, Names: []string{"cart-1", "cart-2"}}},
		Warnings: []model.Warning{{ID: "x", Message: "one container requests no memory", Fix: "Give it a request"}},
	}}))
}

func (s *server) getGallery(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.GalleryPage(site, slices.Sorted(maps.Keys(galleryStates()))))
}

func (s *server) getGalleryState(w http.ResponseWriter, r *http.Request) error {
	state, known := galleryStates()[chi.URLParam(r, "state")]
	if !known {
		return notFound(noSuchAddress)
	}
	r = r.Clone(r.Context())
	r.URL.Path = "/" // the state of a page is seen as that page
	return state(s, w, r)
}
