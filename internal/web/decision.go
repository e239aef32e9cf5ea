package web

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Parameters of the decision's addresses.
const (
	namePattern = "pattern"
	nameTable   = "table"
)

// subject is what a decision is asked for: a scenario, and a pattern or "" for the plan's.
type subject struct {
	scenario model.Scenario
	pattern  string
	watch    *watch // who follows, or nil
}

// decisionKind is what a plan comes to for those who decide: an address below /api/v1
// with the parameters of a plan.
type decisionKind struct {
	name, summary string
	own           []string // parameters of its own
	result        reflect.Type
	tables        []string // that CSV and TSV can hold, the first by default
	// make works the answer out; it reports whether it may be kept.
	make func(*server, context.Context, subject) (value any, keep bool, err error)
	// rows is a table of the answer.
	rows func(value any, name string) *table
}

// decisionTable is a table of an answer.
type decisionTable[T any] struct {
	name string
	rows func(T) *table
}

func newDecision[T any](name, summary string, byPattern bool, make func(*server, context.Context, subject) (T, bool, error), tables ...decisionTable[T]) decisionKind {
	kind := decisionKind{
		name: name, summary: summary, result: reflect.TypeFor[T](), own: []string{nameTable},
		make: func(s *server, ctx context.Context, of subject) (any, bool, error) { return make(s, ctx, of) },
		rows: func(value any, name string) *table {
			at := max(slices.IndexFunc(tables, func(t decisionTable[T]) bool { return t.name == name }), 0)
			return tables[at].rows(value.(T))
		},
	}
	if byPattern {
		kind.own = append(kind.own, namePattern)
	}
	for _, t := range tables {
		kind.tables = append(kind.tables, t.name)
	}
	return kind
}

// decisions lists the addresses that a decision rests on.
var decisions = []decisionKind{
	newDecision("rollout", "The way into the mesh: waves with nodes and money after each, peaks, windows, development cluster", true, (*server).rollout,
		decisionTable[RolloutAnswer]{"waves", waveRows}, decisionTable[RolloutAnswer]{"development", developmentRows}),
	newDecision("money", "The whole money: nodes, storage, traffic, licence and people against doing it in each service; break-even; three years", true, (*server).money,
		decisionTable[MoneyAnswer]{"lines", lineRows}, decisionTable[MoneyAnswer]{"curve", curveRows}, decisionTable[MoneyAnswer]{"months", monthRows}),
	newDecision("advice", "Versions, what can break here, what has to be in order before a mesh, duties of running one", true, (*server).advice,
		decisionTable[AdviceAnswer]{"failure_modes", failureRows}, decisionTable[AdviceAnswer]{"versions", versionRows},
		decisionTable[AdviceAnswer]{"before", beforeRows}, decisionTable[AdviceAnswer]{"duties", dutyRows}),
	newDecision("claims", "The field report's claims beside the sources and what this scenario gives", false, (*server).claims,
		decisionTable[ClaimsAnswer]{"claims", claimRows}),
	newDecision("files", "The files to take away, by name; each has an address of its own", true, (*server).fileList,
		decisionTable[FilesAnswer]{"files", fileRows}),
}

// decisionRoutes adds the addresses of the decision.
func (s *server) decisionRoutes(add func(method, path string, h handler)) {
	for _, kind := range decisions {
		for suffix, f := range inFormats(formatCSV, formatTSV) {
			add(http.MethodGet, "/v1/"+kind.name+suffix, s.getDecision(kind, f))
			add(http.MethodPost, "/v1/"+kind.name+suffix, s.postDecision(kind, f))
		}
	}
	for suffix, f := range inFormats(formatCSV, formatTSV) {
		add(http.MethodPost, "/v1/checks"+suffix, s.postChecks(f))
	}
	add(http.MethodGet, "/v1/files/{name}", s.getFile)
	add(http.MethodPost, "/v1/files/{name}", s.postFile)
	for suffix, f := range inFormats(formatCSV, formatTSV) {
		add(http.MethodGet, "/v1/validation"+suffix, s.apiValidation(f))
	}
}

func (s *server) getDecision(kind decisionKind, f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		q, own, err := s.readQuery(r, kind.own...)
		if err != nil {
			return nil, false, err
		}
		return s.decisionAnswer(r, kind, f, q, own)
	})
}

func (s *server) postDecision(kind decisionKind, f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, own, err := s.readPosted(w, r, kind.own...)
		if err != nil {
			return err
		}
		a, _, err := s.decisionAnswer(r, kind, f, q, own)
		if err != nil {
			return err
		}
		return s.send(w, r, a)
	}
}

func (s *server) decisionAnswer(r *http.Request, kind decisionKind, f format, q query, own url.Values) (*answer, bool, error) {
	if err := oneScenario(q, kind.name); err != nil {
		return nil, false, err
	}
	pattern, err := readPattern(own)
	if err != nil {
		return nil, false, err
	}
	name := own.Get(nameTable)
	if name != "" && !slices.Contains(kind.tables, name) {
		return nil, false, invalid(nameTable, name, "one_of", kind.name+" has no table called "+strconv.Quote(shorten(name)),
			"Use "+strings.Join(kind.tables, " or "))
	}
	value, keep, err := kind.make(s, r.Context(), subject{scenario: q.scenario, pattern: pattern})
	if err != nil {
		return nil, false, err
	}
	cacheControl := cacheShared
	if !keep {
		cacheControl = cacheNever
	} else if q.saved {
		cacheControl = cacheCheck
	}
	keep = keep && !q.saved
	if f == formatJSON {
		a, err := jsonAnswer(cacheControl, value)
		return a, keep, err
	}
	t := kind.rows(value, name)
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	if err := checkFields(q.layout.fields, names); err != nil {
		return nil, false, err
	}
	t.keep(q.layout.fields)
	body, err := t.bytes(f, q.layout)
	if err != nil {
		return nil, false, err
	}
	return newAnswer(f.contentType(), cacheControl, body), keep, nil
}

// oneScenario refuses ranges where one scenario is looked at.
func oneScenario(q query, name string) error {
	if len(q.ranges) == 0 {
		return nil
	}
	return invalid(q.ranges[0].name, "", "conflict", name+" looks at one scenario, and "+q.ranges[0].name+" has several values", "Give it one value")
}

// readPattern reads the mesh pattern asked for; "" is that of the plan.
func readPattern(own url.Values) (string, error) {
	pattern := own.Get(namePattern)
	ids, _ := model.Patterns()
	if pattern == "" || slices.Contains(ids[1:], pattern) {
		return pattern, nil
	}
	return "", invalid(namePattern, pattern, "one_of", strconv.Quote(shorten(pattern))+" is no mesh pattern",
		"Use "+strings.Join(ids[1:], ", ")+", or leave pattern out to get the plan's own")
}
