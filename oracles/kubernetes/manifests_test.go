package kubernetes

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// manifest is a file with its objects; workload is its Deployment or StatefulSet.
type manifest struct {
	replicas int32
	selector *metav1.LabelSelector
	pod      *corev1.PodTemplateSpec
	services []corev1.Service
	budgets  []policyv1.PodDisruptionBudget
}

// strictly decodes as the API server does, to which the case of letters matters, and takes
// a misspelt field, which it would drop, for an error.
func strictly(document string, into any) error {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return err
	}
	slips, err := json.UnmarshalStrict(text, into)
	return errors.Join(append(slips, err)...)
}

func read(content string) (manifest, error) {
	var m manifest
	for _, document := range strings.Split(content, "\n---\n") {
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(document), &kind); err != nil {
			return m, err
		}
		var err error
		switch kind.APIVersion + " " + kind.Kind {
		case "apps/v1 Deployment":
			var d appsv1.Deployment
			err = strictly(document, &d)
			m.replicas, m.selector, m.pod = *d.Spec.Replicas, d.Spec.Selector, &d.Spec.Template
		case "apps/v1 StatefulSet":
			var s appsv1.StatefulSet
			err = strictly(document, &s)
			m.replicas, m.selector, m.pod = *s.Spec.Replicas, s.Spec.Selector, &s.Spec.Template
		case "v1 Service":
			var s corev1.Service
			err = strictly(document, &s)
			m.services = append(m.services, s)
		case "policy/v1 PodDisruptionBudget":
			var b policyv1.PodDisruptionBudget
			err = strictly(document, &b)
			m.budgets = append(m.budgets, b)
		case "v1 Secret":
			err = strictly(document, new(corev1.Secret))
		default:
			err = os.ErrInvalid
		}
		if err != nil {
			return m, &os.PathError{Op: "decode", Path: kind.APIVersion + " " + kind.Kind, Err: err}
		}
	}
	return m, nil
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	files, err := filepath.Glob("../../deploy/kubernetes/*.yaml")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	all := map[string]manifest{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := read(string(content))
		if err != nil || m.pod == nil || len(m.services) != 1 {
			t.Fatalf("%s: %v, %d services", file, err, len(m.services))
		}
		all[filepath.Base(file)] = m
	}
	return all
}

func TestKubernetesReadsTheManifests(t *testing.T) {
	for file, m := range manifests(t) {
		selector, err := metav1.LabelSelectorAsSelector(m.selector)
		if err != nil || !selector.Matches(labels.Set(m.pod.Labels)) {
			t.Errorf("%s: the workload does not select its pods (%v)", file, err)
		}
		ports := map[string]bool{}
		for _, c := range m.pod.Spec.Containers {
			for _, p := range c.Ports {
				ports[p.Name] = true
			}
			for name, probe := range map[string]*corev1.Probe{"liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
				if probe == nil || probe.HTTPGet == nil || !ports[probe.HTTPGet.Port.StrVal] {
					t.Errorf("%s: the %s probe asks no port of the container", file, name)
				}
			}
		}
		for _, s := range m.services {
			if !labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(m.pod.Labels)) || !ports[s.Spec.Ports[0].TargetPort.StrVal] {
				t.Errorf("%s: the service leads to no port of the pods", file)
			}
		}
	}
}

// A rollout and a drained node leave one replica serving; a budget on a single replica
// would only keep nodes from being drained.
func TestADisruptionLeavesAReplicaServing(t *testing.T) {
	for file, m := range manifests(t) {
		if want := m.replicas > 1; want != (len(m.budgets) == 1) {
			t.Errorf("%s: %d replicas, %d budgets", file, m.replicas, len(m.budgets))
		}
		for _, b := range m.budgets {
			selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
			least := b.Spec.MinAvailable
			if err != nil || !selector.Matches(labels.Set(m.pod.Labels)) || least == nil || least.IntVal < 1 || least.IntVal >= m.replicas {
				t.Errorf("%s: the budget does not leave one of %d replicas to go: %+v (%v)", file, m.replicas, b.Spec, err)
			}
		}
	}
}

// Requests are below limits, Go starts to collect before the limit ends the pod, there is
// no CPU limit to throttle at, and requests have the time to finish that the server gives.
func TestMemoryAndTimeAreInTune(t *testing.T) {
	for file, m := range manifests(t) {
		for _, c := range m.pod.Spec.Containers {
			env := map[string]string{"MESHPLAN_DRAIN_DELAY": "0s", "MESHPLAN_DRAIN_TIMEOUT": "20s"}
			for _, e := range c.Env {
				env[e.Name] = e.Value
			}
			soft, err := resource.ParseQuantity(strings.TrimSuffix(env["GOMEMLIMIT"], "B"))
			limit, request := c.Resources.Limits.Memory(), c.Resources.Requests.Memory()
			if err != nil || request.IsZero() || c.Resources.Requests.Cpu().IsZero() || limit.Cmp(*request) < 0 || soft.Cmp(*limit) >= 0 || soft.Cmp(*request) < 0 {
				t.Errorf("%s: memory request %s, GOMEMLIMIT %s, limit %s (%v)", file, request, env["GOMEMLIMIT"], limit, err)
			}
			if _, throttled := c.Resources.Limits[corev1.ResourceCPU]; throttled {
				t.Errorf("%s: a CPU limit", file)
			}
			delay, err := time.ParseDuration(env["MESHPLAN_DRAIN_DELAY"])
			if err != nil {
				t.Fatal(err)
			}
			timeout, err := time.ParseDuration(env["MESHPLAN_DRAIN_TIMEOUT"])
			if err != nil {
				t.Fatal(err)
			}
			if grace := time.Duration(*m.pod.Spec.TerminationGracePeriodSeconds) * time.Second; grace < delay+timeout+time.Second {
				t.Errorf("%s: killed after %s, while requests may take %s", file, grace, delay+timeout)
			}
		}
	}
}

func TestAMisspeltFieldIsFound(t *testing.T) {
	content, err := os.ReadFile("../../deploy/kubernetes/postgres.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, slip := range [][2]string{{"readOnlyRootFilesystem", "readOnlyRootFileSystem"}, {"minAvailable", "minAvailabel"}, {"memory: 256Mi", "memory: 256MB"}} {
		if _, err := read(strings.Replace(string(content), slip[0], slip[1], 1)); err == nil {
			t.Errorf("%s passed", slip[1])
		}
	}
}
