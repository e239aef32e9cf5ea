package validation

import (
	"fmt"
	"strconv"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// What a claim of the field report comes to in a scenario.
const (
	Holds       = "holds"
	HoldsNot    = "does_not_hold"
	Unconfirmed = "unconfirmed" // no source supports it, and a plan cannot tell
)

// Claim is a statement of the field report beside what the sources and this scenario
// say. Texts other than Here and When are the registry's.
type Claim struct {
	ID      string   `json:"id"`
	Topic   string   `json:"topic"`
	Says    string   `json:"says"`    // the field report
	Sources string   `json:"sources"` // what published figures say
	Reading string   `json:"reading"` // how meshplan takes it
	FactIDs []string `json:"fact_ids"`
	Here    string   `json:"here"`  // what this scenario gives
	State   string   `json:"state"` // holds, does_not_hold, unconfirmed
	When    string   `json:"when"`  // when it holds
}

// claimEyes look at a plan for each disagreement of the registry, in the order shown.
var claimEyes = []struct {
	id, topic string
	see       func(view) (here, state, when string)
}{
	{"pod_overhead", "overhead of a pod", view.podOverhead},
	{"sidecar_memory", "sidecar memory", view.sidecarMemory},
	{"sidecar_cpu", "sidecar CPU", view.sidecarCPU},
	{"control_plane", "istiod memory", view.controlPlane},
	{"doubling", "growth of the cluster", view.doubling},
	{"pod_start", "pod start", view.podStart},
	{"thresholds", "number of services", view.thresholds},
	{"ambient_beta", "readiness of ambient mode", view.ambientBeta},
	{"node_proxies", "node proxies crash under load", view.nodeProxies},
	{"istio_version", "version to run today", view.istioVersion},
	{"istio_leak", "memory leak in 1.26.4", view.istioLeak},
	{"kubernetes_cni", "CNI bugs in Kubernetes 1.29", view.kubernetesCNI},
	{"dev_minimum", "smallest development cluster", view.devMinimum},
}

// Claims holds the field report's claims against the sources and a scenario's own plan.
func Claims(p model.Plan, s model.Scenario) []Claim {
	v := view{plan: p, scenario: s, sidecar: result(p, model.PatternSidecar)}
	byTopic := map[string]facts.Disagreement{}
	for _, d := range facts.Disagreements() {
		byTopic[d.Topic] = d
	}
	claims := make([]Claim, 0, len(claimEyes))
	for _, eye := range claimEyes {
		d := byTopic[eye.topic]
		c := Claim{ID: eye.id, Topic: d.Topic, Says: d.FieldReport, Sources: d.Sources, Reading: d.Reading, FactIDs: d.FactIDs}
		c.Here, c.State, c.When = eye.see(v)
		claims = append(claims, c)
	}
	return claims
}

// view is a plan with what most claims look at.
type view struct {
	plan     model.Plan
	scenario model.Scenario
	sidecar  model.Result
}

// stated is Holds where a claim is true here.
func stated(holds bool) string {
	if holds {
		return Holds
	}
	return HoldsNot
}

// input is a value that the plan used; false where it used none of that name.
func (v view) input(name string) (float64, bool) {
	for _, in := range v.plan.Inputs {
		if in.Name == name {
			value, err := strconv.ParseFloat(in.Value, 64)
			return value, err == nil
		}
	}
	return 0, false
}

// inputs is several of them, or false.
func (v view) inputs(names ...string) ([]float64, bool) {
	values := make([]float64, len(names))
	for i, name := range names {
		var ok bool
		if values[i], ok = v.input(name); !ok {
			return nil, false
		}
	}
	return values, true
}

// parts sums what a pattern's parts of that id request.
func parts(r model.Result, id string) (count, cpu, memory float64) {
	for _, part := range r.Parts {
		if part.ID == id {
			count += float64(part.Count)
			cpu += float64(part.Count * part.CPUMillicores)
			memory += float64(part.Count * part.MemoryMiB)
		}
	}
	return count, cpu, memory
}

// overlaps says whether the interval a meets low to high.
func overlaps(a model.Estimate, low, high float64) bool { return a.Low <= high && a.High >= low }

// ends are a fact's low and high figures.
func ends(id string) (low, high float64) {
	f := facts.Must(id)
	for _, x := range []*float64{f.High, f.Typical, f.Low} {
		if x != nil {
			low = *x
		}
	}
	for _, x := range []*float64{f.Low, f.Typical, f.High} {
		if x != nil {
			high = *x
		}
	}
	return low, high
}

const noSidecars = "No pod of this scenario is in the mesh."

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
