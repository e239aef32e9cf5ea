package templates

import (
	"net/url"
	"slices"
	"strings"

	"meshplan/internal/model"
)

// baseline is the result without a mesh.
func (p *Planner) baseline() *model.Result { return &p.Plan.Results[0] }

// Headline is the result that the figures at the top show: the pattern chosen, else the
// one the needs point to, else sidecars, which is what the question is usually about.
func (p *Planner) Headline() *model.Result {
	for _, id := range []string{p.Plan.Verdict, p.Plan.Reasoning.Candidate, model.PatternSidecar} {
		for i := range p.Plan.Results {
			if p.Plan.Results[i].Pattern == id {
				return &p.Plan.Results[i]
			}
		}
	}
	return p.baseline()
}

// headlineRole says why the headline shows that pattern.
func (p *Planner) headlineRole() string {
	switch r := p.Headline(); r.Pattern {
	case p.Plan.Verdict:
		return "recommended"
	case p.Plan.Reasoning.Candidate:
		return "what the needs point to"
	default:
		return "if you ran one"
	}
}

// standing is the verdict on one pattern, short enough for a table.
type standing struct{ text, class, why string }

func (p *Planner) standing(r *model.Result) standing {
	excuse := p.excuse(r.Pattern)
	switch {
	case r.Status == "infeasible":
		return standing{"does not fit", "bad", excuse.Message}
	case r.Pattern == p.Plan.Verdict, r.Pattern == model.PatternNone && p.Plan.Verdict == model.VerdictNoMesh:
		return standing{"recommended", "good", ""}
	case r.Pattern == p.Plan.Reasoning.Candidate:
		return standing{"gate closed", "warn", excuse.Message}
	}
	words := map[string]string{
		"not_needed": "not needed", "no_encryption": "no encryption", "no_l7": "no L7", "needs_unmet": "needs unmet",
		"immature": "too early", "over_budget": "over budget", "dearer": "dearer", "not_preferred": "not preferred", "gate_closed": "gate closed",
	}
	text, known := words[excuse.Reason]
	if !known {
		text = strings.ReplaceAll(excuse.Reason, "_", " ")
	}
	class := ""
	if excuse.Reason == "over_budget" || excuse.Reason == "immature" {
		class = "warn"
	}
	return standing{text, class, excuse.Message}
}

func (p *Planner) excuse(subject string) model.Excuse {
	i := slices.IndexFunc(p.Plan.Excuses, func(e model.Excuse) bool { return e.Subject == subject })
	if i < 0 {
		return model.Excuse{Subject: subject}
	}
	return p.Plan.Excuses[i]
}

// dearest is the largest cost of any pattern, which the bars are measured by.
func (p *Planner) dearest() float64 {
	most := 0.0
	for _, r := range p.Plan.Results {
		most = max(most, r.MonthlyCostUSD)
	}
	return most
}

// barWidth is the length of a cost bar in hundredths.
func (p *Planner) barWidth(usd float64) string {
	if p.dearest() == 0 {
		return "0"
	}
	return Plain(float64(int(usd/p.dearest()*1000)) / 10)
}

// proof says how good the packing is.
func proof(r *model.Result) string {
	switch {
	case r.Status == "optimal":
		return "proved optimal"
	case r.GapShare > 0:
		return "at most " + Share(r.GapShare) + " above the optimum"
	}
	return "bound " + Whole(r.NodesLowerBound)
}

// proofBy adds what proves the bound.
func proofBy(r *model.Result) string {
	by := map[string]string{
		model.ProofCertificate: "certificate checked", model.ProofExhaustive: "every placement searched",
		model.ProofExisting: "nothing to buy", model.ProofUnchecked: "certificate not checked", model.ProofArithmetic: "by arithmetic",
	}[r.BoundProof]
	if by == "" {
		return proof(r)
	}
	return proof(r) + ", " + by
}

// proofText explains it in a sentence.
func proofText(r *model.Result) string { return model.ProofText(r.BoundProof) }

// proofNotes say once what each kind of proof in a list of results means.
func proofNotes(results []model.Result) []string {
	var notes []string
	for _, r := range results {
		if note := model.ProofText(r.BoundProof); note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return notes
}

// likelier says whether an autoscaler would buy other nodes than the plan, or dearer ones.
func likelier(r *model.Result) bool {
	return r.AutoscalerNodes != nil && (*r.AutoscalerNodes != r.Nodes || *r.AutoscalerMonthlyCostUSD != r.MonthlyCostUSD)
}

// likely is what an autoscaler would buy, in words; "" where it was not asked for.
func likely(r *model.Result) string {
	if r.AutoscalerNodes == nil {
		return ""
	}
	return Whole(*r.AutoscalerNodes) + ", " + Dollars(*r.AutoscalerMonthlyCostUSD)
}

func likelyCost(r *model.Result) string {
	if r.AutoscalerMonthlyCostUSD == nil {
		return ""
	}
	return Plain(*r.AutoscalerMonthlyCostUSD)
}

// fieldOf names a result's number as the API does.
func fieldOf(r *model.Result, column string) string { return r.Pattern + "." + column }

// value is a number as the API gives it, for the data element around its formatted form.
func (p *Planner) value(field string) string {
	text, err := model.PlanValue(*p.Plan, field)
	if err != nil {
		return ""
	}
	return text
}

// originWords says where a value came from.
func originWords(in model.Input) string {
	switch in.Origin {
	case model.OriginGiven:
		return "given by you"
	case model.OriginMeasured:
		return "measured by you"
	case model.OriginExample:
		return "an example to start from"
	case model.OriginNeutral:
		return "nothing assumed"
	case model.OriginCatalog:
		return "price list and provider rules, " + in.AsOf
	}
	return in.FactID + ", " + in.AsOf
}

// linked returns a source as an address to open, or "" when it is the title of a text.
func linked(source string) string {
	if strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://") {
		return source
	}
	return ""
}

// patternWarnings are those about a pattern that touch no single input.
func (p *Planner) patternWarnings() []model.Warning {
	return slices.DeleteFunc(slices.Clone(p.Plan.Warnings), func(w model.Warning) bool {
		return w.Field != "preset" && (w.Pattern == "" || slices.Contains(offered(), w.Field))
	})
}

// loose are the warnings that touch no offered input: they stand with the answers.
func (p *Planner) loose() []model.Warning {
	names := offered()
	return slices.DeleteFunc(slices.Clone(p.Plan.Warnings), func(w model.Warning) bool {
		return w.Pattern != "" || slices.Contains(names, w.Field)
	})
}

// sliceName is a kind of slice in words.
type sliceName struct{ kind, label string }

// sliceLegend names the kinds of slices in drawing order.
var sliceLegend = []sliceName{
	{model.SliceDaemonSets, "DaemonSets"}, {model.SliceAgents, "mesh agents"}, {model.SliceApplication, "application"},
	{model.SliceProxies, "proxies"}, {model.SliceControlPlane, "control plane"}, {model.SliceGateways, "gateways, waypoints"},
	{model.SliceHeadroom, "kept free"}, {model.SliceStranded, "stranded"},
}

// nodeRow is a layout: so many alike nodes of a pattern, with what each kind of slice
// takes of one, in the order of sliceLegend: first the shares of CPU, then of memory.
type nodeRow struct {
	title, nodeType string
	count           int64
	shares          []float64
}

// nodeRows lists the layouts of every pattern for the drawing of nodes.
func (p *Planner) nodeRows() []nodeRow {
	var rows []nodeRow
	for i := range p.Plan.Results {
		r := &p.Plan.Results[i]
		for _, l := range r.Layouts {
			row := nodeRow{title: r.Title, nodeType: l.NodeType, count: l.Count, shares: make([]float64, 2*len(sliceLegend))}
			for _, s := range l.Slices {
				at := slices.IndexFunc(sliceLegend, func(one sliceName) bool { return one.kind == s.Kind })
				if at >= 0 {
					row.shares[at] = shareOf(s.CPUMillicores, l.Count*l.Capacity.CPUMillicores)
					row.shares[at+len(sliceLegend)] = shareOf(s.MemoryMiB, l.Count*l.Capacity.MemoryMiB)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func shareOf(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(int(float64(part)/float64(whole)*10000+0.5)) / 10000
}

// whatIf is the address of the scenario with an open question answered; "" when it would
// be too long for one.
func (p *Planner) whatIf(c model.Conditional) string {
	s := p.Scenario
	values := strings.Split(c.Value, ",")
	for i, name := range strings.Split(c.Field, ",") {
		if i >= len(values) || model.SetParam(&s, name, values[i]) != nil {
			return ""
		}
	}
	return AddressOf(s)
}

// MaxAddress is the longest address that holds a scenario; Excel and old proxies take no
// longer one.
const MaxAddress = 2000

// AddressOf is the path and query that hold a scenario, or "" when they would be too long.
func AddressOf(s model.Scenario) string {
	const path = "/?"
	query, fits := model.EncodeQueryWithin(s, MaxAddress-len(path))
	if !fits {
		return ""
	}
	return path + query
}

// elsewhere is another page or address for the same scenario: it is given whole, or by its
// id where it fits no address.
func (p *Planner) elsewhere(path string) string {
	query, fits := strings.CutPrefix(p.Address, "/?")
	if !fits {
		query, fits = model.EncodeQueryWithin(p.Scenario, MaxAddress)
	}
	switch {
	case fits && path == "/compare":
		return path + "?a=" + url.QueryEscape(query)
	case fits:
		return path + "?" + query
	case path == "/compare":
		return path + "?a=" + p.Saved.ID
	}
	return path + "?scenario=" + p.Saved.ID
}
