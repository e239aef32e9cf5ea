package templates

import (
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/internal/snippet"
	"meshplan/internal/validation"
)

// Method is the page of formulas and facts.
type Method struct {
	Facts         []facts.Fact
	Presets       []facts.Preset
	Disagreements []facts.Disagreement
	Missing       []facts.Missing
	Releases      []facts.Release
	Claims        []validation.Claim // of the field report, in the first example
	Example       model.Example
}

// formula is one step of the method, in words and as a formula.
type formula struct{ title, text, why string }

// formulas are the steps of the planning model, as package model documents them.
var formulas = []formula{
	{"Pod", "request = max(largest init step, Σ containers + proxy)", "Per resource, as Kubernetes counts it. A native sidecar also runs beside every init step: max(init + proxy, Σ containers + proxy)."},
	{"Node", "usable = allocatable × (1 − headroom) − DaemonSets − mesh agents", "Allocatable follows the provider's own rule for EKS, GKE, AKS or kubeadm. Pod slots are the node's limit less what runs on every node."},
	{"Proxy from use", "CPU = requests/s × vCPU per 1000 requests/s ÷ 1000; memory = measured base", "Presets of use make requests from it, rounded up to 10m and 16 MiB. Presets of requests are taken as they are, and the plan warns where modelled use is above them."},
	{"Packing", "bound ≤ cost of the plan", "Whole pods are placed on whole nodes in CPU, memory and slots. The bound holds for every placement, so the gap says how far the plan can be from the best."},
	{"Price", "node a month = hourly × 730 h × (1 − discount) + fee; plan = Σ nodes + control plane", "730 hours is 8,760 ÷ 12."},
	{"Growth", "after ÷ before", "From 2 on the cluster doubles. Without a baseline there is no growth, and the page says so."},
	{"Verdict", "Σ weights of the needs that are met ≥ 2, and both gates open", "Unknown answers count as not met; what they would change is listed beside the verdict."},
}

// figure writes a fact's figures as published.
func figure(f facts.Fact) string {
	var parts []string
	switch {
	case f.Low != nil && f.High != nil && f.Typical != nil:
		parts = append(parts, Plain(*f.Typical)+" ("+Plain(*f.Low)+" to "+Plain(*f.High)+")")
	case f.Low != nil && f.High != nil:
		parts = append(parts, Plain(*f.Low)+" to "+Plain(*f.High))
	default:
		for _, one := range []struct {
			words string
			v     *float64
		}{{"from ", f.Low}, {"", f.Typical}, {"up to ", f.High}} {
			if one.v != nil {
				parts = append(parts, one.words+Plain(*one.v))
			}
		}
	}
	text := strings.Join(parts, ", ")
	if text != "" && f.Unit != "" {
		text += space + f.Unit
	}
	if f.Text != "" {
		text = strings.TrimSpace(text + " " + f.Text)
	}
	return text
}

// Reference is the page of the API.
type Reference struct {
	Groups []OperationGroup
	Params []model.Param
	Fields []string // of /api/v1/value
	Errors []ErrorKind
}

// OperationGroup is the operations of one kind, in the order of the document.
type OperationGroup struct {
	ID, Title  string
	Operations []Operation
}

// Operation is an address with a method, and what is needed to try it. Addresses that
// differ only in the format of their answer are one operation.
type Operation struct {
	ID, Method, Path, Summary, Detail string
	Suffixes                          []string // of Path; none when there is only one format
	Params                            []OperationParam
	Inputs                            bool   // takes the inputs of a scenario in its query
	Start                             string // inputs to start from
	Shapes                            bool   // takes fields, header, sep, dec and bom
	Bodies                            []OperationBody
}

// OperationParam is a parameter of an operation's own.
type OperationParam struct {
	Name, In, Doc, Example string // In: path, query or header
	Required               bool
	OneOf                  []string
}

// OperationBody is an example of a body.
type OperationBody struct{ Media, Example string }

// ErrorKind is a kind of error, which has a page.
type ErrorKind struct {
	ID, Title string
	Status    int
}

// verb is what the button says: what changes or deletes should not be pressed in passing.
func (o Operation) verb() string {
	switch o.Method {
	case "PUT":
		return "Change"
	case "DELETE":
		return "Delete"
	}
	return "Ask"
}

// plainForm reports whether a form without script can ask the address.
func (o Operation) plainForm() bool {
	for _, p := range o.Params {
		if p.In != "query" {
			return false
		}
	}
	return o.Method == "GET"
}

// Snippets is the page of formulas and programs, made from one scenario.
type Snippets struct {
	List []snippet.Snippet
	Back string // address of the planner with the scenario, "" for none
}

// snippetGroup is a heading of the page with its snippets.
type snippetGroup struct {
	id, title string
	list      []snippet.Snippet
}

func (v Snippets) groups() []snippetGroup {
	groups := []snippetGroup{
		{id: "sheets", title: "Google Sheets"}, {id: "excel", title: "Excel and Power BI"}, {id: "libreoffice", title: "LibreOffice Calc"},
		{id: "code", title: "Command line, R and Python"},
	}
	for i := range groups {
		for _, one := range v.List {
			if one.Group == groups[i].id {
				groups[i].list = append(groups[i].list, one)
			}
		}
	}
	return groups
}

// NodeTypes is the page that compares the node types of a region.
type NodeTypes struct {
	Provider, Region string
	Providers        []model.Provider
	Types            []model.NodeType
}

// Comparison is two to four scenarios side by side.
type Comparison struct {
	Sides   []Side
	Inputs  []Compared // values that differ
	Numbers []Compared
	Asked   map[string]string // what was typed for a, b, c, d
	Wrong   []model.FieldError
}

// Side is one of the scenarios.
type Side struct {
	Name    string // a, b …
	Title   string
	Address string
	Plan    *model.Plan
}

// Compared is one row: a value per side.
type Compared struct {
	Label   string
	Values  []string
	Changes []string // against the first side, where there are numbers; empty for none
	Differs bool
}

// change is what the value at i is more or less than the first one.
func (c Compared) change(i int) string {
	if i >= len(c.Changes) {
		return ""
	}
	return c.Changes[i]
}

// linesOf is about how many lines a figure takes on a phone, rather too many than too few:
// the height that the page keeps for it until it comes into sight.
func linesOf(f facts.Fact) int {
	const across, half = 40, 20 // characters that surely fit on a line
	of := func(text string, fit int) int { return (len([]rune(text)) + fit - 1) / fit }
	return of(f.Meaning, across) + of(f.ID, across) + of(f.Note, across) +
		max(of(figure(f), half), of(f.Kind, half)+of(f.AppliesTo, half)) + of(f.AsOf, half) +
		of(shortSource(f.Source), across) + of(f.EvidenceMeaning(), across)
}
