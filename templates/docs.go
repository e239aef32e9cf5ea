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
	Params []model.Param
	Fields []string
	Query  string // of the example shown
}

// endpoint is an address of the API.
type endpoint struct{ method, path, about string }

var endpoints = []endpoint{
	{"GET, POST", "/api/v1/plan  .json .csv .tsv .xml", "The plan: one result per pattern, verdict, reasons, every value used. POST takes a scenario document."},
	{"GET", "/api/v1/value/{field}", "One bare value as text, for a spreadsheet cell: sidecar.nodes, sidecar.cost_growth, verdict."},
	{"GET", "/api/v1/sweep  .json .csv", "The plan along one input: over, from, to, step."},
	{"GET, POST", "/api/v1/flips, cliffs, waterfall, uncertainty …", "The slow analyses, with the parameters of a plan."},
	{"POST", "/api/v1/batch  .csv", "Rows in, the same rows out with results and an error column."},
	{"POST", "/api/v1/import", "kubectl output, manifests or CSV in, a scenario and warnings out."},
	{"POST", "/api/v1/scenarios", "Save. GET, PUT and DELETE at /api/v1/scenarios/{id}."},
	{"GET", "/api/v1/catalog, presets, facts", "What the numbers rest on."},
	{"GET", "/api/openapi.json", "All of it, as OpenAPI 3.1; openapi-3.0.json for older clients."},
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
	Differs bool
}
