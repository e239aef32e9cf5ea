package importer

import (
	"slices"
	"strconv"
)

const hostnameKey = "kubernetes.io/hostname"

func itoa(i int) string { return strconv.Itoa(i) }

// placementOf reads where a pod may run. An anti-affinity against its own labels on each
// node means one pod per node.
func placementOf(meta objectMeta, spec podSpec) Placement {
	var p Placement
	for _, term := range spec.Affinity.PodAntiAffinity.Required {
		if term.TopologyKey == hostnameKey && term.LabelSelector.matches(meta.Labels) {
			p.MaxPerNode = 1
		}
	}
	for _, key := range sortedKeys(spec.NodeSelector) {
		p.NodeSelector = append(p.NodeSelector, shorten(key+"="+spec.NodeSelector[key].text))
	}
	p.NodeAffinity = len(spec.Affinity.NodeAffinity.Required) > 0 && string(spec.Affinity.NodeAffinity.Required) != "null"
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
		if s.WhenUnsatisfiable == "DoNotSchedule" && !slices.Contains(p.SpreadOver, s.TopologyKey) {
			p.SpreadOver = append(p.SpreadOver, shorten(s.TopologyKey))
		}
	}
	return p
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
	return p.MaxPerNode == 0 && len(p.NodeSelector) == 0 && !p.NodeAffinity && len(p.Tolerations) == 0 &&
		len(p.SpreadOver) == 0 && !p.DisruptionGuard
}
