package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"strings"

	"meshplan/internal/pack"
)

//go:embed testdata/instances.txt
var instanceText string

// instances is what testdata/instances.txt holds.
type instances struct {
	items map[string][]pack.Shape
	nodes map[string][]pack.NodeType
}

// readInstances parses the embedded file.
func readInstances() (*instances, error) {
	in := &instances{items: map[string][]pack.Shape{}, nodes: map[string][]pack.NodeType{}}
	var section, name string
	lines := bufio.NewScanner(strings.NewReader(instanceText))
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
		if err := in.add(section, name, line); err != nil {
			return nil, fmt.Errorf("instances.txt:%d: %w", n, err)
		}
	}
	return in, lines.Err()
}

func (in *instances) add(section, name, line string) error {
	if section == "items" {
		s := pack.Shape{Size: pack.Vector{0, 0, 1}}
		_, err := fmt.Sscan(line, &s.Size[pack.CPU], &s.Size[pack.Memory], &s.Count)
		in.items[name] = append(in.items[name], s)
		return err
	}
	var t pack.NodeType
	_, err := fmt.Sscan(line, &t.Name, &t.Capacity[pack.CPU], &t.Capacity[pack.Memory], &t.Capacity[pack.Pods], &t.Price)
	in.nodes[name] = append(in.nodes[name], t)
	return err
}

// problem is the instance NAME_kK, for example w50_p1000_k10.
func (in *instances) problem(name string) pack.Problem {
	cut := strings.LastIndex(name, "_")
	return pack.Problem{Shapes: in.items[name[:cut]], NodeTypes: in.nodes[name[cut+1:]]}
}
