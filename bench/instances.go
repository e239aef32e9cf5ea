package main

import (
	"meshplan/bench/instance"
	"meshplan/internal/pack"
)

// instances are the recorded instances under the names that the tables use.
type instances struct {
	set   *instance.Set
	nodes map[string][]pack.NodeType
}

func readInstances() (*instances, error) {
	set, err := instance.Read()
	if err != nil {
		return nil, err
	}
	return &instances{set: set, nodes: set.Nodes}, nil
}

// problem is the instance NAME_kK, for example w50_p1000_k10.
func (in *instances) problem(name string) pack.Problem { return in.set.Problem(name) }
