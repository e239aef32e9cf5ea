package templates

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"meshplan/internal/model"
)

// control is how an input is offered: its words, and the part of its range that a slider
// covers. The number field beside the slider takes the whole range of the parameter.
type control struct {
	name     string
	label    string
	from, to float64
	step     float64 // 0: no slider
	choices  []choice
}

type choice struct{ value, label string }

// group is a heading with the inputs that matter most and those behind "More".
type group struct {
	title string
	main  []control
	more  []control
}

var applicationGroup = group{
	title: "Application",
	main: []control{
		{name: "services", label: "Services", from: 1, to: 300, step: 1},
		{name: "pods_per_service", label: "Pods per service", from: 1, to: 20, step: 1},
		{name: "pod_cpu_m", label: "CPU request per pod", from: 10, to: 2000, step: 10},
		{name: "pod_memory_mib", label: "Memory request per pod", from: 16, to: 4096, step: 16},
	},
	more: []control{
		{name: "rps_per_pod", label: "Requests per pod", from: 0, to: 1000, step: 10},
		{name: "meshed_share", label: "Share in the mesh", from: 0, to: 1, step: 0.05},
	},
}

var nodesGroup = group{
	title: "Nodes",
	main: []control{
		{name: "headroom", label: "Headroom kept free, 0–0.9", from: 0, to: 0.5, step: 0.05},
	},
	more: []control{
		{name: "zones", label: "Zones", from: 1, to: 6, step: 1},
		{name: "min_nodes_per_zone", label: "Nodes per zone, at least"},
		{name: "survive", label: "Survive the loss of", choices: []choice{{"", "Nothing"}, {"node", "A node"}, {"zone", "A zone"}}},
		{name: "discount", label: "Discount, 0–0.95", from: 0, to: 0.95, step: 0.05},
		{name: "node_hourly_usd", label: "Node price"},
		{name: "node_monthly_fee_usd", label: "Fee per node"},
		{name: "control_plane_monthly_usd", label: "Control plane"},
		{name: "node_allocatable_cpu_m", label: "Allocatable CPU"},
		{name: "node_allocatable_memory_mib", label: "Allocatable memory"},
		{name: "node_max_pods", label: "Pods per node, 0 = no limit"},
		{name: "daemonset_cpu_m", label: "DaemonSets, CPU"},
		{name: "daemonset_memory_mib", label: "DaemonSets, memory"},
		{name: "daemonset_pods", label: "DaemonSets, pod slots"},
	},
}

var meshGroup = group{
	title: "Mesh",
	main: []control{
		{name: "proxy_cpu_m", label: "Sidecar CPU request", from: 0, to: 1000, step: 10},
		{name: "proxy_memory_mib", label: "Sidecar memory request", from: 0, to: 1024, step: 16},
	},
	more: []control{
		{name: "l7_namespaces", label: "Namespaces that need L7", from: 0, to: 100, step: 1},
		{name: "waypoint_replicas", label: "Waypoint replicas"},
		{name: "istiod_replicas", label: "istiod replicas"},
		{name: "istiod_cpu_m", label: "istiod CPU"},
		{name: "istiod_memory_mib", label: "istiod memory"},
		{name: "ingress_gateways", label: "Ingress gateways"},
		{name: "proxy_cpu_limit_m", label: "Sidecar CPU limit"},
		{name: "proxy_memory_limit_mib", label: "Sidecar memory limit"},
		{name: "native_sidecars", label: "Native sidecars", choices: []choice{{"", "Default"}, {"true", "Yes"}, {"false", "No"}}},
		{name: "config_scoped", label: "Proxies know their namespace only"},
		{name: "visible_services", label: "Services each proxy knows"},
		{name: "clusters_per_service", label: "Envoy clusters per service"},
		{name: "heavy_churn", label: "Pods come and go all the time"},
		{name: "istio_version", label: "Istio version"},
		{name: "observability", label: "Tools", choices: []choice{{"", "None"}, {"prometheus", "Prometheus"}, {"full", "All"}}},
		{name: "access_logs", label: "Access logs"},
		{name: "call_edges", label: "Pairs of services that call"},
		{name: "response_codes", label: "Response codes per pair"},
		{name: "histogram_buckets", label: "Buckets per histogram"},
		{name: "scrape_interval_s", label: "Scrape interval"},
		{name: "call_depth", label: "Calls in a row per request"},
		{name: "bytes_per_request", label: "Bytes of a call"},
		{name: "restart_parallel", label: "Pods restarting at once"},
		{name: "deploys_per_day", label: "Deployments a day"},
	},
}

var organisationGroup = group{
	title: "Organisation",
	main: []control{
		{name: "mtls_required", label: "mTLS is mandated"},
		{name: "canary_required", label: "Canary, traffic splitting"},
		{name: "complex_traffic", label: "Complex traffic"},
		{name: "polyglot", label: "Several languages"},
		{name: "uniform_metrics_required", label: "Uniform metrics"},
		{name: "multi_cluster", label: "Several clusters"},
		{name: "edge_only", label: "Rules at the edge only"},
		{name: "mesh_engineers", label: "Engineers who can run a mesh", from: 0, to: 10, step: 1},
		{name: "max_cost_growth", label: "Cost growth we can bear, ×", from: 1, to: 3, step: 0.05},
	},
	more: []control{ // gates, people, the work without a mesh, growth and prices, starts
		{name: "distributed_experience", label: "The team knows distributed systems"},
		{name: "max_resource_growth", label: "CPU and memory growth we can bear, ×"},
		{name: "mesh_budget_monthly_usd", label: "Budget of the mesh"},
		{name: "engineer_monthly_usd", label: "Cost of an engineer"},
		{name: "engineer_hours_per_month", label: "Hours an engineer works"},
		{name: "mesh_upkeep_engineers", label: "Engineers who keep the mesh"},
		{name: "mesh_training_usd", label: "Training and tooling, once"},
		{name: "licence_monthly_usd", label: "Licence or support"},
		{name: "hours_per_service_year", label: "Without a mesh: work in each service"},
		{name: "languages", label: "Languages in use"},
		{name: "hours_per_language_year", label: "Without a mesh: work for each language"},
		{name: "workload_growth_per_year", label: "Growth of services a year, 0.3 = 30 %"},
		{name: "storage_gb_month_usd", label: "Storage of metrics and logs"},
		{name: "log_retention_days", label: "Logs are kept"},
		{name: "cross_zone_gb_usd", label: "Traffic across zones"},
		{name: "app_start_s", label: "Start of a pod without a mesh"},
		{name: "max_surge", label: "Surge of a rolling restart, 0–1"},
		{name: "container_work_days", label: "Work on containers before a mesh"},
	},
}

var uncertaintyGroup = group{
	title: "Uncertainty",
	more: []control{
		{name: "weight_overspend", label: "Weight of a dollar too much"},
		{name: "weight_underprovision", label: "Weight of a dollar too little"},
		{name: "weight_exponent", label: "Power: above 1, large regrets hurt more"},
		{name: "seed", label: "Seed of samples"},
	},
}

var runGroup = group{
	title: "Plan",
	more: []control{
		{name: "as_of", label: "As of"},
		{name: "effort", label: "Packing", choices: []choice{{"", "Fast"}, {"tight", "Tight"}}},
		{name: "rollout_order", label: "Order of the roll-out, namespaces with commas between"},
	},
}

// groups are all groups in the order of the page. Inputs of the model that no group has
// words for stand behind More with the model's own description, so that none is missing.
var groups = complete([]group{applicationGroup, nodesGroup, meshGroup, organisationGroup, uncertaintyGroup, runGroup})

func complete(list []group) []group {
	named := map[string]bool{"provider": true, "region": true, "node_type": true, "preset": true}
	home := map[string]int{"quick": 0, "nodes": 1, "mesh": 2, "organisation": 3}
	for _, g := range list {
		for _, c := range slices.Concat(g.main, g.more) {
			named[c.name] = true
		}
	}
	for _, p := range model.Params() {
		if named[p.Name] {
			continue
		}
		at, known := home[p.Group]
		if !known {
			at = len(list) - 1
		}
		c := control{name: p.Name, label: sentenceCase(p.Doc)}
		if len(p.OneOf) > 0 {
			c.choices = []choice{{"", "Default"}}
			for _, one := range p.OneOf {
				c.choices = append(c.choices, choice{one, one})
			}
		}
		list[at].more = append(list[at].more, c)
	}
	return list
}

// sentenceCase shortens a description to a label.
func sentenceCase(doc string) string {
	label, _, _ := strings.Cut(doc, ";")
	label, _, _ = strings.Cut(label, ":")
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToUpper(first)) + label[size:]
}

// offered lists every parameter that the page offers.
func offered() []string {
	names := []string{"provider", "region", "node_type", "preset"}
	for _, g := range groups {
		for _, c := range slices.Concat(g.main, g.more) {
			names = append(names, c.name)
		}
	}
	return names
}

func (c control) param() model.Param {
	p, _ := model.ParamByName(c.name)
	return p
}

// fieldStep is what an arrow key moves: the slider's step, else one.
func (c control) fieldStep() string {
	if c.step > 0 {
		return Plain(c.step)
	}
	if c.param().Type == "number" {
		return "0.001"
	}
	return "1"
}

// labelOf is an input in the words of the page.
func labelOf(name string) string {
	for _, g := range groups {
		for _, c := range slices.Concat(g.main, g.more) {
			if c.name == name {
				return c.label
			}
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}
