package model

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"meshplan/internal/pack"
)

// placer says which node types may hold which workloads, by architecture, name and taint.
// A custom node has no name or architecture that a workload could ask for: it takes all.
type placer struct {
	types  []NodeType
	taints [][]taint // per type
	masks  map[string][]bool
}

func newPlacer(s Scenario, types []NodeType) (*placer, *FieldError) {
	p := &placer{types: types, taints: make([][]taint, len(types)), masks: map[string][]bool{}}
	for _, text := range listed(s.Nodes.NodeTaints) {
		name, rest, both := strings.Cut(text, "=")
		t := taintOf(rest)
		if !both || name == "" || t.key == "" {
			return nil, &FieldError{
				Field: "node_taints", Value: shorten(text), Rule: "format", Message: quote(text) + " is not type=taint",
				Fix: "Write node_taints as type=key=value:effect, such as m6i.large=dedicated=batch:NoSchedule",
			}
		}
		if t.effect == "PreferNoSchedule" {
			return nil, &FieldError{
				Field: "node_taints", Value: shorten(text), Rule: "one_of", Message: "PreferNoSchedule keeps no pod away",
				Fix: "Leave this taint out, or write NoSchedule or NoExecute",
			}
		}
		known := false
		for i := range types {
			if types[i].Name == name {
				known = true
				p.taints[i] = append(p.taints[i], t)
			}
		}
		if !known {
			return nil, &FieldError{
				Field: "node_taints", Value: shorten(name), Rule: "one_of", Message: quote(name) + " is none of the plan's node types",
				Fix: "Use " + Nearest(name, typeNames(types)) + ", or add it to node_type",
			}
		}
	}
	return p, nil
}

// mask is which types may hold the workload; nil means all.
func (p *placer) mask(w Workload) []bool {
	key := ""
	if len(w.Architectures)+len(w.NodeTypes)+len(w.Tolerates) > 0 {
		key = strings.Join(w.Architectures, " ") + "\n" + strings.Join(w.NodeTypes, " ") + "\n" + strings.Join(w.Tolerates, " ")
	}
	if mask, known := p.masks[key]; known {
		return mask
	}
	mask := make([]bool, len(p.types))
	for i := range p.types {
		mask[i] = p.admits(i, w)
	}
	if !slices.Contains(mask, false) {
		mask = nil
	}
	p.masks[key] = mask
	return mask
}

func (p *placer) admits(i int, w Workload) bool {
	t := &p.types[i]
	if t.Provider != providerCustom {
		if len(w.Architectures) > 0 && !slices.Contains(w.Architectures, t.Arch) ||
			len(w.NodeTypes) > 0 && !slices.Contains(w.NodeTypes, t.Name) {
			return false
		}
	}
	return !slices.ContainsFunc(p.taints[i], func(t taint) bool { return !t.toleratedBy(w.Tolerates) })
}

// check refuses workloads that may run on no node type.
func (p *placer) check(list []Workload) []FieldError {
	var wrong []FieldError
	if mask := p.mask(Workload{}); mask != nil && !slices.Contains(mask, true) {
		return []FieldError{{
			Field: "node_taints", Value: shortList(typeNames(p.types)), Rule: "unplaceable",
			Message: "every node type has a taint, so pods that tolerate none, such as a control plane's, have nowhere to run",
			Fix:     "Add a type without taint to node_type",
		}}
	}
	for i, w := range list {
		field := fmt.Sprintf("workloads[%d].", i)
		if err := checkWords(w); err != nil {
			err.Field = field + err.Field
			wrong = append(wrong, *err)
			continue
		}
		if mask := p.mask(w); mask != nil && !slices.Contains(mask, true) && w.Kind != kindDaemonSet {
			err := p.homeless(w)
			err.Field = field + err.Field
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// checkWords refuses entries with spaces or commas, which no node type, architecture or taint has
// and which part the entries of a list in links and tables.
func checkWords(w Workload) *FieldError {
	parts := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ',' || r == ';' }
	for _, list := range []struct {
		field   string
		entries []string
	}{{"node_types", w.NodeTypes}, {"tolerates", w.Tolerates}} {
		for _, entry := range list.entries {
			if strings.IndexFunc(entry, parts) >= 0 {
				return &FieldError{
					Field: list.field, Value: shorten(entry), Rule: "format", Message: quote(entry) + " has a space, comma or semicolon in it",
					Fix: "Make each name an entry of its own",
				}
			}
		}
	}
	return nil
}

// homeless says which wish of a workload leaves it without a node type.
func (p *placer) homeless(w Workload) FieldError {
	err := FieldError{Rule: "unplaceable"}
	name := workloadName(w)
	offered := shortList(typeNames(p.types))
	noTypes := w
	noTypes.NodeTypes = nil
	noArch := w
	noArch.Architectures = nil
	anything := func(w Workload) bool { m := p.mask(w); return m == nil || slices.Contains(m, true) }
	switch {
	case len(w.NodeTypes) > 0 && anything(noTypes):
		err.Field, err.Value = "node_types", shorten(strings.Join(w.NodeTypes, ", "))
		err.Message = fmt.Sprintf("workload %s may run only on %s, and the plan's node types are %s", name, shortList(w.NodeTypes), offered)
		err.Fix = "Add " + w.NodeTypes[0] + " to node_type, or clear node_types of the workload"
	case len(w.Architectures) > 0 && anything(noArch):
		err.Field, err.Value = "architectures", strings.Join(w.Architectures, ", ")
		err.Message = fmt.Sprintf("workload %s may run only on %s, and none of the plan's node types is: %s", name, strings.Join(w.Architectures, " or "), offered)
		err.Fix = "Add a node type with " + w.Architectures[0] + " to node_type, or clear architectures of the workload"
	default:
		err.Field, err.Value = "node_types", shorten(strings.Join(w.NodeTypes, ", "))
		err.Message = fmt.Sprintf("workload %s finds no node type with its architectures, node_types and taints together: the plan has %s", name, offered)
		err.Fix = "Add a type that meets all of them to node_type, or clear one of them"
	}
	return err
}

// placementWarnings says where a wish about placement is not kept.
func (in *inputs) placementWarnings() []Warning {
	var list []Warning
	var partly, unchecked, loose []string
	custom := in.nodeTypes[0].Provider == providerCustom
	for _, w := range in.scenario.Workloads {
		if w.AnyZone && w.Kind != kindDaemonSet {
			loose = append(loose, workloadName(w))
		}
		switch {
		case custom && len(w.Architectures)+len(w.NodeTypes) > 0:
			unchecked = append(unchecked, workloadName(w))
		case w.Kind == kindDaemonSet && in.placer.mask(w) != nil:
			partly = append(partly, workloadName(w))
		}
	}
	if in.survive == string(pack.SurviveZone) && len(loose) > 0 {
		list = append(list, Warning{
			ID: "any_zone_spread", Field: "survive",
			Message: "the loss of a zone must not cost a pod, so workloads that may lie in any zone are spread over the zones as well: " + shortList(loose),
			Fix:     "Give survive as node or nothing to let them lie where they fit best",
		})
	}
	if len(partly) > 0 {
		list = append(list, Warning{
			ID: "daemonset_everywhere", Field: workloadsParam,
			Message: "DaemonSets that run on part of the nodes are counted on every node: " + shortList(partly),
			Fix:     "Take them out of the list where they run on few nodes",
		})
	}
	if len(unchecked) > 0 {
		list = append(list, Warning{
			ID: "placement_unchecked", Field: "node_type",
			Message: "a custom node has no architecture or type, so what these workloads ask for is not kept: " + shortList(unchecked),
			Fix:     "Choose a provider's node types to have it kept",
		})
	}
	return list
}

// taint is a taint of a node, or what a workload tolerates of one.
type taint struct{ key, value, effect string }

// taintOf reads key, key=value or key=value:effect.
func taintOf(text string) taint {
	var t taint
	if at := strings.LastIndex(text, ":"); at >= 0 {
		text, t.effect = text[:at], text[at+1:]
	}
	t.key, t.value, _ = strings.Cut(text, "=")
	return t
}

// toleratedBy follows Kubernetes: a toleration without a value tolerates every value of
// its key, one without an effect every effect, and the key * is every key.
func (t taint) toleratedBy(tolerations []string) bool {
	return slices.ContainsFunc(tolerations, func(text string) bool {
		by := taintOf(text)
		return (by.key == "*" || by.key == t.key) && (by.value == "" || by.value == t.value) &&
			(by.effect == "" || t.effect == "" || by.effect == t.effect)
	})
}

// listed splits a comma list; absent and empty give none.
func listed(text *string) []string {
	var list []string
	for entry := range strings.SplitSeq(value(text, ""), ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	return list
}

func workloadName(w Workload) string {
	if w.Namespace == "" {
		return shorten(w.Name)
	}
	return shorten(w.Namespace + "/" + w.Name)
}

func typeNames(types []NodeType) []string {
	names := make([]string, len(types))
	for i := range types {
		names[i] = types[i].Name
	}
	return names
}

// shortList joins the first few names.
func shortList(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
