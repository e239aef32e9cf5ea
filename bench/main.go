package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"

	"meshplan/internal/pack"
)

func main() {
	log.SetFlags(0)
	rows := flag.String("rows", "all", "comma list of tables: recorded, fast, w200, w500, w1000, w2000, offgrid200, offgrid500, caps200, caps500, toth, exponent")
	seeds := flag.Int("seeds", 0, "instances per table; 0 = as the target says")
	first := flag.Uint64("first", 100, "first seed of the generated clusters; other seeds than the target's show that it was not tuned to them")
	flag.BoolVar(&verbose, "progress", false, "print how cost and bound close in")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this file")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			log.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	in, err := readInstances()
	if err != nil {
		log.Fatal(err)
	}
	b := &bench{in: in, seeds: *seeds, first: *first}
	for _, t := range tables {
		if *rows == "all" || strings.Contains(","+*rows+",", ","+t.name+",") {
			fmt.Printf("\n== %s: %s\n", t.name, t.title)
			if err := t.run(b); err != nil {
				log.Fatal(err)
			}
		}
	}
}

type bench struct {
	in    *instances
	seeds int
	first uint64
}

// count is how many instances to run where the target asks for n.
func (b *bench) count(n int) int {
	if b.seeds > 0 {
		return b.seeds
	}
	return n
}

// measure is what was seen of one instance.
type measure struct {
	shapes, pods      int64
	firstFit          pack.Solution
	fast, tight       pack.Solution
	fastCPU, tightCPU float64 // seconds
	verifyCPU         float64
	memoryMB          float64
}

// cpuSeconds is the process's CPU time: on a shared machine steadier than the clock.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// run solves a problem with both efforts and checks plan and certificate.
func run(p pack.Problem) (m measure, err error) {
	m.shapes = int64(len(p.Shapes))
	for _, s := range p.Shapes {
		m.pods += s.Count
	}
	if m.firstFit, err = pack.FirstFit(p); err != nil {
		return m, err
	}
	if m.fast, m.fastCPU, err = timed(p, pack.Fast, 5); err != nil {
		return m, err
	}
	runtime.GC()
	if m.tight, m.tightCPU, err = timed(p, pack.Tight, 1); err != nil {
		return m, err
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	m.memoryMB = float64(mem.Sys) / (1 << 20)
	start := cpuSeconds()
	bound, err := pack.VerifyCertificate(p, *m.tight.Certificate)
	m.verifyCPU = cpuSeconds() - start
	if err == nil && bound < m.tight.CostBound && m.tight.Status != pack.Optimal {
		err = fmt.Errorf("the certificate proves %d only, not %d", bound, m.tight.CostBound)
	}
	return m, err
}

// verbose is the -progress flag.
var verbose bool

func timed(p pack.Problem, effort pack.Effort, times int) (s pack.Solution, cpu float64, err error) {
	start := cpuSeconds()
	settings := pack.Settings{Effort: effort}
	if verbose {
		settings.Progress = func(pr pack.Progress) {
			fmt.Printf("   %6.2f s %-8s %5d/%d cost %d bound %d\n", cpuSeconds()-start, pr.Stage, pr.Step, pr.Steps, pr.Cost, pr.Bound)
		}
	}
	for range times {
		if s, err = pack.Solve(context.Background(), p, settings); err != nil {
			return s, 0, err
		}
	}
	cpu = (cpuSeconds() - start) / float64(times)
	return s, cpu, pack.Check(p, s)
}

func gap(s pack.Solution) float64 {
	return 100 * (float64(s.Cost)/float64(max(1, s.CostBound)) - 1)
}

func header() {
	fmt.Printf("%-22s %6s %7s %12s %12s %8s %8s %8s %9s %8s %8s %6s\n", "instance", "shapes", "pods", "cost", "bound", "gap %", "fast %", "FFD %", "fast ms", "cpu s", "verify s", "MB")
}

func (m measure) print(name string) {
	fmt.Printf("%-22s %6d %7d %12d %12d %8.3f %8.2f %8.2f %9.2f %8.2f %8.2f %6.0f\n", name, m.shapes, m.pods, m.tight.Cost, m.tight.CostBound, gap(m.tight),
		100*(float64(m.fast.Cost)/float64(m.tight.CostBound)-1), 100*(float64(m.firstFit.Cost)/float64(m.tight.CostBound)-1), 1000*m.fastCPU, m.tightCPU, m.verifyCPU, m.memoryMB)
}

// verdict prints whether a target is met.
func verdict(target string, met bool, seen string, args ...any) {
	word := "MET   "
	if !met {
		word = "MISSED"
	}
	fmt.Printf("%s %s: %s\n", word, target, fmt.Sprintf(seen, args...))
}

// spread sums up measures of several instances.
type spread struct {
	sumGap, maxGap, maxCPU, maxVerify, maxFast, maxMB float64
	sumRatio                                          float64
	n                                                 int
}

func (s *spread) add(m measure) {
	s.n++
	s.sumGap += gap(m.tight)
	s.maxGap = math.Max(s.maxGap, gap(m.tight))
	s.maxCPU = math.Max(s.maxCPU, m.tightCPU)
	s.maxVerify = math.Max(s.maxVerify, m.verifyCPU)
	s.maxFast = math.Max(s.maxFast, m.fastCPU)
	s.maxMB = math.Max(s.maxMB, m.memoryMB)
	s.sumRatio += float64(m.tight.Cost) / float64(m.firstFit.Cost)
}

func (s *spread) mean() float64 { return s.sumGap / float64(max(1, s.n)) }

// ratio is the mean of cost ÷ first-fit decreasing's cost.
func (s *spread) ratio() float64 { return s.sumRatio / float64(max(1, s.n)) }
