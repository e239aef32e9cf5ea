package analysis

import "meshplan/internal/model"

// effort estimates what planning a scenario once takes, so that analyses of large
// scenarios look at fewer values. It counts instead of measuring: the same scenario is
// looked at alike on every machine. A unit is about a microsecond on the machine the
// weights were measured on (November 2026).
type effort int

func effortOf(s model.Scenario, plan model.Plan) effort {
	shapes := map[[7]int64]bool{{}: true}
	for _, w := range s.Workloads {
		meshed := int64(0)
		if w.InMesh == nil || *w.InMesh {
			meshed = 1
		}
		anyZone := int64(0)
		if w.AnyZone {
			anyZone = 1
		}
		shapes[[7]int64{w.PodCPUMillicores, w.PodMemoryMiB, w.InitCPUMillicores, w.InitMemoryMiB, w.MaxPerNode, meshed, anyZone}] = true
	}
	n := len(shapes)
	return effort(100 + n*n/20 + n*len(plan.Nodes)*14/10)
}

// How much each analysis may take, in units of effort.
const (
	effortOfFlips   = 300_000 // one input, one way
	effortOfScan    = 600_000 // likewise, of the few inputs that cliffs and doubling turn
	effortOfStrip   = 4_000_000
	effortOfSamples = 15_000_000
)

// within is how many plans fit a budget, at least and at most so many.
func (e effort) within(budget, least, most int) int {
	return min(max(budget/int(e), least), most)
}

// leastSteps are looked at in each direction, however slow a scenario is to plan.
const leastSteps = 5

// steps of a scan, each way.
func (e effort) steps(budget, most int) int { return e.within(budget, leastSteps, most) }

// every is the smallest of the steps 1, 2, 5, 10 … in which count plans of cost times the
// effort fit the budget.
func (e effort) every(count, cost int) int64 {
	for _, step := range []int{1, 2, 5, 10, 25, 50} {
		if count/step*cost*int(e) <= effortOfStrip {
			return int64(step)
		}
	}
	return 100
}
