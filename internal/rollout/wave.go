package rollout

import (
	"math"

	"meshplan/internal/model"
)

// wavesOf gives each unit a wave; of many, those the user named keep theirs and the rest
// join in doubling numbers.
func wavesOf(units []unit) [][]unit {
	var groups [][]unit
	for len(units) > 0 && (len(units)+len(groups) <= mostWaves || units[0].ordered && len(groups) < mostWaves/2) {
		groups = append(groups, units[:1])
		units = units[1:]
	}
	for next := 1; len(units) > 0; next *= 2 {
		next = min(next, len(units))
		groups = append(groups, units[:next])
		units = units[next:]
	}
	return groups
}

func merged(group []unit) unit {
	var all unit
	for _, u := range group {
		all.shares = append(all.shares, u.shares...)
		all.services, all.pods = all.services+u.services, all.pods+u.pods
	}
	return all
}

// wave adds a group to what has joined and plans the cluster after it and while its pods
// restart. The last one is the plan itself.
func (p *planner) wave(number int, group []unit, joined []int64, before Load, isLast bool) (Wave, bool) {
	all := merged(group)
	for _, s := range all.shares {
		joined[s.row] += s.services
	}
	w := Wave{Number: number, Services: all.services, Pods: all.pods, Restarts: p.restarts(), Units: []string{}}
	for _, u := range group {
		w.Units = append(w.Units, u.name)
	}
	for row, services := range joined {
		w.MeshedPods += services * p.list[row].Replicas
	}
	after, ok := p.at(joined, nil)
	if isLast {
		after = p.load(*p.plan.Result(p.pattern))
	}
	w.After, w.Peak = after, higher(before, after)
	if w.Restarts && ok {
		var peak Load
		peak, ok = p.at(joined, all.shares)
		w.Peak = higher(w.Peak, peak)
	}
	w.Cliff = w.After.Nodes > before.Nodes
	w.Window = p.window(all)
	w.Commands = append([]string{}, commands(p.pattern, group)...)
	return w, ok
}

// restarts says whether pods restart to join: where each gets a proxy of its own.
func (p *planner) restarts() bool {
	return p.pattern == model.PatternSidecar || p.pattern == model.PatternLinkerd
}

// at plans the cluster when a number of services of each row has joined, with extra pods
// for the shares that restart. It reports false when the context has ended, or when that
// state cannot be planned.
func (p *planner) at(joined []int64, restarting []share) (Load, bool) {
	if p.ctx.Err() != nil {
		return Load{}, false
	}
	plan, err := p.study.Evaluate(p.state(joined, restarting))
	if err != nil {
		return Load{}, false
	}
	r := plan.Result(p.pattern)
	return p.load(*r), r.Status != "infeasible"
}

// state is the scenario in between: rows divided into what has joined, what restarts with
// its surge, and what stays outside.
func (p *planner) state(joined []int64, restarting []share) model.Scenario {
	s := p.scenario
	s.Quick, s.Workloads = model.Quick{}, nil
	restart := make([]int64, len(p.list))
	for _, r := range restarting {
		restart[r.row] += r.services
	}
	var all, inside int64
	add := func(w model.Workload, services int64, meshed bool) {
		if services <= 0 {
			return
		}
		w.Services, w.InMesh = services, &meshed
		s.Workloads = append(s.Workloads, w)
	}
	for i, w := range p.list {
		if !joins(w) {
			s.Workloads = append(s.Workloads, w)
			continue
		}
		all, inside = all+w.Services, inside+joined[i]
		add(w, joined[i]-restart[i], true)
		surged := w
		surged.Replicas += p.surgeOf(w)
		add(surged, restart[i], true)
		add(w, w.Services-joined[i], false)
	}
	p.scopeWaypoints(&s, inside, all)
	return s
}

// scopeWaypoints lets waypoints come with the services: their number of namespaces in
// proportion, rounded up.
func (p *planner) scopeWaypoints(s *model.Scenario, inside, all int64) {
	if s.Mesh.L7Namespaces == nil || all == 0 {
		return
	}
	part := int64(math.Ceil(float64(*s.Mesh.L7Namespaces)*float64(inside)/float64(all) - 1e-9))
	s.Mesh.L7Namespaces = &part
}

// surgeOf is how many pods a rolling restart of one service adds. A StatefulSet replaces
// its pods one after another and adds none.
func (p *planner) surgeOf(w model.Workload) int64 {
	if w.Kind == "StatefulSet" || w.Kind == "Job" || w.Kind == "CronJob" {
		return 0
	}
	return int64(math.Ceil(float64(w.Replicas)*p.surge - 1e-9))
}

// window counts rounds: pods ÷ the pods that start at once, rounded up.
func (p *planner) window(all unit) Window {
	var w Window
	for _, s := range all.shares {
		row := p.list[s.row]
		if row.Replicas == 0 {
			continue
		}
		rounds := (row.Replicas + max(p.surgeOf(row), 1) - 1) / max(p.surgeOf(row), 1)
		w.RoundsAtOnce = max(w.RoundsAtOnce, rounds)
		w.RoundsOneByOne += rounds * s.services
	}
	if p.startup == nil || p.startup.AddedSeconds == nil || !p.restarts() {
		return w
	}
	added := *p.startup.AddedSeconds
	w.AddedAtOnce, w.AddedOneByOne = scaled(added, w.RoundsAtOnce), scaled(added, w.RoundsOneByOne)
	if start := p.startup.PodStartSeconds; start != nil {
		w.TotalAtOnce, w.TotalOneByOne = scaled(*start, w.RoundsAtOnce), scaled(*start, w.RoundsOneByOne)
	}
	return w
}

func scaled(e model.Estimate, n int64) *model.Estimate {
	k := float64(n)
	return &model.Estimate{Low: e.Low * k, Typical: e.Typical * k, High: e.High * k}
}
