package importer

import (
	"slices"
	"strconv"

	"meshplan/internal/model"
)

// finish adds what concerns the import as a whole.
func (b *builder) finish() {
	b.warn()
	for _, g := range b.skipped.groups {
		s := Skipped{Kind: shorten(g.kind), Reason: g.reason, Why: g.why, Count: g.count, Names: []string{}}
		for _, r := range g.refs {
			s.Names = append(s.Names, b.names.ref(r))
		}
		b.result.Skipped = append(b.result.Skipped, s)
	}
	for _, kind := range sortedKeys(b.counts) {
		if n := b.counts[kind]; n > 0 {
			b.result.Read = append(b.result.Read, Count{kind, n})
		}
	}
	b.result.Columns = b.columns
	b.mesh.AmbientNamespaces = b.ambient
	slices.Sort(b.mesh.Products)
	if len(b.mesh.Products) > 0 || b.ambient > 0 {
		b.result.Mesh = &b.mesh
	}
	if len(b.usage.pods) == 0 {
		b.usage.pods = b.rates
	}
	b.result.Measured = b.usage.measured()
	b.result.Recount(func(int) bool { return false })
	b.result.Totals.KubernetesServices = b.services
	b.fillEmpty()
}

// fillEmpty makes lists that are empty rather than absent, for readers of the JSON.
func (b *builder) fillEmpty() {
	r := &b.result
	if r.Understood == nil {
		r.Understood = []Item{}
	}
	if r.Skipped == nil {
		r.Skipped = []Skipped{}
	}
	if r.Missing == nil {
		r.Missing = []Missing{}
	}
	if r.Warnings == nil {
		r.Warnings = []model.Warning{}
	}
	if r.Read == nil {
		r.Read = []Count{}
	}
}

func (b *builder) warn() {
	add := func(id, field, message, fix string) {
		b.result.Warnings = append(b.result.Warnings, model.Warning{ID: id, Field: field, Message: message, Fix: fix})
	}
	if n := len(b.duplicates); n > 0 {
		names := make([]string, n)
		for i, r := range b.duplicates {
			names[i] = b.names.ref(r)
		}
		add("duplicate", "workloads", counted(n, "object is", "objects are")+" given twice: "+joinSome(names)+
			"; the last one counts", "Check that the input holds one cluster")
	}
	if len(b.result.Scenario.Workloads) == 0 && len(b.usage.order) == 0 && len(b.nodes.list) == 0 {
		add("no_workloads", "workloads", "no workload was found in the input",
			"Export with kubectl get deploy,sts,ds,pods -A -o json")
	}
	b.result.Warnings = append(b.result.Warnings, b.notes...)
	for _, id := range sortedKeys(b.unsaid) {
		add(id, "", counted(b.unsaid[id], "more place of the input is", "more places of the input are")+" like those above", "Mend those that are listed and import again")
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
