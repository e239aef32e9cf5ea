package validation

import (
	"math"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// measure says in which unit a prediction comes.
type measure int

const (
	plain  measure = iota // the unit of the fact
	cpu                   // m
	memory                // MiB
)

// prediction takes one figure out of a plan.
type prediction struct {
	measure measure
	of      func(model.Plan) model.Estimate
}

// predictions that a case can ask for.
var predictions = map[string]prediction{
	"proxy.cpu":                   {cpu, cpuOf("proxy")},
	"proxy.memory":                {memory, memoryOf("proxy")},
	"proxies.cpu":                 {cpu, ofEveryPod(cpuOf("proxy"))},
	"proxies.memory":              {memory, ofEveryPod(memoryOf("proxy"))},
	"linkerd.cpu":                 {cpu, cpuOf("linkerd_proxy")},
	"linkerd.memory":              {memory, memoryOf("linkerd_proxy")},
	"linkerds.memory":             {memory, ofEveryPod(memoryOf("linkerd_proxy"))},
	"istiod.cpu":                  {cpu, cpuOf("istiod")},
	"istiod.memory":               {memory, memoryOf("istiod")},
	"waypoint.cpu":                {cpu, cpuOf("waypoint")},
	"waypoint.memory":             {memory, memoryOf("waypoint")},
	"ztunnel.memory":              {memory, memoryOf("ztunnel")},
	"ztunnels.cpu":                {cpu, ofEveryNode(cpuOf("ztunnel"))},
	"ztunnels.memory":             {memory, ofEveryNode(memoryOf("ztunnel"))},
	"none.requested_cpu":          {cpu, requestedOf(model.PatternNone, cpuRequested)},
	"none.requested_memory":       {memory, requestedOf(model.PatternNone, memoryRequested)},
	"sidecar.requested_cpu":       {cpu, requestedOf(model.PatternSidecar, cpuRequested)},
	"sidecar.requested_memory":    {memory, requestedOf(model.PatternSidecar, memoryRequested)},
	"ambient.requested_cpu":       {cpu, requestedOf(model.PatternAmbient, cpuRequested)},
	"ambient.requested_memory":    {memory, requestedOf(model.PatternAmbient, memoryRequested)},
	"ambient-l7.requested_cpu":    {cpu, requestedOf(model.PatternAmbientL7, cpuRequested)},
	"ambient-l7.requested_memory": {memory, requestedOf(model.PatternAmbientL7, memoryRequested)},
	"none.nodes":                  {plain, nodesOf(model.PatternNone)},
	"sidecar.nodes":               {plain, nodesOf(model.PatternSidecar)},
	"ambient.nodes":               {plain, nodesOf(model.PatternAmbient)},
	"ambient-l7.nodes":            {plain, nodesOf(model.PatternAmbientL7)},
	"none.cost":                   {plain, costOf(model.PatternNone)},
	"sidecar.cost":                {plain, costOf(model.PatternSidecar)},
	"ambient.cost":                {plain, costOf(model.PatternAmbient)},
	"ambient-l7.cost":             {plain, costOf(model.PatternAmbientL7)},
	"ambient.less_cpu":            {plain, lessThanSidecars(model.PatternAmbient, cpuOfPart)},
	"ambient.less_memory":         {plain, lessThanSidecars(model.PatternAmbient, memoryOfPart)},
	"ambient-l7.less_cpu":         {plain, lessThanSidecars(model.PatternAmbientL7, cpuOfPart)},
	"ambient-l7.less_memory":      {plain, lessThanSidecars(model.PatternAmbientL7, memoryOfPart)},
	"ambient-l7.per_core":         {plain, callsPerCore},
	"sidecar.p90":                 {plain, pathOf(model.PatternSidecar, "p90")},
	"sidecar.p99":                 {plain, pathOf(model.PatternSidecar, "p99")},
	"ambient.p90":                 {plain, pathOf(model.PatternAmbient, "p90")},
	"ambient.p99":                 {plain, pathOf(model.PatternAmbient, "p99")},
	"ambient-l7.p90":              {plain, pathOf(model.PatternAmbientL7, "p90")},
	"ambient-l7.p99":              {plain, pathOf(model.PatternAmbientL7, "p99")},
	"linkerd.p50":                 {plain, pathOf(model.PatternLinkerd, "p50")},
	"linkerd.p95":                 {plain, pathOf(model.PatternLinkerd, "p95")},
	"sidecar.pod_start":           {plain, podStart},
}

// inUnitOf converts from the unit of a prediction to that of a fact.
func (p prediction) inUnitOf(f facts.Fact, e model.Estimate) model.Estimate {
	scale := 1.0
	switch p.measure {
	case cpu:
		scale = f.Millicores(1)
	case memory:
		scale = f.MiB(1)
	}
	return model.Estimate{Low: e.Low / scale, Typical: e.Typical / scale, High: e.High / scale}
}

func exactly(v float64) model.Estimate { return model.Estimate{Low: v, Typical: v, High: v} }

func times(e model.Estimate, k float64) model.Estimate {
	return model.Estimate{Low: e.Low * k, Typical: e.Typical * k, High: e.High * k}
}

func use(p model.Plan, part string) model.Use {
	for _, u := range p.Uses {
		if u.Part == part {
			return u
		}
	}
	return model.Use{}
}

func cpuOf(part string) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate {
		u := use(p, part)
		return model.Estimate{Low: u.CPUUseLowM, Typical: u.CPUUseM, High: u.CPUUseHighM}
	}
}

func memoryOf(part string) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate {
		u := use(p, part)
		return model.Estimate{Low: u.MemoryUseLowMiB, Typical: u.MemoryUseMiB, High: u.MemoryUseHighMiB}
	}
}

// ofEveryPod is for cases whose pods are alike.
func ofEveryPod(one func(model.Plan) model.Estimate) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate { return times(one(p), float64(p.Application.MeshedPods)) }
}

func ofEveryNode(one func(model.Plan) model.Estimate) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate {
		return times(one(p), float64(result(p, model.PatternAmbient).Nodes))
	}
}

func result(p model.Plan, pattern string) model.Result {
	for _, r := range p.Results {
		if r.Pattern == pattern {
			return r
		}
	}
	return model.Result{}
}

func nodesOf(pattern string) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate { return exactly(float64(result(p, pattern).Nodes)) }
}

func costOf(pattern string) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate { return exactly(result(p, pattern).MonthlyCostUSD) }
}

func cpuRequested(r model.Result) float64    { return float64(r.CPURequestedMillicores) }
func memoryRequested(r model.Result) float64 { return float64(r.MemoryRequestedMiB) }

func requestedOf(pattern string, amount func(model.Result) float64) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate { return exactly(amount(result(p, pattern))) }
}

func cpuOfPart(part model.Part) float64    { return float64(part.Count * part.CPUMillicores) }
func memoryOfPart(part model.Part) float64 { return float64(part.Count * part.MemoryMiB) }

// lessThanSidecars is by how many per cent the data plane of a pattern requests less than
// sidecars do.
func lessThanSidecars(pattern string, amount func(model.Part) float64) func(model.Plan) model.Estimate {
	sum := func(r model.Result) (total float64) {
		for _, part := range r.Parts {
			switch part.ID {
			case "proxy", "ztunnel", "istio_cni", "waypoint":
				total += amount(part)
			}
		}
		return total
	}
	return func(p model.Plan) model.Estimate {
		const percent = 100
		return exactly(percent * (1 - sum(result(p, pattern))/sum(result(p, model.PatternSidecar))))
	}
}

// callsPerCore is what a core of ztunnels and waypoints carries. A low use is a high rate.
func callsPerCore(p model.Plan) model.Estimate {
	const millicoresPerCore = 1000
	ztunnels := ofEveryNode(cpuOf("ztunnel"))(p)
	waypoint := cpuOf("waypoint")(p)
	pods := 0.0
	for _, part := range result(p, model.PatternAmbientL7).Parts {
		if part.ID == "waypoint" {
			pods += float64(part.Count)
		}
	}
	waypoints := times(waypoint, pods)
	typical := ztunnels.Typical + waypoints.Typical
	above := math.Hypot(ztunnels.High-ztunnels.Typical, waypoints.High-waypoints.Typical)
	below := math.Hypot(ztunnels.Typical-ztunnels.Low, waypoints.Typical-waypoints.Low)
	rate := func(m float64) float64 { return p.Traffic.CallsPerSecond * millicoresPerCore / m }
	return model.Estimate{Low: rate(typical + above), Typical: rate(typical), High: rate(typical - below)}
}

func pathOf(pattern, percentile string) func(model.Plan) model.Estimate {
	return func(p model.Plan) model.Estimate {
		for _, l := range p.Latency {
			if l.Pattern == pattern && l.Percentile == percentile {
				return l.PathMs
			}
		}
		return model.Estimate{}
	}
}

func podStart(p model.Plan) model.Estimate {
	for _, s := range p.Startup {
		if s.Pattern == model.PatternSidecar && s.PodStartSeconds != nil {
			return *s.PodStartSeconds
		}
	}
	return model.Estimate{}
}
