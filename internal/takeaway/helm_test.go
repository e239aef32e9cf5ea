package takeaway_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"meshplan/internal/model"
)

type chart struct {
	Chart, Source, Version string
	AsOf                   string `json:"as_of"`
	Keys, Open             []string
}

func charts(t *testing.T) map[string]chart {
	t.Helper()
	text, err := os.ReadFile("data/chartkeys.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []chart
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]chart{}
	for _, c := range list {
		if !strings.HasPrefix(c.Source, "https://") || c.AsOf == "" || len(c.Keys) == 0 {
			t.Errorf("%s has no source, date or keys", c.Chart)
		}
		out[c.Chart] = c
	}
	return out
}

// unknownKeys are the paths of a value that the chart does not have.
func unknownKeys(c chart, path string, v any) (unknown []string) {
	m, ok := v.(map[string]any)
	if !ok || slices.Contains(c.Open, path) {
		return nil
	}
	for key, inner := range m {
		at := strings.TrimPrefix(path+"."+key, ".")
		if !slices.Contains(c.Keys, at) {
			unknown = append(unknown, at)
			continue
		}
		unknown = append(unknown, unknownKeys(c, at, inner)...)
	}
	return unknown
}

func TestHelmValuesUseKeysThatTheChartsHave(t *testing.T) {
	known := charts(t)
	checked := map[string]bool{}
	for _, pattern := range meshPatterns {
		s := shop()
		yes := true
		s.Mesh.AccessLogs = &yes
		all := files(t, input(t, s, pattern))
		for file, name := range map[string]string{
			"istiod-values.yaml": "istio/istiod", "gateway-values.yaml": "istio/gateway", "ztunnel-values.yaml": "istio/ztunnel",
			"cni-values.yaml": "istio/cni", "linkerd-values.yaml": "linkerd/linkerd-control-plane",
		} {
			content, has := all[file]
			if !has {
				continue
			}
			checked[file] = true
			var v map[string]any
			if err := yaml.Unmarshal([]byte(content), &v); err != nil {
				t.Fatal(err)
			}
			if unknown := unknownKeys(known[name], "", v); len(unknown) > 0 {
				t.Errorf("%s of %s sets %v, which the chart of %s does not have", file, pattern, unknown, known[name].AsOf)
			}
		}
	}
	if len(checked) != 5 {
		t.Errorf("only %v were written", checked)
	}
	if unknown := unknownKeys(known["istio/istiod"], "", map[string]any{"pilot": map[string]any{"resources": 1}}); len(unknown) != 1 {
		t.Error("the check lets pilot.resources pass, which the charts no longer have")
	}
}

func TestHelmValuesHoldThePlansRequests(t *testing.T) {
	in := input(t, flat(t, map[string]string{
		"services": "60", "proxy_cpu_m": "170", "proxy_memory_mib": "192", "istiod_replicas": "3", "istiod_cpu_m": "900", "istiod_memory_mib": "3000", "ingress_gateways": "4",
	}), "sidecar")
	all := files(t, in)
	var istiod struct {
		AutoscaleMin int
		Resources    struct{ Requests map[string]string }
		Global       struct {
			Proxy struct {
				Resources struct{ Requests, Limits map[string]string }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(all["istiod-values.yaml"]), &istiod); err != nil {
		t.Fatal(err)
	}
	if istiod.AutoscaleMin != 3 || istiod.Resources.Requests["cpu"] != "900m" || istiod.Resources.Requests["memory"] != "3000Mi" ||
		istiod.Global.Proxy.Resources.Requests["cpu"] != "170m" || istiod.Global.Proxy.Resources.Requests["memory"] != "192Mi" || istiod.Global.Proxy.Resources.Limits["cpu"] != "2000m" {
		t.Errorf("%+v", istiod)
	}
	if !strings.Contains(all["gateway-values.yaml"], "minReplicas: 4") {
		t.Error(all["gateway-values.yaml"])
	}
	// HA charts: destination 100m/50Mi and identity 100m/10Mi beside proxies of 100m/20Mi.
	linkerd := files(t, input(t, flat(t, nil), "linkerd"))["linkerd-values.yaml"]
	for _, want := range []string{"controllerReplicas: 3", "request: 50Mi", "request: 10Mi", "request: 20Mi"} {
		if !strings.Contains(linkerd, want) {
			t.Errorf("%s is missing in\n%s", want, linkerd)
		}
	}
}

func TestScopingIsAdvisedOnlyWhereItPays(t *testing.T) {
	many := shop()
	for i := range 60 {
		many.Workloads = append(many.Workloads, model.Workload{Namespace: "n" + string(rune('a'+i%20)), Name: "s", Services: 20, Replicas: 1, PodCPUMillicores: 100, PodMemoryMiB: 100})
	}
	if content, has := files(t, input(t, many, "sidecar"))["sidecar-scope.yaml"]; !has || !strings.Contains(content, "MiB when it knows only") {
		t.Errorf("1,200 services in 20 namespaces: %q", content)
	}
	for _, pattern := range []string{"ambient", "linkerd", "gateway"} {
		if _, has := files(t, input(t, many, pattern))["sidecar-scope.yaml"]; has {
			t.Errorf("%s has no sidecars to scope", pattern)
		}
	}
	if _, has := files(t, input(t, flat(t, nil), "sidecar"))["sidecar-scope.yaml"]; has {
		t.Error("one namespace: nothing to scope")
	}
}
