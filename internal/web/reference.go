package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// CatalogAnswer is the catalog: who sells nodes, and the nodes of one region.
type CatalogAnswer struct {
	AsOf      string           `json:"as_of" doc:"date of the prices"`
	Providers []model.Provider `json:"providers"`
	NodeTypes []model.NodeType `json:"node_types" doc:"of the provider and region asked for; without them, of each provider's default region"`
}

// apiCatalog answers GET /api/v1/catalog?provider=&region=&node_type=.
func (s *server) apiCatalog(f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		wanted, l, err := readTable(r, "provider", "region", "node_type")
		if err != nil {
			return nil, false, err
		}
		found := CatalogAnswer{AsOf: s.catalog.AsOf(), Providers: s.catalog.Providers(), NodeTypes: []model.NodeType{}}
		providers := []string{wanted["provider"]}
		if wanted["provider"] == "" {
			if wanted["region"] != "" || wanted["node_type"] != "" {
				return nil, false, invalid("provider", "", "required", "a region or node type is asked for without its provider",
					"Add provider=aws, azure or gcp")
			}
			providers = nil
			for _, p := range found.Providers {
				providers = append(providers, p.ID)
			}
		}
		for _, provider := range providers {
			query := model.NodeQuery{Provider: provider, Region: wanted["region"]}
			if query.Region == "" {
				query.Region = defaultRegion(found.Providers, provider)
			}
			if wanted["node_type"] != "" {
				query.Names = strings.Split(wanted["node_type"], ",")
			}
			types, err := s.catalog.NodeTypes(query)
			if err != nil {
				return nil, false, err
			}
			found.NodeTypes = append(found.NodeTypes, types...)
		}
		a, err := s.tabular(f, l, cacheShared, found, structTable(found.NodeTypes))
		return a, true, err
	})
}

func defaultRegion(providers []model.Provider, id string) string {
	i := slices.IndexFunc(providers, func(p model.Provider) bool { return p.ID == id })
	if i < 0 {
		return ""
	}
	return providers[i].DefaultRegion
}

// PresetsAnswer lists the presets.
type PresetsAnswer struct {
	Presets []PresetAnswer `json:"presets"`
}

// PresetAnswer is a preset with every figure it answers with.
type PresetAnswer struct {
	ID          string             `json:"id"`
	Title       string             `json:"title"`
	AsOf        string             `json:"as_of"`
	Basis       string             `json:"basis" doc:"request: what the scheduler reserves; use: what was measured"`
	Summary     string             `json:"summary"`
	Covers      []string           `json:"covers" doc:"patterns it has figures for; others take the newest charts"`
	Default     bool               `json:"default"`
	Assumptions []AssumptionAnswer `json:"assumptions"`
}

// AssumptionAnswer is one figure of a preset with its source.
type AssumptionAnswer struct {
	Name     string  `json:"name"`
	Unit     string  `json:"unit"`
	Low      float64 `json:"low"`
	Typical  float64 `json:"typical"`
	High     float64 `json:"high"`
	FactID   string  `json:"fact_id"`
	Source   string  `json:"source"`
	AsOf     string  `json:"as_of"`
	FellBack bool    `json:"fell_back" doc:"the preset says nothing of it; another preset answers"`
}

func (s *server) apiPresets(f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		_, l, err := readTable(r)
		if err != nil {
			return nil, false, err
		}
		var presets []PresetAnswer
		type row struct {
			Preset string `json:"preset"`
			AssumptionAnswer
		}
		var rows []row
		for _, p := range facts.Presets() {
			shown := describePreset(p)
			presets = append(presets, shown)
			for _, a := range shown.Assumptions {
				rows = append(rows, row{p.ID, a})
			}
		}
		a, err := s.tabular(f, l, cacheShared, PresetsAnswer{presets}, structTable(rows))
		return a, true, err
	})
}

func describePreset(p facts.Preset) PresetAnswer {
	shown := PresetAnswer{
		ID: p.ID, Title: p.Title, AsOf: p.AsOf, Basis: p.Basis, Summary: p.Summary, Covers: p.Covers,
		Default: p.ID == facts.DefaultPreset,
	}
	for _, name := range facts.AssumptionNames() {
		if a, ok := p.Assume(name.Name); ok {
			shown.Assumptions = append(shown.Assumptions, AssumptionAnswer{
				Name: a.Name, Unit: a.Unit, Low: a.Low(), Typical: a.Typical(), High: a.High(),
				FactID: a.Fact.ID, Source: a.Fact.Source, AsOf: a.Fact.AsOf, FellBack: a.FellBack,
			})
		}
	}
	return shown
}

// FactsAnswer is the whole registry of figures.
type FactsAnswer struct {
	Facts         []facts.Fact         `json:"facts"`
	Disagreements []facts.Disagreement `json:"disagreements" doc:"where the field report and other sources differ"`
	NotFound      []facts.Missing      `json:"not_found" doc:"looked for in vain, so no default claims it"`
	Releases      []facts.Release      `json:"releases"`
}

func (s *server) apiFacts(f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		_, l, err := readTable(r)
		if err != nil {
			return nil, false, err
		}
		whole := FactsAnswer{facts.All(), facts.Disagreements(), facts.NotFound(), facts.Releases()}
		a, err := s.tabular(f, l, cacheShared, whole, structTable(facts.All()))
		return a, true, err
	})
}

// readNames reads a query that takes only the names given, each at most once.
func readNames(r *http.Request, names ...string) (map[string]string, error) {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if err := takeErrors(values); err != nil {
		return nil, err
	}
	return onlyNames(values, names)
}

// onlyNames takes the values of those names, and refuses any other.
func onlyNames(values url.Values, names []string) (map[string]string, error) {
	wanted := map[string]string{}
	var wrong []model.FieldError
	for name, given := range values {
		switch {
		case !slices.Contains(names, name):
			fix := "Leave it out"
			if len(names) > 0 {
				fix = "Use " + model.Nearest(name, names) + ", or leave it out"
			}
			wrong = append(wrong, model.FieldError{
				Field: named(name, "query"), Rule: "unknown_name",
				Message: "there is no parameter called " + strconv.Quote(shorten(name)) + " here", Fix: fix,
			})
		case len(given) > 1:
			wrong = append(wrong, model.FieldError{Field: name, Rule: "repeated", Message: name + " is given more than once", Fix: "Give it once"})
		default:
			wanted[name] = given[0]
		}
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b model.FieldError) int { return compareText(a.Field, b.Field) })
		return nil, &model.InputError{Fields: wrong}
	}
	return wanted, nil
}
