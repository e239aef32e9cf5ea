package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func TestAStudyPlansWhatEvaluatePlans(t *testing.T) {
	study := model.NewStudy(loadCatalog(t)) // one for all draws: what it remembers must not leak into others
	study.Compare = true
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		want := plan(t, s)
		got, err := study.Evaluate(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(model.Rows(want), model.Rows(got)); diff != "" {
			t.Fatal(diff)
		}
		if got.Verdict != want.Verdict || got.Reasoning.Candidate != want.Reasoning.Candidate {
			t.Fatalf("verdict %s (%s), want %s (%s)", got.Verdict, got.Reasoning.Candidate, want.Verdict, want.Reasoning.Candidate)
		}
		if diff := cmp.Diff(want.Inputs, got.Inputs); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDemandsAddUpToWhatIsPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		plan(t, s)
		demands, err := model.NewStudy(loadCatalog(t)).Demands(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range demands {
			var cpu, memory, pods int64
			for _, s := range d.Problem.Shapes {
				cpu += s.Size[0] * s.Count
				memory += s.Size[1] * s.Count
				pods += s.Size[2] * s.Count
			}
			for _, part := range []model.Amount{d.Application, d.Proxies, d.ControlPlane, d.Gateways, d.Observability} {
				cpu, memory, pods = cpu-part.CPUMillicores, memory-part.MemoryMiB, pods-part.Pods
			}
			if cpu != 0 || memory != 0 || pods != 0 {
				t.Fatalf("%s: %dm, %d MiB and %d pods are in no part", d.Pattern, cpu, memory, pods)
			}
		}
	})
}
