package advice

import (
	"fmt"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Duty is something that running a mesh takes, whatever the pattern.
type Duty struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	State  string `json:"state"` // pass, fail, unknown
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"` // the input that answers it
	FactID string `json:"fact_id"`
	Source string `json:"source"`
}

// Duties are the field report's operational requirements. The scenario answers those it
// has an input for; the others stay a checklist.
func Duties(s model.Scenario) []Duty {
	list := []Duty{
		expert(s.Needs.MeshEngineers),
		{ID: "monitoring", Title: "The control plane, certificates and proxies are watched", State: Unknown, Detail: "The take-away alert rules cover each failure mode; load them before the first namespace joins"},
		{ID: "rollback", Title: "Going back is automated and was tried", State: Unknown, Detail: "The removal runbook, run once on a staging cluster"},
		{ID: "escalation", Title: "Somebody is called when the control plane fails", State: Unknown, Detail: "Name who is called, and who may restart the control plane"},
		training(s.Needs.MeshTrainingUSD),
		{ID: "staging", Title: "A staging environment sees every change first", State: Unknown, Detail: "Same Istio version, same policies, traffic that resembles production"},
	}
	for i := range list {
		list[i].FactID = "report_duties"
		list[i].Source = facts.Must("report_duties").Source
	}
	return list
}

func expert(engineers *int64) Duty {
	d := Duty{ID: "expert", Title: "Somebody on the team knows the mesh well", Field: "mesh_engineers", State: Unknown, Detail: "Say how many can run one"}
	if engineers != nil {
		d.State, d.Detail = Fail, "nobody yet"
		if *engineers > 0 {
			d.State, d.Detail = Pass, fmt.Sprintf("%d can run one", *engineers)
		}
		if *engineers == 1 {
			d.Detail += "; holidays and illness leave none"
		}
	}
	return d
}

func training(usd *float64) Duty {
	d := Duty{ID: "training", Title: "There is money for training and tooling", Field: "mesh_training_usd", State: Unknown, Detail: "Say how much"}
	if usd != nil {
		d.State, d.Detail = Fail, "none is planned"
		if *usd > 0 {
			d.State, d.Detail = Pass, fmt.Sprintf("$%.0f, once", *usd)
		}
	}
	return d
}

// DiagnosisStep is a stop on the road from an error message to its cause.
type DiagnosisStep struct {
	Cause    string   `json:"cause"`
	Question string   `json:"question"`
	Commands []string `json:"commands"`
	Finding  string   `json:"finding"` // what the answer means
}

// UpstreamError is the road of diagnosis for "upstream connect error or disconnect/reset
// before headers", nearest causes first (fact report_failure_upstream).
func UpstreamError() []DiagnosisStep {
	return []DiagnosisStep{
		{
			Cause: "the proxy is out of date", Question: "Does every proxy have its configuration?",
			Commands: []string{"istioctl proxy-status", "istioctl analyze -n NAMESPACE"},
			Finding:  "STALE or a missing proxy: look at the control plane first. A message of analyze names the faulty object",
		},
		{
			Cause: "the destination is unknown", Question: "Does the caller's proxy know the destination?",
			Commands: []string{"istioctl proxy-config cluster CALLER-POD -n NAMESPACE --fqdn SERVICE.NAMESPACE.svc.cluster.local", "kubectl get service SERVICE -n NAMESPACE"},
			Finding:  "no cluster: a Sidecar resource hides it, the name is wrong, or the DNS name is not that of a Service",
		},
		{
			Cause: "the destination is unreachable", Question: "Has the destination healthy endpoints?",
			Commands: []string{"istioctl proxy-config endpoint CALLER-POD -n NAMESPACE --cluster 'outbound|80||SERVICE.NAMESPACE.svc.cluster.local'", "kubectl get endpointslices -n NAMESPACE -l kubernetes.io/service-name=SERVICE"},
			Finding:  "none: its pods are not ready, or the selector or port is wrong. UNHEALTHY: outlier detection of a DestinationRule took them out",
		},
		{
			Cause: "certificates do not match", Question: "Do both sides hold valid certificates and agree on mTLS?",
			Commands: []string{"istioctl proxy-config secret CALLER-POD -n NAMESPACE", "kubectl get peerauthentication -A", "kubectl get destinationrule -A -o yaml | grep -B8 'mode: DISABLE'"},
			Finding:  "expired or missing: restart the control plane and the pod. STRICT on one side and plain text on the other: bring the caller into the mesh, or set PERMISSIVE",
		},
		{
			Cause: "a network policy blocks it", Question: "May the caller reach the destination's port at all?",
			Commands: []string{"kubectl get networkpolicies -A", "kubectl exec CALLER-POD -n NAMESPACE -c istio-proxy -- curl -sS -m 3 telnet://DESTINATION-POD-IP:PORT"},
			Finding:  "a time-out: a policy or security group is in the way. In ambient mode port 15008 has to be open between nodes",
		},
		{
			Cause: "the destination itself fails", Question: "What does the access log's response flag say?",
			Commands: []string{"kubectl logs CALLER-POD -n NAMESPACE -c istio-proxy --since=10m | grep ' 503 '"},
			Finding:  "UF: connection failed. UO: a connection pool overflowed. URX: retries used up. UC: the application closed the connection, often an idle time-out shorter than the proxy's",
		},
	}
}
