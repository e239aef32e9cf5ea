package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/importer"
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
	result, err := importer.Import(strings.NewReader(galleryCluster), importer.Options{})
	if err != nil {
		return err
	}
	settle(&result, s.catalog, nil)
	view := templates.Import{}
	if view.Found, err = s.foundOf(r.Context(), reviewed{Result: result}, 1, ""); err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ImportPage(site, view))
}

// galleryCluster is a cluster with everything that a review remarks on.
const galleryCluster = `
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 3
  template: {spec: {containers: [{name: cart, resources: {requests: {cpu: 200m, memory: 256Mi}}}, {name: istio-proxy, resources: {requests: {cpu: 100m, memory: 128Mi}}}]}}
---
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: cart}}
---
kind: StatefulSet
metadata: {name: search, namespace: shop}
spec:
  replicas: 2
  template: {spec: {initContainers: [{name: wait}], containers: [{name: indexer, resources: {requests: {cpu: 150m}}}]}}
---
kind: Deployment
metadata: {name: asleep, namespace: shop}
spec: {replicas: 0, template: {spec: {containers: [{name: a, resources: {requests: {cpu: 10m, memory: 16Mi}}}]}}}
---
kind: Node
metadata: {name: a, labels: {node.kubernetes.io/instance-type: m6i.large, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: us-east-1a}}
spec: {providerID: 'aws:///us-east-1a/i-1'}
status: {allocatable: {cpu: 1930m, memory: 7000Mi, pods: '29'}, capacity: {cpu: '2', memory: 8Gi, pods: '29'}}
---
kind: Node
metadata: {name: b, labels: {node.kubernetes.io/instance-type: x9z.huge, topology.kubernetes.io/region: us-east-1, topology.kubernetes.io/zone: us-east-1b}}
spec: {providerID: 'aws:///us-east-1b/i-2', taints: [{key: gpu, effect: NoSchedule}]}
status: {allocatable: {cpu: '7', memory: 28Gi, pods: '58'}, capacity: {cpu: '8', memory: 32Gi, pods: '58'}}
---
kind: Service
metadata: {name: cart, namespace: shop}
---
NAMESPACE POD NAME CPU(cores) MEMORY(bytes)
shop search-0 indexer 120m 700Mi
shop cart-0 istio-proxy 14m 61Mi
`

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
