package advice

import (
	"strconv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// FailureMode is a way in which a mesh breaks, and whether this scenario is exposed to it.
type FailureMode struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Pattern  string    `json:"pattern"`
	Exposed  string    `json:"exposed"` // yes, no, unknown
	Why      string    `json:"why"`     // with the scenario's numbers
	Measures []Measure `json:"measures"`
	Detect   []string  `json:"detect"`
	Alert    string    `json:"alert,omitempty"` // name of the rule in the take-away alerts
	Commands []string  `json:"commands"`        // the first to run
	Recovery []string  `json:"recovery"`
	FactID   string    `json:"fact_id"`
	Source   string    `json:"source"`
}

// ModeEtcd is the mode that a mesh has from the cluster's own control plane.
const ModeEtcd = "etcd_dependency"

// Measure is a number behind the answer.
type Measure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// Answers of [FailureMode.Exposed].
const (
	exposedYes     = "yes"
	exposedNo      = "no"
	exposedUnknown = "unknown"
)

// situation is what the failure modes look at.
type situation struct {
	scenario model.Scenario
	plan     *model.Plan
	result   *model.Result
	pattern  string
}

// FailureModes lists what can break when the pattern is run; an empty pattern is that of
// [model.Plan.MeshPattern]. Modes that the pattern cannot have are left out. The list is
// empty when no pattern fits on the nodes, or for no mesh.
func FailureModes(s model.Scenario, plan model.Plan, pattern string) []FailureMode {
	list := []FailureMode{}
	if pattern == "" {
		pattern = plan.MeshPattern()
	}
	r := plan.Result(pattern)
	if r == nil || pattern == model.PatternNone || r.Status == "infeasible" {
		return list
	}
	here := &situation{scenario: s, plan: &plan, result: r, pattern: pattern}
	for _, mode := range modes {
		if !mode.concerns(pattern) {
			continue
		}
		f := FailureMode{
			ID: mode.id, Title: mode.title, Pattern: pattern, Measures: []Measure{}, Detect: mode.detect, Alert: mode.alert,
			Commands: mode.commands, Recovery: mode.recovery, FactID: mode.factID, Source: facts.Must(mode.factID).Source,
		}
		if pattern == model.PatternLinkerd && mode.linkerd != nil {
			f.Commands = mode.linkerd
		}
		f.Exposed, f.Why, f.Measures = mode.judge(here)
		list = append(list, f)
	}
	return list
}

// number is a numeric value that the plan used; 0 when it used none of that name.
func (h *situation) number(name string) float64 {
	input, _ := h.plan.Input(name)
	v, err := strconv.ParseFloat(input.Value, 64)
	if err != nil {
		return 0
	}
	return v
}

// use of a component, as modelled.
func (h *situation) use(part string) (model.Use, bool) {
	for _, u := range h.plan.Uses {
		if u.Part == part {
			return u, true
		}
	}
	return model.Use{}, false
}

// proxyUse is the use of the pattern's proxy in each pod.
func (h *situation) proxyUse() (model.Use, bool) {
	if h.pattern == model.PatternLinkerd {
		return h.use("linkerd_proxy")
	}
	return h.use("proxy")
}

// part of the pattern, summed over equal ids.
func (h *situation) part(id string) (count int64, first model.Part) {
	for _, p := range h.result.Parts {
		if p.ID == id {
			if count == 0 {
				first = p
			}
			count += p.Count
		}
	}
	return count, first
}

// allocatable memory of all nodes, and of the largest node.
func (h *situation) allocatableMemory() (all, largest int64) {
	for _, l := range h.result.Layouts {
		all += l.Capacity.MemoryMiB * l.Count
		largest = max(largest, l.Capacity.MemoryMiB)
	}
	return all, largest
}

// mode is a failure mode in general.
type mode struct {
	id, title, factID, alert            string
	patterns                            []string // nil: every mesh pattern
	detect, commands, linkerd, recovery []string
	judge                               func(*situation) (exposed, why string, measures []Measure)
}

func (m mode) concerns(pattern string) bool {
	if m.patterns == nil {
		return true
	}
	for _, p := range m.patterns {
		if p == pattern {
			return true
		}
	}
	return false
}
