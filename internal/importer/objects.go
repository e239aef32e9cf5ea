package importer

import "encoding/json"

// The Kubernetes objects, as far as an import looks at them. Nothing else of an object is
// decoded: no environment, no arguments, no volumes, and of the annotations only those
// that say how a mesh treats a pod.

type object struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   objectMeta      `json:"metadata"`
	Spec       json.RawMessage `json:"spec"`
	Status     json.RawMessage `json:"status"`
	Items      json.RawMessage `json:"items"`
}

type objectMeta struct {
	Name              string           `json:"name"`
	GenerateName      string           `json:"generateName"`
	Namespace         string           `json:"namespace"`
	Labels            map[string]loose `json:"labels"`
	Annotations       meshSwitches     `json:"annotations"`
	OwnerReferences   []ownerReference `json:"ownerReferences"`
	DeletionTimestamp loose            `json:"deletionTimestamp"`
}

// meshSwitches are the annotations that turn injection on or off for a pod or namespace.
type meshSwitches struct {
	Istio   loose `json:"sidecar.istio.io/inject"`
	Linkerd loose `json:"linkerd.io/inject"`
	Kuma    loose `json:"kuma.io/sidecar-injection"`
	Consul  loose `json:"consul.hashicorp.com/connect-inject"`
	AppMesh loose `json:"appmesh.k8s.aws/sidecarInjectorWebhook"`
}

type ownerReference struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Controller bool   `json:"controller"`
}

// workloadSpec is the spec of everything that has a pod template.
type workloadSpec struct {
	Replicas    loose        `json:"replicas"`
	Parallelism loose        `json:"parallelism"`
	Suspend     bool         `json:"suspend"`
	Template    *podTemplate `json:"template"`
	JobTemplate *jobTemplate `json:"jobTemplate"` // CronJob
	WorkloadRef *targetRef   `json:"workloadRef"` // Argo Rollout
}

type jobTemplate struct {
	Spec struct {
		Parallelism loose        `json:"parallelism"`
		Template    *podTemplate `json:"template"`
	} `json:"spec"`
}

type podTemplate struct {
	Metadata objectMeta `json:"metadata"`
	Spec     podSpec    `json:"spec"`
}

type workloadStatus struct {
	DesiredNumberScheduled *int64      `json:"desiredNumberScheduled"` // DaemonSet
	Conditions             []condition `json:"conditions"`
}

type condition struct {
	Type   string `json:"type"`
	Status string `json:"status"`
	Reason string `json:"reason"`
}

type targetRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

type podSpec struct {
	NodeName                  string           `json:"nodeName"`
	NodeSelector              map[string]loose `json:"nodeSelector"`
	HostNetwork               bool             `json:"hostNetwork"`
	InitContainers            []container      `json:"initContainers"`
	Containers                []container      `json:"containers"`
	Overhead                  resourceList     `json:"overhead"`
	Resources                 resources        `json:"resources"`
	Tolerations               []toleration     `json:"tolerations"`
	Affinity                  affinity         `json:"affinity"`
	TopologySpreadConstraints []topologySpread `json:"topologySpreadConstraints"`
}

type container struct {
	Name          string    `json:"name"`
	Image         string    `json:"image"`
	RestartPolicy string    `json:"restartPolicy"`
	Resources     resources `json:"resources"`
}

type resources struct {
	Requests resourceList `json:"requests"`
	Limits   resourceList `json:"limits"`
}

type resourceList struct {
	CPU    loose `json:"cpu"`
	Memory loose `json:"memory"`
}

type toleration struct {
	Key      string `json:"key"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
	Effect   string `json:"effect"`
}

type affinity struct {
	NodeAffinity struct {
		Required *nodeSelector `json:"requiredDuringSchedulingIgnoredDuringExecution"`
	} `json:"nodeAffinity"`
	PodAffinity struct {
		Required []podAffinityTerm `json:"requiredDuringSchedulingIgnoredDuringExecution"`
	} `json:"podAffinity"`
	PodAntiAffinity struct {
		Required []podAffinityTerm `json:"requiredDuringSchedulingIgnoredDuringExecution"`
	} `json:"podAntiAffinity"`
}

type nodeSelector struct {
	Terms []nodeSelectorTerm `json:"nodeSelectorTerms"`
}

type nodeSelectorTerm struct {
	MatchExpressions []labelExpression `json:"matchExpressions"`
}

type labelExpression struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

type podAffinityTerm struct {
	TopologyKey   string         `json:"topologyKey"`
	LabelSelector *labelSelector `json:"labelSelector"`
}

type labelSelector struct {
	MatchLabels      map[string]loose  `json:"matchLabels"`
	MatchExpressions []labelExpression `json:"matchExpressions"`
}

type topologySpread struct {
	MaxSkew           loose  `json:"maxSkew"`
	TopologyKey       string `json:"topologyKey"`
	WhenUnsatisfiable string `json:"whenUnsatisfiable"`
}

type podStatus struct {
	Phase                 string            `json:"phase"`
	Conditions            []condition       `json:"conditions"`
	ContainerStatuses     []containerStatus `json:"containerStatuses"`
	InitContainerStatuses []containerStatus `json:"initContainerStatuses"`
}

// containerStatus holds what an in-place resize granted and applied.
type containerStatus struct {
	Name               string        `json:"name"`
	AllocatedResources *resourceList `json:"allocatedResources"`
	Resources          *struct {
		Requests *resourceList `json:"requests"`
	} `json:"resources"`
}

// scaledObjectSpec is KEDA's autoscaler, which makes a HorizontalPodAutoscaler of its own.
type scaledObjectSpec struct {
	MinReplicas    loose     `json:"minReplicaCount"`
	MaxReplicas    loose     `json:"maxReplicaCount"`
	ScaleTargetRef targetRef `json:"scaleTargetRef"`
}

type autoscalerSpec struct {
	MinReplicas    loose     `json:"minReplicas"`
	MaxReplicas    loose     `json:"maxReplicas"`
	ScaleTargetRef targetRef `json:"scaleTargetRef"`
}

type autoscalerStatus struct {
	CurrentReplicas loose `json:"currentReplicas"`
}

type budgetSpec struct {
	Selector *labelSelector `json:"selector"`
}

type nodeSpec struct {
	ProviderID string      `json:"providerID"`
	Taints     []nodeTaint `json:"taints"`
}

type nodeTaint struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Effect string `json:"effect"`
}

type nodeStatus struct {
	Capacity    nodeResources `json:"capacity"`
	Allocatable nodeResources `json:"allocatable"`
	NodeInfo    struct {
		Architecture    string `json:"architecture"`
		OperatingSystem string `json:"operatingSystem"`
	} `json:"nodeInfo"`
}

type nodeResources struct {
	CPU    loose `json:"cpu"`
	Memory loose `json:"memory"`
	Pods   loose `json:"pods"`
}
