package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/internal/snippet"
	"meshplan/templates"
)

func (s *server) getMethod(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	example := model.Examples()[0]
	claims, _, err := s.claims(r.Context(), subject{scenario: example.Scenario})
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.MethodPage(site, templates.Method{
		Claims: claims.Claims, Example: example,
		Facts: facts.All(), Presets: facts.Presets(), Disagreements: facts.Disagreements(),
		Missing: facts.NotFound(), Releases: facts.Releases(),
	}))
}

// getSpreadsheets makes formulas from the scenario in the query, or from the first example.
func (s *server) getSpreadsheets(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	view, id := templates.Snippets{}, ""
	scenario := model.Examples()[0].Scenario
	if r.URL.RawQuery != "" {
		q, _, err := s.readQuery(r)
		if err != nil {
			return err
		}
		if err := oneScenario(q, "a page of formulas"); err != nil {
			return err
		}
		scenario, view.Back = q.scenario, address(q.scenario)
		if query := r.URL.Query(); q.saved {
			if id = query.Get(nameScenario); len(query) > 1 {
				id = "" // changed since, so its id gives other numbers
			}
			view.Back = cmp.Or(view.Back, "/s/"+query.Get(nameScenario))
		}
	}
	view.List = snippet.All(site.BaseURL, scenario, id)
	return s.sendPage(w, r, http.StatusOK, templates.SpreadsheetsPage(site, view))
}

// getNodeTypes lists the node types of ?provider=&region=.
func (s *server) getNodeTypes(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	names, err := readNames(r, "provider", "region")
	if err != nil {
		return err
	}
	providers := s.catalog.Providers()
	at := 0
	if names["provider"] != "" {
		at = slices.IndexFunc(providers, func(p model.Provider) bool { return p.ID == names["provider"] })
		if at < 0 {
			return invalid("provider", names["provider"], "one_of", "there is no such provider", "Use aws, azure or gcp")
		}
	}
	region := names["region"]
	if region == "" {
		region = providers[at].DefaultRegion
	}
	types, err := s.catalog.NodeTypes(model.NodeQuery{Provider: providers[at].ID, Region: region})
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.NodeTypesPage(site, templates.NodeTypes{
		Provider: providers[at].ID, Region: region, Providers: providers, Types: types,
	}))
}

// getErrorKind explains a kind of error: problem documents link here.
func (s *server) getErrorKind(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "kind")
	for _, kind := range problemKinds() {
		if kind.ID == id {
			return s.sendPage(w, r, http.StatusOK, templates.ErrorKindPage(site, kind.Status, kind.Title, kind.Meaning, kind.Cure))
		}
	}
	return notFound(noSuchAddress)
}
