package analysis

import (
	"math"
	"strconv"
)

// tidy removes what binary fractions leave behind: 0.30000000000000004 becomes 0.3.
func tidy(v float64) float64 { return math.Round(v*1e9) / 1e9 }

// text writes a number as an input field takes it: no exponent, no trailing zeros.
func text(v float64) string { return strconv.FormatFloat(tidy(v), 'f', -1, 64) }

// rounded is v to so many decimals.
func rounded(v float64, decimals int) float64 {
	unit := math.Pow10(decimals)
	return math.Round(v*unit) / unit
}

// roundTogether rounds parts to so many decimals so that they still add up, exactly, to
// the rounded total: each is the difference of rounded running sums, and the last takes
// what is left. A part of zero stays zero, unless it is the last.
func roundTogether(parts []float64, total float64, decimals int) []float64 {
	unit := math.Pow10(decimals)
	out := make([]float64, len(parts))
	sum, before := 0.0, 0.0
	for i, p := range parts {
		sum += p
		now := math.Round(sum * unit)
		if i == len(parts)-1 {
			now = math.Round(total * unit)
		}
		out[i] = (now - before) / unit
		before = now
	}
	return out
}
