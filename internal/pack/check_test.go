package pack

import (
	"slices"
	"strings"
	"testing"
)

// Two zones with a node of 4 cores each, and four pods of 1 core: two on either node.
func twoZones() (Problem, Solution) {
	p := Problem{
		Shapes:    []Shape{{Size: Vector{1000, 100, 1}, Count: 4}},
		NodeTypes: []NodeType{{Capacity: Vector{4000, 1000, 10}, Price: 7}},
		Zones:     2,
	}
	on := func(zone int, pods int64) Group {
		return Group{Zone: zone, Count: 1, Pods: []Placed{{Shape: 0, Count: pods}}}
	}
	return p, Solution{Status: Feasible, Groups: []Group{on(0, 2), on(1, 2)}, Nodes: 2, Cost: 14}
}

// The checker judges every packing, so each of its rules has to be seen to refuse: a plan
// that breaks one rule is made by hand from a sound one.
func TestTheCheckerRefusesPlansThatBreakARule(t *testing.T) {
	p, s := twoZones()
	if err := Check(p, s); err != nil {
		t.Fatalf("the sound plan is refused: %v", err)
	}
	pods := func(s *Solution, zone int, n int64) { s.Groups[zone].Pods = []Placed{{Shape: 0, Count: n}} }
	for name, c := range map[string]struct {
		spoil func(*Problem, *Solution)
		says  string
	}{
		"three pods in one zone and one in the other": {func(_ *Problem, s *Solution) { pods(s, 0, 3); pods(s, 1, 1) }, "zones hold from 1 to 3 pods"},
		"all pods in one zone":                        {func(_ *Problem, s *Solution) { pods(s, 0, 4); s.Groups, s.Nodes, s.Cost = s.Groups[:1], 1, 7 }, "zones hold from 0 to 4 pods"},
		"any zone, but one has to survive": {func(p *Problem, s *Solution) {
			p.Shapes[0].AnyZone, p.Survive = true, SurviveZone
			pods(s, 0, 3)
			pods(s, 1, 1)
		}, "zones hold from 1 to 3 pods"},
		"a pod too few":           {func(_ *Problem, s *Solution) { pods(s, 0, 1) }, "3 pods of shape 0 are placed, not 4"},
		"a pod too many":          {func(_ *Problem, s *Solution) { pods(s, 0, 3) }, "5 pods of shape 0 are placed, not 4"},
		"a node over capacity":    {func(p *Problem, _ *Solution) { p.NodeTypes[0].Capacity[0] = 1999 }, "over capacity: 2000 of 1999"},
		"two pods where one may":  {func(p *Problem, _ *Solution) { p.Shapes[0].MaxPerNode = 1 }, "at most 1 may be"},
		"a type that is barred":   {func(p *Problem, _ *Solution) { p.Shapes[0].NodeTypes = []bool{false} }, "may not use node type 0"},
		"more nodes than exist":   {func(p *Problem, _ *Solution) { p.NodeTypes[0].Limit = 1 }, "at most 1 exist"},
		"too few nodes in a zone": {func(p *Problem, _ *Solution) { p.MinNodesPerZone = 2 }, "zone 0 has 1 nodes, at least 2"},
		"a zone that is not":      {func(_ *Problem, s *Solution) { s.Groups[1].Zone = 2 }, "zone 2"},
		"a wrong sum":             {func(_ *Problem, s *Solution) { s.Cost = 13 }, "the solution says 2 and 13"},
		"a bound above the plan":  {func(_ *Problem, s *Solution) { s.NodesBound = 3 }, "bound"},
	} {
		t.Run(name, func(t *testing.T) {
			p, s := twoZones()
			s.Groups = slices.Clone(s.Groups)
			c.spoil(&p, &s)
			if err := Check(p, s); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the checker says %v, want %q", err, c.says)
			}
		})
	}
}

// Three and one is no fault where the pods may lie in any zone, nor is two and one of three.
func TestTheCheckerAllowsWhatNeedNotBeSpread(t *testing.T) {
	p, s := twoZones()
	s.Groups[0].Pods, s.Groups[1].Pods = []Placed{{Shape: 0, Count: 3}}, []Placed{{Shape: 0, Count: 1}}
	p.Shapes[0].AnyZone = true
	if err := Check(p, s); err != nil {
		t.Error(err)
	}
	p.Shapes[0].AnyZone, p.Shapes[0].Count = false, 3
	s.Groups[0].Pods[0].Count = 2
	if err := Check(p, s); err != nil {
		t.Error(err)
	}
}
