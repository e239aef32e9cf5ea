package model_test

import (
	"net/url"
	"strings"
	"testing"

	"meshplan/internal/model"
)

func TestAValueThatItsIntervalContradictsIsWarnedOf(t *testing.T) {
	for query, want := range map[string]string{
		"pod_cpu_m=250&pod_cpu_m_low=100&pod_cpu_m_high=600":                        "",
		"pod_cpu_m=250&pod_cpu_m_typical=250.4":                                     "",
		"pod_cpu_m=250&pod_cpu_m_typical=300":                                       "interval_typical: pod_cpu_m is given as 250, and its interval calls 300 typical: the plan takes 250",
		"pod_cpu_m=700&pod_cpu_m_low=100&pod_cpu_m_high=600":                        "interval_outside: pod_cpu_m is 700, outside its interval: sampled worlds lie on one side of it only",
		"heap_slack_low=3":                                                          "interval_outside: heap_slack is 2.1, outside its interval: sampled worlds lie on one side of it only",
		"heap_slack_low=3&heap_slack_typical=4&heap_slack_high=5":                   "",
		"pod_cpu_m_low=100&pod_cpu_m_typical=300&pod_cpu_m_high=600":                "",
		"engineer_monthly_usd=9000&engineer_monthly_usd_low=1&provider=gcp&zones=2": "",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		scenario, err := model.DecodeFlat(values)
		if err != nil {
			t.Fatal(err)
		}
		plan := evaluate(t, scenario)
		var got []string
		for _, w := range plan.Warnings {
			if strings.HasPrefix(w.ID, "interval_") {
				got = append(got, w.ID+": "+w.Message)
				if w.Fix == "" || w.Field == "" {
					t.Errorf("%s: no field or cure: %+v", query, w)
				}
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s warns %q, want %q", query, got, want)
		}
	}
}
