package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/templates"
)

// address is the path and query that hold a scenario, or "" when they would be too long.
func address(s model.Scenario) string { return templates.AddressOf(s) }

// getPlanner answers GET /: the scenario in the query, or the first example.
func (s *server) getPlanner(w http.ResponseWriter, r *http.Request) error {
	if r.URL.RawQuery == "" {
		return s.plannerPage(w, r, form{scenario: model.Examples()[0].Scenario})
	}
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	f, err := s.decodeForm(values)
	if err != nil {
		return s.wrongPage(w, r, f, err)
	}
	// A submitted form names every field; the address should name what was chosen.
	if submitted(values) && !f.unfinished() {
		if to := address(f.scenario); to != "" {
			http.Redirect(w, r, to+f.editing.suffix(), http.StatusSeeOther)
			return nil
		}
	}
	return s.plannerPage(w, r, f)
}

func submitted(values url.Values) bool {
	if values.Has(formProvider) {
		return true
	}
	for _, texts := range values {
		if texts[0] == "" {
			return true
		}
	}
	return false
}

// postPlanner opens a scenario too long for an address: from a form, or a saved one.
func (s *server) postPlanner(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readForm(w, r)
	if err != nil {
		return s.wrongPage(w, r, f, err)
	}
	if id := r.PostForm.Get(formFrom); id != "" {
		saved, err := s.openScenario(r.Context(), id, 0)
		if err != nil {
			return err
		}
		if f.scenario, err = model.DecodeJSON(saved.Document); err != nil {
			return err
		}
	}
	if to := address(f.scenario); to != "" {
		http.Redirect(w, r, to+f.editing.suffix(), http.StatusSeeOther)
		return nil
	}
	return s.plannerPage(w, r, f)
}

// postLive answers the form while it changes: what changed on the page, to be morphed in,
// or the inputs alone with what is wrong at its field.
func (s *server) postLive(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readForm(w, r)
	if err == nil {
		var p *templates.Planner
		if p, err = s.plannerView(r, f); err == nil {
			p.Site.Path, p.Live = "/", true
			if p.Address != "" {
				w.Header().Set("HX-Replace-Url", p.Address+f.editing.suffix())
			}
			return s.sendLive(w, r, p)
		}
	}
	p, err := s.wrongView(r, f, err)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Retarget", "#inputs")
	w.Header().Set("HX-Reswap", "outerMorph")
	return s.sendPage(w, r, http.StatusOK, templates.InputsOnly(p))
}

// stampsHeader carries the stamps of sections: those that the browser shows in the
// request, those that it shows from now on in the answer.
const stampsHeader = "Meshplan-Stamps"

// sendLive sends what the browser does not show already, or the whole planner to one that
// shows no answers.
func (s *server) sendLive(w http.ResponseWriter, r *http.Request, p *templates.Planner) error {
	stamps := r.Header.Get(stampsHeader)
	if stamps == "" {
		return s.sendPage(w, r, http.StatusOK, templates.PlannerForm(p))
	}
	sections, err := p.Unseen(r.Context(), stamps)
	if err != nil {
		return err
	}
	w.Header().Set(stampsHeader, templates.Stamps(sections))
	w.Header().Set("HX-Reswap", "none") // nothing beside the sections, also when there are none
	return s.sendPage(w, r, http.StatusOK, templates.LiveSections(sections))
}

func (s *server) plannerPage(w http.ResponseWriter, r *http.Request, f form) error {
	p, err := s.plannerView(r, f)
	if err != nil {
		return s.wrongPage(w, r, f, err)
	}
	return s.sendPage(w, r, http.StatusOK, templates.PlannerPage(p))
}

// plannerView plans the form's scenario and gathers what the page shows.
func (s *server) plannerView(r *http.Request, f form) (*templates.Planner, error) {
	plan, err := s.planner.plan(r.Context(), f.scenario)
	if err != nil {
		return nil, err
	}
	p, err := s.view(r, f)
	if err != nil {
		return nil, err
	}
	p.Plan, p.Defaults, p.Address = plan, plan.Inputs, address(f.scenario)
	s.offerNodeTypes(p, f)
	return p, nil
}

func (s *server) view(r *http.Request, f form) (*templates.Planner, error) {
	site, err := s.site(r)
	if err != nil {
		return nil, err
	}
	return &templates.Planner{
		Site: site, Scenario: f.scenario, Providers: s.catalog.Providers(), Presets: facts.Presets(), AddRow: f.addRow,
		Editing: f.editing.view(), OpenIntervals: f.intervals,
	}, nil
}

// offerNodeTypes lists the node types to choose from. A form that already holds the list
// of this provider and region is not sent it again.
func (s *server) offerNodeTypes(p *templates.Planner, f form) {
	q := model.NodeQuery{Provider: p.Effective("provider"), Region: p.Effective("region")}
	if p.NodeTypesKnown = f.region == q.Provider+" "+q.Region; p.NodeTypesKnown {
		return
	}
	types, err := s.catalog.NodeTypes(q)
	if err == nil { // a custom node has none
		p.NodeTypes = types
	}
}

// wrongView is the planner for input that cannot be planned: what was typed, what is
// wrong with it, and the defaults of what is right. Other errors are returned as they are.
func (s *server) wrongView(r *http.Request, f form, err error) (*templates.Planner, error) {
	problem := problemOf(err)
	if len(problem.Errors) == 0 || problem.Status >= http.StatusInternalServerError {
		return nil, err
	}
	p, err := s.view(r, f)
	if err != nil {
		return nil, err
	}
	p.Wrong, p.Typed = problem.Errors, f.typed
	plan, err := s.planRight(r.Context(), p)
	if err != nil {
		return nil, err
	}
	p.Defaults = plan.Inputs
	s.offerNodeTypes(p, f)
	return p, nil
}

// planRight plans what is right of the typed values. What is out of its range only shows
// when all can be read, and a name that is not in the catalog when all is in its range:
// such fields join the wrong ones, so that somebody mends all of them at once.
func (s *server) planRight(ctx context.Context, p *templates.Planner) (*model.Plan, error) {
	for {
		right := url.Values{}
		for name, texts := range p.Typed {
			if !names(p.Wrong, name) && name != "workloads" {
				right[name] = texts
			}
		}
		scenario, err := model.DecodeFlat(right)
		if err != nil {
			break
		}
		plan, err := s.planner.plan(ctx, scenario)
		if err == nil {
			return plan, nil
		}
		more := alsoWrong(p.Wrong, err)
		if len(more) == 0 {
			break
		}
		p.Wrong = append(p.Wrong, more...)
	}
	return s.planner.plan(ctx, model.Scenario{})
}

// alsoWrong are the fields that the error adds to those that are wrong already. One that
// gives others their meaning may be what is wrong with those.
func alsoWrong(wrong []model.FieldError, err error) []model.FieldError {
	gives := []string{"provider", "region", "workloads"}
	if slices.ContainsFunc(wrong, func(e model.FieldError) bool {
		return slices.Contains(gives, e.Field) || strings.HasPrefix(e.Field, "workloads[")
	}) {
		return nil
	}
	var input *model.InputError
	if !asInput(err, &input) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(input.Fields), func(e model.FieldError) bool { return names(wrong, e.Field) })
}

func names(wrong []model.FieldError, field string) bool {
	return slices.ContainsFunc(wrong, func(e model.FieldError) bool { return e.Field == field })
}

func (s *server) wrongPage(w http.ResponseWriter, r *http.Request, f form, err error) error {
	p, other := s.wrongView(r, f, err)
	if other != nil {
		return other
	}
	return s.sendPage(w, r, problemOf(err).Status, templates.PlannerPage(p))
}

// differences lists the numbers of two plans of one scenario that are not the same.
func differences(then, now model.Plan) []templates.Difference {
	var list []templates.Difference
	for _, field := range model.ValueFields() {
		if aboutThePlan(field) {
			continue
		}
		a, errA := model.PlanValue(then, field)
		b, errB := model.PlanValue(now, field)
		if errA == nil && errB == nil && a != b {
			list = append(list, templates.Difference{Field: field, Then: a, Now: b})
		}
	}
	return list
}

// aboutThePlan tells fields that say how a plan was made or proved, or say its numbers once
// more in words: another version or wording with the same numbers is no difference.
func aboutThePlan(field string) bool {
	last := field[strings.LastIndex(field, ".")+1:]
	return last == "sentence" || last == "as_of" || last == "model_version" || last == "bound_proof"
}
