package pack

import (
	"fmt"
	"math/bits"
)

// Limits on the numbers of a [Problem], so that no sum can leave int64.
const (
	MaxAmount = int64(1) << 40 // largest size, price, limit or count; a capacity may be larger
	maxTotal  = int64(1) << 60 // largest total of any resource, and of cost
	maxZones  = 64
)

// ProblemError says what makes a [Problem] invalid, and where.
type ProblemError struct {
	Field  string // for example Shapes[3].Size[cpu]
	Value  string
	Reason string
}

// Error names field, value and rule.
func (e *ProblemError) Error() string {
	return fmt.Sprintf("pack: %s = %s: %s", e.Field, e.Value, e.Reason)
}

func badValue(reason string, value any, format string, args ...any) error {
	return &ProblemError{Field: fmt.Sprintf(format, args...), Value: fmt.Sprint(value), Reason: reason}
}

// Validate reports the first thing that makes the problem meaningless or too large to
// be summed in int64, as a [*ProblemError], or nil.
func (p *Problem) Validate() error {
	if p.Zones < 0 || p.Zones > maxZones {
		return badValue("must be between 0 and 64", p.Zones, "Zones")
	}
	if p.MinNodesPerZone < 0 || p.MinNodesPerZone > MaxAmount>>10 {
		return badValue("must be between 0 and 2^30", p.MinNodesPerZone, "MinNodesPerZone")
	}
	switch p.Survive {
	case SurviveNothing, SurviveNode:
	case SurviveZone:
		if p.Zones < 2 {
			return badValue("to survive the loss of a zone at least two zones are needed", p.Zones, "Zones")
		}
	default:
		return badValue("must be empty, node or zone", p.Survive, "Survive")
	}
	for t := range p.NodeTypes {
		if err := p.NodeTypes[t].validate(t); err != nil {
			return err
		}
	}
	for s := range p.Shapes {
		if err := p.Shapes[s].validate(s, len(p.NodeTypes)); err != nil {
			return err
		}
	}
	return p.validateTotals()
}

func inRange(v int64) bool { return v >= 0 && v <= MaxAmount }

const rangeReason = "must be between 0 and 2^40"

func (n *NodeType) validate(t int) error {
	for r := range Resources {
		if n.Capacity[r] < 0 {
			return badValue("must not be negative", n.Capacity[r], "NodeTypes[%d].Capacity[%v]", t, r)
		}
	}
	if !inRange(n.Price) {
		return badValue(rangeReason, n.Price, "NodeTypes[%d].Price", t)
	}
	if !inRange(n.Limit) {
		return badValue(rangeReason, n.Limit, "NodeTypes[%d].Limit", t)
	}
	return nil
}

func (s *Shape) validate(i, types int) error {
	for r := range Resources {
		if !inRange(s.Size[r]) {
			return badValue(rangeReason, s.Size[r], "Shapes[%d].Size[%v]", i, r)
		}
	}
	if !inRange(s.Count) {
		return badValue(rangeReason, s.Count, "Shapes[%d].Count", i)
	}
	if !inRange(s.MaxPerNode) {
		return badValue(rangeReason, s.MaxPerNode, "Shapes[%d].MaxPerNode", i)
	}
	if s.NodeTypes != nil && len(s.NodeTypes) != types {
		return badValue(fmt.Sprintf("must have one entry for each of the %d node types", types),
			len(s.NodeTypes), "len(Shapes[%d].NodeTypes)", i)
	}
	return nil
}

// validateTotals refuses sums that could leave int64: a plan never has more nodes
// than pods, spares and minimum nodes, so pods times the dearest price bounds its cost.
func (p *Problem) validateTotals() error {
	zones := int64(max(p.Zones, 1))
	copies := int64(1) // survive zone keeps room for at most 2c+Z pods of a shape
	if p.Survive == SurviveZone {
		copies = 2
	}
	var total Vector
	nodes := zones*p.MinNodesPerZone + int64(len(p.NodeTypes)) + 1
	for i := range p.Shapes {
		s := &p.Shapes[i]
		count := s.Count*copies + zones*(copies-1)
		nodes += count
		if nodes > maxTotal {
			return badValue("too many pods in all", s.Count, "Shapes[%d].Count", i)
		}
		for r := range Resources {
			product, ok := mulWithin(s.Size[r], count)
			if !ok || total[r]+product > maxTotal {
				return badValue(fmt.Sprintf("the total %v of all pods is too large", r), s.Count, "Shapes[%d].Count", i)
			}
			total[r] += product
		}
	}
	for t := range p.NodeTypes {
		if _, ok := mulWithin(p.NodeTypes[t].Price, nodes); !ok {
			return badValue(fmt.Sprintf("the cost of up to %d nodes is too large", nodes),
				p.NodeTypes[t].Price, "NodeTypes[%d].Price", t)
		}
	}
	return nil
}

// mulWithin multiplies two non-negative numbers; ok is false beyond maxTotal.
func mulWithin(a, b int64) (product int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo <= uint64(maxTotal)
}
