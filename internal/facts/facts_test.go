package facts

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestEveryFactSaysWhatItIsAndWhereItComesFrom(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All() {
		if seen[f.ID] {
			t.Errorf("%s is there twice", f.ID)
		}
		seen[f.ID] = true
		for name, text := range map[string]string{
			"id": f.ID, "section": f.Section, "meaning": f.Meaning, "kind": f.Kind, "as_of": f.AsOf,
			"source": f.Source, "source_kind": f.SourceKind, "evidence": f.EvidenceMeaning(), "unit or text": f.Unit + f.Text,
		} {
			if text == "" {
				t.Errorf("%s has no %s", f.ID, name)
			}
		}
	}
	if len(seen) < 400 {
		t.Errorf("%d facts: the registry holds more than 400", len(seen))
	}
}

// The numbers below are typed from the sources, not from the data files.
func TestKeyFiguresAreThoseOfTheSources(t *testing.T) {
	for id, want := range map[string]float64{
		"istio_proxy_req_cpu": 100, "istio_proxy_req_mem": 128, "istio_proxy_lim_cpu": 2000, "istio_proxy_lim_mem": 1024,
		"istiod_req_cpu": 500, "istiod_req_mem": 2048, "ztunnel_req_cpu": 200, "ztunnel_req_mem": 512,
		"istio_cni_req_cpu": 100, "istio_cni_req_mem": 100, "waypoint_req_cpu": 100, "waypoint_req_mem": 128,
		"gateway_req_cpu": 100, "gateway_req_mem": 128, "demo_profile_req_cpu": 10, "demo_profile_req_mem": 40,
		"sidecar_cpu_per_1000rps_1_3": 0.6, "sidecar_cpu_per_1000rps_1_4_1_8": 0.5, "sidecar_cpu_per_1000rps_1_12_1_16": 0.35,
		"sidecar_cpu_per_1000rps_1_18_1_23": 0.5, "sidecar_cpu_per_1000rps_1_24": 0.20,
		"waypoint_cpu_per_1000rps_1_24": 0.25, "ztunnel_cpu_per_1000rps_1_24": 0.06,
		"sidecar_mem_1_24": 60, "waypoint_mem_1_24": 60, "ztunnel_mem_1_24": 12,
		"report_avoid_below_services": 10, "report_use_from_services": 50, "report_sidecar_cpu": 200, "report_sidecar_mem": 150,
		"report_sidecar_start_request_cpu": 200, "report_sidecar_start_request_mem": 256, "report_istiod_mem": 4, "report_cluster_multiplier": 2,
		"linkerd_proxy_req_ha_cpu": 100, "linkerd_proxy_req_ha_mem": 20, "linkerd_cp_total_ha_cpu": 1800, "linkerd_cp_total_ha_mem": 510,
		"eks_reserved_mem_base": 255, "eks_reserved_mem_per_pod": 11, "gke_reserved_mem_first4": 25, "aks_reserved_cpu_8": 180,
		"ds_preset_eks_cpu": 317, "ds_preset_eks_mem": 354, "istio_series_per_labelset": 67, "solo_sidecar_cost": 7465.80,
	} {
		if got := Must(id).Value(); got != want {
			t.Errorf("%s is %v, the source says %v", id, got, want)
		}
	}
}

func TestFactsWithoutACitablePageCarryNoFigure(t *testing.T) {
	var without []string
	for _, f := range All() {
		if f.SourceKind != SourceNone {
			continue
		}
		without = append(without, f.ID)
		if f.Low != nil || f.Typical != nil || f.High != nil {
			t.Errorf("%s has a figure and no source", f.ID)
		}
	}
	for _, id := range []string{"start_ambient", "engineer_cost", "thr_official", "cncf_decline", "ds_ama_logs"} {
		if !slices.Contains(without, id) {
			t.Errorf("%s claims a source, but none was found", id)
		}
	}
}

func TestAFactWithoutATypicalFigurePanicsWhenAskedForIt(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "istio_init_req") {
			t.Errorf("panic %v does not name the fact", r)
		}
	}()
	Must("istio_init_req").Value()
}

func TestMustNamesTheFactThatIsMissing(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "no_such_fact") {
			t.Errorf("panic %v does not name the fact", r)
		}
	}()
	Must("no_such_fact")
}

func TestLowestAndHighestFallBackToTheTypicalFigure(t *testing.T) {
	single, ranged := Must("istio_proxy_req_cpu"), Must("report_sidecar_mem")
	if single.Lowest() != 100 || single.Highest() != 100 {
		t.Errorf("a single figure spans %v to %v", single.Lowest(), single.Highest())
	}
	if ranged.Lowest() != 100 || ranged.Highest() != 200 {
		t.Errorf("100 to 200 MB spans %v to %v", ranged.Lowest(), ranged.Highest())
	}
}

func TestAbsentFiguresAreNullInJSON(t *testing.T) {
	b, err := json.Marshal(Must("report_pod_start"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), `"low":30,"typical":null,"high":60`) {
		t.Errorf("got %s", b)
	}
}

func TestDerivedFiguresFollowFromTheirParts(t *testing.T) {
	v := func(id string) float64 { return Must(id).Value() }
	mid := func(id string) float64 { return (*Must(id).Low + *Must(id).High) / 2 }
	sum := func(suffix string) (total float64) {
		for _, id := range []string{"ds_kube_proxy", "ds_aws_node", "ds_ebs_csi_node", "ds_node_exporter", "ds_fluent_bit_aws"} {
			total += v(id + suffix)
		}
		return total
	}
	for id, want := range map[string]float64{
		"report_pod_start_typical":         mid("report_pod_start"),
		"pilot_agent_mem_typical":          mid("pilot_agent_mem"),
		"envoy_base_mem":                   mid("envoy_base_mem"),
		"unscoped_sidecar_mem":             mid("unscoped_sidecar_mem"),
		"unscoped_sidecar_cpu_per_1000rps": (v("sidecar_cpu_per_1000qps_aks") + v("sidecar_cpu_per_1000rps_1_18_1_23")) / 2,
		"istiod_mem_base":                  mid("istiod_mem_base"),
		"istiod_mem_per_sidecar_official":  1000 * v("istiod_official_mem") / 2000,
		"linkerd_proxy_cpu_per_1000rps":    mid("linkerd_proxy_cpu_per_1000rps"),
		"linkerd_destination_pod_mem":      v("linkerd_destination_req_ha_mem") + v("linkerd_proxy_req_ha_mem"),
		"linkerd_identity_pod_mem":         v("linkerd_identity_req_ha_mem") + v("linkerd_proxy_req_ha_mem"),
		"linkerd_injector_pod_cpu":         v("linkerd_destination_req_ha_cpu") + v("linkerd_proxy_req_ha_cpu"),
		"linkerd_cp_total_ha_cpu":          3 * (v("linkerd_destination_pod_cpu") + v("linkerd_identity_pod_cpu") + v("linkerd_injector_pod_cpu")),
		"linkerd_cp_total_ha_mem":          3 * (v("linkerd_destination_pod_mem") + v("linkerd_identity_pod_mem") + v("linkerd_injector_pod_mem")),
		"ds_preset_eks_cpu":                sum("_cpu"),
		"ds_preset_eks_mem":                sum("_mem"),
		"istio_series_per_labelset":        v("istio_http_counters") + v("istio_http_histograms")*(v("envoy_hist_buckets")+2),
		"istio_loadtest_rps_per_pod":       v("istio_loadtest_rps") / v("istio_loadtest_pods"),
		"gke_reserved_mem_32gib":           math.Floor(1024 * (4*.25 + 4*.20 + 8*.10 + 16*.06)), // 3.56 GiB
		"gke_reserved_mem_8gib":            math.Floor(1024 * (4*.25 + 4*.20)),                  // 1.8 GiB
	} {
		if got := v(id); math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s is %v, its parts give %v", id, got, want)
		}
	}
}

// AKS measured istiod at 32.1 GB with 25,000 sidecars of one service, 41.2 GB with
// 30,000, and 40.4 to 42.6 GB with 1,000 services of 20 pods.
func TestOneRatePerProxyComesWithinAQuarterOfEveryMeasuredIstiod(t *testing.T) {
	base := Must("istiod_mem_base").Value() * 1.073741824 // GB
	perProxy := Must("istiod_mem_per_sidecar_fit").Value() / 1e3
	perService := Must("istiod_mem_per_service").Value() * 1.048576e-3
	for _, c := range []struct{ proxies, services, low, high float64 }{
		{25000, 1, 32.1, 32.1}, {30000, 1, 41.2, 41.2}, {20000, 1000, 40.4, 42.6},
		{15000, 1, 25.4, 25.4}, {25000, 1, 42.7, 42.7},
	} {
		got := base + c.proxies*perProxy + c.services*perService
		if got > 1.25*c.low || got < 0.75*c.high {
			t.Errorf("%v proxies, %v services: %.1f GB against %v to %v", c.proxies, c.services, got, c.low, c.high)
		}
	}
}
