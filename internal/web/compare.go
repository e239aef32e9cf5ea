package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"meshplan/internal/model"
)

// CompareRequest asks for two scenarios side by side.
type CompareRequest struct {
	A json.RawMessage `json:"a"`
	B json.RawMessage `json:"b"`
}

// Comparison is two scenarios side by side.
type Comparison struct {
	A       model.Plan      `json:"a"`
	B       model.Plan      `json:"b"`
	Inputs  []InputChange   `json:"inputs" doc:"values used that differ"`
	Results []PatternChange `json:"results" doc:"one per pattern"`
}

// InputChange is an input whose value differs.
type InputChange struct {
	Name    string `json:"name"`
	A       string `json:"a"`
	B       string `json:"b"`
	OriginA string `json:"origin_a,omitempty" doc:"given, preset, catalog or example"`
	OriginB string `json:"origin_b,omitempty"`
}

// PatternChange is how a pattern's numbers differ: b − a.
type PatternChange struct {
	Pattern        string   `json:"pattern"`
	NodesA         int64    `json:"nodes_a"`
	NodesB         int64    `json:"nodes_b"`
	NodesChange    int64    `json:"nodes_change"`
	CostA          float64  `json:"monthly_cost_usd_a"`
	CostB          float64  `json:"monthly_cost_usd_b"`
	CostChange     float64  `json:"monthly_cost_usd_change"`
	CostGrowthA    *float64 `json:"cost_growth_a"`
	CostGrowthB    *float64 `json:"cost_growth_b"`
	VerdictChanges bool     `json:"verdict_changes"`
}

// apiCompare answers GET /api/v1/compare?a=&b=: each side a saved id, or the query of a
// plan, escaped.
func (s *server) apiCompare(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sides, l, err := readTable(r, "a", "b")
		if err != nil {
			return err
		}
		var scenarios [2]model.Scenario
		saved := false
		for i, name := range []string{"a", "b"} {
			side, isSaved, err := s.readSide(r, name, sides[name])
			if err != nil {
				return err
			}
			scenarios[i], saved = side, saved || isSaved
		}
		return s.sendComparison(w, r, scenarios, saved, f, l)
	}
}

func (s *server) readSide(r *http.Request, name, text string) (model.Scenario, bool, error) {
	if text == "" {
		return model.Scenario{}, false, invalid(name, "", "required", name+" is missing",
			"Give the id of a saved scenario, or the query of a plan such as services%3D60")
	}
	if !strings.Contains(text, "=") {
		saved, err := s.openScenario(r.Context(), text, 0)
		if err != nil {
			return model.Scenario{}, true, err
		}
		scenario, err := model.DecodeJSON(saved.Document)
		return scenario, true, err
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return model.Scenario{}, false, invalid(name, text, "format", "the query cannot be read: "+err.Error(), "Escape it once more inside "+name)
	}
	scenario, err := model.DecodeFlat(values)
	return scenario, false, err
}

func (s *server) apiComparePosted(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, l, err := readTable(r)
		if err != nil {
			return err
		}
		body, err := readBody(w, r, 2*maxScenarioBytes)
		if err != nil {
			return err
		}
		request, err := decodeStrictly[CompareRequest](body, `{"a": {…}, "b": {…}}`)
		if err != nil {
			return err
		}
		var scenarios [2]model.Scenario
		for i, side := range []json.RawMessage{request.A, request.B} {
			if scenarios[i], err = model.DecodeJSON(side); err != nil {
				return err
			}
		}
		return s.sendComparison(w, r, scenarios, false, f, l)
	}
}

func (s *server) sendComparison(w http.ResponseWriter, r *http.Request, scenarios [2]model.Scenario, saved bool, f format, l layout) error {
	var plans [2]*model.Plan
	for i, scenario := range scenarios {
		plan, err := s.planner.plan(r.Context(), scenario)
		if err != nil {
			return err
		}
		plans[i] = plan
	}
	compared := comparePlans(plans[0], plans[1])
	cacheControl := cacheShared
	if saved {
		cacheControl = cacheCheck
	}
	a, err := s.tabular(f, l, cacheControl, compared, structTable(compared.Results))
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}

// comparePlans says what differs between two plans.
func comparePlans(a, b *model.Plan) Comparison {
	c := Comparison{A: *a, B: *b, Inputs: []InputChange{}, Results: []PatternChange{}}
	inB := map[string]model.Input{}
	for _, input := range b.Inputs {
		inB[input.Name] = input
	}
	inA := map[string]bool{}
	for _, input := range a.Inputs {
		inA[input.Name] = true
		if other := inB[input.Name]; other.Value != input.Value {
			c.Inputs = append(c.Inputs, InputChange{input.Name, input.Value, other.Value, input.Origin, other.Origin})
		}
	}
	for _, input := range b.Inputs {
		if !inA[input.Name] {
			c.Inputs = append(c.Inputs, InputChange{Name: input.Name, B: input.Value, OriginB: input.Origin})
		}
	}
	for i, ra := range a.Results {
		rb := b.Results[i]
		c.Results = append(c.Results, PatternChange{
			Pattern: ra.Pattern, NodesA: ra.Nodes, NodesB: rb.Nodes, NodesChange: rb.Nodes - ra.Nodes,
			CostA: ra.MonthlyCostUSD, CostB: rb.MonthlyCostUSD, CostChange: cents(rb.MonthlyCostUSD - ra.MonthlyCostUSD),
			CostGrowthA: ra.CostGrowth, CostGrowthB: rb.CostGrowth, VerdictChanges: a.Verdict != b.Verdict,
		})
	}
	return c
}
