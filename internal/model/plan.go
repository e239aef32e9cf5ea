package model

// The patterns, in the order in which results are listed.
const (
	PatternNone      = "none"
	PatternGateway   = "gateway"
	PatternAmbient   = "ambient"
	PatternAmbientL7 = "ambient-l7"
	PatternSidecar   = "sidecar"
	PatternLinkerd   = "linkerd"
)

// Verdicts that are not patterns.
const (
	VerdictNoMesh = "no_mesh"
	VerdictNotYet = "not_yet"
)

// Plan is the answer to a [Scenario]: the same scenario and catalog give the same plan,
// byte for byte. Money is rounded to cents and growth to four decimals.
type Plan struct {
	ModelVersion string     `json:"model_version"`
	CatalogAsOf  string     `json:"catalog_as_of"`
	AsOf         string     `json:"as_of"`
	Verdict      string     `json:"verdict"` // no_mesh, not_yet or a pattern
	Reasoning    Reasoning  `json:"reasoning"`
	Application  Totals     `json:"application"`
	Results      []Result   `json:"results"` // one per pattern; the first is the baseline, none
	Nodes        []NodeType `json:"node_types"`
	Inputs       []Input    `json:"inputs"` // every value used, and where it came from
	Uses         []Use      `json:"uses"`   // modelled use beside requests

	Observability []Observability `json:"observability,omitempty"` // one per pattern when asked for
	Latency       []Latency       `json:"latency"`
	Traffic       Traffic         `json:"traffic"`
	Startup       []Startup       `json:"startup"`

	Warnings []Warning `json:"warnings"`
	Excuses  []Excuse  `json:"excuses"`
}

// Totals describes the application before any mesh.
type Totals struct {
	Services               int64 `json:"services"`
	Pods                   int64 `json:"pods"`
	MeshedServices         int64 `json:"meshed_services"`
	MeshedPods             int64 `json:"meshed_pods"`
	Namespaces             int64 `json:"namespaces"`
	CPURequestedMillicores int64 `json:"cpu_requested_m"` // replicas only, DaemonSets not included
	MemoryRequestedMiB     int64 `json:"memory_requested_mib"`
}

// Result is what one pattern needs. Growth is after ÷ before and null where the
// baseline is zero.
type Result struct {
	Pattern                  string      `json:"pattern"`
	Title                    string      `json:"title"`
	Nodes                    int64       `json:"nodes"`
	NodesLowerBound          int64       `json:"nodes_lower_bound"`
	MonthlyCostUSD           float64     `json:"monthly_cost_usd"`
	MonthlyCostLowerBoundUSD float64     `json:"monthly_cost_lower_bound_usd"`
	CostGrowth               *float64    `json:"cost_growth"`
	NodeGrowth               *float64    `json:"node_growth"`
	CPUGrowth                *float64    `json:"cpu_growth"`
	MemoryGrowth             *float64    `json:"memory_growth"`
	CPURequestedMillicores   int64       `json:"cpu_requested_m"` // all pods, with DaemonSets and agents on every node
	MemoryRequestedMiB       int64       `json:"memory_requested_mib"`
	Pods                     int64       `json:"pods"`
	Doubles                  *bool       `json:"doubles"`
	BindingResource          string      `json:"binding_resource"`     // cpu, memory, pods; "" with no pods
	GapShare                 float64     `json:"gap"`                  // (cost − bound) ÷ cost of the nodes
	Status                   string      `json:"status"`               // optimal, feasible, interrupted, infeasible
	Proved                   bool        `json:"proved"`               // status is optimal: cost equals the bound
	CertificateVerified      bool        `json:"certificate_verified"` // effort tight: separate code in integers has checked the proof of the bound
	BoundProof               string      `json:"bound_proof"`          // what proves the bound: certificate, exhaustive, existing, unchecked, arithmetic; "" where no plan is
	AutoscalerNodes          *int64      `json:"autoscaler_nodes"`     // what first-fit, as autoscalers place pods, would buy; null beyond 5,000 kinds of pods
	AutoscalerMonthlyCostUSD *float64    `json:"autoscaler_monthly_cost_usd"`
	SurgeNodes               *int64      `json:"surge_nodes"`            // at the height of a rolling update; null without surge_share
	SurgeMonthlyCostUSD      *float64    `json:"surge_monthly_cost_usd"` // of those nodes, if they ran the whole month
	Preset                   string      `json:"preset"`                 // whose figures the pattern uses
	FellBack                 bool        `json:"fell_back"`              // the chosen preset says nothing of this pattern
	Readiness                string      `json:"readiness"`
	FirstToFail              string      `json:"first_to_fail"`
	Parts                    []Part      `json:"parts"`       // what the pattern adds
	NodeGroups               []NodeGroup `json:"node_groups"` // nodes by type
	Layouts                  []Layout    `json:"layouts"`     // identical nodes, drawn once
}

// Part is one thing a pattern adds: Count pods or containers of a size.
type Part struct {
	ID            string `json:"id"` // proxy, istiod, ingress_gateway, ztunnel, istio_cni, waypoint, linkerd_destination ...
	Title         string `json:"title"`
	Scope         string `json:"scope"` // pod, node, namespace, cluster
	Count         int64  `json:"count"` // proxies, pods, or nodes for a per-node agent
	CPUMillicores int64  `json:"cpu_m"` // of one
	MemoryMiB     int64  `json:"memory_mib"`
}

// NodeGroup is the nodes of one type in a plan.
type NodeGroup struct {
	NodeType       string  `json:"node_type"`
	Count          int64   `json:"count"`
	MonthlyCostUSD float64 `json:"monthly_cost_usd"`   // of all Count, fees included
	Existing       bool    `json:"existing,omitempty"` // they stand already: existing_nodes
}

// Layout is Count nodes of one type and what they hold. The nodes are alike, except in
// the last layout of a type when Mixed says that the rarest ones are summed up there.
type Layout struct {
	NodeType string  `json:"node_type"`
	Zone     int     `json:"zone"`
	Count    int64   `json:"count"`
	Mixed    bool    `json:"mixed,omitempty"`
	Existing bool    `json:"existing,omitempty"` // they stand already: existing_nodes
	Capacity Amount  `json:"capacity"`           // allocatable of one node
	Slices   []Slice `json:"slices"`             // of all Count nodes together: adds up to Count × Capacity
}

// The kinds of [Slice], in drawing order.
const (
	SliceDaemonSets    = "daemonsets"
	SliceAgents        = "agents"
	SliceApplication   = "application"
	SliceProxies       = "proxies"
	SliceControlPlane  = "control_plane"
	SliceGateways      = "gateways"
	SliceObservability = "observability"
	SliceHeadroom      = "headroom"
	SliceStranded      = "stranded"
)

// Slice is a share of a node.
type Slice struct {
	Kind string `json:"kind"`
	Amount
}

// Amount is CPU, memory and pod slots together.
type Amount struct {
	CPUMillicores int64 `json:"cpu_m"`
	MemoryMiB     int64 `json:"memory_mib"`
	Pods          int64 `json:"pods"`
}

// Input is a value that the plan used. Origin is given, measured, preset, catalog or example: an
// example is only something to start from and has no source.
type Input struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
	FactID string `json:"fact_id,omitempty"`
	Source string `json:"source,omitempty"`
	AsOf   string `json:"as_of,omitempty"`
}

// Warning is something the user should know about a number.
type Warning struct {
	ID      string `json:"id"`
	Pattern string `json:"pattern,omitempty"`
	Field   string `json:"field,omitempty"` // the input or result it touches
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// Excuse says why a pattern or node type was not chosen, with the shortfall in numbers.
type Excuse struct {
	Subject   string  `json:"subject"` // pattern or node type
	Kind      string  `json:"kind"`    // pattern, node_type
	Reason    string  `json:"reason"`  // id: not_needed, no_encryption, over_budget, no_l7, immature, dearer, too_small ...
	Message   string  `json:"message"`
	Field     string  `json:"field,omitempty"` // the input that would remove it
	Shortfall float64 `json:"shortfall"`       // in the unit of Field
}

// Reasoning is how the verdict came about.
type Reasoning struct {
	Sentence     string        `json:"sentence"`
	Candidate    string        `json:"candidate"` // the pattern the needs point to, also when a gate is closed
	Score        float64       `json:"score"`
	Threshold    float64       `json:"threshold"`
	Rules        []RuleResult  `json:"rules"`
	Conditionals []Conditional `json:"conditionals"`
}

// RuleResult is one rule with the value it saw.
type RuleResult struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind"` // need, gate, soft, maturity
	Statement string  `json:"statement"`
	Field     string  `json:"field"`
	Seen      string  `json:"seen"`
	Threshold string  `json:"threshold"`
	State     string  `json:"state"` // met, not_met, unknown
	Weight    float64 `json:"weight"`
	Preset    string  `json:"preset,omitempty"`
	FactID    string  `json:"fact_id,omitempty"`
	Source    string  `json:"source"`

	Effect string   `json:"effect"` // for, against, open, closed, forbids, none: what it does to this verdict
	Lines  []string `json:"lines"`  // the lines of the field report's lists that it computes
}

// Conditional is the verdict that an unknown answer would give.
type Conditional struct {
	Field   string `json:"field"`
	Value   string `json:"value"`
	Verdict string `json:"verdict"`
	Text    string `json:"text"`
}
