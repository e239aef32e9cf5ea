package validation

import (
	"fmt"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// ambientBeta: beta, to be avoided.
func (v view) ambientBeta() (here, state, when string) {
	general, _ := facts.ReleaseOf("istio", facts.Must("ambient_ga_version").Text)
	when = "Before Istio " + general.Version + " of " + general.Released + "."
	if v.plan.AsOf < general.Released {
		return "At " + v.plan.AsOf + " ambient was not generally available.", Holds, when
	}
	return "At " + v.plan.AsOf + " ambient is generally available.", HoldsNot, when
}

// nodeProxies: they crash under load.
func (v view) nodeProxies() (here, state, when string) {
	when = "No source says when."
	u := use(v.plan, "ztunnel")
	if u.Part == "" {
		return "No node runs a ztunnel in this scenario.", Unconfirmed, when
	}
	fits := "within"
	if u.CPUUseM > float64(u.CPURequestedM) || u.MemoryUseMiB > float64(u.MemoryRequestedMiB) {
		fits = "beyond"
	}
	return fmt.Sprintf("A ztunnel is modelled to use %.0fm and %.0f MiB here, %s its request of %dm and %d MiB.",
		u.CPUUseM, u.MemoryUseMiB, fits, u.CPURequestedM, u.MemoryRequestedMiB), Unconfirmed, when
}

// istioVersion: 1.27.1 is the one to run.
func (v view) istioVersion() (here, state, when string) {
	version := facts.Must("report_istio_good_version").Text
	r, _ := facts.ReleaseOf("istio", model.MinorVersion(version))
	when = fmt.Sprintf("From %s, when Istio %s came out, to %s, when its support ended.", r.Released, r.Version, r.EndOfLife)
	supported := v.plan.AsOf >= r.Released && !r.EndedBy(v.plan.AsOf)
	if supported {
		return "At " + v.plan.AsOf + " Istio " + r.Version + " is supported.", Holds, when
	}
	return "At " + v.plan.AsOf + " Istio " + r.Version + " is not supported.", HoldsNot, when
}

func (v view) istioLeak() (here, state, when string) {
	return given("Istio", v.scenario.Mesh.IstioVersion, facts.Must("report_istio_bad_version").Text), Unconfirmed, "No source says so of that version; leaks were reported of others."
}

func (v view) kubernetesCNI() (here, state, when string) {
	version := facts.Must("report_k8s_bad").Text
	r, _ := facts.ReleaseOf("kubernetes", version)
	here = given("Kubernetes", v.scenario.Nodes.KubernetesVersion, version)
	if r.EndedBy(v.plan.AsOf) {
		here += " Support of " + version + " ended on " + r.EndOfLife + ", which is reason enough."
	}
	return here, Unconfirmed, "No source says so of that version."
}

// given says whether a version that the report warns of is the scenario's.
func given(product string, version *string, warned string) string {
	switch {
	case version == nil:
		return "The scenario names no version of " + product + "."
	case *version == warned || model.MinorVersion(*version) == warned:
		return "The scenario runs it."
	}
	return "The scenario runs " + product + " " + *version + "."
}

// devMinimum: 16 GB and 8 CPU for a development cluster.
func (v view) devMinimum() (here, state, when string) {
	const millicores = 1000
	cpus, gb := facts.Must("report_dev_min_cpu").Value(), facts.Must("report_dev_min_ram").Value()
	smallCPUs, smallGB := facts.Must("istio_dev_min_docker_cpu").Value(), facts.Must("istio_dev_min_docker_mem").Value()
	needCPU, needMiB := float64(v.plan.Application.CPURequestedMillicores)/millicores, float64(v.plan.Application.MemoryRequestedMiB)
	for _, id := range []string{"istiod", "ingress_gateway", "proxy"} {
		_, cpu, memory := parts(v.sidecar, id)
		needCPU += cpu / millicores
		needMiB += memory
	}
	needGB := needMiB * bytesPerMiB / bytesPerGB
	here = fmt.Sprintf("All of this application with sidecars requests %.1f CPU and %.1f GB.", needCPU, needGB)
	when = fmt.Sprintf("For an application that does not fit beside the control plane on %.0f CPU and %.0f GB, and does on %.0f and %.0f.", smallCPUs, smallGB, cpus, gb)
	fits := needCPU <= cpus && needGB <= gb
	fitsSmall := needCPU <= smallCPUs && needGB <= smallGB
	return here, stated(fits && !fitsSmall), when
}
