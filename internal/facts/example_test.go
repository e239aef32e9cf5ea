package facts_test

import (
	"fmt"

	"meshplan/internal/facts"
)

func ExamplePreset_Assume() {
	preset, _ := facts.PresetByID("field-report-2025-09")
	for _, name := range []string{"proxy_cpu_m", "istiod_memory_mib", "ztunnel_cpu_m"} {
		a, _ := preset.Assume(name)
		fmt.Printf("%s %.0f %s, published as %v %s, from %s, fell back %v\n", name, a.Typical(), a.Unit, a.Fact.Value(), a.Fact.Unit, a.PresetID, a.FellBack)
	}
	// Output:
	// proxy_cpu_m 200 m, published as 200 m, from field-report-2025-09, fell back false
	// istiod_memory_mib 3815 MiB, published as 4 GB, from field-report-2025-09, fell back false
	// ztunnel_cpu_m 200 m, published as 200 m, from istio-charts-2026-08, fell back true
}

func ExampleMust() {
	f := facts.Must("sidecar_mem_1_24")
	fmt.Printf("%s: %v %s (%.1f MiB), %s, as of %s, %s\n", f.Meaning, f.Value(), f.Unit, f.MiB(f.Value()), f.EvidenceMeaning(), f.AsOf, f.AppliesTo)
	// Output:
	// memory of one sidecar at 1,000 requests a second: 60 MB (57.2 MiB), read in the source itself, as of 2024-11, Istio 1.24; the pages for 1.25 and 1.26 repeat it
}
