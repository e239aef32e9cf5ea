package model_test

import (
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func watched(t *testing.T, p model.Plan, pattern string) model.Observability {
	t.Helper()
	for _, o := range p.Observability {
		if o.Pattern == pattern {
			return o
		}
	}
	t.Fatalf("%s is not observed in %+v", pattern, p.Observability)
	return model.Observability{}
}

func partOf(p model.Plan, pattern, id string) (model.Part, bool) {
	for _, r := range p.Results {
		for _, part := range r.Parts {
			if r.Pattern == pattern && part.ID == id {
				return part, true
			}
		}
	}
	return model.Part{}, false
}

// hundredEdges is the registry's example: 100 edges between services of 4 pods, 2 codes.
func hundredEdges(more map[string]string) map[string]string {
	values := map[string]string{
		"services": "100", "pods_per_service": "4", "pod_memory_mib": "128", "observability": "full", "call_edges": "100", "response_codes": "2", "rps_per_pod": "5",
	}
	for name, text := range more {
		values[name] = text
	}
	return values
}

func TestSeriesOfTheRegistrysExample(t *testing.T) {
	p := evaluate(t, flat(t, hundredEdges(nil)))
	sidecar := watched(t, p, "sidecar")
	near(t, "series", sidecar.Series, 107_200) // 67 × 2 × 100 × (4 + 4)
	// 400 MiB + 107,200 × 7.5 KiB = 785.16 MiB; 3 KiB and 9 KiB: 314.06 and 942.19
	near(t, "Prometheus", sidecar.PrometheusMemoryMiB.Typical, 400+785.156)
	near(t, "Prometheus, low", sidecar.PrometheusMemoryMiB.Low, 400+314.063)
	near(t, "Prometheus, high", sidecar.PrometheusMemoryMiB.High, 400+942.188)
	// 107,200 × 86,400 ÷ 15 × 1.3 B: about 7.5 KB a series a day
	near(t, "disk a day", sidecar.DiskGBPerDay.Typical, 0.803)
	near(t, "disk kept for 15 days", sidecar.DiskGB.Typical, 12.041)
	// ztunnel: 4 counters × 100 × (4 + 4); a waypoint of 1 replica: 67 × 2 × 100 beside them
	near(t, "ambient", watched(t, p, "ambient").Series, 3_200)
	near(t, "ambient with waypoints", watched(t, p, "ambient-l7").Series, 16_600)
	// Linkerd: 5 MB for each of 400 pods is 1,907.35 MiB
	near(t, "Linkerd", watched(t, p, "linkerd").PrometheusMemoryMiB.Typical, 1907.349)
}

func TestFewerBucketsAndLongerScrapesCostLess(t *testing.T) {
	p := evaluate(t, flat(t, hundredEdges(map[string]string{"histogram_buckets": "8", "scrape_interval_s": "30"})))
	sidecar := watched(t, p, "sidecar")
	near(t, "series", sidecar.Series, 31*2*100*8) // 1 + 3 × (8 + 2)
	near(t, "disk a day", sidecar.DiskGBPerDay.Typical, 49_600*2880*1.3/1e9)
}

func TestToolsAreThePodsThatThePatternHas(t *testing.T) {
	p := evaluate(t, flat(t, hundredEdges(nil)))
	for _, c := range []struct {
		pattern, id string
		want        model.Part
	}{
		{"sidecar", "prometheus", model.Part{Count: 1, CPUMillicores: 0, MemoryMiB: 1186}},
		{"sidecar", "kiali", model.Part{Count: 1, CPUMillicores: 10, MemoryMiB: 64}},
		{"ambient", "jaeger", model.Part{Count: 1, CPUMillicores: 256, MemoryMiB: 128}},
		{"linkerd", "prometheus", model.Part{Count: 1, CPUMillicores: 300, MemoryMiB: 1908}},
		{"linkerd", "linkerd_viz", model.Part{Count: 4, CPUMillicores: 100, MemoryMiB: 50}},
	} {
		got, found := partOf(p, c.pattern, c.id)
		if !found || got.Count != c.want.Count || got.CPUMillicores != c.want.CPUMillicores || got.MemoryMiB != c.want.MemoryMiB {
			t.Errorf("%s: %s is %+v, want %+v", c.pattern, c.id, got, c.want)
		}
	}
	for _, none := range [][2]string{{"none", "prometheus"}, {"gateway", "prometheus"}, {"linkerd", "kiali"}} {
		if part, found := partOf(p, none[0], none[1]); found {
			t.Errorf("%s has %+v", none[0], part)
		}
	}
	if part, found := partOf(evaluate(t, flat(t, hundredEdges(map[string]string{"observability": "prometheus"}))), "sidecar", "kiali"); found {
		t.Errorf("only metrics were asked for, and there is %+v", part)
	}
}

func TestObservabilityIsCountedByThePackingAndLeavesNoTraceWhenOff(t *testing.T) {
	on, off := evaluate(t, flat(t, hundredEdges(nil))), evaluate(t, flat(t, hundredEdges(map[string]string{"observability": "none"})))
	for i, r := range off.Results {
		added := on.Results[i].MemoryRequestedMiB - r.MemoryRequestedMiB
		want := map[string]int64{"sidecar": 1186 + 64 + 128, "ambient": 424 + 64 + 128, "ambient-l7": 522 + 64 + 128, "linkerd": 1908 + 4*50 + 128}[r.Pattern]
		if on.Results[i].Nodes == r.Nodes && added != want { // agents count with nodes
			t.Errorf("%s asks for %d MiB more, want %d", r.Pattern, added, want)
		}
	}
	if off.Observability != nil {
		t.Errorf("observability off, and yet %+v", off.Observability)
	}
	for _, input := range off.Inputs {
		if input.Name == "kiali_cpu_m" {
			t.Error("observability off, and its inputs are listed")
		}
	}
	slices := map[string]int64{}
	for _, l := range on.Results[4].Layouts {
		for _, s := range l.Slices {
			slices[s.Kind] += s.Pods
		}
	}
	if slices[model.SliceObservability] != 3 {
		t.Errorf("the nodes hold %d pods of observability, want Prometheus, Kiali and Jaeger", slices[model.SliceObservability])
	}
}

func TestLogsOfAThousandCallsASecondAreFiftyGigabytesADay(t *testing.T) {
	// 400 pods handle 2,000 requests a second: 1,000 calls, each sent by one and received by another
	p := evaluate(t, flat(t, hundredEdges(map[string]string{"access_logs": "true", "log_retention_days": "10", "storage_gb_month_usd": "0.1"})))
	sidecar := watched(t, p, "sidecar")
	near(t, "sidecar", sidecar.LogGBPerDay, 50.544) // 1,000 × 585 B × 86,400
	near(t, "waypoint", watched(t, p, "ambient-l7").LogGBPerDay, 25.747)
	near(t, "ztunnel", watched(t, p, "ambient").LogGBPerDay, 0)
	near(t, "storage", *sidecar.StorageMonthlyUSD, (505.44+12.041)*0.1)
	if alone := evaluate(t, flat(t, map[string]string{"access_logs": "true"})); alone.Observability == nil || alone.Observability[0].LogGB != nil {
		t.Errorf("logs alone: %+v", alone.Observability)
	}
}

// 1,000 edges between services of 100 pods: 67 × 2 × 1,000 × 200 × 7.5 KiB = 191.7 GiB,
// more than any node here holds.
func TestPrometheusIsCutIntoShardsThatFit(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{"services": "10", "pods_per_service": "100", "observability": "prometheus", "call_edges": "1000"}))
	part, _ := partOf(p, "sidecar", "prometheus")
	if part.Count < 6 || part.Count*(part.MemoryMiB-400) < 196_289 || p.Results[4].Status == "infeasible" {
		t.Errorf("%+v, %s", part, p.Results[4].Status)
	}
	found := false
	for _, w := range p.Warnings {
		found = found || w.ID == "prometheus_shards" && w.Pattern == "sidecar"
	}
	if !found {
		t.Error("no warning that one Prometheus is not enough")
	}
}

func TestMoreObservabilityNeverLowersADemand(t *testing.T) {
	study := model.NewStudy(loadCatalog(t))
	demands := func(t *rapid.T, s model.Scenario) []model.Demand {
		d, err := study.Demands(s)
		if err != nil {
			t.Skip(err.Error())
		}
		return d
	}
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Mesh.Observability = pointer(rapid.SampledFrom([]string{"none", "prometheus", "full"}).Draw(t, "observability"))
		s.Mesh.CallEdges, s.Mesh.ResponseCodes = pointer(rapid.Int64Range(0, 500).Draw(t, "edges")), pointer(rapid.Int64Range(1, 5).Draw(t, "codes"))
		before := demands(t, s)
		switch rapid.IntRange(0, 3).Draw(t, "raise") {
		case 0:
			s.Mesh.CallEdges = pointer(*s.Mesh.CallEdges + 100)
		case 1:
			s.Mesh.ResponseCodes = pointer(*s.Mesh.ResponseCodes + 1)
		case 2:
			s.Mesh.HistogramBuckets = pointer(int64(30))
		default:
			s.Mesh.Observability = pointer("full")
		}
		for i, after := range demands(t, s) {
			b := before[i].Observability
			if a := after.Observability; a.CPUMillicores < b.CPUMillicores || a.MemoryMiB < b.MemoryMiB || a.Pods < b.Pods {
				t.Fatalf("%s: %+v became %+v", after.Pattern, b, a)
			}
		}
	})
}
