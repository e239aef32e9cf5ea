package importer

import (
	"fmt"
	"strings"
)

// podGroups counts running pods by the object that owns them.
type podGroups struct {
	order []*podGroup
	byRef map[ref]*podGroup
	seen  map[[2]string]*podGroup // by namespace and name of every pod, so that none counts twice
}

// podGroup is the pods of one owner. They may differ while a roll-out runs.
type podGroup struct {
	owner   ref // as the pod names it: a ReplicaSet rather than its Deployment
	at      where
	top     ref // the owner's owner, as far as the pod's labels tell; zero if unknown
	shapes  []*shapeCount
	pods    int64
	proxied int64 // pods that carry a proxy
	meta    objectMeta

	described bool // from kubectl describe nodes, where names are all there is
}

type shapeCount struct {
	key   string
	shape *podShape
	pods  int64
}

func newPodGroups() podGroups {
	return podGroups{byRef: map[ref]*podGroup{}, seen: map[[2]string]*podGroup{}}
}

// pod takes a running pod.
func (s *session) pod(at where, r ref, o object) {
	var spec podSpec
	var status podStatus
	if !s.decode(at, r, "spec", o.Spec, &spec) || !s.decode(at, r, "status", o.Status, &status) {
		return
	}
	if s.pods.seen[[2]string{r.namespace, r.name}] != nil {
		s.givenTwice(r)
		return
	}
	switch {
	case status.Phase == "Succeeded" || status.Phase == "Failed":
		s.skipped.add("Pod", "finished", "it has run to its end and takes no room", r)
		return
	case o.Metadata.DeletionTimestamp.given:
		s.skipped.add("Pod", "terminating", "it is being deleted", r)
		return
	}
	reader := podReader{at: at, object: r.String(), path: "spec"}
	shape := reader.shape(o.Metadata, spec, &status)
	for i := range reader.wrong {
		s.fail(&reader.wrong[i])
	}
	s.nodes.bind(spec.NodeName, shape.effective())
	owner, top := podOwner(r, o.Metadata, spec.NodeName)
	if err := checkOwner(at, r, owner, top); err != nil {
		s.fail(err)
		return
	}
	group := s.pods.add(at, owner, top, o.Metadata, shape)
	if r.name != "" {
		s.pods.seen[[2]string{r.namespace, r.name}] = group
	}
	if len(s.pods.order) == MaxWorkloads+1 {
		s.fail(refusal(at, r.String(), "", "", "limit", "the pods belong to more than 20000 owners",
			"Import one cluster, or a part of it, at a time"))
	}
}

// podOwner returns the object that made a pod and, as far as names and labels tell, the
// object that made that one.
func podOwner(r ref, m objectMeta, node string) (owner, top ref) {
	owner = controllerOf(m, r.namespace)
	switch owner.kind {
	case "":
		return r, ref{}
	case "Node": // a static pod: its name ends with the node's
		name := strings.TrimSuffix(strings.TrimSuffix(r.name, node), "-")
		return ref{r.namespace, "Node", name}, ref{}
	case "ReplicaSet":
		for _, known := range []struct{ label, kind string }{
			{"rollouts-pod-template-hash", "Rollout"}, {"pod-template-hash", "Deployment"},
		} {
			hash := m.Labels[known.label].text
			if name, cut := strings.CutSuffix(owner.name, "-"+hash); hash != "" && cut {
				return owner, ref{r.namespace, known.kind, name}
			}
		}
	case "Job":
		if name := cronJobName(owner.name); name != "" {
			return owner, ref{r.namespace, "CronJob", name}
		}
	case "ReplicationController":
		if name := m.Labels["deploymentconfig"].text; name != "" {
			return owner, ref{r.namespace, "DeploymentConfig", name}
		}
	}
	return owner, ref{}
}

// cronJobName takes off the minute number that a CronJob gives its Jobs.
func cronJobName(job string) string {
	cut := strings.LastIndexByte(job, '-')
	if cut < 1 {
		return ""
	}
	minute := job[cut+1:]
	if len(minute) != 8 || strings.Trim(minute, "0123456789") != "" {
		return ""
	}
	return job[:cut]
}

func (g *podGroups) add(at where, owner, top ref, meta objectMeta, shape *podShape) *podGroup {
	group := g.byRef[owner]
	if group == nil {
		group = &podGroup{owner: owner, at: at, top: top, meta: meta}
		g.byRef[owner] = group
		g.order = append(g.order, group)
	}
	group.pods++
	if shape.mainProxy() != nil {
		group.proxied++
	}
	key := shape.key()
	for _, known := range group.shapes {
		if known.key == key {
			known.pods++
			return group
		}
	}
	const mostShapes = 64 // more is no roll-out, and would only cost time
	if len(group.shapes) < mostShapes {
		group.shapes = append(group.shapes, &shapeCount{key: key, shape: shape, pods: 1})
	}
	return group
}

// key tells shapes apart by everything that reaches a row.
func (p *podShape) key() string {
	var b strings.Builder
	fmt.Fprint(&b, p.overhead, p.podLevel, p.resized, p.infeasible)
	for _, c := range p.containers {
		fmt.Fprint(&b, c.name, c.role, c.spec, c.granted, c.applied, ";")
	}
	return b.String()
}

// commonest returns the shape that most pods have; of equals the one read first.
func (g *podGroup) commonest() *podShape {
	best := g.shapes[0]
	for _, s := range g.shapes[1:] {
		if s.pods > best.pods {
			best = s
		}
	}
	return best.shape
}

// proxy returns the injected proxy of the first pod that carries one.
func (g *podGroup) proxy() *Proxy {
	for _, s := range g.shapes {
		if p := s.shape.mainProxy(); p != nil {
			return p
		}
	}
	return nil
}
