package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"meshplan/internal/model"
)

// builder turns resolved rows into a Result, with names as the options want them.
type builder struct {
	*session
	names     *namer
	result    Result
	mesh      ExistingMesh
	rates     []float64 // requests a second per pod of the workloads measured as a whole
	selecting selecting
	spread    []bool // by row made of objects: it asks to be spread over zones, or is on every node, or does not tell
}

func (s *session) build() (Result, error) {
	rows := s.resolve()
	b := &builder{session: s, names: newNamer(s.options)}
	b.result.Scenario = s.base
	b.result.Scenario.Workloads = nil
	if !b.names.keeps() {
		b.result.Scenario.Title = ""
	}
	var application []*row
	proxied := false
	for _, w := range rows {
		if role, product := meshRole(w.ref.kind, w.ref.name, w.meta.Labels, w.shape); role != "" {
			b.component(w, role, product)
			continue
		}
		application = append(application, w)
		proxied = proxied || w.proxied > 0
	}
	for _, w := range application {
		b.add(w, proxied)
	}
	b.addRows()
	if err := asError(s.wrong); err != nil {
		return Result{}, err
	}
	b.placeNodes()
	b.freeZones()
	b.spreadNotes(application)
	b.selectorNotes()
	b.finish()
	return b.result, nil
}

// component notes a workload of the mesh itself.
func (b *builder) component(w *row, role, product string) {
	b.meshProduct(product)
	need := w.shape.effective()
	if w.ref.kind == "DaemonSet" {
		w.replicas = w.pods
		if w.desired != nil {
			w.replicas = *w.desired
		}
	}
	b.mesh.Components = append(b.mesh.Components, MeshComponent{
		Namespace: b.names.namespace(w.ref.namespace), Name: b.names.workload(w.ref), Kind: rowKind(w.ref.kind), Role: role,
		Replicas: w.replicas, CPUMillicores: need.millicores(), MemoryMiB: need.mib(),
	})
	b.skipped.add(w.ref.kind, "mesh_itself", "it is part of a mesh: every pattern adds its own", w.ref)
}

func (b *builder) meshProduct(product string) {
	if !slices.Contains(b.mesh.Products, product) {
		b.mesh.Products = append(b.mesh.Products, product)
	}
}

// architectures are those that node types have.
var architectures = []string{"amd64", "arm64"}

// add makes a scenario row.
func (b *builder) add(w *row, meshSeen bool) {
	b.fillMissing(w)
	app, init := w.shape.baseline()
	out := model.Workload{
		Namespace: b.names.namespace(w.ref.namespace), Name: cmp.Or(b.names.workload(w.ref), "unnamed"), Kind: rowKind(w.ref.kind),
		Replicas: w.replicas, PodCPUMillicores: app.millicores(), PodMemoryMiB: app.mib(),
		InitCPUMillicores: init.millicores(), InitMemoryMiB: init.mib(), MaxPerNode: w.shape.placement.MaxPerNode,
	}
	place := w.shape.placement
	if place.skew > 1 {
		w.assumed = append(w.assumed, fmt.Sprintf("zones may differ by %d pods: planned evenly, which keeps that", place.skew))
	}
	for _, name := range place.NodeTypes {
		if isEntry(name) && len(out.NodeTypes) < maxNodeTypes {
			out.NodeTypes = append(out.NodeTypes, name)
		}
	}
	if len(out.NodeTypes) == 0 && len(place.NodeTypes) > 0 {
		w.assumed = append(w.assumed, "runs only on node types whose names are broken: taken for any")
	}
	b.selectNodes(w, &out)
	for _, arch := range place.Architectures {
		if slices.Contains(architectures, arch) {
			out.Architectures = append(out.Architectures, arch)
		}
	}
	if len(out.Architectures) == 0 && len(place.Architectures) > 0 {
		w.assumed = append(w.assumed, "runs only on "+shorten(strings.Join(place.Architectures, ", "))+", which no known node type has: taken for any")
	}
	if b.names.keeps() { // a taint may be named after a team
		out.Tolerates = place.tolerated()
	}
	if out.Kind == "DaemonSet" {
		out.Replicas, out.MaxPerNode, out.Tolerates = 0, 0, nil
	}
	if w.scaled != nil && out.Replicas > 0 { // no replicas switch an autoscaler off
		out.ReplicasMin, out.ReplicasMax = w.scaled.min, w.scaled.max
	}
	out.RPSPerPod = b.requestRate(w)
	if most := app.most(init); most.millicores() > maxPodCPUMillicores || most.mib() > maxPodMemoryMiB {
		b.fail(refusal(w.at, w.ref.String(), "", "", "limit", "one pod requests more than any node has: 512 cores and 8 TiB are the limit",
			"Mend the requests of its containers"))
		return
	}
	if app.rounded() || init.rounded() {
		w.assumed = append(w.assumed, "rounded up to whole millicores and MiB")
	}
	state := b.meshState(w, meshSeen)
	switch state {
	case MeshIn:
		out.InMesh = new(true)
	case MeshOut:
		out.InMesh = new(false)
	}
	b.understood(w, out, state)
}

// requestRate is the measured requests a second through each pod of a row, or nil.
func (b *builder) requestRate(w *row) *float64 {
	total, measured := b.usage.requests(w.ref)
	if !measured || w.replicas == 0 {
		return nil
	}
	rate := total / float64(w.replicas)
	if rate > maxRPSPerPod {
		b.note("rps_too_high", "rps_per_pod", "more than 1,000,000 requests a second per pod were measured; such rates are left out",
			"Query a rate, not a counter: rate(istio_requests_total[5m])")
		return nil
	}
	b.rates = append(b.rates, rate)
	w.assumed = append(w.assumed, "requests a second as measured")
	return &rate
}

func (b *builder) understood(w *row, out model.Workload, state string) {
	item := Item{
		Row: len(b.result.Scenario.Workloads), Namespace: out.Namespace, Name: out.Name, Kind: out.Kind, Source: w.at.String(),
		Replicas: out.Replicas, PodCPUMillicores: out.PodCPUMillicores, PodMemoryMiB: out.PodMemoryMiB,
		InitCPUMillicores: out.InitCPUMillicores, InitMemoryMiB: out.InitMemoryMiB,
		MeshState: state, PodsSeen: w.pods, Assumed: w.assumed, GivenTwice: b.twice[w.ref],
	}
	if w.scaled != nil {
		item.ReplicasMin, item.ReplicasMax = &w.scaled.min, &w.scaled.max
	}
	b.spread = append(b.spread, out.Kind == "DaemonSet" || w.names || w.shape.placement.zonal())
	item.Proxy = b.proxy(w)
	place := w.shape.placement
	place.DisruptionGuard = b.guarded(w)
	if !b.names.keeps() {
		place.NodeSelector, place.Tolerations, place.SpreadOver = nil, nil, nil
	}
	if !place.empty() {
		item.Placement = &place
	}
	b.result.Understood = append(b.result.Understood, item)
	b.result.Scenario.Workloads = append(b.result.Scenario.Workloads, out)
}

// proxy sums up the injected proxies of a row.
func (b *builder) proxy(w *row) *Proxy {
	p := cmp.Or(w.shape.mainProxy(), w.proxy)
	if p == nil {
		return nil
	}
	count := w.proxied
	if count == 0 && w.ref.kind != "DaemonSet" {
		count = w.replicas
	}
	b.meshProduct(p.Product)
	b.mesh.Proxies += count
	b.mesh.ProxyCPUMillicores = addCapped(b.mesh.ProxyCPUMillicores, timesCapped(count, p.CPUMillicores))
	b.mesh.ProxyMemoryMiB = addCapped(b.mesh.ProxyMemoryMiB, timesCapped(count, p.MemoryMiB))
	return p
}

// guarded reports whether a PodDisruptionBudget covers the row.
func (b *builder) guarded(w *row) bool {
	for _, selector := range b.budgets[w.ref.namespace] {
		if !b.spend(selector.size()) {
			b.note("budgets_unread", "workloads", "there are too many PodDisruptionBudgets to look for those of every workload", "Import one namespace at a time where they matter")
			return false
		}
		if selector.matches(w.meta.Labels) {
			return true
		}
	}
	return false
}

// uninjected are the namespaces that Istio's injector never touches.
var uninjected = []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}

// meshState says whether a row is in the mesh: its pods tell first, then its own labels,
// then those of the namespace, then what the rest of the cluster looks like.
func (b *builder) meshState(w *row, meshSeen bool) string {
	say := func(text string) { w.assumed = append(w.assumed, text) }
	own := w.shape.meshSwitch
	switch {
	case w.proxied > 0 || w.shape.mainProxy() != nil:
		if w.proxied > 0 && w.proxied < w.pods {
			say(fmt.Sprintf("%d of %d pods carry a proxy: counted as in the mesh", w.proxied, w.pods))
		}
		return MeshIn
	case own != "":
		return own
	case w.shape.hostNetwork:
		say("it uses the node's network, so no proxy is injected")
		return MeshOut
	case slices.Contains(uninjected, w.ref.namespace):
		say("nothing is injected into " + w.ref.namespace)
		return MeshOut
	case b.namespaces[w.ref.namespace] != "":
		return b.namespaces[w.ref.namespace]
	case meshSeen && w.pods > 0 && b.options.Mesh != MeshOpen:
		say("its pods run without a proxy while others have one")
		return MeshOut
	}
	return MeshUnknown
}

// addRows takes the rows that the input gives as rows. Two of one name both count: they
// may be two clusters.
func (b *builder) addRows() {
	seen := map[ref]int{}
	var twice []string
	for _, p := range b.rows {
		r := ref{p.workload.Namespace, p.workload.Kind, p.workload.Name}
		if seen[r]++; seen[r] == 2 {
			twice = append(twice, b.names.ref(r))
		}
	}
	for _, p := range b.rows {
		b.addPlain(p, seen[ref{p.workload.Namespace, p.workload.Kind, p.workload.Name}] > 1)
	}
	if len(twice) > 0 {
		b.note("duplicate_rows", "workloads", counted(len(twice), "name stands", "names stand")+" in several rows, which all count: "+joinSome(twice), "Leave out those that are one workload")
	}
}

// addPlain takes a row that the input gives as a row.
func (b *builder) addPlain(p plainRow, twice bool) {
	w := p.workload
	r := ref{w.Namespace, w.Kind, w.Name}
	w.Namespace, w.Name = b.names.namespace(w.Namespace), b.names.workload(r)
	item := Item{
		Row: len(b.result.Scenario.Workloads), Namespace: w.Namespace, Name: w.Name, Kind: w.Kind, Source: p.at.String(),
		Replicas: w.Replicas, PodCPUMillicores: w.PodCPUMillicores, PodMemoryMiB: w.PodMemoryMiB,
		InitCPUMillicores: w.InitCPUMillicores, InitMemoryMiB: w.InitMemoryMiB, MeshState: MeshUnknown, Assumed: p.assumed,
		GivenTwice: twice, AsRow: true,
	}
	if w.ReplicasMax != 0 {
		item.ReplicasMin, item.ReplicasMax = &w.ReplicasMin, &w.ReplicasMax
	}
	if w.InMesh != nil {
		item.MeshState = map[bool]string{true: MeshIn, false: MeshOut}[*w.InMesh]
	}
	if place := (Placement{MaxPerNode: w.MaxPerNode, Architectures: w.Architectures, NodeTypes: w.NodeTypes, Tolerations: w.Tolerates}); !place.empty() {
		item.Placement = &place
	}
	for _, m := range p.missing {
		m.Row, m.Namespace, m.Workload = item.Row, w.Namespace, w.Name
		b.result.Missing = append(b.result.Missing, m)
	}
	b.result.Understood = append(b.result.Understood, item)
	b.result.Scenario.Workloads = append(b.result.Scenario.Workloads, w)
}
