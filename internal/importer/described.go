package importer

import "strings"

// useDescribed counts what kubectl describe nodes says of pods: on their nodes where no
// pod objects say it better, and as workloads where nothing else does.
func (s *session) useDescribed() {
	if len(s.pods.order) > 0 {
		return
	}
	objects := len(s.workloads) > 0
	for _, p := range s.describedPods {
		s.nodes.bind(p.node, p.request.amount)
		if objects {
			continue
		}
		shape := &podShape{containers: []podContainer{{name: "pod", role: roleApp, spec: p.request}}}
		group := s.pods.add(p.at, ref{p.namespace, "", p.name}, guessOwner(p), objectMeta{}, shape)
		if group.described = true; len(s.pods.order) > MaxWorkloads {
			s.fail(refusal(p.at, "pod "+shorten(p.name), "", "", "limit", "the pods belong to more than 20000 owners", "Send kubectl get deploy,sts,ds -A -o json"))
			return
		}
	}
	if objects || len(s.describedPods) == 0 {
		return
	}
	s.note("described_pods", "workloads", "workloads were guessed from the names of pods in kubectl describe nodes; proxies in them cannot be told from the app, and all are spread over the zones",
		"Add kubectl get deploy,sts,ds,pods -A -o json for exact rows")
}

// guessOwner reads from a pod's name what made it.
func guessOwner(p describedPod) ref {
	if name, static := strings.CutSuffix(p.name, "-"+p.node); static {
		return ref{p.namespace, "Node", name}
	}
	names := workloadNames(p.name)
	last := names[len(names)-1]
	ending := strings.TrimPrefix(p.name, last)
	switch {
	case len(names) == 1:
		return ref{p.namespace, "Pod", p.name}
	case strings.Trim(ending, "-0123456789") == "":
		return ref{p.namespace, "StatefulSet", names[1]}
	case len(names) == 2:
		return ref{p.namespace, perNodeKind, last}
	}
	return ref{p.namespace, "Deployment", last}
}

// perNodeKind marks pods with one random ending: a DaemonSet's, if every node has one.
const perNodeKind = "one per node?"

// settleDescribed decides between a DaemonSet and anything else for a guessed row.
func (r *resolver) settleDescribed(w *row) {
	if w.ref.kind != perNodeKind {
		return
	}
	w.ref.kind = "Other"
	if n := len(r.nodes.list); n > 1 && w.pods == int64(n) {
		w.ref.kind = "DaemonSet"
	}
}
