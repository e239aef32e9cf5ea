package facts

import (
	"fmt"
	"strings"
)

// measure is what a unit measures and its size in the measure's base unit.
type measure struct {
	dimension string
	size      float64
}

// units are the units that figures may carry, before any " per ...". Memory counts in
// bytes, CPU in millicores, time in seconds; the rest only converts to itself.
var units = map[string]measure{
	"B": {"memory", 1}, "KB": {"memory", 1e3}, "MB": {"memory", 1e6}, "GB": {"memory", 1e9},
	"Mi": {"memory", 1 << 20}, "Gi": {"memory", 1 << 30},
	"KiB": {"memory", 1 << 10}, "MiB": {"memory", 1 << 20}, "GiB": {"memory", 1 << 30},
	"m": {"cpu", 1}, "vCPU": {"cpu", 1e3}, "cores": {"cpu", 1e3},
	"ms": {"time", 1e-3}, "s": {"time", 1}, "min": {"time", 60},
	"%": {"share", 0.01}, "x": {"ratio", 1}, "USD": {"money", 1},
	"pods": {"pods", 1}, "nodes": {"nodes", 1}, "replicas": {"replicas", 1}, "services": {"services", 1},
	"sidecars": {"sidecars", 1}, "series": {"series", 1}, "metrics": {"metrics", 1}, "buckets": {"buckets", 1},
	"reports": {"reports", 1}, "requests": {"requests", 1}, "employees": {"employees", 1},
	"containers": {"containers", 1}, "days": {"time", 86400},
}

// splitUnit takes "KB per cluster" apart into KB and cluster.
func splitUnit(unit string) (base, per string) {
	base, per, _ = strings.Cut(unit, " per ")
	return base, per
}

// convert turns x from one unit into another of the same dimension.
func convert(x float64, from, to string) (float64, error) {
	fromBase, fromPer := splitUnit(from)
	toBase, toPer := splitUnit(to)
	a, okA := units[fromBase]
	b, okB := units[toBase]
	if !okA || !okB || a.dimension != b.dimension || fromPer != toPer {
		return 0, fmt.Errorf("cannot convert %q to %q", from, to)
	}
	if a == b {
		return x, nil // exact: no rounding through the base unit
	}
	return x * a.size / b.size, nil
}

// MiB converts x from the fact's memory unit (MB, Mi, GB, KB per cluster ...) to
// mebibytes; a "per" part stays what it is. It panics when the fact is not about memory.
func (f Fact) MiB(x float64) float64 { return f.in(x, "MiB") }

// Millicores converts x from the fact's CPU unit (m, vCPU, cores per 1000 proxies ...)
// to millicores; a "per" part stays what it is. It panics when the fact is not about CPU.
func (f Fact) Millicores(x float64) float64 { return f.in(x, "m") }

func (f Fact) in(x float64, base string) float64 {
	if _, per := splitUnit(f.Unit); per != "" {
		base += " per " + per
	}
	y, err := convert(x, f.Unit, base)
	if err != nil {
		panic(fmt.Sprintf("facts: %s: %v", f.ID, err))
	}
	return y
}
