package advice_test

import (
	"strings"
	"testing"

	"meshplan/internal/advice"
	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

func planned(t testing.TB, values map[string]string) (model.Scenario, model.Plan) {
	t.Helper()
	lists := map[string][]string{}
	for name, text := range values {
		lists[name] = []string{text}
	}
	s, err := model.DecodeFlat(lists)
	if err != nil {
		t.Fatal(err)
	}
	return s, evaluated(t, s)
}

func evaluated(t testing.TB, s model.Scenario) model.Plan {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Evaluate(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Dates from the releases of the registry: 1.27 ended on 2026-04-07 and supports 1.29 to
// 1.33; 1.30 is expected to end on 2026-11-30; EKS supports 1.33 until 2026-07-29.
func TestVersionsAreJudgedAtThePlansDate(t *testing.T) {
	for _, c := range []struct {
		name, asOf, istio, kubernetes string
		states                        []string
		together                      string
	}{
		{"when the field report was written", "2025-09-15", "1.27.1", "1.31", []string{advice.Supported, advice.Supported, advice.Supported}, advice.Supported},
		{"a year later", "2026-11-01", "1.27.1", "1.31", []string{advice.Ended, advice.Ended, advice.Ended}, advice.Supported},
		{"too new a cluster", "2026-11-01", "1.27", "1.34", []string{advice.Ended, advice.Ended, advice.Supported}, "not_supported"},
		{"current", "2026-11-01", "v1.30.4", "v1.35.1-eks-3c6ad92", []string{advice.Supported, advice.Supported, advice.Supported}, advice.Supported},
		{"not out yet", "2025-01-01", "1.28", "1.32", []string{advice.NotReleased, advice.Supported, advice.Supported}, advice.Supported},
		{"no range recorded", "2026-11-01", "1.31", "1.35", []string{advice.Unknown, advice.Supported, advice.Supported}, advice.Unknown},
		{"unheard of", "2026-11-01", "1.99", "1.35", []string{advice.Unknown, advice.Supported, advice.Supported}, advice.Unknown},
	} {
		s, p := planned(t, map[string]string{"as_of": c.asOf, "istio_version": c.istio, "kubernetes_version": c.kubernetes, "provider": "aws"})
		a := advice.Versions(s, p)
		if len(a.Versions) != 3 {
			t.Fatalf("%s: %+v", c.name, a.Versions)
		}
		for i, want := range c.states {
			if v := a.Versions[i]; v.State != want || v.Message == "" {
				t.Errorf("%s: %s %s is %s, want %s: %s", c.name, v.Product, v.Version, v.State, want, v.Message)
			}
		}
		if a.Together.State != c.together {
			t.Errorf("%s: %+v", c.name, a.Together)
		}
	}
}

func TestRecommendedVersionsAreSupportedAndFitTheCluster(t *testing.T) {
	s, p := planned(t, map[string]string{"as_of": "2026-08-01", "kubernetes_version": "1.35"})
	a := advice.Versions(s, p)
	// At that date 1.29 (until 2026-08-31, Kubernetes 1.31–1.35) and 1.30 (1.32–1.36).
	if len(a.Recommended) != 2 || a.Recommended[0].Version != "1.30" || a.Recommended[1].Version != "1.29" || *a.Recommended[1].DaysLeft != 30 {
		t.Errorf("%+v", a.Recommended)
	}
}

func TestClaimsOfTheFieldReportSayWhatBecameOfThem(t *testing.T) {
	find := func(a advice.VersionAdvice, id string) advice.Claim {
		for _, c := range a.Claims {
			if c.FactID == id {
				return c
			}
		}
		t.Fatalf("no claim %s", id)
		return advice.Claim{}
	}
	s, p := planned(t, map[string]string{"as_of": "2026-11-01", "istio_version": "1.26.4", "kubernetes_version": "1.29"})
	now := advice.Versions(s, p)
	if c := find(now, "report_istio_bad_version"); c.Finding != advice.Unconfirmed || !c.Concerned {
		t.Errorf("%+v", c)
	}
	if c := find(now, "report_istio_good_version"); c.Finding != advice.Outdated || !strings.Contains(c.Message, "2026-04-07") {
		t.Errorf("%+v", c)
	}
	s, p = planned(t, map[string]string{"as_of": "2025-09-15"})
	then := advice.Versions(s, p)
	if c := find(then, "report_istio_good_version"); c.Finding != advice.Confirmed || c.Concerned {
		t.Errorf("%+v", c)
	}
	if c := find(then, "report_ambient_status"); c.Finding != advice.Outdated {
		t.Errorf("%+v", c)
	}
}

// The catalog's date is a month: it counts as the last day of it.
func TestAMonthCountsAsItsLastDay(t *testing.T) {
	s, p := planned(t, map[string]string{"istio_version": "1.30", "kubernetes_version": "1.35"})
	p.AsOf = "2026-10"
	a := advice.Versions(s, p)
	if a.AsOf != "2026-10-31" || a.Versions[0].DaysLeft == nil || *a.Versions[0].DaysLeft != 30 {
		t.Errorf("%s %+v", a.AsOf, a.Versions[0])
	}
	p.AsOf = "2026-02"
	if day := p.Day(); day != "2026-02-28" {
		t.Error(day)
	}
}
