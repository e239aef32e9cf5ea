package facts

import (
	"math"
	"testing"
)

func TestConversionsAgreeWithHandWorkedValues(t *testing.T) {
	for _, c := range []struct {
		x        float64
		from, to string
		want     float64
	}{
		{4, "GB", "MiB", 3814.697265625},   // 4e9 / 1048576
		{60, "MB", "MiB", 57.220458984375}, // 60e6 / 1048576
		{1, "Gi", "MiB", 1024},
		{128, "Mi", "MiB", 128},
		{1.6, "Gi", "Mi", 1638.4},
		{40, "KB", "KiB", 39.0625},
		{0.35, "GiB", "MiB", 358.4},
		{0.2, "vCPU", "m", 200},
		{1.58, "MB per proxy", "MiB per proxy", 1.506805419921875},
		{0.5, "cores per 1000 proxies", "m per 1000 proxies", 500},
		{30, "min", "s", 1800},
	} {
		got, err := convert(c.x, c.from, c.to)
		if err != nil || math.Abs(got-c.want) > 1e-12*c.want {
			t.Errorf("%v %s = %v %s (%v), want %v", c.x, c.from, got, c.to, err, c.want)
		}
	}
}

func TestUnitsOfDifferentThingsDoNotConvert(t *testing.T) {
	for _, c := range [][2]string{
		{"m", "MiB"}, {"MB per proxy", "MB"}, {"MB per proxy", "MB per service"}, {"pods", "replicas"}, {"", "MiB"}, {"furlong", "furlong"},
	} {
		if got, err := convert(1, c[0], c[1]); err == nil {
			t.Errorf("1 %s became %v %s", c[0], got, c[1])
		}
	}
}

func TestConvertingThereAndBackChangesNothing(t *testing.T) {
	for from, a := range units {
		for to, b := range units {
			if a.dimension != b.dimension {
				continue
			}
			there, err := convert(12.5, from, to)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := convert(there, to, from); err != nil || math.Abs(back-12.5) > 1e-12 {
				t.Errorf("12.5 %s via %s came back as %v (%v)", from, to, back, err)
			}
		}
	}
}

func TestEveryKnownUnitIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, f := range All() {
		base, _ := splitUnit(f.Unit)
		used[base] = true
	}
	for _, n := range AssumptionNames() {
		base, _ := splitUnit(n.Unit)
		used[base] = true
	}
	for unit := range units {
		if !used[unit] {
			t.Errorf("no figure is in %s", unit)
		}
	}
}

func TestMiBAndMillicoresRefuseOtherFacts(t *testing.T) {
	for name, ask := range map[string]func() float64{
		"memory of a CPU request": func() float64 { return Must("istio_proxy_req_cpu").MiB(1) },
		"CPU of a memory request": func() float64 { return Must("istio_proxy_req_mem").Millicores(1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			ask()
		}()
	}
}
