package facts

import "slices"

// Release is a minor version of a product with its support window. Dates are YYYY-MM-DD
// and empty where no source states them.
type Release struct {
	Product           string `json:"product"` // istio, kubernetes, eks, linkerd
	Version           string `json:"version"`
	Released          string `json:"released,omitempty"`
	EndOfLife         string `json:"end_of_life,omitempty"`          // last day of upstream or standard support
	EndOfLifeExpected bool   `json:"end_of_life_expected,omitempty"` // announced, not yet passed when recorded
	ExtendedUntil     string `json:"extended_until,omitempty"`       // end of paid extended support
	KubernetesMin     string `json:"kubernetes_min,omitempty"`       // oldest supported Kubernetes minor
	KubernetesMax     string `json:"kubernetes_max,omitempty"`       // newest supported Kubernetes minor
	LastPatch         string `json:"last_patch,omitempty"`           // newest patch when recorded
	Note              string `json:"note,omitempty"`
	AsOf              string `json:"as_of"`
	Source            string `json:"source"`
	Evidence          string `json:"evidence"`
}

// Releases returns the recorded releases, by product and then oldest first.
func Releases() []Release { return slices.Clone(embedded().releases) }

// ReleaseOf returns a product's minor version.
func ReleaseOf(product, version string) (Release, bool) {
	for _, r := range embedded().releases {
		if r.Product == product && r.Version == version {
			return r, true
		}
	}
	return Release{}, false
}

// EndedBy reports whether support had ended before the date (YYYY-MM-DD). A release
// whose end is not known has not ended.
func (r Release) EndedBy(date string) bool { return r.EndOfLife != "" && r.EndOfLife < date }
