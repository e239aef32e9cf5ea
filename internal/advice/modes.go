package advice

import "meshplan/internal/model"

var (
	perPod    = []string{model.PatternSidecar, model.PatternLinkerd}
	encrypts  = []string{model.PatternAmbient, model.PatternAmbientL7, model.PatternSidecar, model.PatternLinkerd}
	inAmbient = []string{model.PatternAmbient, model.PatternAmbientL7}
	ofIstio   = []string{model.PatternGateway, model.PatternAmbient, model.PatternAmbientL7, model.PatternSidecar}
)

// Names of the take-away alerts.
const (
	AlertNodeMemory     = "MeshNodeMemoryHigh"
	AlertControlPlane   = "MeshControlPlaneDown"
	AlertCertificate    = "MeshCertificateExpiresSoon"
	AlertProxySync      = "MeshProxySyncSlow"
	AlertRejected       = "MeshConfigurationRejected"
	AlertThrottled      = "MeshProxyThrottled"
	AlertOutOfMemory    = "MeshProxyOutOfMemory"
	AlertGateway        = "MeshGatewaySaturated"
	AlertNodeProxy      = "MeshNodeProxyDown"
	AlertWaypoint       = "MeshWaypointSaturated"
	AlertSlowStart      = "MeshPodsStartSlowly"
	AlertUpstreamErrors = "MeshUpstreamErrors"
)

// modes are the failure modes of the field report and of the patterns since.
var modes = []mode{
	{
		id: "memory_exhaustion", title: "The nodes run out of memory", factID: "report_failure_memory", alert: AlertNodeMemory,
		judge:    judgeMemory,
		detect:   []string{"kubectl top nodes shows memory near 100 %", "pods are evicted, or stay Pending for insufficient memory"},
		commands: []string{"kubectl top nodes", "kubectl get pods -A --field-selector=status.phase=Pending", "kubectl top pods -A --containers --sort-by=memory | head -30"},
		recovery: []string{"Add nodes; the plan says how many", "Scope what each proxy knows with a Sidecar resource, then lower the memory request", "Take namespaces out of the mesh, the largest first"},
	},
	{
		id: "control_plane_loss", title: "The control plane cannot be reached", factID: "report_failure_control_plane", alert: AlertControlPlane,
		judge: judgeControlPlane,
		detect: []string{"proxies that keep their last configuration: new pods and changes do not arrive", "503 errors that no application log explains",
			"istioctl proxy-status lists proxies as stale or not at all"},
		commands: []string{"istioctl proxy-status", "kubectl -n istio-system get pods -l app=istiod", "kubectl -n istio-system logs deploy/istiod --since=15m", "kubectl get networkpolicies -A"},
		linkerd:  []string{"linkerd check", "linkerd check --proxy", "kubectl -n linkerd get pods", "kubectl get networkpolicies -A"},
		recovery: []string{"Restore the path: network policies, DNS, expired certificates", "Restart the control plane: kubectl -n istio-system rollout restart deploy/istiod", "Run two replicas or more, on different nodes"},
	},
	{
		id: "certificate_rotation", title: "Certificates are not renewed", factID: "report_failure_certificates", alert: AlertCertificate, patterns: encrypts,
		judge:    judgeCertificates,
		detect:   []string{"failed TLS handshakes rise everywhere at once", "logs show generic connection errors, no word of certificates"},
		commands: []string{"istioctl proxy-config secret deploy/NAME -n NAMESPACE", "kubectl -n istio-system get secret istio-ca-secret -o jsonpath='{.data.ca-cert\\.pem}' | base64 -d | openssl x509 -noout -enddate"},
		linkerd:  []string{"linkerd check --proxy", "linkerd identity -n NAMESPACE deploy/NAME", "kubectl -n linkerd get secret linkerd-identity-issuer -o jsonpath='{.data.crt\\.pem}' | base64 -d | openssl x509 -noout -enddate"},
		recovery: []string{"Restart the control plane; connections break for a moment", "Renew the root or issuer certificate before restarting when that is what expired", "Restart the workloads whose proxies still hold the old certificate"},
	},
	{
		id: "proxy_sync", title: "Proxies work with stale routes", factID: "report_failure_sync", alert: AlertProxySync, patterns: ofIstio,
		judge:    judgeSync,
		detect:   []string{"istioctl proxy-status shows STALE", "pilot_proxy_convergence_time rises", "istiod is at its CPU or memory limit"},
		commands: []string{"istioctl proxy-status | grep -v SYNCED", "kubectl -n istio-system top pods -l app=istiod", "istioctl analyze -A", "istioctl proxy-config cluster POD -n NAMESPACE | wc -l"},
		recovery: []string{"Give istiod the CPU and memory that the plan names", "Scope configuration with Sidecar resources", "Slow down whatever changes services and endpoints all the time"},
	},
	{
		id: "throttled_sidecars", title: "Sidecars of busy services are throttled", factID: "report_failure_throttled", alert: AlertThrottled, patterns: perPod,
		judge:    judgeThrottled,
		detect:   []string{"container_cpu_cfs_throttled_periods_total of istio-proxy rises", "latency rises with traffic while the application is idle"},
		commands: []string{"kubectl top pods -n NAMESPACE --containers | grep istio-proxy", "kubectl get pod POD -n NAMESPACE -o jsonpath='{.spec.containers[?(@.name==\"istio-proxy\")].resources}'"},
		linkerd:  []string{"kubectl top pods -n NAMESPACE --containers | grep linkerd-proxy", "linkerd viz stat deploy -n NAMESPACE"},
		recovery: []string{"Raise the limit of the busy workloads: sidecar.istio.io/proxyCPULimit on the pod template", "Spread the load over more replicas"},
	},
	{
		id: "proxy_out_of_memory", title: "Sidecars are killed for memory", factID: "report_sidecar_mem", alert: AlertOutOfMemory, patterns: perPod,
		judge:    judgeOutOfMemory,
		detect:   []string{"last termination reason OOMKilled on istio-proxy", "restarts without a line in the log"},
		commands: []string{"kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{\" \"}{.status.containerStatuses[?(@.name==\"istio-proxy\")].lastState.terminated.reason}{\"\\n\"}{end}' | grep OOMKilled", "kubectl logs POD -n NAMESPACE -c istio-proxy --previous"},
		linkerd:  []string{"kubectl get pods -A -o wide | grep -v Running", "kubectl logs POD -n NAMESPACE -c linkerd-proxy --previous"},
		recovery: []string{"Raise the memory limit, then scope what the proxy knows", "Look for a leak in the Istio version"},
	},
	{
		id: "gateway_saturation", title: "The gateway is overwhelmed", factID: "report_failure_gateway", alert: AlertGateway, patterns: ofIstio,
		judge:    judgeGateway,
		detect:   []string{"CPU of the gateway at its limit, its autoscaler at its maximum", "503 with the flag UO (overflow) in the access log"},
		commands: []string{"kubectl -n istio-system get hpa", "kubectl -n istio-system top pods -l istio=ingressgateway", "istioctl proxy-config cluster deploy/istio-ingressgateway -n istio-system"},
		recovery: []string{"Raise replicas and the autoscaler's maximum", "Split hosts over several gateways"},
	},
	{
		id: "node_proxy", title: "A node's proxy fails and takes the node's pods with it", factID: "report_failure_node_proxy", alert: AlertNodeProxy, patterns: inAmbient,
		judge:    judgeNodeProxy,
		detect:   []string{"every meshed pod of one node loses its connections at once", "restarts of ztunnel; its memory only rises"},
		commands: []string{"kubectl -n istio-system get pods -l app=ztunnel -o wide", "kubectl -n istio-system logs ds/ztunnel --since=15m", "istioctl ztunnel-config workloads", "kubectl -n istio-system top pods -l app=ztunnel"},
		recovery: []string{"Restart the ztunnel of that node", "Drain the node", "Raise its request to what the plan names"},
	},
	{
		id: "waypoint_saturation", title: "A waypoint is overwhelmed", factID: "waypoint_cpu_per_1000rps_1_24", alert: AlertWaypoint, patterns: []string{model.PatternAmbientL7},
		judge:    judgeWaypoint,
		detect:   []string{"latency rises for one namespace only", "CPU of its waypoint at its limit"},
		commands: []string{"kubectl get gateways -A -l istio.io/waypoint-for", "kubectl -n NAMESPACE top pods -l gateway.networking.k8s.io/gateway-name=waypoint", "istioctl waypoint status -A"},
		recovery: []string{"Raise waypoint_replicas for that namespace", "Take services that need no L7 off the waypoint"},
	},
	{
		id: "slow_start", title: "Pods start slowly, and every deployment with them", factID: "report_failure_start", alert: AlertSlowStart, patterns: perPod,
		judge:    judgeStart,
		detect:   []string{"pods stay unready for long after the image is there", "pipelines run into their time-outs"},
		commands: []string{"kubectl get events -n NAMESPACE --sort-by=.lastTimestamp | tail -30", "kubectl logs POD -n NAMESPACE -c istio-proxy | grep -i ready"},
		linkerd:  []string{"kubectl get events -n NAMESPACE --sort-by=.lastTimestamp | tail -30", "kubectl logs POD -n NAMESPACE -c linkerd-proxy"},
		recovery: []string{"Use startup probes, with room for the proxy", "Run native sidecars, which start first and are waited for", "Write the added time into the deployment windows"},
	},
	{
		id: ModeEtcd, title: "Losing etcd or the API server freezes the mesh", factID: "report_etcd", alert: AlertControlPlane,
		judge:    judgeEtcd,
		detect:   []string{"kubectl is slow or fails", "istiod logs errors of its watches"},
		commands: []string{"kubectl get --raw='/readyz?verbose'", "kubectl -n istio-system logs deploy/istiod --since=15m | grep -i 'watch\\|timeout'"},
		linkerd:  []string{"kubectl get --raw='/readyz?verbose'", "kubectl -n linkerd logs deploy/linkerd-destination -c destination --since=15m"},
		recovery: []string{"Restore the cluster's control plane first", "Proxies go on with what they know: do not restart workloads meanwhile"},
	},
}
