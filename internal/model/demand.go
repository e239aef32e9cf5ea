package model

import (
	"math"
	"slices"

	"meshplan/internal/pack"
)

// demand is what a pattern asks the nodes to hold.
type demand struct {
	shapes  []shape
	parts   []Part // what the pattern adds; a per-node part has Count 0 until nodes are known
	perNode struct {
		daemonSets Amount // the provider's, the user's and those of the list
		agents     Amount // the mesh's own
	}
}

// shape is a kind of pod and how its request divides.
type shape struct {
	kind  string // slice kind of the pod's own part: application, control_plane, gateways, observability
	count int64
	limit int64 // most on one node; 0 = none
	total Amount
	proxy Amount // the proxy's share of total

	namespace, name string // for messages, see label

	types []bool // node types that may hold it; nil = all
	loose bool   // its pods may lie in any zone
	surge int64  // pods that run beside count in a rolling update
}

// label is what messages call the pods.
func (s shape) label() string { return workloadName(Workload{Namespace: s.namespace, Name: s.name}) }

// demandOf works out what the application with a pattern asks for.
func demandOf(in *inputs, p pattern) demand {
	const components = 8 // of a pattern, about
	d := demand{shapes: make([]shape, 0, len(in.list)+components)}
	d.perNode.daemonSets = in.daemonSets
	proxies := newProxyParts(p)
	for _, w := range in.list {
		total, proxy := podRequest(in, p, w)
		if proxy != (Amount{}) || (p.proxy != nil && w.meshed()) {
			proxies.add(proxy, w.pods())
		}
		if w.Kind == kindDaemonSet {
			n := max(w.Services, 1)
			d.perNode.daemonSets = d.perNode.daemonSets.plus(total.minus(proxy).times(n))
			d.perNode.agents = d.perNode.agents.plus(proxy.times(n))
			continue
		}
		d.shapes = append(d.shapes, shape{
			kind: SliceApplication, count: w.pods(), limit: w.MaxPerNode, total: total, proxy: proxy,
			namespace: w.Namespace, name: w.Name, types: in.placer.mask(w), surge: in.surge(w), loose: w.AnyZone,
		})
	}
	d.parts = proxies.list()
	if p.components != nil {
		d.addComponents(in, p.components(in))
	}
	if p.agents != nil {
		for _, part := range p.agents(in) {
			d.parts = append(d.parts, part)
			d.perNode.agents = d.perNode.agents.plus(Amount{part.CPUMillicores, part.MemoryMiB, 1})
		}
	}
	d.addComponents(in, in.telemetryParts(p, d))
	return d
}

// addComponents adds pods that tolerate no taint and run on any architecture.
func (d *demand) addComponents(in *inputs, parts []Part) {
	for _, part := range parts {
		if part.Count == 0 {
			continue
		}
		d.parts = append(d.parts, part)
		d.shapes = append(d.shapes, shape{
			kind: sliceOf(part.ID), count: part.Count, total: Amount{part.CPUMillicores, part.MemoryMiB, 1},
			name: part.Title, types: in.placer.mask(Workload{}),
		})
	}
}

// sliceOf is the kind of slice that a part with pods of its own belongs to.
func sliceOf(partID string) string {
	switch partID {
	case "ingress_gateway", "waypoint":
		return SliceGateways
	case partPrometheus, partKiali, partJaeger, partLinkerdViz:
		return SliceObservability
	}
	return SliceControlPlane
}

// podRequest is a pod's effective request with the pattern's proxy in it, and the
// proxy's share of that. Kubernetes takes, per resource, the larger of the running sum
// and the largest init step; a native sidecar runs beside the init steps, a classic one
// after them (KEP-753).
func podRequest(in *inputs, p pattern, w Workload) (total, proxy Amount) {
	app := Amount{max(w.PodCPUMillicores, w.InitCPUMillicores), max(w.PodMemoryMiB, w.InitMemoryMiB), 1}
	if p.proxy == nil || !w.meshed() {
		return app, Amount{}
	}
	c := p.proxy(in, w)
	initCPU, initMemory := w.InitCPUMillicores, w.InitMemoryMiB
	if p.native(in) {
		initCPU, initMemory = beside(initCPU, c.CPUMillicores), beside(initMemory, c.MemoryMiB)
	}
	total = Amount{
		max(w.PodCPUMillicores+c.CPUMillicores, initCPU), max(w.PodMemoryMiB+c.MemoryMiB, initMemory), 1,
	}
	return total, total.minus(app)
}

// beside adds the proxy to an init step, if there is one.
func beside(step, proxy int64) int64 {
	if step == 0 {
		return 0
	}
	return step + proxy
}

func (a Amount) plus(b Amount) Amount {
	return Amount{a.CPUMillicores + b.CPUMillicores, a.MemoryMiB + b.MemoryMiB, a.Pods + b.Pods}
}

func (a Amount) minus(b Amount) Amount {
	return Amount{a.CPUMillicores - b.CPUMillicores, a.MemoryMiB - b.MemoryMiB, a.Pods - b.Pods}
}

// overdrawn says whether any part of an amount is negative.
func (a Amount) overdrawn() bool { return min(a.CPUMillicores, a.MemoryMiB, a.Pods) < 0 }

func (a Amount) times(n int64) Amount {
	return Amount{a.CPUMillicores * n, a.MemoryMiB * n, a.Pods * n}
}

// proxyParts sums proxies of equal size, in order of appearance.
type proxyParts struct {
	pattern pattern
	parts   []Part
}

func newProxyParts(p pattern) *proxyParts { return &proxyParts{pattern: p} }

func (l *proxyParts) add(proxy Amount, pods int64) {
	for i := range l.parts {
		if l.parts[i].CPUMillicores == proxy.CPUMillicores && l.parts[i].MemoryMiB == proxy.MemoryMiB {
			l.parts[i].Count += pods
			return
		}
	}
	l.parts = append(l.parts, Part{
		ID: "proxy", Title: "proxies", Scope: scopePod, Count: pods,
		CPUMillicores: proxy.CPUMillicores, MemoryMiB: proxy.MemoryMiB,
	})
}

func (l *proxyParts) list() []Part { return l.parts }

// noPodLimit stands for "no limit" where the packing wants a number.
const noPodLimit = 1 << 31

// microUSD is the packing's unit of price: a millionth of a dollar a month.
const microUSD = 1e6

// HoursPerMonth is 8,760 hours of a year ÷ 12.
const HoursPerMonth = 730

// monthlyUSD is the price of one node: hours at the discounted price, and the fee.
func (in *inputs) monthlyUSD(t NodeType) float64 {
	return t.HourlyUSD*HoursPerMonth*(1-in.discount) + in.nodeFeeUSD
}

// problem puts a demand before the packing: reservations are subtracted from each node
// type, headroom first, and prices are whole millionths of a dollar a month. Standing
// nodes come last, with a limit and without a price.
func (in *inputs) problem(d demand) pack.Problem {
	p := pack.Problem{Zones: in.zones, MinNodesPerZone: in.minPerZone, Survive: pack.SurviveNothing}
	if in.survive != "nothing" {
		p.Survive = pack.Survive(in.survive)
	}
	p.NodeTypes, p.Shapes = make([]pack.NodeType, 0, len(in.nodeTypes)), make([]pack.Shape, 0, len(d.shapes))
	for i, t := range in.nodeTypes {
		free := in.usable(t).minus(d.perNode.daemonSets).minus(d.perNode.agents)
		if free.overdrawn() { // what runs on every node does not fit: nothing else does
			free = Amount{}
		}
		p.NodeTypes = append(p.NodeTypes, pack.NodeType{
			Name:     t.Name,
			Capacity: pack.Vector{free.CPUMillicores, free.MemoryMiB, free.Pods},
			Price:    in.packedPrice(i), Limit: in.standing[i],
		})
	}
	for _, s := range d.shapes {
		p.Shapes = append(p.Shapes, pack.Shape{
			Size:  pack.Vector{s.total.CPUMillicores, s.total.MemoryMiB, s.total.Pods},
			Count: s.count, MaxPerNode: s.limit, NodeTypes: s.types, AnyZone: s.loose,
		})
	}
	return p
}

// surging returns the problem with the pods that a rolling update of every workload adds
// at its height: each service's own share of its replicas, rounded up as Kubernetes does.
func surging(p pack.Problem, d demand) pack.Problem {
	p.Shapes = slices.Clone(p.Shapes)
	for i := range p.Shapes {
		p.Shapes[i].Count += d.shapes[i].surge
	}
	return p
}

// surge is how many pods a rolling update of the row adds. StatefulSets, Jobs and bare
// pods are replaced in place; DaemonSets are on every node already.
func (in *inputs) surge(w Workload) int64 {
	switch w.Kind {
	case "StatefulSet", kindDaemonSet, kindJob, kindCronJob, "Pod":
		return 0
	}
	return w.Services * int64(math.Ceil(float64(w.Replicas)*in.surgeShare-1e-9))
}

// allocatable of a node type, with the pod limit as a number.
func allocatable(t NodeType) Amount {
	slots := t.MaxPods
	if slots == 0 {
		slots = noPodLimit
	}
	return Amount{t.AllocatableCPUMillicores, t.AllocatableMemoryMiB, slots}
}

// usable is allocatable without headroom. Headroom keeps CPU and memory free, not slots.
func (in *inputs) usable(t NodeType) Amount {
	a := allocatable(t)
	keep := 1 - in.headroom
	a.CPUMillicores = int64(math.Floor(float64(a.CPUMillicores)*keep + 1e-6))
	a.MemoryMiB = int64(math.Floor(float64(a.MemoryMiB)*keep + 1e-6))
	return a
}
