package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"meshplan/internal/model"
)

type manifest = map[string]any

// drawnContainer draws a container with, or without, requests.
func drawnContainer(t *rapid.T, name string) manifest {
	requests := manifest{}
	if rapid.Bool().Draw(t, "has cpu") {
		requests["cpu"] = rapid.SampledFrom([]string{"50m", "0.25", "1", "333333u"}).Draw(t, "cpu")
	}
	if rapid.Bool().Draw(t, "has memory") {
		requests["memory"] = rapid.SampledFrom([]string{"64Mi", "1e8", "0.5Gi", "1000001"}).Draw(t, "memory")
	}
	return manifest{"name": name, "image": "example.invalid/app", "resources": manifest{"requests": requests}}
}

// drawnPod draws a pod spec with init containers and native sidecars of the user's own.
func drawnPod(t *rapid.T) manifest {
	var containers, inits []any
	for i := range rapid.IntRange(1, 3).Draw(t, "containers") {
		containers = append(containers, drawnContainer(t, fmt.Sprintf("app-%d", i)))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "init containers") {
		c := drawnContainer(t, fmt.Sprintf("init-%d", i))
		if rapid.Bool().Draw(t, "native") {
			c["restartPolicy"] = "Always"
		}
		inits = append(inits, c)
	}
	return manifest{"containers": containers, "initContainers": inits}
}

// drawnOwner draws a workload with its template.
func drawnOwner(t *rapid.T, name string) manifest {
	kind := rapid.SampledFrom([]string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}).Draw(t, "kind")
	return manifest{
		"apiVersion": "apps/v1", "kind": kind, "metadata": manifest{"name": name, "namespace": "shop"},
		"spec": manifest{
			"replicas": rapid.IntRange(0, 4).Draw(t, "replicas"),
			"template": manifest{"metadata": manifest{"labels": manifest{"app": name}}, "spec": drawnPod(t)},
		},
	}
}

func drawnCluster(t *rapid.T) []manifest {
	owners := make([]manifest, rapid.IntRange(1, 5).Draw(t, "owners"))
	for i := range owners {
		owners[i] = drawnOwner(t, fmt.Sprintf("app-%d", i))
	}
	return owners
}

// podsOf makes the pods that a controller would have made of an owner, and the ReplicaSet
// between a Deployment and its pods.
func podsOf(owner manifest) []manifest {
	meta, spec := owner["metadata"].(manifest), owner["spec"].(manifest)
	name, template := meta["name"].(string), spec["template"].(manifest)
	by, labels := manifest{"kind": owner["kind"], "name": name, "controller": true}, manifest{"app": name}
	var made []manifest
	if owner["kind"] == "Deployment" {
		set := name + "-6d4b75cb6d"
		labels["pod-template-hash"] = "6d4b75cb6d"
		made = append(made, manifest{
			"kind": "ReplicaSet", "metadata": manifest{"name": set, "namespace": "shop", "ownerReferences": []any{by}},
			"spec": manifest{"replicas": spec["replicas"], "template": template},
		})
		by = manifest{"kind": "ReplicaSet", "name": set, "controller": true}
	}
	for i := range spec["replicas"].(int) {
		made = append(made, manifest{
			"kind": "Pod", "spec": template["spec"], "status": manifest{"phase": "Running"},
			"metadata": manifest{"name": fmt.Sprintf("%s-%d", name, i), "namespace": "shop", "labels": labels, "ownerReferences": []any{by}},
		})
	}
	return made
}

func asList(t *rapid.T, objects []manifest) string {
	text, err := json.Marshal(manifest{"apiVersion": "v1", "kind": "List", "items": objects})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func workloadsOf(t *rapid.T, text string) []model.Workload {
	result, err := Import(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return result.Scenario.Workloads
}

// clone copies a manifest deeply.
func clone(t *rapid.T, m manifest) manifest {
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var out manifest
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// inject puts a mesh's containers into a template the way its injector does.
func inject(t *rapid.T, owner manifest) manifest {
	owner = clone(t, owner)
	pod := owner["spec"].(manifest)["template"].(manifest)["spec"].(manifest)
	containers := pod["containers"].([]any)
	inits, _ := pod["initContainers"].([]any)
	one := func(name string) manifest {
		return manifest{"name": name, "image": "example.invalid/appmesh-envoy", "resources": manifest{"requests": manifest{"cpu": "100m", "memory": "128Mi"}}}
	}
	native := func(name string) manifest {
		c := one(name)
		c["restartPolicy"] = "Always"
		return c
	}
	switch rapid.SampledFrom([]string{"istio", "istio native", "linkerd", "linkerd native", "kuma", "consul", "appmesh"}).Draw(t, "mesh") {
	case "istio":
		containers, inits = append(containers, one("istio-proxy")), append(inits, one("istio-validation"), one("istio-init"))
	case "istio native":
		inits = slices.Concat([]any{one("istio-init"), native("istio-proxy")}, inits)
	case "linkerd":
		containers, inits = append([]any{one("linkerd-proxy")}, containers...), append(inits, one("linkerd-init"))
	case "linkerd native":
		inits = slices.Concat([]any{one("linkerd-network-validator"), native("linkerd-proxy")}, inits)
	case "kuma":
		containers, inits = append([]any{one("kuma-sidecar")}, containers...), append(inits, one("kuma-init"))
	case "consul":
		containers, inits = append(containers, one("consul-dataplane")), append(inits, one("consul-connect-inject-init"))
	case "appmesh":
		containers, inits = append(containers, one("envoy")), append(inits, one("proxyinit"))
	}
	pod["containers"], pod["initContainers"] = containers, inits
	return owner
}

func TestInjectedManifestsGiveTheBaselineOfTheBareOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bare := drawnCluster(t)
		injected := make([]manifest, len(bare))
		for i := range bare {
			injected[i] = inject(t, bare[i])
		}
		want, got := workloadsOf(t, asList(t, bare)), workloadsOf(t, asList(t, injected))
		for i := range got {
			if got[i].InMesh == nil || !*got[i].InMesh {
				t.Errorf("%s carries a proxy and is not said to be in the mesh", got[i].Name)
			}
			got[i].InMesh = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the baselines differ (-bare +injected):\n%s", diff)
		}
	})
}

func TestPodsBesideTheirOwnersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owners := drawnCluster(t)
		want := workloadsOf(t, asList(t, owners))
		mixed := slices.Clone(owners)
		for _, owner := range owners {
			for _, made := range podsOf(owner) {
				at := rapid.IntRange(0, len(mixed)).Draw(t, "position")
				mixed = slices.Insert(mixed, at, made)
			}
		}
		if diff := cmp.Diff(want, workloadsOf(t, asList(t, mixed))); diff != "" {
			t.Errorf("pods beside their owners change the scenario (-owners +both):\n%s", diff)
		}
	})
}

func TestPodsAloneStandForTheirOwners(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owners := drawnCluster(t)
		var pods []manifest
		for _, owner := range owners {
			for _, made := range podsOf(owner) {
				if made["kind"] == "Pod" {
					pods = append(pods, made)
				}
			}
		}
		running := slices.DeleteFunc(slices.Clone(owners), func(o manifest) bool { return o["spec"].(manifest)["replicas"] == 0 })
		if diff := cmp.Diff(workloadsOf(t, asList(t, running)), workloadsOf(t, asList(t, pods))); diff != "" {
			t.Errorf("pods alone differ from their owners (-owners +pods):\n%s", diff)
		}
	})
}

func TestYAMLAndJSONGiveTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := asList(t, drawnCluster(t))
		asYAML, err := yaml.JSONToYAML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(workloadsOf(t, text), workloadsOf(t, string(asYAML))); diff != "" {
			t.Errorf("YAML differs from JSON:\n%s", diff)
		}
	})
}

// drawnWorkload draws a row as a scenario may hold it, with names that quote, compute and
// separate.
func drawnWorkload(t *rapid.T) model.Workload {
	name := rapid.StringOfN(rapid.RuneFrom([]rune("aZ0-./ ,;\"'=+@é|~%")), 1, 20, 60)
	w := model.Workload{
		Namespace: rapid.OneOf(rapid.Just(""), name).Draw(t, "namespace"), Name: name.Draw(t, "name"),
		Kind:              rapid.SampledFrom([]string{"", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout", "Other"}).Draw(t, "kind"),
		Services:          rapid.Int64Range(0, 20_000).Draw(t, "services"),
		Replicas:          rapid.Int64Range(0, 10_000_000).Draw(t, "replicas"),
		PodCPUMillicores:  rapid.Int64Range(0, 512_000).Draw(t, "cpu"),
		PodMemoryMiB:      rapid.Int64Range(0, 8<<20).Draw(t, "memory"),
		InitCPUMillicores: rapid.Int64Range(0, 512_000).Draw(t, "init cpu"),
		InitMemoryMiB:     rapid.Int64Range(0, 8<<20).Draw(t, "init memory"),
		MaxPerNode:        rapid.Int64Range(0, 100).Draw(t, "max per node"),
		AnyZone:           rapid.Bool().Draw(t, "any zone"),
		Architectures:     rapid.SampledFrom([][]string{nil, {"arm64"}, {"amd64", "arm64"}}).Draw(t, "architectures"),
		NodeTypes:         rapid.SampledFrom([][]string{nil, {"m6i.large"}, {"=x", "Standard_D8s_v5", "n2-standard-8"}}).Draw(t, "node types"),
		Tolerates:         rapid.SampledFrom([][]string{nil, {"*"}, {"'x%~", "a/b=c:NoSchedule", "gpu"}}).Draw(t, "tolerates"),
	}
	if rapid.Bool().Draw(t, "autoscaled") {
		w.ReplicasMax = rapid.Int64Range(1, 10_000_000).Draw(t, "most replicas")
		w.ReplicasMin = rapid.Int64Range(0, w.ReplicasMax).Draw(t, "least replicas")
	}
	if rapid.Bool().Draw(t, "has rps") {
		w.RPSPerPod = new(rapid.Float64Range(0, 1_000_000).Draw(t, "rps"))
	}
	if rapid.Bool().Draw(t, "has mesh") {
		w.InMesh = new(rapid.Bool().Draw(t, "mesh"))
	}
	return w
}

func TestExportsComeBackUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(drawnWorkload), 1, 8).Draw(t, "workloads")
		var table, document bytes.Buffer
		if err := WriteCSV(&table, want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, workloadsOf(t, table.String())); diff != "" {
			t.Errorf("the CSV comes back changed:\n%s\n%s", diff, table.String())
		}
		scenario := model.Scenario{Title: "a title", Workloads: want, Nodes: model.Nodes{Zones: new(int64(3))}}
		if err := WriteJSON(&document, scenario); err != nil {
			t.Fatal(err)
		}
		result, err := Import(&document, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(model.EncodeJSON(result.Scenario)), string(model.EncodeJSON(scenario)); got != want {
			t.Errorf("the document comes back changed:\n%s\n%s", got, want)
		}
	})
}
