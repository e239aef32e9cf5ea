package web

import (
	"context"
	"net/http"
	"time"

	"meshplan/internal/model"
)

// Health says what runs.
type Health struct {
	Status       string `json:"status" doc:"ok, or what is wrong"`
	Version      string `json:"version"`
	ModelVersion string `json:"model_version"`
	CatalogAsOf  string `json:"catalog_as_of"`
	Store        string `json:"store" doc:"ok, off, or unavailable"`
}

// getHealth says that the process serves; it asks nobody else.
func (s *server) getHealth(w http.ResponseWriter, r *http.Request) error {
	return s.sendJSON(w, r, http.StatusOK, s.health("ok"))
}

// getReady says whether everything that the server needs serves too.
func (s *server) getReady(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if s.store != nil {
		if err := s.store.Ping(ctx); err != nil {
			s.log.WarnContext(ctx, "not ready", "error", err)
			w.Header().Set("Retry-After", "5")
			h := s.health("unavailable")
			h.Status = "the database does not serve; planning does"
			return s.sendJSON(w, r, http.StatusServiceUnavailable, h)
		}
	}
	return s.sendJSON(w, r, http.StatusOK, s.health("ok"))
}

func (s *server) health(store string) Health {
	if s.store == nil {
		store = "off"
	}
	return Health{
		Status: "ok", Version: s.config.Version, ModelVersion: model.Version, CatalogAsOf: s.catalog.AsOf(), Store: store,
	}
}
