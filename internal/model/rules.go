package model

import (
	"meshplan/internal/facts"
)

// Kinds of rules.
const (
	ruleNeed     = "need"     // something a mesh gives
	ruleSoft     = "soft"     // an opinion by size or simplicity, one term among others
	ruleGate     = "gate"     // something a mesh takes; closed gates make the verdict not_yet
	ruleMaturity = "maturity" // whether a pattern may be used at the plan's date
)

// States of a rule.
const (
	stateMet     = "met"
	stateNotMet  = "not_met"
	stateUnknown = "unknown"
)

// Effects of a rule on the verdict at hand, see [RuleResult].
const (
	effectFor     = "for"     // speaks for a mesh
	effectAgainst = "against" // speaks against one
	effectOpen    = "open"    // gate passed
	effectClosed  = "closed"  // gate that makes the verdict not_yet
	effectForbids = "forbids" // takes patterns out of the choice
	effectNone    = "none"
)

// What a met need asks of the pattern.
const (
	asksEncryption = "encryption" // between services
	asksL7         = "l7"         // requests between services routed, retried or measured
	asksEdge       = "edge"       // only where traffic enters
)

// rule is one line of the verdict. Needs and soft terms add their weight to the score
// when they are met; a mesh is wanted from wantedFrom. A gate that is not met closes; an
// unknown one closes too, unless it is lenient. A maturity rule that is not met forbids
// its patterns.
type rule struct {
	id        string
	kind      string
	statement string
	field     string // the input it looks at
	factID    string // evidence that it matters
	lines     []string
	preset    string // preset that set the threshold
	threshold string
	limit     func(c *court) string // threshold that the user sets
	asks      string
	lenient   bool
	forbids   []string
	see       func(c *court) (seen, state string)
}

// weights are this project's reading of the cited opinions, not a measurement: no
// published threshold is more than an opinion (facts, section verdict). They are set so
// that a mandate alone reaches wantedFrom at any size, also where the network is simple;
// canaries do from ten services on; two weaker needs do together; and no number of
// services does by itself.
var weights = map[string]float64{
	"mtls_mandate":      5,
	"canary":            2,
	"complex_traffic":   1,
	"polyglot":          1,
	"uniform_metrics":   1,
	"multi_cluster":     1,
	"many_services":     1,
	"few_services":      -2,
	"simple_networking": -1,
}

// wantedFrom is the score from which a mesh is wanted.
const wantedFrom = 2

// court is what the rules look at.
type court struct {
	rules        []*rule
	needs        Organisation
	preset       facts.Preset
	asOf         string
	istioVersion string // minor version, "" when not given
	services     int64
	results      []Result
	candidate    *Result // the pattern that the needs point to; nil while no mesh is wanted
}

func newCourt(needs Organisation, preset facts.Preset, s Scenario, plan *Plan) *court {
	return &court{
		rules: rulesFor(preset), needs: needs, preset: preset, asOf: plan.Day(),
		istioVersion: MinorVersion(value(s.Mesh.IstioVersion, "")),
		services:     plan.Application.Services, results: plan.Results,
	}
}

func (c *court) result(id string) *Result {
	for i := range c.results {
		if c.results[i].Pattern == id {
			return &c.results[i]
		}
	}
	return nil
}

// asked says whether a need that is met asks for something.
func (c *court) asked(what string) bool {
	for _, r := range c.rules {
		if r.asks != what {
			continue
		}
		if _, state := r.see(c); state == stateMet {
			return true
		}
	}
	return false
}

// score adds up needs and soft terms.
func (c *court) score() float64 {
	sum := 0.0
	for _, r := range c.rules {
		if r.kind != ruleNeed && r.kind != ruleSoft {
			continue
		}
		if _, state := r.see(c); state == stateMet {
			sum += weights[r.id]
		}
	}
	return sum
}

// closes says whether a gate in that state is closed.
func (r *rule) closes(state string) bool {
	return r.kind == ruleGate && (state == stateNotMet || state == stateUnknown && !r.lenient)
}

// effect is what the rule does to the verdict at hand.
func (r *rule) effect(state string) string {
	switch {
	case r.closes(state):
		return effectClosed
	case r.kind == ruleGate && state == stateMet:
		return effectOpen
	case r.kind == ruleMaturity && state == stateNotMet:
		return effectForbids
	case state != stateMet || weights[r.id] == 0:
		return effectNone
	case weights[r.id] > 0:
		return effectFor
	}
	return effectAgainst
}

// result of a rule, with what it saw.
func (r *rule) result(c *court) RuleResult {
	seen, state := r.see(c)
	fact := facts.Must(r.factID)
	out := RuleResult{
		ID: r.id, Kind: r.kind, Statement: r.statement, Field: r.field, Seen: seen, Threshold: r.threshold, State: state,
		Weight: weights[r.id], Effect: r.effect(state), Preset: r.preset, FactID: fact.ID, Source: fact.Source, Lines: []string{},
	}
	if r.limit != nil {
		out.Threshold = r.limit(c)
	}
	for _, line := range r.lines {
		out.Lines = append(out.Lines, facts.Must(line).Text)
	}
	return out
}

// FrameworkLine is a line of the field report's decision framework with the rules that
// compute it.
type FrameworkLine struct {
	List    string   `json:"list"` // use, avoid
	Text    string   `json:"text"` // as the field report has it
	FactID  string   `json:"fact_id"`
	RuleIDs []string `json:"rule_ids"`
}

// frameworkLines are the facts that hold the field report's two lists, in its order.
var frameworkLines = []struct{ list, factID string }{
	{"use", "report_use_complex_50"}, {"use", "report_use_encryption"}, {"use", "report_use_splitting"},
	{"use", "report_use_expertise"}, {"use", "report_use_budget"},
	{"avoid", "report_avoid_few"}, {"avoid", "report_avoid_expertise"}, {"avoid", "report_avoid_overhead"},
	{"avoid", "report_avoid_budget"}, {"avoid", "report_avoid_simple"},
}

// Framework lists the field report's "use when" and "avoid when" lines, in its order.
func Framework() []FrameworkLine {
	preset, _ := facts.PresetByID(presetFieldReport)
	rules := rulesFor(preset)
	var list []FrameworkLine
	for _, line := range frameworkLines {
		l := FrameworkLine{List: line.list, Text: facts.Must(line.factID).Text, FactID: line.factID}
		for _, r := range rules {
			for _, id := range r.lines {
				if id == line.factID {
					l.RuleIDs = append(l.RuleIDs, r.id)
				}
			}
		}
		list = append(list, l)
	}
	return list
}
