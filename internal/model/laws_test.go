package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

func loadCatalog(t interface{ Fatal(...any) }) model.Catalog {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func pointer[T any](v T) *T { return &v }

// maybe leaves a value out half of the time.
func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" given") {
		return pointer(g.Draw(t, name))
	}
	return nil
}

// scenarios draws scenarios that fit on the default nodes, quick ones and lists.
func scenarios(t *rapid.T) model.Scenario {
	s := model.Scenario{
		Quick: model.Quick{
			Services: maybe(t, "services", rapid.Int64Range(0, 200)), PodsPerService: maybe(t, "pods", rapid.Int64Range(1, 10)),
			PodCPUMillicores: maybe(t, "cpu", rapid.Int64Range(0, 2000)), PodMemoryMiB: maybe(t, "memory", rapid.Int64Range(0, 4000)),
			RPSPerPod: maybe(t, "rps", rapid.Float64Range(0, 2000)), MeshedShare: maybe(t, "share", rapid.Float64Range(0, 1)),
		},
		Nodes: model.Nodes{
			Headroom: maybe(t, "headroom", rapid.Float64Range(0, 0.4)), Discount: maybe(t, "discount", rapid.Float64Range(0, 0.9)),
			NodeMonthlyFeeUSD: maybe(t, "fee", rapid.Float64Range(0, 100)), Zones: maybe(t, "zones", rapid.Int64Range(1, 3)),
			NodeType:      maybe(t, "type", rapid.SampledFrom([]string{"m6i.2xlarge", "m6i.4xlarge", "m6i.2xlarge,r6i.2xlarge,c6i.4xlarge"})),
			ExistingNodes: maybe(t, "existing", rapid.SampledFrom([]string{"m6i.2xlarge:2", "m6i.4xlarge:1,m5.2xlarge:3"})),
			Survive:       maybe(t, "survive", rapid.SampledFrom([]string{"nothing", "node"})),
			SurgeShare:    maybe(t, "surge", rapid.Float64Range(0, 1)),
		},
		Mesh: model.Mesh{
			Preset: maybe(t, "preset", rapid.SampledFrom([]string{
				"field-report-2025-09", "istio-charts-2026-08", "istio-measured-1.24", "unscoped-large", "linkerd-ha-2026-08", "dev-demo",
			})),
			ProxyCPUMillicores: maybe(t, "proxy cpu", rapid.Int64Range(0, 500)), ProxyMemoryMiB: maybe(t, "proxy memory", rapid.Int64Range(0, 512)),
			IngressGateways: maybe(t, "gateways", rapid.Int64Range(0, 5)), WaypointReplicas: maybe(t, "waypoints", rapid.Int64Range(0, 3)),
			NativeSidecars: maybe(t, "native", rapid.Bool()),
		},
		Needs: model.Organisation{
			MTLSRequired: maybe(t, "mtls", rapid.Bool()), CanaryRequired: maybe(t, "canary", rapid.Bool()),
			ComplexTraffic: maybe(t, "complex", rapid.Bool()), MultiCluster: maybe(t, "clusters", rapid.Bool()),
			MeshEngineers: maybe(t, "engineers", rapid.Int64Range(0, 3)), MaxCostGrowth: maybe(t, "budget", rapid.Float64Range(1, 3)),
		},
	}
	if rapid.Bool().Draw(t, "a list") {
		s.Workloads = rapid.SliceOfN(rapid.Custom(workload), 1, 8).Draw(t, "workloads")
	}
	return s
}

func workload(t *rapid.T) model.Workload {
	return model.Workload{
		Namespace: rapid.SampledFrom([]string{"", "default", "shop", "a,b~c/d%"}).Draw(t, "namespace"),
		Name:      rapid.StringMatching(`[a-z ,~%/&=+é]{1,12}`).Draw(t, "name"),
		Kind:      rapid.SampledFrom([]string{"", "Deployment", "StatefulSet", "DaemonSet", "Job", "Rollout"}).Draw(t, "kind"),
		Services:  rapid.Int64Range(0, 3).Draw(t, "services"), Replicas: rapid.Int64Range(0, 20).Draw(t, "replicas"),
		PodCPUMillicores: rapid.Int64Range(0, 300).Draw(t, "cpu"), PodMemoryMiB: rapid.Int64Range(0, 1000).Draw(t, "memory"),
		InitCPUMillicores: rapid.Int64Range(0, 500).Draw(t, "init cpu"), InitMemoryMiB: rapid.Int64Range(0, 500).Draw(t, "init memory"),
		RPSPerPod: maybe(t, "rps", rapid.Float64Range(0, 500)), InMesh: maybe(t, "mesh", rapid.Bool()),
		MaxPerNode:    rapid.Int64Range(0, 4).Draw(t, "max per node"),
		AnyZone:       rapid.Bool().Draw(t, "any zone"),
		ReplicasMin:   rapid.Int64Range(0, 3).Draw(t, "least replicas"),
		ReplicasMax:   rapid.SampledFrom([]int64{3, 7, 30}).Draw(t, "most replicas"),
		Architectures: rapid.SampledFrom([][]string{nil, nil, {"amd64"}, {"arm64", "amd64"}}).Draw(t, "architectures"),
		NodeTypes:     rapid.SampledFrom([][]string{nil, nil, {"m6i.2xlarge", "m6i.4xlarge"}}).Draw(t, "node types"),
		Tolerates:     rapid.SampledFrom([][]string{nil, nil, {"*"}, {"a/b=d~e%:NoSchedule", "gpu"}}).Draw(t, "tolerates"),
	}
}

// plan evaluates, and skips scenarios whose pods fit on no node.
func plan(t *rapid.T, s model.Scenario) model.Plan {
	p, err := model.Evaluate(s, loadCatalog(t))
	if err != nil {
		t.Skip(err.Error())
	}
	return p
}

func TestABoundNeverExceedsWhatThePlanCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range plan(t, scenarios(t)).Results {
			if r.NodesLowerBound > r.Nodes || r.MonthlyCostLowerBoundUSD > r.MonthlyCostUSD {
				t.Fatalf("%s: %d nodes ≥ %d, $%v ≥ $%v", r.Pattern, r.Nodes, r.NodesLowerBound, r.MonthlyCostUSD, r.MonthlyCostLowerBoundUSD)
			}
		}
	})
}

func TestLayoutsHoldEveryNodeAndFillItExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range plan(t, scenarios(t)).Results {
			var count, pods int64
			for _, l := range r.Layouts {
				count += l.Count
				var sum model.Amount
				for _, slice := range l.Slices {
					if slice.CPUMillicores < 0 || slice.MemoryMiB < 0 || slice.Pods < 0 {
						t.Fatalf("%s: negative slice %+v", r.Pattern, slice)
					}
					sum.CPUMillicores += slice.CPUMillicores
					sum.MemoryMiB += slice.MemoryMiB
					sum.Pods += slice.Pods
					if slice.Kind != model.SliceStranded {
						pods += slice.Pods
					}
				}
				want := model.Amount{CPUMillicores: l.Capacity.CPUMillicores * l.Count, MemoryMiB: l.Capacity.MemoryMiB * l.Count, Pods: l.Capacity.Pods * l.Count}
				if sum != want {
					t.Fatalf("%s: slices add up to %+v, the nodes hold %+v", r.Pattern, sum, want)
				}
			}
			if count != r.Nodes || pods != r.Pods {
				t.Fatalf("%s: layouts hold %d nodes and %d pods, the result says %d and %d", r.Pattern, count, pods, r.Nodes, r.Pods)
			}
		}
	})
}

func TestTheSameScenarioGivesTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		first, err1 := json.Marshal(plan(t, s))
		again, err2 := json.Marshal(plan(t, s))
		if err1 != nil || err2 != nil || !bytes.Equal(first, again) {
			t.Fatalf("%v %v\n%s", err1, err2, cmp.Diff(string(first), string(again)))
		}
	})
}

func TestAScenarioSurvivesTheAddressBarAndTheDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		if rapid.Bool().Draw(t, "interval") {
			s.Intervals = map[string]model.Interval{"pod_cpu_m": {Low: pointer(1.5), High: pointer(900.25)}, "proxy_vcpu_per_1000rps": {Typical: pointer(0.3), Measured: rapid.Bool().Draw(t, "measured")}}
		}
		parsed, err := model.DecodeJSON(model.EncodeJSON(s))
		parsed.Version = 0
		if diff := cmp.Diff(s, parsed); err != nil || diff != "" {
			t.Fatalf("document: %v %s", err, diff)
		}
		values := queryValues(t, model.EncodeQuery(s))
		s.Title = "" // a link does not carry the title
		linked, err := model.DecodeFlat(values)
		if diff := cmp.Diff(s, linked); err != nil || diff != "" {
			t.Fatalf("link %s: %v %s", model.EncodeQuery(s), err, diff)
		}
	})
}

func TestZeroMeshedPodsMakeSidecarsNoneWithAControlPlane(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Quick.MeshedShare = pointer(0.0)
		for i := range s.Workloads {
			s.Workloads[i].InMesh = nil
		}
		p := plan(t, s)
		none, gateway, side := p.Results[0], p.Results[1], p.Results[4]
		if side.MonthlyCostUSD != gateway.MonthlyCostUSD || side.Nodes != gateway.Nodes || side.CPURequestedMillicores != gateway.CPURequestedMillicores {
			t.Fatalf("sidecar %+v differs from gateway %+v", side, gateway)
		}
		if none.Nodes > side.Nodes && none.NodesLowerBound > side.Nodes {
			t.Fatalf("the mesh's control plane made the cluster smaller than the bound")
		}
	})
}

func TestMorePodsNeverLowerTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Workloads = nil
		services := rapid.Int64Range(0, 150).Draw(t, "fewer")
		more := services + rapid.Int64Range(1, 50).Draw(t, "more")
		s.Quick.Services = &services
		small := plan(t, s)
		s.Quick.Services = &more
		large := plan(t, s)
		for i := range small.Results {
			a, b := small.Results[i], large.Results[i]
			if a.Status == "infeasible" || b.Status == "infeasible" {
				continue
			}
			if a.MonthlyCostLowerBoundUSD > b.MonthlyCostLowerBoundUSD+0.01 || a.MonthlyCostLowerBoundUSD > b.MonthlyCostUSD+0.01 {
				t.Fatalf("%s: bound $%v with %d services, bound $%v and cost $%v with %d",
					a.Pattern, a.MonthlyCostLowerBoundUSD, services, b.MonthlyCostLowerBoundUSD, b.MonthlyCostUSD, more)
			}
		}
	})
}

func TestGrowthIsNeverInfiniteNorNaN(t *testing.T) {
	for _, values := range []map[string]string{
		{"services": "0"}, {"node_hourly_usd": "0"}, {"pod_cpu_m": "0", "pod_memory_mib": "0"}, {"services": "0", "node_hourly_usd": "0"},
	} {
		for _, r := range evaluate(t, flat(t, values)).Results {
			for _, growth := range []*float64{r.CostGrowth, r.NodeGrowth, r.CPUGrowth, r.MemoryGrowth} {
				if growth != nil && (math.IsInf(*growth, 0) || math.IsNaN(*growth)) {
					t.Errorf("%v: %s grows by %v", values, r.Pattern, *growth)
				}
			}
		}
	}
}

func TestConditionalsHoldWhenTheAnswerIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		p := plan(t, s)
		for _, conditional := range p.Reasoning.Conditionals {
			answered := s
			fields, values := splitBoth(conditional.Field), splitBoth(conditional.Value)
			for i := range fields {
				if err := model.SetParam(&answered, fields[i], values[i]); err != nil {
					t.Fatal(err)
				}
			}
			if got := plan(t, answered).Verdict; got != conditional.Verdict {
				t.Fatalf("%s=%s: said %s, gives %s", conditional.Field, conditional.Value, conditional.Verdict, got)
			}
		}
	})
}

func TestEveryValueOfAPlanOpensToAnExplanation(t *testing.T) {
	p := evaluate(t, model.Examples()[0].Scenario)
	for _, field := range model.ValueFields() {
		e, err := model.Explain(p, field)
		if err != nil || e.Formula == "" || len(e.Steps) == 0 {
			t.Errorf("%s: %v %+v", field, err, e)
		}
		text, _ := model.PlanValue(p, field)
		if last := e.Steps[len(e.Steps)-1].Value; last != text {
			t.Errorf("%s ends with %q, the value is %q", field, last, text)
		}
	}
}

func TestInputsNameWhereTheyCameFrom(t *testing.T) {
	p := evaluate(t, flat(t, map[string]string{"pod_cpu_m": "400"}))
	origins := map[string]model.Input{}
	for _, input := range p.Inputs {
		if _, twice := origins[input.Name]; twice {
			t.Errorf("%s is listed twice", input.Name)
		}
		origins[input.Name] = input
		if input.Origin == model.OriginPreset && (input.FactID == "" || input.Source == "") {
			t.Errorf("%s comes from a preset without a source: %+v", input.Name, input)
		}
	}
	for name, want := range map[string]string{
		"pod_cpu_m": model.OriginGiven, "pod_memory_mib": model.OriginExample, "proxy_cpu_m": model.OriginPreset,
		"node_hourly_usd": model.OriginCatalog, "headroom": model.OriginNeutral,
	} {
		if origins[name].Origin != want {
			t.Errorf("%s: origin %q, want %q", name, origins[name].Origin, want)
		}
	}
	fmt.Fprintln(t.Output(), len(p.Inputs), "inputs")
}

func TestATypicalValueIsThatOfTheInputItself(t *testing.T) {
	list := model.Examples()[0].Scenario
	for _, c := range []struct {
		name  string
		value float64
		over  model.Scenario
	}{{"services", 120, list}, {"proxy_cpu_m", 300, flat(t, map[string]string{"preset": "istio-measured-1.24"})}, {"pod_cpu_m", 333, model.Scenario{}}} {
		typical, given := c.over, c.over
		typical.Intervals = map[string]model.Interval{c.name: {Typical: pointer(c.value)}}
		if err := model.SetParam(&given, c.name, fmt.Sprint(c.value)); err != nil {
			t.Fatal(err)
		}
		a, b := evaluate(t, typical), evaluate(t, given)
		if diff := cmp.Diff(a.Results, b.Results); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
