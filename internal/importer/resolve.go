package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// row is a workload on its way to the scenario: owners resolved, names still as read.
type row struct {
	ref      ref // kind as Kubernetes names it
	at       where
	shape    *podShape
	meta     objectMeta
	replicas int64
	given    bool
	declared bool // read from the owning object, not from its pods
	folded   int  // ReplicaSets or Jobs of one absent owner that this row joins
	suspend  bool
	desired  *int64
	pods     int64
	proxied  int64
	proxy    *Proxy // of its pods; a template's is in shape
	differ   bool   // its pods have different requests
	key      string // of the first pods' shape
	scaled   *autoscaler
	names    bool // guessed from the names of pods, which tell nothing of where they may run
	assumed  []string
}

// resolver counts every pod once, under the object that stands for it.
type resolver struct {
	*session
	rows  []*row
	index map[ref]*row
}

// resolve makes rows of objects and pods.
func (s *session) resolve() []*row {
	s.useDescribed()
	s.mergeKEDA()
	r := &resolver{session: s, index: map[ref]*row{}}
	r.borrow()
	for _, d := range s.workloads {
		r.declaredRow(d)
	}
	for _, g := range s.pods.order {
		r.podRow(g)
	}
	scaled := map[ref]bool{}
	for _, w := range r.rows {
		r.settleDescribed(w)
		if a, ok := s.scalers[w.ref]; ok {
			w.scaled, scaled[w.ref] = &a, true
		}
		w.settle()
	}
	r.skipIdleScalers(scaled)
	return slices.DeleteFunc(r.rows, r.leavesOut)
}

// skipIdleScalers says which autoscalers have nothing in the input to scale.
func (r *resolver) skipIdleScalers(scaled map[ref]bool) {
	var idle []ref
	for target := range r.scalers {
		if !scaled[target] {
			idle = append(idle, target)
		}
	}
	slices.SortFunc(idle, func(a, b ref) int { return cmp.Compare(a.String(), b.String()) })
	for _, target := range idle {
		r.skipped.add(r.scalerKind(target), "no_target", "what it scales is not in the input", target)
	}
}

// scalerKind is the kind of a target's autoscaler.
func (s *session) scalerKind(target ref) string {
	if _, ok := s.keda[target]; ok {
		return "ScaledObject"
	}
	return "HorizontalPodAutoscaler"
}

// borrow gives a Deployment the replicas of the Rollout that uses its template.
func (r *resolver) borrow() {
	for _, d := range r.workloads {
		if d.borrowed == nil || d.shape != nil {
			continue
		}
		template := r.byRef[ref{d.ref.namespace, d.borrowed.Kind, d.borrowed.Name}]
		if template == nil || template.shape == nil {
			r.fail(refusal(d.at, d.ref.String(), "spec.workloadRef", d.borrowed.Name, "reference",
				"the object whose template it uses is not in the input", "Export that "+shorten(d.borrowed.Kind)+" too"))
			continue
		}
		d.shape, d.meta = template.shape, template.meta
		template.shape = nil
	}
}

func (r *resolver) declaredRow(d *declared) {
	if d.shape == nil {
		r.skipped.add(d.ref.kind, "counted_elsewhere", "a Rollout runs its pods", d.ref)
		return
	}
	if d.finished {
		r.skipped.add(d.ref.kind, "finished", "it has run to its end and takes no room", d.ref)
		return
	}
	top := r.topOf(d)
	if top != d.ref && r.byRef[top] != nil {
		r.skipped.add(d.ref.kind, "counted_under_owner", "the object that owns it is counted", d.ref)
		return
	}
	w := r.index[top]
	if w == nil {
		w = &row{ref: top, at: d.at, shape: d.shape, meta: d.meta, given: d.given, declared: true, suspend: d.suspend, desired: d.desired}
		r.index[top] = w
		r.rows = append(r.rows, w)
	} else if d.replicas > w.replicas { // the newer of an owner's ReplicaSets has most replicas
		w.shape, w.meta = d.shape, d.meta
	}
	w.replicas = addCapped(w.replicas, d.replicas)
	if top != d.ref {
		w.folded++
	}
}

// topOf returns the object a declared one is counted as: a ReplicaSet, a
// ReplicationController or a Job stands for its owner, everything else for itself.
func (r *resolver) topOf(d *declared) ref {
	switch d.ref.kind {
	case "ReplicaSet", "ReplicationController", "Job":
		if d.owner.kind != "" {
			return d.owner
		}
	}
	return d.ref
}

func (r *resolver) podRow(g *podGroup) {
	top := g.owner
	if owner := r.byRef[g.owner]; owner != nil {
		top = r.topOf(owner)
	} else if g.top.kind != "" {
		top = g.top
	}
	if above := r.byRef[top]; above != nil && above.owner.kind != "" && r.index[above.owner] != nil {
		top = above.owner // an operator's own kind, itself in the input
	}
	w := r.index[top]
	if w == nil {
		w = &row{ref: top, at: g.at, shape: g.commonest(), meta: g.meta, given: true, names: g.described}
		r.index[top] = w
		r.rows = append(r.rows, w)
	} else if !w.declared && g.pods > w.pods {
		w.shape, w.meta = g.commonest(), g.meta
	}
	if w.proxy == nil {
		w.proxy = g.proxy()
	}
	w.pods += g.pods
	w.proxied += g.proxied
	w.key = cmp.Or(w.key, g.shapes[0].key)
	w.differ = w.differ || len(g.shapes) > 1 || g.shapes[0].key != w.key
	if !w.declared {
		w.replicas = w.pods
	}
}

// settle decides how many replicas a row has and says what was assumed.
func (w *row) settle() {
	say := func(format string, args ...any) { w.assumed = append(w.assumed, fmt.Sprintf(format, args...)) }
	switch {
	case w.ref.kind == "CronJob" && w.suspend, w.ref.kind == "Job" && w.suspend:
		w.replicas = 0
		say("suspended, so no pod runs")
	case w.ref.kind == "CronJob":
		say("counted as if one run were always on")
	case w.declared && !w.given && w.scaled == nil && w.ref.kind != "DaemonSet":
		say("replicas not given: 1, as Kubernetes sets it")
	}
	if w.scaled != nil {
		if w.scaled.current > 0 {
			w.replicas = w.scaled.current
			say("replicas as the autoscaler runs now, %d", w.replicas)
		} else if low := max(w.replicas, w.scaled.min); w.replicas > 0 || !w.given {
			w.replicas = min(low, max(w.scaled.max, w.scaled.min))
			say("replicas within the autoscaler's range, %d", w.replicas)
		}
	}
	if !w.declared && w.ref.kind != "Pod" && w.ref.kind != "" {
		say("owner not in the input: made of %s", counted(int(w.pods), "running pod", "running pods"))
		if w.differ {
			say("its pods differ: the most frequent request is taken")
		}
	}
	if w.folded > 0 {
		say("owner not in the input: made of what it owns")
	}
	if w.shape.fromLimits {
		say("a limit without a request counts as the request, as Kubernetes sets it")
	}
	if w.shape.resized {
		say("an in-place resize counts until it is done")
	}
	if w.ref.kind == "DaemonSet" || w.ref.kind == "Node" {
		say("counted on every node")
	}
}

// leavesOut skips rows that take no room on worker nodes, and those of the mesh itself.
func (r *resolver) leavesOut(w *row) bool {
	if w.ref.kind == "Node" && isControlPlanePod(w.ref.name) {
		r.skipped.add("Pod", "control_plane", "it runs on control plane nodes", w.ref)
		return true
	}
	if w.ref.kind == "DaemonSet" && w.desired != nil && *w.desired == 0 {
		r.skipped.add("DaemonSet", "on_no_node", "no node takes it", w.ref)
		return true
	}
	return false
}

// isControlPlanePod recognises the static pods of a kubeadm control plane.
func isControlPlanePod(name string) bool {
	for _, known := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kube-vip", "cloud-controller-manager"} {
		if name == known || strings.HasPrefix(name, known+"-") {
			return true
		}
	}
	return false
}

// rowKind is the kind in the words of the scenario.
func rowKind(kind string) string {
	switch kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout":
		return kind
	case "Node":
		return "DaemonSet"
	}
	return "Other"
}
