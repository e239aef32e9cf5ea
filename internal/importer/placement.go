package importer

import (
	"slices"
	"strconv"
	"strings"
)

const hostnameKey = "kubernetes.io/hostname"

// The labels by which pods choose an architecture and an instance type, old names last.
var (
	archKeys = []string{"kubernetes.io/arch", "beta.kubernetes.io/arch"}
	typeKeys = []string{"node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type"}
)

// allowedValues are the values of a node label that a pod accepts, by its node selector and
// its required node affinity: of all terms together, where every term names some. None
// means that it accepts any.
func allowedValues(spec podSpec, keys []string) []string {
	var selected []string
	for _, key := range keys {
		if v, ok := spec.NodeSelector[key]; ok {
			selected = append(selected, v.text)
			break
		}
	}
	if spec.Affinity.NodeAffinity.Required == nil {
		return selected
	}
	var union []string
	known := map[string]bool{}
	for _, term := range spec.Affinity.NodeAffinity.Required.Terms { // one of them has to hold
		values := term.valuesOf(keys)
		if values == nil {
			return selected
		}
		for _, v := range values {
			if !known[v] {
				known[v] = true
				union = append(union, v)
			}
		}
	}
	if selected == nil {
		return union
	}
	return selected // where the two contradict each other the pod would stay pending
}

// valuesOf are the values that every In expression of the term on one of the keys accepts;
// nil where it has none.
func (t nodeSelectorTerm) valuesOf(keys []string) []string {
	var values []string
	for _, e := range t.MatchExpressions {
		switch {
		case e.Operator != "In" || !slices.Contains(keys, e.Key):
		case values == nil:
			values = slices.Clone(e.Values)
		default:
			accepted := setOf(e.Values)
			values = slices.DeleteFunc(values, func(v string) bool { return !accepted[v] })
		}
	}
	return values
}

// tolerated are a pod's tolerations in the words of a scenario: key, key=value or
// key=value:effect, * for every key; without those that hold for every pod.
func (p Placement) tolerated() []string {
	var list []string
	for _, text := range p.Tolerations {
		text = strings.TrimSuffix(text, ":")
		if text == "" || text[0] == ':' {
			text = "*" + text
		}
		if whole := !strings.HasSuffix(text, "…"); whole && isEntry(text) && len(list) < maxTolerations {
			list = append(list, text)
		}
	}
	return list
}

func itoa(i int) string { return strconv.Itoa(i) }

// placementOf reads where a pod may run. An anti-affinity against its own labels on each
// node means one pod per node.
func placementOf(meta objectMeta, spec podSpec) Placement {
	var p Placement
	for _, term := range spec.Affinity.PodAntiAffinity.Required {
		switch own := term.LabelSelector.matches(meta.Labels); {
		case own && term.TopologyKey == hostnameKey:
			p.MaxPerNode = 1
		case own:
			p.spreadOver(term.TopologyKey) // one pod in each is spread evenly
		default:
			p.OtherPods = true
		}
	}
	p.OtherPods = p.OtherPods || len(spec.Affinity.PodAffinity.Required) > 0
	for _, key := range sortedKeys(spec.NodeSelector) {
		p.NodeSelector = append(p.NodeSelector, shorten(key+"="+spec.NodeSelector[key].text))
	}
	p.NodeAffinity = spec.Affinity.NodeAffinity.Required != nil
	p.Architectures, p.NodeTypes = allowedValues(spec, archKeys), allowedValues(spec, typeKeys)
	for _, t := range spec.Tolerations {
		if automatic := t.Key == "node.kubernetes.io/not-ready" || t.Key == "node.kubernetes.io/unreachable"; automatic {
			continue // the API server adds these two to every pod
		}
		text := t.Key
		if t.Value != "" {
			text += "=" + t.Value
		}
		p.Tolerations = append(p.Tolerations, shorten(text+":"+t.Effect))
	}
	for _, s := range spec.TopologySpreadConstraints {
		if s.WhenUnsatisfiable == "DoNotSchedule" {
			p.spreadOver(s.TopologyKey)
			if skew, err := strconv.ParseInt(s.MaxSkew.text, 10, 64); err == nil && (s.TopologyKey == zoneKey || s.TopologyKey == oldZoneKey) {
				p.skew = max(p.skew, skew)
			}
		}
	}
	return p
}

// spreadOver notes a topology key, once; nobody reads more than a few.
func (p *Placement) spreadOver(key string) {
	const most = 100
	if key = shorten(key); len(p.SpreadOver) < most && !slices.Contains(p.SpreadOver, key) {
		p.SpreadOver = append(p.SpreadOver, key)
	}
}

// size is how many comparisons a selector takes at most.
func (s *labelSelector) size() int {
	if s == nil {
		return 1
	}
	n := 1 + len(s.MatchLabels)
	for _, e := range s.MatchExpressions {
		n += 1 + len(e.Values)
	}
	return n
}

// matches follows the rules of Kubernetes label selectors: an empty one matches
// everything, an absent one nothing.
func (s *labelSelector) matches(labels map[string]loose) bool {
	if s == nil {
		return false
	}
	for key, want := range s.MatchLabels {
		if got, ok := labels[key]; !ok || got.text != want.text {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		got, has := labels[e.Key]
		in := has && slices.Contains(e.Values, got.text)
		switch e.Operator {
		case "In":
			if !in {
				return false
			}
		case "NotIn":
			if in {
				return false
			}
		case "Exists":
			if !has {
				return false
			}
		case "DoesNotExist":
			if has {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// empty reports whether the placement says nothing.
func (p Placement) empty() bool {
	return p.MaxPerNode == 0 && len(p.Architectures) == 0 && len(p.NodeTypes) == 0 && len(p.NodeSelector) == 0 && !p.NodeAffinity && len(p.Tolerations) == 0 &&
		len(p.SpreadOver) == 0 && !p.DisruptionGuard && !p.OtherPods
}
