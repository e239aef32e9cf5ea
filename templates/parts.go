package templates

import (
	"slices"

	"github.com/a-h/templ"
	"net/url"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// change is growth as a share for the drawing; "" when there is none.
func change(ratio *float64) string {
	if ratio == nil {
		return ""
	}
	return Plain(rounded(*ratio - 1))
}

// rounded keeps four decimals.
func rounded(v float64) float64 {
	const places = 10000
	if v < 0 {
		return -rounded(-v)
	}
	return float64(int64(v*places+0.5)) / places
}

// PresetGrowth is the growth of every pattern under one preset.
type PresetGrowth struct {
	Preset  facts.Preset
	Growth  map[string]*float64 // by pattern, after ÷ before
	Verdict string
	Current bool // the preset of the scenario
}

// Presets is the same question under every preset.
type Presets struct{ Rows []PresetGrowth }

// Tightened sets the quick packing beside the one that tries longer.
type Tightened struct {
	Fast, Tight *model.Plan
	Address     string // of the planner with the tight packing; "" when too long
}

// improved says whether any pattern needs fewer nodes or dollars, or is proved better.
func (t Tightened) improved() bool {
	for i := range t.Fast.Results {
		f, g := t.Fast.Results[i], t.Tight.Results[i]
		if g.Nodes != f.Nodes || g.MonthlyCostUSD != f.MonthlyCostUSD || g.MonthlyCostLowerBoundUSD > f.MonthlyCostLowerBoundUSD {
			return true
		}
	}
	return false
}

// stopped says whether the search was cut short.
func (t Tightened) stopped() bool {
	return slices.ContainsFunc(t.Tight.Results, func(r model.Result) bool { return r.Status == model.StatusInterrupted })
}

// SlowPart is an analysis that follows the plan: the page fetches it from /parts/Name.
type SlowPart struct{ Name, Title, About string }

// counts is what the progress of a part counts.
func (p SlowPart) counts() string {
	switch p.Name {
	case "flips", "cliffs":
		return "inputs scanned"
	case "tight":
		return "patterns packed"
	}
	return "plans"
}

// turn orders the parts: what the first screen repeats is worked out before the others, what
// takes longest after them.
func (p SlowPart) turn() string {
	switch p.Name {
	case uncertaintySlow.Name:
		return "0"
	case tightSlow.Name:
		return "2"
	}
	return "1"
}

// WorkedPart is a part with its result.
type WorkedPart struct {
	SlowPart
	Body templ.Component
}

// Analyses is the page with every part worked out.
type Analyses struct {
	Address string // of the planner with the scenario; "" when too long
	Parts   []WorkedPart
	Fields  url.Values // inputs of the scenario, for the form around the parts
}

// The parts of the page.
var (
	stripSlow       = SlowPart{"strip", "Verdict and growth by number of services", "Thick lines are means of the counts nearby, thin ones every whole node; bands are P5–P95; dots are you."}
	waterfallSlow   = SlowPart{"waterfall", "What the growth is made of", "Parts that add up to the cent."}
	uncertaintySlow = SlowPart{"uncertainty", "How sure this is", "The growth over worlds sampled from the intervals of the figures."}
	regretSlow      = SlowPart{"regret", "Least regret", "Which node type, pattern and sidecar request loses least over the sampled worlds."}
	presetsSlow     = SlowPart{"presets", "The same question under every preset", "Growth in cost, by whose figures one believes."}
	flipsSlow       = SlowPart{"flips", "What would change the verdict", "The nearest value of each input that does; the step before it does not."}
	tightSlow       = SlowPart{"tight", "A tighter packing", "The packing tries longer; the numbers above are the quick ones."}
	usedSlow        = SlowPart{"used", "Every value used, and where it came from", "Yours, the preset's, the price list's."}
	doublingSlow    = SlowPart{"doubling", "When does the bill double?", "Requests of pods and sidecars at which the bill is twice that without a mesh."}
	cliffsSlow      = SlowPart{"cliffs", "Next cliffs", "The next value of each input at which a node is added or saved."}
)

// Parts lists every part in the order of the page.
func Parts() []SlowPart {
	return []SlowPart{stripSlow, uncertaintySlow, regretSlow, waterfallSlow, presetsSlow, flipsSlow, cliffsSlow, doublingSlow, tightSlow, usedSlow}
}
