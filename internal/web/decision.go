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

// namePattern is a parameter of the decision's addresses.
const namePattern = "pattern"

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
	tables        tableSet
	// make works the answer out; it reports whether it may be kept.
	make func(*server, context.Context, subject) (value any, keep bool, err error)
}

func newDecision[T any](name, summary string, byPattern bool, make func(*server, context.Context, subject) (T, bool, error), tables ...namedTable[T]) decisionKind {
	kind := decisionKind{
		name: name, summary: summary, result: reflect.TypeFor[T](), own: []string{nameTable},
		make:   func(s *server, ctx context.Context, of subject) (any, bool, error) { return make(s, ctx, of) },
		tables: tablesOf(tables...),
	}
	if byPattern {
		kind.own = append(kind.own, namePattern)
	}
	return kind
}

// decisions lists the addresses that a decision rests on.
var decisions = []decisionKind{
	newDecision("rollout", "The way into the mesh: waves with nodes and money after each, peaks, windows, development cluster", true, (*server).rollout,
		namedTable[RolloutAnswer]{"waves", waveRows}, namedTable[RolloutAnswer]{"development", developmentRows}),
	newDecision("money", "The whole money: nodes, storage, traffic, licence and people against doing it in each service; break-even; three years", true, (*server).money,
		namedTable[MoneyAnswer]{"lines", lineRows}, namedTable[MoneyAnswer]{"curve", curveRows}, namedTable[MoneyAnswer]{"months", monthRows}),
	newDecision("advice", "Versions, what can break here, what has to be in order before a mesh, duties of running one", true, (*server).advice,
		namedTable[AdviceAnswer]{"failure_modes", failureRows}, namedTable[AdviceAnswer]{"versions", versionRows},
		namedTable[AdviceAnswer]{"before", beforeRows}, namedTable[AdviceAnswer]{"duties", dutyRows}),
	newDecision("claims", "The field report's claims beside the sources and what this scenario gives", false, (*server).claims,
		namedTable[ClaimsAnswer]{"claims", claimRows}),
	newDecision("files", "The files to take away, by name; each has an address of its own", true, (*server).fileList,
		namedTable[FilesAnswer]{"files", fileRows}),
}

// decisionRoutes adds the addresses of the decision.
func (s *server) decisionRoutes(add func(method, path string, h handler)) {
	for _, kind := range decisions {
		everySuffix("/v1/"+kind.name, func(path string, f format) {
			add(http.MethodGet, path, s.getDecision(kind, f))
			add(http.MethodPost, path, s.postDecision(kind, f))
		})
	}
	everySuffix("/v1/checks", func(path string, f format) { add(http.MethodPost, path, s.postChecks(f)) })
	add(http.MethodGet, "/v1/files/{name}", s.getFile)
	add(http.MethodPost, "/v1/files/{name}", s.postFile)
	everySuffix("/v1/validation", func(path string, f format) { add(http.MethodGet, path, s.apiValidation(f)) })
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
	name, err := kind.tables.readTableName(own, kind.name)
	if err != nil {
		return nil, false, err
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
	a, err := s.tabular(f, q.layout, cacheControl, value, kind.tables.rows(value, name))
	return a, keep && !q.saved, err
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
