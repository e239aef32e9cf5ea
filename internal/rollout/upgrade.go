package rollout

import (
	"fmt"
	"math"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// upgrade doubles the control plane while the largest wave restarts to the new version.
// Linkerd upgrades in place: each part of its control plane surges by one pod in four.
func (p *planner) upgrade(steady Load, largest unit) Upgrade {
	joined := make([]int64, len(p.list))
	for i, w := range p.list {
		if joins(w) {
			joined[i] = w.Services
		}
	}
	u := Upgrade{Peak: steady, Method: "canary", FactID: "istiod_rolling_surge"}
	var restarting []share
	if p.restarts() {
		restarting = largest.shares
		for _, s := range largest.shares {
			u.SurgePods += p.surgeOf(p.list[s.row]) * s.services
		}
	}
	s := p.state(joined, restarting)
	replicas := p.controlPlane()
	if p.pattern == model.PatternLinkerd {
		u.Method, u.FactID = "in_place", "linkerd_controller_replicas_ha"
		more := float64(replicas) + math.Ceil(float64(replicas)*facts.Must("k8s_max_surge_default").Value()/100)
		s.Intervals = withTypical(s.Intervals, "linkerd_replicas", more)
		u.Text = fmt.Sprintf("%d replicas of each part become %.0f while they roll, and the proxies of the largest wave restart", replicas, more)
	} else {
		doubled := 2 * replicas
		s.Mesh.IstiodReplicas = &doubled
		u.Text = fmt.Sprintf("%d istiod of the old version beside %d of the new", replicas, replicas)
		if p.restarts() {
			u.Text += fmt.Sprintf(", while the largest wave restarts with %d extra pods", u.SurgePods)
		}
	}
	if p.ctx.Err() == nil {
		if plan, err := p.study.Evaluate(s); err == nil && plan.Result(p.pattern).Status != "infeasible" {
			u.Peak = higher(steady, p.load(*plan.Result(p.pattern)))
		}
	}
	u.Extra = u.Peak.Nodes - steady.Nodes
	return u
}

func withTypical(intervals map[string]model.Interval, name string, v float64) map[string]model.Interval {
	out := map[string]model.Interval{name: {Typical: &v}}
	for other, interval := range intervals {
		if other != name {
			out[other] = interval
		}
	}
	return out
}

func (p *planner) controlPlane() int64 {
	for _, part := range p.plan.Result(p.pattern).Parts {
		if part.ID == "istiod" || part.ID == "linkerd_destination" {
			return part.Count
		}
	}
	return 0
}
