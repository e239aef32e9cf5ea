package importer

import (
	"maps"
	"slices"

	"meshplan/internal/model"
)

// Calibrate returns the scenario with measured figures, marked as such, as intervals of the inputs named;
// without names, of all that were measured. What the scenario gives of them is replaced.
func Calibrate(s model.Scenario, measured []Measured, names ...string) model.Scenario {
	s.Intervals = maps.Clone(s.Intervals)
	if s.Intervals == nil {
		s.Intervals = map[string]model.Interval{}
	}
	for _, m := range measured {
		if len(names) == 0 || slices.Contains(names, m.Name) {
			model.ClearParam(&s, m.Name) // what is given would go before the typical value
			interval := m.Interval
			interval.Measured = true
			s.Intervals[m.Name] = interval
		}
	}
	return s
}

// ReplicaRange returns the workloads at the lowest and at the highest number of replicas
// that their autoscalers allow; the others stay as they are.
func (r Result) ReplicaRange() (low, high []model.Workload) {
	low, high = slices.Clone(r.Scenario.Workloads), slices.Clone(r.Scenario.Workloads)
	for _, item := range r.Understood {
		if item.ReplicasMin != nil && item.ReplicasMax != nil {
			low[item.Row].Replicas, high[item.Row].Replicas = *item.ReplicasMin, *item.ReplicasMax
		}
	}
	return low, high
}

// ScoreLine is one figure of a prediction beside what a later import found.
type ScoreLine struct {
	Name      string   `json:"name"` // nodes, cpu_requested_m, memory_requested_mib, proxies, proxy_cpu_m, proxy_memory_mib, ROLE_pods, ROLE_cpu_m, ROLE_memory_mib
	Predicted float64  `json:"predicted"`
	Actual    float64  `json:"actual"`
	Error     *float64 `json:"error"` // predicted ÷ actual − 1; null when the actual is zero
}

// NewScoreLine compares a predicted figure with the actual one.
func NewScoreLine(name string, predicted, actual float64) ScoreLine {
	line := ScoreLine{Name: name, Predicted: predicted, Actual: actual}
	if actual != 0 {
		line.Error = new(predicted/actual - 1)
	}
	return line
}

// Score compares what was predicted for a pattern with an import made after the roll-out:
// the figures that the import holds, in a fixed order. Proxy figures are sums over all.
func Score(predicted model.Result, after Result) []ScoreLine {
	var lines []ScoreLine
	add := func(name string, predicted, actual int64) {
		lines = append(lines, NewScoreLine(name, float64(predicted), float64(actual)))
	}
	if n := after.Nodes; n != nil {
		add("nodes", predicted.Nodes, n.Count)
		if n.RequestedCPUMillicores != nil {
			add("cpu_requested_m", predicted.CPURequestedMillicores, *n.RequestedCPUMillicores)
			add("memory_requested_mib", predicted.MemoryRequestedMiB, *n.RequestedMemoryMiB)
		}
	}
	if m := after.Mesh; m != nil {
		var proxies, cpu, memory int64
		for _, part := range predicted.Parts {
			if part.Scope == "pod" {
				proxies += part.Count
				cpu = addCapped(cpu, timesCapped(part.Count, part.CPUMillicores))
				memory = addCapped(memory, timesCapped(part.Count, part.MemoryMiB))
			}
		}
		add("proxies", proxies, m.Proxies)
		add("proxy_cpu_m", cpu, m.ProxyCPUMillicores)
		add("proxy_memory_mib", memory, m.ProxyMemoryMiB)
		for _, role := range []string{RoleControlPlane, RoleGateway, RoleWaypoint, RoleNodeAgent} {
			expected, found := partsOf(predicted.Parts, role), m.componentsOf(role, after.Nodes)
			if expected == (roleSum{}) && found == (roleSum{}) {
				continue
			}
			add(role+"_pods", expected.pods, found.pods)
			add(role+"_cpu_m", expected.cpuMillicores, found.cpuMillicores)
			add(role+"_memory_mib", expected.memoryMiB, found.memoryMiB)
		}
	}
	return lines
}

// roleSum is what all pods of one role in a mesh request.
type roleSum struct{ pods, cpuMillicores, memoryMiB int64 }

func (s *roleSum) add(pods, cpuMillicores, memoryMiB int64) {
	s.pods = addCapped(s.pods, pods)
	s.cpuMillicores = addCapped(s.cpuMillicores, timesCapped(pods, cpuMillicores))
	s.memoryMiB = addCapped(s.memoryMiB, timesCapped(pods, memoryMiB))
}

// observability are the parts of a plan that watch a mesh: an import counts such pods as
// workloads like any other.
var observability = []string{"prometheus", "kiali", "jaeger", "linkerd_viz"}

// partsOf sums the predicted parts of a role.
func partsOf(parts []model.Part, role string) roleSum {
	var sum roleSum
	for _, part := range parts {
		of := RoleControlPlane
		switch {
		case part.Scope == "pod" || slices.Contains(observability, part.ID):
			continue
		case part.Scope == "node":
			of = RoleNodeAgent
		case part.ID == "waypoint":
			of = RoleWaypoint
		case part.ID == "ingress_gateway":
			of = RoleGateway
		}
		if of == role {
			sum.add(part.Count, part.CPUMillicores, part.MemoryMiB)
		}
	}
	return sum
}

// componentsOf sums what an import found of a role; agents whose pods it does not tell run
// on every node.
func (m *ExistingMesh) componentsOf(role string, nodes *ClusterNodes) roleSum {
	var sum roleSum
	for _, c := range m.Components {
		if c.Role != role {
			continue
		}
		pods := c.Replicas
		if c.Kind == "DaemonSet" && pods == 0 && nodes != nil {
			pods = nodes.Count
		}
		sum.add(pods, c.CPUMillicores, c.MemoryMiB)
	}
	return sum
}
