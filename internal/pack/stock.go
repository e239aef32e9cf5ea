package pack

// stock is what is left of the limited node types while zones are planned in turn.
type stock struct {
	p       *Problem
	left    []int64 // per type; maxTotal without limit
	zones   int64   // zones still to be planned
	limited bool
}

func newStock(p *Problem) *stock {
	st := &stock{p: p, left: make([]int64, len(p.NodeTypes)), zones: int64(max(p.Zones, 1))}
	for t := range st.left {
		st.left[t] = maxTotal
		if limit := p.NodeTypes[t].Limit; limit != 0 {
			st.left[t], st.limited = max(0, limit), true
		}
	}
	return st
}

// readmit lets types that take no pods be kept empty, as many as p has.
func (st *stock) readmit(p *Problem) {
	for t := range st.left {
		if st.p.NodeTypes[t].Limit == noNodes {
			st.left[t] = p.NodeTypes[t].Limit
		}
	}
}

func (st *stock) take(t int, n int64) { st.left[t] -= n }
func (st *stock) zoneDone()           { st.zones-- }

// limits are the limits for the next zone in the form that reduce takes: its even
// part of what is left, or everything.
func (st *stock) limits(all bool) []int64 {
	limits := make([]int64, len(st.left))
	for t, left := range st.left {
		switch {
		case st.p.NodeTypes[t].Limit == 0:
		case left == 0:
			limits[t] = -1
		case all:
			limits[t] = left
		default:
			limits[t] = ceilDiv(left, st.zones)
		}
	}
	return limits
}

// cheapest is the cheapest type that is left and passes keep; -1 if none.
func (st *stock) cheapest(keep func(t int) bool) int {
	best := -1
	for t := range st.left {
		if st.left[t] > 0 && keep(t) && (best < 0 || st.p.NodeTypes[t].Price < st.p.NodeTypes[best].Price) {
			best = t
		}
	}
	return best
}
