package importer

import (
	"errors"
	"strings"
	"testing"

	"meshplan/internal/model"
)

const kedaWeb = `{"kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"1","memory":"1Gi"}}}]}}}}
{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"web","namespace":"shop"},"spec":{"minReplicaCount":0,"maxReplicaCount":7,"scaleTargetRef":{"name":"web"}}}
`

// The HorizontalPodAutoscaler that KEDA makes says from 1 up, since it cannot say zero; how
// many run now only it says. Either may come first.
func TestScaledObjectsGiveTheRangeOfTheirTarget(t *testing.T) {
	const made = `{"kind":"HorizontalPodAutoscaler","metadata":{"name":"keda-hpa-web","namespace":"shop"},"spec":{"minReplicas":1,"maxReplicas":7,"scaleTargetRef":{"kind":"Deployment","name":"web"}},"status":{"currentReplicas":5}}
`
	for name, c := range map[string]struct {
		input    string
		replicas int64
	}{"alone": {kedaWeb, 3}, "with what it makes": {kedaWeb + made, 5}, "after what it makes": {made + kedaWeb, 5}} {
		w := importOK(t, c.input, Options{}).Scenario.Workloads[0]
		if w.ReplicasMin != 0 || w.ReplicasMax != 7 || w.Replicas != c.replicas {
			t.Errorf("%s: %d replicas from %d to %d, want %d from 0 to 7", name, w.Replicas, w.ReplicasMin, w.ReplicasMax, c.replicas)
		}
	}
	open := importOK(t, strings.Replace(kedaWeb, `,"maxReplicaCount":7`, "", 1), Options{}).Scenario.Workloads[0]
	if open.ReplicasMax != 100 {
		t.Errorf("without maxReplicaCount up to %d, want KEDA's 100", open.ReplicasMax)
	}
	_, err := Import(strings.NewReader(strings.Replace(kedaWeb, `Count":0`, `Count":9`, 1)), Options{})
	var wrong *model.InputError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "ScaledObject shop/web: spec.maxReplicaCount") {
		t.Errorf("a range upside down gives %v", err)
	}
}

// What becomes no row is listed with the reason that holds for its kind.
func TestKindsThatBecomeNoRowSayWhy(t *testing.T) {
	result := importOK(t, kedaWeb+`{"kind":"List","items":[
		{"kind":"Ingress","metadata":{"name":"i"}},{"kind":"NodePool","apiVersion":"karpenter.sh/v1","metadata":{"name":"p"}},
		{"kind":"VerticalPodAutoscaler","metadata":{"name":"v"}},{"kind":"Kafka","metadata":{"name":"k"}},
		{"kind":"Service","apiVersion":"serving.knative.dev/v1","metadata":{"name":"s"}},{"kind":"Service","apiVersion":"v1","metadata":{"name":"s"}},
		{"kind":"ScaledObject","apiVersion":"keda.sh/v1alpha1","metadata":{"name":"g"},"spec":{"scaleTargetRef":{"name":"gone"}}}]}`, Options{})
	want := map[string]string{
		"Ingress": "not_a_workload", "NodePool": "makes_nodes", "VerticalPodAutoscaler": "not_applied", "Kafka": "unknown_kind",
		"Knative Service": "counted_elsewhere", "ScaledObject": "no_target",
	}
	if len(result.Skipped) != len(want) {
		t.Errorf("%d groups are skipped, want %d", len(result.Skipped), len(want))
	}
	for _, s := range result.Skipped {
		if want[s.Kind] != s.Reason || s.Why == "" || len(s.Names) != 1 {
			t.Errorf("%s is skipped as %s (%s) %v, want %s", s.Kind, s.Reason, s.Why, s.Names, want[s.Kind])
		}
	}
	if result.Totals.KubernetesServices != 1 {
		t.Errorf("%d Services, want 1: Knative's is another", result.Totals.KubernetesServices)
	}
}
