package pack

import (
	"context"
	"math"
	"slices"
)

// Off any grid almost every workload is a shape of its own, so that the master has many
// rows, its patterns are used once or twice, and whole parts of it leave much to round.
// But with so many sizes almost every node can be filled to the last unit. What a plan
// then loses is balance: if the greedy takes large pods, or those of one proportion of
// CPU to memory, too early, what is left fits no kind well. So each node begins with a
// sample of all pods that are left, and exchanges then fill it.

const (
	fineEnough    = 1e-3          // relative gap of a sampled plan at which column generation is left out
	sampleMisses  = 20            // draws in a row of which nothing fits that end a sample
	sampleItems   = 200           // of which single pods and pairs are listed for exchanges
	sampleRefresh = 60            // nodes filled between two such lists
	sampleSwaps   = 20            // exchanges on a node at most
	sampleRounds  = 3             // of all styles at most
	sampleWork    = 1_000_000_000 // search.work after which there are no more exchanges and plans
)

// sampleStyle says which pods a sample prefers.
type sampleStyle struct {
	draws int     // of which the one that points most in the direction of the room is taken
	power float64 // of a pod's value by which it is drawn: above 1 large ones go first
}

// sampleStyles are tried in turn: none is best on every problem.
var sampleStyles = [...]sampleStyle{{2, 1}, {2, 1.5}, {3, 1.5}, {3, 2}}

// sampled is the best plan of every style; nil if none places every pod. Further rounds
// follow until a plan is close enough to the bound or the work is spent.
func (in *instance) sampled(ctx context.Context, b *bounded, st Settings) *plan {
	var best *plan
	values := in.startPrices(b)
	order, s := in.promising(values), newSearch(in, values, st.Seed)
	s.budget = st.of(sampleWork)
	for n := range sampleRounds * len(sampleStyles) {
		if ctx.Err() != nil || s.work > s.budget || n%len(sampleStyles) == 0 && best != nil && best.cost <= b.enough() {
			break
		}
		pl := in.greedyWithin(values, s.fillSampled(sampleStyles[n%len(sampleStyles)]), in.limitsLeft(nil), order)
		if pl == nil {
			continue
		}
		in.downsize(pl)
		if pl.better(best) {
			best = pl
		}
	}
	return best
}

// enough is the cost at which a sampled plan needs no column generation.
func (b *bounded) enough() int64 { return b.Cost + int64(fineEnough*float64(b.Cost)) }

// startPrices are the values of a pod of each item in the fractional problem.
func (in *instance) startPrices(b *bounded) []float64 {
	values := make([]float64, len(in.items))
	for i := range values {
		values[i] = in.startPrice(b, i)
	}
	return values
}

// fillSampled samples a node, then exchanges up to two pods for up to two others while
// that adds value.
func (s *search) fillSampled(style sampleStyle) filler {
	sample, calls := s.sampler(style), 0
	return func(k int, left []int64, pods []Placed) []Placed {
		s.pool = left
		if calls%sampleRefresh == 0 {
			s.sampleBundles()
		}
		calls++
		pods = sample(k, left, pods)
		room := minus(s.in.kinds[k].capacity, s.in.load(pods), 1)
		for range sampleSwaps {
			if s.work > s.budget || s.exchange(k, &pods, &room) <= 0 {
				break
			}
		}
		return pods
	}
}

// sampler draws pods until nothing that is drawn fits.
func (s *search) sampler(style sampleStyle) filler {
	in := s.in
	weights, upTo := make([]float64, len(in.items)), make([]float64, len(in.items))
	least := max(1e-6*slices.Max(s.value), math.SmallestNonzeroFloat32) // pods that look free are drawn as well
	for i, v := range s.value {
		weights[i] = math.Pow(max(v, least), style.power)
	}
	return func(k int, left []int64, pods []Placed) []Placed {
		sum := 0.0
		for i, n := range left {
			if n > 0 && in.allowed(i, k) {
				sum += float64(n) * weights[i]
			}
			upTo[i] = sum
		}
		s.work += int64(len(left))
		room := in.kinds[k].capacity
		for misses := 0; misses < sampleMisses && sum > 0; {
			best := s.draw(style.draws, k, upTo, func(i int) bool {
				return fitsIn(in.items[i].size, room) && in.allowed(i, k) && countOf(pods, i) < min(left[i], in.items[i].most)
			}, room)
			if best < 0 {
				misses++
				continue
			}
			pods, misses = addPods(pods, best, 1), 0
			room = minus(room, in.items[best].size, 1)
		}
		return pods
	}
}

// draw takes the item of several draws that points most in the direction of the room; −1
// if none of them may be taken. upTo are the running sums of the items' weights.
func (s *search) draw(draws, k int, upTo []float64, may func(i int) bool, room Vector) int {
	best, score := -1, -1.0
	for range draws {
		s.work += tryWork
		i, _ := slices.BinarySearch(upTo, s.rng.Float64()*upTo[len(upTo)-1])
		if !may(i) {
			continue
		}
		if a := s.in.alignment(s.in.items[i].size, room, k); a > score {
			best, score = i, a
		}
	}
	return best
}

// alignment is the cosine between a pod and the room, in shares of kind k's CPU and memory.
func (in *instance) alignment(size, room Vector, k int) float64 {
	var dot, a, b float64
	for _, r := range []Resource{CPU, Memory} {
		c := float64(max(1, in.kinds[k].capacity[r]))
		s, free := float64(size[r])/c, float64(room[r])/c
		dot, a, b = dot+s*free, a+s*s, b+free*free
	}
	return dot / math.Sqrt(max(a*b, math.SmallestNonzeroFloat64))
}

// sampleBundles lists single pods and pairs of some items of the pool.
func (s *search) sampleBundles() {
	s.active = s.active[:0]
	for i, n := range s.pool {
		if n > 0 {
			s.active = append(s.active, i)
		}
	}
	s.rng.Shuffle(len(s.active), func(a, b int) { s.active[a], s.active[b] = s.active[b], s.active[a] })
	s.active = s.active[:min(len(s.active), sampleItems)]
	s.bundleUp()
}
