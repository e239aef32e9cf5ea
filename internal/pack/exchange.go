package pack

import "slices"

// Exchanges of up to two pods on a node for up to two others, by their values.

// What listing a bundle, and one attempt at an exchange, take in units of search.work.
const (
	bundleWork = 30
	tryWork    = 40
)

// bundle is one or two pods of the pool.
type bundle struct {
	value float64
	size  Vector
	first int
	other int // −1 for a single pod
}

// bundleUp lists single pods and pairs of the pool by rising value. Sorting whole keys, a
// value and a place in one integer, is several times quicker than sorting bundles.
func (s *search) bundleUp() {
	s.unsorted, s.keys = s.unsorted[:0], s.keys[:0]
	add := func(b bundle) {
		s.keys = append(s.keys, uint64(b.value*s.keyScale)<<16|uint64(len(s.unsorted)))
		s.unsorted = append(s.unsorted, b)
	}
	for a, i := range s.active {
		add(bundle{value: s.value[i], size: s.in.items[i].size, first: i, other: -1})
		for _, j := range s.active[a:] {
			if len(s.unsorted) >= 1<<16-1 || i == j && min(s.pool[i], s.in.items[i].most) < 2 {
				continue
			}
			add(bundle{value: s.value[i] + s.value[j], size: minus(s.in.items[i].size, s.in.items[j].size, -1), first: i, other: j})
		}
	}
	s.work += bundleWork * int64(len(s.keys))
	slices.Sort(s.keys)
	s.bundles, s.worth = s.bundles[:0], s.worth[:0]
	for _, key := range s.keys {
		b := s.unsorted[key&0xffff]
		s.bundles, s.worth = append(s.bundles, b), append(s.worth, b.value)
	}
}

// cheaperThan is the number of bundles worth less than a value.
func (s *search) cheaperThan(value float64) int {
	lo, hi := 0, len(s.worth)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); s.worth[mid] < value {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// exchange makes the best swap of up to two pods on the node for up to two in the pool.
func (s *search) exchange(k int, pods *[]Placed, room *Vector) float64 {
	roomValue := 0.0
	for r := range Resources {
		roomValue += s.roomPrice[k][r] * float64(room[r])
	}
	gain, best := 1e-6*float64(s.in.kinds[k].price), -1
	outA, outB := -1, -1
	for _, pod := range *pods {
		s.onNode[pod.Shape] = pod.Count
	}
	try := func(value float64, free Vector, a, b int) {
		s.work += tryWork
		at := s.cheaperThan(value + roomValue*1.01)
		for n := 0; at > 0 && n < 60; n++ {
			at--
			s.work++
			x := &s.bundles[at]
			if x.value-value <= gain {
				break
			}
			if fitsIn(x.size, free) && s.available(k, x, a, b) {
				gain, best, outA, outB = x.value-value, at, a, b
				break
			}
		}
	}
	try(0, *room, -1, -1)
	for p, pod := range *pods {
		i := pod.Shape
		free := minus(*room, s.in.items[i].size, -1)
		try(s.value[i], free, i, -1)
		for q := p; q < len(*pods); q++ {
			j := (*pods)[q].Shape
			if q == p && pod.Count < 2 {
				continue
			}
			try(s.value[i]+s.value[j], minus(free, s.in.items[j].size, -1), i, j)
		}
	}
	for _, pod := range *pods {
		s.onNode[pod.Shape] = 0
	}
	if best < 0 {
		return 0
	}
	s.swap(pods, room, &s.bundles[best], outA, outB)
	return gain
}

// swap takes pods of items a and b off the node, −1 for none, and puts the bundle's on it.
func (s *search) swap(pods *[]Placed, room *Vector, x *bundle, a, b int) {
	for _, i := range []int{a, b} {
		if i >= 0 {
			*pods = addPods(*pods, i, -1)
			*room = minus(*room, s.in.items[i].size, -1)
		}
	}
	for _, i := range []int{x.first, x.other} {
		if i >= 0 {
			*pods = addPods(*pods, i, 1)
			*room = minus(*room, s.in.items[i].size, 1)
		}
	}
	*pods = slices.DeleteFunc(*pods, func(pod Placed) bool { return pod.Count == 0 })
}

// available reports whether the pool has the bundle's pods beyond those on the node,
// when a and b leave it, and kind k may hold them.
func (s *search) available(k int, x *bundle, a, b int) bool {
	ok := func(i int) bool {
		n := s.onNode[i] + 1
		if x.other == x.first {
			n++
		}
		if a == i {
			n--
		}
		if b == i {
			n--
		}
		return n <= s.pool[i] && n <= s.in.items[i].most && s.in.allowed(i, k)
	}
	return ok(x.first) && (x.other < 0 || ok(x.other))
}
