package validation

import (
	"fmt"
	"math"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// podOverhead: a proxy's request over the pod's own.
func (v view) podOverhead() (here, state, when string) {
	low, high := ends("report_pod_overhead_share") // %
	low, high = low/100, high/100
	count, cpu, memory := parts(v.sidecar, "proxy")
	app := v.plan.Application
	if count == 0 || app.CPURequestedMillicores == 0 || app.MemoryRequestedMiB == 0 {
		return "No meshed pod requests anything, so there is no share to take.", HoldsNot, "Where pods request something."
	}
	cpuShare, memoryShare := cpu/float64(app.CPURequestedMillicores), memory/float64(app.MemoryRequestedMiB)
	within := func(share float64) bool { return share >= low && share <= high }
	here = fmt.Sprintf("Sidecars add %s to the CPU that the application requests and %s to the memory.", percent(cpuShare), percent(memoryShare))
	one := cpu / count
	when = fmt.Sprintf("With sidecars of %.0fm it holds for pods that request %.0fm to %.0fm; below they add more, above less.", one, one/high, one/low)
	return here, stated(within(cpuShare) || within(memoryShare)), when
}

const bytesPerMiB, bytesPerMB, bytesPerGB = 1 << 20, 1e6, 1e9

// sidecarMemory: 100 to 200 MB a proxy.
func (v view) sidecarMemory() (here, state, when string) {
	low, high := ends("report_sidecar_mem") // MB
	u := use(v.plan, "proxy")
	mb := times(model.Estimate{Low: u.MemoryUseLowMiB, Typical: u.MemoryUseMiB, High: u.MemoryUseHighMiB}, bytesPerMiB/bytesPerMB)
	here = fmt.Sprintf("A sidecar is modelled to hold %.0f MB (%.0f to %.0f); it requests %d MiB.", mb.Typical, mb.Low, mb.High, u.MemoryRequestedMiB)
	when = "Where each proxy knows a mesh of middling size, unscoped."
	if from, known := v.servicesKnownAt(low); known {
		to, _ := v.servicesKnownAt(high)
		when = fmt.Sprintf("By the model where each proxy knows about %.0f to %.0f services; with fewer, or scoped to them, it holds less.", from, to)
	}
	return here, stated(mb.Typical >= low && mb.Typical <= high), when
}

// servicesKnownAt turns the model around: how many services a proxy of that many MB knows.
func (v view) servicesKnownAt(mb float64) (services float64, known bool) {
	in, ok := v.inputs("pilot_agent_mb", "envoy_base_mb", "envoy_kb_per_cluster", "envoy_kb_per_endpoint", "heap_slack", "clusters_per_service")
	if !ok || v.plan.Application.Services == 0 {
		return 0, false
	}
	podsPerService := float64(v.plan.Application.Pods) / float64(v.plan.Application.Services)
	perServiceMB := (in[5]*in[2] + podsPerService*in[3]) / 1000 * in[4]
	return math.Ceil(max(mb-in[0]-in[1], 0) / perServiceMB), perServiceMB > 0
}

// sidecarCPU: 200m a proxy, whatever the load.
func (v view) sidecarCPU() (here, state, when string) {
	says := facts.Must("report_sidecar_cpu").Value()
	u := use(v.plan, "proxy")
	here = fmt.Sprintf("A sidecar requests %dm; that of the busiest pod is modelled to use %.0fm (%.0fm to %.0fm).", u.CPURequestedM, u.CPUUseM, u.CPUUseLowM, u.CPUUseHighM)
	when = "Where a proxy handles about 1,000 requests a second."
	if perThousand, ok := v.input("proxy_vcpu_per_1000rps"); ok && perThousand > 0 {
		when = fmt.Sprintf("As use, at %.0f requests a second through the pod.", says/perThousand)
	}
	holds := float64(u.CPURequestedM) == says || u.CPUUseLowM <= says && u.CPUUseHighM >= says
	return here, stated(holds), when
}

// controlPlane: 4 to 8 GB at least, and constant.
func (v view) controlPlane() (here, state, when string) {
	low, high := ends("report_istiod_mem") // GB
	u := use(v.plan, "istiod")
	replicas, _, requested := parts(v.sidecar, "istiod")
	gb := times(model.Estimate{Low: u.MemoryUseLowMiB, Typical: u.MemoryUseMiB, High: u.MemoryUseHighMiB}, replicas*bytesPerMiB/bytesPerGB)
	here = fmt.Sprintf("istiod is modelled to hold %.2g GB in all (%.2g to %.2g), and requests %.2g GB.", gb.Typical, gb.Low, gb.High, requested*bytesPerMiB/bytesPerGB)
	when = "Where one istiod serves thousands of unscoped sidecars."
	if in, ok := v.inputs("istiod_memory_base_gib", "istiod_mib_per_service", "istiod_mb_per_proxy"); ok && in[2] > 0 {
		fixedMB := (in[0]*1024 + in[1]*float64(v.plan.Application.Services)) * bytesPerMiB / bytesPerMB
		at := func(gb float64) float64 { return max(gb*1000-fixedMB, 0) / in[2] }
		when = fmt.Sprintf("By the model where one istiod serves %.0f to %.0f unscoped sidecars.", at(low), at(high))
	}
	return here, stated(overlaps(gb, low, high) || overlaps(exactly(requested*bytesPerMiB/bytesPerGB), low, high)), when
}

// doubling: twice the cluster.
func (v view) doubling() (here, state, when string) {
	r := v.sidecar
	growth, of := r.CostGrowth, "cost"
	if growth == nil {
		growth, of = r.NodeGrowth, "nodes"
	}
	count, cpu, _ := parts(r, "proxy")
	when = "Where pods request about as little as their sidecar, or nodes are close to being full."
	if count > 0 {
		when = fmt.Sprintf("Where pods request about as little as a sidecar's %.0fm, or nodes are close to being full: growth in requests is 1 + %.0fm ÷ the pod's.", cpu/count, cpu/count)
	}
	if growth == nil {
		return "Nothing is there to grow from, or a pod with a sidecar fits on no node.", HoldsNot, when
	}
	here = fmt.Sprintf("With sidecars the %s here is × %.2f, from %d to %d nodes.", of, *growth, result(v.plan, model.PatternNone).Nodes, r.Nodes)
	return here, stated(*growth >= facts.Must("report_cluster_multiplier").Value()), when
}

// podStart: 30 to 60 s.
func (v view) podStart() (here, state, when string) {
	low, high := ends("report_pod_start")
	when = "Under a control plane that is slow to answer: a mass restart, or far too little CPU."
	for _, s := range v.plan.Startup {
		if s.Pattern == model.PatternSidecar && s.AddedSeconds != nil {
			here = fmt.Sprintf("A sidecar adds %.3g s (%.3g to %.3g) to the start of a pod.", s.AddedSeconds.Typical, s.AddedSeconds.Low, s.AddedSeconds.High)
			return here, stated(overlaps(*s.AddedSeconds, low, high)), when
		}
	}
	return noSidecars, HoldsNot, when
}

// thresholds: under 10 avoid, from 50 use.
func (v view) thresholds() (here, state, when string) {
	avoid, from := facts.Must("report_avoid_below_services").Value(), facts.Must("report_use_from_services").Value()
	n := float64(v.plan.Application.Services)
	verdict := model.VerdictTitle(v.plan.Verdict)
	when = "Where the needs follow the count; a mandate for encryption or a need at layer 7 decides earlier than any count."
	switch {
	case n < avoid:
		return fmt.Sprintf("%.0f services: it says avoid; the verdict here is %s.", n, verdict), stated(v.plan.Verdict == model.VerdictNoMesh), when
	case n >= from && (v.scenario.Needs.ComplexTraffic == nil || !*v.scenario.Needs.ComplexTraffic):
		return fmt.Sprintf("%.0f services: it says use if traffic is complex, which is not said here; the verdict is %s.", n, verdict), Unconfirmed, when
	case n >= from:
		return fmt.Sprintf("%.0f services: it says use; the verdict here is %s.", n, verdict), stated(v.plan.Verdict != model.VerdictNoMesh), when
	}
	return fmt.Sprintf("%.0f services: between the two it leaves the question open; the verdict here is %s.", n, verdict), Unconfirmed, when
}
