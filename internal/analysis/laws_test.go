package analysis_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
	"meshplan/internal/pack"
)

func TestAskingForMoreNeverLowersADemandOrTheFractionalBound(t *testing.T) {
	inputs := []struct {
		name string
		most int64
	}{
		{"rps_per_pod", 2000}, {"services", 80}, {"pods_per_service", 8}, {"pod_cpu_m", 1500}, {"pod_memory_mib", 3000},
		{"proxy_cpu_m", 500}, {"proxy_memory_mib", 600}, {"istiod_cpu_m", 2000}, {"istiod_memory_mib", 4000}, {"ingress_gateways", 9}, {"waypoint_replicas", 5},
	}
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		s.Workloads = nil
		in := rapid.SampledFrom(inputs).Draw(t, "input")
		least := rapid.Int64Range(1, in.most).Draw(t, "less")
		more := rapid.Int64Range(least, in.most).Draw(t, "more")
		a, b := demandsAt(t, s, in.name, least), demandsAt(t, s, in.name, more)
		for i := range a {
			if sum(b[i]).CPUMillicores < sum(a[i]).CPUMillicores || sum(b[i]).MemoryMiB < sum(a[i]).MemoryMiB {
				t.Fatalf("%s: %s from %d to %d lowers the demand from %+v to %+v", a[i].Pattern, in.name, least, more, sum(a[i]), sum(b[i]))
			}
			before, after := bound(t, a[i]), bound(t, b[i])
			if after.Nodes > 0 && (after.Nodes < before.Nodes || float64(after.Cost) < float64(before.Cost)*(1-1e-9)) {
				t.Fatalf("%s: %s from %d to %d lowers the bound from %+v to %+v", a[i].Pattern, in.name, least, more, before, after)
			}
		}
	})
}

func TestTheMemoryOfAProxyDoesNotDependOnRequests(t *testing.T) {
	for _, preset := range []string{"istio-measured-1.24", "unscoped-large", "istio-charts-2026-08"} {
		s := flat(t, map[string]string{"preset": preset})
		few, many := demandsAt(t, s, "rps_per_pod", 1), demandsAt(t, s, "rps_per_pod", 5000)
		if few[4].Pattern != "sidecar" || few[4].Proxies.MemoryMiB != many[4].Proxies.MemoryMiB {
			t.Errorf("%s: %d MiB at one request a second, %d MiB at 5,000", preset, few[4].Proxies.MemoryMiB, many[4].Proxies.MemoryMiB)
		}
	}
}

func demandsAt(t interface{ Fatal(...any) }, s model.Scenario, name string, value int64) []model.Demand {
	demands, err := model.NewStudy(loadCatalog(t)).Demands(with(t, s, name, strconv.FormatInt(value, 10)))
	if err != nil {
		t.Fatal(err)
	}
	return demands
}

// sum is what all pods of a demand ask for.
func sum(d model.Demand) model.Amount {
	var a model.Amount
	for _, part := range []model.Amount{d.Application, d.Proxies, d.ControlPlane, d.Gateways, d.Observability} {
		a.CPUMillicores += part.CPUMillicores
		a.MemoryMiB += part.MemoryMiB
	}
	return a
}

func bound(t interface{ Fatal(...any) }, d model.Demand) pack.Bounds {
	b, err := pack.FractionalBound(d.Problem)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
