package model

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Change is an input that two scenarios give differently. From and To are the values as
// text, "" where a scenario does not give the input.
type Change struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Changes lists what two scenarios give differently: title, flat inputs in document
// order, intervals, then workloads by namespace and name. Nothing is resolved: an input
// left to its default in both is no change.
func Changes(from, to Scenario) []Change {
	var list []Change
	note := func(name, a, b string) {
		if a != b {
			list = append(list, Change{name, a, b})
		}
	}
	note("title", from.Title, to.Title)
	for _, p := range Params() {
		a, _ := ParamValue(from, p.Name)
		b, _ := ParamValue(to, p.Name)
		note(p.Name, a, b)
	}
	names := slices.Sorted(maps.Keys(from.Intervals))
	for name := range to.Intervals {
		if _, both := from.Intervals[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		note("intervals."+name, intervalText(from.Intervals, name), intervalText(to.Intervals, name))
	}
	return append(list, workloadChanges(from.Workloads, to.Workloads)...)
}

func intervalText(intervals map[string]Interval, name string) string {
	v, ok := intervals[name]
	if !ok {
		return ""
	}
	bound := func(f *float64) string {
		if f == nil {
			return "?"
		}
		return strconv.FormatFloat(*f, 'g', -1, 64)
	}
	text := bound(v.Low) + " to " + bound(v.High)
	if v.Typical != nil {
		text += ", typically " + bound(v.Typical)
	}
	if v.Measured {
		text += ", measured"
	}
	return text
}

// workloadChanges compares two lists row by row. Rows of the same namespace and name are
// told apart by their order.
func workloadChanges(from, to []Workload) []Change {
	before, names := byName(from)
	after, more := byName(to)
	for _, name := range more {
		if before[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []Change
	for _, name := range names {
		a, b := before[name], after[name]
		if a == nil || b == nil {
			list = append(list, Change{"workloads " + name, rowText(a), rowText(b)})
			continue
		}
		columns := maps.Clone(a)
		maps.Copy(columns, b)
		for _, column := range slices.Sorted(maps.Keys(columns)) {
			if x, y := string(a[column]), string(b[column]); x != y {
				list = append(list, Change{"workloads " + name + "." + column, x, y})
			}
		}
	}
	return list
}

// byName gives each row as its members, under a name that occurs once.
func byName(list []Workload) (map[string]map[string]json.RawMessage, []string) {
	rows := make(map[string]map[string]json.RawMessage, len(list))
	names := make([]string, 0, len(list))
	for _, w := range list {
		name := w.Name
		if w.Namespace != "" {
			name = w.Namespace + "/" + name
		}
		unique := name
		for i := 2; rows[unique] != nil; i++ {
			unique = name + " (" + strconv.Itoa(i) + ")"
		}
		members := map[string]json.RawMessage{}
		// A Workload holds text, numbers and truth values only, none of them a NaN.
		if text, err := json.Marshal(w); err == nil {
			_ = json.Unmarshal(text, &members)
		}
		delete(members, "namespace")
		delete(members, "name")
		rows[unique] = members
		names = append(names, unique)
	}
	return rows, names
}

func rowText(members map[string]json.RawMessage) string {
	if members == nil {
		return ""
	}
	text, err := json.Marshal(members)
	if err != nil { // made from JSON a moment ago
		return "a row"
	}
	return string(text)
}
