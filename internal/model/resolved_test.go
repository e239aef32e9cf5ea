package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func TestAResolvedListPlansLikeTheScenarioItCameFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		want := plan(t, s)
		list, err := model.ResolvedWorkloads(s, loadCatalog(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		s.Workloads, s.Quick = list, model.Quick{}
		if diff := cmp.Diff(model.Rows(want), model.Rows(plan(t, s))); diff != "" {
			t.Fatal(diff)
		}
	})
}
