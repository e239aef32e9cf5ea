package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func TestChangesNameInputsIntervalsAndRows(t *testing.T) {
	decode := func(document string) model.Scenario {
		s, err := model.DecodeJSON([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	from := decode(`{"title":"Shop","quick":{"services":12,"pods_per_service":2},"nodes":{"headroom":0.1},"intervals":{"pod_cpu_m":{"low":1,"high":2}},
		"workloads":[{"namespace":"shop","name":"cart","replicas":3,"pod_cpu_m":100,"pod_memory_mib":64},{"name":"old","replicas":1,"pod_cpu_m":1,"pod_memory_mib":1}]}`)
	to := decode(`{"title":"Shop 2","quick":{"services":13,"pods_per_service":2},"organisation":{"mtls_required":true},"intervals":{"pod_cpu_m":{"low":1,"typical":1.5,"high":2}},
		"workloads":[{"namespace":"shop","name":"cart","replicas":4,"pod_cpu_m":100,"pod_memory_mib":64},{"name":"new","replicas":1,"pod_cpu_m":1,"pod_memory_mib":1}]}`)
	const row = `{"pod_cpu_m":1,"pod_memory_mib":1,"replicas":1}`
	want := []model.Change{
		{Name: "title", From: "Shop", To: "Shop 2"},
		{Name: "services", From: "12", To: "13"},
		{Name: "headroom", From: "0.1"},
		{Name: "mtls_required", To: "true"},
		{Name: "intervals.pod_cpu_m", From: "1 to 2", To: "1 to 2, typically 1.5"},
		{Name: "workloads new", To: row},
		{Name: "workloads old", From: row},
		{Name: "workloads shop/cart.replicas", From: "3", To: "4"},
	}
	if diff := cmp.Diff(want, model.Changes(from, to)); diff != "" {
		t.Error(diff)
	}
}

func TestScenariosWithoutAChangeAreTheSameDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := scenarios(t), scenarios(t)
		if changes := model.Changes(a, a); len(changes) != 0 {
			t.Fatalf("a scenario differs from itself: %v", changes)
		}
		forth, back := model.Changes(a, b), model.Changes(b, a)
		if len(forth) != len(back) {
			t.Fatalf("%d changes one way, %d the other", len(forth), len(back))
		}
		if len(forth) == 0 && len(a.Workloads) == 0 && string(model.EncodeJSON(a)) != string(model.EncodeJSON(b)) {
			t.Fatal("two documents, and no change is told")
		}
	})
}
