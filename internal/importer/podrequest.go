package importer

import "meshplan/internal/model"

// Roles of a container in a pod.
const (
	roleApp    = "app"
	roleNative = "native" // a native sidecar: an init container with restartPolicy Always
	roleInit   = "init"
)

// request is what one container asks for; a resource that is absent counts as zero.
type request struct {
	amount
	hasCPU, hasMemory bool
}

// podContainer is a container with its request and, after an in-place resize, with what
// the kubelet granted and applied.
type podContainer struct {
	name               string
	role               string
	spec               request
	granted, applied   request // equal to spec unless a resize says otherwise
	proxyOf, proxyRole string  // mesh product and part, when a mesh injected it
}

// podShape is what one pod asks for, before rounding.
type podShape struct {
	containers []podContainer // in the order of the manifest, init containers first
	overhead   amount
	podLevel   request // pod-level requests replace the sum of the containers
	resized    bool
	infeasible bool // the resize was refused: the spec does not count
	fromLimits bool // a request was taken from a limit

	hostNetwork bool
	placement   Placement
	wants       nodeWants
	meshSwitch  string // MeshIn, MeshOut or ""
}

// baseline returns what the app containers need while running and the largest step of
// the initialisation, both with overhead and without what a mesh injected. The pod's
// request is the larger of the two per resource; init is zero without init containers.
func (p *podShape) baseline() (app, init amount) { return p.sum(false) }

// effective returns the request that the scheduler counts, proxies included.
func (p *podShape) effective() amount {
	app, init := p.sum(true)
	return app.most(init)
}

func (p *podShape) sum(proxies bool) (app, init amount) {
	granted := func(c *podContainer) amount { return c.granted.amount }
	applied := func(c *podContainer) amount { return c.applied.amount }
	if !p.infeasible {
		app, init = sumContainers(p.containers, proxies, func(c *podContainer) amount { return c.spec.amount })
	}
	if p.resized {
		for _, of := range []func(*podContainer) amount{granted, applied} {
			a, i := sumContainers(p.containers, proxies, of)
			app, init = app.most(a), init.most(i)
		}
	}
	if p.podLevel.hasCPU {
		app.nanocores, init.nanocores = p.podLevel.nanocores, 0
	}
	if p.podLevel.hasMemory {
		app.bytes, init.bytes = p.podLevel.bytes, 0
	}
	if init.nanocores > 0 {
		init.nanocores += p.overhead.nanocores
	}
	if init.bytes > 0 {
		init.bytes += p.overhead.bytes
	}
	return app.plus(p.overhead), init
}

// sumContainers applies the rule of KEP-753 to one resource list per container.
func sumContainers(containers []podContainer, proxies bool, of func(*podContainer) amount) (app, init amount) {
	var native amount // native sidecars declared so far: they run beside every later step
	for i := range containers {
		c := &containers[i]
		switch {
		case c.proxyOf != "" && !proxies:
		case c.role == roleInit:
			init = init.most(native.plus(of(c)))
		case c.role == roleNative:
			native = native.plus(of(c))
			app = app.plus(of(c))
		default:
			app = app.plus(of(c))
		}
	}
	return app, init
}

// podReader turns pod specs into shapes and gathers what is wrong with them.
type podReader struct {
	at     where
	object string // Deployment shop/cart
	path   string // spec.template.spec
	wrong  []model.FieldError

	statuses map[string]placedStatus // by container, of running pods
}

// placedStatus is what a status says of a container, and where.
type placedStatus struct {
	*containerStatus
	path string
}

func statusesOf(status *podStatus) map[string]placedStatus {
	all := map[string]placedStatus{}
	for _, list := range []struct {
		field    string
		statuses []containerStatus
	}{{"containerStatuses", status.ContainerStatuses}, {"initContainerStatuses", status.InitContainerStatuses}} {
		for i := range list.statuses {
			one := &list.statuses[i]
			if _, known := all[one.Name]; !known {
				all[one.Name] = placedStatus{one, "status." + list.field + "[" + itoa(i) + "]"}
			}
		}
	}
	return all
}

// shape reads a pod spec. status is nil for templates.
func (r *podReader) shape(meta objectMeta, spec podSpec, status *podStatus) *podShape {
	p := &podShape{hostNetwork: spec.HostNetwork, placement: placementOf(meta, spec), wants: wantsOf(spec), meshSwitch: meta.meshSwitch()}
	p.overhead = r.list(spec.Overhead, r.path+".overhead").amount
	p.podLevel = r.podLevel(spec)
	if status != nil {
		p.infeasible = resizeInfeasible(status.Conditions)
		p.resized = p.infeasible
	}
	if status != nil {
		r.statuses = statusesOf(status)
	}
	r.add(p, spec.InitContainers, "initContainers")
	r.add(p, spec.Containers, "containers")
	return p
}

func (r *podReader) add(p *podShape, list []container, field string) {
	for i := range list {
		c := &list[i]
		role := roleApp
		if field == "initContainers" {
			role = roleInit
			if c.RestartPolicy == "Always" {
				role = roleNative
			}
		}
		path := r.path + "." + field + "[" + itoa(i) + "].resources"
		one := podContainer{name: c.Name, role: role, spec: r.request(c.Resources, path, p)}
		one.granted, one.applied = one.spec, one.spec
		if p.infeasible {
			one.granted, one.applied = request{}, request{}
		}
		r.resize(p, &one)
		one.proxyOf, one.proxyRole = proxyOf(c)
		p.containers = append(p.containers, one)
	}
}

// request reads a container's requests; a limit without a request is the request, as the
// API server sets it.
func (r *podReader) request(res resources, path string, p *podShape) request {
	got := r.list(res.Requests, path+".requests")
	limits := r.list(res.Limits, path+".limits")
	if !got.hasCPU && limits.hasCPU {
		got.nanocores, got.hasCPU, p.fromLimits = limits.nanocores, true, true
	}
	if !got.hasMemory && limits.hasMemory {
		got.bytes, got.hasMemory, p.fromLimits = limits.bytes, true, true
	}
	return got
}

// podLevel reads spec.resources; a pod-level limit is the request only where neither the
// pod nor any container requests the resource.
func (r *podReader) podLevel(spec podSpec) request {
	got := r.list(spec.Resources.Requests, r.path+".resources.requests")
	limits := r.list(spec.Resources.Limits, r.path+".resources.limits")
	var anyCPU, anyMemory bool
	for _, list := range [][]container{spec.Containers, spec.InitContainers} {
		for i := range list {
			res := list[i].Resources
			anyCPU = anyCPU || res.Requests.CPU.given || res.Limits.CPU.given
			anyMemory = anyMemory || res.Requests.Memory.given || res.Limits.Memory.given
		}
	}
	if !got.hasCPU && !anyCPU && limits.hasCPU {
		got.nanocores, got.hasCPU = limits.nanocores, true
	}
	if !got.hasMemory && !anyMemory && limits.hasMemory {
		got.bytes, got.hasMemory = limits.bytes, true
	}
	return got
}

// resize reads what an in-place resize granted and applied.
func (r *podReader) resize(p *podShape, c *podContainer) {
	status, running := r.statuses[c.name]
	if !running {
		return
	}
	if status.AllocatedResources != nil {
		c.granted = r.list(*status.AllocatedResources, status.path+".allocatedResources")
	}
	c.applied = c.granted
	if status.Resources != nil && status.Resources.Requests != nil {
		c.applied = r.list(*status.Resources.Requests, status.path+".resources.requests")
	}
	if c.granted.amount != c.spec.amount || c.applied.amount != c.spec.amount {
		p.resized = true
	}
}

func resizeInfeasible(conditions []condition) bool {
	for _, c := range conditions {
		if c.Type == "PodResizePending" {
			return c.Reason == "Infeasible"
		}
	}
	return false
}

// list reads the CPU and memory of a resource list.
func (r *podReader) list(l resourceList, path string) request {
	var got request
	if l.CPU.given {
		n, err := parseCPU(l.CPU.text)
		r.check(err, l.CPU.text, path+".cpu")
		got.nanocores, got.hasCPU = n, err == nil
	}
	if l.Memory.given {
		n, err := parseMemory(l.Memory.text)
		r.check(err, l.Memory.text, path+".memory")
		got.bytes, got.hasMemory = n, err == nil
	}
	return got
}

func (r *podReader) check(err error, text, path string) {
	if err != nil && len(r.wrong) < maxProblems+1 {
		r.wrong = append(r.wrong, *refusal(r.at, r.object, path, text, "quantity", quote(text)+" "+err.Error(), quantityFix))
	}
}
