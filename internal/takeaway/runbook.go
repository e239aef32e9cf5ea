package takeaway

import (
	"fmt"
	"strings"

	"meshplan/internal/advice"
	"meshplan/internal/model"
	"meshplan/internal/rollout"
)

// markdown collects lines. Text that is not ours goes through [escapeMarkdown].
type markdown struct{ strings.Builder }

func (b *markdown) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// said is a sentence of the model as its own paragraph or list item.
func said(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	return escapeMarkdown(strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + ".")
}

func (b *markdown) commands(list []string, indent string) {
	if len(list) > 0 {
		b.line("\n%s```sh\n%s%s\n%s```\n", indent, indent, strings.Join(list, "\n"+indent), indent)
	}
}

func (b *markdown) steps(list []rollout.Step) {
	for i, s := range list {
		b.line("%d. **%s.** %s", i+1, escapeMarkdown(s.Title), said(s.Detail))
		b.commands(s.Commands, "   ")
	}
	b.line("")
}

// rolloutPlan is the road as a file: the field report's three phases, the waves with nodes
// and money, upgrade, authorization, limits, what the control plane rests on, and duties.
func rolloutPlan(w *writer) (string, error) {
	b := &markdown{}
	b.line("# Rolling the mesh out (%s)\n", w.result.Title)
	b.line("From the plan of %s.\n", w.Plan.AsOf)
	if w.Rollout == nil {
		b.line("The waves were not planned.\n")
		return b.String(), nil
	}
	checks, err := advice.Before(w.Scenario, advice.Manifests{})
	if err != nil {
		return "", err
	}
	b.loads(w.Rollout)
	for _, p := range w.Rollout.Phases {
		b.line("## %s\n\n%s\n", p.Title, said(p.Why))
		b.steps(p.Steps)
		for _, c := range checks {
			if c.Phase == p.ID {
				b.line("- [%s] %s: %s", map[bool]string{true: "x", false: " "}[c.State == advice.Pass], escapeMarkdown(c.Title), said(c.Detail))
			}
		}
		b.line("")
	}
	b.waves(w.Rollout)
	b.line("## Who may call whom: allow all first, then tighten\n")
	b.steps(w.Rollout.Authorization)
	b.surroundings(w)
	b.line("## Duties\n")
	for _, d := range advice.Duties(w.Scenario) {
		b.line("- [%s] %s. %s", map[bool]string{true: "x", false: " "}[d.State == advice.Pass], escapeMarkdown(d.Title), said(d.Detail))
	}
	return b.String(), nil
}

func (b *markdown) loads(r *rollout.Rollout) {
	b.line("| at | nodes | $ a month | added |\n|---|---:|---:|---:|")
	for _, at := range []struct {
		title string
		load  rollout.Load
	}{
		{"before", r.Baseline}, {"control plane and agents only", r.Install}, {"all in the mesh", r.Steady},
		{"peak of restarts", r.RestartPeak}, {"peak of an upgrade", r.Upgrade.Peak},
	} {
		b.line("| %s | %d | %.2f | %.2f |", at.title, at.load.Nodes, at.load.MonthlyUSD, at.load.AddedUSD)
	}
	b.line("\nUpgrade (%s): %s\n\nDevelopment cluster: %s\n", strings.ReplaceAll(r.Upgrade.Method, "_", " "), said(r.Upgrade.Text), said(r.Development.Text))
}

func (b *markdown) waves(r *rollout.Rollout) {
	if len(r.Waves) == 0 {
		return
	}
	b.line("## Waves\n\nOrder: %s\n", said(r.OrderedBy))
	b.line("| wave | joins | pods | nodes after | nodes at the peak | $ a month after | starts take longer by |\n|---:|---|---:|---:|---:|---:|---|")
	for _, w := range r.Waves {
		window := "no restart"
		if e := w.Window.AddedAtOnce; e != nil {
			window = fmt.Sprintf("%.0f s (%.0f to %.0f) at once", e.Typical, e.Low, e.High)
			if one := w.Window.AddedOneByOne; one != nil {
				window += fmt.Sprintf(", %.0f s one by one", one.Typical)
			}
		}
		b.line("| %d | %s | %d | %d | %d | %.2f | %s |", w.Number, escapeMarkdown(strings.Join(first(w.Units, 5), ", ")), w.Pods, w.After.Nodes, w.Peak.Nodes, w.After.MonthlyUSD, window)
	}
	for _, w := range r.Waves {
		if len(w.Commands) > 0 {
			b.line("\nWave %d:", w.Number)
			b.commands(w.Commands, "")
		}
	}
	b.line("")
}

// surroundings are limits of connections, and what the control plane itself rests on.
func (b *markdown) surroundings(w *writer) {
	if isIstio(w.Pattern) && w.Pattern != model.PatternGateway {
		b.line("## Circuit breakers and connection pools\n")
		b.line("destination-rule.yaml is a suggestion for the busiest service. Its risk: limits that are too low refuse healthy traffic, time-outs that are too short make callers retry. Try it on staging under load.\n")
	}
	for _, m := range advice.FailureModes(w.Scenario, w.Plan, w.Pattern) {
		if m.ID == advice.ModeEtcd {
			b.line("## What the control plane rests on\n\n%s", said(m.Why))
			b.commands(m.Commands, "")
			for _, r := range m.Recovery {
				b.line("- %s", said(r))
			}
			b.line("")
		}
	}
}

// incidents is the runbook for when the mesh fails: every failure mode with its exposure,
// detection, first commands and recovery, and the road from an upstream connect error.
func incidents(w *writer) string {
	b := &markdown{}
	b.line("# When the mesh fails (%s)\n", w.result.Title)
	b.line("From the plan of %s. Alerts are those of mesh-alerts.yaml.\n", w.Plan.AsOf)
	for _, m := range advice.FailureModes(w.Scenario, w.Plan, w.Pattern) {
		b.line("## %s\n", escapeMarkdown(m.Title))
		b.line("Exposed: %s. %s\n", m.Exposed, said(m.Why))
		if m.Alert != "" {
			b.line("Alert: `%s`\n", m.Alert)
		}
		b.line("How to see it:\n")
		for _, one := range m.Detect {
			b.line("- %s", said(one))
		}
		b.line("\nFirst commands:")
		b.commands(m.Commands, "")
		b.line("Recovery:\n")
		for _, one := range m.Recovery {
			b.line("- %s", said(one))
		}
		b.line("")
	}
	if !isIstio(w.Pattern) { // the message is Envoy's
		return b.String()
	}
	b.line("## upstream connect error or disconnect/reset before headers\n\nNearest causes first.\n")
	for i, d := range advice.UpstreamError() {
		b.line("%d. **%s.** %s", i+1, escapeMarkdown(d.Cause), escapeMarkdown(d.Question))
		b.commands(d.Commands, "   ")
		b.line("   %s", said(d.Finding))
	}
	return b.String()
}
