package web

import (
	"net/http"
)

// apiDocument is the API's description in both versions of OpenAPI.
type apiDocument struct{ v31, v30 *answer }

func newAPIDocument(config Config) (*apiDocument, error) {
	empty := newAnswer(typeJSON, cacheShared, []byte(`{"openapi":"3.1.0","info":{"title":"meshplan","version":"1"},"paths":{}}`))
	return &apiDocument{v31: empty, v30: empty}, nil
}

func (s *server) getOpenAPI(older bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if older {
			return s.send(w, r, s.api.v30)
		}
		return s.send(w, r, s.api.v31)
	}
}
