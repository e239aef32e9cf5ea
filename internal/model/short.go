package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// workloadsShort is the short name of the list of workloads.
const workloadsShort = "w"

// longByShort has the long name of every short one.
var longByShort = readShortNames()

func readShortNames() map[string]string {
	all := map[string]string{workloadsShort: workloadsParam}
	for _, p := range params {
		all[p.Short] = p.Name
	}
	return all
}

// LongName is the name of an input that short stands for: services for s, pod_cpu_m_low
// for pc_low. Any other name is returned as it is.
func LongName(short string) string {
	if long, ok := longByShort[short]; ok {
		return long
	}
	for _, end := range []string{lowSuffix, typicalSuffix, highSuffix} {
		if base, ok := strings.CutSuffix(short, end); ok && longByShort[base] != "" {
			return longByShort[base] + end
		}
	}
	return short
}

// LongNames gives flat values their long names, so that below there is one name for each
// input. The error, an *InputError, names inputs given under both names.
func LongNames[M ~map[string][]string](values M) (M, error) {
	isLong := func(name string) bool { return LongName(name) == name }
	if allOf(maps.Keys(values), isLong) {
		return values, nil
	}
	long := make(M, len(values))
	var wrong []FieldError
	for _, name := range slices.Sorted(maps.Keys(values)) {
		to := LongName(name)
		if _, twice := values[to]; twice && to != name {
			wrong = append(wrong, FieldError{
				Field: to, Value: shorten(strings.Join(slices.Concat(values[to], values[name]), ", ")), Rule: "repeated",
				Message: to + " is given twice: under its own name and as " + name, Fix: "Give it once",
			})
			continue
		}
		long[to] = values[name]
	}
	if len(wrong) > 0 {
		return long, &InputError{Fields: wrong}
	}
	return long, nil
}

func allOf(names func(func(string) bool), holds func(string) bool) bool {
	for name := range names {
		if !holds(name) {
			return false
		}
	}
	return true
}

// EncodeQueryWithin is [EncodeQuery] with long names where that takes at most most bytes,
// else with short ones; fits is false when those are too long as well.
func EncodeQueryWithin(s Scenario, most int) (query string, fits bool) {
	if query = EncodeQuery(s); len(query) > most {
		query = encodeQuery(s, ShortName)
	}
	if len(query) > most {
		return "", false
	}
	return query, true
}

// ShortName is the short name of an input, an interval's end included; an assumption has
// none and keeps its own.
func ShortName(name string) string {
	if name == workloadsParam {
		return workloadsShort
	}
	base, end := name, ""
	if b, e, ok := splitInterval(name); ok {
		base, end = b, e
	}
	p := paramByName[base]
	return cmp.Or(p.Short, base) + end
}
