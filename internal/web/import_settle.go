package web

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/importer"
	"meshplan/internal/model"
)

// settle fits what the importer understood to the catalog, which the importer does not
// know: node types that have a price are kept, and what workloads ask of nodes that the
// plan has not is dropped, with a warning for each. standIns names the types that stand
// for unknown ones, as a review chose them.
func settle(result *importer.Result, catalog model.Catalog, standIns map[string]string) {
	if c := result.Nodes; c != nil && c.Planned {
		settleTypes(result, catalog, standIns)
	}
	settlePlacement(result, catalog)
}

// knownType is the node type of the catalog, or nil.
func knownType(catalog model.Catalog, c *importer.ClusterNodes, name string) *model.NodeType {
	types, err := catalog.NodeTypes(model.NodeQuery{Provider: c.Provider, Region: c.Region, Names: []string{name}})
	if err != nil || len(types) == 0 {
		return nil
	}
	return &types[0]
}

// settleTypes plans with the cluster's types that have a price; with a node of the largest
// pool's size where none has.
func settleTypes(result *importer.Result, catalog model.Catalog, standIns map[string]string) {
	c, n := result.Nodes, &result.Scenario.Nodes
	var known, unknown []string
	for _, p := range c.Pools {
		name := p.InstanceType
		if to := strings.TrimSpace(standIns[name]); to != "" {
			name = to
		}
		switch {
		case name == "":
		case knownType(catalog, c, name) == nil:
			if !slices.Contains(unknown, name) {
				unknown = append(unknown, name)
			}
		case !slices.Contains(known, name):
			known = append(known, name)
		}
	}
	warn := func(id, message, fix string) {
		result.Warnings = append(result.Warnings, model.Warning{ID: id, Field: "node_type", Message: message, Fix: fix})
	}
	switch {
	case c.Provider == "custom" || c.Region == "":
		warn("node_types_unrecognised", "the nodes do not name a provider, region and type that the price list knows: they are planned as nodes of your own, of the size of the largest pool",
			"Give node_hourly_usd for a price")
	case len(known) == 0:
		*n = c.Custom()
		warn("node_types_unknown", "no price is known for "+firstFew(unknown)+" in "+c.Region+": the nodes are planned as nodes of your own, of the size of the largest pool",
			"Give node_hourly_usd for a price, or name a type that is alike")
	default:
		if len(unknown) > 0 {
			warn("node_types_left_out", "no price is known for "+firstFew(unknown)+" in "+c.Region+": the plan does without", "Name a type that is alike, or plan those nodes apart")
		}
		provider, region, types := c.Provider, c.Region, strings.Join(known, ",")
		n.Provider, n.Region, n.NodeType = &provider, &region, &types
		n.NodeAllocatableCPUMillicores, n.NodeAllocatableMemoryMiB = nil, nil
		if n.NodeTaints != nil {
			kept := importer.TypeTaints(*n.NodeTaints, func(t string) bool { return slices.Contains(known, t) })
			if n.NodeTaints = &kept; kept == "" {
				n.NodeTaints = nil
			}
		}
	}
}

func firstFew(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

var workloadField = regexp.MustCompile(`^workloads\[(\d+)\]\.`)

// settlePlacement drops what workloads ask of nodes where no node of the plan has it, so
// that the rest can be planned, and the nodes' taints where they leave no room at all. Rows
// that the input gave as rows are somebody's choice and come back as they are.
func settlePlacement(result *importer.Result, catalog model.Catalog) {
	s := &result.Scenario
	var names []string
	for range len(s.Workloads) + 2 { // each round mends at least one thing
		rows, taints := unplaceable(model.Validate(*s, catalog))
		rows = slices.DeleteFunc(rows, func(i int) bool { return result.Understood[i].AsRow })
		if taints {
			s.Nodes.NodeTaints = nil
			result.Warnings = append(result.Warnings, model.Warning{
				ID: "taints_left_out", Field: "node_taints", Message: "the nodes' taints are left out: they leave pods that tolerate none nowhere to run",
				Fix: "Add a type without taint to node_type, then give node_taints",
			})
			continue
		}
		if len(rows) == 0 {
			break
		}
		for _, i := range rows {
			w := &s.Workloads[i]
			if w.NodeTypes == nil && w.Architectures == nil {
				w.Tolerates = []string{"*"}
			}
			w.NodeTypes, w.Architectures = nil, nil
			if name := strings.TrimPrefix(w.Namespace+"/"+w.Name, "/"); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) > 0 {
		result.Warnings = append(result.Warnings, model.Warning{
			ID: "placement_dropped", Field: "workloads", Message: "these ask for nodes that the plan does not have, and are planned on any: " + firstFew(names),
			Fix: "Add their node types or architectures to node_type",
		})
	}
}

// unplaceable are the rows that the plan's nodes cannot take, and whether taints alone
// leave no node for the mesh.
func unplaceable(err error) (rows []int, taints bool) {
	var wrong *model.InputError
	if !errors.As(err, &wrong) {
		return nil, false
	}
	for _, f := range wrong.Fields {
		if f.Field == "node_taints" {
			taints = true
		}
		at := workloadField.FindStringSubmatch(f.Field)
		if f.Rule != "unplaceable" || at == nil {
			continue
		}
		if i, err := strconv.Atoi(at[1]); err == nil {
			rows = append(rows, i)
		}
	}
	return rows, taints
}
