package pack

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Ruin and recreate: some nodes of a plan are emptied and their pods packed anew, led
// by the duals of the master. Since the duals price every pod, a plan costs the
// bound plus the sum of its nodes' slack (price less the value of the pods), so that
// the search is for nodes whose pods are worth what the node costs.

// bin is one node of the plan under search.
type bin struct {
	kind  int
	load  Vector
	pods  []Placed
	slack float64 // price less value
}

// search is the state of ruin and recreate.
type search struct {
	in           *instance
	value        []float64 // of a pod of each item, in price units
	frozen       []batch   // nodes that stay as they are
	bins         []bin
	cost         int64
	energy       float64 // sum of squared slacks: at equal cost, uneven slack is better
	rng          *rand.Rand
	kinds        []int // worth trying
	pool         []int64
	active       []int // items in the pool, most valuable first
	noisy        []float64
	nodes        []int64 // left per kind
	bundles      []bundle
	worth        []float64 // values of bundles alone: a binary search stays in cache
	unsorted     []bundle
	keys         []uint64 // sort keys of unsorted
	keyScale     float64
	onNode       []int64
	budget       int64 // of work, for sampled plans
	work         int64 // elementary steps so far, roughly; budgets must not depend on the machine
	temp, weight float64
	roomPrice    [][Resources]float64 // per kind: value of a unit of free room
}

func newSearch(in *instance, values []float64, seed uint64) *search {
	s := &search{in: in, value: values, rng: rand.New(rand.NewPCG(seed, 0x6d657368706c616e)), pool: make([]int64, len(in.items)), noisy: make([]float64, len(in.items))}
	for k := range in.kinds {
		n := newRelaxedKnapsack(in, k)
		worth := n.solve(values)
		var price [Resources]float64
		for r := range Resources {
			price[r] = n.price[r] / float64(max(1, in.kinds[k].capacity[r]))
		}
		s.roomPrice = append(s.roomPrice, price)
		if worth >= 0.9*float64(in.kinds[k].price) {
			s.kinds = append(s.kinds, k)
		}
	}
	s.onNode = make([]int64, len(in.items))
	s.setKeyScale()
	return s
}

// setKeyScale fits the values of bundles into the sort keys.
func (s *search) setKeyScale() {
	s.keyScale = float64(int64(1)<<46) / max(1, slices.Max(s.value))
}

// searchBins is how many nodes are taken apart at most; of more, an even part is.
const searchBins = 8000

// take takes the plan apart into nodes.
func (s *search) take(pl *plan) {
	s.bins, s.frozen = s.bins[:0], s.frozen[:0]
	s.cost, s.energy = 0, 0
	s.nodes = s.in.limitsLeft(pl)
	for _, b := range pl.batches {
		loose := b.count
		if pl.nodes > searchBins {
			loose = min(b.count, 1+int64(float64(b.count)/float64(pl.nodes)*searchBins))
		}
		for range loose {
			s.put(s.newBin(b.kind, slices.Clone(b.pods)))
		}
		if b.count -= loose; b.count > 0 {
			s.frozen = append(s.frozen, b)
			s.cost += b.count * s.in.kinds[b.kind].price
		}
	}
}

func (s *search) newBin(k int, pods []Placed) bin {
	b := bin{kind: k, pods: pods, load: s.in.load(pods), slack: float64(s.in.kinds[k].price)}
	for _, pod := range pods {
		b.slack -= s.value[pod.Shape] * float64(pod.Count)
	}
	return b
}

func (s *search) put(b bin) {
	s.bins = append(s.bins, b)
	s.cost += s.in.kinds[b.kind].price
	s.energy += b.slack * b.slack
}

// plan is the present state as a plan.
func (s *search) plan() *plan {
	pl := &plan{}
	for _, b := range s.frozen {
		pl.add(s.in, b)
	}
	for _, b := range s.bins {
		pl.add(s.in, batch{kind: b.kind, count: 1, pods: slices.Clone(b.pods)})
	}
	return pl
}

// step empties some nodes and packs their pods anew; the result stays if it is not
// dearer and, at equal cost, not more even. It reports whether the cost fell.
func (s *search) step() bool {
	count := 2 + s.rng.IntN(5)
	if count > len(s.bins) {
		count = len(s.bins)
	}
	s.bringForward(count)
	ruined := s.bins[len(s.bins)-count:]
	var cost int64
	energy := 0.0
	clear(s.pool)
	for _, b := range ruined {
		cost += s.in.kinds[b.kind].price
		energy += b.slack * b.slack
		for _, pod := range b.pods {
			s.pool[pod.Shape] += pod.Count
		}
		s.nodes[b.kind]++
	}
	allow := -s.temp * math.Log(1-s.rng.Float64())
	fresh, freshCost, freshEnergy := s.recreate(cost + int64(allow) + 1)
	if fresh == nil || float64(freshCost-cost)-s.weight*(freshEnergy-energy) > allow {
		for _, b := range fresh {
			s.nodes[b.kind]++
		}
		for _, b := range ruined {
			s.nodes[b.kind]--
		}
		return false
	}
	s.bins = append(s.bins[:len(s.bins)-count], fresh...)
	s.cost += freshCost - cost
	s.energy += freshEnergy - energy
	return freshCost < cost
}

// bringForward swaps count nodes to the end of the list: half of them chosen for
// their slack, the others at random.
func (s *search) bringForward(count int) {
	for n := range count {
		end := len(s.bins) - n
		best := s.rng.IntN(end)
		if n%2 == 0 {
			for range 3 {
				if other := s.rng.IntN(end); s.bins[other].slack > s.bins[best].slack {
					best = other
				}
			}
		}
		s.bins[best], s.bins[end-1] = s.bins[end-1], s.bins[best]
	}
}

// recreate packs the pool; nil if that costs more than the budget.
func (s *search) recreate(budget int64) (fresh []bin, cost int64, energy float64) {
	s.activate()
	s.bundleUp()
	for len(s.active) > 0 {
		k, pods := s.bestNode(budget - cost)
		if k < 0 {
			for _, b := range fresh {
				s.nodes[b.kind]++
			}
			return nil, 0, 0
		}
		s.nodes[k]--
		b := s.newBin(k, pods)
		fresh = append(fresh, b)
		cost += s.in.kinds[k].price
		energy += b.slack * b.slack
		for _, pod := range pods {
			s.pool[pod.Shape] -= pod.Count
		}
		s.active = slices.DeleteFunc(s.active, func(i int) bool { return s.pool[i] == 0 })
	}
	return fresh, cost, energy
}

// activate lists the pool's items by falling value, with a little noise.
func (s *search) activate() {
	s.active = s.active[:0]
	noise := 0.3 * s.rng.Float64()
	for i, n := range s.pool {
		if n > 0 {
			s.active = append(s.active, i)
			s.noisy[i] = s.value[i] * (1 + noise*(s.rng.Float64()-0.5))
		}
	}
	slices.SortFunc(s.active, func(a, b int) int { return cmp.Compare(s.noisy[b], s.noisy[a]) })
}

// bestNode fills a node of every kind that the budget allows and returns the fullest.
func (s *search) bestNode(budget int64) (kind int, best []Placed) {
	kind = -1
	score := -1.0
	for _, k := range s.kinds {
		price := s.in.kinds[k].price
		if price > budget || s.nodes[k] <= 0 {
			continue
		}
		pods, value, all := s.fill(k)
		if len(pods) == 0 {
			continue
		}
		mark := value / max(float64(price), 1e-9) * (1 + 0.01*s.rng.Float64())
		if all { // the last node: cheapest wins
			mark = 10 + 1/max(float64(price), 1e-9)
		}
		if mark > score {
			kind, best, score = k, pods, mark
		}
	}
	return kind, best
}

// fill puts pods of the pool on a node of kind k in the noisy order, then exchanges
// single pods while that adds value.
func (s *search) fill(k int) (pods []Placed, value float64, all bool) {
	room := s.in.kinds[k].capacity
	all = true
	for _, i := range s.active {
		it := &s.in.items[i]
		if !s.in.allowed(i, k) {
			all = false
			continue
		}
		n := min(s.pool[i], it.most, timesIn(it.size, room))
		if n < s.pool[i] {
			all = false
		}
		if n > 0 {
			pods = append(pods, Placed{Shape: i, Count: n})
			room = minus(room, it.size, n)
			value += s.value[i] * float64(n)
		}
	}
	if all || len(pods) == 0 {
		return pods, value, all
	}
	for range 20 {
		gain := s.exchange(k, &pods, &room)
		if gain <= 0 {
			break
		}
		value += gain
	}
	return pods, value, false
}
