package importer

import "meshplan/internal/model"

// Result is what an import understood, ready for review.
type Result struct {
	Scenario   model.Scenario  `json:"scenario"`         // workload rows, and nodes where the input had them
	Understood []Item          `json:"understood"`       // one per row of Scenario.Workloads, in the same order
	Skipped    []Skipped       `json:"skipped"`          // what was read and left out, with the reason
	Missing    []Missing       `json:"without_requests"` // containers without a request, by name
	Warnings   []model.Warning `json:"warnings"`
	Columns    []Column        `json:"columns,omitempty"` // CSV: what each column was taken for
	Nodes      *ClusterNodes   `json:"cluster_nodes,omitempty"`
	Mesh       *ExistingMesh   `json:"existing_mesh,omitempty"`
	Measured   []Measured      `json:"measured,omitempty"` // usage as intervals, for calibration
	Totals     Totals          `json:"totals"`
	Autoscaled *Autoscaled     `json:"autoscaled,omitempty"`
	Read       []Count         `json:"read"` // objects and tables by kind, in the order of their names
}

// Mesh states of a workload.
const (
	MeshIn      = "in_mesh"
	MeshOut     = "not_in_mesh" // opted out, or its pods run without a proxy in a cluster that has some
	MeshUnknown = "unknown"     // nothing says; the scenario's meshed_share decides
)

// Item is a row of the review table: a workload, where it was read and what was assumed.
type Item struct {
	Row               int        `json:"row"` // index in Scenario.Workloads
	Namespace         string     `json:"namespace,omitempty"`
	Name              string     `json:"name"`
	Kind              string     `json:"kind"`
	Source            string     `json:"source"` // document 2, items[14]
	Replicas          int64      `json:"replicas"`
	ReplicasMin       *int64     `json:"replicas_min,omitempty"` // of its HorizontalPodAutoscaler
	ReplicasMax       *int64     `json:"replicas_max,omitempty"`
	PodCPUMillicores  int64      `json:"pod_cpu_m"` // effective request, proxies taken out
	PodMemoryMiB      int64      `json:"pod_memory_mib"`
	InitCPUMillicores int64      `json:"init_cpu_m,omitempty"`
	InitMemoryMiB     int64      `json:"init_memory_mib,omitempty"`
	MeshState         string     `json:"mesh_state"`
	Proxy             *Proxy     `json:"proxy,omitempty"` // the injected proxy that was taken out
	PodsSeen          int64      `json:"pods_seen,omitempty"`
	GivenTwice        bool       `json:"given_twice,omitempty"` // the last one counts
	Placement         *Placement `json:"placement,omitempty"`
	Assumed           []string   `json:"assumed,omitempty"`
	AsRow             bool       `json:"as_row,omitempty"` // the input gave it as a row of a table or scenario, not as Kubernetes objects
}

// Proxy is a mesh proxy found in a pod.
type Proxy struct {
	Product       string `json:"product"` // istio, linkerd, kuma, consul, appmesh
	Native        bool   `json:"native"`  // an init container with restartPolicy Always
	CPUMillicores int64  `json:"cpu_m"`   // request
	MemoryMiB     int64  `json:"memory_mib"`
}

// Placement is what a pod says about where it may run. MaxPerNode, Architectures,
// NodeTypes, Tolerations and a spread over zones reach the packing, and so do the types of
// the nodes that carry the labels of NodeSelector and NodeAffinity; the rest is reported, since the packing has
// no such constraint.
type Placement struct {
	MaxPerNode      int64    `json:"max_per_node,omitempty"`
	Architectures   []string `json:"architectures,omitempty"` // amd64, arm64
	NodeTypes       []string `json:"node_types,omitempty"`    // instance types
	NodeSelector    []string `json:"node_selector,omitempty"` // key=value
	NodeAffinity    bool     `json:"node_affinity,omitempty"` // a required one
	Tolerations     []string `json:"tolerations,omitempty"`   // key=value:effect
	SpreadOver      []string `json:"spread_over,omitempty"`   // topology keys that must be spread over
	DisruptionGuard bool     `json:"disruption_budget,omitempty"`
	OtherPods       bool     `json:"other_pods,omitempty"` // must or must not share a node or zone with pods of others, or must with its own

	skew int64 // pods that one zone may hold more than another; 0 where the pod does not say
}

// Skipped is a group of objects left out for one reason.
type Skipped struct {
	Kind   string   `json:"kind"`
	Reason string   `json:"reason"` // stable id: not_a_workload, counted_under_owner, finished, mesh_itself ...
	Why    string   `json:"why"`
	Count  int64    `json:"count"`
	Names  []string `json:"names"` // the first ten
}

// Missing is a container that requests nothing of a resource.
type Missing struct {
	Row       int    `json:"row"`
	Namespace string `json:"namespace,omitempty"`
	Workload  string `json:"workload"`
	Container string `json:"container"`
	Init      bool   `json:"init"`   // an init container: it counts only while the pod starts
	CPU       bool   `json:"cpu"`    // no CPU request
	Memory    bool   `json:"memory"` // no memory request
	// StandIn is what was counted: zero, default or usage; init containers stay zero.
	StandIn       string `json:"stand_in"`
	CPUMillicores int64  `json:"cpu_m"` // what was counted for the missing request
	MemoryMiB     int64  `json:"memory_mib"`
	// Usage is the highest measured use of the container, where the import holds one.
	UsageCPUMillicores *int64 `json:"usage_cpu_m,omitempty"`
	UsageMemoryMiB     *int64 `json:"usage_memory_mib,omitempty"`
}

// Totals sums the rows up: pods of replicas, and what DaemonSets take on each node.
type Totals struct {
	Workloads              int64 `json:"workloads"`
	Services               int64 `json:"services"` // neither DaemonSet nor Job, as the verdict counts
	Pods                   int64 `json:"pods"`     // DaemonSets not included
	CPUMillicores          int64 `json:"cpu_m"`
	MemoryMiB              int64 `json:"memory_mib"`
	DaemonSets             int64 `json:"daemonsets"`
	DaemonSetCPUMillicores int64 `json:"daemonset_cpu_m"` // per node
	DaemonSetMemoryMiB     int64 `json:"daemonset_memory_mib"`
	Namespaces             int64 `json:"namespaces"`
	KubernetesServices     int64 `json:"kubernetes_services"` // objects of kind Service
}

// Count is how many objects of a kind were read.
type Count struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
}

// ExistingMesh is the mesh that the input already runs: taken out of the baseline, kept
// for calibration and for comparing a prediction with what came of it.
type ExistingMesh struct {
	Products           []string        `json:"products"`
	Proxies            int64           `json:"proxies"` // sidecars in running pods or in templates × replicas
	ProxyCPUMillicores int64           `json:"proxy_cpu_m"`
	ProxyMemoryMiB     int64           `json:"proxy_memory_mib"` // sums over all proxies
	Components         []MeshComponent `json:"components"`       // control plane, gateways, waypoints, agents
	AmbientNamespaces  int64           `json:"ambient_namespaces"`
}

// MeshComponent is a workload that belongs to the mesh itself.
type MeshComponent struct {
	Namespace     string `json:"namespace,omitempty"`
	Name          string `json:"name"`
	Kind          string `json:"kind"`
	Role          string `json:"role"`     // control_plane, gateway, waypoint, node_agent
	Replicas      int64  `json:"replicas"` // of a DaemonSet its pods, 0 where the input does not tell
	CPUMillicores int64  `json:"cpu_m"`    // of one pod
	MemoryMiB     int64  `json:"memory_mib"`
}
