package money

import (
	"strconv"

	"meshplan/internal/model"
)

// The inputs that money needs besides the plan.
const (
	inEngineer    = "engineer_monthly_usd"
	inHoursMonth  = "engineer_hours_per_month"
	inUpkeep      = "mesh_upkeep_engineers"
	inTraining    = "mesh_training_usd"
	inLicence     = "licence_monthly_usd"
	inPerService  = "hours_per_service_year"
	inLanguages   = "languages"
	inPerLanguage = "hours_per_language_year"
	inGrowth      = "workload_growth_per_year"
)

// exampleHoursPerMonth is 20 days of 8 hours: an example to convert hours with, marked as
// such wherever it is used.
const exampleHoursPerMonth = 160

const monthsPerYear = 12

// figure is an input with its interval; low and high are the value where none is given.
type figure struct {
	low, value, high float64
	known            bool
	example          bool
}

// figures are the inputs by name.
type figures map[string]figure

func readFigures(s model.Scenario) figures {
	f := figures{}
	for _, name := range []string{inEngineer, inHoursMonth, inUpkeep, inTraining, inLicence, inPerService, inLanguages, inPerLanguage, inGrowth} {
		f[name] = readFigure(s, name)
	}
	if hours := f[inHoursMonth]; !hours.known {
		f[inHoursMonth] = figure{exampleHoursPerMonth, exampleHoursPerMonth, exampleHoursPerMonth, true, true}
	}
	return f
}

func readFigure(s model.Scenario, name string) figure {
	interval := s.Intervals[name]
	var f figure
	if interval.Typical != nil {
		f.value, f.known = *interval.Typical, true
	}
	if text, given := model.ParamValue(s, name); given {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			f.value, f.known = v, true
		}
	}
	f.low, f.high = f.value, f.value
	if f.known && interval.Low != nil {
		f.low = min(*interval.Low, f.value)
	}
	if f.known && interval.High != nil {
		f.high = max(*interval.High, f.value)
	}
	return f
}

// setting is one choice of values from the figures.
type setting map[string]float64

func (f figures) typical() setting {
	at := setting{}
	for name, figure := range f {
		at[name] = figure.value
	}
	return at
}

// corners are all combinations of ends of the intervals that are not points. The sums
// below are linear in each input, so that their extremes lie in corners.
func (f figures) corners() []setting {
	list := []setting{f.typical()}
	for _, name := range []string{inEngineer, inHoursMonth, inUpkeep, inLicence, inPerService, inLanguages, inPerLanguage} {
		if f[name].low == f[name].high {
			continue
		}
		var next []setting
		for _, at := range list {
			for _, end := range []float64{f[name].low, f[name].high} {
				moved := setting{name: end}
				for other, v := range at {
					if other != name {
						moved[other] = v
					}
				}
				next = append(next, moved)
			}
		}
		list = next
	}
	return list
}

// peopleUSD is what the people who keep a mesh cost a month.
func (at setting) peopleUSD() float64 { return at[inUpkeep] * at[inEngineer] }

// alternativeUSD is what doing it in each of a number of services costs a month.
func (at setting) alternativeUSD(services float64) float64 {
	if at[inHoursMonth] == 0 {
		return 0
	}
	hours := services*at[inPerService] + at[inLanguages]*at[inPerLanguage]
	return hours / monthsPerYear * at[inEngineer] / at[inHoursMonth]
}
