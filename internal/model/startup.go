package model

import (
	"math"

	"meshplan/internal/facts"
)

// Startup is what a pattern does to the start of pods, and so to deployments. Null means
// that no figure was found, or that app_start_s or deploys_per_day is not given.
type Startup struct {
	Pattern               string    `json:"pattern"`
	AddedSeconds          *Estimate `json:"added_s"`                  // to the start of one pod
	PodStartSeconds       *Estimate `json:"pod_start_s"`              // application and mesh
	RolloutAddedSeconds   *Estimate `json:"rollout_added_s"`          // to a rolling restart of the service that takes the most rounds
	RolloutSeconds        *Estimate `json:"rollout_s"`                // all of that
	RestartAddedSeconds   *Estimate `json:"restart_added_s"`          // to a restart of every meshed pod
	RestartSeconds        *Estimate `json:"restart_s"`                // all of that
	PipelineMinutesPerDay *Estimate `json:"pipeline_minutes_per_day"` // that deployments take longer
	RolloutRounds         float64   `json:"rollout_rounds"`           // pods ÷ pods that start at once, rounded up
	RestartRounds         float64   `json:"restart_rounds"`
	Note                  string    `json:"note,omitempty"`
	FactID                string    `json:"fact_id,omitempty"`
}

// restarts is how pods start anew.
type restarts struct {
	surge    float64  // share of a service's pods that start at once
	parallel float64  // pods of the cluster that start at once; 0 = every service by its surge
	sidecar  Estimate // seconds a sidecar adds
	factID   string
}

func (in *inputs) decideRestarts() {
	surge, from := surgeDefault()
	r := &in.restarts
	r.surge = in.number("max_surge", in.scenario.Needs.MaxSurge, from, surge)
	if parallel := in.scenario.Mesh.RestartParallel; parallel != nil {
		r.parallel = float64(in.whole("restart_parallel", parallel, Input{}, 0))
	}
	assumption, _ := in.preset.Assume("pod_start_added_s")
	r.sidecar, r.factID = in.spanOf("pod_start_added_s", assumption), assumption.Fact.ID
}

// startup works out windows,
//
//	rounds = ceil(pods ÷ ceil(pods × surge))          for one service
//	rounds = ceil(meshed pods ÷ restart_parallel)     for the cluster
//	window = rounds × (application start + added)
//
// where a round's pods are ready before the next starts.
func (in *inputs) startup() []Startup {
	r := &in.restarts
	rollout, meanRounds, pods := in.rounds(r.surge)
	restart := rollout
	if r.parallel > 0 {
		restart = math.Ceil(pods / r.parallel)
	}
	none := exactly(0)
	list := []Startup{
		{Pattern: PatternNone, AddedSeconds: &none}, {Pattern: PatternGateway, AddedSeconds: &none},
		{Pattern: PatternAmbient, Note: noAmbientStart}, {Pattern: PatternAmbientL7, Note: noAmbientStart},
		{Pattern: PatternSidecar, AddedSeconds: &r.sidecar, FactID: r.factID},
		{Pattern: PatternLinkerd, Note: "no figure was found for Linkerd"},
	}
	for i := range list {
		list[i].RolloutRounds, list[i].RestartRounds = rollout, restart
		list[i].windows(in.scenario.Needs.AppStartSeconds, in.scenario.Mesh.DeploysPerDay, meanRounds)
	}
	return list
}

const noAmbientStart = "no figure was found; pods get no proxy, and istio-cni redirects their traffic before they run"

func (s *Startup) windows(appStart, deploysPerDay *float64, meanRounds float64) {
	if s.AddedSeconds == nil {
		return
	}
	scaled := func(e Estimate, k float64) *Estimate {
		const thousandths = 1000
		e = e.times(k).rounded(thousandths)
		return &e
	}
	s.RolloutAddedSeconds, s.RestartAddedSeconds = scaled(*s.AddedSeconds, s.RolloutRounds), scaled(*s.AddedSeconds, s.RestartRounds)
	if appStart != nil {
		start := s.AddedSeconds.with(exactly(*appStart))
		s.PodStartSeconds = &start
		s.RolloutSeconds, s.RestartSeconds = scaled(start, s.RolloutRounds), scaled(start, s.RestartRounds)
	}
	if deploysPerDay != nil {
		const secondsPerMinute = 60
		s.PipelineMinutesPerDay = scaled(*s.AddedSeconds, *deploysPerDay*meanRounds/secondsPerMinute)
	}
}

// surgeDefault is the share of pods that Kubernetes starts beyond those that run.
func surgeDefault() (float64, Input) {
	f := facts.Must("k8s_max_surge_default")
	const percent = 100
	return f.Value() / percent, Input{Origin: OriginPreset, FactID: f.ID, Source: f.Source, AsOf: f.AsOf}
}

// rounds is the most rounds that a meshed service takes, the mean over services, and how
// many pods are meshed.
func (in *inputs) rounds(surge float64) (most, mean, pods float64) {
	services := 0.0
	for _, w := range in.list {
		if !w.meshed() || !isService(w) || w.Replicas == 0 {
			continue
		}
		replicas := float64(w.Replicas)
		atOnce := max(math.Ceil(replicas*surge-1e-9), 1)
		rounds := math.Ceil(replicas / atOnce)
		most = max(most, rounds)
		mean += rounds * float64(w.Services)
		services += float64(w.Services)
		pods += float64(w.pods())
	}
	if services > 0 {
		mean /= services
	}
	return most, mean, pods
}
