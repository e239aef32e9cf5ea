package templates

import (
	"strconv"

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
				list = append(list, bar{b.Name, change(p.LowGrowth), change(p.HighGrowth)})
			}
		}
	}
	return list
}

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
