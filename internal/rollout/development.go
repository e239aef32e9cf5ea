package rollout

import (
	"fmt"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Development says whether the application with the mesh fits the development clusters
// that sources call the minimum: one pod of each service, the requests of the demo
// profile, nothing reserved.
type Development struct {
	Pods  int64     `json:"pods"` // of the application
	Sizes []DevSize `json:"sizes"`
	Text  string    `json:"text"`
}

// DevSize is a minimum that a source states, and how many such machines it takes.
type DevSize struct {
	By            string `json:"by"`
	CPUMillicores int64  `json:"cpu_m"`
	MemoryMiB     int64  `json:"memory_mib"`
	Machines      int64  `json:"machines"` // 0: a pod fits on none
	Fits          bool   `json:"fits"`
	FactID        string `json:"fact_id"`
	Source        string `json:"source"`
}

const presetDemo = "dev-demo"

func development(s model.Scenario, study *model.Study, pattern string) Development {
	out := Development{Sizes: []DevSize{}}
	for _, at := range []struct{ by, cpu, memory string }{
		{"the field report", "report_dev_min_cpu", "report_dev_min_ram"},
		{"Istio's page for minikube", "istio_dev_min_minikube_cpu", "istio_dev_min_minikube_mem"},
		{"Istio's page for Docker Desktop", "istio_dev_min_docker_cpu", "istio_dev_min_docker_mem"},
	} {
		cpu, memory := facts.Must(at.cpu), facts.Must(at.memory)
		size := DevSize{By: at.by, CPUMillicores: int64(cpu.Millicores(cpu.Value())), MemoryMiB: int64(memory.MiB(memory.Value())), FactID: memory.ID, Source: memory.Source}
		if plan, err := study.Evaluate(onDevelopment(s, size)); err == nil {
			out.Pods = plan.Application.Pods
			if r := plan.Result(pattern); r.Status != "infeasible" {
				size.Machines, size.Fits = r.Nodes, r.Nodes <= 1
			}
		}
		out.Sizes = append(out.Sizes, size)
	}
	out.Text = "with one pod of each service it fits none of the stated minimums"
	for _, size := range out.Sizes {
		if size.Fits {
			out.Text = fmt.Sprintf("with one pod of each service it fits the %d cores and %d MiB of %s", size.CPUMillicores/1000, size.MemoryMiB, size.By)
			break
		}
	}
	return out
}

// onDevelopment is the scenario on one machine of a size, with the demo profile.
func onDevelopment(s model.Scenario, size DevSize) model.Scenario {
	custom, one, none, preset := "custom", int64(1), int64(0), presetDemo
	pods := int64(facts.Must("kubelet_default_maxpods").Value())
	s.Nodes = model.Nodes{
		Provider: &custom, NodeAllocatableCPUMillicores: &size.CPUMillicores, NodeAllocatableMemoryMiB: &size.MemoryMiB,
		NodeMaxPods: &pods, DaemonSetCPUMillicores: &none, DaemonSetMemoryMiB: &none,
	}
	s.Quick.PodsPerService = &one
	s.Mesh = model.Mesh{Preset: &preset, L7Namespaces: s.Mesh.L7Namespaces, NativeSidecars: s.Mesh.NativeSidecars}
	s.Intervals = nil
	return s
}
