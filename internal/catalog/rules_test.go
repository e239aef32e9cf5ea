package catalog

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func apply(t *testing.T, rule string, m Machine, networking string, maxPods *int64) Allocatable {
	t.Helper()
	a, err := loaded(t).Allocatable(rule, m, networking, maxPods)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func pods(n int64) *int64 { return &n }

func TestEKSReservesByInterfaceAddresses(t *testing.T) {
	// Memory: capacity − (255 + 11 × pods) − 100. CPU reserved: 6 % of the first core, 1 %
	// of the second, 0.5 % of two more, 0.25 % of the rest: 2 → 70m, 4 → 80, 8 → 90, 16 → 110.
	for _, c := range []struct {
		name string
		m    Machine
		want Allocatable
	}{
		// 3 × 9 + 2 = 29 pods; 8192 − 574 − 100
		{"m5.large", Machine{2, 8192, 3, 10}, Allocatable{1930, 7518, 29}},
		// 4 × 14 + 2 = 58 pods; 16384 − 893 − 100
		{"m5.xlarge", Machine{4, 16384, 4, 15}, Allocatable{3920, 15391, 58}},
		// 32768 − 893 − 100
		{"m5.2xlarge", Machine{8, 32768, 4, 15}, Allocatable{7910, 31775, 58}},
		// 8 × 29 + 2 = 234 pods; 65536 − 2829 − 100
		{"m5.4xlarge", Machine{16, 65536, 8, 30}, Allocatable{15890, 62607, 234}},
		// 15 × 49 + 2 = 737 pods; 262144 − 8362 − 100; 60 + 10 + 10 + 60 × 2.5 = 230m
		{"m5.16xlarge", Machine{64, 262144, 15, 50}, Allocatable{63770, 253682, 737}},
	} {
		if got := apply(t, "eks", c.m, "", nil); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestEKSPrefixDelegationChangesSlotsAndNotTheReservation(t *testing.T) {
	for _, c := range []struct {
		name string
		m    Machine
		want int64
	}{
		{"2 interfaces × 3 × 16 + 2 = 98, under the cap", Machine{1, 2048, 2, 4}, 98},
		{"8 vCPU take the small cap", Machine{8, 32768, 4, 15}, 110},
		{"16 vCPU take the small cap", Machine{16, 65536, 8, 30}, 110},
		{"32 vCPU take the large cap", Machine{32, 131072, 8, 30}, 250},
	} {
		eni, prefix := apply(t, "eks", c.m, "eni", nil), apply(t, "eks", c.m, "prefix", nil)
		if prefix.MaxPods != c.want {
			t.Errorf("%s: got %d pods, want %d", c.name, prefix.MaxPods, c.want)
		}
		if prefix.MaxPods = eni.MaxPods; prefix != eni {
			t.Errorf("%s: reservation moved from %+v to %+v", c.name, eni, prefix)
		}
	}
}

func TestEKSOwnPodLimitChangesSlotsAndNotTheReservation(t *testing.T) {
	for _, own := range []int64{0, 20, 1000} {
		got := apply(t, "eks", Machine{8, 32768, 4, 15}, "", pods(own))
		if want := (Allocatable{7910, 31775, own}); got != want {
			t.Errorf("max pods %d: got %+v, want %+v", own, got, want)
		}
	}
}

func TestEKSMachineOfUnknownInterfacesTakesTheCap(t *testing.T) {
	// 110 pods: 32768 − (255 + 1210) − 100
	if got, want := apply(t, "eks", Machine{VCPU: 8, MemoryMiB: 32768}, "", nil), (Allocatable{7910, 31203, 110}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestGKEReservesByTiers(t *testing.T) {
	// Memory: 25 % of 4 GiB + 20 % of 4 + 10 % of 8 + 6 % of 112 + 2 % of the rest, then 100.
	for _, c := range []struct {
		name string
		m    Machine
		want Allocatable
	}{
		// 1024 + 819.2 = 1843
		{"2 vCPU 8 GiB", Machine{VCPU: 2, MemoryMiB: 8192}, Allocatable{1930, 8192 - 1843 - 100, 110}},
		// 1843.2 + 819.2 = 2662
		{"4 vCPU 16 GiB", Machine{VCPU: 4, MemoryMiB: 16384}, Allocatable{3920, 16384 - 2662 - 100, 110}},
		// 2662.4 + 983.04 = 3645
		{"8 vCPU 32 GiB", Machine{VCPU: 8, MemoryMiB: 32768}, Allocatable{7910, 32768 - 3645 - 100, 110}},
		// 2662.4 + 0.06 × 49152 = 5612
		{"16 vCPU 64 GiB", Machine{VCPU: 16, MemoryMiB: 65536}, Allocatable{15890, 65536 - 5612 - 100, 110}},
		// 2662.4 + 0.06 × 114688 + 0.02 × 131072 = 12165; 60 + 10 + 10 + 60 × 2.5 = 230m
		{"64 vCPU 256 GiB", Machine{VCPU: 64, MemoryMiB: 262144}, Allocatable{63770, 262144 - 12165 - 100, 110}},
		{"1 GiB keeps 255 MiB", Machine{VCPU: 1, MemoryMiB: 1024}, Allocatable{940, 1024 - 255 - 100, 110}},
	} {
		if got := apply(t, "gke", c.m, "", nil); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestGKEReservesMoreCPUAboveTheDefaultPods(t *testing.T) {
	m := Machine{VCPU: 8, MemoryMiB: 32768}
	for own, wantCPU := range map[int64]int64{0: 7910, 32: 7910, 110: 7910, 111: 7510, 256: 7510} {
		got := apply(t, "gke", m, "", pods(own))
		if want := (Allocatable{wantCPU, 29023, own}); got != want {
			t.Errorf("max pods %d: got %+v, want %+v", own, got, want)
		}
	}
}

func TestAKSReservesByPodLimitInDecimalMegabytes(t *testing.T) {
	// The examples of the AKS page, whose units are decimal: 8 GB is 7629 MiB, 4 GB is 3814.
	for _, c := range []struct {
		name            string
		memoryMiB, pods int64
		reservedMB      float64
	}{
		{"8 GB and 30 pods: 20 × 30 + 50", 7629, 30, 650},
		{"4 GB and 70 pods: a quarter, below 20 × 70 + 50", 3814, 70, 1000},
		{"32 GiB and 110 pods", 32768, 110, 2250},
		{"32 GiB and 250 pods", 32768, 250, 5050},
	} {
		got := apply(t, "aks", Machine{VCPU: 2, MemoryMiB: c.memoryMiB}, "", pods(c.pods))
		want := c.memoryMiB - 100 - int64(math.Round(c.reservedMB*1e6/(1<<20)))
		if got.MemoryMiB != want || got.MaxPods != c.pods {
			t.Errorf("%s: got %+v, want %d MiB", c.name, got, want)
		}
	}
}

func TestAKSReservesCPUByTableWithStraightLinesBetween(t *testing.T) {
	for vcpu, reserved := range map[int64]int64{
		1: 60, 2: 100, 4: 140, 8: 180, 16: 260, 32: 420, 64: 740,
		3:  120, // midway between 100 and 140
		20: 300, // 260 + 4/16 × 160
		48: 580, // midway between 420 and 740
		96: 1060,
	} {
		got := apply(t, "aks", Machine{VCPU: vcpu, MemoryMiB: 65536}, "", nil)
		if want := vcpu*1000 - reserved; got.CPUMillicores != want {
			t.Errorf("%d vCPU: got %dm, want %dm", vcpu, got.CPUMillicores, want)
		}
	}
}

func TestAKSNetworkingSetsPodLimitAndReservation(t *testing.T) {
	m := Machine{VCPU: 8, MemoryMiB: 32768}
	for _, c := range []struct {
		networking string
		pods       int64
		memoryMiB  int64 // 32768 − 100 − MB reserved
	}{
		{"", 110, 32668 - 2146},           // 2250 MB
		{"pod-subnet", 110, 32668 - 2146}, // 2250 MB
		{"overlay", 250, 32668 - 4816},    // 5050 MB
		{"node-subnet", 30, 32668 - 620},  // 650 MB
	} {
		if got, want := apply(t, "aks", m, c.networking, nil), (Allocatable{7820, c.memoryMiB, c.pods}); got != want {
			t.Errorf("%q: got %+v, want %+v", c.networking, got, want)
		}
	}
	// No limit leaves the reservation at the provider's default.
	if got, want := apply(t, "aks", m, "", pods(0)), (Allocatable{7820, 32668 - 2146, 0}); got != want {
		t.Errorf("no limit: got %+v, want %+v", got, want)
	}
}

func TestKubeadmKeepsTheEvictionThresholdOnly(t *testing.T) {
	if got, want := apply(t, "kubeadm", Machine{VCPU: 8, MemoryMiB: 32768}, "", nil), (Allocatable{8000, 32668, 110}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestEveryRuleLeavesLessThanTheMachineAndNeverLessThanNothing(t *testing.T) {
	c := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(c.rules).Draw(t, "rule")
		m := Machine{
			VCPU:              rapid.Int64Range(0, 512).Draw(t, "vcpu"),
			MemoryMiB:         rapid.Int64Range(0, 1<<23).Draw(t, "memory"),
			NetworkInterfaces: rapid.Int64Range(0, 15).Draw(t, "interfaces"),
			IPv4PerInterface:  rapid.Int64Range(1, 50).Draw(t, "addresses"),
		}
		network, _ := r.network("")
		a := r.allocatable(m, network, nil)
		if a.CPUMillicores < 0 || a.MemoryMiB < 0 || a.MaxPods < 1 {
			t.Fatalf("%s leaves %+v of %+v", r.id, a, m)
		}
		if a.CPUMillicores > m.VCPU*1000 || m.MemoryMiB > 0 && a.MemoryMiB >= m.MemoryMiB {
			t.Fatalf("%s leaves %+v of %+v", r.id, a, m)
		}
	})
}

func TestMoreMachineNeverLeavesLess(t *testing.T) {
	c := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(c.rules).Draw(t, "rule")
		small := Machine{
			VCPU:      rapid.Int64Range(1, 256).Draw(t, "vcpu"),
			MemoryMiB: rapid.Int64Range(2048, 1<<22).Draw(t, "memory"),
		}
		large := small
		// The pod limit, hence EKS's reservation, steps up with the cores; memory alone does not move it.
		large.MemoryMiB += rapid.Int64Range(0, 1<<22).Draw(t, "more memory")
		network, _ := r.network("")
		a, b := r.allocatable(small, network, nil), r.allocatable(large, network, nil)
		if b.MemoryMiB < a.MemoryMiB || b.CPUMillicores != a.CPUMillicores {
			t.Fatalf("%s: %+v leaves %+v, %+v leaves %+v", r.id, small, a, large, b)
		}
		large.VCPU += rapid.Int64Range(1, 256).Draw(t, "more cores")
		if b = r.allocatable(large, network, nil); b.CPUMillicores <= a.CPUMillicores {
			t.Fatalf("%s: %+v leaves %+v, %+v leaves %+v", r.id, small, a, large, b)
		}
	})
}
