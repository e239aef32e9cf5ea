package importer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// ClusterNodes are the nodes that really run, to compare a packing with.
type ClusterNodes struct {
	Count                    int64      `json:"count"`               // nodes that take workloads
	ControlPlaneNodes        int64      `json:"control_plane_nodes"` // left out of Count
	Provider                 string     `json:"provider"`            // aws, azure, gcp, custom
	Region                   string     `json:"region,omitempty"`
	Zones                    []string   `json:"zones"`
	Pools                    []NodePool `json:"pools"` // by type, largest first
	AllocatableCPUMillicores int64      `json:"allocatable_cpu_m"`
	AllocatableMemoryMiB     int64      `json:"allocatable_memory_mib"`
	// Requested is what the pods bound to these nodes request, proxies included; absent
	// where the input holds no running pods.
	RequestedCPUMillicores *int64   `json:"requested_cpu_m,omitempty"`
	RequestedMemoryMiB     *int64   `json:"requested_memory_mib,omitempty"`
	RequestedCPUShare      *float64 `json:"requested_cpu_share,omitempty"` // of allocatable
	RequestedMemoryShare   *float64 `json:"requested_memory_share,omitempty"`
	// Planned says that the scenario's nodes are these: the input had none of its own.
	Planned bool `json:"planned"`

	pools map[poolKey]int // in Pools
	zones map[string]bool // in Zones
}

// poolKey is what the nodes of a pool share; those without a type share their capacity.
type poolKey struct {
	instanceType, arch, region string
	capacity                   amount
}

// NodePool is the nodes of one type. Allocatable is the smallest seen, since nodes of a
// type differ by a few KiB.
type NodePool struct {
	InstanceType             string `json:"instance_type,omitempty"`
	Arch                     string `json:"arch,omitempty"`
	Region                   string `json:"region,omitempty"`
	Count                    int64  `json:"count"`
	Spot                     int64  `json:"spot"`
	CapacityCPUMillicores    int64  `json:"capacity_cpu_m"`
	CapacityMemoryMiB        int64  `json:"capacity_memory_mib"`
	AllocatableCPUMillicores int64  `json:"allocatable_cpu_m"`
	AllocatableMemoryMiB     int64  `json:"allocatable_memory_mib"`
	MaxPods                  int64  `json:"max_pods"`
	// Taints are those that every node of the pool carries, as key=value:effect.
	Taints []string `json:"taints,omitempty"`

	partly bool // some of its nodes carry a taint that others do not
}

// clusterNode is one node as read. Its name is used to find its pods and goes no further.
type clusterNode struct {
	name, provider, instanceType, arch, region, zone string
	controlPlane, virtual, spot                      bool
	capacity, allocatable                            amount
	pods                                             int64
	taints                                           []string         // key=value:effect
	labels                                           map[string]loose // nil where the input does not tell them all
}

// nodeReader gathers nodes and what is bound to them.
type nodeReader struct {
	list      []clusterNode
	seen      map[string]bool
	requested map[string]amount // by node name
}

// bind adds a pod's request to its node.
func (n *nodeReader) bind(node string, request amount) {
	if node == "" {
		return
	}
	if n.requested == nil {
		n.requested = map[string]amount{}
	}
	n.requested[node] = n.requested[node].plus(request)
}

// add takes a node once.
func (n *nodeReader) add(node clusterNode) {
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	if !n.seen[node.name] {
		n.seen[node.name] = true
		n.list = append(n.list, node)
	}
}

// node takes a Node object.
func (s *session) node(at where, r ref, o object) {
	var spec nodeSpec
	var status nodeStatus
	if !s.decode(at, r, "spec", o.Spec, &spec) || !s.decode(at, r, "status", o.Status, &status) {
		return
	}
	labels := map[string]string{}
	for key, value := range o.Metadata.Labels {
		labels[key] = value.text
	}
	node := nodeFromLabels(r.name, labels)
	node.provider, node.labels = providerOf(spec.ProviderID), o.Metadata.Labels
	node.arch = cmp.Or(node.arch, status.NodeInfo.Architecture)
	for _, t := range spec.Taints {
		node.taint(t)
	}
	reader := podReader{at: at, object: r.String()}
	node.allocatable = reader.list(resourceList{status.Allocatable.CPU, status.Allocatable.Memory}, "status.allocatable").amount
	node.capacity = reader.list(resourceList{status.Capacity.CPU, status.Capacity.Memory}, "status.capacity").amount
	node.pods = s.whole(at, r, "status.allocatable.pods", status.Allocatable.Pods, 0)
	for i := range reader.wrong {
		s.fail(&reader.wrong[i])
	}
	s.addNode(at, node)
}

// addNode takes a node while there are not more than any cluster has.
func (s *session) addNode(at where, node clusterNode) {
	if len(s.nodes.list) == MaxNodes {
		s.fail(refusal(at, ref{kind: "Node", name: node.name}.String(), "", "", "limit", "there are more than 100000 nodes", "Import one cluster at a time"))
		return
	}
	s.nodes.add(node)
}

func isControlPlaneTaint(key, effect string) bool {
	return (key == "node-role.kubernetes.io/control-plane" || key == "node-role.kubernetes.io/master") && effect != "PreferNoSchedule"
}

// nodeFromLabels reads the well-known labels.
func nodeFromLabels(name string, l map[string]string) clusterNode {
	return clusterNode{
		name:         name,
		instanceType: cmp.Or(l["node.kubernetes.io/instance-type"], l["beta.kubernetes.io/instance-type"]),
		region:       cmp.Or(l["topology.kubernetes.io/region"], l["failure-domain.beta.kubernetes.io/region"]),
		zone:         cmp.Or(l["topology.kubernetes.io/zone"], l["failure-domain.beta.kubernetes.io/zone"]),
		arch:         cmp.Or(l["kubernetes.io/arch"], l["beta.kubernetes.io/arch"]),
		virtual:      l["type"] == "virtual-kubelet" || l["eks.amazonaws.com/compute-type"] == "fargate",
		spot: l["eks.amazonaws.com/capacityType"] == "SPOT" || l["karpenter.sh/capacity-type"] == "spot" ||
			l["cloud.google.com/gke-spot"] == "true" || l["cloud.google.com/gke-preemptible"] == "true" ||
			l["kubernetes.azure.com/scalesetpriority"] == "spot",
	}
}

func providerOf(id string) string {
	switch scheme, _, _ := strings.Cut(id, ":"); scheme {
	case "aws", "azure":
		return scheme
	case "gce":
		return "gcp"
	}
	return "custom"
}

// placeNodes makes the node model of the scenario and the values to compare it with.
func (b *builder) placeNodes() {
	c := ClusterNodes{pools: map[poolKey]int{}, zones: map[string]bool{}}
	var requested amount
	for _, n := range b.nodes.list {
		switch {
		case n.virtual:
			b.note("virtual_nodes", "", "virtual nodes (Fargate, virtual kubelet) are left out", "Plan their pods apart: no other pod shares their machine")
			continue
		case n.controlPlane:
			c.ControlPlaneNodes++
			continue
		}
		c.count(n)
		requested = requested.plus(b.nodes.requested[n.name])
	}
	if c.Count == 0 {
		return
	}
	slices.SortStableFunc(c.Pools, func(x, y NodePool) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(x.InstanceType, y.InstanceType))
	})
	slices.Sort(c.Zones)
	if len(b.nodes.requested) > 0 {
		c.share(requested)
	}
	b.result.Nodes = &c
	if c.Planned = c.model(&b.result.Scenario.Nodes); c.Planned {
		b.taintNodes(&c)
	}
	if !b.names.keeps() { // a taint may be named after a team
		for i := range c.Pools {
			c.Pools[i].Taints = nil
		}
	}
}

// count adds a node to its pool.
func (c *ClusterNodes) count(n clusterNode) {
	one := NodePool{
		InstanceType: n.instanceType, Arch: n.arch, Region: n.region, Count: 1,
		CapacityCPUMillicores: n.capacity.nanocores / nanoPerMilli, CapacityMemoryMiB: n.capacity.bytes / bytesPerMiB,
		// Rounded down: what a node does not have whole, a pod cannot count on.
		AllocatableCPUMillicores: n.allocatable.nanocores / nanoPerMilli, AllocatableMemoryMiB: n.allocatable.bytes / bytesPerMiB,
		MaxPods: n.pods, Taints: n.taints,
	}
	if n.spot {
		one.Spot = 1
	}
	c.Count++
	c.AllocatableCPUMillicores += one.AllocatableCPUMillicores
	c.AllocatableMemoryMiB += one.AllocatableMemoryMiB
	c.Provider = agreed(c.Provider, cmp.Or(n.provider, "custom"), c.Count, "custom")
	c.Region = agreed(c.Region, n.region, c.Count, "")
	if n.zone != "" && !c.zones[n.zone] {
		c.zones[n.zone] = true
		c.Zones = append(c.Zones, n.zone)
	}
	key := poolKey{instanceType: n.instanceType, arch: n.arch, region: n.region}
	if n.instanceType == "" {
		key.capacity = amount{one.CapacityCPUMillicores, one.CapacityMemoryMiB}
	}
	i, known := c.pools[key]
	if !known {
		c.pools[key] = len(c.Pools)
		c.Pools = append(c.Pools, one)
		return
	}
	p := &c.Pools[i]
	p.Count++
	p.Spot += one.Spot
	p.AllocatableCPUMillicores = min(p.AllocatableCPUMillicores, one.AllocatableCPUMillicores)
	p.AllocatableMemoryMiB = min(p.AllocatableMemoryMiB, one.AllocatableMemoryMiB)
	p.MaxPods = min(p.MaxPods, one.MaxPods)
	p.partly = p.partly || !slices.Equal(p.Taints, one.Taints)
	p.Taints = shared(p.Taints, one.Taints)
}

// agreed keeps a value that all nodes share, else says otherwise.
func agreed(before, now string, count int64, otherwise string) string {
	if count == 1 || before == now {
		return now
	}
	return otherwise
}

func (c *ClusterNodes) share(requested amount) {
	cpu, memory := requested.millicores(), requested.mib()
	c.RequestedCPUMillicores, c.RequestedMemoryMiB = &cpu, &memory
	if c.AllocatableCPUMillicores > 0 {
		c.RequestedCPUShare = new(float64(cpu) / float64(c.AllocatableCPUMillicores))
	}
	if c.AllocatableMemoryMiB > 0 {
		c.RequestedMemoryShare = new(float64(memory) / float64(c.AllocatableMemoryMiB))
	}
}

// model fills the scenario's nodes: the provider's types where all nodes name one, else
// a custom node of the largest pool. What the input's own scenario gave is kept.
// It reports whether the nodes are those of the cluster.
func (c *ClusterNodes) model(n *model.Nodes) bool {
	if n.Provider != nil || n.NodeType != nil || n.NodeAllocatableCPUMillicores != nil {
		return false
	}
	*n = c.Custom()
	if c.Provider != "custom" && c.Region != "" && !slices.ContainsFunc(c.Pools, func(p NodePool) bool { return p.InstanceType == "" }) {
		seen := map[string]bool{}
		var types []string
		for _, p := range c.Pools {
			if !seen[p.InstanceType] {
				seen[p.InstanceType] = true
				types = append(types, p.InstanceType)
			}
		}
		if len(types) > maxNodeTypes {
			return true
		}
		n.Provider, n.Region, n.NodeType = &c.Provider, &c.Region, new(strings.Join(types, ","))
		n.NodeAllocatableCPUMillicores, n.NodeAllocatableMemoryMiB = nil, nil
		if len(c.Pools) > 1 {
			n.NodeMaxPods = nil // each type has its own
		}
	}
	return true
}

// Existing returns the nodes that run as existing_nodes takes them, type:count with commas
// between; "" where some node names no type.
func (c *ClusterNodes) Existing() string {
	var names []string
	counts := map[string]int64{}
	for _, p := range c.Pools {
		if p.InstanceType == "" {
			return ""
		}
		if counts[p.InstanceType] == 0 {
			names = append(names, p.InstanceType)
		}
		counts[p.InstanceType] += p.Count
	}
	for i, name := range names {
		names[i] = name + ":" + strconv.FormatInt(counts[name], 10)
	}
	return strings.Join(names, ",")
}

// Custom returns the largest pool as a custom node without a price: for node types that
// the catalog does not know.
func (c *ClusterNodes) Custom() model.Nodes {
	const mostZones = 6
	var n model.Nodes
	if zones := int64(len(c.Zones)); zones > 0 {
		n.Zones = new(min(zones, mostZones))
	}
	n.Provider = new("custom")
	p := c.Pools[0]
	if p.AllocatableCPUMillicores > 0 && p.AllocatableMemoryMiB > 0 {
		n.NodeAllocatableCPUMillicores, n.NodeAllocatableMemoryMiB = &p.AllocatableCPUMillicores, &p.AllocatableMemoryMiB
	}
	if p.MaxPods > 0 {
		n.NodeMaxPods = &p.MaxPods
	}
	return n
}
