package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"meshplan/internal/analysis"
	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/templates"
)

// partMaker works a part out for a scenario; who watches may follow and stop it.
type partMaker func(s *server, ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error)

// parts are the slow analyses of the page: each follows the plan as a fragment of its own.
var parts = map[string]partMaker{
	"strip":       (*server).stripPart,
	"presets":     (*server).presetsPart,
	"uncertainty": (*server).uncertaintyPart,
	"regret":      (*server).regretPart,
	"waterfall":   (*server).waterfallPart,
	"flips":       (*server).flipsPart,
	"cliffs":      (*server).cliffsPart,
	"doubling":    (*server).doublingPart,
	"tight":       (*server).tightPart,
	"used":        (*server).usedPart,
}

// postPart works one analysis out for the scenario in the posted form.
func (s *server) postPart(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "name")
	make, ok := parts[name]
	if !ok {
		make, ok = decisionParts()[name]
	}
	if !ok {
		return notFound(noSuchAddress)
	}
	f, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	if wantsEvents(r) {
		return s.follow(w, r, func(ctx context.Context, watch *watch) ([]byte, error) {
			part, err := make(s, ctx, f.scenario, watch)
			if err != nil {
				return nil, err
			}
			return renderPage(ctx, part)
		})
	}
	part, err := make(s, r.Context(), f.scenario, nil)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, part)
}

// getAnalyses is the page with every analysis, for browsers without script and for print.
func (s *server) getAnalyses(w http.ResponseWriter, r *http.Request) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	f, err := s.decodeForm(values)
	if err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	view := templates.Analyses{Address: address(f.scenario)}
	all := templates.Parts()
	for i, one := range all {
		part, err := s.partInTime(r.Context(), one, f.scenario, len(all)-i)
		if err != nil {
			return err
		}
		view.Parts = append(view.Parts, templates.WorkedPart{SlowPart: one, Body: part})
	}
	return s.sendPage(w, r, http.StatusOK, templates.AnalysesPage(site, view))
}

// partInTime works a part out in its share of the time that the request has left: left
// parts share it, this one among them. One that cannot be had in its share says so in its
// place, and costs the others nothing of theirs.
func (s *server) partInTime(ctx context.Context, one templates.SlowPart, scenario model.Scenario, left int) (templ.Component, error) {
	share := ctx
	if deadline, ok := ctx.Deadline(); ok {
		bounded, cancel := context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left+1)) // one share to write the page
		defer cancel()
		share = bounded
	}
	part, err := parts[one.Name](s, share, scenario, nil)
	if err == nil {
		return part, nil
	}
	if p := problemOf(err); p.kind.ID != kindBusy.ID {
		return nil, err
	}
	s.log.WarnContext(ctx, "analysis not shown", "request_id", middleware.GetReqID(ctx), "analysis", one.Name, "error", err)
	return templates.OutOfTime(), nil
}

func (s *server) stripPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	result, err := study(ctx, s.planner, "strip", scenario, w, analysis.Strip)
	if err != nil {
		return nil, err
	}
	return templates.StripPart(result.value.(analysis.StripResult), w != nil), nil
}

func (s *server) flipsPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	result, err := study(ctx, s.planner, "flips", scenario, w, analysis.Flips)
	if err != nil {
		return nil, err
	}
	return templates.FlipsPart(result.value.(analysis.FlipsResult)), nil
}

func (s *server) doublingPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	result, err := study(ctx, s.planner, "doubling", scenario, w, analysis.Doubling)
	if err != nil {
		return nil, err
	}
	return templates.DoublingPart(templates.Doubled{Result: result.value.(analysis.DoublingResult), Chosen: plan.MeshPattern()}), nil
}

func (s *server) cliffsPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	result, err := study(ctx, s.planner, "cliffs", scenario, w, analysis.Cliffs)
	if err != nil {
		return nil, err
	}
	return templates.CliffsPart(result.value.(analysis.CliffsResult)), nil
}

func (s *server) waterfallPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	made, err := study(ctx, s.planner, "waterfall", scenario, w, analysis.Waterfall)
	if err != nil {
		return nil, err
	}
	view := templates.Waterfalls{Patterns: made.value.(analysis.WaterfallResult).Patterns}
	chosen := (&templates.Planner{Plan: plan}).Headline().Pattern
	for _, p := range view.Patterns {
		if p.Pattern == chosen {
			view.Chosen = p
		}
	}
	return templates.WaterfallPart(view), nil
}

func (s *server) uncertaintyPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	made, err := study(ctx, s.planner, "uncertainty", scenario, w, pageUncertainty)
	if err != nil {
		return nil, err
	}
	view := templates.Sampled{Result: made.value.(analysis.UncertaintyResult)}
	for _, p := range view.Result.Patterns {
		if p.Pattern == view.Result.Chosen {
			view.Pattern = p
		}
	}
	return templates.UncertaintyPart(view), nil
}

// regretPart ranks choices with the weights of the scenario.
func (s *server) regretPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	made, err := regret.run(ctx, s.planner, scenario, nil, w)
	if err != nil {
		return nil, err
	}
	return templates.RegretPart(templates.Regrets{Scenario: scenario, Result: made.value.(analysis.RegretResult)}), nil
}

func pageUncertainty(ctx context.Context, s model.Scenario, c model.Catalog, progress analysis.Progress) (analysis.UncertaintyResult, error) {
	return analysis.Uncertainty(ctx, s, c, 0, progress)
}

// tightPart plans once more with a packing that tries longer, in a slot of the analyses.
func (s *server) tightPart(ctx context.Context, scenario model.Scenario, w *watch) (templ.Component, error) {
	fast, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	effort := "tight"
	scenario.Run.Effort = &effort
	tight, err := s.planner.planIn(ctx, s.planner.slow, scenario, w)
	if err != nil {
		return nil, err
	}
	return templates.TightPart(templates.Tightened{Fast: fast, Tight: tight, Address: address(scenario)}), nil
}

func (s *server) usedPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	plan, err := s.planner.plan(ctx, scenario)
	if err != nil {
		return nil, err
	}
	return templates.UsedPart(plan), nil
}

// explained opens one number of the form's plan.
func (s *server) explained(ctx context.Context, f form) (model.Explanation, error) {
	plan, err := s.planner.plan(ctx, f.scenario)
	if err != nil {
		return model.Explanation{}, err
	}
	return model.Explain(*plan, f.field)
}

// postExplain is the panel that a number opens to.
func (s *server) postExplain(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	e, err := s.explained(r.Context(), f)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.Panel(e))
}

// getExplain is the same as a page, for browsers without script.
func (s *server) getExplain(w http.ResponseWriter, r *http.Request) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	f, err := s.decodeForm(values)
	if err != nil {
		return err
	}
	e, err := s.explained(r.Context(), f)
	if err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ExplainPage(site, e, address(f.scenario)))
}

// presetsPart asks the same question under every preset.
func (s *server) presetsPart(ctx context.Context, scenario model.Scenario, _ *watch) (templ.Component, error) {
	var view templates.Presets
	current := facts.DefaultPreset
	if scenario.Mesh.Preset != nil {
		current = *scenario.Mesh.Preset
	}
	for _, preset := range facts.Presets() {
		asked := scenario
		asked.Mesh.Preset = &preset.ID
		plan, err := s.planner.plan(ctx, asked)
		if err != nil {
			return nil, err
		}
		row := templates.PresetGrowth{Preset: preset, Verdict: plan.Verdict, Current: preset.ID == current, Growth: map[string]*float64{}}
		for _, r := range plan.Results {
			row.Growth[r.Pattern] = r.CostGrowth
		}
		view.Rows = append(view.Rows, row)
	}
	return templates.PresetsPart(view), nil
}
