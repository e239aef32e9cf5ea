package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	controllerlog "sigs.k8s.io/controller-runtime/pkg/log"

	"meshplan/bench/instance"
	"meshplan/internal/pack"
)

// microUSD is how many of the instances' price units make a dollar.
const microUSD = 1e6

func main() {
	log.SetFlags(0)
	controllerlog.SetLogger(logr.Discard())
	prefix := flag.String("instances", "", "only instances whose name begins so")
	flag.Parse()
	set, err := instance.Read()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Karpenter %s against meshplan, same instances, same run; costs in USD an hour, differences against meshplan's tight plan\n", version("sigs.k8s.io/karpenter"))
	fmt.Printf("%-17s %6s %5s | %9s %6s %8s %7s | %9s %7s %9s %6s %9s | %8s %8s %8s | %s\n", "instance", "pods", "types",
		"karpenter", "nodes", "cpu s", "pods/s", "fast", "cpu ms", "tight", "cpu s", "bound", "peer %", "fast %", "gap %", "recorded 2026: karpenter, cluster-autoscaler 1.35")
	var sum summary
	for _, r := range instance.Records {
		if !strings.HasPrefix(r.Name, *prefix) {
			continue
		}
		c, err := compare(set.Problem(r.Name))
		if err != nil {
			log.Fatalf("%s: %v", r.Name, err)
		}
		c.print(r)
		sum.add(c)
	}
	sum.print()
	if sum.dearer > 0 {
		log.Fatal("a peer's plan is cheaper than ours")
	}
}

// comparison is what was seen of one instance.
type comparison struct {
	types             int
	pods              int64
	peer, fast, tight pack.Solution
	peerCPU           float64 // seconds, like the others
	fastCPU, tightCPU float64
}

// compare runs the peer and both efforts of our packing, and checks all three plans.
func compare(p pack.Problem) (c comparison, err error) {
	c.types = len(p.NodeTypes)
	for _, s := range p.Shapes {
		c.pods += s.Count
	}
	k := newKarpenter(&p)
	start := cpuSeconds()
	results, err := k.schedule(context.Background())
	c.peerCPU = cpuSeconds() - start
	if err != nil {
		return c, err
	}
	if c.peer, err = k.plan(results); err != nil {
		return c, fmt.Errorf("karpenter's plan: %w", err)
	}
	if c.fast, c.fastCPU, err = solve(p, pack.Fast); err != nil {
		return c, err
	}
	c.tight, c.tightCPU, err = solve(p, pack.Tight)
	return c, err
}

func solve(p pack.Problem, effort pack.Effort) (pack.Solution, float64, error) {
	start := cpuSeconds()
	s, err := pack.Solve(context.Background(), p, pack.Settings{Effort: effort})
	cpu := cpuSeconds() - start
	if err != nil {
		return s, cpu, err
	}
	return s, cpu, pack.Check(p, s)
}

// cpuSeconds is the process's CPU time: on a shared machine steadier than the clock.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/microUSD
}

// over is by how many percent a is dearer than b.
func over(a, b int64) float64 { return 100 * (float64(a)/float64(max(1, b)) - 1) }

func usd(micro int64) string {
	if micro == 0 {
		return "–"
	}
	return fmt.Sprintf("%.4f", float64(micro)/microUSD)
}

func (c comparison) print(r instance.Record) {
	fmt.Printf("%-17s %6d %5d | %9s %6d %8.2f %7.0f | %9s %7.2f %9s %6.2f %9s | %+8.2f %+8.2f %8.3f | %s, %s\n", r.Name, c.pods, c.types,
		usd(c.peer.Cost), c.peer.Nodes, c.peerCPU, float64(c.pods)/c.peerCPU, usd(c.fast.Cost), 1000*c.fastCPU, usd(c.tight.Cost), c.tightCPU, usd(c.tight.CostBound),
		over(c.peer.Cost, c.tight.Cost), over(c.fast.Cost, c.tight.Cost), over(c.tight.Cost, c.tight.CostBound), usd(r.Karpenter), usd(r.Autoscaler))
}

// summary adds up comparisons.
type summary struct {
	all, many, dearer, fastDearer int
	saving                        float64 // sum of percents, instances with ten types and more
}

func (s *summary) add(c comparison) {
	s.all++
	if c.tight.Cost > c.peer.Cost {
		s.dearer++
	}
	if c.fast.Cost > c.peer.Cost {
		s.fastDearer++
	}
	if c.types >= 10 {
		s.many++
		s.saving += -over(c.tight.Cost, c.peer.Cost)
	}
}

func (s *summary) print() {
	fmt.Printf("dearer than the peer: tight on %d of %d instances, fast on %d\n", s.dearer, s.all, s.fastDearer)
	if s.many > 0 {
		fmt.Printf("with 10 node types and more the tight plan is %.1f %% cheaper in the mean (target 8 %%)\n", s.saving/float64(s.many))
	}
}

// version is the version of a module that this program was built with.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == module {
				return m.Version
			}
		}
	}
	return "(unknown version)"
}
