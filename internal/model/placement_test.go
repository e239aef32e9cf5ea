package model_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/model"
)

// mixed draws a list on three node types of two architectures, each with a wish.
func mixed(t *rapid.T) model.Scenario {
	types := "m6i.2xlarge,r6i.2xlarge,m6g.2xlarge"
	s := model.Scenario{Nodes: model.Nodes{NodeType: &types, Zones: maybe(t, "zones", rapid.Int64Range(1, 3))}}
	s.Workloads = rapid.SliceOfN(rapid.Custom(workload), 1, 8).Draw(t, "workloads")
	for i := range s.Workloads {
		w := &s.Workloads[i]
		w.Architectures, w.NodeTypes, w.Tolerates = nil, nil, nil
	}
	return s
}

func wishes(t *rapid.T, s model.Scenario) model.Scenario {
	s.Workloads = append([]model.Workload(nil), s.Workloads...)
	for i := range s.Workloads {
		w := &s.Workloads[i]
		w.Architectures = rapid.SampledFrom([][]string{nil, {"arm64"}, {"amd64"}, {"amd64", "arm64"}}).Draw(t, "architectures")
		if len(w.Architectures) == 0 {
			w.NodeTypes = rapid.SampledFrom([][]string{nil, {"r6i.2xlarge"}, {"m6g.2xlarge", "m6i.2xlarge"}}).Draw(t, "node types")
		}
	}
	return s
}

func TestAWishAboutPlacementNeverBeatsTheBoundWithout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		free := mixed(t)
		a, b := plan(t, free), plan(t, wishes(t, free))
		for i := range a.Results {
			x, y := a.Results[i], b.Results[i]
			if x.Status == model.StatusInfeasible || y.Status == model.StatusInfeasible {
				continue
			}
			if y.MonthlyCostUSD < x.MonthlyCostLowerBoundUSD-0.01 || *y.AutoscalerMonthlyCostUSD < x.MonthlyCostLowerBoundUSD-0.01 {
				t.Fatalf("%s: bound $%v without, cost $%v with wishes, first-fit $%v", x.Pattern, x.MonthlyCostLowerBoundUSD, y.MonthlyCostUSD, *y.AutoscalerMonthlyCostUSD)
			}
		}
	})
}

func TestAWishThatEveryNodeTypeMeetsIsNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		free := mixed(t)
		all := free
		all.Workloads = append([]model.Workload(nil), free.Workloads...)
		for i := range all.Workloads {
			all.Workloads[i].Architectures = []string{"arm64", "amd64"}
			all.Workloads[i].NodeTypes = []string{"r6i.2xlarge", "m6g.2xlarge", "m6i.2xlarge", "one.that.is.not.there"}
			all.Workloads[i].Tolerates = []string{"gpu"}
		}
		if diff := cmp.Diff(plan(t, free), plan(t, all)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWorkloadsRunWhereTheyMay(t *testing.T) {
	// On r6i alone the arm64 workload has no place: one node of each type it is.
	s := list(t, "node_type=m6g.2xlarge,r6i.2xlarge&workloads=arm,D,1,1000,1000,,,,,,,arm64~intel,D,1,1000,1000,,,,,,,,r6i.2xlarge")
	groups := evaluate(t, s).Results[0].NodeGroups
	if len(groups) != 2 || groups[0].Count != 1 || groups[1].Count != 1 {
		t.Errorf("%+v", groups)
	}
	// Without the wishes both fit on the cheaper one.
	for i := range s.Workloads {
		s.Workloads[i].Architectures, s.Workloads[i].NodeTypes = nil, nil
	}
	if groups := evaluate(t, s).Results[0].NodeGroups; len(groups) != 1 || groups[0].NodeType != "m6g.2xlarge" {
		t.Errorf("%+v", groups)
	}
}

func TestOnlyWhoToleratesATaintRunsOnItsNodes(t *testing.T) {
	const query = "node_type=m6g.2xlarge,r6i.2xlarge&node_taints=m6g.2xlarge=dedicated=batch:NoSchedule&workloads=batch,D,1,1000,1000"
	for tolerates, want := range map[string]string{
		"": "r6i.2xlarge", "dedicated": "m6g.2xlarge", "dedicated=batch": "m6g.2xlarge", "dedicated=batch:NoSchedule": "m6g.2xlarge", "*": "m6g.2xlarge",
		"dedicated=web": "r6i.2xlarge", "dedicated=batch:NoExecute": "r6i.2xlarge", "gpu": "r6i.2xlarge",
	} {
		row := query
		if tolerates != "" {
			row += ",,,,,,,,," + tolerates
		}
		p := evaluate(t, list(t, row))
		if groups := p.Results[0].NodeGroups; len(groups) != 1 || groups[0].NodeType != want {
			t.Errorf("tolerating %q: %+v, want %s", tolerates, groups, want)
		}
		// istiod tolerates nothing.
		if groups := p.Result(model.PatternGateway).NodeGroups; groups[len(groups)-1].NodeType != "r6i.2xlarge" {
			t.Errorf("tolerating %q: the control plane is on %+v", tolerates, groups)
		}
	}
}

func list(t *testing.T, query string) model.Scenario {
	t.Helper()
	s, err := model.DecodeFlat(queryValues(t, query))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWishesThatCannotBeMetNameTheWorkloadAndTheCure(t *testing.T) {
	c := loadCatalog(t)
	for _, bad := range []struct{ query, field, rule, says string }{
		{"workloads=shop/a,D,1,1,1,,,,,,,arm64", "workloads[0].architectures", "unplaceable", "workload shop/a may run only on arm64"},
		{"workloads=b,D,1,1,1~shop/a,D,1,1,1,,,,,,,,m9.mega", "workloads[1].node_types", "unplaceable", "workload shop/a may run only on m9.mega, and the plan's node types are m6i.2xlarge"},
		{"workloads=a,D,1,1,1,,,,,,,sparc", "workloads[0].architectures[0]", "one_of", "amd64, arm64"},
		{"node_type=m6i.large,m6g.large&workloads=a,D,1,1,1,,,,,,,arm64,m6i.large", "workloads[0].node_types", "unplaceable", "workload a"},
		{"node_type=m6g.2xlarge,m6i.large&workloads=shop/a,D,1,4000,1,,,,,,,amd64", "node_type", "unplaceable", "(shop/a) fits on none of the nodes it may run on"},
		{"node_taints=m6i.2xlarge", "node_taints", "format", "is not type=taint"},
		{"node_taints=m5.large=gpu", "node_taints", "one_of", "none of the plan's node types"},
		{"node_taints=m6i.2xlarge=gpu:PreferNoSchedule", "node_taints", "one_of", "keeps no pod away"},
		{"node_taints=m6i.2xlarge=gpu", "node_taints", "unplaceable", "every node type has a taint"},
		{"existing_nodes=m6i.large", "existing_nodes", "format", "is not type:count"},
		{"existing_nodes=m6i.large:0", "existing_nodes", "range", "count of 0"},
		{"existing_nodes=m6i.large:-3", "existing_nodes", "range", "count of -3"},
		{"existing_nodes=m6i.large:1,m6i.large:2", "existing_nodes", "repeated", "listed twice"},
		{"existing_nodes=m9.mega:1", "existing_nodes", "", "m9.mega"},
		{"provider=custom&node_allocatable_cpu_m=1000&node_allocatable_memory_mib=1000&existing_nodes=m6i.large:1", "existing_nodes", "one_of", "called custom"},
		{"surge_share=1.5", "surge_share", "range", "from 0 to 1"},
		{"existing_nodes=m6g.large:1&workloads=shop/a,D,9,1000,1000,,,,,,,arm64", "existing_nodes", "unplaceable", "do not hold every pod of shop/a"},
	} {
		s, err := model.DecodeFlat(queryValues(t, bad.query))
		if err == nil {
			_, err = model.Evaluate(s, c)
		}
		wrong := firstWrong(err)
		if wrong == nil || wrong.Field != bad.field || (bad.rule != "" && wrong.Rule != bad.rule) || !strings.Contains(wrong.Message, bad.says) || wrong.Fix == "" {
			t.Errorf("%s: %+v (%v), want %s at %s saying %q", bad.query, wrong, err, bad.rule, bad.field, bad.says)
		}
	}
	_, err := model.DecodeJSON([]byte(`{"workloads":[{"name":"a","replicas":1,"node_types":"m6i.large"}]}`))
	if wrong := firstWrong(err); wrong == nil || wrong.Field != "workloads.node_types" {
		t.Errorf("%v", err)
	}
}

func TestWishesThatAreNotKeptAreTold(t *testing.T) {
	for query, id := range map[string]string{
		"node_type=m6i.2xlarge,m6g.2xlarge&workloads=a,D,1,1,1~agent,DS,,10,10,,,,,,,arm64":                            "daemonset_everywhere",
		"provider=custom&node_allocatable_cpu_m=8000&node_allocatable_memory_mib=8000&workloads=a,D,1,1,1,,,,,,,arm64": "placement_unchecked",
	} {
		found := false
		for _, w := range evaluate(t, list(t, query)).Warnings {
			found = found || w.ID == id
		}
		if !found {
			t.Errorf("%s: no warning %s", query, id)
		}
	}
}

func TestTypesThatPodsMayNotUseAreExcusedSo(t *testing.T) {
	p := evaluate(t, list(t, "node_type=m6g.2xlarge,r6i.2xlarge&workloads=a,D,7,1000,1000,,,,,,,amd64"))
	for _, e := range p.Excuses {
		if e.Subject == "m6g.2xlarge" {
			if e.Reason != "kept_out" || e.Shortfall != 7 {
				t.Errorf("%+v", e)
			}
			return
		}
	}
	t.Errorf("m6g.2xlarge has no excuse: %+v", p.Excuses)
}

// Three zones, nodes of 4,000m less DaemonSets, no mesh. Three pods of 900m that must be
// spread stand on a node of each zone. In any zone two of 2,700m and three of 900m fill
// those nodes. Spread as well, two zones hold 900 + 2,700 + 900m, two nodes each, and the
// third one node.
func TestAWorkloadOfAnyZoneFillsWhatOthersLeave(t *testing.T) {
	nodes := func(anyZone bool, survive string) int64 {
		cpu, memory, zones := int64(4000), int64(16_000), int64(3)
		plan, err := model.Evaluate(model.Scenario{
			Workloads: []model.Workload{
				{Name: "spread", Replicas: 3, PodCPUMillicores: 900, PodMemoryMiB: 1},
				{Name: "large", Replicas: 2, PodCPUMillicores: 2700, PodMemoryMiB: 1, AnyZone: anyZone},
				{Name: "small", Replicas: 3, PodCPUMillicores: 900, PodMemoryMiB: 1, AnyZone: anyZone},
			},
			Nodes: model.Nodes{NodeAllocatableCPUMillicores: &cpu, NodeAllocatableMemoryMiB: &memory, Zones: &zones, Survive: &survive},
		}, loadCatalog(t))
		if err != nil {
			t.Fatal(err)
		}
		said := slices.ContainsFunc(plan.Warnings, func(w model.Warning) bool { return w.ID == "any_zone_spread" })
		if said != (anyZone && survive == "zone") {
			t.Errorf("any_zone %v, survive %s: said that they are spread all the same: %v", anyZone, survive, said)
		}
		return plan.Results[0].Nodes
	}
	if free, spread := nodes(true, "nothing"), nodes(false, "nothing"); free != 3 || spread != 5 {
		t.Errorf("%d nodes with any_zone and %d without, want 3 and 5", free, spread)
	}
	if free, spread := nodes(true, "zone"), nodes(false, "zone"); free != spread {
		t.Errorf("%d nodes with any_zone and %d without where a zone may be lost", free, spread)
	}
}

func TestReplicaRangesThatEndBeforeTheyBeginAreRefused(t *testing.T) {
	s, err := model.DecodeJSON([]byte(`{"workloads":[{"name":"a","namespace":"shop","replicas":1,"pod_cpu_m":1,"pod_memory_mib":1,"replicas_min":5,"replicas_max":3}]}`))
	if err == nil {
		err = model.Validate(s, loadCatalog(t))
	}
	var wrong *model.InputError
	if !errors.As(err, &wrong) || wrong.Fields[0].Field != "workloads[0].replicas_min" || !strings.Contains(wrong.Fields[0].Message, "shop/a has replicas_min 5, above its replicas_max, 3") {
		t.Errorf("error %v", err)
	}
}
