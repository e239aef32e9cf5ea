package model_test

import (
	"strings"
	"testing"

	"meshplan/internal/model"
)

func TestAMeasuredIntervalIsMarkedWhereverItIsUsed(t *testing.T) {
	parse := func(query string) (model.Scenario, error) { return model.DecodeFlat(queryValues(t, query)) }
	s, err := parse("services=3&proxy_cpu_m_low=12&proxy_cpu_m_typical=13.4&proxy_cpu_m_high=20&proxy_cpu_m_measured=true")
	if err != nil {
		t.Fatal(err)
	}
	p := evaluate(t, s)
	input, _ := p.Input("proxy_cpu_m")
	if input.Origin != model.OriginMeasured || input.Value != "13" {
		t.Errorf("the input is %+v, want 13, measured", input)
	}
	given, err := parse("services=3&proxy_cpu_m=50&proxy_cpu_m_typical=13.4&proxy_cpu_m_measured=true")
	if err != nil {
		t.Fatal(err)
	}
	p = evaluate(t, given)
	if input, _ := p.Input("proxy_cpu_m"); input.Origin != model.OriginGiven || input.Value != "50" {
		t.Errorf("the input is %+v, want 50, given", input)
	}
	changes := model.Changes(model.Scenario{}, s)
	if last := changes[len(changes)-1]; !strings.HasSuffix(last.To, ", measured") {
		t.Errorf("the change says %q", last.To)
	}
	if _, err := parse("proxy_cpu_m_measured=perhaps"); err == nil || !strings.Contains(err.Error(), "proxy_cpu_m_measured") {
		t.Errorf("a mark that is neither true nor false: %v", err)
	}
}
