package templates

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// intervalRow is the editor of one figure's interval.
type intervalRow struct {
	name, label, unit string
	ends              []intervalEnd
	wrong             *model.FieldError
	offered           bool   // the figure has a field of its own
	fact, source      string // whose low and high the placeholders are
}

// intervalEnd is one of its three fields.
type intervalEnd struct{ name, title, text, placeholder string }

// intervalRows are the intervals that the scenario gives, that were typed, and those just
// asked for.
func (p *Planner) intervalRows() []intervalRow {
	names := slices.Clone(p.OpenIntervals)
	add := func(list []string) {
		for _, name := range list {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	add(slices.Sorted(maps.Keys(p.Scenario.Intervals)))
	for _, flat := range slices.Sorted(maps.Keys(p.Typed)) {
		if name, ok := model.IntervalOf(flat); ok && p.Typed.Get(flat) != "" {
			add([]string{name})
		}
	}
	rows := make([]intervalRow, len(names))
	for i, name := range names {
		rows[i] = p.intervalRow(name)
	}
	return rows
}

func (p *Planner) intervalRow(name string) intervalRow {
	row := intervalRow{name: name, label: intervalLabel(name), offered: slices.Contains(offered(), name)}
	if param, ok := model.ParamByName(name); ok {
		row.unit = unit(control{name: param.Name})
	} else if a, ok := assumptionNames()[name]; ok {
		row.unit = a.Unit
	}
	low, high := "", ""
	if preset, ok := facts.PresetByID(p.presetID()); ok {
		if a, ok := preset.Assume(name); ok && a.Low() < a.High() {
			low, high, row.fact, row.source = Plain(a.Low()), Plain(a.High()), a.Fact.ID, a.Fact.Source
		}
	}
	own := p.Scenario.Intervals[name]
	row.ends = []intervalEnd{
		{name + "_low", "low", p.endText(name+"_low", own.Low), low},
		{name + "_typical", "typical", p.endText(name+"_typical", own.Typical), p.Effective(name)},
		{name + "_high", "high", p.endText(name+"_high", own.High), high},
	}
	for _, end := range row.ends {
		if row.wrong == nil {
			row.wrong = p.Error(end.name)
		}
	}
	if i := slices.IndexFunc(p.Wrong, func(e model.FieldError) bool { return e.Field == name && e.Rule == "interval" }); i >= 0 && row.wrong == nil {
		row.wrong = &p.Wrong[i]
	}
	return row
}

// endText is what the field of an interval's end shows: what was typed, else what the
// scenario gives.
func (p *Planner) endText(flat string, given *float64) string {
	if typed := p.Typed.Get(flat); typed != "" {
		return typed
	}
	if given == nil {
		return ""
	}
	return Plain(*given)
}

// ownsError says whether a row of the interval editor shows an error.
func (p *Planner) ownsError(e model.FieldError) bool {
	return slices.ContainsFunc(p.intervalRows(), func(row intervalRow) bool { return row.wrong != nil && *row.wrong == e })
}

// optionGroup is a heading in the choice of figures.
type optionGroup struct {
	title   string
	options []choice
}

// intervalGroups are the figures that can have an interval, by the group of their field;
// last those that only presets know.
var intervalGroups = sync.OnceValue(func() []optionGroup {
	left := model.IntervalNames()
	take := func(name string) bool {
		i := slices.Index(left, name)
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		return i >= 0
	}
	var list []optionGroup
	for _, g := range groups {
		one := optionGroup{title: g.title}
		for _, c := range slices.Concat(g.main, g.more) {
			if take(c.name) {
				one.options = append(one.options, choice{c.name, c.label})
			}
		}
		if len(one.options) > 0 {
			list = append(list, one)
		}
	}
	rest := optionGroup{title: "Figures behind the model"}
	for _, name := range left {
		rest.options = append(rest.options, choice{name, intervalLabel(name)})
	}
	slices.SortFunc(rest.options, func(a, b choice) int { return strings.Compare(a.label, b.label) })
	return append(list, rest)
})

var assumptionNames = sync.OnceValue(func() map[string]facts.AssumptionName {
	byName := map[string]facts.AssumptionName{}
	for _, a := range facts.AssumptionNames() {
		byName[a.Name] = a
	}
	return byName
})

// intervalLabel is a figure in words: those of its field, else those of the registry.
func intervalLabel(name string) string {
	if a, ok := assumptionNames()[name]; ok && !slices.Contains(offered(), name) {
		return sentenceCase(a.Meaning)
	}
	return labelOf(name)
}
