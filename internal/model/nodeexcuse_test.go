package model_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

// twoSizes is a catalog of one small and one large node: sixteen small ones hold what a
// large one does, and cost a cent an hour less.
type twoSizes struct{}

func (twoSizes) AsOf() string { return "2026-11-01" }

func (twoSizes) Providers() []model.Provider {
	return []model.Provider{{ID: "aws", Title: "AWS", Regions: []string{"here"}, DefaultRegion: "here", DefaultNodeType: "small"}}
}

func (twoSizes) NodeTypes(model.NodeQuery) ([]model.NodeType, error) {
	node := func(name string, cpu int64, hourly float64) model.NodeType {
		return model.NodeType{
			Name: name, Provider: "aws", Region: "here", AllocatableCPUMillicores: cpu, AllocatableMemoryMiB: cpu * 4,
			HourlyUSD: hourly, AllocatableRule: "given",
		}
	}
	return []model.NodeType{node("tiny", 500, 0.01), node("small", 1000, 0.04), node("large", 16000, 0.65)}, nil
}

// 16 pods of one core: sixteen small nodes cost 16 × 0.04 × 730 = $467.20 a month, one
// large 0.65 × 730 = $474.50. A fee of $3 on every node makes that $515.20 and $477.50.
func TestAFeeOnEveryNodeChangesTheCheapestSizeAndTheExcuseSaysSo(t *testing.T) {
	values := map[string]string{"services": "16", "pods_per_service": "1", "pod_cpu_m": "1000", "pod_memory_mib": "1000", "node_type": "auto",
		"daemonset_cpu_m": "0", "daemonset_memory_mib": "0"}
	for _, c := range []struct {
		fee, chosen, excused, reason, says string
		cost, shortfall                    float64
	}{
		{"0", "small", "large", "dearer", "1 node of it", 467.20, 7.30},
		{"3", "large", "small", "fee", "fee of $3.00 on every node", 477.50, 37.70},
	} {
		values["node_monthly_fee_usd"] = c.fee
		p, err := model.Evaluate(flat(t, values), twoSizes{})
		if err != nil {
			t.Fatal(err)
		}
		none := p.Results[0]
		if len(none.NodeGroups) != 1 || none.NodeGroups[0].NodeType != c.chosen || none.MonthlyCostUSD != c.cost {
			t.Errorf("fee $%s: %+v for $%v, want %s for $%v", c.fee, none.NodeGroups, none.MonthlyCostUSD, c.chosen, c.cost)
		}
		i := slices.IndexFunc(p.Excuses, func(e model.Excuse) bool { return e.Subject == c.excused })
		if i < 0 {
			t.Fatalf("fee $%s: no excuse for %s in %+v", c.fee, c.excused, p.Excuses)
		}
		if e := p.Excuses[i]; e.Reason != c.reason || !strings.Contains(e.Message, c.says) || e.Shortfall < c.shortfall-0.005 || e.Shortfall > c.shortfall+0.005 {
			t.Errorf("fee $%s: %+v", c.fee, e)
		}
		i = slices.IndexFunc(p.Excuses, func(e model.Excuse) bool { return e.Subject == "tiny" })
		if i < 0 || p.Excuses[i].Reason != "too_small" || p.Excuses[i].Shortfall != 500 {
			t.Errorf("tiny is excused by %+v", p.Excuses)
		}
	}
}

func TestAnExcuseForANodeTypeIsNeverCheaperThanThePlanUnlessItSaysSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		types := "m6i.large,m6i.2xlarge,m6i.4xlarge,r6i.2xlarge,c6i.4xlarge,c6i.large"
		s.Nodes.NodeType = &types
		for _, e := range plan(t, s).Excuses {
			if e.Kind != "node_type" {
				continue
			}
			if e.Message == "" || e.Shortfall < 0 || (e.Reason == "dearer" || e.Reason == "fee") && strings.HasPrefix(e.Message, "no cheaper") {
				t.Fatalf("%+v", e)
			}
			if e.Reason == "cheaper_alone" { // naming it makes the plan cheaper, as the excuse says
				alone := s
				alone.Nodes.NodeType = &e.Subject
				a, b := plan(t, alone), plan(t, s)
				if a.Verdict == b.Verdict && a.Reasoning.Candidate == b.Reasoning.Candidate {
					for i := range a.Results {
						if a.Results[i].Pattern == pointedAt(b) && a.Results[i].MonthlyCostUSD >= b.Results[i].MonthlyCostUSD {
							t.Fatalf("%+v, yet $%v against $%v", e, a.Results[i].MonthlyCostUSD, b.Results[i].MonthlyCostUSD)
						}
					}
				}
			}
		}
	})
}

// pointedAt is the pattern that the excuses of node types are about.
func pointedAt(p model.Plan) string {
	for _, id := range []string{p.Verdict, p.Reasoning.Candidate} {
		if p.Result(id) != nil {
			return id
		}
	}
	return model.PatternNone
}
