package web

import (
	"context"
	"encoding/json"
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
	nameRegretTypes    = "choose_node_types"
	nameRegretPatterns = "choose_patterns"
)

// regretWeights are inputs of the scenario that an address may also give beside a posted
// document.
var regretWeights = []string{"weight_overspend", "weight_underprovision", "weight_exponent"}

// regret ranks choices by what they lose over the sampled worlds.
var regret = analysisKind{
	name: "regret", summary: "Which node type, pattern and proxy request loses least over sampled worlds",
	result: reflect.TypeFor[analysis.RegretResult](),
	tables: tablesOf(namedTable[analysis.RegretResult]{"choices", choiceRows}),
	own:    append([]string{nameDraws, nameRegretTypes, nameRegretPatterns}, regretWeights...),
	run: func(ctx context.Context, p *planner, s model.Scenario, own url.Values, w *watch) (*studied, error) {
		spec, err := readRegret(own)
		if err != nil {
			return nil, err
		}
		if err := overlayWeights(&s, own); err != nil {
			return nil, err
		}
		spec.Weights = analysis.RegretWeightsOf(s)
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
	spec := analysis.RegretSpec{NodeTypes: commaList(own.Get(nameRegretTypes))}
	var err error
	if spec.Draws, err = readDraws(own); err != nil {
		return spec, err
	}
	spec.Patterns, err = readPatterns(own.Get(nameRegretPatterns))
	return spec, err
}

// overlayWeights puts the weights of an address above those of the scenario.
func overlayWeights(s *model.Scenario, own url.Values) error {
	for _, name := range regretWeights {
		if given := own.Get(name); given != "" {
			if wrong := model.SetParam(s, name, given); wrong != nil {
				return &model.InputError{Fields: []model.FieldError{*wrong}}
			}
		}
	}
	return nil
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
	one, most := 1.0, float64(analysis.MaxDraws)
	all := []*huma.Param{
		{
			Name: nameDraws, Description: "worlds to draw; absent: as many as the scenario allows in a few seconds", Example: 100,
			Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: &one, Maximum: &most},
		},
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

// inputsOf keeps the names that are inputs of the scenario too.
func inputsOf(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, known := model.ParamByName(name)
		return !known
	})
}
