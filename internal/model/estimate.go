package model

import (
	"math"

	"meshplan/internal/facts"
)

// Estimate is a figure with its interval: 5 % of worlds lie below Low and 5 % above
// High. Where nothing says how far it may be off, the three are equal.
type Estimate struct {
	Low     float64 `json:"low"`
	Typical float64 `json:"typical"`
	High    float64 `json:"high"`
}

// exactly is a figure without doubt.
func exactly(v float64) Estimate { return Estimate{v, v, v} }

// times scales by a number that is not negative.
func (e Estimate) times(k float64) Estimate {
	return Estimate{e.Low * k, e.Typical * k, e.High * k}
}

// with adds a figure that is high when this one is: the ends add.
func (e Estimate) with(o Estimate) Estimate {
	return Estimate{e.Low + o.Low, e.Typical + o.Typical, e.High + o.High}
}

// plus adds figures that have nothing to do with one another: typical values add, and
// the distances to the ends add as the sides of right angles do, since all of them are
// rarely low at once.
func (e Estimate) plus(others ...Estimate) Estimate {
	var below, above float64
	sum := Estimate{}
	for _, o := range append(others, e) {
		sum.Typical += o.Typical
		below = math.Hypot(below, o.Typical-o.Low)
		above = math.Hypot(above, o.High-o.Typical)
	}
	sum.Low, sum.High = max(sum.Typical-below, 0), sum.Typical+above
	return sum
}

// by multiplies independent figures that are not negative, to first order.
func (e Estimate) by(o Estimate) Estimate {
	typical := e.Typical * o.Typical
	below := math.Hypot((e.Typical-e.Low)*o.Typical, e.Typical*(o.Typical-o.Low))
	above := math.Hypot((e.High-e.Typical)*o.Typical, e.Typical*(o.High-o.Typical))
	return Estimate{max(typical-below, 0), typical, typical + above}
}

// atLeast is the larger of two figures, end by end.
func (e Estimate) atLeast(o Estimate) Estimate {
	return Estimate{max(e.Low, o.Low), max(e.Typical, o.Typical), max(e.High, o.High)}
}

// less subtracts what is known for certain, and nothing goes below zero.
func (e Estimate) less(v float64) Estimate {
	return Estimate{max(e.Low-v, 0), max(e.Typical-v, 0), max(e.High-v, 0)}
}

// rounded keeps the given decimals, for figures that leave the model.
func (e Estimate) rounded(digits float64) Estimate {
	return Estimate{roundTo(e.Low, digits), roundTo(e.Typical, digits), roundTo(e.High, digits)}
}

func roundTo(v, digits float64) float64 { return math.Round(v*digits) / digits }

// span decides an assumption with its interval, in the unit that its name ends with. The
// typical value is recorded like any input; the ends are the user's, else those of the
// fact, else there is none.
func (in *inputs) span(name string) Estimate {
	a, ok := in.preset.Assume(name)
	if !ok { // a test asks for every name of every preset
		panic("model: no preset assumes " + name)
	}
	return in.spanOf(name, a)
}

func (in *inputs) spanOf(name string, a facts.Assumption) Estimate {
	from := Input{Origin: OriginPreset, FactID: a.Fact.ID, Source: a.Fact.Source, AsOf: a.Fact.AsOf}
	typical := in.number(name, nil, from, a.Typical())
	e := Estimate{Low: a.Low(), Typical: typical, High: a.High()}
	if own, given := in.scenario.Intervals[name]; given {
		e.Low, e.High = value(own.Low, typical), value(own.High, typical)
	}
	return Estimate{min(e.Low, typical), typical, max(e.High, typical)}
}
