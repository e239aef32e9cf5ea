package facts

import "testing"

func TestReleasesAreInOrderAndEndAfterTheyBegin(t *testing.T) {
	for i, r := range Releases() {
		if r.EndOfLife != "" && r.Released != "" && r.EndOfLife <= r.Released {
			t.Errorf("%s %s ends on %s before it begins on %s", r.Product, r.Version, r.EndOfLife, r.Released)
		}
		if i == 0 {
			continue
		}
		before := Releases()[i-1]
		if before.Product == r.Product && r.Released != "" && before.Released >= r.Released {
			t.Errorf("%s %s stands before %s", r.Product, before.Version, r.Version)
		}
	}
}

// Dates typed from the release pages.
func TestReleasesHoldTheirDatesAndKubernetesRange(t *testing.T) {
	for _, want := range []Release{
		{Product: "istio", Version: "1.24", Released: "2024-11-07", EndOfLife: "2025-06-24", KubernetesMin: "1.28", KubernetesMax: "1.31"},
		{Product: "istio", Version: "1.27", Released: "2025-08-11", EndOfLife: "2026-04-07", KubernetesMin: "1.29", KubernetesMax: "1.33"},
		{Product: "istio", Version: "1.30", Released: "2026-05-18", EndOfLife: "2026-11-30", KubernetesMin: "1.32", KubernetesMax: "1.36"},
		{Product: "istio", Version: "1.31"},
		{Product: "kubernetes", Version: "1.29", Released: "2023-12-13", EndOfLife: "2025-02-28"},
		{Product: "kubernetes", Version: "1.36", Released: "2026-04-22", EndOfLife: "2027-06-28"},
		{Product: "eks", Version: "1.34", EndOfLife: "2026-12-02", ExtendedUntil: "2027-12-02"},
		{Product: "linkerd", Version: "2.20", Released: "2026-06-23", KubernetesMin: "1.31", KubernetesMax: "1.35"},
	} {
		got, ok := ReleaseOf(want.Product, want.Version)
		if !ok {
			t.Errorf("%s %s is missing", want.Product, want.Version)
			continue
		}
		if got.Released != want.Released || got.EndOfLife != want.EndOfLife || got.ExtendedUntil != want.ExtendedUntil && want.ExtendedUntil != "" ||
			got.KubernetesMin != want.KubernetesMin || got.KubernetesMax != want.KubernetesMax {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestSupportEndsAfterItsLastDay(t *testing.T) {
	r, _ := ReleaseOf("istio", "1.27") // last day 2026-04-07
	for date, want := range map[string]bool{"2025-09-30": false, "2026-04-07": false, "2026-04-08": true, "2026-11-15": true} {
		if got := r.EndedBy(date); got != want {
			t.Errorf("ended by %s: %v", date, got)
		}
	}
	if unknown, _ := ReleaseOf("istio", "1.31"); unknown.EndedBy("2099-01-01") {
		t.Error("a release whose end is unknown has ended")
	}
}

func TestDisagreementsAndGapsSayWhatTheyMean(t *testing.T) {
	for _, d := range Disagreements() {
		if d.Topic == "" || d.FieldReport == "" || d.Sources == "" || d.Reading == "" || len(d.FactIDs) == 0 {
			t.Errorf("%q is not complete", d.Topic)
		}
	}
	for _, m := range NotFound() {
		if m.What == "" {
			t.Error("a gap without words")
		}
	}
	if len(Disagreements()) != 13 || len(NotFound()) != 11 {
		t.Errorf("%d disagreements and %d gaps, want 13 and 11", len(Disagreements()), len(NotFound()))
	}
}
