package model

import "slices"

// ResolvedWorkloads is the list that a plan works on: quick values applied, scaled to the
// services asked for, each row with its rate and with whether it is in the mesh. A row
// may have been split for meshed_share. Errors are those of [Evaluate].
func ResolvedWorkloads(s Scenario, c Catalog) ([]Workload, error) {
	in, err := decide(s, c)
	if err != nil {
		return nil, err
	}
	list := slices.Clone(in.list)
	for i := range list {
		rps, meshed := in.rps(list[i]), list[i].meshed()
		list[i].RPSPerPod, list[i].InMesh = &rps, &meshed
	}
	return list, nil
}
