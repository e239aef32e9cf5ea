package takeaway_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"meshplan/internal/advice"
	"meshplan/internal/catalog"
	"meshplan/internal/model"
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
