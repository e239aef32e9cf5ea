package facts

import (
	"maps"
	"slices"
	"testing"
)

func TestPresetsComeInTheirFixedOrder(t *testing.T) {
	var got []string
	for _, p := range Presets() {
		got = append(got, p.ID)
	}
	want := []string{"field-report-2025-09", "istio-charts-2026-08", "istio-measured-1.24", "unscoped-large", "linkerd-ha-2026-08", "dev-demo"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if p, ok := PresetByID(DefaultPreset); !ok || p.ID != "istio-charts-2026-08" {
		t.Errorf("the default preset is %q (%v)", p.ID, ok)
	}
	if _, ok := PresetByID("no-such-preset"); ok {
		t.Error("an unknown id has a preset")
	}
}

// askedFor are the names that the planning model asks for.
var askedFor = []string{
	"proxy_cpu_m", "proxy_memory_mib", "proxy_cpu_limit_m", "proxy_memory_limit_mib",
	"linkerd_proxy_cpu_m", "linkerd_proxy_memory_mib", "linkerd_replicas",
	"linkerd_destination_cpu_m", "linkerd_destination_memory_mib", "linkerd_identity_cpu_m",
	"linkerd_identity_memory_mib", "linkerd_injector_cpu_m", "linkerd_injector_memory_mib",
	"istiod_replicas", "istiod_cpu_m", "istiod_memory_mib", "ingress_gateways", "gateway_cpu_m", "gateway_memory_mib",
	"waypoint_cpu_m", "waypoint_memory_mib", "waypoint_replicas", "ztunnel_cpu_m", "ztunnel_memory_mib",
	"istio_cni_cpu_m", "istio_cni_memory_mib", "proxy_vcpu_per_1000rps", "proxy_memory_base_mb",
	"waypoint_vcpu_per_1000rps", "ztunnel_vcpu_per_1000rps", "ztunnel_memory_mb",
	"linkerd_proxy_vcpu_per_1000rps", "linkerd_proxy_memory_use_mib",
	"istiod_memory_base_gib", "istiod_mb_per_proxy", "istiod_mib_per_service", "istiod_cores_per_1000_proxies",
	"services_avoid_below", "services_use_from", "pod_start_added_s",
	"pilot_agent_mb", "envoy_base_mb", "envoy_kb_per_cluster", "envoy_kb_per_endpoint", "heap_slack",
}

func TestEveryPresetAnswersEveryAssumption(t *testing.T) {
	names := slices.Clone(askedFor)
	for _, n := range AssumptionNames() {
		names = append(names, n.Name)
	}
	for _, p := range Presets() {
		for _, name := range names {
			a, ok := p.Assume(name)
			if !ok {
				t.Errorf("%s does not answer %s", p.ID, name)
				continue
			}
			if a.Low() > a.Typical() || a.Typical() > a.High() || a.Typical() <= 0 {
				t.Errorf("%s: %s spans %v, %v, %v", p.ID, name, a.Low(), a.Typical(), a.High())
			}
			if own, _ := p.factID(name); a.FellBack == (own != "") || a.FellBack == (a.PresetID == p.ID) {
				t.Errorf("%s: %s comes from %s, fell back %v", p.ID, name, a.PresetID, a.FellBack)
			}
		}
		if _, ok := p.Assume("no_such_assumption"); ok {
			t.Errorf("%s answers a name that does not exist", p.ID)
		}
	}
}

// Expected values are worked by hand in the unit that the name ends with.
func TestPresetsGiveTheValuesOfTheirSources(t *testing.T) {
	for _, c := range []struct {
		preset, name string
		want         float64
		from         string // preset whose fact it is
	}{
		{"istio-charts-2026-08", "proxy_cpu_m", 100, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "proxy_memory_mib", 128, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "istiod_cpu_m", 500, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "istiod_memory_mib", 2048, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "istiod_replicas", 1, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "ztunnel_cpu_m", 200, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "ztunnel_memory_mib", 512, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "istio_cni_cpu_m", 100, "istio-charts-2026-08"},
		{"istio-charts-2026-08", "services_use_from", 50, "field-report-2025-09"},
		{"field-report-2025-09", "proxy_cpu_m", 200, "field-report-2025-09"},
		{"field-report-2025-09", "proxy_memory_mib", 256, "field-report-2025-09"},
		{"field-report-2025-09", "istiod_memory_mib", 3814.697265625, "field-report-2025-09"}, // 4 GB
		{"field-report-2025-09", "istiod_cpu_m", 500, "istio-charts-2026-08"},
		{"field-report-2025-09", "ztunnel_cpu_m", 200, "istio-charts-2026-08"},
		{"field-report-2025-09", "linkerd_proxy_cpu_m", 100, "linkerd-ha-2026-08"},
		{"field-report-2025-09", "services_avoid_below", 10, "field-report-2025-09"},
		{"field-report-2025-09", "pod_start_added_s", 45, "field-report-2025-09"},
		{"istio-measured-1.24", "proxy_vcpu_per_1000rps", 0.20, "istio-measured-1.24"},
		{"istio-measured-1.24", "istiod_mb_per_proxy", 0.75, "istio-measured-1.24"},
		{"unscoped-large", "proxy_vcpu_per_1000rps", 0.45, "unscoped-large"},
		{"unscoped-large", "proxy_memory_base_mb", 325, "unscoped-large"},
		{"unscoped-large", "istiod_mb_per_proxy", 2.07, "unscoped-large"},
		{"linkerd-ha-2026-08", "linkerd_identity_memory_mib", 30, "linkerd-ha-2026-08"},
		{"linkerd-ha-2026-08", "linkerd_replicas", 3, "linkerd-ha-2026-08"},
		{"linkerd-ha-2026-08", "proxy_cpu_m", 100, "istio-charts-2026-08"},
		{"dev-demo", "proxy_memory_mib", 40, "dev-demo"},
		{"dev-demo", "istiod_memory_mib", 100, "dev-demo"},
	} {
		p, _ := PresetByID(c.preset)
		a, _ := p.Assume(c.name)
		if a.Typical() != c.want || a.PresetID != c.from {
			t.Errorf("%s: %s is %v of %s, want %v of %s", c.preset, c.name, a.Typical(), a.PresetID, c.want, c.from)
		}
	}
}

// keyNames are the figures without which a preset has nothing to say of a pattern.
var keyNames = map[string]map[string][]string{
	BasisRequest: {
		"gateway": {"istiod_memory_mib"},
		"sidecar": {"proxy_cpu_m", "proxy_memory_mib", "istiod_memory_mib"},
		"ambient": {"ztunnel_cpu_m", "ztunnel_memory_mib", "istio_cni_cpu_m", "istio_cni_memory_mib", "istiod_memory_mib"},
		"ambient-l7": {
			"ztunnel_cpu_m", "ztunnel_memory_mib", "istio_cni_cpu_m", "istio_cni_memory_mib",
			"waypoint_cpu_m", "waypoint_memory_mib", "istiod_memory_mib",
		},
		"linkerd": {
			"linkerd_proxy_cpu_m", "linkerd_proxy_memory_mib", "linkerd_replicas",
			"linkerd_destination_cpu_m", "linkerd_identity_cpu_m", "linkerd_injector_cpu_m",
		},
	},
	BasisUse: {
		"sidecar":    {"proxy_vcpu_per_1000rps", "proxy_memory_base_mb"},
		"ambient":    {"ztunnel_vcpu_per_1000rps", "ztunnel_memory_mb"},
		"ambient-l7": {"ztunnel_vcpu_per_1000rps", "ztunnel_memory_mb", "waypoint_vcpu_per_1000rps", "waypoint_memory_base_mb"},
	},
}

func TestPresetsCoverExactlyThePatternsTheyHaveFiguresFor(t *testing.T) {
	for _, p := range Presets() {
		for _, pattern := range []string{"gateway", "ambient", "ambient-l7", "sidecar", "linkerd"} {
			names := keyNames[p.Basis][pattern]
			has := len(names) > 0
			for _, name := range names {
				a, _ := p.Assume(name)
				has = has && !a.FellBack
			}
			if has != p.CoversPattern(pattern) {
				t.Errorf("%s has the figures of %s: %v, but says it covers it: %v", p.ID, pattern, has, p.CoversPattern(pattern))
			}
		}
		if len(p.Covers) == 0 {
			t.Errorf("%s covers nothing", p.ID)
		}
	}
}

func TestEveryDefaultHasUnitSourceAndMonth(t *testing.T) {
	for _, p := range Presets() {
		ids := slices.Concat(slices.Collect(maps.Values(p.Values)), slices.Collect(maps.Values(p.Thresholds)))
		for _, id := range ids {
			f := Must(id)
			if f.Typical == nil || f.Unit == "" || f.Source == "" || f.SourceKind == SourceNone || len(f.AsOf) < len("2006-01") {
				t.Errorf("%s uses %s: typical %v, unit %q, source %q, as of %q", p.ID, id, f.Typical, f.Unit, f.Source, f.AsOf)
			}
		}
	}
}
