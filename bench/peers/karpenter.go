package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/clock"
	fakeclient "sigs.k8s.io/controller-runtime/pkg/client/fake"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
	"sigs.k8s.io/karpenter/pkg/operator/options"
	requirements "sigs.k8s.io/karpenter/pkg/scheduling"

	"meshplan/internal/pack"
)

// The one place where nodes can be had: the recorded instances know no zones.
const (
	zone = "zone-a"
	pool = "pool"
)

// karpenter is Karpenter's scheduler, loaded with one instance: an empty cluster, one
// node pool without limits that may buy every node type, all pods pending at once.
type karpenter struct {
	problem   *pack.Problem
	pods      []*corev1.Pod
	shapes    map[types.UID]int
	typeIndex map[string]int
	types     []*cloudprovider.InstanceType
}

// newKarpenter makes pods and instance types from the problem.
func newKarpenter(p *pack.Problem) *karpenter {
	k := &karpenter{problem: p, shapes: map[types.UID]int{}, typeIndex: map[string]int{}}
	for s, shape := range p.Shapes {
		for n := range shape.Count {
			pod := pendingPod(fmt.Sprintf("shape-%d-%d", s, n), shape.Size)
			k.shapes[pod.UID] = s
			k.pods = append(k.pods, pod)
		}
	}
	for t, nodeType := range p.NodeTypes {
		k.typeIndex[nodeType.Name] = t
		k.types = append(k.types, instanceType(nodeType))
	}
	return k
}

func amounts(v pack.Vector) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewMilliQuantity(v[pack.CPU], resource.DecimalSI),
		corev1.ResourceMemory: *resource.NewQuantity(v[pack.Memory]<<20, resource.BinarySI),
	}
}

func pendingPod(name string, size pack.Vector) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, UID: types.UID(name)},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Resources: corev1.ResourceRequirements{Requests: amounts(size)}}}},
		Status:     corev1.PodStatus{Phase: corev1.PodPending},
	}
}

// instanceType offers a node type on demand. The capacities of an instance are what pods
// may use, so nothing is taken off for the system.
func instanceType(t pack.NodeType) *cloudprovider.InstanceType {
	capacity := amounts(t.Capacity)
	capacity[corev1.ResourcePods] = *resource.NewQuantity(t.Capacity[pack.Pods], resource.DecimalSI)
	place := map[string]string{corev1.LabelTopologyZone: zone, karpenterv1.CapacityTypeLabelKey: karpenterv1.CapacityTypeOnDemand}
	labels := map[string]string{
		corev1.LabelInstanceTypeStable: t.Name,
		corev1.LabelArchStable:         karpenterv1.ArchitectureAmd64,
		corev1.LabelOSStable:           string(corev1.Linux),
	}
	all := requirements.NewLabelRequirements(labels)
	all.Add(requirements.NewLabelRequirements(place).Values()...)
	return &cloudprovider.InstanceType{
		Name:         t.Name,
		Requirements: all,
		Offerings: cloudprovider.Offerings{{
			Requirements: requirements.NewLabelRequirements(place),
			Price:        float64(t.Price) / microUSD,
			Available:    true,
		}},
		Capacity: capacity,
		Overhead: &cloudprovider.InstanceTypeOverhead{},
	}
}

// schedule lets Karpenter decide on nodes, with the settings that it has by default.
func (k *karpenter) schedule(ctx context.Context) (scheduling.Results, error) {
	ctx = options.ToContext(ctx, &options.Options{IgnoreDRARequests: true, FeatureGates: options.DefaultFeatureGates()})
	nodePool := &karpenterv1.NodePool{ObjectMeta: metav1.ObjectMeta{Name: pool}}
	nodePool.Spec.Template.Spec.NodeClassRef = &karpenterv1.NodeClassReference{Group: "meshplan", Kind: "NodeClass", Name: pool}
	pools := []*karpenterv1.NodePool{nodePool}
	offered := map[string][]*cloudprovider.InstanceType{pool: k.types}
	client := fakeclient.NewClientBuilder().Build()
	cluster := state.NewCluster(clock.RealClock{}, client, nil)
	topology, err := scheduling.NewTopology(ctx, client, cluster, nil, pools, offered, k.pods)
	if err != nil {
		return scheduling.Results{}, err
	}
	scheduler := scheduling.NewScheduler(ctx, client, pools, cluster, nil, topology, offered, nil,
		events.NewRecorder(&record.FakeRecorder{}), clock.RealClock{}, nil, nil)
	return scheduler.Solve(ctx, k.pods)
}

// plan turns Karpenter's decision into a placement that the checker can judge: every new
// node becomes the cheapest of the types that Karpenter leaves open for it, as at launch.
func (k *karpenter) plan(results scheduling.Results) (pack.Solution, error) {
	s := pack.Solution{Status: pack.Feasible}
	for pod, err := range results.PodErrors {
		return s, fmt.Errorf("pod %s was not placed: %w", pod.Name, err)
	}
	for _, claim := range results.NewNodeClaims {
		open := claim.InstanceTypeOptions.OrderByPrice(claim.Requirements)
		if len(open) == 0 {
			return s, fmt.Errorf("node claim %s has no instance type", claim.Name)
		}
		counts := make([]int64, len(k.problem.Shapes))
		for _, pod := range claim.Pods {
			shape, ok := k.shapes[pod.UID]
			if !ok {
				return s, fmt.Errorf("pod %s is none of the instance's", pod.Name)
			}
			counts[shape]++
		}
		group := pack.Group{NodeType: k.typeIndex[open[0].Name], Count: 1}
		for shape, n := range counts {
			if n > 0 {
				group.Pods = append(group.Pods, pack.Placed{Shape: shape, Count: n})
			}
		}
		s.Groups = append(s.Groups, group)
		s.Nodes++
		s.Cost += k.problem.NodeTypes[group.NodeType].Price
	}
	return s, pack.Check(*k.problem, s)
}
