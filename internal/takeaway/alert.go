package takeaway

import (
	"fmt"

	"meshplan/internal/advice"
	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// rule is a Prometheus alerting rule.
type rule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// alerts writes a rule for every failure mode that the pattern can have. Thresholds that
// no source gives are starting points, and the file says so.
func (w *writer) alerts() {
	wanted := map[string]advice.FailureMode{}
	for _, mode := range advice.FailureModes(w.Scenario, w.Plan, w.Pattern) {
		if _, has := wanted[mode.Alert]; !has {
			wanted[mode.Alert] = mode
		}
	}
	var rules []rule
	for _, r := range w.rules() {
		mode, has := wanted[r.Alert]
		if has {
			r.Annotations["description"] = mode.Title + ". " + mode.Recovery[0] + "."
			r.Annotations["commands"] = mode.Commands[0]
			rules = append(rules, r)
		} else if r.Annotations["always"] == "true" {
			rules = append(rules, r)
		}
		delete(r.Annotations, "always")
	}
	groups := object{"groups": []any{object{"name": "mesh-" + w.Pattern, "rules": rules}}}
	comment := []string{
		"Metrics come from the mesh, from kube-state-metrics, the kubelet (cAdvisor) and node-exporter.",
		"Requests, limits and start times are those of the plan; shares and waiting times are starting points to tune.",
	}
	w.yaml("mesh-alerts.yaml", "Alert rules for the failure modes, as a rule file of Prometheus", comment, groups)
	w.yaml("mesh-alerts-prometheusrule.yaml", "The same rules for the Prometheus operator", comment,
		resource("monitoring.coreos.com/v1", "PrometheusRule", "mesh-alerts", "monitoring", groups))
}

func newRule(name, severity, wait, summary, expr string) rule {
	return rule{Alert: name, Expr: expr, For: wait, Labels: map[string]string{"severity": severity}, Annotations: map[string]string{"summary": summary}}
}

// rules in general; those that do not concern the pattern are left out by alerts.
func (w *writer) rules() []rule {
	container, namespace, deployment := "istio-proxy", "istio-system", "istiod"
	if w.Pattern == model.PatternLinkerd {
		container, namespace, deployment = "linkerd-proxy", "linkerd", "linkerd-destination"
	}
	const share = 0.8
	cores := func(factID string) float64 { return facts.Must(factID).Value() / 1000 * share }
	slow := facts.Must("report_pod_start").Highest()
	return append([]rule{
		newRule(advice.AlertNodeMemory, "warning", "15m", "A node has less than a tenth of its memory left",
			`node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1`),
		newRule(advice.AlertControlPlane, "critical", "5m", "The mesh's control plane is away",
			fmt.Sprintf(`absent(kube_deployment_status_replicas_available{namespace=%q,deployment=%q}) or kube_deployment_status_replicas_available{namespace=%q,deployment=%q} < 1`,
				namespace, deployment, namespace, deployment)),
		newRule(advice.AlertThrottled, "warning", "15m", "A proxy is throttled in more than a quarter of its periods",
			fmt.Sprintf(`sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{container=%q}[5m])) / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{container=%q}[5m])) > 0.25`, container, container)),
		newRule(advice.AlertOutOfMemory, "critical", "0m", "A proxy was killed for memory",
			fmt.Sprintf(`{__name__=~"kube_pod(_init)?_container_status_last_terminated_reason",container=%q,reason="OOMKilled"} == 1`, container)),
		newRule(advice.AlertGateway, "warning", "10m", "A gateway uses more than 80 % of its CPU limit",
			fmt.Sprintf(`sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="istio-system",pod=~"istio-ingress.*",container="istio-proxy"}[5m])) > %g`, cores("gateway_lim_cpu"))),
		newRule(advice.AlertWaypoint, "warning", "10m", "A waypoint uses more than 80 % of its CPU limit",
			fmt.Sprintf(`sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{pod=~"waypoint-.*",container="istio-proxy"}[5m])) > %g`, cores("waypoint_lim_cpu"))),
		newRule(advice.AlertNodeProxy, "critical", "2m", "A node has no working ztunnel: its meshed pods are cut off",
			`kube_daemonset_status_number_unavailable{namespace="istio-system",daemonset="ztunnel"} > 0`),
		newRule(advice.AlertSlowStart, "info", "10m", fmt.Sprintf("Pods take longer than %g s from being scheduled to being ready", slow),
			fmt.Sprintf(`count by (namespace) (kube_pod_status_ready_time - on (namespace, pod, uid) kube_pod_status_scheduled_time > %g) > 0`, slow)),
	}, w.ownRules()...)
}

// ownRules use the metrics of the mesh itself.
func (w *writer) ownRules() []rule {
	always := func(r rule) rule {
		r.Annotations["always"] = "true"
		return r
	}
	if w.Pattern == model.PatternLinkerd {
		return []rule{
			newRule(advice.AlertCertificate, "critical", "10m", "A proxy's certificate expires within six hours",
				`min by (namespace, pod) ({__name__=~"(control_)?identity_cert_expiration_timestamp_seconds"}) - time() < 6 * 3600`),
			always(newRule(advice.AlertUpstreamErrors, "warning", "10m", "More than one in a hundred requests fails",
				`sum by (namespace, deployment) (rate(response_total{classification="failure",direction="inbound"}[5m])) / sum by (namespace, deployment) (rate(response_total{direction="inbound"}[5m])) > 0.01`)),
		}
	}
	rules := []rule{
		newRule(advice.AlertCertificate, "critical", "10m", "A root certificate expires within 30 days, or a proxy's within six hours",
			`citadel_server_root_cert_expiry_timestamp - time() < 30 * 86400 or istio_agent_cert_expiry_seconds < 6 * 3600`),
		newRule(advice.AlertProxySync, "warning", "10m", "Changes take longer than ten seconds to reach the proxies",
			`histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m]))) > 10`),
		always(newRule(advice.AlertRejected, "warning", "10m", "Proxies refuse their configuration", `sum(rate(pilot_total_xds_rejects[5m])) > 0`)),
	}
	if w.Pattern != model.PatternAmbient { // only a proxy that reads requests sees their flags
		rules = append(rules, always(newRule(advice.AlertUpstreamErrors, "warning", "10m", "More than one in a hundred requests fails to reach its destination",
			`sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total{response_flags=~"UF|UH|UO|URX|NC"}[5m])) / sum by (destination_workload_namespace, destination_workload) (rate(istio_requests_total[5m])) > 0.01`)))
	}
	return rules
}
