package model

import "meshplan/internal/facts"

// Latency is what a pattern adds to a call between two meshed pods at one percentile.
// Sources differ tenfold between releases and test beds: the interval spans them.
type Latency struct {
	Pattern    string   `json:"pattern"`
	Percentile string   `json:"percentile"` // p50, p90, p95, p99: what the sources measured
	PerCallMs  Estimate `json:"per_call_ms"`
	PathMs     Estimate `json:"path_ms"` // × call_depth: a path of such calls, each as slow
	FactID     string   `json:"fact_id"` // it names the sources that disagree
	Formula    string   `json:"formula"`
}

// exampleCallDepth is a request that makes three calls in a row.
const exampleCallDepth = 3

// latencyFacts says which figure stands for which pattern. A gateway adds nothing to a
// call between services.
var latencyFacts = []struct{ pattern, percentile, factID string }{
	{PatternAmbient, "p90", "lat_added_ambient_p90"}, {PatternAmbient, "p99", "lat_added_ambient_p99"},
	{PatternAmbientL7, "p90", "lat_added_ambient_l7_p90"}, {PatternAmbientL7, "p99", "lat_added_ambient_l7_p99"},
	{PatternSidecar, "p90", "lat_added_sidecar_p90"}, {PatternSidecar, "p99", "lat_added_sidecar_p99"},
	{PatternLinkerd, "p50", "lat_added_linkerd_p50"}, {PatternLinkerd, "p95", "lat_added_linkerd_p95"},
}

// calls is what a call between services is like.
type calls struct {
	depth float64 // in a row behind one request of a user
	bytes float64 // of request and response
}

func (in *inputs) decideCalls() {
	m := in.scenario.Mesh
	in.calls.depth = float64(in.whole("call_depth", m.CallDepth, Input{Origin: OriginExample}, exampleCallDepth))
	in.calls.bytes = float64(in.whole("bytes_per_request", m.BytesPerRequest, Input{Origin: OriginNeutral}, 0))
}

func (in *inputs) latency() []Latency {
	list := make([]Latency, 0, len(latencyFacts))
	const thousandths = 1000
	for _, l := range latencyFacts {
		perCall := estimateOf(facts.Must(l.factID))
		list = append(list, Latency{
			Pattern: l.pattern, Percentile: l.percentile, FactID: l.factID,
			PerCallMs: perCall, PathMs: perCall.times(in.calls.depth).rounded(thousandths), Formula: "added per call × calls in a row",
		})
	}
	return list
}

// estimateOf is a fact's figure with its ends, in the fact's own unit.
func estimateOf(f facts.Fact) Estimate { return Estimate{f.Lowest(), f.Value(), f.Highest()} }

func factNumber(id string) float64 { return facts.Must(id).Value() }
