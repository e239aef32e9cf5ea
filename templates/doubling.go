package templates

import (
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// where says at which values of a line a pattern doubles.
func where(l analysis.DoublingLine, d analysis.DoublingPattern) string {
	if d.DoublesFrom == nil {
		return "never"
	}
	from, to := Plain(*d.DoublesFrom), Plain(*d.DoublesTo)
	switch {
	case from == l.From && to == l.To:
		return "always"
	case from == l.From:
		return "up to " + to
	case to == l.To:
		return "from " + from
	}
	return from + " to " + to
}

// scannedRequests are the lines in the words of a sentence.
var scannedRequests = map[string]string{
	"pod_cpu_m": "CPU per pod", "pod_memory_mib": "memory per pod", "proxy_cpu_m": "CPU per sidecar", "proxy_memory_mib": "memory per sidecar",
}

// timesUnit is the unit of a line that multiplies the requests of all workloads listed.
const timesUnit = "×"

// doublingSentence says of a pattern when the bill doubles, and where the scenario stands.
func doublingSentence(r analysis.DoublingResult, pattern string) string {
	var when, here []string
	now := ""
	for _, l := range r.Lines {
		i := slices.IndexFunc(l.Patterns, func(d analysis.DoublingPattern) bool { return d.Pattern == pattern })
		if i < 0 || l.To == "" {
			continue
		}
		d, name := l.Patterns[i], scannedRequests[l.Input]
		if text := where(l, d); text != "never" {
			when = append(when, name+" "+withUnit(text, l.Unit))
		}
		if l.Unit == timesUnit {
			here = append(here, name+" as it is")
		} else {
			here = append(here, name+" "+withUnit(l.You, l.Unit))
		}
		if d.YouGrowth != nil && d.YouDouble != nil {
			now = "growth " + Growth(d.YouGrowth) + map[bool]string{true: ": it doubles.", false: ": it does not double."}[*d.YouDouble]
		}
	}
	switch title := patternTitle(pattern); {
	case len(here) == 0:
		return ""
	case len(when) == 0:
		return title + ": at no scanned request does the bill double. Here: " + now
	default:
		return title + ": the bill doubles with " + strings.Join(when, "; ") + "; each alone, everything else as it is. Here: " + strings.Join(here, ", ") + "; " + now
	}
}

// withUnit writes a value, or words that end in one, with its unit.
func withUnit(text, unit string) string {
	switch {
	case text == "always":
		return "at any value"
	case unit == "":
		return text
	case unit == timesUnit:
		return text + " times what it is"
	}
	return text + space + unit
}

// doublingTitles are the patterns of a line, in its order.
func doublingTitles(r analysis.DoublingResult) []string {
	if len(r.Lines) == 0 {
		return nil
	}
	titles := make([]string, len(r.Lines[0].Patterns))
	for i, d := range r.Lines[0].Patterns {
		titles[i] = patternTitle(d.Pattern)
	}
	return titles
}

// doublingDrawn is the line of pods' CPU, which the chart shows; nil without one.
func doublingDrawn(r analysis.DoublingResult) *analysis.DoublingLine {
	i := slices.IndexFunc(r.Lines, func(l analysis.DoublingLine) bool { return l.Input == "pod_cpu_m" && l.To != "" })
	if i < 0 {
		return nil
	}
	return &r.Lines[i]
}

func doublingGrowth(d analysis.DoublingPattern, at int) string {
	if at >= len(d.Points) || d.Points[at].Growth == nil {
		return ""
	}
	return strconv.FormatFloat(*d.Points[at].Growth, 'f', -1, 64)
}

func (v Doubled) sentences() []string {
	list := []string{doublingSentence(v.Result, model.PatternSidecar)}
	if v.Chosen != model.PatternSidecar && v.Chosen != "" {
		list = append(list, doublingSentence(v.Result, v.Chosen))
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// Doubled is when the bill doubles, with the pattern that the plan speaks of.
type Doubled struct {
	Result analysis.DoublingResult
	Chosen string
}
