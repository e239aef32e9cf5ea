package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/pack"
)

// standingNodes are nodes of a type that exist and are paid for.
type standingNodes struct {
	nodeType NodeType
	count    int64
}

// mostStanding is how many nodes of one type may exist.
const mostStanding = 1_000_000

// standingOf reads existing_nodes. A type that can also be bought is as it is there, own
// size and price included; others are as the catalog has them.
func standingOf(s Scenario, c Catalog, bought []NodeType) ([]standingNodes, error) {
	var list []standingNodes
	for _, entry := range listed(s.Nodes.ExistingNodes) {
		name, count, bad := standingEntry(entry)
		if bad == nil && slices.ContainsFunc(list, func(n standingNodes) bool { return n.nodeType.Name == name }) {
			bad = &FieldError{Rule: "repeated", Value: shorten(name), Message: quote(name) + " is listed twice", Fix: "Add its nodes up in one entry"}
		}
		if bad != nil {
			bad.Field = "existing_nodes"
			return nil, &InputError{Fields: []FieldError{*bad}}
		}
		t, err := standingType(s, c, bought, name)
		if err != nil {
			return nil, err
		}
		list = append(list, standingNodes{t, count})
	}
	return list, nil
}

func standingEntry(entry string) (name string, count int64, bad *FieldError) {
	name, number, _ := strings.Cut(entry, ":")
	count, err := parseWhole(strings.TrimSpace(number))
	switch name = strings.TrimSpace(name); {
	case name == "" || err != nil:
		return "", 0, &FieldError{
			Rule: "format", Value: shorten(entry), Message: quote(entry) + " is not type:count",
			Fix: "Write existing_nodes as type:count with commas between, such as m6i.large:3,m6i.xlarge:2",
		}
	case count < 1 || count > mostStanding:
		return "", 0, &FieldError{
			Rule: "range", Value: shorten(entry), Message: fmt.Sprintf("%s has a count of %d", quote(name), count),
			Fix: "Give each type a count from 1 to " + strconv.Itoa(mostStanding) + ", or leave it out",
		}
	}
	return name, count, nil
}

func standingType(s Scenario, c Catalog, bought []NodeType, name string) (NodeType, error) {
	if i := slices.IndexFunc(bought, func(t NodeType) bool { return t.Name == name }); i >= 0 {
		return bought[i], nil
	}
	query, err := nodeQuery(s, c)
	if err != nil {
		return NodeType{}, err
	}
	if query.Provider == providerCustom {
		return NodeType{}, &InputError{Fields: []FieldError{{
			Field: "existing_nodes", Value: shorten(name), Rule: "one_of", Message: "with provider custom the only node type is called custom",
			Fix: "Write existing_nodes as custom:count",
		}}}
	}
	query.Names = []string{name}
	types, err := c.NodeTypes(query)
	if err != nil {
		return NodeType{}, renamed(err, "existing_nodes")
	}
	return types[0], nil
}

// renamed puts the errors of a catalog query under the input that asked.
func renamed(err error, field string) error {
	wrong, ok := err.(*InputError)
	if !ok {
		return err
	}
	fields := slices.Clone(wrong.Fields)
	for i := range fields {
		if fields[i].Field == "node_type" {
			fields[i].Field = field
		}
	}
	return &InputError{Fields: fields}
}

func withStanding(bought []NodeType, standing []standingNodes) []NodeType {
	types := slices.Clone(bought)
	for _, n := range standing {
		types = append(types, n.nodeType)
	}
	return types
}

// decideStanding puts the standing nodes behind those that can be bought.
func (in *inputs) decideStanding(c Catalog) error {
	list, err := standingOf(in.scenario, c, in.nodeTypes)
	if err != nil {
		return err
	}
	in.standing = make([]int64, len(in.nodeTypes), len(in.nodeTypes)+len(list))
	in.nodeTypes = withStanding(in.nodeTypes, list)
	for _, n := range list {
		in.standing = append(in.standing, n.count)
	}
	neutral := Input{Origin: OriginNeutral}
	if len(list) > 0 {
		in.text("existing_nodes", in.scenario.Nodes.ExistingNodes, neutral, "")
	}
	if in.scenario.Nodes.NodeTaints != nil {
		in.text("node_taints", in.scenario.Nodes.NodeTaints, neutral, "")
	}
	placer, bad := newPlacer(in.scenario, in.nodeTypes)
	if bad != nil {
		return &InputError{Fields: []FieldError{*bad}}
	}
	in.placer = placer
	return nil
}

// shownTypes are the node types of a plan, each name once.
func (in *inputs) shownTypes() []NodeType {
	bought := slices.IndexFunc(in.standing, func(n int64) bool { return n > 0 })
	if bought < 0 {
		return in.nodeTypes
	}
	list := slices.Clone(in.nodeTypes[:bought])
	for _, t := range in.nodeTypes[bought:] {
		if !slices.ContainsFunc(list, func(known NodeType) bool { return known.Name == t.Name }) {
			list = append(list, t)
		}
	}
	return list
}

// priceMicroUSD is what a node of type i costs a month, standing or bought, in the
// packing's unit.
func (in *inputs) priceMicroUSD(i int) int64 {
	return int64(math.Round(in.monthlyUSD(in.nodeTypes[i]) * microUSD))
}

// packedPrice is the price that the packing sees: nothing for a standing node, which is
// paid for. Where nothing has a price a bought node counts one, so that standing nodes
// still come first.
func (in *inputs) packedPrice(i int) int64 {
	switch {
	case in.standing[i] > 0:
		return 0
	case in.countsBought():
		return 1
	}
	return in.priceMicroUSD(i)
}

// countsBought says that nodes without a price stand beside others to be bought.
func (in *inputs) countsBought() bool {
	stands := false
	for i := range in.nodeTypes {
		stands = stands || in.standing[i] > 0
		if in.standing[i] == 0 && in.priceMicroUSD(i) > 0 {
			return false
		}
	}
	return stands
}

// bill is a packing with the standing nodes: all of them are there and are paid for,
// whether pods are on them or not. Money is in millionths of a dollar a month.
type bill struct {
	nodes, nodesBound int64
	cost, costBound   int64
	optimal           bool
}

// billOf adds the standing nodes to what a packing buys.
func (in *inputs) billOf(solution pack.Solution) bill {
	b := bill{cost: solution.Cost, costBound: solution.CostBound, optimal: solution.Status == pack.Optimal}
	if in.countsBought() {
		b.cost, b.costBound = 0, 0
	}
	var bought int64
	for _, g := range solution.Groups {
		if in.standing[g.NodeType] == 0 {
			bought += g.Count
		}
	}
	for i, n := range in.standing {
		b.nodes += n
		b.cost += n * in.priceMicroUSD(i)
		b.costBound += n * in.priceMicroUSD(i)
	}
	b.optimal = b.optimal || b.nodes > 0 && bought == 0
	b.nodesBound = max(b.nodes, solution.NodesBound)
	b.nodes += bought
	return b
}

func (in *inputs) standingNodes() (nodes int64) {
	for _, n := range in.standing {
		nodes += n
	}
	return nodes
}

// idle are the standing nodes that a packing leaves empty, spread over the zones.
func (in *inputs) idle(solution pack.Solution) []pack.Group {
	left := slices.Clone(in.standing)
	for _, g := range solution.Groups {
		if left[g.NodeType] > 0 {
			left[g.NodeType] -= g.Count
		}
	}
	var groups []pack.Group
	zones := int64(in.zones)
	for t, n := range left {
		for z := range zones {
			if count := (n + zones - 1 - z) / zones; count > 0 {
				groups = append(groups, pack.Group{NodeType: t, Zone: int(z), Count: count})
			}
		}
	}
	return groups
}

// onlyType is the problem with one type to buy, put first, and the standing nodes, which
// have a limit.
func onlyType(p pack.Problem, buy int) pack.Problem {
	kept := []int{buy}
	for t, n := range p.NodeTypes {
		if n.Limit > 0 && t != buy {
			kept = append(kept, t)
		}
	}
	only := p
	only.NodeTypes = make([]pack.NodeType, len(kept))
	for i, t := range kept {
		only.NodeTypes[i] = p.NodeTypes[t]
	}
	only.Shapes = slices.Clone(p.Shapes)
	for s := range only.Shapes {
		if mask := p.Shapes[s].NodeTypes; mask != nil {
			only.Shapes[s].NodeTypes = make([]bool, len(kept))
			for i, t := range kept {
				only.Shapes[s].NodeTypes[i] = mask[t]
			}
		}
	}
	return only
}

// perType sums the groups of a packing up, for who needs no placement.
func perType(groups []pack.Group) []pack.Group {
	var list []pack.Group
	for _, g := range groups {
		i := slices.IndexFunc(list, func(known pack.Group) bool { return known.NodeType == g.NodeType })
		if i < 0 {
			list = append(list, pack.Group{NodeType: g.NodeType, Count: g.Count})
			continue
		}
		list[i].Count += g.Count
	}
	return list
}
