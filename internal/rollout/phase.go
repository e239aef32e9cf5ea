package rollout

import (
	"fmt"
	"regexp"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Phase is a stretch of the road, in the field report's order.
type Phase struct {
	ID     string `json:"id"` // containers, kubernetes, mesh
	Title  string `json:"title"`
	Why    string `json:"why"`
	Steps  []Step `json:"steps"`
	FactID string `json:"fact_id"`
}

// Step is one thing to do, with the commands for it.
type Step struct {
	Title    string   `json:"title"`
	Detail   string   `json:"detail"`
	Commands []string `json:"commands"`
}

// phases of the field report, the last for the pattern.
func phases(pattern string) []Phase {
	factor := facts.Must("report_container_work_factor")
	return []Phase{
		{
			ID: "containers", Title: "Containers first", FactID: "report_phases",
			Why: fmt.Sprintf("A mesh in front of containers that do not work hides why. The field report found this to take %g × the estimate", factor.Value()),
			Steps: []Step{
				{"Build images in stages", "Small images start faster, and every mesh restarts pods", []string{"grep -c '^FROM' Dockerfile"}},
				{"Make health checks mean something", "A check that passes while the service fails sends traffic to it", []string{}},
				{"Scan images", "Fix what is known before adding to it", []string{"trivy image --severity HIGH,CRITICAL IMAGE"}},
			},
		},
		{
			ID: "kubernetes", Title: "Kubernetes without a mesh", FactID: "report_phases",
			Why: "What the mesh adds can only be told from what was there if that is in order",
			Steps: []Step{
				{"Set requests from usage", "Not the same 500m and 1Gi on everything: this plan is only as good as the requests", []string{"kubectl top pods -A --containers"}},
				{"Probe readiness and liveness", "Add startup probes with room for the proxy", []string{}},
				{"Set disruption budgets", "Every wave restarts pods", []string{"kubectl get pdb -A"}},
			},
		},
		meshPhase(pattern),
	}
}

func meshPhase(pattern string) Phase {
	p := Phase{ID: "mesh", Title: "The mesh, wave by wave", FactID: "report_phases", Why: "Start where little can break, and look before going on"}
	watch := Step{"Watch the control plane between waves", "Proxies that are out of date, certificates, memory and CPU of the control plane",
		[]string{"istioctl proxy-status", "istioctl analyze -A"}}
	switch pattern {
	case model.PatternLinkerd:
		p.Steps = []Step{
			{"Install with high availability", "The take-away values hold the requests of this plan", []string{"linkerd check --pre", "helm install linkerd-control-plane linkerd/linkerd-control-plane -n linkerd -f linkerd-values.yaml"}},
			{"Let the waves join", "One after another, in the order below", []string{}},
			{"Watch the control plane between waves", "Proxies, certificates, and the success rate of each workload", []string{"linkerd check --proxy", "linkerd viz stat deploy -A"}},
		}
	case model.PatternGateway:
		p.Steps = []Step{
			{"Install istiod and the gateway", "No pod gets a proxy", []string{"helm install istiod istio/istiod -n istio-system -f istiod-values.yaml", "helm install istio-ingressgateway istio/gateway -n istio-system -f gateway-values.yaml"}},
			{"Move hosts over one by one", "By DNS, the least used first", []string{}},
			watch,
		}
	default:
		p.Steps = []Step{
			{"Try it with the demo profile on staging", "Then install production values: the demo profile's requests are far too small", []string{"istioctl install --set profile=demo -y"}},
			{"Install with the values of this plan", "Mutual TLS stays permissive, so that those outside can still call", []string{"helm install istiod istio/istiod -n istio-system -f istiod-values.yaml"}},
			{"Let the waves join", "One after another, in the order below; go on when a day was quiet", []string{}},
			watch,
		}
	}
	return p
}

// objectName is what Kubernetes accepts as a name. Others are not put into commands: a
// shared scenario must not hand its reader a command of somebody else's making.
var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

func nameOr(name, placeholder string) string {
	if objectName.MatchString(name) {
		return name
	}
	return placeholder
}

// mostCommands of a wave are listed.
const mostCommands = 20

// commands let a wave join.
func commands(pattern string, group []unit) []string {
	list := []string{}
	for _, u := range group {
		namespace := nameOr(u.namespace, "NAMESPACE")
		if u.workload == "" && !u.some {
			list = append(list, namespaceCommands(pattern, namespace, u.kinds())...)
			continue
		}
		list = append(list, workloadCommands(pattern, namespace, u.kinds()[0]+" "+nameOr(u.workload, "NAME"))...)
	}
	return list[:min(len(list), mostCommands)]
}

func namespaceCommands(pattern, namespace string, kinds []string) []string {
	restarting := func(join string) []string {
		list := []string{join}
		for _, kind := range kinds {
			list = append(list, "kubectl -n "+namespace+" rollout restart "+kind)
		}
		return list
	}
	switch pattern {
	case model.PatternSidecar:
		return restarting("kubectl label namespace " + namespace + " istio-injection=enabled")
	case model.PatternLinkerd:
		return restarting("kubectl annotate namespace " + namespace + " linkerd.io/inject=enabled")
	case model.PatternAmbient:
		return []string{"kubectl label namespace " + namespace + " istio.io/dataplane-mode=ambient"}
	case model.PatternAmbientL7:
		return []string{"kubectl label namespace " + namespace + " istio.io/dataplane-mode=ambient", "istioctl waypoint apply -n " + namespace + " --enroll-namespace"}
	}
	return nil
}

// workloadCommands patch the pod template, which restarts the pods where they have to.
func workloadCommands(pattern, namespace, workload string) []string {
	patch := func(metadata string) []string {
		return []string{fmt.Sprintf(`kubectl -n %s patch %s -p '{"spec":{"template":{"metadata":%s}}}'`, namespace, workload, metadata)}
	}
	switch pattern {
	case model.PatternSidecar:
		return patch(`{"labels":{"sidecar.istio.io/inject":"true"}}`)
	case model.PatternLinkerd:
		return patch(`{"annotations":{"linkerd.io/inject":"enabled"}}`)
	case model.PatternAmbient, model.PatternAmbientL7:
		return patch(`{"labels":{"istio.io/dataplane-mode":"ambient"}}`)
	}
	return nil
}

// authorization is the field report's strategy: allow all, then restrict step by step.
func authorization(pattern string) []Step {
	if pattern == model.PatternLinkerd {
		return []Step{
			{"Allow all", "The default inbound policy is all-unauthenticated", []string{"linkerd authz -n NAMESPACE deploy"}},
			{"See who calls", "Before anything is denied", []string{"linkerd viz edges deploy -n NAMESPACE"}},
			{"Ask for identity", "Namespace by namespace, once all callers are in the mesh", []string{"kubectl annotate namespace NAMESPACE config.linkerd.io/default-inbound-policy=all-authenticated"}},
			{"Deny by default where it matters", "With an AuthorizationPolicy for each caller that was seen", []string{}},
		}
	}
	if pattern == model.PatternGateway {
		return []Step{{"Restrict at the gateway only", "Between services nothing is encrypted or authorised", []string{}}}
	}
	return []Step{
		{"Allow all", "PERMISSIVE mutual TLS and no AuthorizationPolicy: everything goes on working", []string{"kubectl get peerauthentication,authorizationpolicy -A"}},
		{"See who calls", "From the metrics of a week, before anything is denied", []string{"sum by (source_workload, destination_workload) (rate(istio_requests_total[1d]))"}},
		{"Ask for mutual TLS", "STRICT namespace by namespace, once all callers are in the mesh", []string{"kubectl apply -n NAMESPACE -f peer-authentication-strict.yaml"}},
		{"Deny by default where it matters", "One namespace at a time, with a rule for each caller that was seen; try it as a dry run first", []string{"kubectl annotate authorizationpolicy NAME -n NAMESPACE istio.io/dry-run=true"}},
	}
}
