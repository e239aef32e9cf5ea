package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// sweepNames are the parameters of a sweep: one input, or two with a 2 behind each name.
var sweepNames = []string{"over", "from", "to", "step", "over2", "from2", "to2", "step2"}

// getSweep answers GET /api/v1/sweep: a row for each value of one input, or for each
// combination of two.
func (s *server) getSweep(f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		q, own, err := s.readQuery(r, sweepNames...)
		if err != nil {
			return nil, false, err
		}
		return s.sweepAnswer(r, q, own, f)
	})
}

func (s *server) postSweep(f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, own, err := s.readPosted(w, r, sweepNames...)
		if err != nil {
			return err
		}
		a, _, err := s.sweepAnswer(r, q, own, f)
		if err != nil {
			return err
		}
		return s.send(w, r, a)
	}
}

func (s *server) sweepAnswer(r *http.Request, q query, own url.Values, f format) (*answer, bool, error) {
	if len(q.ranges) > 0 {
		return nil, false, invalid(q.ranges[0].name, "", "conflict", "a sweep varies the inputs named by over and over2 only",
			"Give "+q.ranges[0].name+" one value, or use /api/v1/plan for lists")
	}
	if q.layout.decimalComma {
		for name, texts := range own {
			own[name] = []string{strings.Replace(texts[0], ",", ".", 1)}
		}
	}
	rows := 1
	for _, suffix := range []string{"", "2"} {
		if suffix == "2" && !anyGiven(own, suffix) {
			continue
		}
		ranged, err := sweepRange(own, suffix)
		if err != nil {
			return nil, false, err
		}
		if _, given := model.ParamValue(q.scenario, ranged.name); given && r.Method == http.MethodGet && !q.saved {
			return nil, false, invalid(ranged.name, "", "conflict", ranged.name+" is given a value and swept over", "Leave "+ranged.name+" out")
		}
		if len(q.ranges) > 0 && q.ranges[0].name == ranged.name {
			return nil, false, invalid("over2", ranged.name, "conflict", "over and over2 name the same input", "Name another input, or leave over2 out")
		}
		q.ranges = append(q.ranges, ranged)
		if rows *= len(ranged.values); rows > maxRows {
			return nil, false, tooManyRows("step"+suffix, own.Get("step"+suffix))
		}
	}
	if f == formatJSON && len(q.layout.fields) == 0 {
		return s.sweepJSON(r, q, own)
	}
	return s.tableAnswer(r, q, f, true)
}

// sweepJSON gives every point with a result per pattern.
func (s *server) sweepJSON(r *http.Request, q query, own url.Values) (*answer, bool, error) {
	var spec analysis.SweepSpec
	for i, ranged := range q.ranges {
		axis := analysis.Axis{Name: ranged.name, Step: 1}
		suffix := []string{"", "2"}[i]
		for part, into := range map[string]*float64{"from": &axis.From, "to": &axis.To, "step": &axis.Step} {
			text := strings.TrimSpace(own.Get(part + suffix))
			if text == "" {
				continue
			}
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, false, invalid(part+suffix, text, "number", strconv.Quote(shorten(text))+" is not a number", "Give it as a plain number")
			}
			*into = n
		}
		spec.Axes = append(spec.Axes, axis)
	}
	swept, err := inSlot(r.Context(), s.planner.slow, func(ctx context.Context) (analysis.SweepResult, error) {
		return analysis.Sweep(ctx, q.scenario, s.catalog, spec, nil)
	})
	if err != nil {
		return nil, false, err
	}
	keep := !q.saved && !swept.Interrupted
	cacheControl := cacheShared
	if !keep {
		cacheControl = cacheCheck
	}
	a, err := jsonAnswer(cacheControl, swept)
	return a, keep, err
}

func anyGiven(own url.Values, suffix string) bool {
	for _, name := range []string{"over", "from", "to", "step"} {
		if own.Has(name + suffix) {
			return true
		}
	}
	return false
}

// sweepRange reads over, from, to and step; step may be left out and is 1 then.
func sweepRange(own url.Values, suffix string) (inputRange, error) {
	name := model.LongName(own.Get("over" + suffix))
	p, known := model.ParamByName(name)
	if !known || (p.Type != "integer" && p.Type != "number") {
		return inputRange{}, invalid("over"+suffix, name, "one_of", strconv.Quote(shorten(name))+" is no input that can be swept",
			"Use services, proxy_cpu_m, pod_cpu_m, rps_per_pod or another numeric input")
	}
	span := make([]string, 0, 3)
	for _, part := range []string{"from", "to", "step"} {
		text := strings.TrimSpace(own.Get(part + suffix))
		switch {
		case text == "" && part == "step":
			continue
		case text == "":
			return inputRange{}, invalid(part+suffix, "", "required", part+suffix+" is missing", "Give the sweep's ends as from"+suffix+" and to"+suffix)
		case !isNumber(text):
			return inputRange{}, invalid(part+suffix, text, "number", strconv.Quote(shorten(text))+" is not a number", "Give "+part+suffix+" as a plain number")
		}
		span = append(span, text)
	}
	values, err := expandSpan("over"+suffix, strings.Join(span, ".."))
	if isInput(err) {
		return inputRange{}, invalid("from"+suffix, strings.Join(span, ".."), "range", "the sweep never ends or never starts",
			"Give to"+suffix+" at or above from"+suffix+", and step"+suffix+" above 0")
	}
	return inputRange{name, values}, err
}
