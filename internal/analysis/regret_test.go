package analysis_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

func regret(t interface{ Fatal(...any) }, s model.Scenario, spec analysis.RegretSpec) analysis.RegretResult {
	out, err := analysis.Regret(ctx(), s, loadCatalog(t), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestInOneWorldTheCheapestChoiceThatHoldsRegretsNothing(t *testing.T) {
	// 500 requests a second at 0.2 vCPU for a thousand take 100m and more: a request of
	// 10m does not hold and one of 1000m is wasted.
	s := flat(t, map[string]string{"rps_per_pod": "500", "mtls_required": "true", "canary_required": "true", "mesh_engineers": "1", "max_cost_growth": "5"})
	out := regret(t, s, analysis.RegretSpec{
		Patterns: []string{"sidecar"}, NodeTypes: []string{"m6i.2xlarge"}, Draws: 100,
		Proxies: []analysis.ProxyRequest{{CPUMillicores: 10, MemoryMiB: 16}, {CPUMillicores: 1000, MemoryMiB: 1024}, {CPUMillicores: 300, MemoryMiB: 512}},
	})
	if len(out.Choices) != 3 {
		t.Fatalf("%d choices", len(out.Choices))
	}
	first := out.Choices[0]
	if first.Proxy.CPUMillicores != 300 || first.Dominated {
		t.Errorf("the first choice is %+v", first)
	}
	for _, c := range out.Choices[1:] {
		switch c.Proxy.CPUMillicores {
		case 10:
			if c.MeanUnderprovisionUSD <= 0 {
				t.Errorf("a request of 10m owes nothing: %+v", c)
			}
		case 1000:
			if c.MeanOverspendUSD <= 0 || c.MeanUnderprovisionUSD != 0 {
				t.Errorf("a request of 1000m: %+v", c)
			}
		}
	}
}

func TestOnlyPatternsThatMeetTheNeedsAreCompared(t *testing.T) {
	s := flat(t, map[string]string{"mtls_required": "true", "canary_required": "true", "mesh_engineers": "1", "max_cost_growth": "5"})
	for _, c := range regret(t, s, analysis.RegretSpec{Draws: 20}).Choices {
		switch c.Pattern {
		case "sidecar", "ambient-l7", "linkerd":
		default:
			t.Errorf("%s neither splits traffic nor encrypts", c.Pattern)
		}
	}
}

func TestTheFirstChoiceIsNeverDominatedAndTheScenariosOwnIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		planned(t, s)
		s.Intervals = map[string]model.Interval{"rps_per_pod": interval(0, rapid.Float64Range(10, 2000).Draw(t, "most rps"))}
		out, err := analysis.Regret(ctx(), s, loadCatalog(t), analysis.RegretSpec{Draws: 8}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Choices) == 0 {
			t.Skip("no pattern meets the needs")
		}
		if out.Choices[0].Dominated {
			t.Fatalf("%+v wins and is dominated", out.Choices[0])
		}
		if _, err := json.Marshal(out); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRegretIsTheSameTwice(t *testing.T) {
	s := flat(t, map[string]string{"rps_per_pod_low": "10", "rps_per_pod_high": "900"})
	encode := func() []byte {
		b, err := json.Marshal(regret(t, s, analysis.RegretSpec{Draws: 30}))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !bytes.Equal(encode(), encode()) {
		t.Error("the same scenario gives other bytes")
	}
}

func TestRegretRefusesWhatItCannotCompareByName(t *testing.T) {
	for _, c := range []struct {
		spec  analysis.RegretSpec
		field string
	}{
		{analysis.RegretSpec{Patterns: []string{"sidecra"}}, "patterns"},
		{analysis.RegretSpec{NodeTypes: []string{"m6i.enormous"}}, "node_type"},
		{analysis.RegretSpec{Proxies: []analysis.ProxyRequest{{CPUMillicores: -1}}}, "proxy_cpu_m"},
		{analysis.RegretSpec{Weights: analysis.RegretWeights{Overspend: -1, Exponent: 1}}, "weight_overspend"},
		{analysis.RegretSpec{Draws: -1}, "draws"},
	} {
		_, err := analysis.Regret(ctx(), model.Scenario{}, loadCatalog(t), c.spec, nil)
		var wrong *model.InputError
		if !errors.As(err, &wrong) || wrong.Fields[0].Field != c.field {
			t.Errorf("%+v: %v, want a refusal of %s", c.spec, err, c.field)
		}
	}
}
