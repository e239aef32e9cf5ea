package pack

import "math/bits"

// wide is an unsigned 128-bit sum of products: exact where int64 would overflow.
type wide struct{ hi, lo uint64 }

// addMul returns w + a·b for non-negative a and b.
func (w wide) addMul(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(w.lo, lo, 0)
	hi, _ = bits.Add64(w.hi, hi, carry)
	return wide{hi, lo}
}

// addWide returns w + v·n for a v·n below 2^127, which validated totals ensure.
func (w wide) addWide(v wide, n int64) wide {
	hi, lo := bits.Mul64(v.lo, uint64(n))
	hi += v.hi * uint64(n)
	lo, carry := bits.Add64(w.lo, lo, 0)
	hi, _ = bits.Add64(w.hi, hi, carry)
	return wide{hi, lo}
}

// sub returns w − v, or zero where that is negative.
func (w wide) sub(v wide) wide {
	if !v.less(w) {
		return wide{}
	}
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	hi, _ := bits.Sub64(w.hi, v.hi, borrow)
	return wide{hi, lo}
}

func (w wide) less(v wide) bool { return w.hi < v.hi || w.hi == v.hi && w.lo < v.lo }

// fits reports whether w is at most v.
func (w wide) atMost(v int64) bool { return w.hi == 0 && w.lo <= uint64(v) }

// shiftCeil returns ⌈w / 2^k⌉, saturated at maxTotal.
func (w wide) shiftCeil(k uint) int64 {
	if k > 0 {
		if w.lo<<(64-k) != 0 {
			lo, carry := bits.Add64(w.lo, 1<<k-1, 0)
			w = wide{w.hi + carry, lo}
		}
		w = wide{w.hi >> k, w.lo>>k | w.hi<<(64-k)}
	}
	if !w.atMost(maxTotal) {
		return maxTotal
	}
	return int64(w.lo)
}

// divCeil returns ⌈w / d⌉, saturated at maxTotal.
func (w wide) divCeil(d int64) int64 {
	if w.hi >= uint64(d) {
		return maxTotal
	}
	q, rest := bits.Div64(w.hi, w.lo, uint64(d))
	if rest > 0 {
		q++
	}
	return int64(min(q, uint64(maxTotal)))
}

// float is w rounded to float64.
func (w wide) float() float64 { return float64(w.hi)*(1<<64) + float64(w.lo) }
