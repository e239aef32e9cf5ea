package analysis

import (
	"slices"
	"strings"

	"meshplan/internal/model"
)

// TornadoBar is what one uncertain cause does alone: its inputs at their low ends, then
// at their high ends, everything else as planned.
type TornadoBar struct {
	Name     string           `json:"name"` // the group, or the input where it has none
	Inputs   []string         `json:"inputs"`
	Patterns []TornadoPattern `json:"patterns"`
}

// TornadoPattern is a pattern at both ends; growth is null without a baseline, and the
// rest where the pattern cannot be placed.
type TornadoPattern struct {
	Pattern     string   `json:"pattern"`
	LowGrowth   *float64 `json:"low_growth"`
	HighGrowth  *float64 `json:"high_growth"`
	LowCostUSD  *float64 `json:"low_monthly_cost_usd"`
	HighCostUSD *float64 `json:"high_monthly_cost_usd"`
	LowNodes    *int64   `json:"low_nodes"`
	HighNodes   *int64   `json:"high_nodes"`
}

// barsOf gathers inputs by group, in order of first appearance.
func barsOf(inputs []UncertainInput) []TornadoBar {
	var bars []TornadoBar
	for _, u := range inputs {
		i := slices.IndexFunc(bars, func(b TornadoBar) bool { return b.Name == u.Group })
		if i < 0 {
			bars = append(bars, TornadoBar{Name: u.Group})
			i = len(bars) - 1
		}
		bars[i].Inputs = append(bars[i].Inputs, u.Name)
	}
	return bars
}

// tornado plans both ends of every bar and keeps the bars that move anything.
func (st *study) tornado(s model.Scenario, plan model.Plan, inputs []UncertainInput, bars []TornadoBar, chosen string) []TornadoBar {
	kept := []TornadoBar{}
	for _, bar := range bars {
		if st.interrupted() {
			break
		}
		low, okLow := st.inWorld(s, inputs, endOf(bar, inputs, false))
		high, okHigh := st.inWorld(s, inputs, endOf(bar, inputs, true))
		st.advance(2)
		for i := range plan.Results {
			p := TornadoPattern{Pattern: plan.Results[i].Pattern}
			if okLow {
				p.LowGrowth, p.LowCostUSD, p.LowNodes = headline(&low.Results[i])
			}
			if okHigh {
				p.HighGrowth, p.HighCostUSD, p.HighNodes = headline(&high.Results[i])
			}
			bar.Patterns = append(bar.Patterns, p)
		}
		if slices.ContainsFunc(bar.Patterns, TornadoPattern.moves) {
			kept = append(kept, bar)
		}
	}
	slices.SortStableFunc(kept, func(a, b TornadoBar) int {
		if byGrowth := compare(b.of(chosen).growthSpan(), a.of(chosen).growthSpan()); byGrowth != 0 {
			return byGrowth
		}
		if byCost := compare(b.of(chosen).costSpan(), a.of(chosen).costSpan()); byCost != 0 {
			return byCost
		}
		return strings.Compare(a.Name, b.Name)
	})
	return kept
}

// endOf has every input at its typical value, the bar's own at one end.
func endOf(bar TornadoBar, inputs []UncertainInput, high bool) []float64 {
	values := make([]float64, len(inputs))
	for i, u := range inputs {
		values[i] = u.Typical
		if slices.Contains(bar.Inputs, u.Name) {
			values[i] = u.clamp(u.Low)
			if high {
				values[i] = u.clamp(u.High)
			}
		}
	}
	return values
}

func headline(r *model.Result) (growth, costUSD *float64, nodes *int64) {
	if r.Status == statusInfeasible {
		return nil, nil, nil
	}
	return growthOf(r), &r.MonthlyCostUSD, &r.Nodes
}

func (b TornadoBar) of(pattern string) TornadoPattern {
	for _, p := range b.Patterns {
		if p.Pattern == pattern {
			return p
		}
	}
	return TornadoPattern{}
}

func (p TornadoPattern) growthSpan() float64 { return span(p.LowGrowth, p.HighGrowth) }
func (p TornadoPattern) costSpan() float64   { return span(p.LowCostUSD, p.HighCostUSD) }

// moves says whether the two ends differ at all.
func (p TornadoPattern) moves() bool {
	if (p.LowNodes == nil) != (p.HighNodes == nil) {
		return true
	}
	return p.growthSpan() > 0 || p.costSpan() > 0 || p.LowNodes != nil && *p.LowNodes != *p.HighNodes
}

func span(a, b *float64) float64 {
	if a == nil || b == nil {
		return 0
	}
	return max(*a-*b, *b-*a)
}
