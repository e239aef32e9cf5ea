package advice_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/advice"
	"meshplan/internal/facts"
	"meshplan/internal/model"
)

func modeOf(t *testing.T, list []advice.FailureMode, id string) advice.FailureMode {
	t.Helper()
	i := slices.IndexFunc(list, func(f advice.FailureMode) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no failure mode %s", id)
	}
	return list[i]
}

// Each mode in a scenario that is exposed to it and one that is not.
func TestExposureFollowsTheScenariosNumbers(t *testing.T) {
	for _, c := range []struct {
		mode, pattern string
		values        map[string]string
		exposed, says string
	}{
		// 100m/128Mi pods with sidecars of 100m/128Mi: requested memory doubles.
		{"memory_exhaustion", "sidecar", map[string]string{"services": "200", "pod_cpu_m": "100", "pod_memory_mib": "128"}, "yes", "grows by"},
		{"memory_exhaustion", "ambient", map[string]string{"services": "100", "pod_cpu_m": "1500", "pod_memory_mib": "512"}, "no", "still fit after the loss"},
		{"control_plane_loss", "sidecar", map[string]string{"istiod_replicas": "1"}, "yes", "one istiod serves 180"},
		{"control_plane_loss", "sidecar", map[string]string{"istiod_replicas": "2"}, "no", "2 replicas"},
		{"control_plane_loss", "linkerd", nil, "no", "3 replicas of linkerd-destination"},
		{"certificate_rotation", "sidecar", nil, "yes", "180 proxies"},
		{"certificate_rotation", "sidecar", map[string]string{"meshed_share": "0"}, "no", "no pod"},
		// 1 core per 2000 proxies: 3,000 proxies want 1500m of istiod's 500m.
		{"proxy_sync", "sidecar", map[string]string{"services": "1000", "istiod_replicas": "1"}, "yes", "its request is 500m"},
		{"proxy_sync", "sidecar", map[string]string{"services": "20"}, "no", "of 500m"},
		// 0.2 vCPU per 1000 requests/s: 5000 want 1000m; a limit of 500m holds 2500.
		{"throttled_sidecars", "sidecar", map[string]string{"rps_per_pod": "5000", "proxy_cpu_limit_m": "500"}, "yes", "2500 requests/s"},
		{"throttled_sidecars", "sidecar", map[string]string{"rps_per_pod": "2000", "proxy_cpu_limit_m": "500"}, "no", "2500 requests/s"},
		{"throttled_sidecars", "sidecar", map[string]string{"rps_per_pod": "5000", "proxy_cpu_limit_m": "0"}, "no", "no CPU limit"},
		{"proxy_out_of_memory", "sidecar", map[string]string{"services": "2000", "pods_per_service": "1"}, "yes", "MiB"},
		{"proxy_out_of_memory", "sidecar", map[string]string{"services": "20", "proxy_memory_mib": "512"}, "no", "of 512 MiB"},
		{"gateway_saturation", "gateway", map[string]string{"ingress_gateways": "1"}, "yes", "10000 requests/s"}, // 2000m ÷ 0.2
		{"gateway_saturation", "gateway", map[string]string{"ingress_gateways": "3"}, "unknown", "30000"},
		{"gateway_saturation", "gateway", map[string]string{"ingress_gateways": "0"}, "no", "no ingress"},
		{"node_proxy", "ambient", map[string]string{"rps_per_pod": "2000"}, "yes", "its request is 200m"},
		{"node_proxy", "ambient", map[string]string{"rps_per_pod": "1"}, "no", "of 200m"},
		{"node_proxy", "ambient", map[string]string{"rps_per_pod": "1", "istio_version": "1.27.0"}, "yes", "1.27.0"},
		{"waypoint_saturation", "ambient-l7", map[string]string{"rps_per_pod": "200", "waypoint_replicas": "2"}, "yes", "may have 2000m"},
		{"waypoint_saturation", "ambient-l7", map[string]string{"rps_per_pod": "2", "waypoint_replicas": "2"}, "no", "each namespace has 2"},
		{"slow_start", "sidecar", nil, "yes", "180 pods"},
		{"slow_start", "sidecar", map[string]string{"meshed_share": "0"}, "no", "no pod"},
	} {
		s, p := planned(t, c.values)
		f := modeOf(t, advice.FailureModes(s, p, c.pattern), c.mode)
		if f.Exposed != c.exposed || !strings.Contains(f.Why, c.says) {
			t.Errorf("%s on %s with %v: %s, %s; want %s with %q", c.mode, c.pattern, c.values, f.Exposed, f.Why, c.exposed, c.says)
		}
	}
}

func TestEveryFailureModeCanBeSeenAndMended(t *testing.T) {
	seen := map[string]bool{}
	for _, pattern := range []string{"gateway", "ambient", "ambient-l7", "sidecar", "linkerd"} {
		s, p := planned(t, nil)
		for _, f := range advice.FailureModes(s, p, pattern) {
			seen[f.ID] = true
			if f.Title == "" || f.Why == "" || len(f.Detect) == 0 || len(f.Commands) == 0 || len(f.Recovery) == 0 || f.Alert == "" || f.Source == "" {
				t.Errorf("%s on %s: %+v", f.ID, pattern, f)
			}
			if _, known := facts.Get(f.FactID); !known {
				t.Errorf("%s names fact %s, which does not exist", f.ID, f.FactID)
			}
			for _, command := range f.Commands {
				if pattern == "linkerd" && strings.Contains(command, "istio") {
					t.Errorf("%s on Linkerd runs %q", f.ID, command)
				}
			}
		}
	}
	for _, id := range []string{"memory_exhaustion", "control_plane_loss", "certificate_rotation", "proxy_sync", "throttled_sidecars",
		"proxy_out_of_memory", "gateway_saturation", "node_proxy", "slow_start", "etcd_dependency"} {
		if !seen[id] {
			t.Errorf("the field report's %s is missing", id)
		}
	}
	s, p := planned(t, nil)
	if list := advice.FailureModes(s, p, "none"); len(list) != 0 {
		t.Errorf("no mesh breaks in %d ways", len(list))
	}
}

func checkOf(t *testing.T, list []advice.Check, id string) advice.Check {
	t.Helper()
	i := slices.IndexFunc(list, func(c advice.Check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no check %s", id)
	}
	return list[i]
}

func TestManifestsAnswerWhatTheyShow(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"good.yaml": {"requests_from_usage": "pass", "probes": "pass", "disruption_budgets": "pass", "multi_stage": "unknown", "scanning": "unknown"},
		"bad.yaml":  {"requests_from_usage": "fail", "probes": "fail", "disruption_budgets": "fail"},
	} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := advice.ReadManifests(text)
		if err != nil {
			t.Fatal(err)
		}
		checks, err := advice.Before(model.Scenario{}, m)
		if err != nil {
			t.Fatal(err)
		}
		for id, state := range want {
			if c := checkOf(t, checks, id); c.State != state {
				t.Errorf("%s: %s is %s (%s), want %s", file, id, c.State, c.Detail, state)
			}
		}
	}
}

func TestWithoutManifestsTheListOfWorkloadsAnswersWhatItCan(t *testing.T) {
	row := func(cpu, memory int64) model.Workload {
		return model.Workload{Name: "a", Replicas: 1, PodCPUMillicores: cpu, PodMemoryMiB: memory}
	}
	days := 10.0
	for _, c := range []struct {
		name  string
		rows  []model.Workload
		state string
	}{
		{"averages", nil, "unknown"},
		{"the same on everything", []model.Workload{row(500, 1024), row(500, 1024)}, "fail"},
		{"most at 500m and 1Gi", []model.Workload{row(500, 1024), row(500, 1024), row(70, 200)}, "fail"},
		{"none at all", []model.Workload{row(0, 0), row(70, 200)}, "fail"},
		{"each its own", []model.Workload{row(120, 300), row(70, 200)}, "pass"},
	} {
		checks, err := advice.Before(model.Scenario{Workloads: c.rows, Needs: model.Organisation{ContainerWorkDays: &days}}, advice.Manifests{})
		if err != nil {
			t.Fatal(err)
		}
		if got := checkOf(t, checks, "requests_from_usage"); got.State != c.state {
			t.Errorf("%s: %s (%s)", c.name, got.State, got.Detail)
		}
		if got := checkOf(t, checks, "container_work"); !strings.Contains(got.Detail, "30 days") { // 3 × 10
			t.Errorf("%s", got.Detail)
		}
	}
}

func TestTextThatIsNoManifestIsRefusedWithItsCure(t *testing.T) {
	for _, text := range []string{"\t: [", "kind: [1, 2]", "- a\n- b"} {
		if _, err := advice.ReadManifests([]byte(text)); err == nil || !strings.Contains(err.Error(), "kubectl get -o yaml") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := advice.ReadManifests(make([]byte, advice.MaxManifestBytes+1)); err == nil {
		t.Error("five megabytes were read")
	}
	m, err := advice.ReadManifests([]byte("kind: List\nitems:\n- kind: Deployment\n  metadata: {name: a}\n  spec: {replicas: x}\n"))
	if err != nil || len(m.Objects) != 1 {
		t.Fatalf("%v %+v", err, m)
	}
	if _, err := advice.Before(model.Scenario{}, m); err == nil || !strings.Contains(err.Error(), "Deployment a") {
		t.Errorf("replicas: x gives %v", err)
	}
}

func TestErrorsNameDocumentObjectAndField(t *testing.T) {
	const good = "kind: Deployment\nmetadata: {name: a, namespace: shop}\nspec: {template: {spec: {containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
	for _, c := range []struct{ name, text, field, says string }{
		{"no kind", "# Source: chart\n---\n" + good + "---\nspec: {}\n", "document 3: kind", "line 7"},
		{"broken YAML", good + "---\nkind: Deployment\nspec: [\n", "document 2", "at line"},
		{"a list for an object", "- a\n- b", "document 1", "array"},
		{"kind that is a list", "kind: [1]", "document 1: kind", "array, not text"},
		{"text for a number", strings.Replace(good, "spec: {", "spec: {replicas: x, ", 1), "document 1: Deployment shop/a: spec.replicas", "string, not a whole number"},
		{"without a kind in a list", "kind: List\nitems:\n- {kind: Service}\n- {metadata: {name: cart}}\n", "document 1, items[1]: kind", "the item cart of the list has no kind"},
		{"lists in lists in lists", strings.Repeat("{kind: List, items: [", 6) + strings.Repeat("]}", 6), "document 1, items[0], items[0], items[0], items[0], items[0]", "nested more than 4 deep"},
		{"in a typed list", "kind: DeploymentList\nitems:\n- metadata: {name: b}\n  spec: 3\n", "document 1, items[0]: Deployment b: spec", "number"},
		{"in a list", "kind: List\nitems:\n- kind: Deployment\n  metadata: {name: b}\n  spec: {template: {spec: {containers: 3}}}\n", "document 1, items[0]: Deployment b: spec.template.spec.containers", "number, not a list"},
		{"no quantity", strings.Replace(good, "1Gi", "1 Gi", 1), "document 1: Deployment shop/a: spec.template.spec.containers[0].resources.requests.memory", `"1 Gi" is no quantity`},
		{"a budget", good + "---\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec: {selector: {matchLabels: [a]}}\n", "document 2: PodDisruptionBudget p: spec.selector.matchLabels", "array, not an object"},
	} {
		m, err := advice.ReadManifests([]byte(c.text))
		if err == nil {
			_, err = advice.Before(model.Scenario{}, m)
		}
		var input *model.InputError
		if !errors.As(err, &input) || input.Fields[0].Field != c.field || !strings.Contains(input.Fields[0].Message, c.says) || input.Fields[0].Fix == "" {
			t.Errorf("%s: %v; want %s with %q", c.name, err, c.field, c.says)
		}
	}
}

// The API server leaves the kind out of the items of a list of one kind.
func TestItemsOfAListOfOneKindHaveThatKind(t *testing.T) {
	m, err := advice.ReadManifests([]byte(`{"kind":"DeploymentList","apiVersion":"apps/v1","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}`))
	if err != nil || len(m.Of("Deployment")) != 2 || m.Objects[1].APIVersion != "apps/v1" {
		t.Errorf("%v %+v", err, m.Objects)
	}
}

// Kubernetes requests the limit where a container has no request.
func TestALimitStandsForAMissingRequest(t *testing.T) {
	m, err := advice.ReadManifests([]byte("kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c, resources: {limits: {cpu: 120m, memory: 300Mi}}}]}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	checks, err := advice.Before(model.Scenario{}, m)
	if err != nil || checkOf(t, checks, "requests_from_usage").State != advice.Pass {
		t.Errorf("%v %+v", err, checkOf(t, checks, "requests_from_usage"))
	}
	if kinds := m.Kinds(); len(kinds) != 1 || kinds[0] != (advice.KindCount{Kind: "Deployment", Count: 1, LookedAt: true}) {
		t.Errorf("%+v", kinds)
	}
}

func TestDutiesFollowTheAnswers(t *testing.T) {
	one, none := int64(1), 0.0
	list := advice.Duties(model.Scenario{Needs: model.Organisation{MeshEngineers: &one, MeshTrainingUSD: &none}})
	states := map[string]string{}
	for _, d := range list {
		states[d.ID] = d.State
	}
	if states["expert"] != "pass" || states["training"] != "fail" || states["rollback"] != "unknown" {
		t.Errorf("%v", states)
	}
}

func TestTheRoadFromUpstreamErrorNamesEveryCauseOfTheFieldReport(t *testing.T) {
	text := ""
	for _, step := range advice.UpstreamError() {
		text += step.Cause + step.Question + step.Finding
		if len(step.Commands) == 0 {
			t.Errorf("%s has no command", step.Cause)
		}
	}
	for _, cause := range []string{"unreachable", "DNS", "certificates", "network policy"} {
		if !strings.Contains(text, cause) {
			t.Errorf("%s is not on the road", cause)
		}
	}
}

func TestABombOfAliasesIsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		name, before := string(rune('a'+i)), string(rune('a'+i-1))
		if i == 1 {
			before = "a0"
		}
		b.WriteString(name + ": &" + name + " [*" + before + strings.Repeat(", *"+before, 8) + "]\n")
	}
	if _, err := advice.ReadManifests([]byte(b.String())); err == nil || !strings.Contains(err.Error(), "aliasing") {
		t.Errorf("%v", err)
	}
}
