package templates

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// stripPatterns are the curves, in the order of results.
var stripPatterns = []string{model.PatternGateway, model.PatternAmbient, model.PatternAmbientL7, model.PatternSidecar, model.PatternLinkerd}

// costPatterns are the curves of money: the cluster without a mesh is one of them.
var costPatterns = append([]string{model.PatternNone}, stripPatterns...)

// patternAt is a pattern's numbers at a point of the strip; nil when there are none.
func patternAt(p analysis.StripPoint, pattern string) *analysis.PatternPoint {
	i := slices.IndexFunc(p.Results, func(r analysis.PatternPoint) bool { return r.Pattern == pattern })
	if i < 0 || p.Results[i].Status == "infeasible" {
		return nil
	}
	return &p.Results[i]
}

// growthAt is a pattern's cost growth at a point of the strip; nil when there is none.
func growthAt(p analysis.StripPoint, pattern string) *float64 {
	if r := patternAt(p, pattern); r != nil {
		return r.CostGrowth
	}
	return nil
}

// costAt is a pattern's money at a point of the strip; "" when its pods fit on no node.
func costAt(p analysis.StripPoint, pattern string) string {
	if r := patternAt(p, pattern); r != nil {
		return Plain(r.MonthlyCostUSD)
	}
	return ""
}

// stripCell is a value of the strip's table, exact and as it is shown.
type stripCell struct{ exact, shown string }

// MarshalJSON writes what static/src/tables.js reads: the text, or both where they differ.
func (c stripCell) MarshalJSON() ([]byte, error) {
	if c.exact == c.shown {
		return json.Marshal(c.shown)
	}
	return json.Marshal([2]string{c.exact, c.shown})
}

// stripRows are the rows of the strip's table.
func stripRows(points []analysis.StripPoint) [][]stripCell {
	rows := make([][]stripCell, len(points))
	for i, point := range points {
		same := func(text string) { rows[i] = append(rows[i], stripCell{text, text}) }
		same(strconv.FormatInt(point.Services, 10))
		same(point.Verdict)
		same(model.VerdictTitle(point.Verdict))
		for _, id := range stripPatterns {
			growth := growthAt(point, id)
			rows[i] = append(rows[i], stripCell{change(growth), Growth(growth)})
		}
		for _, id := range costPatterns {
			same(costAt(point, id))
		}
	}
	return rows
}

// bandCell is an end of an interval.
type bandCell struct{ key, value string }

// bandCells are the ends of every curve's interval at one number of services.
func bandCells(b analysis.StripBand) []bandCell {
	var cells []bandCell
	add := func(key string, s *analysis.Spread, shift float64) {
		low, high := "", ""
		if s != nil {
			low, high = Plain(rounded(s.P5-shift)), Plain(rounded(s.P95-shift))
		}
		cells = append(cells, bandCell{key + "_low", low}, bandCell{key + "_high", high})
	}
	for _, p := range b.Patterns {
		add("growth_"+p.Pattern, p.Growth, 1)
		add("cost_"+p.Pattern, p.MonthlyCost, 0)
	}
	return cells
}

// runs says which value holds from where to where.
func runs(list []analysis.StripSegment, title func(string) string) []string {
	var texts []string
	for _, s := range list {
		switch {
		case s.From == s.To:
			texts = append(texts, title(s.Value)+" at "+Whole(s.From))
		case s.To == analysis.StripServices:
			texts = append(texts, title(s.Value)+" from "+Whole(s.From))
		default:
			texts = append(texts, fmt.Sprintf("%s from %s to %s", title(s.Value), Whole(s.From), Whole(s.To)))
		}
	}
	return texts
}

// wanted is the pattern that the needs point to, in words.
func wanted(pattern string) string {
	if pattern == "" {
		return "none"
	}
	return patternTitle(pattern)
}

// opinion is one pair of thresholds, with the presets that hold it.
type opinion struct {
	avoid, use float64
	of         string   // title of the preset whose opinion it is
	others     []string // presets that take it over
}

// opinions groups the thresholds of the presets by whose they are.
func opinions(list []analysis.StripThreshold) []opinion {
	var out []opinion
	for _, t := range list {
		if t.Preset == t.OpinionOf {
			out = append(out, opinion{avoid: t.AvoidBelow, use: t.UseFrom, of: t.Title})
		}
	}
	for _, t := range list {
		i := slices.IndexFunc(list, func(o analysis.StripThreshold) bool { return o.Preset == t.OpinionOf && o.Preset != t.Preset })
		if i < 0 {
			continue
		}
		if j := slices.IndexFunc(out, func(o opinion) bool { return o.of == list[i].Title }); j >= 0 {
			out[j].others = append(out[j].others, t.Title)
		}
	}
	return out
}

func (o opinion) text() string {
	text := fmt.Sprintf("%s: avoid below %s services, use from %s", o.of, Plain(o.avoid), Plain(o.use))
	if len(o.others) > 0 {
		text += ". The same for presets that state no count of their own: " + strings.Join(o.others, "; ")
	}
	return text
}

// fewRuns are shown before the rest is folded.
const fewRuns = 6
