package catalog

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

func loaded(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func query(t *testing.T, q model.NodeQuery) []model.NodeType {
	t.Helper()
	types, err := loaded(t).NodeTypes(q)
	if err != nil {
		t.Fatal(err)
	}
	return types
}

func TestCatalogHoldsEveryFamilyTypeAndPrice(t *testing.T) {
	// Counted in the sources when the entries were made.
	var families, types, prices int
	for _, p := range loaded(t).Document().Providers {
		families += len(p.Families)
		prices += len(p.Prices)
		for _, f := range p.Families {
			types += len(f.Types)
		}
	}
	if families != 71 || types != 482 || prices != 871 {
		t.Errorf("got %d families, %d types, %d prices", families, types, prices)
	}
}

func TestProvidersAndDefaults(t *testing.T) {
	want := []struct {
		id, region, nodeType string
		regions              int
		daemonSets           model.DaemonSets
	}{
		{"aws", "us-east-1", "m6i.2xlarge", 13, model.DaemonSets{CPUMillicores: 317, MemoryMiB: 354, Pods: 5, FactID: "ds_preset_eks"}},
		{"azure", "eastus", "Standard_D8s_v5", 14, model.DaemonSets{}},
		{"gcp", "us-central1", "n2-standard-8", 13, model.DaemonSets{CPUMillicores: 100, MemoryMiB: 0, Pods: 1, FactID: "ds_kube_proxy"}},
	}
	providers := loaded(t).Providers()
	if len(providers) != len(want) {
		t.Fatalf("got %d providers", len(providers))
	}
	for i, p := range providers {
		w := want[i]
		if p.ID != w.id || p.DefaultRegion != w.region || p.DefaultNodeType != w.nodeType || p.DaemonSets != w.daemonSets {
			t.Errorf("got %+v, want %+v", p, w)
		}
		if len(p.Regions) != w.regions || !slices.IsSorted(p.Regions) {
			t.Errorf("%s: regions %v", p.ID, p.Regions)
		}
		if got := query(t, model.NodeQuery{Provider: p.ID, Region: p.DefaultRegion, Names: []string{p.DefaultNodeType}}); got[0].VCPU != 8 {
			t.Errorf("%s: default type %+v", p.ID, got[0])
		}
	}
	if got := loaded(t).AsOf(); got != "2026-08" {
		t.Errorf("newest price is of %s", got)
	}
}

func TestDefaultTypesInFull(t *testing.T) {
	for _, c := range []struct {
		provider, region, name string
		want                   model.NodeType
	}{
		// 8 vCPU × 0.048 USD; 32768 − (255 + 11 × 58) − 100
		{"aws", "us-east-1", "m6i.2xlarge", model.NodeType{
			Family: "m6i", Arch: "amd64", VCPU: 8, MemoryMiB: 32768, AllocatableCPUMillicores: 7910, AllocatableMemoryMiB: 31775,
			MaxPods: 58, AllocatableRule: "eks", HourlyUSD: 0.384, PriceAsOf: "2026-07", PriceSource: "https://github.com/aws/karpenter-provider-aws"}},
		// 8 × 0.048; 2250 MB reserved for 110 pods are 2146 MiB
		{"azure", "eastus", "Standard_D8s_v5", model.NodeType{
			Family: "Dsv5", Arch: "amd64", VCPU: 8, MemoryMiB: 32768, AllocatableCPUMillicores: 7820, AllocatableMemoryMiB: 30522,
			MaxPods: 110, AllocatableRule: "aks", HourlyUSD: 0.384, PriceAsOf: "2026-06", PriceSource: "https://github.com/Azure/karpenter-provider-azure"}},
		// 8 × 0.048559; 32768 − 3645 − 100
		{"gcp", "us-central1", "n2-standard-8", model.NodeType{
			Family: "n2-standard", Arch: "amd64", VCPU: 8, MemoryMiB: 32768, AllocatableCPUMillicores: 7910, AllocatableMemoryMiB: 29023,
			MaxPods: 110, AllocatableRule: "gke", HourlyUSD: 0.388472, PriceAsOf: "2026-08", PriceSource: "https://github.com/cloudpilot-ai/karpenter-provider-gcp"}},
	} {
		c.want.Name, c.want.Provider, c.want.Region = c.name, c.provider, c.region
		got := query(t, model.NodeQuery{Provider: c.provider, Region: c.region, Names: []string{c.name}})
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("got  %+v\nwant %+v", got, c.want)
		}
	}
}

func TestN2Standard8CostsWhatTheSoloStudyPaid(t *testing.T) {
	// Their monthly totals imply 284.38 USD a node in 2024.
	got := query(t, model.NodeQuery{Provider: "gcp", Region: "us-central1", Names: []string{"n2-standard-8"}})
	if monthly := got[0].HourlyUSD * 730; math.Abs(monthly/284.38-1) > 0.005 {
		t.Errorf("%.2f USD a month", monthly)
	}
}

func TestOddSizesAreNamedAndMeasuredAsTheProviderDoes(t *testing.T) {
	for _, c := range []struct {
		provider, region, name string
		vcpu, memoryMiB        int64
	}{
		{"aws", "us-east-1", "c5.9xlarge", 36, 73728},
		{"aws", "us-east-1", "c7g.medium", 1, 2048},
		{"azure", "eastus", "Standard_E20as_v5", 20, 163840},
		{"gcp", "us-central1", "n1-highcpu-2", 2, 1843},  // 0.9 GiB per vCPU: 1843.2
		{"gcp", "us-central1", "n1-standard-1", 1, 3840}, // 3.75 GiB
		{"gcp", "us-central1", "c4-highmem-4", 4, 31744}, // 31 GiB
		{"gcp", "us-central1", "c3-standard-22", 22, 90112},
	} {
		got := query(t, model.NodeQuery{Provider: c.provider, Region: c.region, Names: []string{c.name}})
		if got[0].VCPU != c.vcpu || got[0].MemoryMiB != c.memoryMiB {
			t.Errorf("%s: got %+v", c.name, got[0])
		}
	}
}

func TestNoNamesGiveEveryTypeOfTheRegionByName(t *testing.T) {
	everywhere := map[string]bool{}
	for _, p := range loaded(t).Providers() {
		for _, region := range p.Regions {
			types := query(t, model.NodeQuery{Provider: p.ID, Region: region})
			if len(types) == 0 || len(types) > maxNodeTypes {
				t.Errorf("%s: %d types", region, len(types))
			}
			if !slices.IsSortedFunc(types, func(a, b model.NodeType) int { return strings.Compare(a.Name, b.Name) }) {
				t.Errorf("%s is not sorted", region)
			}
			for _, n := range types {
				everywhere[n.Name] = true
				checkType(t, n)
			}
		}
	}
	if len(everywhere) != 482 {
		t.Errorf("%d types are priced in at least one region, want all 482", len(everywhere))
	}
}

// checkType holds the laws of a single type.
func checkType(t *testing.T, n model.NodeType) {
	t.Helper()
	if !(n.HourlyUSD > 0) || !strings.HasPrefix(n.PriceSource, "https://github.com/") {
		t.Errorf("%s in %s: price %v from %q", n.Name, n.Region, n.HourlyUSD, n.PriceSource)
	}
	if _, err := time.Parse("2006-01", n.PriceAsOf); err != nil {
		t.Errorf("%s in %s: price as of %q", n.Name, n.Region, n.PriceAsOf)
	}
	if n.AllocatableCPUMillicores <= 0 || n.AllocatableCPUMillicores >= n.VCPU*1000 ||
		n.AllocatableMemoryMiB <= 0 || n.AllocatableMemoryMiB >= n.MemoryMiB || n.MaxPods <= 0 {
		t.Errorf("%s: allocatable does not lie within the machine: %+v", n.Name, n)
	}
}

func TestALargerTypeOfAFamilyLeavesMoreAndCostsMore(t *testing.T) {
	for _, p := range loaded(t).Providers() {
		byFamily := map[string][]model.NodeType{}
		for _, n := range query(t, model.NodeQuery{Provider: p.ID, Region: p.DefaultRegion}) {
			byFamily[n.Family] = append(byFamily[n.Family], n)
		}
		for _, types := range byFamily {
			slices.SortFunc(types, func(a, b model.NodeType) int { return int(a.VCPU - b.VCPU) })
			for i := 1; i < len(types); i++ {
				a, b := types[i-1], types[i]
				if b.AllocatableCPUMillicores <= a.AllocatableCPUMillicores || b.AllocatableMemoryMiB <= a.AllocatableMemoryMiB ||
					b.HourlyUSD <= a.HourlyUSD || b.MaxPods < a.MaxPods {
					t.Errorf("%+v is not more than %+v", b, a)
				}
			}
		}
	}
}

func TestNamedTypesComeInTheQuerysOrderEachOnce(t *testing.T) {
	got := query(t, model.NodeQuery{Provider: "aws", Region: "eu-west-1", Names: []string{"m5.xlarge", "c5.large", "m5.xlarge"}})
	if len(got) != 2 || got[0].Name != "m5.xlarge" || got[1].Name != "c5.large" {
		t.Errorf("got %+v", got)
	}
}

func TestOwnPodLimitAndNetworkingReachEveryType(t *testing.T) {
	limit := int64(40)
	for _, n := range query(t, model.NodeQuery{Provider: "aws", Region: "us-east-1", MaxPods: &limit, Networking: "prefix"}) {
		if n.MaxPods != 40 {
			t.Errorf("%s: %d pods", n.Name, n.MaxPods)
		}
	}
	for _, n := range query(t, model.NodeQuery{Provider: "azure", Region: "eastus", Networking: "overlay"}) {
		if n.MaxPods != 250 {
			t.Errorf("%s: %d pods", n.Name, n.MaxPods)
		}
	}
}

func TestAnswersDoNotChangeAndCallersCannotChangeThem(t *testing.T) {
	c := loaded(t)
	limit := int64(7)
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(c.Providers()).Draw(rt, "provider")
		q := model.NodeQuery{Provider: p.ID, Region: rapid.SampledFrom(p.Regions).Draw(rt, "region")}
		if rapid.Bool().Draw(rt, "own limit") {
			q.MaxPods = &limit
		}
		first, err := c.NodeTypes(q)
		if err != nil {
			rt.Fatal(err)
		}
		kept := slices.Clone(first)
		for i := range first {
			first[i] = model.NodeType{}
		}
		p.Regions[0] = ""
		again, err := c.NodeTypes(q)
		if err != nil || !reflect.DeepEqual(kept, again) {
			rt.Fatalf("the second answer differs: %v", err)
		}
	})
	if c.Providers()[0].Regions[0] == "" {
		t.Error("a caller changed the catalog's regions")
	}
}

func TestLoadGivesTheSameValueEveryTime(t *testing.T) {
	if a, b := loaded(t), loaded(t); a != b {
		t.Error("the data was read twice")
	}
}

func TestDocumentIsJSONWithProvenanceOnEveryPrice(t *testing.T) {
	text, err := json.Marshal(loaded(t).Document())
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		AsOf      string `json:"as_of"`
		Providers []struct {
			ID        string   `json:"id"`
			Regions   []string `json:"regions"`
			RuleFacts []string `json:"rule_facts"`
			Families  []struct {
				Types []struct{ Name string }
			}
			Prices []struct {
				Region, Family, Source string
				AsOf                   string  `json:"as_of"`
				USD                    float64 `json:"hourly_usd_per_vcpu"`
			}
		}
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if d.AsOf != "2026-08" || len(d.Providers) != 3 {
		t.Fatalf("as of %s, %d providers", d.AsOf, len(d.Providers))
	}
	for _, p := range d.Providers {
		if len(p.RuleFacts) == 0 {
			t.Errorf("%s: the allocatable rule stands on no fact", p.ID)
		}
		for _, id := range p.RuleFacts {
			if f, ok := facts.Get(id); !ok || f.Source == "" {
				t.Errorf("%s: fact %q has no source", p.ID, id)
			}
		}
		for _, pr := range p.Prices {
			if !slices.Contains(p.Regions, pr.Region) || pr.Family == "" || !(pr.USD > 0) || pr.AsOf == "" || pr.Source == "" {
				t.Errorf("%s: price %+v", p.ID, pr)
			}
		}
	}
}

func TestErrorsAreInputErrors(t *testing.T) {
	_, err := loaded(t).NodeTypes(model.NodeQuery{Provider: "aws", Region: "us-east-1", Names: []string{"m9.large", "m5.large", "x"}})
	var input *model.InputError
	if !errors.As(err, &input) || len(input.Fields) != 2 {
		t.Errorf("got %v, want both unknown names in one error", err)
	}
}

func BenchmarkOneTypeWithOwnPodLimit(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	limit := int64(110)
	q := model.NodeQuery{Provider: "gcp", Region: "us-central1", Names: []string{"n2-standard-8"}, MaxPods: &limit}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.NodeTypes(q); err != nil {
			b.Fatal(err)
		}
	}
}
