package templates

import (
	"math"
	"strconv"
	"strings"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// Waterfalls are the walks from the cluster without a mesh, the chosen pattern's first.
type Waterfalls struct {
	Chosen   analysis.PatternWaterfall
	Patterns []analysis.PatternWaterfall
}

// step is a bar of the waterfall.
type step struct {
	part, kind       string
	from, to, amount float64
}

// steps lead from before to after; each part starts where the last one ended.
func steps(w analysis.PatternWaterfall) []step {
	list := []step{{"No mesh", "total", 0, w.Cost.Before, w.Cost.Before}}
	at := w.Cost.Before
	for _, p := range w.Parts {
		if p.MonthlyCostUSD == 0 {
			continue
		}
		list = append(list, step{p.Title, p.ID, at, at + p.MonthlyCostUSD, p.MonthlyCostUSD})
		at += p.MonthlyCostUSD
	}
	return append(list, step{w.Title, "total", 0, w.Cost.After, w.Cost.After})
}

// Sampled is the uncertainty of the chosen pattern.
type Sampled struct {
	Result  analysis.UncertaintyResult
	Pattern analysis.PatternUncertainty
}

func (s Sampled) title() string { return patternTitle(s.Pattern.Pattern) }

// interval says the growth of 90 % of the worlds.
func (s Sampled) interval() string {
	if s.Pattern.Growth == nil {
		return "no growth to sample"
	}
	low, high := Change(s.Pattern.Growth.P5-1), Change(s.Pattern.Growth.P95-1)
	text := "P5–P95 " + low
	if high != low {
		text += " to " + high
	}
	if s.Pattern.Doubling != nil {
		text += "; doubles: " + probability(*s.Pattern.Doubling)
	}
	return text
}

// probability never claims that a sample proves never or always.
func probability(p float64) string {
	switch {
	case p < 0.01:
		return "< 1" + space + "%"
	case p > 0.99:
		return "> 99" + space + "%"
	}
	return strconv.FormatFloat(p*100, 'f', 0, 64) + space + "%"
}

// bar is a tornado's bar for the chosen pattern.
type bar struct{ name, low, high string }

func (s Sampled) bars() []bar {
	var list []bar
	for _, b := range s.Result.Tornado {
		for _, p := range b.Patterns {
			if p.Pattern == s.Result.Chosen && p.LowGrowth != nil && p.HighGrowth != nil && *p.LowGrowth != *p.HighGrowth {
				list = append(list, bar{causeLabel(b.Name), change(p.LowGrowth), change(p.HighGrowth)})
			}
		}
	}
	return list
}

// causeLabel is what moves the growth, short enough for an axis: a figure, or what
// several have as their cause.
func causeLabel(name string) string { return sentenceCase(labelOf(name)) }

// shareOfWorlds is a bin's share.
func (s Sampled) shareOfWorlds(b analysis.Bin) float64 {
	return rounded(float64(b.Count) / float64(max(s.Pattern.Placed, 1)))
}

// nearest keeps the cliffs of the chosen pattern.
func nearest(r analysis.CliffsResult) []analysis.Cliff {
	var list []analysis.Cliff
	for _, c := range r.Cliffs {
		if c.Chosen {
			list = append(list, c)
		}
	}
	return list
}

// patternTitle is a pattern in words.
func patternTitle(id string) string {
	ids, titles := model.Patterns()
	for i := range ids {
		if ids[i] == id {
			return titles[i]
		}
	}
	return id
}

// likely says the growth of 90 % of the worlds in a sentence.
func (s Sampled) likely() string {
	if s.Pattern.Growth == nil {
		return ""
	}
	low, high := Change(s.Pattern.Growth.P5-1), Change(s.Pattern.Growth.P95-1)
	if low != high {
		low += " to " + high
	}
	return s.title() + ", likely: " + low + " (P5–P95 of " + Whole(int64(s.Pattern.Placed)) + " sampled worlds)."
}

// reach is the growth from a bar's one end to the other, the smaller first.
func (b bar) reach() string {
	low, high := share(b.low), share(b.high)
	return Change(min(low, high)) + " to " + Change(max(low, high))
}

// share reads what [change] wrote.
func share(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64) // ours
	return v
}

// cliffChange is how far away a cliff is, as a share of the input; an input that is a
// share itself, and starts from nothing, counts as it is. "" where there is no measure.
func cliffChange(c analysis.Cliff) string {
	from, errFrom := strconv.ParseFloat(c.From, 64)
	at, errAt := strconv.ParseFloat(c.At, 64)
	switch {
	case errFrom != nil || errAt != nil:
		return ""
	case from != 0:
		return Plain(rounded((at - from) / from))
	case c.Unit == "" && at <= 1:
		return Plain(rounded(at))
	}
	return ""
}

func cliffWords(c analysis.Cliff) string {
	if text := cliffChange(c); text != "" {
		return Change(share(text))
	}
	return "–"
}

// closest is the cliff that the smallest change reaches, or nil.
func closest(r analysis.CliffsResult) *analysis.Cliff {
	var best *analysis.Cliff
	nearest := nearest(r)
	for i, c := range nearest {
		if text := cliffChange(c); text != "" && (best == nil || math.Abs(share(text)) < math.Abs(share(cliffChange(*best)))) {
			best = &nearest[i]
		}
	}
	return best
}

// words says yes and no for what a form calls true and false.
func words(value string) string {
	switch value {
	case "true":
		return "yes"
	case "false":
		return "no"
	}
	return value
}

// fromTo is a change of an input, with its unit once.
func fromTo(from, to, unit string) string {
	if unit != "" {
		to += space + unit
	}
	return from + " → " + to + ":"
}

// FlipWords say in the page's words what would change the verdict.
func FlipWords(f analysis.Flip) string {
	to, unit := words(f.To), ""
	if f.Unit != "" {
		unit = space + f.Unit
	}
	if f.From == "" {
		return shortLabel(f.Input) + ": " + to + unit + ", not known so far → " + model.VerdictTitle(f.Verdict)
	}
	return shortLabel(f.Input) + ": " + to + unit + " instead of " + words(f.From) + " → " + model.VerdictTitle(f.Verdict)
}

// shortLabel is an input in words without its range: its values stand beside it.
func shortLabel(name string) string {
	label := labelOf(name)
	for _, mark := range []string{", 0", ", ×"} {
		label, _, _ = strings.Cut(label, mark)
	}
	return label
}

// mostVaryingShown are the workloads with an autoscaler that the page lists.
const mostVaryingShown = 50
