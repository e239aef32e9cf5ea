package validation_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/catalog"
	"meshplan/internal/facts"
	"meshplan/internal/model"
	"meshplan/internal/validation"
)

func claims(t interface{ Fatal(...any) }, values map[string]string) map[string]validation.Claim {
	lists := map[string][]string{}
	for name, text := range values {
		lists[name] = []string{text}
	}
	s, err := model.DecodeFlat(lists)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Evaluate(s, c)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]validation.Claim{}
	for _, claim := range validation.Claims(p, s) {
		byID[claim.ID] = claim
	}
	return byID
}

// 180 pods of 250m and 512 MiB, sidecars of 100m and 128 MiB: 40 % and 25 %. A proxy
// that knows 60 services of 3 pods holds 85 + 72 × 0.04 × 2.1 + 180 × 0.0014 × 2.1 =
// 91.6 MB; each service is 0.1096 MB, so 100 and 200 MB are 137 and 1,050 services.
// istiod: 0.456 + 180 × 0.00158 + 60 × 0.000315 = 0.76 GB, and requests 2.1 GB; 4 and
// 8 GB are (4,000 − 475) ÷ 1.58 = 2,231 and 4,763 sidecars.
func TestClaimsAgainstSixtyServices(t *testing.T) {
	got := claims(t, map[string]string{"services": "60", "as_of": "2026-11-01"})
	for id, want := range map[string]struct {
		state string
		here  string
		when  string
	}{
		"pod_overhead":   {validation.Holds, "40 % to the CPU that the application requests and 25 %", "250m to 500m"},
		"sidecar_memory": {validation.HoldsNot, "hold 92 MB (66 to 117)", "about 137 to 1050 services"},
		"sidecar_cpu":    {validation.HoldsNot, "requests 100m; that of the busiest pod is modelled to use 10m (10m to 25m)", "at 1000 requests a second"},
		"control_plane":  {validation.HoldsNot, "0.76 GB in all", "2231 to 4763 unscoped sidecars"},
		"pod_start":      {validation.HoldsNot, "adds 5 s (1 to 5)", "mass restart"},
		"thresholds":     {validation.Unconfirmed, "the verdict is no mesh", ""},
		"ambient_beta":   {validation.HoldsNot, "generally available", "2024-11-07"},
		"istio_version":  {validation.HoldsNot, "1.27 is not supported", "2025-08-11"},
		"istio_leak":     {validation.Unconfirmed, "names no version", ""},
		"kubernetes_cni": {validation.Unconfirmed, "ended on 2025-02-28", ""},
		"node_proxies":   {validation.Unconfirmed, "within its request of 200m and 512 MiB", ""},
		"doubling":       {validation.HoldsNot, "×", "1 + 100m"},
		"dev_minimum":    {validation.HoldsNot, "63.6 CPU", ""}, // 45 + 18 + 0.5 + 0.1
	} {
		c := got[id]
		if c.State != want.state || !strings.Contains(c.Here, want.here) || !strings.Contains(c.When, want.when) {
			t.Errorf("%s: %s\n%s\n%s", id, c.State, c.Here, c.When)
		}
	}
}

// The report's own preset on small pods, at its own time: its claims hold of themselves.
func TestClaimsHoldWhereTheReportSpeaksOfItself(t *testing.T) {
	got := claims(t, map[string]string{
		"preset": "field-report-2025-09", "services": "400", "pods_per_service": "10", "pod_cpu_m": "100", "pod_memory_mib": "256",
		"as_of": "2025-09-15", "rps_per_pod": "1000", "istio_version": "1.26.4", "kubernetes_version": "v1.29.3",
	})
	for _, id := range []string{"sidecar_memory", "sidecar_cpu", "control_plane", "doubling", "pod_start", "istio_version"} {
		if got[id].State != validation.Holds {
			t.Errorf("%s: %s, %s", id, got[id].State, got[id].Here)
		}
	}
	for _, id := range []string{"istio_leak", "kubernetes_cni"} {
		if !strings.HasPrefix(got[id].Here, "The scenario runs it.") {
			t.Errorf("%s: %s", id, got[id].Here)
		}
	}
	complex := claims(t, map[string]string{"services": "60", "complex_traffic": "true", "canary_required": "true"})
	if complex["thresholds"].State != validation.Holds {
		t.Errorf("%+v", complex["thresholds"])
	}
	if few := claims(t, map[string]string{"services": "5"}); few["thresholds"].State != validation.Holds {
		t.Errorf("%+v", few["thresholds"])
	}
	if before := claims(t, map[string]string{"as_of": "2024-01-01"}); before["ambient_beta"].State != validation.Holds {
		t.Errorf("before 1.24: %+v", before["ambient_beta"])
	}
}

func TestEveryDisagreementOfTheRegistryIsAClaim(t *testing.T) {
	got := claims(t, nil)
	topics := map[string]bool{}
	for _, c := range got {
		topics[c.Topic] = true
		if c.Topic == "" || c.Says == "" || c.Sources == "" || c.Here == "" || c.When == "" || len(c.FactIDs) == 0 {
			t.Errorf("%+v", c)
		}
	}
	for _, d := range facts.Disagreements() {
		if !topics[d.Topic] {
			t.Errorf("no claim on %s", d.Topic)
		}
	}
}

func TestClaimsSpeakOfAnyPlan(t *testing.T) {
	for _, values := range []map[string]string{
		{"services": "0"}, {"meshed_share": "0"}, {"pod_cpu_m": "0", "pod_memory_mib": "0"}, {"node_hourly_usd": "0"}, {"istiod_replicas": "0"},
	} {
		for id, c := range claims(t, values) {
			if strings.Contains(c.Here+c.When, "NaN") || strings.Contains(c.Here+c.When, "Inf") {
				t.Errorf("%v: %s: %s %s", values, id, c.Here, c.When)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		preset := rapid.SampledFrom(facts.Presets()).Draw(t, "preset")
		values := map[string]string{"preset": preset.ID, "clusters_per_service": rapid.SampledFrom([]string{"0", "1.2"}).Draw(t, "clusters"), "services": rapid.SampledFrom([]string{"1", "30", "90"}).Draw(t, "services")}
		for id, c := range claims(t, values) {
			if strings.Contains(c.Here+c.When, "NaN") || strings.Contains(c.Here+c.When, "Inf") || c.State == "" {
				t.Fatalf("%s: %+v", id, c)
			}
		}
	})
}
