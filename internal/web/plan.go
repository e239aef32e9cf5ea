package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/model"
)

// getPlan answers GET /api/v1/plan in a format.
func (s *server) getPlan(f format) handler {
	whole := s.cached(func(r *http.Request) (*answer, bool, error) {
		q, _, err := s.readQuery(r)
		if err != nil {
			return nil, false, err
		}
		return s.planAnswer(r, q, f)
	})
	return func(w http.ResponseWriter, r *http.Request) error {
		if f != formatJSON {
			return whole(w, r)
		}
		w.Header().Add("Vary", "Accept")
		if !wantsEvents(r) {
			return whole(w, r)
		}
		q, _, err := s.readQuery(r)
		if err != nil {
			return err
		}
		return s.followPlan(w, r, q)
	}
}

// followPlan streams how cost and proved bound of a plan close in, which takes its time
// with effort tight, and then the plan.
func (s *server) followPlan(w http.ResponseWriter, r *http.Request, q query) error {
	if err := oneScenario(q, "a followed plan"); err != nil {
		return err
	}
	return s.follow(w, r, func(ctx context.Context, watch *watch) ([]byte, error) {
		slots := s.planner.fast
		if effort := q.scenario.Run.Effort; effort != nil && *effort == "tight" {
			slots = s.planner.slow
		}
		plan, err := s.planner.planIn(ctx, slots, q.scenario, watch)
		if err != nil {
			return nil, err
		}
		return json.Marshal(plan)
	})
}

// postPlan answers POST /api/v1/plan with a scenario document as the body.
func (s *server) postPlan(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, _, err := s.readPosted(w, r)
		if err != nil {
			return err
		}
		if f == formatJSON && wantsEvents(r) {
			return s.followPlan(w, r, q)
		}
		a, _, err := s.planAnswer(r, q, f)
		if err != nil {
			return err
		}
		return s.send(w, r, a)
	}
}

// planAnswer plans what a query asks for: the whole plan in JSON, rows otherwise. It
// reports whether the answer may be kept.
func (s *server) planAnswer(r *http.Request, q query, f format) (*answer, bool, error) {
	if f != formatJSON || len(q.ranges) > 0 || len(q.layout.fields) > 0 {
		return s.tableAnswer(r, q, f, isWide(q.layout.fields))
	}
	plan, err := s.planner.plan(r.Context(), q.scenario)
	if err != nil {
		return nil, false, err
	}
	a, err := jsonAnswer(cacheFor(q, plan), plan)
	return a, !q.saved && complete(*plan), err
}

// tableAnswer plans every point of a query and writes rows: the ranged inputs, then the
// columns of a pattern's result, or of a whole plan when wide.
func (s *server) tableAnswer(r *http.Request, q query, f format, wide bool) (*answer, bool, error) {
	inputs := make([]string, len(q.ranges))
	for i, ranged := range q.ranges {
		inputs[i] = ranged.name
	}
	names, err := tableColumns(inputs, q.layout.fields, wide)
	if err != nil {
		return nil, false, err
	}
	points, err := q.points()
	if err != nil {
		return nil, false, err
	}
	rows, whole, err := s.pointRows(r.Context(), points, names, wide)
	if err != nil {
		return nil, false, err
	}
	keep, cacheControl := whole && !q.saved, cacheShared
	if !keep {
		cacheControl = cacheCheck
	}
	t := table{columns: columnsNamed(slices.Concat(inputs, names)), rows: rows}
	t.keep(q.layout.fields)
	body, err := t.bytes(f, q.layout)
	if err != nil {
		return nil, false, err
	}
	return newAnswer(f.contentType(), cacheControl, body), keep, nil
}

// tableColumns are the columns behind the inputs, after a look at whether those asked for
// exist.
func tableColumns(inputs, fields []string, wide bool) ([]string, error) {
	names := planColumns()
	known := slices.Concat(inputs, names)
	if wide {
		names = wideNames(inputs, fields)
		known = slices.Concat(inputs, model.ValueFields(), []string{columnQuery, "error"})
	}
	return names, checkFields(fields, known)
}

// pointRows plans every point and reports whether every packing was carried to its end. A
// point that cannot be planned is a row with its error, unless none can: what is wrong is
// wrong everywhere then, and the error is the whole's.
func (s *server) pointRows(ctx context.Context, points []point, names []string, wide bool) (all [][]string, whole bool, err error) {
	whole = true
	var first error
	planned := 0
	for _, p := range points {
		plan, err := s.planner.plan(ctx, p.scenario)
		var rows [][]string
		switch {
		case err == nil:
			planned++
			whole = whole && complete(*plan)
			rows, err = planRows(names, wide, p.scenario, plan)
		case problemOf(err).Status < http.StatusInternalServerError:
			first = cmp.Or(first, err)
			rows, err = [][]string{errorRow(names, p.scenario, err)}, nil
		}
		if err != nil {
			return nil, false, err
		}
		for _, row := range rows {
			all = append(all, slices.Concat(p.given, row))
		}
	}
	if planned == 0 {
		return nil, false, first
	}
	return all, whole, nil
}

// planRows are a plan's rows: one per pattern, or one with the named fields when wide.
func planRows(names []string, wide bool, s model.Scenario, p *model.Plan) ([][]string, error) {
	if !wide {
		return longRows(s, p), nil
	}
	row, err := wideRow(names, s, p)
	return [][]string{row}, err
}

// errorRow is a row that says why there is no plan, and of what: one bad point of many
// fails no other.
func errorRow(names []string, s model.Scenario, err error) []string {
	row := make([]string, len(names))
	if at := slices.Index(names, "error"); at >= 0 {
		row[at] = problemOf(err).Detail
	}
	if at := slices.Index(names, columnQuery); at >= 0 {
		row[at] = queryAgain(s)
	}
	return row
}

// wideNames are the columns of a wide row besides the ranged inputs: those asked for, or
// all.
func wideNames(inputs, fields []string) []string {
	if len(fields) == 0 {
		return sweepColumns()
	}
	var names []string
	for _, name := range fields {
		if !slices.Contains(inputs, name) {
			names = append(names, name)
		}
	}
	return names
}

// getValue answers GET /api/v1/value/{field}: the bare value, one line for each point of
// the ranges.
func (s *server) getValue() handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		q, _, err := s.readQuery(r)
		if err != nil {
			return nil, false, err
		}
		field := chi.URLParam(r, "field")
		points, err := q.points()
		if err != nil {
			return nil, false, err
		}
		keep := !q.saved
		lines := make([]string, 0, len(points))
		for _, p := range points {
			plan, err := s.planner.plan(r.Context(), p.scenario)
			if err != nil {
				return nil, false, err
			}
			text, err := model.PlanValue(*plan, field)
			if err != nil {
				return nil, false, err
			}
			keep = keep && complete(*plan)
			lines = append(lines, cellText(kindOf(field), text, q.layout.decimalComma))
		}
		cacheControl := cacheShared
		if !keep {
			cacheControl = cacheCheck
		}
		return newAnswer(typeText, cacheControl, []byte(strings.Join(lines, "\n"))), keep, nil
	})
}

// cacheFor says how long an answer may be kept.
func cacheFor(q query, plan *model.Plan) string {
	if q.saved || !complete(*plan) {
		return cacheCheck
	}
	return cacheShared
}

// cached serves a GET whose answer follows from its address from the cache, without even
// decoding the query. make reports whether its answer may be kept.
func (s *server) cached(make func(r *http.Request) (*answer, bool, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := r.URL.Path + "?" + r.URL.RawQuery
		if found, ok := s.planner.answers.get(key); ok {
			return s.send(w, r, found)
		}
		a, keep, err := make(r)
		if err != nil {
			return err
		}
		if keep {
			s.planner.answers.put(key, a, a.weight())
		}
		return s.send(w, r, a)
	}
}
