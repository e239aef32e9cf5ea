package takeaway_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"meshplan/internal/advice"
	"meshplan/internal/catalog"
	"meshplan/internal/model"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
	"meshplan/internal/takeaway"
)

var meshPatterns = []string{"gateway", "ambient", "ambient-l7", "sidecar", "linkerd"}

func loaded(t testing.TB) model.Catalog {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func flat(t testing.TB, values map[string]string) model.Scenario {
	t.Helper()
	lists := map[string][]string{}
	for name, text := range values {
		lists[name] = []string{text}
	}
	s, err := model.DecodeFlat(lists)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shop has namespaces, rates, a StatefulSet, and names that nobody should have.
func shop() model.Scenario {
	row := func(namespace, name, kind string, replicas int64, rps float64) model.Workload {
		return model.Workload{Namespace: namespace, Name: name, Kind: kind, Replicas: replicas, PodCPUMillicores: 500, PodMemoryMiB: 256, RPSPerPod: &rps}
	}
	return model.Scenario{Title: "shop", Workloads: []model.Workload{
		row("shop", "checkout", "Deployment", 3, 100), row("shop", "catalogue", "Deployment", 6, 200),
		row("data", "cart", "StatefulSet", 3, 1), row("evil: {x: y}\n- a", "a: b\nkind: Secret", "Deployment", 2, 1),
	}}
}

func input(t testing.TB, s model.Scenario, pattern string) takeaway.Input {
	t.Helper()
	c := loaded(t)
	plan, err := model.Evaluate(s, c)
	if err != nil {
		t.Fatal(err)
	}
	list, err := model.ResolvedWorkloads(s, c)
	if err != nil {
		t.Fatal(err)
	}
	in := takeaway.Input{Scenario: s, Plan: plan, Pattern: pattern, Workloads: list, Link: "https://example.com/?services=60"}
	if scoped, open := takeaway.ScopedScenario(s); open {
		p, err := model.Evaluate(scoped, c)
		if err != nil {
			t.Fatal(err)
		}
		in.Scoped = &p
	}
	return in
}

func files(t testing.TB, in takeaway.Input) map[string]string {
	t.Helper()
	list, err := takeaway.Files(in)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range list {
		if _, twice := out[f.Name]; twice || f.Title == "" || f.Content == "" {
			t.Errorf("%s is there twice or empty", f.Name)
		}
		out[f.Name] = f.Content
	}
	return out
}

func TestEveryYAMLFileParsesWhateverTheNames(t *testing.T) {
	for _, pattern := range meshPatterns {
		for name, s := range map[string]model.Scenario{"shop": shop(), "quick": flat(t, map[string]string{"services": "60"})} {
			for file, content := range files(t, input(t, s, pattern)) {
				if !strings.HasSuffix(file, ".yaml") {
					continue
				}
				for document := range strings.SplitSeq(content, "\n---\n") {
					var v map[string]any
					if err := yaml.UnmarshalStrict([]byte(document), &v); err != nil || len(v) == 0 {
						t.Errorf("%s %s %s: %v\n%s", name, pattern, file, err, document)
					}
					if v["kind"] == "Secret" || strings.Contains(content, "evil") {
						t.Errorf("%s %s: a name became structure\n%s", pattern, file, document)
					}
				}
			}
		}
	}
}

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

func TestEveryFailureModeHasAnAlert(t *testing.T) {
	for _, pattern := range meshPatterns {
		in := input(t, shop(), pattern)
		var rules struct {
			Groups []struct {
				Rules []struct {
					Alert, Expr string
					Annotations map[string]string
				}
			}
		}
		if err := yaml.Unmarshal([]byte(files(t, in)["mesh-alerts.yaml"]), &rules); err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, r := range rules.Groups[0].Rules {
			if names[r.Alert] || r.Expr == "" || r.Annotations["summary"] == "" || r.Annotations["always"] != "" {
				t.Errorf("%s: %+v", pattern, r)
			}
			names[r.Alert] = true
		}
		for _, mode := range advice.FailureModes(in.Scenario, in.Plan, pattern) {
			if !names[mode.Alert] {
				t.Errorf("%s: nothing watches for %s", pattern, mode.ID)
			}
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

func TestTheRunbookSaysWhatReturns(t *testing.T) {
	in := input(t, flat(t, map[string]string{"services": "60"}), "sidecar")
	text := files(t, in)["removal-runbook.md"]
	side, none := in.Plan.Result("sidecar"), in.Plan.Results[0]
	for _, want := range []string{"istio-injection-", "uninstall --purge", "delete namespace istio-system", "restart", "| nodes |"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if side.Nodes <= none.Nodes {
		t.Fatal("the scenario adds no nodes")
	}
	for _, pattern := range meshPatterns {
		if text := files(t, input(t, shop(), pattern))["removal-runbook.md"]; !strings.Contains(text, "## Steps") {
			t.Errorf("%s has no steps", pattern)
		}
	}
}

func TestTheRecordHoldsNumbersVerdictFlipsAndSourcesAndNoForeignMarkup(t *testing.T) {
	s := shop()
	s.Title = "<script>alert(1)</script> [click](javascript:x) | # a\n## b"
	yes, one := true, int64(1)
	s.Needs.MTLSRequired, s.Needs.MeshEngineers = &yes, &one
	in := input(t, s, "")
	in.Flips = []string{"With a budget of × 1.30: ambient"}
	road, err := rollout.Plan(context.Background(), s, loaded(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	study, err := money.Run(context.Background(), s, loaded(t), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	in.Rollout, in.Money = &road, &study
	text := files(t, in)["decision-record.md"]
	for _, want := range []string{"## Decision", "## Options", "## Rules", "## Money", "## Roll-out", "## What can break here", "## Sources", "budget of × 1.30", "https://"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, unwanted := range []string{"<script", "[click](", "\n## b"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("%q became markup", unwanted)
		}
	}
}

// What the road, the failure modes and the duties say is in the files to take along, with
// every command, and no name becomes markup there.
func TestTheRoadAndTheIncidentsAreFilesToo(t *testing.T) {
	for _, pattern := range meshPatterns {
		in := input(t, shop(), pattern)
		road, err := rollout.Plan(context.Background(), shop(), loaded(t), pattern, nil)
		if err != nil {
			t.Fatal(err)
		}
		in.Rollout = &road
		all := files(t, in)
		plan, incidents := all["rollout-plan.md"], all["incident-runbook.md"]
		var inPlan, inIncidents []string
		for _, p := range road.Phases {
			for _, s := range p.Steps {
				inPlan = append(append(inPlan, s.Title), s.Commands...)
			}
		}
		for _, w := range road.Waves {
			inPlan = append(append(inPlan, fmt.Sprintf("| %d | %d | %d | %.2f |", w.Pods, w.After.Nodes, w.Peak.Nodes, w.After.MonthlyUSD)), w.Commands...)
		}
		for _, s := range road.Authorization {
			inPlan = append(append(inPlan, s.Title), s.Commands...)
		}
		for _, d := range advice.Duties(in.Scenario) {
			inPlan = append(inPlan, d.Title)
		}
		checks, err := advice.Before(in.Scenario, advice.Manifests{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			inPlan = append(inPlan, c.Title)
		}
		for _, m := range advice.FailureModes(in.Scenario, in.Plan, pattern) {
			inIncidents = append(append(inIncidents, "## "+m.Title, m.Alert), m.Commands...)
			if m.ID == advice.ModeEtcd {
				inPlan = append(inPlan, m.Commands...)
			}
		}
		if pattern != "linkerd" {
			for _, d := range advice.UpstreamError() {
				inIncidents = append(append(inIncidents, "**"+d.Cause+".**"), d.Commands...)
			}
		}
		for text, wanted := range map[string][]string{plan: inPlan, incidents: inIncidents} {
			for _, want := range wanted {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %q is missing", pattern, want)
				}
			}
		}
		if strings.Contains(plan, "\nkind: Secret") || strings.Contains(plan, "evil: {x: y}\n") {
			t.Errorf("%s: a name became structure", pattern)
		}
		allow, deny := all["authorization-allow-all.yaml"], all["authorization-deny-default.yaml"]
		if encrypts := pattern != "gateway" && pattern != "linkerd"; encrypts != (allow != "" && deny != "") {
			t.Errorf("%s: authorization is written: %v", pattern, !encrypts)
		} else if encrypts && strings.Contains(deny, "istio.io/dry-run: \"true\"") == (pattern == "ambient") {
			t.Errorf("%s: %s", pattern, deny)
		}
	}
}

func TestAPlanThatNoMeshFitsHasARecordAlone(t *testing.T) {
	s := flat(t, map[string]string{
		"services": "1", "pods_per_service": "1", "pod_cpu_m": "10", "pod_memory_mib": "10", "provider": "custom",
		"node_allocatable_cpu_m": "50", "node_allocatable_memory_mib": "50", "daemonset_cpu_m": "0", "daemonset_memory_mib": "0",
	})
	in := input(t, s, "")
	in.Scoped = nil
	if all := files(t, in); len(all) != 1 || all["decision-record.md"] == "" {
		t.Errorf("%d files", len(all))
	}
}

func checks(t *testing.T, file string) map[string]takeaway.GatewayCheck {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := advice.ReadManifests(text)
	if err != nil {
		t.Fatal(err)
	}
	list, err := takeaway.CheckGateways(m)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]takeaway.GatewayCheck{}
	for _, c := range list {
		if c.Command == "" || c.Source == "" {
			t.Errorf("%+v", c)
		}
		out[c.ID] = c
	}
	return out
}

func TestTheFourWaysToBreakAGateway(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"gateway-good.yaml":    {"secret_namespace": "pass", "hosts": "pass", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-bad.yaml":     {"secret_namespace": "fail", "hosts": "fail", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-alone.yaml":   {"secret_namespace": "unknown", "hosts": "unknown", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-api-bad.yaml": {"secret_namespace": "fail", "hosts": "pass"},
	} {
		got := checks(t, file)
		for id, state := range want {
			if got[id].State != state {
				t.Errorf("%s: %s is %s (%s), want %s", file, id, got[id].State, got[id].Detail, state)
			}
		}
	}
	if c := checks(t, "gateway-bad.yaml")["certificate_chain"].Command; strings.Contains(c, "$(") || !strings.Contains(c, "HOST") {
		t.Errorf("a host that is none went into a command: %s", c)
	}
	if c := checks(t, "gateway-good.yaml")["certificate_chain"].Command; !strings.Contains(c, "-servername yourdomain.com") {
		t.Error(c)
	}
}

// A route may use several listeners of one gateway; only a host that none covers is missed.
func TestAHostOfAnotherListenerIsNotMissed(t *testing.T) {
	const gateway = "kind: Gateway\napiVersion: networking.istio.io/v1\nmetadata: {name: g, namespace: a}\nspec: {servers: [{hosts: [one.example]}, {hosts: [two.example]}, {hosts: [three.example]}]}\n" +
		"---\nkind: VirtualService\nmetadata: {name: v, namespace: a}\nspec: {gateways: [g], hosts: [one.example, two.example%s]}\n"
	for more, want := range map[string][]string{"": {"pass", "pass", "unknown"}, ", four.example": {"fail", "fail", "fail"}} {
		m, err := advice.ReadManifests(fmt.Appendf(nil, gateway, more))
		if err != nil {
			t.Fatal(err)
		}
		list, err := takeaway.CheckGateways(m)
		if err != nil || len(list) != len(want) {
			t.Fatalf("%v %+v", err, list)
		}
		for i, c := range list {
			if c.State != want[i] || (c.State == "fail" && !strings.Contains(c.Detail, "four.example of a/v")) {
				t.Errorf("with %q listener %d is %s: %s", more, i, c.State, c.Detail)
			}
		}
	}
}

func TestTheGatewayWrittenPassesItsOwnChecks(t *testing.T) {
	m, err := advice.ReadManifests([]byte(files(t, input(t, shop(), "sidecar"))["gateway.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	list, err := takeaway.CheckGateways(m)
	if err != nil || len(list) != 4 {
		t.Errorf("%v %+v", err, list)
	}
}
