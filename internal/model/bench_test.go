package model_test

import (
	"fmt"
	"testing"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

func BenchmarkEvaluateQuick(b *testing.B) { benchmark(b, model.Examples()[1].Scenario) }

func BenchmarkEvaluateSixtyWorkloads(b *testing.B) { benchmark(b, sixtyWorkloads()) }

// sixtyWorkloads is a list whose rows all differ.
func sixtyWorkloads() model.Scenario {
	var s model.Scenario
	for i := range int64(60) {
		s.Workloads = append(s.Workloads, model.Workload{
			Namespace: fmt.Sprintf("team-%d", i%8), Name: fmt.Sprintf("service-%d", i), Kind: "Deployment",
			Replicas: 1 + i%5, PodCPUMillicores: 50 * (1 + i*7%23), PodMemoryMiB: 64 * (1 + i*11%29),
		})
	}
	return s
}

func benchmark(b *testing.B, s model.Scenario) {
	c, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := model.Evaluate(s, c); err != nil {
			b.Fatal(err)
		}
	}
}
