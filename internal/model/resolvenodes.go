package model

import (
	"slices"
	"strings"

	"meshplan/internal/facts"
)

const providerCustom = "custom"

// nodes decides the node types and what DaemonSets take of each.
func (in *inputs) nodes(c Catalog) error {
	n := in.scenario.Nodes
	query, err := nodeQuery(in.scenario, c)
	if err != nil {
		return err
	}
	fromCatalog := Input{Origin: OriginCatalog, AsOf: c.AsOf()}
	types, err := boughtTypes(in.scenario, c)
	if err != nil {
		return err
	}
	in.nodeTypes = slices.Clone(types)
	in.text("provider", n.Provider, Input{Origin: OriginExample}, query.Provider)
	if query.Provider != providerCustom {
		in.text("region", n.Region, Input{Origin: OriginExample}, query.Region)
		in.text("node_type", n.NodeType, Input{Origin: OriginExample}, nodeTypeText(query.Names))
	}
	if len(in.nodeTypes) == 1 {
		in.ownNode(&in.nodeTypes[0], fromCatalog)
	}
	in.decideDaemonSets(providerByID(c.Providers(), query.Provider))
	return in.decideStanding(c)
}

// boughtTypes are the node types that can be bought, as the catalog has them.
func boughtTypes(s Scenario, c Catalog) ([]NodeType, error) {
	query, err := nodeQuery(s, c)
	if err != nil {
		return nil, err
	}
	if query.Provider == providerCustom {
		return []NodeType{{Name: providerCustom, Provider: providerCustom, Arch: "amd64", AllocatableRule: "given"}}, nil
	}
	return c.NodeTypes(query)
}

// ownNode lets what is given override the one node type.
func (in *inputs) ownNode(t *NodeType, from Input) {
	n := in.scenario.Nodes
	if n.NodeAllocatableCPUMillicores != nil || n.NodeAllocatableMemoryMiB != nil {
		t.AllocatableRule = "given"
	}
	t.AllocatableCPUMillicores = in.whole("node_allocatable_cpu_m", n.NodeAllocatableCPUMillicores, from, float64(t.AllocatableCPUMillicores))
	t.AllocatableMemoryMiB = in.whole("node_allocatable_memory_mib", n.NodeAllocatableMemoryMiB, from, float64(t.AllocatableMemoryMiB))
	t.MaxPods = in.whole("node_max_pods", n.NodeMaxPods, from, float64(t.MaxPods))
	price := from
	price.Source, price.AsOf = t.PriceSource, t.PriceAsOf
	t.HourlyUSD = in.number("node_hourly_usd", n.NodeHourlyUSD, price, t.HourlyUSD)
	if n.NodeHourlyUSD != nil {
		t.PriceSource, t.PriceAsOf = "given", ""
	}
}

// decideDaemonSets takes the provider's usual ones, unless the list of workloads brings
// its own or the user gives figures. DaemonSets that request nothing take no slots.
func (in *inputs) decideDaemonSets(p Provider) {
	n, usual := in.scenario.Nodes, p.DaemonSets
	from := Input{Origin: OriginNeutral}
	if usual.FactID != "" {
		f := facts.Must(usual.FactID + "_cpu")
		from = Input{Origin: OriginPreset, FactID: f.ID, Source: f.Source, AsOf: f.AsOf}
	}
	if slices.ContainsFunc(in.list, func(w Workload) bool { return w.Kind == kindDaemonSet }) {
		usual, from = DaemonSets{}, Input{Origin: OriginNeutral}
	}
	in.daemonSets.CPUMillicores = in.whole("daemonset_cpu_m", n.DaemonSetCPUMillicores, from, float64(usual.CPUMillicores))
	in.daemonSets.MemoryMiB = in.whole("daemonset_memory_mib", n.DaemonSetMemoryMiB, from, float64(usual.MemoryMiB))
	if in.daemonSets.CPUMillicores == 0 && in.daemonSets.MemoryMiB == 0 {
		usual.Pods, from = 0, Input{Origin: OriginNeutral}
	}
	in.daemonSets.Pods = in.whole("daemonset_pods", n.DaemonSetPods, from, float64(usual.Pods))
}

// nodeQuery turns provider, region and node_type, given or not, into a query.
func nodeQuery(s Scenario, c Catalog) (NodeQuery, error) {
	id := value(s.Nodes.Provider, "")
	sized := s.Nodes.NodeAllocatableCPUMillicores != nil && s.Nodes.NodeAllocatableMemoryMiB != nil
	if id == providerCustom && sized {
		return NodeQuery{Provider: providerCustom}, nil
	}
	providers := c.Providers()
	if id == "" {
		id = providers[0].ID
	}
	p := providerByID(providers, id)
	if p.ID == "" {
		var ids []string
		for _, known := range providers {
			ids = append(ids, known.ID)
		}
		return NodeQuery{}, &InputError{Fields: []FieldError{{
			Field: "provider", Value: shorten(id), Rule: "one_of", Message: "there is no provider called " + quote(id),
			Fix: "Use " + strings.Join(append(ids, providerCustom), ", "),
		}}}
	}
	query := NodeQuery{Provider: p.ID, Region: value(s.Nodes.Region, p.DefaultRegion), MaxPods: s.Nodes.NodeMaxPods, Networking: value(s.Nodes.PodNetworking, "")}
	names := value(s.Nodes.NodeType, p.DefaultNodeType)
	if names != "auto" {
		for name := range strings.SplitSeq(names, ",") {
			query.Names = append(query.Names, strings.TrimSpace(name))
		}
	}
	return query, nil
}

func nodeTypeText(names []string) string {
	if len(names) == 0 {
		return "auto"
	}
	return strings.Join(names, ",")
}

func providerByID(providers []Provider, id string) Provider {
	for _, p := range providers {
		if p.ID == id {
			return p
		}
	}
	return Provider{}
}
