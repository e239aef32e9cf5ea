package main

import (
	"math"
	"math/rand/v2"

	"meshplan/internal/pack"
)

// workloads describes a cluster to generate.
type workloads struct {
	count, pods int
	capped      float64 // share of workloads with at most 1 to 3 pods on a node
	offGrid     bool    // requests in 1m and 1 MiB instead of 50m and 64 MiB
	seed        uint64
}

// The proxy that every pod carries, as in the recorded instances.
const proxyCPU, proxyMemory = 100, 128

// shapes draws log-normal requests (median 250m and 512 MiB, correlated) and replicas by
// Zipf's law with exponent 0.7, which spans the range of the recorded instances.
func (w workloads) shapes() []pack.Shape {
	rng := rand.New(rand.NewPCG(w.seed, 1))
	weights, sum := make([]float64, w.count), 0.0
	for rank := range weights {
		weights[rank] = math.Pow(float64(rank+1), -0.7)
		sum += weights[rank]
	}
	rng.Shuffle(len(weights), func(a, b int) { weights[a], weights[b] = weights[b], weights[a] })
	cpuStep, memoryStep := 50.0, 64.0
	if w.offGrid {
		cpuStep, memoryStep = 1, 1
	}
	shapes := make([]pack.Shape, w.count)
	for i := range shapes {
		z := rng.NormFloat64()
		cpu := 250 * math.Exp(0.6*z)
		memory := 512 * math.Exp(0.9*(0.5*z+0.87*rng.NormFloat64()))
		s := pack.Shape{
			Size: pack.Vector{
				proxyCPU + int64(cpuStep*math.Ceil(min(cpu, 6000)/cpuStep)),
				proxyMemory + int64(memoryStep*math.Ceil(min(memory, 24000)/memoryStep)), 1,
			},
			Count: max(1, int64(math.Round(float64(w.pods)*weights[i]/sum))),
		}
		if rng.Float64() < w.capped {
			s.MaxPerNode = 1 + rng.Int64N(3)
		}
		shapes[i] = s
	}
	return shapes
}

// capraraToth draws n items of a class of Caprara and Toth (2001) for two-constraint bin
// packing. The bins are equal, so the cost is the number of bins.
func capraraToth(class, n int, seed uint64) pack.Problem {
	rng := rand.New(rand.NewPCG(seed, uint64(class)))
	between := func(lo, hi int64) int64 { return lo + rng.Int64N(hi-lo+1) }
	capacity := int64(1000)
	var sizes [][2]int64
	switch class {
	case 1, 2, 3, 4, 5:
		r := map[int][2]int64{1: {100, 400}, 2: {1, 1000}, 3: {200, 800}, 4: {50, 200}, 5: {25, 100}}[class]
		for range n {
			sizes = append(sizes, [2]int64{between(r[0], r[1]), between(r[0], r[1])})
		}
	case 6, 7, 8:
		capacity = 150
		for range n {
			v := between(20, 100)
			w := between(20, 100)
			if class == 7 {
				w = between(v-10, v+10)
			} else if class == 8 {
				w = between(110-v, 130-v)
			}
			sizes = append(sizes, [2]int64{v, w})
		}
	case 10:
		capacity = 100
		for len(sizes) < n {
			var c [2]int64
			for i := range c {
				a, b := between(25, 50), between(25, 50)
				c[i] = 100 - a - b
				if i == 0 {
					sizes = append(sizes, [2]int64{a}, [2]int64{b}, [2]int64{c[0]})
				} else {
					last := len(sizes) - 3
					sizes[last][1], sizes[last+1][1], sizes[last+2][1] = a, b, c[1]
				}
			}
		}
	}
	p := pack.Problem{NodeTypes: []pack.NodeType{{Name: "bin", Capacity: pack.Vector{capacity, capacity, pack.MaxAmount}, Price: 1}}}
	for _, s := range sizes {
		p.Shapes = append(p.Shapes, pack.Shape{Size: pack.Vector{s[0], s[1], 1}, Count: 1})
	}
	return p
}
