package analysis_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

func interval(low, high float64) model.Interval { return model.Interval{Low: &low, High: &high} }

func uncertainty(t interface{ Fatal(...any) }, s model.Scenario, draws int) analysis.UncertaintyResult {
	out, err := analysis.Uncertainty(ctx(), s, loadCatalog(t), draws, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestIntervalsWithoutWidthGiveThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		preset := "istio-charts-2026-08" // its intervals are of use, which moves no node
		s.Mesh.Preset = &preset
		plan := planned(t, s)
		s.Intervals = map[string]model.Interval{}
		if s.Quick.Services != nil {
			s.Intervals["services"] = interval(float64(*s.Quick.Services), float64(*s.Quick.Services))
		}
		out := uncertainty(t, s, 5)
		for i, p := range out.Patterns {
			r := plan.Results[i]
			if r.Status == "infeasible" {
				continue
			}
			for _, v := range []float64{p.Nodes.Plan, p.Nodes.P5, p.Nodes.P50, p.Nodes.P95} {
				if v != float64(r.Nodes) {
					t.Fatalf("%s: %+v, the plan has %d nodes", r.Pattern, p.Nodes, r.Nodes)
				}
			}
			if p.MonthlyCost.P5 != r.MonthlyCostUSD || p.MonthlyCost.P95 != r.MonthlyCostUSD {
				t.Fatalf("%s: %+v, the plan costs $%v", r.Pattern, p.MonthlyCost, r.MonthlyCostUSD)
			}
		}
	})
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	s := solo(t, map[string]string{"proxy_cpu_m_low": "50", "proxy_cpu_m_high": "500", "pod_cpu_m_low": "300", "pod_cpu_m_high": "900", "seed": "7"})
	encode := func(s model.Scenario) []byte {
		b, err := json.Marshal(uncertainty(t, s, 200))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := encode(s)
	if !bytes.Equal(first, encode(s)) {
		t.Error("the same seed gives other bytes")
	}
	if bytes.Equal(first, encode(with(t, s, "seed", "8"))) {
		t.Error("another seed gives the same bytes")
	}
}

func TestPercentilesFollowTheIntervalOfTheProxy(t *testing.T) {
	// Proxies of 10m take 21 nodes, of 250m 29, and seven pods a node fit up to 371m.
	// With 5 % of worlds below 10m and 5 % above 300m, P5 is 21 nodes and P95 29.
	s := solo(t, map[string]string{"proxy_cpu_m_low": "10", "proxy_cpu_m_high": "300"})
	out := uncertainty(t, s, 1000)
	if len(out.Inputs) == 0 || out.Draws != 1000 || out.Unplanned != 0 {
		t.Fatalf("%d draws over %+v", out.Draws, out.Inputs)
	}
	side := out.Patterns[4]
	if side.Nodes.P5 > 21 || side.Nodes.P50 != 29 || side.Nodes.P95 != 29 {
		t.Errorf("nodes %+v, want P5 ≤ 21 and P50 = P95 = 29", side.Nodes)
	}
	if none := out.Patterns[0]; none.Nodes.P5 != 20 || none.Nodes.P95 != 20 {
		t.Errorf("without a mesh %+v, want 20 in every world", none.Nodes)
	}
	count := 0
	for _, b := range side.Histogram {
		count += b.Count
	}
	if count != 1000 || *side.Doubling != 0 {
		t.Errorf("%d worlds in the histogram, doubling in %v of them", count, *side.Doubling)
	}
	if bar := out.Tornado[0]; bar.Name != "proxy_cpu_m" || *bar.Patterns[4].LowNodes != 21 || *bar.Patterns[4].HighNodes != 29 {
		t.Errorf("the first bar is %+v", bar)
	}
}

func TestAWiderIntervalNeverNarrowsTheEnvelope(t *testing.T) {
	names := []string{"services", "pod_cpu_m", "pod_memory_mib", "proxy_cpu_m", "proxy_memory_mib", "headroom", "node_allocatable_cpu_m", "discount"}
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]string{
			"services": "40", "pod_cpu_m": "300", "pod_memory_mib": "400", "proxy_cpu_m": "100", "proxy_memory_mib": "128",
			"headroom": "0.1", "node_allocatable_cpu_m": "7500", "discount": "0.3",
		}
		s := flat(t, values)
		narrow, wide := map[string]model.Interval{}, map[string]model.Interval{}
		for _, name := range names {
			typical := number(t, values[name])
			low := rapid.Float64Range(0.6, 1).Draw(t, name+" low")
			high := rapid.Float64Range(1, 1.5).Draw(t, name+" high")
			narrow[name] = interval(typical*low, typical*high)
			wide[name] = interval(typical*low*rapid.Float64Range(0.5, 1).Draw(t, name+" lower"), typical*high*rapid.Float64Range(1, 1.5).Draw(t, name+" higher"))
		}
		s.Intervals = narrow
		inner := uncertainty(t, s, 1)
		s.Intervals = wide
		outer := uncertainty(t, s, 1)
		for i := range inner.Patterns {
			a, b := inner.Patterns[i].Envelope, outer.Patterns[i].Envelope
			if b.HighCannotBePlaced {
				continue
			}
			if b.LowCPUMillicores > a.LowCPUMillicores || b.HighCPUMillicores < a.HighCPUMillicores ||
				b.LowMemoryMiB > a.LowMemoryMiB || b.HighMemoryMiB < a.HighMemoryMiB ||
				b.LowNodesBound > a.LowNodesBound || b.HighNodesBound < a.HighNodesBound ||
				b.LowCostBoundUSD > a.LowCostBoundUSD || b.HighCostBoundUSD < a.HighCostBoundUSD {
				t.Fatalf("%s: %+v is narrower than %+v", inner.Patterns[i].Pattern, b, a)
			}
		}
	})
}

func TestThePresetsOwnIntervalsAreUsed(t *testing.T) {
	// The field report gives its control plane 4 to 8 GB.
	out := uncertainty(t, flat(t, map[string]string{"preset": "field-report-2025-09"}), 50)
	for _, u := range out.Inputs {
		if u.Name == "istiod_memory_mib" {
			if u.Low >= u.High || u.Origin != "preset" || u.FactID == "" || u.Source == "" {
				t.Errorf("%+v", u)
			}
			return
		}
	}
	t.Errorf("istiod's memory is certain: %+v", out.Inputs)
}

func TestTooManyDrawsAreRefused(t *testing.T) {
	var limit *model.LimitError
	if _, err := analysis.Uncertainty(ctx(), model.Scenario{}, loadCatalog(t), analysis.MaxDraws+1, nil); !errors.As(err, &limit) {
		t.Errorf("%v, want a limit", err)
	}
	var wrong *model.InputError
	if _, err := analysis.Uncertainty(ctx(), model.Scenario{}, loadCatalog(t), -1, nil); !errors.As(err, &wrong) {
		t.Errorf("%v, want a refusal", err)
	}
}

func TestStoppedSamplingGivesTheWorldsSoFar(t *testing.T) {
	ended, cancel := context.WithCancel(ctx())
	s := solo(t, map[string]string{"proxy_cpu_m_low": "10", "proxy_cpu_m_high": "300"})
	out, err := analysis.Uncertainty(ended, s, loadCatalog(t), 1000, func(done, total int) {
		if done == 100 {
			cancel()
		}
	})
	if err != nil || !out.Interrupted || out.Draws != 100 {
		t.Errorf("%d draws, interrupted %v, %v", out.Draws, out.Interrupted, err)
	}
}

func number(t interface{ Fatal(...any) }, s string) float64 {
	var v float64
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func BenchmarkUncertainty(b *testing.B) {
	c := loadCatalog(b)
	benchmarked(b, func(s model.Scenario) error {
		s.Intervals = map[string]model.Interval{
			"rps_per_pod": interval(10, 200), "headroom": interval(0, 0.2), "proxy_cpu_m": interval(50, 300), "proxy_memory_mib": interval(100, 200),
		}
		_, err := analysis.Uncertainty(ctx(), s, c, 1000, nil)
		return err
	})
}
