package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// pageRoutes adds the pages to the router.
func (s *server) pageRoutes(r chi.Router) {}

// errorPage writes a problem for a browser: the status and headers of the response are
// already decided by [server.fail], this is the body.
func (s *server) errorPage(r *http.Request, p Problem) ([]byte, error) {
	return []byte(p.Title + "\n" + p.Detail + "\n"), nil
}
