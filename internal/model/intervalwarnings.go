package model

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// intervalWarnings says where a value and its interval contradict each other.
func (in *inputs) intervalWarnings() []Warning {
	var list []Warning
	for _, name := range slices.Sorted(maps.Keys(in.scenario.Intervals)) {
		i := slices.IndexFunc(in.record, func(used Input) bool { return used.Name == name })
		if i < 0 {
			continue // nothing of this plan reads it
		}
		used, err := strconv.ParseFloat(in.record[i].Value, 64)
		if err != nil {
			continue
		}
		shown, own := plainNumber(used), in.scenario.Intervals[name]
		if _, given := ParamValue(in.scenario, name); given && own.Typical != nil && !takenAs(name, *own.Typical, used) {
			list = append(list, Warning{
				ID: "interval_typical", Field: name,
				Message: name + " is given as " + shown + ", and its interval calls " + plainNumber(*own.Typical) + " typical: the plan takes " + shown,
				Fix:     "Give one of the two",
			})
		}
		if outside := own.Low != nil && used < *own.Low || own.High != nil && used > *own.High; outside {
			list = append(list, Warning{
				ID: "interval_outside", Field: name,
				Message: name + " is " + shown + ", outside its interval: sampled worlds lie on one side of it only",
				Fix:     "Move the value between the ends, or the ends around the value",
			})
		}
	}
	return list
}

// takenAs says whether an input whose interval has that typical value is used as used.
func takenAs(name string, typical, used float64) bool {
	if paramByName[name].Type == "integer" {
		typical = math.Round(typical)
	}
	return typical == used
}
