package model

import (
	"math"

	"meshplan/internal/facts"
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
