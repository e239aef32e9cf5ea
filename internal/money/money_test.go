package money_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
	"meshplan/internal/money"
)

type fataler interface{ Fatal(...any) }

func loaded(t fataler) model.Catalog {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func flat(t fataler, values map[string]string) model.Scenario {
	lists := map[string][]string{}
	for name, text := range values {
		lists[name] = []string{text}
	}
	s, err := model.DecodeFlat(lists)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func accounts(t fataler, s model.Scenario) (model.Plan, []money.Account) {
	plan, err := model.Evaluate(s, loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	return plan, money.Accounts(s, plan)
}

func of(t fataler, list []money.Account, pattern string) money.Account {
	i := slices.IndexFunc(list, func(a money.Account) bool { return a.Pattern == pattern })
	if i < 0 {
		t.Fatal("no account of " + pattern)
	}
	return list[i]
}

// worked has pods and sidecars that divide nodes evenly: 40 pods of 1000m on nodes of
// 8000m take 5 nodes; with a sidecar of 1000m each 10. No control plane.
func worked() map[string]string {
	return map[string]string{
		"services": "20", "pods_per_service": "2", "pod_cpu_m": "1000", "pod_memory_mib": "100", "rps_per_pod": "0",
		"provider": "custom", "node_allocatable_cpu_m": "8000", "node_allocatable_memory_mib": "32000", "node_hourly_usd": "1",
		"node_max_pods": "0", "proxy_cpu_m": "1000", "proxy_memory_mib": "100", "istiod_replicas": "0", "ingress_gateways": "0",
		"discount": "0.2", "node_monthly_fee_usd": "10", "control_plane_monthly_usd": "73",
		"licence_monthly_usd": "500", "engineer_monthly_usd": "12000", "mesh_upkeep_engineers": "0.5", "mesh_training_usd": "9000",
		"hours_per_service_year": "160", "languages": "3", "hours_per_language_year": "320",
	}
}

func TestTheMoneyOfAMonthAsWorkedByHand(t *testing.T) {
	_, list := accounts(t, flat(t, worked()))
	a := of(t, list, "sidecar")
	// Nodes 5 → 10 at $730; 20 % off; $10 each; $73 for the cluster either way.
	want := map[string][2]float64{
		"nodes": {3650, 7300}, "discount": {-730, -1460}, "node_fees": {50, 100}, "control_plane_fee": {73, 73},
		"storage": {0, 0}, "cross_zone": {0, 0}, "licence": {0, 500}, "people": {0, 6000},
	}
	for _, l := range a.Lines {
		w := want[l.ID]
		if l.WithUSD == nil || l.BaselineUSD != w[0] || *l.WithUSD != w[1] {
			t.Errorf("%s: %v → %v, want %v", l.ID, l.BaselineUSD, l.WithUSD, w)
		}
		delete(want, l.ID)
	}
	if len(want) > 0 {
		t.Errorf("no lines for %v", want)
	}
	// 3650 − 730 + 50 + 73 = 3043; 7300 − 1460 + 100 + 73 + 500 + 6000 = 12513.
	if a.BaselineMonthlyUSD != 3043 || a.MonthlyUSD != 12513 || a.AddedMonthlyUSD != 9470 || len(a.Unknown) != 0 {
		t.Errorf("%v → %v, +%v, unknown %v", a.BaselineMonthlyUSD, a.MonthlyUSD, a.AddedMonthlyUSD, a.Unknown)
	}
	// (20 × 160 + 3 × 320) h ÷ 12 × $12,000 ÷ 160 h = 4160 ÷ 12 × 75 = $26,000.
	if *a.Alternative.MonthlyUSD != 26000 || *a.Alternative.HoursYear != 4160 || !a.Alternative.Example {
		t.Errorf("%+v", a.Alternative)
	}
	// $9,000 ÷ (26,000 − 9,470) a month.
	if a.Payback.Months == nil || *a.Payback.Months != 0.5 {
		t.Errorf("%+v", a.Payback)
	}
}

func TestWhatIsNotGivenIsUnknownAndNotZero(t *testing.T) {
	_, list := accounts(t, flat(t, map[string]string{"zones": "3"}))
	a := of(t, list, "sidecar")
	var fields []string
	for _, u := range a.Unknown {
		fields = append(fields, u.Field)
	}
	for _, field := range []string{"licence_monthly_usd", "mesh_upkeep_engineers", "mesh_training_usd"} {
		if !slices.Contains(fields, field) {
			t.Errorf("%s is not named as unknown: %v", field, fields)
		}
	}
	if a.Alternative.MonthlyUSD != nil || a.Payback.Months != nil || a.Payback.Text == "" || a.OnceUSD != nil {
		t.Errorf("%+v %+v", a.Alternative, a.Payback)
	}
	i := slices.IndexFunc(a.Lines, func(l money.Line) bool { return l.ID == "cross_zone" })
	if l := a.Lines[i]; l.AddedUSD == nil || *l.AddedUSD <= 0 || l.FactID != "xaz_aws" {
		t.Errorf("traffic across three zones of AWS: %+v", l)
	}
}

// The mesh adds 5 nodes for 20 services: 0.25 a service × $594 = about $148, and $6,500
// whatever the number. The alternative is $1,000 a service ((160 h ÷ 12) × $75) and
// $6,000. So at 1 service 594 + 6500 = 7094 > 7000, and at 2 the same 7094 ≤ 8000.
func TestBreakEvenAsWorkedByHand(t *testing.T) {
	study, err := money.Run(context.Background(), flat(t, worked()), loaded(t), "sidecar", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := study.BreakEven
	if b.Services == nil || *b.Services > 2 || b.Low == nil || b.High == nil || *b.Low > *b.Services || *b.High < *b.Services {
		t.Errorf("break-even %v (%v to %v): %s", b.Services, b.Low, b.High, b.Text)
	}
	// Without libraries and with 12 h a service and year ($75 a month) no number pays:
	// a service's share of nodes alone is $148.
	values := worked()
	values["hours_per_service_year"], values["hours_per_language_year"] = "12", "0"
	study, err = money.Run(context.Background(), flat(t, values), loaded(t), "sidecar", nil)
	if err != nil {
		t.Fatal(err)
	}
	if b := study.BreakEven; b.Services != nil || b.High != nil || !strings.Contains(b.Text, "costs more") {
		t.Errorf("%v %s", b.Services, b.Text)
	}
}

func TestAtTheBreakEvenAMeshPaysAndAtOneServiceLessItDoesNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := worked()
		values["hours_per_service_year"] = rapid.SampledFrom([]string{"20", "30", "60", "100", "400"}).Draw(t, "hours")
		values["mesh_upkeep_engineers"] = rapid.SampledFrom([]string{"0", "0.25", "1", "3"}).Draw(t, "upkeep")
		values["proxy_cpu_m"] = rapid.SampledFrom([]string{"10", "100", "300"}).Draw(t, "proxy")
		values["hours_per_language_year"] = "0"
		s := flat(t, values)
		study, err := money.Run(context.Background(), s, loaded(t), "sidecar", nil)
		if err != nil {
			t.Fatal(err)
		}
		b := study.BreakEven
		if b.Services == nil {
			return
		}
		difference := func(services int64) float64 {
			s := s
			s.Quick.Services = &services
			_, list := accounts(t, s)
			a := of(t, list, "sidecar")
			return a.AddedMonthlyUSD - *a.Alternative.MonthlyUSD
		}
		if d := difference(*b.Services); d > 0.01 {
			t.Fatalf("at %d services the mesh costs $%.2f more", *b.Services, d)
		}
		if *b.Services > 1 {
			if d := difference(*b.Services - 1); d <= -0.01 {
				t.Fatalf("at %d services, one less than the break-even, the mesh saves $%.2f", *b.Services-1, -d)
			}
		}
	})
}

func TestAWiderIntervalNeverNarrowsTheBreakEven(t *testing.T) {
	values := worked()
	values["hours_per_service_year"], values["hours_per_language_year"] = "60", "0"
	s := flat(t, values)
	run := func(low, high float64) money.BreakEven {
		s.Intervals = map[string]model.Interval{"hours_per_service_year": {Low: &low, High: &high}}
		study, err := money.Run(context.Background(), s, loaded(t), "sidecar", nil)
		if err != nil {
			t.Fatal(err)
		}
		return study.BreakEven
	}
	narrow, wide := run(58, 62), run(50, 90)
	if *narrow.Services != *wide.Services || *wide.Low > *narrow.Low || (wide.High != nil && *wide.High < *narrow.High) {
		t.Errorf("narrow %v–%v, wide %v–%v", *narrow.Low, *narrow.High, *wide.Low, wide.High)
	}
	if *wide.Low >= *narrow.Services {
		t.Errorf("50 to 90 hours start at %d, 60 hours at %d", *wide.Low, *narrow.Services)
	}
}

// 20 services growing by half a year: 20 × 1.5³ = 67.5 after three years.
func TestThreeYearsOfGrowthMeetCliffsAndVerdicts(t *testing.T) {
	values := worked()
	for name, text := range map[string]string{
		"workload_growth_per_year": "0.5", "as_of": "2026-11-01", "complex_traffic": "true", "mesh_engineers": "1", "max_cost_growth": "3",
	} {
		values[name] = text
	}
	calls := 0
	study, err := money.Run(context.Background(), flat(t, values), loaded(t), "sidecar", func(done, total int) {
		if calls++; done > total {
			t.Errorf("%d of %d plans", done, total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	o := study.Outlook
	if len(o.Months) != 37 || o.Months[36].Services != 68 || o.Months[36].Date != "2029-11-01" || o.Months[0].Nodes != 10 || calls == 0 {
		t.Fatalf("%d months, the last %+v", len(o.Months), o.Months[len(o.Months)-1])
	}
	if o.NextCliff == nil || o.NextCliff.Month < 1 || o.NextCliff.Month > 2 { // ten full nodes: the next service needs another
		t.Errorf("next cliff %+v", o.NextCliff)
	}
	// Complex traffic is wanted from 50 services: 20 × 1.5^(m÷12) ≥ 49.5 from month 27 on.
	if o.VerdictChange == nil || o.VerdictChange.Month != 27 || o.Months[26].Verdict != "no_mesh" {
		t.Errorf("verdict change %+v", o.VerdictChange)
	}
	for i := 1; i < len(o.Months); i++ {
		if o.Months[i].TotalUSD < o.Months[i-1].TotalUSD {
			t.Errorf("the total falls in month %d", i)
		}
	}
}

func TestAMonthAfterTheLastOfAugustIsTheLastOfSeptember(t *testing.T) {
	values := worked()
	values["workload_growth_per_year"], values["as_of"] = "0.1", "2026-08-31"
	study, err := money.Run(context.Background(), flat(t, values), loaded(t), "sidecar", nil)
	if err != nil {
		t.Fatal(err)
	}
	for month, want := range map[int]string{1: "2026-09-30", 2: "2026-10-31", 6: "2027-02-28", 18: "2028-02-29"} {
		if got := study.Outlook.Months[month].Date; got != want {
			t.Errorf("month %d is %s, want %s", month, got, want)
		}
	}
}

func TestNoAmountIsANegativeZero(t *testing.T) {
	s := flat(t, nil)
	plan, err := model.Evaluate(s, loaded(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range money.Accounts(s, plan) {
		for _, l := range a.Lines {
			if l.BaselineUSD == 0 && math.Signbit(l.BaselineUSD) || l.WithUSD != nil && *l.WithUSD == 0 && math.Signbit(*l.WithUSD) {
				t.Errorf("%s of %s is -0", l.ID, a.Pattern)
			}
		}
	}
}

func TestAnEndedStudyAnswersWithWhatItReached(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	study, err := money.Run(ctx, flat(t, worked()), loaded(t), "", nil)
	if err != nil || !study.Interrupted || study.BreakEven.Services != nil {
		t.Errorf("%v %+v", err, study.BreakEven)
	}
}

func TestAnUnknownPatternIsRefusedByName(t *testing.T) {
	if _, err := money.Run(context.Background(), flat(t, nil), loaded(t), "sidcar", nil); err == nil || !strings.Contains(err.Error(), "sidecar") {
		t.Errorf("%v", err)
	}
}

func TestLinesAddUpWhateverTheScenario(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]string{
			"services": rapid.SampledFrom([]string{"0", "1", "37"}).Draw(t, "services"), "discount": rapid.SampledFrom([]string{"0", "0.95"}).Draw(t, "discount"),
			"node_hourly_usd": rapid.SampledFrom([]string{"0", "0.4"}).Draw(t, "price"), "zones": rapid.SampledFrom([]string{"1", "3"}).Draw(t, "zones"),
			"node_monthly_fee_usd": rapid.SampledFrom([]string{"0", "7.77"}).Draw(t, "fee"),
		}
		plan, list := accounts(t, flat(t, values))
		for _, a := range list {
			baseline, with := 0.0, 0.0
			for _, l := range a.Lines {
				baseline += l.BaselineUSD
				if l.WithUSD != nil {
					with += *l.WithUSD
				}
			}
			if math.Abs(baseline-plan.Results[0].MonthlyCostUSD) > 0.05 || math.Abs(with-a.MonthlyUSD) > 0.05 || math.IsNaN(with) {
				t.Fatalf("%s: lines give %v and %v, the account %v and %v, the plan %v", a.Pattern, baseline, with, a.BaselineMonthlyUSD, a.MonthlyUSD, plan.Results[0].MonthlyCostUSD)
			}
		}
	})
}
