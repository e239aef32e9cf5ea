package importer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const placedManifests = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: arm, namespace: shop}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {kubernetes.io/arch: arm64, disk: ssd}
      tolerations:
      - {key: dedicated, operator: Equal, value: batch, effect: NoSchedule}
      - {key: gpu, operator: Exists}
      - {operator: Exists, effect: NoExecute}
      containers: [{name: a, resources: {requests: {cpu: 100m, memory: 64Mi}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: either, namespace: shop}
spec:
  template:
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: node.kubernetes.io/instance-type, operator: In, values: [m6i.large, m6i.xlarge]}
              - {key: kubernetes.io/arch, operator: In, values: [amd64]}
            - matchExpressions:
              - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large]}
      containers: [{name: a, resources: {requests: {cpu: 100m, memory: 64Mi}}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  template:
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: g5.xlarge}
      tolerations: [{operator: Exists}]
      containers: [{name: a, resources: {requests: {cpu: 100m, memory: 64Mi}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mainframe, namespace: shop}
spec:
  template:
    spec:
      nodeSelector: {kubernetes.io/arch: s390x}
      containers: [{name: a, resources: {requests: {cpu: 100m, memory: 64Mi}}}]
`

func TestSelectorsAndTolerationsReachTheRows(t *testing.T) {
	result, err := Import(strings.NewReader(placedManifests), Options{})
	if err != nil {
		t.Fatal(err)
	}
	type placed struct{ Architectures, NodeTypes, Tolerates []string }
	got := map[string]placed{}
	for _, w := range result.Scenario.Workloads {
		got[w.Name] = placed{w.Architectures, w.NodeTypes, w.Tolerates}
	}
	want := map[string]placed{
		"arm": {Architectures: []string{"arm64"}, Tolerates: []string{"dedicated=batch:NoSchedule", "gpu", "*:NoExecute"}},
		// Terms are alternatives: of types every term names some, of architectures only one does.
		"either": {NodeTypes: []string{"m6i.large", "m6i.xlarge", "m5.large"}},
		"agent":  {NodeTypes: []string{"g5.xlarge"}}, // a DaemonSet is counted on every node, whatever it tolerates
		// No node type of the catalog has this architecture.
		"mainframe": {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if assumed := strings.Join(result.Understood[3].Assumed, " "); !strings.Contains(assumed, "s390x") {
		t.Errorf("an architecture that is dropped is not told: %q", assumed)
	}
}

func TestHiddenNamesTakeTolerationsWithThem(t *testing.T) {
	result, err := Import(strings.NewReader(placedManifests), Options{Names: NamesDrop})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range result.Scenario.Workloads {
		if len(w.Tolerates) > 0 {
			t.Errorf("%s keeps %v", w.Name, w.Tolerates)
		}
	}
}

func TestBadListsOfARowAreRefusedByField(t *testing.T) {
	for _, bad := range []struct{ table, says string }{
		{"name,architectures\na,sparc\n", `"sparc" is not an architecture`},
		{"name,architectures\na,amd64 arm64 amd64\n", "more than 2 entries"},
		{"name,node_types\na," + strings.Repeat("x", 300) + "\n", "cannot stand in node_types"},
		{`{"workloads":[{"name":"a","replicas":1,"pod_cpu_m":1,"pod_memory_mib":1,"tolerates":["a b"]}]}`, "cannot stand in tolerates"},
	} {
		if _, err := Import(strings.NewReader(bad.table), Options{}); err == nil || !strings.Contains(err.Error(), bad.says) {
			t.Errorf("%.60q: %v, want %q", bad.table, err, bad.says)
		}
	}
}

func TestNodesThatRunCanBeTakenAsExisting(t *testing.T) {
	for want, pools := range map[string][]NodePool{
		"m6i.large:5,c6i.large:1": {{InstanceType: "m6i.large", Region: "a", Count: 3}, {InstanceType: "c6i.large", Count: 1}, {InstanceType: "m6i.large", Region: "b", Count: 2}},
		"":                        {{InstanceType: "m6i.large", Count: 3}, {Count: 1}},
	} {
		if got := (&ClusterNodes{Pools: pools}).Existing(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Two nodes of r6i.2xlarge carry disk=ssd, one of two m6i.2xlarge carries pool=web, and all
// are Linux. A selector that one type meets leaves that type; one that all nodes meet
// leaves all; one that none meets, or only a part of a type, is said.
func TestLabelsOfNodesBecomeTheirTypes(t *testing.T) {
	labelled := func(name, instanceType, labels string) string {
		return "---\nkind: Node\nmetadata: {name: " + name + ", labels: {node.kubernetes.io/instance-type: " + instanceType + ", kubernetes.io/os: linux" + labels +
			"}}\nstatus: {allocatable: {cpu: 8, memory: 30Gi, pods: 58}}\n"
	}
	nodes := labelled("a", "r6i.2xlarge", ", disk: ssd") + labelled("b", "r6i.2xlarge", ", disk: ssd") +
		labelled("c", "m6i.2xlarge", ", pool: web") + labelled("d", "m6i.2xlarge", "")
	pinned := func(name, placement string) string {
		return "---\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {template: {metadata: {labels: {app: " + name + "}}, spec: {" + placement +
			", containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}\n"
	}
	affinity := func(expressions string) string {
		return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [" + expressions + "]}]}}}"
	}
	apart := func(key, app string) string {
		return "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: " + key + ", labelSelector: {matchLabels: {app: " + app + "}}}]}}"
	}
	workloads := pinned("ssd", "nodeSelector: {disk: ssd}") + pinned("linux", "nodeSelector: {kubernetes.io/os: linux}") +
		pinned("not-ssd", affinity("{key: disk, operator: DoesNotExist}")) + pinned("web", "nodeSelector: {pool: web}") +
		pinned("gone", "nodeSelector: {pool: gone}") + pinned("both", "nodeSelector: {kubernetes.io/arch: amd64, disk: ssd}") +
		pinned("zones", apart("topology.kubernetes.io/zone", "zones")) + pinned("keeps-away", apart("kubernetes.io/hostname", "web"))
	result := importOK(t, nodes+workloads, Options{})
	got := map[string][]string{}
	for _, w := range result.Scenario.Workloads {
		got[w.Name] = w.NodeTypes
	}
	want := map[string][]string{
		"ssd": {"r6i.2xlarge"}, "linux": nil, "not-ssd": {"m6i.2xlarge"}, "web": {"m6i.2xlarge"}, "gone": nil, "both": {"r6i.2xlarge"}, "zones": nil, "keeps-away": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("node types (-want +got):\n%s", diff)
	}
	for _, id := range []string{"selectors_nowhere", "selectors_in_part", "pod_affinity", "zones_unknown"} {
		if !hasWarning(result, id) {
			t.Errorf("%s is not said: %+v", id, result.Warnings)
		}
	}
	if !hasWarning(importOK(t, workloads, Options{}), "selectors_unknown") {
		t.Error("without nodes nothing says that the labels are not known")
	}
}
