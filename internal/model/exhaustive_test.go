package model_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

// The oracle of this test tries every way to put pods on equal nodes. It takes what a
// node has from the scenario and what the mesh adds from the plan's parts, and shares
// nothing with the packing.

// load is a pod, or what is free on a node.
type load struct{ cpu, memory, slots int64 }

func (l load) minus(b load) load { return load{l.cpu - b.cpu, l.memory - b.memory, l.slots - b.slots} }
func (l load) fits() bool        { return min(l.cpu, l.memory, l.slots) >= 0 }

// filling is a node being filled: what is free and how many pods of each kind it holds.
type filling struct {
	free load
	of   map[int]int64
}

// placeable is a pod of a kind, at most limit of which may be on a node; 0 = no limit.
type placeable struct {
	size  load
	kind  int
	limit int64
}

// fewest is the least number of empty nodes that hold the pods, or most+1 where more are
// needed.
func fewest(pods []placeable, nodes []filling, empty load, most int) int {
	if len(pods) == 0 {
		return len(nodes)
	}
	p := pods[0]
	best := most + 1
	for i := range nodes {
		left := nodes[i].free.minus(p.size)
		if !left.fits() || p.limit > 0 && nodes[i].of[p.kind] >= p.limit {
			continue
		}
		saved := nodes[i].free
		nodes[i].free = left
		nodes[i].of[p.kind]++
		best = min(best, fewest(pods[1:], nodes, empty, best-1))
		nodes[i].free = saved
		nodes[i].of[p.kind]--
	}
	if left := empty.minus(p.size); left.fits() && len(nodes) < best-1 {
		best = min(best, fewest(pods[1:], append(nodes, filling{left, map[int]int64{p.kind: 1}}), empty, best-1))
	}
	return best
}

// cluster draws a scenario small enough for the oracle: DaemonSets on every node, pod
// slots, limits per node, proxies and the agents of the mesh.
func cluster(rng *rand.Rand) model.Scenario {
	upTo := func(n int64) *int64 { return pointer(rng.Int64N(n + 1)) }
	tight, custom := "tight", "custom"
	s := model.Scenario{
		Nodes: model.Nodes{
			Provider: &custom, NodeAllocatableCPUMillicores: pointer(1500 + rng.Int64N(2500)), NodeAllocatableMemoryMiB: pointer(2500 + rng.Int64N(4000)),
			NodeHourlyUSD: pointer(0.1 + rng.Float64()), NodeMaxPods: pointer(4 + rng.Int64N(5)), Zones: pointer(int64(1)), MinNodesPerZone: pointer(int64(0)),
			DaemonSetCPUMillicores: upTo(300), DaemonSetMemoryMiB: upTo(300), DaemonSetPods: upTo(2), Headroom: pointer(0.0),
		},
		Mesh: model.Mesh{
			ProxyCPUMillicores: upTo(300), ProxyMemoryMiB: upTo(300), IngressGateways: upTo(1),
			IstiodReplicas: pointer(int64(1)), IstiodCPUMillicores: upTo(500), IstiodMemoryMiB: upTo(500),
		},
		Run: model.Run{Effort: &tight},
	}
	for i := range 1 + rng.Int64N(3) {
		s.Workloads = append(s.Workloads, model.Workload{
			Name: "w" + strconv.FormatInt(i, 10), Replicas: 1 + rng.Int64N(3), MaxPerNode: rng.Int64N(3),
			PodCPUMillicores: 100 + rng.Int64N(900), PodMemoryMiB: 100 + rng.Int64N(1500),
		})
	}
	if rng.IntN(2) == 0 {
		s.Workloads = append(s.Workloads, model.Workload{Name: "agent", Kind: "DaemonSet", PodCPUMillicores: rng.Int64N(200), PodMemoryMiB: rng.Int64N(300), InMesh: pointer(rng.IntN(2) == 0)})
	}
	return s
}

// asked is what a pattern asks the nodes to hold, and what one node has for it.
func asked(s model.Scenario, r model.Result) (pods []placeable, empty load) {
	empty = load{*s.Nodes.NodeAllocatableCPUMillicores, *s.Nodes.NodeAllocatableMemoryMiB, *s.Nodes.NodeMaxPods}
	empty = empty.minus(load{*s.Nodes.DaemonSetCPUMillicores, *s.Nodes.DaemonSetMemoryMiB, *s.Nodes.DaemonSetPods})
	var proxy load
	if r.Pattern == model.PatternSidecar {
		proxy = load{*s.Mesh.ProxyCPUMillicores, *s.Mesh.ProxyMemoryMiB, 0}
	}
	add := func(kind int, count, limit int64, size load) {
		for range count {
			pods = append(pods, placeable{size, kind, limit})
		}
	}
	for i, w := range s.Workloads {
		size := load{w.PodCPUMillicores, w.PodMemoryMiB, 1}
		if w.InMesh == nil || *w.InMesh {
			size = load{size.cpu + proxy.cpu, size.memory + proxy.memory, 1}
		}
		if w.Kind == "DaemonSet" {
			empty = empty.minus(size)
			continue
		}
		add(i, w.Replicas, w.MaxPerNode, size)
	}
	for i, part := range r.Parts {
		size := load{part.CPUMillicores, part.MemoryMiB, 1}
		switch part.Scope {
		case "node":
			empty = empty.minus(size)
		case "cluster", "namespace":
			add(100+i, part.Count, 0, size)
		}
	}
	return pods, empty
}

func TestExhaustiveSearchAgreesOnWhatNodesCarry(t *testing.T) {
	trials := 200
	if n, err := strconv.Atoi(os.Getenv("PACK_TRIALS")); err == nil {
		trials = n
	}
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	compared := map[string]int{}
	for compared[model.PatternNone] < trials {
		s := cluster(rng)
		plan, err := model.Evaluate(s, c)
		if err != nil {
			continue // pods that fit on no node are refused
		}
		for _, r := range plan.Results {
			switch r.Pattern {
			case model.PatternNone, model.PatternGateway, model.PatternAmbient, model.PatternSidecar:
			default:
				continue
			}
			pods, empty := asked(s, r)
			if len(pods) > 12 {
				continue
			}
			want := int64(fewest(pods, nil, empty, len(pods)))
			if r.Status == model.StatusInfeasible { // without a plan there are no parts to take agents from
				if r.Pattern == model.PatternNone && want <= int64(len(pods)) {
					t.Fatalf("%s: said not to fit, exhaustive search needs %d nodes\n%s", r.Pattern, want, model.EncodeJSON(s))
				}
				continue
			}
			if r.Nodes != want || r.NodesLowerBound > want {
				t.Fatalf("%s: %d nodes, bound %d, exhaustive search finds %d\n%s", r.Pattern, r.Nodes, r.NodesLowerBound, want, model.EncodeJSON(s))
			}
			compared[r.Pattern]++
		}
	}
	t.Log(compared)
	for _, pattern := range []string{model.PatternAmbient, model.PatternSidecar} {
		if compared[pattern] < trials/3 {
			t.Errorf("%s was compared %d times only", pattern, compared[pattern])
		}
	}
}
