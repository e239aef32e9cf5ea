package web

import (
	"context"
	"net/http"

	"meshplan/internal/validation"
	"meshplan/templates"
)

// getValidation runs every published case through the model; the page is kept, since
// catalog and model do not change while the program runs.
func (s *server) getValidation(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	report, err := inSlot(r.Context(), s.planner.slow, func(context.Context) (validation.Report, error) {
		return validation.Run(s.catalog), nil
	})
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ValidationPage(site, report))
}
