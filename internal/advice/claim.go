package advice

import (
	"strings"

	"meshplan/internal/facts"
)

// What became of a claim.
const (
	Confirmed   = "confirmed"
	Unconfirmed = "unconfirmed"
	Outdated    = "outdated"
)

// claims of the field report on versions, against dated records.
func claims(istio, kubernetes, istioGiven, date string) []Claim {
	good, bad := facts.Must("report_istio_good_version"), facts.Must("report_istio_bad_version")
	goodK8s, badK8s := facts.Must("report_k8s_good"), facts.Must("report_k8s_bad")
	ambient, general := facts.Must("report_ambient_status"), facts.Must("ambient_ga_version")
	list := []Claim{
		{
			FactID: good.ID, Says: "Istio " + good.Text + " is the stable version", Concerned: istio == "1.27",
			Finding: Confirmed, Message: statusOf("istio", "1.27", date).Message,
		},
		{
			FactID: bad.ID, Says: "Istio " + bad.Text + " leaks memory: avoid it", Concerned: strings.HasPrefix(istioGiven, bad.Text),
			Finding: Unconfirmed, Message: bad.Note + " Reports exist for other versions: waypoints of 1.26.6 and ztunnel of 1.27.0",
		},
		{
			FactID: goodK8s.ID, Says: "Kubernetes " + goodK8s.Text + " is recommended", Concerned: kubernetes == "1.30" || kubernetes == "1.31",
			Finding: Outdated, Message: statusOf("kubernetes", "1.30", date).Message + ", and " + statusOf("kubernetes", "1.31", date).Message,
		},
		{
			FactID: badK8s.ID, Says: "Kubernetes " + badK8s.Text + " has bugs with the network plugin", Concerned: kubernetes == badK8s.Text,
			Finding: Unconfirmed, Message: badK8s.Note + " " + statusOf("kubernetes", badK8s.Text, date).Message,
		},
		{
			FactID: ambient.ID, Says: "Ambient is " + ambient.Text, Concerned: true,
			Finding: Outdated, Message: "Istio made it generally available with " + general.Text + " on " + general.AsOf,
		},
	}
	if r, known := facts.ReleaseOf("istio", "1.27"); known && (stateOf(r, date) == Ended) {
		list[0].Finding = Outdated
	}
	if date < general.AsOf {
		list[4].Finding, list[4].Message = Confirmed, "At "+date+" ambient was not generally available"
	}
	if r, known := facts.ReleaseOf("kubernetes", "1.31"); known && stateOf(r, date) == Supported {
		list[2].Finding = Confirmed
	}
	return list
}
