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
