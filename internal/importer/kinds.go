package importer

import "strings"

// podless are kinds that run no pods of their own, or none that another kind of the same
// export does not show better.
var podless = setOf(strings.Fields(`
	APIService Binding CertificateSigningRequest ClusterRole ClusterRoleBinding ComponentStatus ControllerRevision CSIDriver CSINode
	CSIStorageCapacity CustomResourceDefinition Endpoints EndpointSlice Event FlowSchema IPAddress Ingress IngressClass Lease LimitRange
	MutatingWebhookConfiguration NetworkPolicy PersistentVolume PersistentVolumeClaim PodTemplate PriorityClass PriorityLevelConfiguration
	ResourceQuota Role RoleBinding RuntimeClass ServiceAccount ServiceCIDR StorageClass ValidatingAdmissionPolicy
	ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment
	BackendTLSPolicy GatewayClass GRPCRoute HTTPRoute ReferenceGrant TCPRoute TLSRoute UDPRoute
	AuthorizationPolicy DestinationRule EnvoyFilter PeerAuthentication ProxyConfig RequestAuthentication ServiceEntry Sidecar Telemetry
	VirtualService WasmPlugin WorkloadEntry WorkloadGroup HTTPLocalRateLimitPolicy MeshTLSAuthentication NetworkAuthentication Server ServerAuthorization
	ServiceProfile TrafficSplit Certificate CertificateRequest ClusterIssuer Issuer ExternalSecret SecretStore ClusterSecretStore
	PodMonitor PrometheusRule ServiceMonitor Probe ImageStream BuildConfig Route Project SecurityContextConstraints`))

// nodeMakers are kinds that make nodes: the nodes themselves tell what runs.
var nodeMakers = setOf(strings.Fields(`EC2NodeClass AKSNodeClass GCENodeClass NodeClaim NodePool Provisioner AWSNodeTemplate
	Cluster Machine MachineDeployment MachinePool MachineSet`))

// other notes an object that becomes no row, with the reason.
func (s *session) other(r ref, version string) {
	switch {
	case podless[r.kind] || r.kind == "Gateway":
		s.skipped.add(r.kind, "not_a_workload", "it runs no pods of its own", r)
	case nodeMakers[r.kind]:
		s.skipped.add(r.kind, "makes_nodes", "it makes nodes: kubectl get nodes tells those that run", r)
	case r.kind == "VerticalPodAutoscaler":
		s.skipped.add(r.kind, "not_applied", "what it recommends counts once pods request it", r)
	case strings.HasPrefix(version, "serving.knative.dev/"):
		s.skipped.add("Knative "+r.kind, "counted_elsewhere", "Knative runs its pods in Deployments: add kubectl get deploy -o json", r)
	default:
		s.skipped.add(r.kind, "unknown_kind", "not a kind that is read here: what it runs counts where the Deployments, StatefulSets or pods that it makes are in the input too", r)
	}
}

// scaledObject takes a ScaledObject of KEDA, whose range goes before that of the
// HorizontalPodAutoscaler which KEDA makes of it: that one cannot say zero.
func (s *session) scaledObject(at where, r ref, o object) {
	const kedaMost = 100 // of maxReplicaCount: keda.sh, ScaledObject specification
	var spec scaledObjectSpec
	if !s.decode(at, r, "spec", o.Spec, &spec) {
		return
	}
	kind := spec.ScaleTargetRef.Kind
	if kind == "" {
		kind = "Deployment"
	}
	a := autoscaler{
		min: s.whole(at, r, "spec.minReplicaCount", spec.MinReplicas, 0),
		max: s.whole(at, r, "spec.maxReplicaCount", spec.MaxReplicas, kedaMost),
	}
	if a.max < a.min {
		s.fail(refusal(at, r.String(), "spec.maxReplicaCount", spec.MaxReplicas.text, "range",
			"maxReplicaCount is below minReplicaCount, which is "+itoa(int(a.min)), "Mend one of them: KEDA refuses such a ScaledObject"))
		return
	}
	s.keda[ref{r.namespace, kind, spec.ScaleTargetRef.Name}] = a
}

// mergeKEDA gives the autoscalers the ranges of the ScaledObjects that made them.
func (s *session) mergeKEDA() {
	for target, a := range s.keda {
		a.current = s.scalers[target].current
		s.scalers[target] = a
	}
}
