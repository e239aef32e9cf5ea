package web

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// Parameters that only some analyses have.
const (
	nameDraws          = "draws"
	nameOverspend      = "weight_overspend"
	nameUnderprovision = "weight_underprovision"
	nameExponent       = "weight_exponent"
	nameRegretTypes    = "choose_node_types"
	nameRegretPatterns = "choose_patterns"
)

// mostWeight bounds the weights of regret: beyond it only one side counts.
const mostWeight = 1000

// regret ranks choices by what they lose over the sampled worlds.
var regret = analysisKind{
	name: "regret", summary: "Which node type, pattern and proxy request loses least over sampled worlds",
	result: reflect.TypeFor[analysis.RegretResult](),
	tables: tablesOf(namedTable[analysis.RegretResult]{"choices", choiceRows}),
	own:    []string{nameDraws, nameOverspend, nameUnderprovision, nameExponent, nameRegretTypes, nameRegretPatterns},
	run: func(ctx context.Context, p *planner, s model.Scenario, own url.Values, w *watch) (*studied, error) {
		spec, err := readRegret(own)
		if err != nil {
			return nil, err
		}
		key, err := json.Marshal(spec)
		if err != nil {
			return nil, err
		}
		return study(ctx, p, "regret/"+string(key), s, w,
			func(ctx context.Context, s model.Scenario, c model.Catalog, progress analysis.Progress) (analysis.RegretResult, error) {
				return analysis.Regret(ctx, s, c, spec, progress)
			})
	},
}

func readRegret(own url.Values) (analysis.RegretSpec, error) {
	spec := analysis.RegretSpec{Weights: analysis.DefaultRegretWeights, NodeTypes: commaList(own.Get(nameRegretTypes))}
	var err error
	if spec.Draws, err = readDraws(own); err != nil {
		return spec, err
	}
	if spec.Patterns, err = readPatterns(own.Get(nameRegretPatterns)); err != nil {
		return spec, err
	}
	w := &spec.Weights
	for _, one := range []struct {
		name  string
		least float64
		into  *float64
	}{{nameOverspend, 0, &w.Overspend}, {nameUnderprovision, 0, &w.Underprovision}, {nameExponent, 1, &w.Exponent}} {
		if err := readWeight(own, one.name, one.least, one.into); err != nil {
			return spec, err
		}
	}
	return spec, nil
}

func readDraws(own url.Values) (int, error) {
	text := own.Get(nameDraws)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, invalid(nameDraws, text, "integer", strconv.Quote(shorten(text))+" is not a number of worlds",
			"Give draws as a whole number from 1 to "+strconv.Itoa(analysis.MaxDraws))
	}
	return n, nil
}

func readWeight(own url.Values, name string, least float64, into *float64) error {
	text := own.Get(name)
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < least || v > mostWeight {
		return invalid(name, text, "range", strconv.Quote(shorten(text))+" is not a weight",
			"Give "+name+" as a number from "+strconv.FormatFloat(least, 'f', -1, 64)+" to "+strconv.Itoa(mostWeight))
	}
	*into = v
	return nil
}

func readPatterns(text string) ([]string, error) {
	known, _ := model.Patterns()
	list := commaList(text)
	for _, id := range list {
		if !slices.Contains(known, id) {
			return nil, invalid(nameRegretPatterns, id, "one_of", "there is no pattern called "+strconv.Quote(shorten(id)),
				"Use "+strings.Join(known, ", "))
		}
	}
	return list, nil
}

func commaList(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// describeOwn describes the parameters that an analysis has besides the scenario's.
func describeOwn(names []string) []*huma.Param {
	one, most, zero, heaviest := 1.0, float64(analysis.MaxDraws), 0.0, float64(mostWeight)
	number := func(least *float64) *huma.Schema {
		return &huma.Schema{Type: huma.TypeNumber, Minimum: least, Maximum: &heaviest}
	}
	w := analysis.DefaultRegretWeights
	all := []*huma.Param{
		{
			Name: nameDraws, Description: "worlds to draw; absent: as many as the scenario allows in a few seconds", Example: 100,
			Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: &one, Maximum: &most},
		},
		{Name: nameOverspend, Description: "weight of a dollar spent beyond the best choice", Example: w.Overspend, Schema: number(&zero)},
		{Name: nameUnderprovision, Description: "weight of a dollar saved by requests that do not hold", Example: w.Underprovision, Schema: number(&zero)},
		{Name: nameExponent, Description: "above 1 a large regret hurts more than two of half its size", Example: w.Exponent, Schema: number(&one)},
		{
			Name: nameRegretTypes, Description: "node types to choose from, with commas; absent: the scenario's own and the cheapest of the cheapest families",
			Example: "m6i.2xlarge,m6i.4xlarge", Schema: &huma.Schema{Type: huma.TypeString},
		},
		{
			Name: nameRegretPatterns, Description: "patterns to choose from, with commas; absent: those that meet the needs",
			Example: "ambient,sidecar", Schema: &huma.Schema{Type: huma.TypeString},
		},
	}
	var own []*huma.Param
	for _, p := range all {
		if slices.Contains(names, p.Name) {
			p.In = "query"
			own = append(own, p)
		}
	}
	return own
}
