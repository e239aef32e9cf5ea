package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/importer"
	"meshplan/internal/model"
	"meshplan/templates"
)

// rowsPerPage is how many rows of a review stand on one page.
const rowsPerPage = 100

// foundOf is the review as the page shows it.
func (s *server) foundOf(ctx context.Context, v reviewed, page int, show string) (*templates.Found, error) {
	state, err := packReview(v)
	if err != nil {
		return nil, err
	}
	t := v.Result.Totals
	f := &templates.Found{
		State: state, Workloads: t.Workloads, Pods: t.Pods, CPUMillicores: t.CPUMillicores, MemoryMiB: t.MemoryMiB,
		Warnings: v.Result.Warnings, Show: show, Measured: measuredView(v.Result, v.Measured), Zoned: v.zoned(),
	}
	for _, c := range v.Result.Read {
		f.Read = append(f.Read, templates.FoundCount{Kind: c.Kind, Count: c.Count})
	}
	for _, k := range v.Result.Skipped {
		f.Skipped = append(f.Skipped, templates.FoundSkipped{Kind: k.Kind, Why: k.Why, Count: k.Count, Names: k.Names})
	}
	f.CanDefault = slices.ContainsFunc(v.Result.Missing, func(m importer.Missing) bool { return !m.Init })
	v.rows(f, page)
	if f.Nodes, err = s.nodesView(ctx, v); err != nil {
		return nil, err
	}
	f.Ranges = s.rangesView(ctx, v)
	return f, nil
}

// rows fills one page of rows, of all or of those that lack something.
func (v *reviewed) rows(f *templates.Found, page int) {
	missing := map[int][]int{}
	for i, m := range v.Result.Missing {
		missing[m.Row] = append(missing[m.Row], i)
	}
	attention := map[int]bool{}
	var wanted []int
	for row, item := range v.Result.Understood {
		if v.lacking(item, missing[row]) {
			attention[row] = true
		}
	}
	if f.All, f.Attention = len(v.Result.Understood), len(attention); f.Attention == 0 || f.Show != "attention" {
		f.Show = "all"
	}
	for row := range v.Result.Understood {
		if f.Show == "all" || attention[row] {
			wanted = append(wanted, row)
		}
	}
	f.Pages = max((len(wanted)+rowsPerPage-1)/rowsPerPage, 1)
	f.Page = min(max(page, 1), f.Pages)
	start := (f.Page - 1) * rowsPerPage
	for _, row := range wanted[start:min(start+rowsPerPage, len(wanted))] {
		f.Rows = append(f.Rows, v.rowView(row, missing[row]))
	}
}

// lacking reports whether a row is one to look at: it counts less than it may take, or more
// than once.
func (v *reviewed) lacking(item importer.Item, missing []int) bool {
	if v.Out[item.Row] {
		return false
	}
	if item.Replicas == 0 && item.Kind != "DaemonSet" || item.GivenTwice {
		return true
	}
	return slices.ContainsFunc(missing, func(i int) bool {
		m := v.Result.Missing[i]
		return !m.Init && m.StandIn == importer.MissingZero
	})
}

// zoned says whether there are zones to spread over.
func (v *reviewed) zoned() bool {
	zones := v.Result.Scenario.Nodes.Zones
	return zones != nil && *zones > 1
}

func (v *reviewed) rowView(row int, missing []int) templates.FoundRow {
	item := v.Result.Understood[row]
	r := templates.FoundRow{
		Row: row, Namespace: item.Namespace, Name: item.Name, Kind: item.Kind, Source: item.Source,
		Replicas: item.Replicas, CPUMillicores: item.PodCPUMillicores, MemoryMiB: item.PodMemoryMiB,
		InMesh: map[string]string{importer.MeshIn: "y", importer.MeshOut: "n"}[item.MeshState],
		Out:    v.Out[row], Edited: v.Edited[row], Twice: item.GivenTwice, Assumed: item.Assumed,
	}
	if w := v.Result.Scenario.Workloads[row]; v.zoned() && item.Kind != "DaemonSet" {
		r.Zones = map[bool]string{true: "y", false: "n"}[w.AnyZone]
	}
	if item.ReplicasMin != nil && item.ReplicasMax != nil {
		r.Span = strconv.FormatInt(*item.ReplicasMin, 10) + "–" + strconv.FormatInt(*item.ReplicasMax, 10)
	}
	if item.Proxy != nil {
		r.Proxy = item.Proxy.Product
	}
	for _, i := range missing {
		m := v.Result.Missing[i]
		one := templates.FoundMissing{
			Number: i, Container: m.Container, Init: m.Init, CPU: m.CPU, Memory: m.Memory, StandIn: m.StandIn,
			CPUMillicores: m.CPUMillicores, MemoryMiB: m.MemoryMiB,
		}
		if m.UsageCPUMillicores != nil && m.UsageMemoryMiB != nil {
			one.Usage = strconv.FormatInt(*m.UsageCPUMillicores, 10) + "m, " + templates.Memory(*m.UsageMemoryMiB)
		}
		r.Missing = append(r.Missing, one)
	}
	return r
}

// span sets the replicas of autoscaled rows to an end of their range.
func (v *reviewed) span(do string) {
	low, high := v.Result.ReplicaRange()
	ends := map[string][]model.Workload{"least": low, "most": high}[do]
	for row, w := range ends {
		if item := &v.Result.Understood[row]; item.Replicas != w.Replicas {
			v.Result.Scenario.Workloads[row].Replicas, item.Replicas = w.Replicas, w.Replicas
			v.mark(row)
		}
	}
}

// overrides are the inputs that would replace what each row of a list says for itself.
var overrides = []string{"pod_cpu_m", "pod_memory_mib", "rps_per_pod"}

func measuredView(result importer.Result, chosen map[string]bool) []templates.FoundMeasured {
	var list []templates.FoundMeasured
	for _, m := range result.Measured {
		one := templates.FoundMeasured{
			Name: m.Name, Of: m.Of, Samples: m.Samples, Chosen: chosen[m.Name],
			Low: plainEnd(m.Interval.Low), Typical: plainEnd(m.Interval.Typical), High: plainEnd(m.Interval.High),
		}
		if len(result.Scenario.Workloads) > 0 && slices.Contains(overrides, m.Name) {
			one.Blocked = "Each row above has its own."
		}
		list = append(list, one)
	}
	return list
}

func plainEnd(v *float64) string {
	if v == nil {
		return ""
	}
	return templates.Plain(*v)
}

// nodesView is the check against the nodes of the input, nil where it had none.
func (s *server) nodesView(ctx context.Context, v reviewed) (*templates.FoundNodes, error) {
	c := v.Result.Nodes
	if c == nil {
		return nil, nil
	}
	n := &templates.FoundNodes{CanPay: v.existingNodes() != "", Existing: v.Existing}
	left := v.Result
	left.Scenario = v.scenario()
	left.Scenario.Nodes.ExistingNodes = nil // compared with them, not filled into them
	check, err := s.checkCluster(ctx, left)
	switch {
	case err != nil && len(problemOf(err).Errors) == 0:
		return nil, err
	case err != nil:
		n.Sentence = "The packing cannot be compared: " + problemOf(err).Detail
	case check != nil:
		n.Sentence = check.Sentence
		n.Lines = append(n.Lines, nodeLine("running now", check.Running), nodeLine("these pods, no mesh", check.Fits))
		if check.Autoscaler != nil {
			n.Lines = append(n.Lines, nodeLine("an autoscaler would buy", *check.Autoscaler))
		}
		if check.WithMesh != nil {
			n.Lines = append(n.Lines, nodeLine("with the mesh you run ("+check.Pattern+")", *check.WithMesh))
		}
	default:
		n.Lines = append(n.Lines, nodeLine("running now", s.running(c)))
	}
	if c.Planned && c.Provider != "custom" && c.Region != "" {
		s.unknownTypes(n, v)
	}
	return n, nil
}

// unknownTypes lists the node types without a price, with types that could stand for them.
func (s *server) unknownTypes(n *templates.FoundNodes, v reviewed) {
	c := v.Result.Nodes
	asked := map[string]bool{}
	for i, p := range c.Pools {
		if p.InstanceType == "" || asked[p.InstanceType] || knownType(s.catalog, c, p.InstanceType) != nil {
			continue
		}
		asked[p.InstanceType] = true
		n.Unknown = append(n.Unknown, templates.FoundNodeType{
			Number: i, Name: p.InstanceType, Count: p.Count, Stands: v.StandIns[p.InstanceType],
			Size: templates.CPU(p.CapacityCPUMillicores) + ", " + templates.Memory(p.CapacityMemoryMiB),
		})
	}
	if len(n.Unknown) == 0 {
		return
	}
	types, err := s.catalog.NodeTypes(model.NodeQuery{Provider: c.Provider, Region: c.Region})
	if err != nil { // a region without prices has no types to offer
		return
	}
	for _, t := range types {
		n.Offered = append(n.Offered, t.Name)
	}
}

func nodeLine(what string, f NodesFound) templates.FoundNodeLine {
	line := templates.FoundNodeLine{What: what, Nodes: templates.Whole(f.Nodes), Cost: "–", CPU: percent(f.RequestedCPUShare), Memory: percent(f.RequestedMemoryShare)}
	if f.MonthlyCostUSD != nil {
		line.Cost = templates.Dollars(*f.MonthlyCostUSD)
	}
	var types []string
	for _, t := range f.Types {
		text := strconv.FormatInt(t.Nodes, 10) + " × " + t.NodeType
		if t.Spot > 0 {
			text += " (" + strconv.FormatInt(t.Spot, 10) + " spot)"
		}
		types = append(types, text)
	}
	line.Types = strings.Join(types, ", ")
	return line
}

func percent(share *float64) string {
	if share == nil {
		return "–"
	}
	return strconv.FormatFloat(*share*100, 'f', 0, 64) + " %"
}

// rangesView plans the application at the ends of what its autoscalers allow.
func (s *server) rangesView(ctx context.Context, v reviewed) []templates.FoundRange {
	if v.Result.Autoscaled == nil {
		return nil
	}
	low, high := v.Result.ReplicaRange()
	var list []templates.FoundRange
	for _, end := range []struct {
		what string
		rows []model.Workload
		sum  importer.Totals
	}{
		{"at their least", low, v.Result.Autoscaled.Least}, {"as counted", v.Result.Scenario.Workloads, v.Result.Totals},
		{"at their most", high, v.Result.Autoscaled.Most},
	} {
		at := v
		at.Result.Scenario.Workloads = end.rows
		line := templates.FoundRange{
			What: end.what, Pods: templates.Whole(end.sum.Pods), CPU: templates.CPU(end.sum.CPUMillicores), Memory: templates.Memory(end.sum.MemoryMiB),
			Nodes: "–", Cost: "–",
		}
		if plan, err := s.planner.plan(ctx, at.scenario()); err == nil {
			if base := plan.Result(model.PatternNone); base != nil && base.Status != model.StatusInfeasible {
				line.Nodes = templates.Whole(base.Nodes)
				if cost := priced(plan, base.MonthlyCostUSD); cost != nil {
					line.Cost = templates.Dollars(*cost)
				}
			}
		}
		list = append(list, line)
	}
	return list
}
