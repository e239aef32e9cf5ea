package web

import (
	"net/http"

	"meshplan/templates"
)

// getValidation runs every published case through the model; see validated.
func (s *server) getValidation(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	report, err := s.validated(r.Context())
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ValidationPage(site, report))
}
