package importer

import (
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

// web's two sidecars use 30m and 50m while web serves 200 requests a second: 80m ÷ 0.2
// thousand is 0.4 vCPU. api's one uses 9m for 100: 0.09. idle serves too little to tell.
const measuredMesh = `POD NAME CPU(cores) MEMORY(bytes)
web-7d9f8b6c5d-x2x4z istio-proxy 30m 60Mi
web-7d9f8b6c5d-b8c9d istio-proxy 50m 64Mi
web-7d9f8b6c5d-b8c9d web 200m 100Mi
web-7d9f8b6c5d-x2x4z web 100m 100Mi
api-0 istio-proxy 9m 50Mi
api-0 api 90m 50Mi
idle-0 istio-proxy 5m 50Mi
idle-0 idle 1m 10Mi
---
{"status":"success","data":{"resultType":"vector","result":[
 {"metric":{"destination_workload":"web"},"value":[1,"200"]},
 {"metric":{"destination_workload":"api"},"value":[1,"100"]},
 {"metric":{"destination_workload":"idle"},"value":[1,"0.1"]}]}}
`

func TestSidecarsAreMeasuredPerRequest(t *testing.T) {
	result := importOK(t, measuredMesh, Options{})
	i := slices.IndexFunc(result.Measured, func(m Measured) bool { return m.Name == "proxy_vcpu_per_1000rps" })
	if i < 0 {
		t.Fatalf("measured are %+v", result.Measured)
	}
	m := result.Measured[i]
	if m.Samples != 2 || *m.Interval.Low != 0.09 || *m.Interval.Typical != 0.09 || *m.Interval.High != 0.4 {
		t.Errorf("%d samples from %v over %v to %v, want 2 from 0.09 to 0.4", m.Samples, *m.Interval.Low, *m.Interval.Typical, *m.Interval.High)
	}
	for _, m := range result.Measured {
		if !slices.Contains(model.IntervalNames(), m.Name) {
			t.Errorf("%s is no input that takes an interval", m.Name)
		}
	}
}

// What stands in can be changed in the review, so the use of a container is told beside
// whatever was counted.
func TestMeasuredUseIsToldBesideWhatCounts(t *testing.T) {
	input := silentWeb + "POD NAME CPU(cores) MEMORY(bytes)\nweb-0 web 140m 220Mi\n"
	for _, m := range importOK(t, input, Options{}).Missing {
		switch {
		case m.Container == "web" && (m.CPUMillicores != 0 || *m.UsageCPUMillicores != 140 || *m.UsageMemoryMiB != 220):
			t.Errorf("web counts as %dm and its use is told as %v", m.CPUMillicores, m.UsageCPUMillicores)
		case m.Container == "log" && m.UsageCPUMillicores != nil:
			t.Error("log was not measured")
		}
	}
}

// The messy cluster's two autoscaled workloads are web of 300m, 2 to 9 times, and old-api of
// 500m, 5 to 8; now they run 4 and 5. Least takes 2 pods of web off, most adds 5 and 3.
func TestAutoscalersGiveTheTotalsARange(t *testing.T) {
	result := importFile(t, "testdata/messy-cluster.json", Options{})
	now, a := result.Totals, result.Autoscaled
	if a == nil || a.Workloads != 2 || a.Least.Pods != now.Pods-2 || a.Most.Pods != now.Pods+8 {
		t.Fatalf("%d pods now, range %+v", now.Pods, a)
	}
	web, api := result.Scenario.Workloads[0], result.Scenario.Workloads[1]
	if want := now.CPUMillicores + 5*web.PodCPUMillicores + 3*api.PodCPUMillicores; a.Most.CPUMillicores != want {
		t.Errorf("at most %dm, want %dm", a.Most.CPUMillicores, want)
	}
}

func TestRowsOfOneNameAreTold(t *testing.T) {
	result := importOK(t, "namespace,name,kind,cpu\nshop,cart,Deployment,1\nshop,cart,Deployment,2\nshop,web,Deployment,1\n", Options{})
	if !result.Understood[0].GivenTwice || !result.Understood[1].GivenTwice || result.Understood[2].GivenTwice {
		t.Errorf("understood are %+v", result.Understood)
	}
	if !slices.ContainsFunc(result.Warnings, func(w model.Warning) bool {
		return w.ID == "duplicate_rows" && strings.Contains(w.Message, "shop/cart")
	}) {
		t.Errorf("warnings are %+v", result.Warnings)
	}
}
