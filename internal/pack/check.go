package pack

import "fmt"

// Check reports the first rule of the package comment that the solution breaks, or
// nil. It shares no code with the planner. A Solution without plan (Infeasible) must have no groups.
func Check(p Problem, s Solution) error {
	if s.Status == Infeasible {
		if len(s.Groups) != 0 {
			return fmt.Errorf("pack: an infeasible solution has %d groups", len(s.Groups))
		}
		return nil
	}
	c := &checker{p: &p, zones: max(p.Zones, 1)}
	for _, step := range []func(*Solution) error{c.groups, c.pods, c.nodes, c.sums, c.spareNode, c.spareZone} {
		if err := step(&s); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
	}
	return nil
}

type checker struct {
	p        *Problem
	zones    int
	placed   [][]int64 // per zone and shape
	reserved [][]int64
}

// groups checks each group on its own and counts its pods.
func (c *checker) groups(s *Solution) error {
	c.placed, c.reserved = make([][]int64, c.zones), make([][]int64, c.zones)
	for z := range c.placed {
		c.placed[z], c.reserved[z] = make([]int64, len(c.p.Shapes)), make([]int64, len(c.p.Shapes))
	}
	for i := range s.Groups {
		if err := c.group(&s.Groups[i]); err != nil {
			return fmt.Errorf("group %d: %w", i, err)
		}
	}
	return nil
}

func (c *checker) group(g *Group) error {
	if g.NodeType < 0 || g.NodeType >= len(c.p.NodeTypes) || g.Zone < 0 || g.Zone >= c.zones || g.Count <= 0 {
		return fmt.Errorf("no such node type %d, zone %d or count %d", g.NodeType, g.Zone, g.Count)
	}
	if len(g.Reserved) > 0 && c.p.Survive != SurviveZone {
		return fmt.Errorf("room is reserved without need")
	}
	var load Vector
	onNode := map[int]int64{}
	for which, pods := range [][]Placed{g.Pods, g.Reserved} {
		last := -1
		for _, pod := range pods {
			if pod.Shape <= last || pod.Shape >= len(c.p.Shapes) || pod.Count <= 0 {
				return fmt.Errorf("pods are not in order of shape, or none of shape %d", pod.Shape)
			}
			last = pod.Shape
			onNode[pod.Shape] += pod.Count
			for r := range load {
				load[r] += pod.Count * c.p.Shapes[pod.Shape].Size[r]
			}
			[][][]int64{c.placed, c.reserved}[which][g.Zone][pod.Shape] += pod.Count * g.Count
			if most := c.p.Shapes[pod.Shape].MaxPerNode; most > 0 && onNode[pod.Shape] > most {
				return fmt.Errorf("%d pods of shape %d on a node, at most %d may be", onNode[pod.Shape], pod.Shape, most)
			}
			if mask := c.p.Shapes[pod.Shape].NodeTypes; mask != nil && !mask[g.NodeType] {
				return fmt.Errorf("shape %d may not use node type %d", pod.Shape, g.NodeType)
			}
		}
	}
	for r := range load {
		if load[r] > c.p.NodeTypes[g.NodeType].Capacity[r] {
			return fmt.Errorf("%v is over capacity: %d of %d", Resource(r), load[r], c.p.NodeTypes[g.NodeType].Capacity[r])
		}
	}
	return nil
}

// pods checks that each pod is placed once, and where it has to be evenly over the zones.
func (c *checker) pods(*Solution) error {
	for s := range c.p.Shapes {
		var sum int64
		least, most := c.placed[0][s], c.placed[0][s]
		for z := range c.placed {
			n := c.placed[z][s]
			sum, least, most = sum+n, min(least, n), max(most, n)
		}
		if sum != c.p.Shapes[s].Count {
			return fmt.Errorf("%d pods of shape %d are placed, not %d", sum, s, c.p.Shapes[s].Count)
		}
		free := c.p.Shapes[s].AnyZone && c.p.Survive != SurviveZone
		if most-least > 1 && !free {
			return fmt.Errorf("zones hold from %d to %d pods of shape %d", least, most, s)
		}
	}
	return nil
}

// nodes checks type limits and the minimum per zone.
func (c *checker) nodes(s *Solution) error {
	ofType, inZone := make([]int64, len(c.p.NodeTypes)), make([]int64, c.zones)
	for _, g := range s.Groups {
		ofType[g.NodeType] += g.Count
		inZone[g.Zone] += g.Count
	}
	for t, n := range ofType {
		if limit := c.p.NodeTypes[t].Limit; limit > 0 && n > limit {
			return fmt.Errorf("%d nodes of type %d, at most %d exist", n, t, limit)
		}
	}
	for z, n := range inZone {
		if n < c.p.MinNodesPerZone {
			return fmt.Errorf("zone %d has %d nodes, at least %d must be", z, n, c.p.MinNodesPerZone)
		}
	}
	return nil
}

// sums checks the totals and that no bound is above them.
func (c *checker) sums(s *Solution) error {
	var cost, nodes int64
	for _, g := range s.Groups {
		nodes += g.Count
		cost += g.Count * c.p.NodeTypes[g.NodeType].Price
	}
	if cost != s.Cost || nodes != s.Nodes {
		return fmt.Errorf("the groups have %d nodes and cost %d, the solution says %d and %d", nodes, cost, s.Nodes, s.Cost)
	}
	if s.CostBound > cost || s.NodesBound > nodes {
		return fmt.Errorf("bounds of %d nodes and cost %d are above %d and %d", s.NodesBound, s.CostBound, nodes, cost)
	}
	return nil
}

// spareNode checks SurviveNode: an empty node can take the pods of any other.
func (c *checker) spareNode(s *Solution) error {
	if c.p.Survive != SurviveNode {
		return nil
	}
	for i := range s.Groups {
		if len(s.Groups[i].Pods) == 0 {
			continue
		}
		saved := false
		for j := range s.Groups {
			if len(s.Groups[j].Pods) == 0 {
				moved := Group{NodeType: s.Groups[j].NodeType, Count: 1, Pods: s.Groups[i].Pods}
				alone := &checker{p: c.p, zones: 1, placed: [][]int64{make([]int64, len(c.p.Shapes))}}
				saved = saved || alone.group(&moved) == nil
			}
		}
		if !saved {
			return fmt.Errorf("no spare node can take the pods of group %d", i)
		}
	}
	return nil
}

// spareZone checks SurviveZone: whichever zone is lost, the slots of the others can be
// filled so that they differ by at most one.
func (c *checker) spareZone(*Solution) error {
	if c.p.Survive != SurviveZone {
		return nil
	}
	others := int64(c.zones - 1)
	for s := range c.p.Shapes {
		each, more := c.p.Shapes[s].Count/others, c.p.Shapes[s].Count%others
		for lost := range c.placed {
			var larger int64
			for z := range c.placed {
				slots := c.placed[z][s] + c.reserved[z][s]
				if z == lost {
					continue
				}
				if slots < each || c.placed[z][s] > each+min(more, 1) {
					return fmt.Errorf("without zone %d zone %d has room for %d pods of shape %d, at least %d needed", lost, z, slots, s, each)
				}
				if slots > each {
					larger++
				}
			}
			if larger < more {
				return fmt.Errorf("without zone %d pods of shape %d find no room", lost, s)
			}
		}
	}
	return nil
}
