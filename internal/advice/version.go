package advice

import (
	"fmt"
	"slices"
	"time"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// States of a version at a date.
const (
	Supported   = "supported"
	Ended       = "ended"        // past its end of support
	NotReleased = "not_released" // comes after the date
	Unknown     = "unknown"      // not in the records, or without dates
)

// VersionAdvice is what dated records say of the versions of a scenario.
type VersionAdvice struct {
	AsOf        string          `json:"as_of"`
	Versions    []VersionStatus `json:"versions"`    // those given
	Together    *Pairing        `json:"together"`    // null unless Istio and Kubernetes are both given
	Recommended []VersionStatus `json:"recommended"` // Istio versions supported at the date, newest first, that fit the Kubernetes given
	Claims      []Claim         `json:"claims"`
	RecordsAsOf string          `json:"records_as_of"`
}

// VersionStatus is one product version at the plan's date.
type VersionStatus struct {
	Product           string `json:"product"` // istio, kubernetes, eks
	Version           string `json:"version"` // major.minor
	Given             string `json:"given,omitempty"`
	State             string `json:"state"`
	Released          string `json:"released,omitempty"`
	EndOfLife         string `json:"end_of_life,omitempty"`
	EndOfLifeExpected bool   `json:"end_of_life_expected,omitempty"`
	DaysLeft          *int   `json:"days_left"` // negative once it has ended; null where no end is known
	LastPatch         string `json:"last_patch,omitempty"`
	Kubernetes        string `json:"kubernetes,omitempty"` // range that an Istio version supports
	Message           string `json:"message"`
	Source            string `json:"source,omitempty"`
}

// Pairing says whether an Istio version supports a Kubernetes version.
type Pairing struct {
	State   string `json:"state"` // supported, not_supported, unknown
	Message string `json:"message"`
	Source  string `json:"source,omitempty"`
}

// Claim is something the field report says of versions, and what became of it.
type Claim struct {
	FactID    string `json:"fact_id"`
	Says      string `json:"says"`
	Finding   string `json:"finding"`   // confirmed, unconfirmed, outdated
	Message   string `json:"message"`   // what other sources say
	Concerned bool   `json:"concerned"` // the scenario uses that version
}

// Versions looks up the scenario's versions as of the plan's date.
func Versions(s model.Scenario, plan model.Plan) VersionAdvice {
	date := plan.Day()
	out := VersionAdvice{AsOf: date, Versions: []VersionStatus{}, Recommended: []VersionStatus{}}
	istio, kubernetes := text(s.Mesh.IstioVersion), text(s.Nodes.KubernetesVersion)
	if istio != "" {
		out.Versions = append(out.Versions, statusOf("istio", istio, date))
	}
	if kubernetes != "" {
		out.Versions = append(out.Versions, statusOf("kubernetes", kubernetes, date))
		if provider(plan) == "aws" {
			out.Versions = append(out.Versions, statusOf("eks", kubernetes, date))
		}
	}
	if istio != "" && kubernetes != "" {
		pair := pairing(istio, kubernetes)
		out.Together = &pair
	}
	for _, r := range facts.Releases() {
		out.RecordsAsOf = max(out.RecordsAsOf, r.AsOf)
		if r.Product != "istio" || stateOf(r, date) != Supported {
			continue
		}
		if kubernetes == "" || runsOn(r, model.MinorVersion(kubernetes)) == Supported {
			out.Recommended = append(out.Recommended, statusOf("istio", r.Version, date))
		}
	}
	slices.Reverse(out.Recommended)
	out.Claims = claims(model.MinorVersion(istio), model.MinorVersion(kubernetes), istio, date)
	return out
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func provider(plan model.Plan) string {
	for _, t := range plan.Nodes {
		return t.Provider
	}
	return ""
}

// stateOf a release at a date. One without a release date may not have been out.
func stateOf(r facts.Release, date string) string {
	switch {
	case r.Released > date:
		return NotReleased
	case r.EndedBy(date):
		return Ended
	case r.EndOfLife == "":
		return Unknown
	}
	return Supported
}

func statusOf(product, given, date string) VersionStatus {
	v := VersionStatus{Product: product, Version: model.MinorVersion(given), Given: given, State: Unknown}
	r, known := facts.ReleaseOf(product, v.Version)
	if !known {
		v.Message = fmt.Sprintf("%s %s is not in the records, which end with %s", title(product), v.Version, newest(product))
		return v
	}
	v.State, v.Released, v.EndOfLife, v.EndOfLifeExpected = stateOf(r, date), r.Released, r.EndOfLife, r.EndOfLifeExpected
	v.LastPatch, v.Source = r.LastPatch, r.Source
	if r.KubernetesMin != "" && r.KubernetesMax != "" {
		v.Kubernetes = r.KubernetesMin + "–" + r.KubernetesMax
	}
	if days, ok := daysBetween(date, r.EndOfLife); ok {
		v.DaysLeft = &days
	}
	v.Message = v.sentence(r)
	return v
}

func (v VersionStatus) sentence(r facts.Release) string {
	name := title(v.Product) + " " + v.Version
	expected := ""
	if r.EndOfLifeExpected {
		expected = " (expected)"
	}
	switch v.State {
	case NotReleased:
		return fmt.Sprintf("%s comes only on %s", name, r.Released)
	case Ended:
		said := fmt.Sprintf("%s has had no support since %s", name, r.EndOfLife)
		if r.ExtendedUntil != "" {
			said += "; paid extended support ends on " + r.ExtendedUntil
		}
		return said
	case Unknown:
		return name + ": its end of support was not found. " + r.Note
	}
	said := fmt.Sprintf("%s is supported until %s%s", name, r.EndOfLife, expected)
	if v.DaysLeft != nil {
		said += fmt.Sprintf(", %d days from the plan's date", *v.DaysLeft)
	}
	if r.LastPatch != "" && model.CompareVersions(v.Given, r.LastPatch) < 0 && v.Given != v.Version && model.MinorVersion(v.Given) == v.Version {
		said += "; " + r.LastPatch + " is newer than " + v.Given
	}
	return said
}

func title(product string) string {
	return map[string]string{"istio": "Istio", "kubernetes": "Kubernetes", "eks": "Kubernetes on EKS", "linkerd": "Linkerd"}[product]
}

func newest(product string) string {
	last := ""
	for _, r := range facts.Releases() {
		if r.Product == product {
			last = r.Version
		}
	}
	return last
}

// pairing asks the Istio release which Kubernetes it supports.
func pairing(istio, kubernetes string) Pairing {
	i, k := model.MinorVersion(istio), model.MinorVersion(kubernetes)
	r, known := facts.ReleaseOf("istio", i)
	if !known || runsOn(r, k) == Unknown {
		return Pairing{State: Unknown, Message: "No record says which Kubernetes Istio " + i + " supports"}
	}
	span := r.KubernetesMin + " to " + r.KubernetesMax
	if runsOn(r, k) == Supported {
		return Pairing{State: Supported, Message: "Istio " + i + " supports Kubernetes " + k + "; its range is " + span, Source: r.Source}
	}
	return Pairing{
		State: "not_supported", Source: r.Source,
		Message: "Istio " + i + " supports Kubernetes " + span + ", not " + k,
	}
}

func runsOn(r facts.Release, kubernetes string) string {
	switch {
	case r.KubernetesMin == "" || r.KubernetesMax == "" || kubernetes == "":
		return Unknown
	case model.CompareVersions(kubernetes, r.KubernetesMin) < 0, model.CompareVersions(kubernetes, r.KubernetesMax) > 0:
		return "not_supported"
	}
	return Supported
}

func daysBetween(from, to string) (int, bool) {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0, false
	}
	return int(b.Sub(a).Hours() / 24), true
}
