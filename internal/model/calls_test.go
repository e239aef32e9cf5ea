package model_test

import (
	"testing"

	"meshplan/internal/model"
)

func latencyOf(t *testing.T, p model.Plan, pattern, percentile string) model.Latency {
	t.Helper()
	for _, l := range p.Latency {
		if l.Pattern == pattern && l.Percentile == percentile {
			return l
		}
	}
	t.Fatalf("no %s of %s", percentile, pattern)
	return model.Latency{}
}

// Istio 1.24 states 0.63 to 0.88 ms for p90 to p99; 1.21 added 0.182 and 0.248, 1.12 to
// 1.18 added 1.7 and 2.7. Two ztunnels add 0.16 to 0.20. Five calls in a row add five times.
func TestLatencyIsTheSourcesSpanTimesTheDepth(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{"call_depth": "5"}))
	for _, c := range []struct {
		pattern, percentile string
		want                model.Estimate
	}{
		{"sidecar", "p90", model.Estimate{Low: 0.182, Typical: 0.63, High: 1.7}},
		{"sidecar", "p99", model.Estimate{Low: 0.248, Typical: 0.88, High: 2.7}},
		{"ambient", "p90", model.Estimate{Low: 0.11, Typical: 0.16, High: 0.17}},
		{"ambient", "p99", model.Estimate{Low: 0.125, Typical: 0.20, High: 0.20}},
		{"ambient-l7", "p90", model.Estimate{Low: 0.38, Typical: 0.40, High: 1.33}},
		{"linkerd", "p50", model.Estimate{Low: 0.582, Typical: 0.776, High: 0.97}}, // 2.91 ÷ 5, and ÷ 3
	} {
		l := latencyOf(t, p, c.pattern, c.percentile)
		if l.PerCallMs != c.want {
			t.Errorf("%s %s: %+v, want %+v", c.pattern, c.percentile, l.PerCallMs, c.want)
		}
		near(t, c.pattern+" path", l.PathMs.Typical, 5*c.want.Typical)
		near(t, c.pattern+" path, high", l.PathMs.High, 5*c.want.High)
	}
	if none := evaluate(t, flat(t, map[string]string{"call_depth": "0"})); latencyOf(t, none, "sidecar", "p99").PathMs != (model.Estimate{}) {
		t.Error("a request without calls is slowed down")
	}
}

func trafficOf(t *testing.T, p model.Plan, pattern string) model.PatternTraffic {
	t.Helper()
	for _, r := range p.Traffic.Patterns {
		if r.Pattern == pattern {
			return r
		}
	}
	t.Fatalf("no traffic of %s", pattern)
	return model.PatternTraffic{}
}

// 100 pods of 20 requests a second make 1,000 calls; 2 × 22 B of TLS and 310 B of headers
// are 354 B; × 2,628,000 s = 930.3 GB a month, of which 2/3 cross three zones.
func TestBytesAndMoneyAcrossZones(t *testing.T) {
	values := map[string]string{"services": "10", "pods_per_service": "10", "rps_per_pod": "20", "zones": "3", "provider": "aws"}
	p := evaluate(t, flat(t, values))
	near(t, "calls", p.Traffic.CallsPerSecond, 1000)
	sidecar := trafficOf(t, p, "sidecar")
	near(t, "bytes", sidecar.BytesPerCall, 354)
	near(t, "GB a month", sidecar.GBPerMonth, 930.312)
	near(t, "across zones", sidecar.CrossZoneGBPerMonth, 620.208)
	near(t, "AWS", *sidecar.CrossZoneMonthlyUSD, 12.404) // 0.01 in each direction
	near(t, "ambient", trafficOf(t, p, "ambient").BytesPerCall, 44)
	for provider, want := range map[string]float64{"gcp": 6.202, "azure": 0} {
		values["provider"] = provider
		near(t, provider, *trafficOf(t, evaluate(t, flat(t, values)), "sidecar").CrossZoneMonthlyUSD, want)
	}
	values["cross_zone_gb_usd"] = "0.05"
	near(t, "own price", *trafficOf(t, evaluate(t, flat(t, values)), "sidecar").CrossZoneMonthlyUSD, 31.010)
}

func TestAWaypointCarriesTheCallASecondTime(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{"bytes_per_request": "2731", "l7_namespaces": "1"}))
	near(t, "bytes", trafficOf(t, p, "ambient-l7").BytesPerCall, 44+44+310+2731)
	none := evaluate(t, flat(t, map[string]string{"bytes_per_request": "2731", "l7_namespaces": "0"}))
	near(t, "no waypoint", trafficOf(t, none, "ambient-l7").BytesPerCall, 44)
}

func TestWithoutAPriceTheMoneyIsUnknownUnlessNothingCrosses(t *testing.T) {
	values := map[string]string{"provider": "custom", "node_allocatable_cpu_m": "8000", "node_allocatable_memory_mib": "30000", "node_hourly_usd": "1", "zones": "2"}
	if got := trafficOf(t, evaluate(t, flat(t, values)), "sidecar").CrossZoneMonthlyUSD; got != nil {
		t.Errorf("a price from nowhere: %v", *got)
	}
	values["zones"] = "1"
	if got := trafficOf(t, evaluate(t, flat(t, values)), "sidecar").CrossZoneMonthlyUSD; got == nil || *got != 0 {
		t.Errorf("one zone: %v, want 0", got)
	}
}

func startOf(t *testing.T, p model.Plan, pattern string) model.Startup {
	t.Helper()
	for _, s := range p.Startup {
		if s.Pattern == pattern {
			return s
		}
	}
	t.Fatalf("no start of %s", pattern)
	return model.Startup{}
}

// A service of 10 pods with a surge of 25 %: 3 at once, so 4 rounds of 20 + 5 s.
func TestARollingRestartTakesRoundsOfApplicationAndMesh(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{
		"services": "6", "pods_per_service": "10", "app_start_s": "20", "restart_parallel": "7", "deploys_per_day": "30",
	}))
	none, side := startOf(t, p, "none"), startOf(t, p, "sidecar")
	near(t, "rounds", side.RolloutRounds, 4)
	near(t, "without a mesh", none.RolloutSeconds.Typical, 80)
	near(t, "with sidecars", side.RolloutSeconds.Typical, 100)
	near(t, "with sidecars, low", side.RolloutSeconds.Low, 84) // 1 s added
	near(t, "added", side.RolloutAddedSeconds.Typical, 20)
	near(t, "the whole mesh, seven pods at a time", side.RestartSeconds.Typical, 9*25) // 60 ÷ 7
	near(t, "pipelines a day", side.PipelineMinutesPerDay.Typical, 30*4*5/60.0)
	if ambient := startOf(t, p, "ambient"); ambient.AddedSeconds != nil || ambient.Note == "" {
		t.Errorf("ambient: %+v, and no figure was ever found", ambient)
	}
}

func TestTheFieldReportsStartIsThatOfItsPreset(t *testing.T) {
	side := startOf(t, evaluate(t, flat(t, map[string]string{"preset": "field-report-2025-09"})), "sidecar")
	if *side.AddedSeconds != (model.Estimate{Low: 30, Typical: 45, High: 60}) || side.PodStartSeconds != nil || side.RolloutSeconds != nil {
		t.Errorf("%+v", side)
	}
	// three pods, one at a time
	near(t, "rounds", side.RolloutRounds, 3)
	near(t, "added", side.RolloutAddedSeconds.High, 180)
}
