package web

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// studied is an analysis with its JSON, kept together.
type studied struct {
	value  any
	answer *answer
}

// analysisKind is one slow analysis: an address below /api/v1 with the parameters of a
// plan.
type analysisKind struct {
	name    string
	summary string
	result  reflect.Type
	own     []string // parameters of its own, besides table
	tables  tableSet
	run     func(ctx context.Context, p *planner, s model.Scenario, own url.Values, w *watch) (*studied, error)
}

// analysisFunc is what an analysis looks like.
type analysisFunc[T any] func(context.Context, model.Scenario, model.Catalog, analysis.Progress) (T, error)

// analyses lists the slow analyses that have an address.
var analyses = []analysisKind{
	newAnalysis("flips", "What would change the verdict: the nearest value of each input that does", analysis.Flips,
		namedTable[analysis.FlipsResult]{"flips", flipRows}, namedTable[analysis.FlipsResult]{"scanned", flipScanRows}),
	newAnalysis("cliffs", "The next values of each input at which a node is added or saved", analysis.Cliffs,
		namedTable[analysis.CliffsResult]{"cliffs", cliffRows}, namedTable[analysis.CliffsResult]{"scanned", cliffScanRows}),
	newAnalysis("strip", "Verdict and growth by service count, from 1 to 500", analysis.Strip,
		namedTable[analysis.StripResult]{"points", stripRows}, namedTable[analysis.StripResult]{"runs", segmentRows},
		namedTable[analysis.StripResult]{"thresholds", thresholdRows}, namedTable[analysis.StripResult]{"bands", bandRows}),
	newAnalysis("waterfall", "Growth split into parts that add up exactly", analysis.Waterfall,
		namedTable[analysis.WaterfallResult]{"parts", partRows}, namedTable[analysis.WaterfallResult]{"patterns", walkRows}),
	newAnalysis("doubling", "From which pod and proxy requests on the cluster doubles", analysis.Doubling,
		namedTable[analysis.DoublingResult]{"patterns", doublingRows}, namedTable[analysis.DoublingResult]{"points", doublingPointRows}),
	uncertainty,
	regret,
}

// uncertainty has a parameter of its own: how many worlds are drawn.
var uncertainty = analysisKind{
	name: "uncertainty", summary: "The plan over sampled worlds: percentiles, odds of doubling, what matters most",
	result: reflect.TypeFor[analysis.UncertaintyResult](), own: []string{nameDraws},
	tables: tablesOf(namedTable[analysis.UncertaintyResult]{"patterns", spreadRows}, namedTable[analysis.UncertaintyResult]{"tornado", tornadoRows},
		namedTable[analysis.UncertaintyResult]{"verdicts", shareRows}, namedTable[analysis.UncertaintyResult]{"inputs", drawnRows},
		namedTable[analysis.UncertaintyResult]{"histogram", histogramRows}, namedTable[analysis.UncertaintyResult]{"workloads", varyingRows}),
	run: func(ctx context.Context, p *planner, s model.Scenario, own url.Values, w *watch) (*studied, error) {
		draws, err := readDraws(own)
		if err != nil {
			return nil, err
		}
		return study(ctx, p, "uncertainty/"+strconv.Itoa(draws), s, w,
			func(ctx context.Context, s model.Scenario, c model.Catalog, progress analysis.Progress) (analysis.UncertaintyResult, error) {
				return analysis.Uncertainty(ctx, s, c, draws, progress)
			})
	},
}

func newAnalysis[T any](name, summary string, run analysisFunc[T], tables ...namedTable[T]) analysisKind {
	return analysisKind{
		name: name, summary: summary, result: reflect.TypeFor[T](), tables: tablesOf(tables...),
		run: func(ctx context.Context, p *planner, s model.Scenario, _ url.Values, w *watch) (*studied, error) {
			return study(ctx, p, name, s, w, run)
		},
	}
}

// study runs an analysis in a slot, or finds it in the cache. Who watches is told how far
// it has come and may stop it. One that was cut short depends on the clock and is not
// kept.
func study[T any](ctx context.Context, p *planner, name string, s model.Scenario, w *watch, run analysisFunc[T]) (*studied, error) {
	if err := model.Validate(s, p.catalog); err != nil {
		return nil, err
	}
	key := name + contentKey(s)
	if found, ok := p.studies.get(key); ok {
		return found, nil
	}
	return inSlot(ctx, p.slow, func(ctx context.Context) (*studied, error) {
		ctx, cancel := w.bound(ctx)
		defer cancel()
		value, err := run(ctx, s, p.catalog, w.progress)
		if err != nil {
			return nil, err
		}
		cacheControl := cacheShared
		if interrupted(value) {
			cacheControl = cacheNever
		}
		a, err := jsonAnswer(cacheControl, value)
		if err != nil {
			return nil, err
		}
		made := &studied{value, a}
		if !interrupted(value) {
			p.studies.put(key, made, 3*a.weight())
		}
		return made, nil
	})
}

// interrupted reads the member that every analysis has for having been cut short.
func interrupted(value any) bool {
	member := reflect.ValueOf(value).FieldByName("Interrupted")
	return member.IsValid() && member.Kind() == reflect.Bool && member.Bool()
}

func (s *server) getAnalysis(kind analysisKind, f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, own, err := s.readQuery(r, append(kind.own, nameTable)...)
		if err != nil {
			return err
		}
		return s.sendAnalysis(w, r, kind, f, q, own)
	}
}

func (s *server) postAnalysis(kind analysisKind, f format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, own, err := s.readPosted(w, r, append(kind.own, nameTable)...)
		if err != nil {
			return err
		}
		return s.sendAnalysis(w, r, kind, f, q, own)
	}
}

func (s *server) sendAnalysis(w http.ResponseWriter, r *http.Request, kind analysisKind, f format, q query, own url.Values) error {
	if err := oneScenario(q, kind.name); err != nil {
		return err
	}
	table, err := kind.tables.readTableName(own, kind.name)
	if err != nil {
		return err
	}
	w.Header().Add("Vary", "Accept")
	if f == formatJSON && wantsEvents(r) {
		return s.follow(w, r, func(ctx context.Context, watch *watch) ([]byte, error) {
			made, err := kind.run(ctx, s.planner, q.scenario, own, watch)
			if err != nil {
				return nil, err
			}
			return made.answer.body, nil
		})
	}
	made, err := kind.run(r.Context(), s.planner, q.scenario, own, nil)
	if err != nil {
		return err
	}
	a, cacheControl := made.answer, made.answer.cacheControl
	if q.saved && cacheControl == cacheShared {
		cacheControl = cacheCheck
	}
	if f != formatJSON || len(q.layout.fields) > 0 {
		a, err = s.tabular(f, q.layout, cacheControl, made.value, kind.tables.rows(made.value, table))
		if err != nil {
			return err
		}
	} else if cacheControl != a.cacheControl {
		a = newAnswer(a.contentType, cacheControl, a.body)
	}
	return s.send(w, r, a)
}
