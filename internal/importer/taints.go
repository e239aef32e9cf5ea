package importer

import (
	"slices"
	"strings"
)

// taint adds a taint to a node. PreferNoSchedule keeps no pod away, and the node
// controller's own taints tell of a passing state: neither decides where pods fit.
func (n *clusterNode) taint(t nodeTaint) {
	n.controlPlane = n.controlPlane || isControlPlaneTaint(t.Key, t.Effect)
	if passing := strings.HasPrefix(t.Key, "node.kubernetes.io/") || strings.HasPrefix(t.Key, "node.cloudprovider.kubernetes.io/"); passing {
		return
	}
	if t.Effect != "NoSchedule" && t.Effect != "NoExecute" {
		return
	}
	text := t.Key
	if t.Value != "" {
		text += "=" + t.Value
	}
	text += ":" + t.Effect
	const most = 100 // the scenario takes no more tolerations either
	if len(n.taints) == most || !isEntry(text) || slices.Contains(n.taints, text) {
		return
	}
	n.taints = append(n.taints, text)
	slices.Sort(n.taints)
}

// TypeTaints are the taints that node_taints holds, one entry each, of the types that keep
// holds for.
func TypeTaints(nodeTaints string, keep func(nodeType string) bool) string {
	var list []string
	for entry := range strings.SplitSeq(nodeTaints, ",") {
		if name, _, _ := strings.Cut(entry, "="); entry != "" && keep(name) {
			list = append(list, entry)
		}
	}
	return strings.Join(list, ",")
}

// shared keeps the taints that both lists have.
func shared(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(t string) bool { return !slices.Contains(b, t) })
}

// taintNodes writes the taints of the pools into the scenario's nodes, where all nodes of
// a type carry them: the packing knows taints by type.
func (b *builder) taintNodes(c *ClusterNodes) {
	n := &b.result.Scenario.Nodes
	byType := map[string][]string{}
	var partly, order []string
	for _, p := range c.Pools {
		before, known := byType[p.InstanceType]
		if known && !slices.Equal(before, p.Taints) {
			p.partly, p.Taints = true, shared(before, p.Taints)
		}
		if !known {
			order = append(order, p.InstanceType)
		}
		byType[p.InstanceType] = p.Taints
		if p.partly && !slices.Contains(partly, p.InstanceType) {
			partly = append(partly, p.InstanceType)
		}
	}
	if len(partly) > 0 {
		b.note("taints_in_part", "node_taints", "some nodes of a type carry a taint that others of the type do not: "+joinSome(partly)+
			"; such a taint is left out, because the packing knows taints by type", "Plan those nodes as a type of their own, or give node_taints")
	}
	var texts []string
	untainted := false
	for _, name := range order {
		untainted = untainted || len(byType[name]) == 0
		for _, t := range byType[name] {
			texts = append(texts, name+"="+t)
		}
	}
	list := strings.Join(texts, ",")
	leaveOut := func(why, fix string) {
		b.note("taints_left_out", "node_taints", "the nodes' taints are left out: "+why, fix)
	}
	const longest = 4096
	switch {
	case len(texts) == 0:
	case !b.names.keeps():
		leaveOut("names are hidden, and a taint may be named after a team", "Give node_taints and tolerates by hand where they matter")
	case n.NodeType == nil:
		leaveOut("they are planned as one size of node of your own", "Keep workloads of tainted nodes out of the plan, or plan them apart")
	case !untainted:
		leaveOut("every type has one, so pods that tolerate none would have nowhere to run", "Add a type without taint to node_type, then give node_taints")
	case len(list) > longest:
		leaveOut("there are too many for one list", "Give the ones that matter in node_taints")
	default:
		n.NodeTaints = &list
	}
}

// The labels of a node's zone, the old name last.
const zoneKey, oldZoneKey = "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"

// zonal reports whether the pods must be spread over zones.
func (p Placement) zonal() bool {
	return slices.Contains(p.SpreadOver, zoneKey) || slices.Contains(p.SpreadOver, oldZoneKey)
}

// freeZones frees the rows from the spread over the cluster's zones that do not ask for
// it: without a constraint the scheduler puts a pod where there is room.
func (b *builder) freeZones() {
	zones := b.result.Scenario.Nodes.Zones
	if zones == nil || *zones < 2 {
		return
	}
	free := 0
	for i, asks := range b.spread { // rows of a table come after them and say it themselves
		w := &b.result.Scenario.Workloads[i]
		if w.AnyZone = !asks; w.AnyZone && w.Replicas > 1 {
			free++
		}
	}
	if free > 0 {
		b.note("zones_for_some", "any_zone", counted(free, "workload of several replicas does", "workloads of several replicas do")+
			" not ask to be spread over zones, so the plan puts their pods in any; those that ask are spread evenly", "Set zones of a workload to evenly (any_zone to false) to spread it too")
	}
}

// spreadNotes says how what workloads ask of topology reaches the packing: zones by
// any_zone, other labels not at all.
func (b *builder) spreadNotes(rows []*row) {
	var zonal, hosts, other, pods []string
	for _, w := range rows {
		if w.shape.placement.OtherPods {
			pods = append(pods, b.names.ref(w.ref))
		}
		for _, key := range w.shape.placement.SpreadOver {
			switch name := b.names.ref(w.ref); key {
			case zoneKey, oldZoneKey:
				zonal = append(zonal, name)
			case hostnameKey:
				hosts = append(hosts, name)
			default:
				other = append(other, name)
			}
		}
	}
	zones := b.result.Scenario.Nodes.Zones
	if spread := zones != nil && *zones > 1; len(zonal) > 0 && !spread {
		b.note("zones_unknown", "zones", counted(len(zonal), "workload has", "workloads have")+" to spread over zones: "+joinSome(zonal)+
			". The input does not tell how many zones there are, so all count as one", "Give zones, or add kubectl get nodes -o json")
	}
	if len(hosts) > 0 {
		b.note("spread_over_nodes", "max_per_node", counted(len(hosts), "workload has", "workloads have")+" to spread evenly over nodes, which the packing does not keep: "+
			joinSome(hosts), "Give max_per_node where a limit per node matters")
	}
	if len(pods) > 0 {
		b.note("pod_affinity", "workloads", counted(len(pods), "workload has", "workloads have")+" to share nodes or zones with other pods, or to keep away from them, which the packing does not keep: "+
			joinSome(pods), "Plan such workloads apart where it matters")
	}
	if len(other) > 0 {
		b.note("spread_other", "zones", counted(len(other), "workload has", "workloads have")+" to spread over a label that the packing does not know: "+joinSome(other),
			"Plan such groups of nodes apart")
	}
}
