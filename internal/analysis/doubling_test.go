package analysis_test

import (
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/analysis"
)

func TestDoublingHoldsUpToTheWorkedPodSize(t *testing.T) {
	// 1000 pods of 128Mi on nodes of 7910m and 28 GiB, proxy 100m/128Mi, nothing else:
	// pods of p take ⌈1000 ÷ min(⌊7910 ÷ p⌋, 224)⌉ nodes before, and after
	// ⌈1000 ÷ min(⌊7910 ÷ (p + 100)⌋, 112)⌉. The worked sizes 50, 100, 200, 500, 1000
	// take 7→20, 13→26, 26→39, 67→77, 143→143.
	s := solo(t, map[string]string{
		"services": "1000", "pod_cpu_m": "50", "pod_memory_mib": "128", "node_allocatable_cpu_m": "7910",
		"node_max_pods": "0", "proxy_cpu_m": "100", "proxy_memory_mib": "128", "istiod_replicas": "0",
	})
	up := func(a, b int) int { return (a + b - 1) / b }
	last := 0
	for p := 10; p <= 2000; p += 10 {
		if up(1000, min(7910/(p+100), 112)) >= 2*up(1000, min(7910/p, 224)) {
			last = p
		}
	}
	out, err := analysis.Doubling(ctx(), s, loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	line := out.Lines[0]
	side := line.Patterns[3]
	if line.Input != "pod_cpu_m" || side.Pattern != "sidecar" || side.DoublesTo == nil || *side.DoublesTo != float64(last) {
		t.Fatalf("doubles up to %v, want %d: %s", side.DoublesTo, last, side.Text)
	}
	if last < 100 || last >= 200 || !*side.YouDouble {
		t.Errorf("pods of 100m double and pods of 200m do not; the last that doubles is %d", last)
	}
	// 7910 ÷ 50 = 158 pods and 7 nodes; doubling takes 14: at most 76 pods a node, a pod
	// of 104m at least, a proxy of 60m in steps of ten.
	if proxy := out.Lines[2].Patterns[3]; proxy.DoublesFrom == nil || *proxy.DoublesFrom != 60 {
		t.Errorf("proxies: %s", proxy.Text)
	}
}

func TestDoublingAgreesWithThePlanWhereverItIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Workloads = nil
		planned(t, s)
		out, err := analysis.Doubling(ctx(), s, loadCatalog(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range out.Lines {
			for i, d := range line.Patterns {
				if d.DoublesTo == nil {
					continue
				}
				at := evaluate(t, with(t, s, line.Input, text(*d.DoublesTo)))
				if r := at.Results[i+1]; r.Doubles == nil || !*r.Doubles {
					t.Fatalf("%s: %s does not double at %v", line.Input, d.Pattern, *d.DoublesTo)
				}
			}
		}
	})
}
