package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	helper "k8s.io/component-helpers/resource"
	"pgregory.net/rapid"

	"meshplan/internal/importer"
)

// drawList draws a resource list with CPU, memory, both or neither.
func drawList(t *rapid.T, label string) corev1.ResourceList {
	list := corev1.ResourceList{}
	if rapid.Bool().Draw(t, label+" has cpu") {
		text := rapid.SampledFrom([]string{"0", "1m", "100m", "250m", "0.1", "0.3333", "1", "2", "1500u", "7n"}).Draw(t, label+" cpu")
		list[corev1.ResourceCPU] = resource.MustParse(text)
	}
	if rapid.Bool().Draw(t, label+" has memory") {
		text := rapid.SampledFrom([]string{"0", "1", "64Mi", "128974848", "1e8", "0.5Gi", "300M", "1Gi", "100Ki"}).Draw(t, label+" memory")
		list[corev1.ResourceMemory] = resource.MustParse(text)
	}
	if rapid.Bool().Draw(t, label+" has more") {
		list[corev1.ResourceEphemeralStorage] = resource.MustParse("1Gi")
	}
	return list
}

func drawContainers(t *rapid.T, label string, most int, init bool) []corev1.Container {
	always := corev1.ContainerRestartPolicyAlways
	list := make([]corev1.Container, rapid.IntRange(0, most).Draw(t, label+"s"))
	for i := range list {
		list[i] = corev1.Container{
			Name:      fmt.Sprintf("%s-%d", label, i),
			Resources: corev1.ResourceRequirements{Requests: drawList(t, label)},
		}
		if init && rapid.Bool().Draw(t, "native") {
			list[i].RestartPolicy = &always
		}
	}
	return list
}

// drawStatus draws what an in-place resize left behind.
func drawStatus(t *rapid.T, containers []corev1.Container) []corev1.ContainerStatus {
	var list []corev1.ContainerStatus
	for _, c := range containers {
		if !rapid.Bool().Draw(t, "has status") {
			continue
		}
		status := corev1.ContainerStatus{Name: c.Name}
		if rapid.Bool().Draw(t, "allocated") {
			status.AllocatedResources = drawList(t, "allocated")
		}
		if rapid.Bool().Draw(t, "applied") {
			status.Resources = &corev1.ResourceRequirements{Requests: drawList(t, "applied")}
		}
		list = append(list, status)
	}
	return list
}

func drawPod(t *rapid.T) *corev1.Pod {
	pod := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default"},
		Spec: corev1.PodSpec{
			InitContainers: drawContainers(t, "init", 4, true),
			Containers:     drawContainers(t, "app", 3, false),
		},
	}
	if rapid.Bool().Draw(t, "overhead") {
		pod.Spec.Overhead = drawList(t, "overhead")
	}
	if rapid.Bool().Draw(t, "pod level") {
		pod.Spec.Resources = &corev1.ResourceRequirements{Requests: drawList(t, "pod level")}
	}
	if rapid.Bool().Draw(t, "resizing") {
		pod.Status.ContainerStatuses = drawStatus(t, pod.Spec.Containers)
		pod.Status.InitContainerStatuses = drawStatus(t, pod.Spec.InitContainers)
		if rapid.Bool().Draw(t, "refused") {
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodResizePending, Status: corev1.ConditionTrue, Reason: corev1.PodReasonInfeasible}}
		}
	}
	return pod
}

func TestEffectiveRequestsAreThoseOfKubernetes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.Marshal(drawPod(t))
		if err != nil {
			t.Fatal(err)
		}
		pod := new(corev1.Pod) // as written: an empty list is an absent one
		if err := json.Unmarshal(text, pod); err != nil {
			t.Fatal(err)
		}
		result, err := importer.Import(bytes.NewReader(text), importer.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		row := result.Scenario.Workloads[0]
		want := helper.PodRequests(pod, helper.PodResourcesOptions{UseStatusResources: true})
		const mib = 1 << 20
		wantCPU, wantMemory := want.Cpu().MilliValue(), (want.Memory().Value()+mib-1)/mib
		if got := max(row.PodCPUMillicores, row.InitCPUMillicores); got != wantCPU {
			t.Errorf("CPU is %dm, Kubernetes counts %dm\n%s", got, wantCPU, text)
		}
		if got := max(row.PodMemoryMiB, row.InitMemoryMiB); got != wantMemory {
			t.Errorf("memory is %d MiB, Kubernetes counts %d MiB\n%s", got, wantMemory, text)
		}
	})
}
