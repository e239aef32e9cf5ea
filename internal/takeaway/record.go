package takeaway

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"meshplan/internal/advice"
	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Record is the decision record: what an architect takes into a meeting. A page can print
// it as it is; [Record.Markdown] writes it as a file.
type Record struct {
	Title        string              `json:"title"`
	AsOf         string              `json:"as_of"`
	CatalogAsOf  string              `json:"catalog_as_of"`
	ModelVersion string              `json:"model_version"`
	Link         string              `json:"link,omitempty"`
	Verdict      string              `json:"verdict"`
	Sentence     string              `json:"sentence"`
	Context      []string            `json:"context"`
	Options      []Option            `json:"options"`
	Rules        []model.RuleResult  `json:"rules"`
	Conditionals []model.Conditional `json:"conditionals"`
	Flips        []string            `json:"flips"`
	Money        []string            `json:"money"`
	Rollout      []string            `json:"rollout"`
	Risks        []string            `json:"risks"` // failure modes that the scenario is exposed to
	Versions     []string            `json:"versions"`
	Warnings     []string            `json:"warnings"`
	Sources      []string            `json:"sources"`
}

// Option is a pattern that was weighed.
type Option struct {
	Title      string  `json:"title"`
	Nodes      int64   `json:"nodes"`
	MonthlyUSD float64 `json:"monthly_usd"`
	Growth     string  `json:"growth"` // × or why there is none
	Doubles    bool    `json:"doubles"`
	Decision   string  `json:"decision"` // chosen, or why not
}

// NewRecord gathers the record from what the input holds.
func NewRecord(in Input) Record {
	p := &in.Plan
	r := Record{
		Title: "Service mesh: " + model.VerdictTitle(p.Verdict), AsOf: p.AsOf, CatalogAsOf: p.CatalogAsOf, ModelVersion: p.ModelVersion, Link: in.Link,
		Verdict: p.Verdict, Sentence: p.Reasoning.Sentence, Rules: p.Reasoning.Rules, Conditionals: p.Reasoning.Conditionals, Flips: in.Flips,
		Context: contextLines(in), Options: options(p), Sources: sources(p),
		Money: []string{}, Rollout: []string{}, Risks: []string{}, Versions: []string{}, Warnings: []string{},
	}
	if r.Flips == nil {
		r.Flips = []string{}
	}
	if in.Scenario.Title != "" {
		r.Title += " for " + in.Scenario.Title
	}
	if in.Money != nil {
		r.Money = []string{
			fmt.Sprintf("%s adds $%.2f a month in all that is known.", in.Money.Account.Title, in.Money.Account.AddedMonthlyUSD),
			"Payback: " + in.Money.Account.Payback.Text + ".", "Break-even: " + in.Money.BreakEven.Text + ".", "Three years: " + in.Money.Outlook.Text + ".",
		}
	}
	if in.Rollout != nil {
		r.Rollout = rolloutLines(in)
	}
	for _, f := range advice.FailureModes(in.Scenario, in.Plan, in.Pattern) {
		if f.Exposed == "yes" {
			r.Risks = append(r.Risks, f.Title+": "+f.Why+".")
		}
	}
	versions := advice.Versions(in.Scenario, in.Plan)
	for _, v := range versions.Versions {
		r.Versions = append(r.Versions, v.Message+".")
	}
	if versions.Together != nil {
		r.Versions = append(r.Versions, versions.Together.Message+".")
	}
	for _, w := range p.Warnings {
		r.Warnings = append(r.Warnings, w.Message+".")
	}
	return r
}

func contextLines(in Input) []string {
	a := in.Plan.Application
	lines := []string{
		fmt.Sprintf("%d services in %d pods request %dm of CPU and %d MiB of memory; %d services are to be meshed.", a.Services, a.Pods, a.CPURequestedMillicores, a.MemoryRequestedMiB, a.MeshedServices),
	}
	for _, name := range []string{"provider", "region", "node_type", "preset"} {
		if input, known := in.Plan.Input(name); known {
			lines = append(lines, fmt.Sprintf("%s: %s (%s).", strings.ReplaceAll(name, "_", " "), input.Value, input.Origin))
		}
	}
	return lines
}

func options(p *model.Plan) []Option {
	var list []Option
	for i := range p.Results {
		r := &p.Results[i]
		o := Option{Title: r.Title, Nodes: r.Nodes, MonthlyUSD: r.MonthlyCostUSD, Decision: "chosen"}
		switch {
		case r.Status == "infeasible":
			o.Growth = "does not fit"
		case r.CostGrowth != nil:
			o.Growth = fmt.Sprintf("× %.2f", *r.CostGrowth)
		default:
			o.Growth = "no price to compare"
		}
		o.Doubles = r.Doubles != nil && *r.Doubles
		if j := slices.IndexFunc(p.Excuses, func(e model.Excuse) bool { return e.Kind == "pattern" && e.Subject == r.Pattern }); j >= 0 {
			o.Decision = p.Excuses[j].Message
		}
		list = append(list, o)
	}
	return list
}

func rolloutLines(in Input) []string {
	r := in.Rollout
	lines := []string{
		fmt.Sprintf("Nodes: %d before, %d with the control plane alone, %d in the end, %d at the peak of restarts, %d during an upgrade.",
			r.Baseline.Nodes, r.Install.Nodes, r.Steady.Nodes, r.RestartPeak.Nodes, r.Upgrade.Peak.Nodes),
	}
	for _, w := range r.Waves {
		lines = append(lines, fmt.Sprintf("Wave %d: %s. %d pods, then %d nodes for $%.2f a month, %d at the peak.",
			w.Number, strings.Join(first(w.Units, 5), ", "), w.Pods, w.After.Nodes, w.After.MonthlyUSD, w.Peak.Nodes))
	}
	return lines
}

// sources of every figure that the plan and its rules rest on, once each.
func sources(p *model.Plan) []string {
	seen := map[string]bool{}
	for _, input := range p.Inputs {
		if input.FactID == "" {
			continue
		}
		f := facts.Must(input.FactID)
		seen[fmt.Sprintf("%s, %s", f.Source, f.AsOf)] = true
	}
	for _, rule := range p.Reasoning.Rules {
		seen[rule.Source] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// markdownMarks are escaped in text that is not ours, so that a name cannot become a
// link, an image or markup.
var markdownMarks = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "|", "\\|", "#", "\\#", "!", "\\!", "\r", " ", "\n", " ")

func escapeMarkdown(text string) string { return markdownMarks.Replace(text) }

// Markdown writes the record.
func (r Record) Markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s\n", escapeMarkdown(r.Title))
	line("As of %s, with prices of %s and model %s.", r.AsOf, r.CatalogAsOf, r.ModelVersion)
	if r.Link != "" {
		line("The scenario: <%s>", strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "").Replace(r.Link))
	}
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		line("\n## %s\n", title)
		for _, l := range lines {
			line("- %s", escapeMarkdown(l))
		}
	}
	line("\n## Decision\n\n%s", escapeMarkdown(r.Sentence))
	section("Context", r.Context)
	line("\n## Options\n\n| option | nodes | $ a month | growth | decision |\n|---|---:|---:|---|---|")
	for _, o := range r.Options {
		growth := o.Growth
		if o.Doubles {
			growth += " (doubles)"
		}
		line("| %s | %d | %.2f | %s | %s |", escapeMarkdown(o.Title), o.Nodes, o.MonthlyUSD, escapeMarkdown(growth), escapeMarkdown(o.Decision))
	}
	line("\n## Rules\n\n| rule | seen | threshold | state | effect |\n|---|---|---|---|---|")
	for _, rule := range r.Rules {
		line("| %s | %s | %s | %s | %s |", escapeMarkdown(rule.Statement), escapeMarkdown(rule.Seen), escapeMarkdown(rule.Threshold), strings.ReplaceAll(rule.State, "_", " "), rule.Effect)
	}
	var conditionals []string
	for _, c := range r.Conditionals {
		conditionals = append(conditionals, c.Text)
	}
	section("If what is not known were answered", conditionals)
	section("What would change the verdict", r.Flips)
	section("Money", r.Money)
	section("Roll-out", r.Rollout)
	section("What can break here", r.Risks)
	section("Versions", r.Versions)
	section("Warnings", r.Warnings)
	line("\n## Sources\n")
	for _, source := range r.Sources {
		line("- %s", sourceLine(source))
	}
	return b.String()
}

// sourceLine makes a link of an address; a date may follow it.
func sourceLine(source string) string {
	address, rest, _ := strings.Cut(source, ", ")
	if !strings.HasPrefix(address, "https://") {
		return escapeMarkdown(source)
	}
	if rest != "" {
		rest = " (" + escapeMarkdown(rest) + ")"
	}
	return "<" + address + ">" + rest
}
