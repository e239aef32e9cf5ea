package web_test

import (
	"strings"
	"testing"

	"meshplan/internal/model"
	"meshplan/internal/snippet"
)

func TestEveryAddressInASnippetAnswers(t *testing.T) {
	s := newSite(t)
	saved := s.save(`{"workloads":[` + strings.TrimSuffix(strings.Repeat(`{"namespace":"shop","name":"a-service-with-a-name","replicas":3,"pod_cpu_m":250,"pod_memory_mib":512},`, 100), ",") + `]}`)
	long := model.Scenario{}
	for range 100 {
		long.Workloads = append(long.Workloads, model.Workload{Namespace: "shop", Name: "a-service-with-a-name", Replicas: 3, PodCPUMillicores: 250, PodMemoryMiB: 512})
	}
	called := 0
	for _, example := range append(model.Examples(), model.Example{}) {
		for _, one := range snippet.All(s.server.URL, example.Scenario, "") {
			for _, address := range one.URLs {
				if body := s.get(strings.TrimPrefix(address, s.server.URL)).body; body == "" || strings.HasPrefix(body, "ERROR") {
					t.Errorf("%s: %s answers %q", one.ID, address, body)
				}
				called++
			}
		}
	}
	for _, one := range snippet.All(s.server.URL, long, saved.ID) {
		for _, address := range one.URLs {
			s.get(strings.TrimPrefix(address, s.server.URL))
			called++
		}
	}
	if called < 50 {
		t.Errorf("only %d addresses", called)
	}
}
