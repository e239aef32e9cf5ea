package importer

import (
	"fmt"
	"slices"

	"meshplan/internal/model"
)

// nodeWants are the labels of nodes that a pod asks for, by its node selector and its
// required node affinity, without architecture and instance type, which are read apart.
type nodeWants struct {
	selector map[string]loose
	terms    []nodeSelectorTerm // one of them has to hold; none = any
}

func wantsOf(spec podSpec) nodeWants {
	apart := func(key string) bool { return slices.Contains(archKeys, key) || slices.Contains(typeKeys, key) }
	w := nodeWants{selector: map[string]loose{}}
	for key, value := range spec.NodeSelector {
		if !apart(key) {
			w.selector[key] = value
		}
	}
	if required := spec.Affinity.NodeAffinity.Required; required != nil {
		for _, term := range required.Terms {
			rest := slices.DeleteFunc(slices.Clone(term.MatchExpressions), func(e labelExpression) bool { return apart(e.Key) })
			if len(rest) == 0 { // this term takes nodes of any label, or names a node as DaemonSets' pods do
				w.terms = nil
				break
			}
			w.terms = append(w.terms, nodeSelectorTerm{MatchExpressions: rest})
		}
	}
	return w
}

func (w nodeWants) empty() bool { return len(w.selector) == 0 && len(w.terms) == 0 }

// size is how many comparisons it takes at most to hold one node to it.
func (w nodeWants) size() int {
	all := labelSelector{MatchLabels: w.selector}
	n := all.size()
	for _, t := range w.terms {
		one := labelSelector{MatchExpressions: t.MatchExpressions}
		n += one.size()
	}
	return n
}

func (w nodeWants) metBy(labels map[string]loose) bool {
	all := labelSelector{MatchLabels: w.selector}
	if !all.matches(labels) {
		return false
	}
	return len(w.terms) == 0 || slices.ContainsFunc(w.terms, func(t nodeSelectorTerm) bool {
		one := labelSelector{MatchExpressions: t.MatchExpressions}
		return one.matches(labels)
	})
}

// selecting lists the workloads whose wishes for nodes are not kept as asked.
type selecting struct {
	unknown []string // the input has no nodes with labels
	nowhere []string // no node has them
	partly  []string // part of the nodes of a type has them

	nodes map[string]int            // by type, those whose labels are known
	met   map[string]map[string]int // by what is asked for: the nodes that have it, by type
}

// selectNodes turns the labels that a row asks for into the types of the nodes that carry
// them: the packing knows nodes by type.
func (b *builder) selectNodes(w *row, out *model.Workload) {
	if w.shape.wants.empty() {
		return
	}
	name := b.names.ref(w.ref)
	met := b.nodesFor(w.shape.wants)
	switch {
	case len(b.selecting.nodes) == 0:
		b.selecting.unknown = append(b.selecting.unknown, name)
		return
	case met == nil:
		b.note("selectors_unread", "node_types", "the workloads select nodes in more ways than can be looked through", "Import one namespace at a time, with the nodes")
		return
	case len(met) == 0:
		b.selecting.nowhere = append(b.selecting.nowhere, name)
		return
	}
	var types []string
	accepted := setOf(out.NodeTypes)
	for _, t := range sortedKeys(met) {
		if (len(out.NodeTypes) == 0 || accepted[t]) && isEntry(t) {
			types = append(types, t)
		}
		if met[t] < b.selecting.nodes[t] {
			b.selecting.partly = append(b.selecting.partly, name)
		}
	}
	if len(types) > 0 && len(met) < len(b.selecting.nodes) {
		out.NodeTypes = types[:min(len(types), maxNodeTypes)]
	}
}

// nodesFor counts by type the nodes that meet what a pod asks for; nil where the input
// asks for more than can be looked through. Pods that ask for the same share the answer.
func (b *builder) nodesFor(wants nodeWants) map[string]int {
	known := &b.selecting
	if known.met == nil {
		known.met, known.nodes = map[string]map[string]int{}, map[string]int{}
		for i := range b.nodes.list {
			if n := &b.nodes.list[i]; n.selectable() {
				known.nodes[n.instanceType]++
			}
		}
	}
	key := fmt.Sprintf("%#v", wants)
	met, found := known.met[key]
	if found {
		return met
	}
	if b.spend(len(b.nodes.list) * wants.size()) {
		met = map[string]int{}
		for i := range b.nodes.list {
			if n := &b.nodes.list[i]; n.selectable() && wants.metBy(n.labels) {
				met[n.instanceType]++
			}
		}
	}
	known.met[key] = met
	return met
}

// selectable reports whether the input tells which pods a node's labels call.
func (n *clusterNode) selectable() bool {
	return !n.controlPlane && !n.virtual && n.labels != nil && n.instanceType != ""
}

// selectorNotes says what of the labels does not reach the packing.
func (b *builder) selectorNotes() {
	say := func(names []string, id, what, fix string) {
		if names = slices.Compact(names); len(names) > 0 {
			b.note(id, "node_types", counted(len(names), "workload selects", "workloads select")+" nodes by labels "+what+": "+joinSome(names), fix)
		}
	}
	say(b.selecting.unknown, "selectors_unknown", "and the input has no nodes that tell their types", "Add kubectl get nodes -o json, or give node_types")
	say(b.selecting.nowhere, "selectors_nowhere", "that no node of the input has, so they are planned on any", "Give node_types for them")
	say(b.selecting.partly, "selectors_in_part", "that part of the nodes of a type have; any node of the type counts, because the packing knows nodes by type", "Plan such nodes as a type of their own, or give node_types")
}
