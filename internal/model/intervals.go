package model

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"meshplan/internal/facts"
)

// In flat form an interval is written with its input's name and one of these endings:
// pod_cpu_m_low=100&pod_cpu_m_high=400, and pod_cpu_m_measured=true where it was measured.
const (
	lowSuffix     = "_low"
	typicalSuffix = "_typical"
	highSuffix    = "_high"

	measuredSuffix = "_measured" // true or false: whether the interval was measured
)

// runGroup is the group of inputs that say how to plan: nothing about the world.
const runGroup = "run"

// IntervalNames lists what an interval can be given for: every numeric input that says
// something about the world, and every assumption that presets make.
func IntervalNames() []string { return slices.Clone(intervalNames()) }

var intervalNames = sync.OnceValue(func() []string {
	var names []string
	for _, p := range params {
		if (p.Type == "integer" || p.Type == "number") && p.Group != runGroup {
			names = append(names, p.Name)
		}
	}
	for _, assumption := range facts.AssumptionNames() {
		if _, isParam := paramByName[assumption.Name]; !isParam {
			names = append(names, assumption.Name)
		}
	}
	return names
})

// IntervalOf is the input whose interval a flat name such as pod_cpu_m_low is an end of.
func IntervalOf(name string) (input string, ok bool) {
	input, _, ok = splitInterval(name)
	return input, ok
}

func splitInterval(name string) (base, end string, ok bool) {
	for _, suffix := range []string{lowSuffix, typicalSuffix, highSuffix, measuredSuffix} {
		if base, found := strings.CutSuffix(name, suffix); found && slices.Contains(intervalNames(), base) {
			return base, suffix, true
		}
	}
	return "", "", false
}

func setInterval(s *Scenario, name, text string) *FieldError {
	base, end, ok := splitInterval(name)
	if !ok {
		return unknownName(name)
	}
	if text == "" {
		return nil
	}
	if end == measuredSuffix {
		return setMeasured(s, base, name, text)
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		return &FieldError{
			Field: name, Value: shorten(text), Rule: "number",
			Message: quote(text) + " is not a number", Fix: "Give " + name + " as a plain number",
		}
	}
	interval := s.Intervals[base]
	switch end {
	case lowSuffix:
		interval.Low = &value
	case typicalSuffix:
		interval.Typical = &value
	case highSuffix:
		interval.High = &value
	}
	s.keepInterval(base, interval)
	return nil
}

// keepInterval leaves the map alone that other copies of the scenario share.
func (s *Scenario) keepInterval(name string, interval Interval) {
	s.Intervals = maps.Clone(s.Intervals)
	if s.Intervals == nil {
		s.Intervals = map[string]Interval{}
	}
	s.Intervals[name] = interval
}

func setMeasured(s *Scenario, base, name, text string) *FieldError {
	interval := s.Intervals[base]
	measured, err := parseYesNo(text)
	if err != nil {
		return &FieldError{
			Field: name, Value: shorten(text), Rule: "boolean",
			Message: quote(text) + " is neither true nor false", Fix: "Give " + name + " as true where the interval was measured, or leave it out",
		}
	}
	interval.Measured = measured
	s.keepInterval(base, interval)
	return nil
}

func encodeIntervals(intervals map[string]Interval, written func(name string) string) []string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(intervals)) {
		interval := intervals[name]
		for _, end := range []struct {
			suffix string
			value  *float64
		}{{lowSuffix, interval.Low}, {typicalSuffix, interval.Typical}, {highSuffix, interval.High}} {
			if end.value != nil {
				parts = append(parts, written(name+end.suffix)+"="+plainNumber(*end.value))
			}
		}
		if interval.Measured {
			parts = append(parts, name+measuredSuffix+"=true")
		}
	}
	return parts
}

// checkIntervals refuses intervals of unknown inputs and those that run backwards.
func checkIntervals(intervals map[string]Interval) []FieldError {
	var wrong []FieldError
	known := intervalNames()
	for _, name := range slices.Sorted(maps.Keys(intervals)) {
		if !slices.Contains(known, name) {
			err := unknownName(name)
			err.Field, err.Fix = "intervals."+shorten(name), "Use "+Nearest(name, known)+", or leave it out"
			wrong = append(wrong, *err)
			continue
		}
		last := math.Inf(-1)
		for _, v := range []*float64{intervals[name].Low, intervals[name].Typical, intervals[name].High} {
			if v == nil {
				continue
			}
			if *v < last || math.IsNaN(*v) || math.IsInf(*v, 0) {
				wrong = append(wrong, FieldError{
					Field: name, Value: plainNumber(*v), Rule: "interval",
					Message: "the interval of " + name + " does not rise from low over typical to high",
					Fix:     "Give low ≤ typical ≤ high",
				})
				break
			}
			last = *v
		}
		if p, isParam := paramByName[name]; isParam {
			wrong = append(wrong, intervalInRange(p, intervals[name])...)
		}
	}
	return wrong
}

func intervalInRange(p Param, interval Interval) []FieldError {
	for _, v := range []*float64{interval.Low, interval.Typical, interval.High} {
		if v != nil && (p.Min != nil && *v < *p.Min || p.Max != nil && *v > *p.Max) {
			return []FieldError{{
				Field: p.Name, Value: plainNumber(*v), Rule: "range",
				Message: "the interval of " + p.Name + " reaches " + plainNumber(*v),
				Fix:     "Keep every end " + p.Allowed(),
			}}
		}
	}
	return nil
}

// withTypical takes the typical value of an interval for the input itself, where the
// scenario does not give one: everything below then sees one value.
func withTypical(s Scenario) Scenario {
	for _, name := range slices.Sorted(maps.Keys(s.Intervals)) {
		typical := s.Intervals[name].Typical
		p, isParam := paramByName[name]
		if _, given := ParamValue(s, name); !isParam || given || typical == nil {
			continue
		}
		v := *typical
		if p.Type == "integer" {
			v = math.Round(v)
		}
		_ = SetParam(&s, name, plainNumber(v)) // in range and a number: Validate has seen it
	}
	return s
}
