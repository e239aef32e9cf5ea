package main

import (
	"fmt"
	"math"

	"meshplan/bench/instance"
	"meshplan/internal/pack"
)

type table struct {
	name, title string
	run         func(b *bench) error
}

var tables = []table{
	{"recorded", "instances with recorded figures of Karpenter (2026-08), the cluster-autoscaler's estimator (1.35) and the prototype (2026-11)", (*bench).recorded},
	{"fast", "first answer with bound", (*bench).fast},
	{"w200", "200 workloads, 5k pods, 100 types, ten seeds", func(b *bench) error {
		return b.cluster(workloads{count: 200, pods: 5000}, 10, goal{mean: 0.15, each: 0.25, cpu: 10})
	}},
	{"w500", "500 workloads, 20k pods, 100 types, five seeds", func(b *bench) error {
		return b.cluster(workloads{count: 500, pods: 20000}, 5, goal{mean: 0.10, each: 0.10, cpu: 12})
	}},
	{"offgrid200", "200 workloads off the grid: requests in 1m and 1 MiB", func(b *bench) error {
		return b.cluster(workloads{count: 200, pods: 5000, offGrid: true}, 6, goal{mean: 0.25, each: 0.25, cpu: 10})
	}},
	{"offgrid500", "500 workloads off the grid", func(b *bench) error {
		return b.cluster(workloads{count: 500, pods: 20000, offGrid: true}, 2, goal{mean: 0.25, each: 0.25, cpu: 12})
	}},
	{"w1000", "1000 workloads, 50k pods, 100 types", func(b *bench) error {
		return b.cluster(workloads{count: 1000, pods: 50000}, 2, goal{mean: 0.20, each: 0.20, cpu: 30})
	}},
	{"w2000", "2000 workloads, 100k pods, 100 types", func(b *bench) error {
		return b.cluster(workloads{count: 2000, pods: 100000}, 1, goal{mean: 0.10, each: 0.10, cpu: 90, mb: 256})
	}},
	{"caps200", "200 workloads, limits per node on 40 % of them", func(b *bench) error {
		return b.cluster(workloads{count: 200, pods: 5000, capped: 0.4}, 4, goal{mean: 0.15, each: 0.15, cpu: 15})
	}},
	{"caps500", "500 workloads, limits per node on 40 % of them", func(b *bench) error {
		return b.cluster(workloads{count: 500, pods: 20000, capped: 0.4}, 2, goal{mean: 0.30, each: 0.30, cpu: 60})
	}},
	{"toth", "Caprara and Toth, classes 1, 2, 3, 6, 7, 8, 10 with n = 25, 50, 100, 200", (*bench).toth},
	{"exponent", "CPU time against shapes and pods", (*bench).exponent},
}

// goal is a row of the targets.
type goal struct{ mean, each, cpu, mb float64 }

// cluster runs seeds of a generated cluster on the 100 types of at most 16 vCPU.
func (b *bench) cluster(w workloads, seeds int, g goal) error {
	header()
	var s spread
	for seed := range b.count(seeds) {
		w.seed = b.first + uint64(seed)
		m, err := run(pack.Problem{Shapes: w.shapes(), NodeTypes: b.in.nodes["k200"]})
		if err != nil {
			return err
		}
		m.print(fmt.Sprintf("w%d p%d seed %d", w.count, w.pods, w.seed))
		s.add(m)
	}
	verdict(fmt.Sprintf("mean gap ≤ %.2f %%", g.mean), s.mean() <= g.mean, "%.3f %%", s.mean())
	verdict(fmt.Sprintf("each gap ≤ %.2f %%", g.each), s.maxGap <= g.each, "%.3f %%", s.maxGap)
	verdict(fmt.Sprintf("CPU ≤ %.0f s", g.cpu), s.maxCPU <= g.cpu, "%.1f s", s.maxCPU)
	if g.mb > 0 {
		verdict(fmt.Sprintf("memory ≤ %.0f MB", g.mb), s.maxMB <= g.mb, "%.0f MB", s.maxMB)
	}
	verdict("certificates verified in ≤ 2 s", s.maxVerify <= 2, "%.2f s", s.maxVerify)
	fmt.Printf("       cost is %.2f %% below first-fit decreasing in the mean\n", 100*(1-s.ratio()))
	return nil
}

// recorded compares with what others paid on the recorded instances.
func (b *bench) recorded() error {
	header()
	cheaper, many := 0.0, 0
	asGood, tightBound, neverDearer := true, true, true
	for _, r := range instance.Records {
		m, err := run(b.in.problem(r.Name))
		if err != nil {
			return err
		}
		m.print(r.Name)
		if r.Prototype == 0 {
			continue
		}
		fmt.Printf("%24skarpenter %+.2f %%, cluster-autoscaler %s, prototype %+.3f %% (bound %+.4f %%), first fit here against karpenter %+.2f %%\n", "",
			percent(r.Karpenter, m.tight.Cost), orNone(r.Autoscaler, m.tight.Cost), percent(r.Prototype, m.tight.Cost), percent(m.tight.CostBound, r.Bound), percent(m.firstFit.Cost, r.Karpenter))
		asGood = asGood && m.tight.Cost <= r.Prototype
		tightBound = tightBound && float64(m.tight.CostBound) >= float64(r.Bound)*(1-1e-4)
		neverDearer = neverDearer && m.tight.Cost <= r.Karpenter && (r.Autoscaler == 0 || m.tight.Cost <= r.Autoscaler)
		if len(b.in.problem(r.Name).NodeTypes) >= 10 {
			cheaper += 100 * (1 - float64(m.tight.Cost)/float64(r.Karpenter))
			many++
		}
	}
	verdict("cost ≤ the prototype's", asGood, "on every instance with a figure: %v", asGood)
	verdict("bound ≥ the prototype's − 1e-4", tightBound, "%v", tightBound)
	verdict("never dearer than a recorded autoscaler", neverDearer, "%v", neverDearer)
	verdict("≥ 8 % cheaper in the mean with ≥ 10 types", cheaper/float64(many) >= 8, "%.1f %%", cheaper/float64(many))
	return nil
}

func percent(a, b int64) float64 { return 100 * (float64(a)/float64(b) - 1) }

func orNone(a, b int64) string {
	if a == 0 {
		return "–"
	}
	return fmt.Sprintf("%+.2f %%", percent(a, b))
}

// fast measures the first answer.
func (b *bench) fast() error {
	for _, c := range []struct {
		w     workloads
		types string
		limit float64
	}{{workloads{count: 200, pods: 5000, seed: 100}, "k200", 20}, {workloads{count: 60, pods: 1500, seed: 100}, "k200", 5}, {workloads{count: 60, pods: 1500, seed: 100}, "k1", 1}} {
		p := pack.Problem{Shapes: c.w.shapes(), NodeTypes: b.in.nodes[c.types]}
		s, cpu, err := timed(p, pack.Fast, 50)
		if err != nil {
			return err
		}
		verdict(fmt.Sprintf("%d workloads, %d types ≤ %.0f ms", c.w.count, len(p.NodeTypes), c.limit), cpu*1000 <= c.limit, "%.2f ms, gap %.2f %%", cpu*1000, gap(s))
	}
	return nil
}

// toth runs the classes of two-constraint bin packing, ten seeds of each size.
func (b *bench) toth() error {
	proved, all, slowest := 0, 0, 0.0
	for _, class := range []int{1, 2, 3, 6, 7, 8, 10} {
		for _, n := range []int{25, 50, 100, 200} {
			done, cpu := 0, 0.0
			for seed := range b.count(10) {
				items := n
				if class == 10 {
					items = n / 3 * 3
				}
				p := capraraToth(class, items, uint64(seed))
				s, seconds, err := timed(p, pack.Tight, 1)
				if err != nil {
					return err
				}
				if s.Status == pack.Optimal {
					done++
				} else {
					fmt.Printf("class %2d n %3d seed %d: cost %d, bound %d, %.2f s\n", class, n, seed, s.Cost, s.CostBound, seconds)
				}
				cpu = math.Max(cpu, seconds)
			}
			fmt.Printf("class %2d n %3d: %d of %d proved optimal, slowest %.2f s\n", class, n, done, b.count(10), cpu)
			proved, all, slowest = proved+done, all+b.count(10), math.Max(slowest, cpu)
		}
	}
	verdict("≥ 97 % proved within 20 s", proved*100 >= all*97 && slowest <= 20, "%d of %d, slowest %.1f s", proved, all, slowest)
	return nil
}

// exponent fits CPU time as a power of the number of shapes and of pods.
func (b *bench) exponent() error {
	fit := func(name string, target float64, size func(measure) float64, cases []workloads) error {
		var x, y []float64
		header()
		for _, w := range cases {
			m, err := run(pack.Problem{Shapes: w.shapes(), NodeTypes: b.in.nodes["k200"]})
			if err != nil {
				return err
			}
			m.print(fmt.Sprintf("w%d p%d", w.count, w.pods))
			x, y = append(x, math.Log(size(m))), append(y, math.Log(m.tightCPU))
		}
		e := slope(x, y)
		verdict(fmt.Sprintf("CPU exponent in %s ≤ %.1f", name, target), e <= target, "%.2f", e)
		return nil
	}
	if err := fit("shapes", 2.0, func(m measure) float64 { return float64(m.shapes) }, []workloads{
		{count: 50, pods: 1250, seed: 7}, {count: 100, pods: 2500, seed: 7}, {count: 200, pods: 5000, seed: 7}, {count: 400, pods: 10000, seed: 7}, {count: 800, pods: 20000, seed: 7},
	}); err != nil {
		return err
	}
	return fit("pods", 0.1, func(m measure) float64 { return float64(m.pods) }, []workloads{
		{count: 200, pods: 2000, seed: 7}, {count: 200, pods: 5000, seed: 7}, {count: 200, pods: 20000, seed: 7}, {count: 200, pods: 100000, seed: 7},
	})
}

// slope is the least-squares slope of y over x.
func slope(x, y []float64) float64 {
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(y))
	}
	var num, den float64
	for i := range x {
		num, den = num+(x[i]-mx)*(y[i]-my), den+(x[i]-mx)*(x[i]-mx)
	}
	return num / den
}
