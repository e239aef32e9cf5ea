package model

// NodeType is a machine that can be bought as a Kubernetes node, with what pods may
// use of it: the provider's own reservation is subtracted, DaemonSets are not yet.
type NodeType struct {
	Name                     string  `json:"name"`
	Provider                 string  `json:"provider"`
	Region                   string  `json:"region"`
	Family                   string  `json:"family"`
	Arch                     string  `json:"arch"` // amd64 or arm64
	VCPU                     int64   `json:"vcpu"`
	MemoryMiB                int64   `json:"memory_mib"` // nominal
	AllocatableCPUMillicores int64   `json:"allocatable_cpu_m"`
	AllocatableMemoryMiB     int64   `json:"allocatable_memory_mib"`
	MaxPods                  int64   `json:"max_pods"`         // 0 = no limit
	AllocatableRule          string  `json:"allocatable_rule"` // id of the provider's rule: eks, gke, aks, kubeadm
	HourlyUSD                float64 `json:"hourly_usd"`
	PriceAsOf                string  `json:"price_as_of"`
	PriceSource              string  `json:"price_source"`
}

// DaemonSets is what a provider's usual DaemonSets take on every node.
type DaemonSets struct {
	CPUMillicores int64  `json:"cpu_m"`
	MemoryMiB     int64  `json:"memory_mib"`
	Pods          int64  `json:"pods"`
	FactID        string `json:"fact_id"` // "" when no sourced figure exists
}

// Provider is a cloud in the catalog.
type Provider struct {
	ID              string     `json:"id"` // aws, azure, gcp
	Title           string     `json:"title"`
	Regions         []string   `json:"regions"`
	DefaultRegion   string     `json:"default_region"`
	DefaultNodeType string     `json:"default_node_type"`
	DaemonSets      DaemonSets `json:"daemonsets"`
}

// NodeQuery asks a [Catalog] for node types.
type NodeQuery struct {
	Provider   string
	Region     string
	Names      []string // exact type names; empty = every type of the region ("auto")
	MaxPods    *int64   // the user's own pod limit; nil = the provider's; 0 = no limit
	Networking string   // how pods get addresses, which sets the provider's pod limit: aws eni, prefix; azure pod-subnet, overlay, node-subnet; "" = the first
}

// Catalog is the value that knows node types, prices and allocatable rules. It is pure:
// the same query gives the same types in the same order.
type Catalog interface {
	AsOf() string
	Providers() []Provider
	// NodeTypes returns the types asked for, or an *InputError that names the field
	// (provider, region, node_type), the value, and the nearest known names.
	NodeTypes(NodeQuery) ([]NodeType, error)
}
