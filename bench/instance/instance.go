// Package instance holds the recorded packing instances, for every program that
// measures on them, and what others paid on them when they were recorded.
package instance

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"

	"meshplan/internal/pack"
)

//go:embed instances.txt
var text string

// Set is what instances.txt holds: shapes and node types by name.
type Set struct {
	Items map[string][]pack.Shape
	Nodes map[string][]pack.NodeType
}

// Read parses the embedded file; an error names the line.
func Read() (*Set, error) {
	set := &Set{Items: map[string][]pack.Shape{}, Nodes: map[string][]pack.NodeType{}}
	var section, name string
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "items "); ok {
			section, name = "items", rest
			continue
		}
		if rest, ok := strings.CutPrefix(line, "nodes "); ok {
			section, name = "nodes", rest
			continue
		}
		if err := set.add(section, name, line); err != nil {
			return nil, fmt.Errorf("instances.txt:%d: %w", n, err)
		}
	}
	return set, lines.Err()
}

func (set *Set) add(section, name, line string) error {
	if section == "items" {
		s := pack.Shape{Size: pack.Vector{0, 0, 1}}
		_, err := fmt.Sscan(line, &s.Size[pack.CPU], &s.Size[pack.Memory], &s.Count)
		set.Items[name] = append(set.Items[name], s)
		return err
	}
	var t pack.NodeType
	_, err := fmt.Sscan(line, &t.Name, &t.Capacity[pack.CPU], &t.Capacity[pack.Memory], &t.Capacity[pack.Pods], &t.Price)
	set.Nodes[name] = append(set.Nodes[name], t)
	return err
}

// Problem is the instance NAME_kK, for example w50_p1000_k10.
func (set *Set) Problem(name string) pack.Problem {
	cut := strings.LastIndex(name, "_")
	return pack.Problem{Shapes: set.Items[name[:cut]], NodeTypes: set.Nodes[name[cut+1:]]}
}

// Record is what was recorded for an instance, in micro-USD an hour; 0 = no figure.
type Record struct {
	Name       string
	Karpenter  int64 // its scheduler as of 2026-08
	Autoscaler int64 // the cluster-autoscaler's estimator 1.35 with its best single type
	Prototype  int64 // the throw-away prototype of this project's packing, 2026-11
	Bound      int64 // the prototype's proved lower bound
}

// Records lists every recorded instance, small ones first.
var Records = []Record{
	{"w50_p1000_k1", 23788800, 24192000, 22176000, 22006700},
	{"w50_p1000_k10", 23209200, 23385600, 20315400, 20197700},
	{"w50_p1000_k200", 17697600, 0, 15488800, 15410900},
	{"w200_p5000_k1", 127411200, 127814400, 123782400, 123548500},
	{"w200_p5000_k10", 122043600, 0, 112961100, 112833600},
	{"w200_p5000_k200", 94881600, 0, 86172000, 86083200},
	{Name: "w500_p20000_k1"}, {Name: "w500_p20000_k10"}, {Name: "w500_p20000_k200"},
}
