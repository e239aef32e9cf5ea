package takeaway

import (
	"fmt"
	"math"

	"meshplan/internal/model"
)

const (
	networking = "networking.istio.io/v1"
	security   = "security.istio.io/v1"
)

func resource(apiVersion, kind, name, namespace string, spec object) object {
	metadata := object{"name": name}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	return object{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": spec}
}

// policies writes what is applied beside the charts.
func (w *writer) policies() {
	if !isIstio(w.Pattern) {
		return
	}
	if _, has := w.part("ingress_gateway"); has {
		w.yaml("gateway.yaml", "A Gateway to start from", []string{
			"It breaks if: the TLS secret is not in the namespace of the gateway's pods; those pods may not read it;",
			"DNS does not match the hosts; the certificate chain is incomplete. meshplan checks pasted manifests for these.",
		}, resource(networking, "Gateway", "production-gateway", "istio-system", object{
			"selector": object{"istio": "ingressgateway"},
			"servers": []any{object{
				"port": object{"number": 443, "name": "https", "protocol": "HTTPS"},
				"tls":  object{"mode": "SIMPLE", "credentialName": "tls-secret"}, "hosts": []any{"*.example.com"},
			}},
		}))
	}
	if w.Pattern == model.PatternGateway {
		return
	}
	mode := func(mode string) object { return object{"mtls": object{"mode": mode}} }
	w.yaml("peer-authentication-permissive.yaml", "Mutual TLS where both sides can, plain text where not: how every mesh starts", nil,
		resource(security, "PeerAuthentication", "default", "istio-system", mode("PERMISSIVE")))
	w.yaml("peer-authentication-strict.yaml", "Mutual TLS only, for one namespace: kubectl apply -n NAMESPACE -f this file", []string{
		"Apply it once every caller of the namespace is in the mesh; others are refused from that moment.",
	}, resource(security, "PeerAuthentication", "default", "", mode("STRICT")))
	w.authorization()
	w.destinationRule()
	w.sidecarScope()
}

// authorization writes the two ends of the field report's strategy: allow all, then deny
// what nobody was seen to need.
func (w *writer) authorization() {
	w.yaml("authorization-allow-all.yaml", "Authorization, first step: everything is allowed, and said so", []string{
		"kubectl apply -n NAMESPACE -f this file. As long as it is there, no other ALLOW policy of the namespace restricts anything.",
	}, resource(security, "AuthorizationPolicy", "allow-all", "", object{"action": "ALLOW", "rules": []any{object{}}}))
	nothing := resource(security, "AuthorizationPolicy", "allow-nothing", "", object{})
	callers := resource(security, "AuthorizationPolicy", "allow-callers", "", object{
		"action": "ALLOW", "selector": object{"matchLabels": object{"app": "WORKLOAD"}},
		"rules": []any{object{"from": []any{object{"source": object{"principals": []any{"cluster.local/ns/NAMESPACE/sa/CALLER"}}}}}},
	})
	comment := []string{
		"One namespace at a time, after a week of metrics: a rule for each caller that was seen, then delete allow-all.",
		"kubectl apply -n NAMESPACE -f this file; then kubectl -n NAMESPACE delete authorizationpolicy allow-all",
	}
	if w.Pattern != model.PatternAmbient { // the dry run is one of Envoy, which ambient without waypoints has none of
		for _, policy := range []object{nothing, callers} {
			policy["metadata"].(object)["annotations"] = object{"istio.io/dry-run": "true"}
		}
		comment = append(comment, "With the annotation istio.io/dry-run proxies only log what they would deny: take it out when the log is quiet.")
	} else {
		comment = append(comment, "Without waypoints there is no proxy to try it as a dry run: try it on staging, with traffic that resembles production.")
	}
	w.yaml("authorization-deny-default.yaml", "Authorization, second step: what no rule allows is denied", comment, nothing, callers)
}

// Starting points of the DestinationRule, marked as examples in the file.
const (
	exampleTimeoutSeconds = 1
	examplePoolRoom       = 2
)

// destinationRule limits connections to what the busiest service has in flight, by
// Little's law: requests/s × seconds each.
func (w *writer) destinationRule() {
	name, namespace, rate := "service", "NAMESPACE", 0.0
	for _, row := range w.Workloads {
		if all := *row.RPSPerPod * float64(row.Replicas); *row.InMesh && all >= rate && objectName.MatchString(row.Name) {
			name, rate = row.Name, all
			if objectName.MatchString(row.Namespace) {
				namespace = row.Namespace
			}
		}
	}
	pool := int64(max(math.Ceil(rate*exampleTimeoutSeconds*examplePoolRoom), 1))
	w.yaml("destination-rule.yaml", "Circuit breaker and connection pool for the busiest service", []string{
		fmt.Sprintf("%.0f requests/s × %d s each × %d for room = %d in flight (1 s and 2 are examples: put in your own).", rate, exampleTimeoutSeconds, examplePoolRoom, pool),
		"The ejection of hosts that fail is an example too: five failures, half a minute, a quarter of the hosts.",
		"Risk: limits that are too low refuse healthy traffic (503 with the flag UO), time-outs that are too short make",
		"callers retry and add load, and ejecting half of a small service overloads the other half. Try it on staging under load.",
	}, resource(networking, "DestinationRule", name, namespace, object{
		"host": name + "." + namespace + ".svc.cluster.local",
		"trafficPolicy": object{
			"connectionPool": object{
				"tcp":  object{"maxConnections": pool, "connectTimeout": "3s"},
				"http": object{"http1MaxPendingRequests": pool, "http2MaxRequests": pool},
			},
			"outlierDetection": object{"consecutive5xxErrors": 5, "interval": "30s", "baseEjectionTime": "60s", "maxEjectionPercent": 25},
		},
	}))
}

// sidecarScope is written where proxies know more than their own namespace and the
// scoped plan says they would use less memory.
func (w *writer) sidecarScope() {
	if w.Pattern != model.PatternSidecar || w.Scoped == nil {
		return
	}
	now, then := useOf(&w.Plan, "proxy"), useOf(w.Scoped, "proxy")
	if then == nil || now == nil || then.MemoryUseMiB >= now.MemoryUseMiB {
		return
	}
	comment := []string{
		fmt.Sprintf("A proxy is modelled to use %.0f MiB now and %.0f MiB when it knows only its own namespace and the control plane's.", now.MemoryUseMiB, then.MemoryUseMiB),
		"Calls to other namespaces need their hosts added here, or they go through as unknown traffic. Apply it to one",
		"namespace first: with the name of that namespace instead of istio-system it holds there alone.",
	}
	if r := w.Scoped.Result(model.PatternSidecar); r != nil && r.Nodes < w.result.Nodes {
		comment = append(comment, fmt.Sprintf("With requests that follow use it saves %d nodes.", w.result.Nodes-r.Nodes))
	}
	w.yaml("sidecar-scope.yaml", "Scope of what each proxy knows", comment, resource(networking, "Sidecar", "default", "istio-system", object{
		"egress": []any{object{"hosts": []any{"./*", "istio-system/*"}}},
	}))
}

func useOf(p *model.Plan, part string) *model.Use {
	for i := range p.Uses {
		if p.Uses[i].Part == part {
			return &p.Uses[i]
		}
	}
	return nil
}
