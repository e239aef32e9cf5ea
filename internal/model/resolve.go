package model

import (
	"math"
	"slices"
	"strings"

	"meshplan/internal/facts"
)

const providerCustom = "custom"

// Examples: values that only give the user something to start from. They are marked as
// such wherever they are shown and are never called defaults.
const (
	exampleServices       = 60
	examplePodsPerService = 3
	examplePodCPU         = 250 // m
	examplePodMemory      = 512 // MiB
	exampleRPSPerPod      = 50
)

// Origins of an [Input].
const (
	OriginGiven    = "given"
	OriginPreset   = "preset"
	OriginCatalog  = "catalog"
	OriginExample  = "example"
	OriginMeasured = "measured" // the typical value of an interval that was measured
	OriginNeutral  = "neutral"  // nothing is assumed: no headroom, one zone, no fee, no discount
)

// inputs is a scenario with every value decided.
type inputs struct {
	scenario Scenario
	preset   facts.Preset
	list     []Workload // quick mode included

	meshedShare float64
	rpsPerPod   float64    // for rows that say nothing
	nodeTypes   []NodeType // those that can be bought, then the standing ones
	standing    []int64    // per node type: nodes that exist and are paid for; 0 for what can be bought
	placer      *placer
	daemonSets  Amount
	surgeShare  float64 // 0 where no rolling update is planned for
	headroom    float64
	zones       int
	minPerZone  int64
	survive     string
	discount    float64
	nodeFeeUSD  float64
	controlUSD  float64

	mesh     meshFigures
	watching watching
	calls    calls
	restarts restarts

	record  []Input
	misfits []Warning // patterns with a pod that fits on no node
}

// number decides a numeric input: what is given, else the typical value of its interval,
// else the fallback; and keeps where it came from.
func (in *inputs) number(name string, given *float64, fallback Input, otherwise float64) float64 {
	v, from := otherwise, fallback
	interval := in.scenario.Intervals[name]
	if interval.Typical != nil {
		v, from = *interval.Typical, Input{Origin: OriginGiven}
	}
	if given != nil {
		v, from = *given, Input{Origin: OriginGiven}
	}
	// Whole inputs take the typical value rounded; a value given beside it is the user's.
	if typical := interval.Typical; typical != nil && interval.Measured && (v == *typical || v == math.Round(*typical)) {
		from = Input{Origin: OriginMeasured}
	}
	from.Name, from.Value = name, plainNumber(v)
	in.record = append(in.record, from)
	return v
}

func (in *inputs) whole(name string, given *int64, fallback Input, otherwise float64) int64 {
	var asFloat *float64
	if given != nil {
		f := float64(*given)
		asFloat = &f
	}
	return int64(math.Round(in.number(name, asFloat, fallback, otherwise)))
}

func (in *inputs) text(name string, given *string, fallback Input, otherwise string) string {
	v, from := otherwise, fallback
	if given != nil {
		v, from = *given, Input{Origin: OriginGiven}
	}
	from.Name, from.Value = name, v
	in.record = append(in.record, from)
	return v
}

// assume is the preset's figure for an assumption, in the model's units, with its
// provenance. A figure the preset lacks comes from the newest charts.
func (in *inputs) assume(name string, convert func(facts.Fact) float64) (float64, Input) {
	a, ok := in.preset.Assume(name)
	if !ok { // a test asks for every name of every preset
		panic("model: no preset assumes " + name)
	}
	return convert(a.Fact), Input{Origin: OriginPreset, FactID: a.Fact.ID, Source: a.Fact.Source, AsOf: a.Fact.AsOf}
}

func factValue(f facts.Fact) float64 { return f.Value() }

// milli and mebi convert a fact to millicores and MiB, up to the next whole one.
func milli(f facts.Fact) float64 { return math.Ceil(f.Millicores(f.Value())) }
func mebi(f facts.Fact) float64  { return math.Ceil(f.MiB(f.Value())) }

// Resolve decides every value of a scenario that no pattern owns.
func resolve(s Scenario, c Catalog) (*inputs, error) {
	preset, _ := facts.PresetByID(value(s.Mesh.Preset, facts.DefaultPreset))
	const inputsOfMost = 96 // of most scenarios; more make the list grow
	in := &inputs{scenario: s, preset: preset, record: make([]Input, 0, inputsOfMost)}
	example, neutral := Input{Origin: OriginExample}, Input{Origin: OriginNeutral}
	in.text("preset", s.Mesh.Preset, neutral, preset.ID)
	in.list = in.workloads(example)
	in.meshedShare = in.number("meshed_share", s.Quick.MeshedShare, neutral, 1)
	markMeshed(in)
	in.headroom = in.number("headroom", s.Nodes.Headroom, neutral, 0)
	in.zones = int(in.whole("zones", s.Nodes.Zones, neutral, 1))
	in.minPerZone = in.whole("min_nodes_per_zone", s.Nodes.MinNodesPerZone, neutral, 0)
	in.survive = in.text("survive", s.Nodes.Survive, neutral, "nothing")
	if s.Nodes.SurgeShare != nil {
		in.surgeShare = in.number("surge_share", s.Nodes.SurgeShare, neutral, 0)
	}
	in.discount = in.number("discount", s.Nodes.Discount, neutral, 0)
	in.nodeFeeUSD = in.number("node_monthly_fee_usd", s.Nodes.NodeMonthlyFeeUSD, neutral, 0)
	in.controlUSD = in.number("control_plane_monthly_usd", s.Nodes.ControlPlaneMonthlyUSD, neutral, 0)
	return in, in.nodes(c)
}

// workloads makes the list that everything below works on.
func (in *inputs) workloads(example Input) []Workload {
	q := in.scenario.Quick
	in.rpsPerPod = in.number("rps_per_pod", q.RPSPerPod, example, exampleRPSPerPod)
	if len(in.scenario.Workloads) > 0 {
		return in.overriddenList()
	}
	services := in.whole("services", q.Services, example, exampleServices)
	pods := in.whole("pods_per_service", q.PodsPerService, example, examplePodsPerService)
	cpu := in.whole("pod_cpu_m", q.PodCPUMillicores, example, examplePodCPU)
	memory := in.whole("pod_memory_mib", q.PodMemoryMiB, example, examplePodMemory)
	if services == 0 {
		return nil
	}
	return []Workload{{
		Namespace: "default", Name: "service", Kind: "Deployment",
		Services: services, Replicas: pods, PodCPUMillicores: cpu, PodMemoryMiB: memory,
	}}
}

// overriddenList applies the quick values that are given to every row of the list, and
// scales it to the number of services asked for.
func (in *inputs) overriddenList() []Workload {
	q := in.scenario.Quick
	list := slices.Clone(in.scenario.Workloads)
	for i := range list {
		w := &list[i]
		w.Services = max(w.Services, 1)
		if q.PodsPerService != nil && w.Kind != kindDaemonSet {
			w.Replicas = in.whole("pods_per_service", q.PodsPerService, Input{}, 0)
		}
		if q.PodCPUMillicores != nil {
			w.PodCPUMillicores = in.whole("pod_cpu_m", q.PodCPUMillicores, Input{}, 0)
		}
		if q.PodMemoryMiB != nil {
			w.PodMemoryMiB = in.whole("pod_memory_mib", q.PodMemoryMiB, Input{}, 0)
		}
		if q.RPSPerPod != nil {
			w.RPSPerPod = nil
		}
	}
	in.record = slices.CompactFunc(in.record, func(a, b Input) bool { return a.Name == b.Name })
	own := Input{Origin: OriginGiven}
	if target := in.whole("services", q.Services, own, float64(countServices(list))); q.Services != nil {
		list = scaleServices(list, target)
	}
	return list
}

// The kinds that are not services.
const (
	kindDaemonSet = "DaemonSet"
	kindJob       = "Job"
	kindCronJob   = "CronJob"
)

func isService(w Workload) bool {
	return w.Kind != kindDaemonSet && w.Kind != kindJob && w.Kind != kindCronJob
}

func countServices(list []Workload) int64 {
	var n int64
	for _, w := range list {
		if isService(w) {
			n += max(w.Services, 1)
		}
	}
	return n
}

// scaleServices repeats a list in order until it has the target number of services:
// whole copies first, the remainder from the top. Jobs are repeated with the whole
// copies, and at least once; DaemonSets run on every node and are never repeated.
func scaleServices(list []Workload, target int64) []Workload {
	have := countServices(list)
	if have == 0 {
		return list
	}
	copies, rest := target/have, target%have
	var scaled []Workload
	for _, w := range list {
		n := w.Services
		switch {
		case w.Kind == kindDaemonSet:
		case !isService(w):
			n *= max(copies, 1)
		default:
			extra := min(rest, n)
			rest -= extra
			n = n*copies + extra
		}
		if n > 0 {
			w.Services = n
			scaled = append(scaled, w)
		}
	}
	return scaled
}

// markMeshed decides for every row whether it is in the mesh. meshed_share is a share of
// the services whose row says nothing, taken from the top; a row may be split for it.
// DaemonSets and Jobs are meshed only where their row says so.
func markMeshed(in *inputs) {
	var open int64
	for _, w := range in.list {
		if w.InMesh == nil && isService(w) {
			open += w.Services
		}
	}
	left := int64(math.Round(in.meshedShare * float64(open)))
	var list []Workload
	for _, w := range in.list {
		switch {
		case w.InMesh != nil:
			list = append(list, w)
		case !isService(w):
			list = append(list, withMesh(w, w.Services, false))
		default:
			meshed := min(left, w.Services)
			left -= meshed
			if meshed > 0 {
				list = append(list, withMesh(w, meshed, true))
			}
			if meshed < w.Services {
				list = append(list, withMesh(w, w.Services-meshed, false))
			}
		}
	}
	in.list = list
}

func withMesh(w Workload, services int64, meshed bool) Workload {
	w.Services, w.InMesh = services, &meshed
	return w
}

func (w Workload) meshed() bool { return w.InMesh != nil && *w.InMesh }

// pods of the row; a DaemonSet's run on every node and are counted there.
func (w Workload) pods() int64 {
	if w.Kind == kindDaemonSet {
		return 0
	}
	return w.Services * w.Replicas
}

func (in *inputs) rps(w Workload) float64 {
	if w.RPSPerPod != nil {
		return *w.RPSPerPod
	}
	return in.rpsPerPod
}

// nodes decides the node types and what DaemonSets take of each.
func (in *inputs) nodes(c Catalog) error {
	n := in.scenario.Nodes
	query, err := nodeQuery(in.scenario, c)
	if err != nil {
		return err
	}
	fromCatalog := Input{Origin: OriginCatalog, AsOf: c.AsOf()}
	types, err := boughtTypes(in.scenario, c)
	if err != nil {
		return err
	}
	in.nodeTypes = slices.Clone(types)
	in.text("provider", n.Provider, Input{Origin: OriginExample}, query.Provider)
	if query.Provider != providerCustom {
		in.text("region", n.Region, Input{Origin: OriginExample}, query.Region)
		in.text("node_type", n.NodeType, Input{Origin: OriginExample}, nodeTypeText(query.Names))
	}
	if len(in.nodeTypes) == 1 {
		in.ownNode(&in.nodeTypes[0], fromCatalog)
	}
	in.decideDaemonSets(providerByID(c.Providers(), query.Provider))
	return in.decideStanding(c)
}

// boughtTypes are the node types that can be bought, as the catalog has them.
func boughtTypes(s Scenario, c Catalog) ([]NodeType, error) {
	query, err := nodeQuery(s, c)
	if err != nil {
		return nil, err
	}
	if query.Provider == providerCustom {
		return []NodeType{{Name: providerCustom, Provider: providerCustom, Arch: "amd64", AllocatableRule: "given"}}, nil
	}
	return c.NodeTypes(query)
}

// ownNode lets what is given override the one node type.
func (in *inputs) ownNode(t *NodeType, from Input) {
	n := in.scenario.Nodes
	if n.NodeAllocatableCPUMillicores != nil || n.NodeAllocatableMemoryMiB != nil {
		t.AllocatableRule = "given"
	}
	t.AllocatableCPUMillicores = in.whole("node_allocatable_cpu_m", n.NodeAllocatableCPUMillicores, from, float64(t.AllocatableCPUMillicores))
	t.AllocatableMemoryMiB = in.whole("node_allocatable_memory_mib", n.NodeAllocatableMemoryMiB, from, float64(t.AllocatableMemoryMiB))
	t.MaxPods = in.whole("node_max_pods", n.NodeMaxPods, from, float64(t.MaxPods))
	price := from
	price.Source, price.AsOf = t.PriceSource, t.PriceAsOf
	t.HourlyUSD = in.number("node_hourly_usd", n.NodeHourlyUSD, price, t.HourlyUSD)
	if n.NodeHourlyUSD != nil {
		t.PriceSource, t.PriceAsOf = "given", ""
	}
}

// decideDaemonSets takes the provider's usual ones, unless the list of workloads brings
// its own or the user gives figures. DaemonSets that request nothing take no slots.
func (in *inputs) decideDaemonSets(p Provider) {
	n, usual := in.scenario.Nodes, p.DaemonSets
	from := Input{Origin: OriginNeutral}
	if usual.FactID != "" {
		f := facts.Must(usual.FactID + "_cpu")
		from = Input{Origin: OriginPreset, FactID: f.ID, Source: f.Source, AsOf: f.AsOf}
	}
	if slices.ContainsFunc(in.list, func(w Workload) bool { return w.Kind == kindDaemonSet }) {
		usual, from = DaemonSets{}, Input{Origin: OriginNeutral}
	}
	in.daemonSets.CPUMillicores = in.whole("daemonset_cpu_m", n.DaemonSetCPUMillicores, from, float64(usual.CPUMillicores))
	in.daemonSets.MemoryMiB = in.whole("daemonset_memory_mib", n.DaemonSetMemoryMiB, from, float64(usual.MemoryMiB))
	if in.daemonSets.CPUMillicores == 0 && in.daemonSets.MemoryMiB == 0 {
		usual.Pods, from = 0, Input{Origin: OriginNeutral}
	}
	in.daemonSets.Pods = in.whole("daemonset_pods", n.DaemonSetPods, from, float64(usual.Pods))
}

// nodeQuery turns provider, region and node_type, given or not, into a query.
func nodeQuery(s Scenario, c Catalog) (NodeQuery, error) {
	id := value(s.Nodes.Provider, "")
	sized := s.Nodes.NodeAllocatableCPUMillicores != nil && s.Nodes.NodeAllocatableMemoryMiB != nil
	if id == providerCustom && sized {
		return NodeQuery{Provider: providerCustom}, nil
	}
	providers := c.Providers()
	if id == "" {
		id = providers[0].ID
	}
	p := providerByID(providers, id)
	if p.ID == "" {
		var ids []string
		for _, known := range providers {
			ids = append(ids, known.ID)
		}
		return NodeQuery{}, &InputError{Fields: []FieldError{{
			Field: "provider", Value: shorten(id), Rule: "one_of", Message: "there is no provider called " + quote(id),
			Fix: "Use " + strings.Join(append(ids, providerCustom), ", "),
		}}}
	}
	query := NodeQuery{Provider: p.ID, Region: value(s.Nodes.Region, p.DefaultRegion), MaxPods: s.Nodes.NodeMaxPods, Networking: value(s.Nodes.PodNetworking, "")}
	names := value(s.Nodes.NodeType, p.DefaultNodeType)
	if names != "auto" {
		for name := range strings.SplitSeq(names, ",") {
			query.Names = append(query.Names, strings.TrimSpace(name))
		}
	}
	return query, nil
}

func nodeTypeText(names []string) string {
	if len(names) == 0 {
		return "auto"
	}
	return strings.Join(names, ",")
}

func providerByID(providers []Provider, id string) Provider {
	for _, p := range providers {
		if p.ID == id {
			return p
		}
	}
	return Provider{}
}
