package templates

import (
	"math"
	"strconv"
	"strings"
)

// space keeps a number and its unit on one line.
const space = " "

// Whole writes 12345 as 12,345.
func Whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Dollars writes an amount of money: whole dollars, cents below one hundred.
func Dollars(usd float64) string {
	sign := ""
	if usd < 0 {
		sign, usd = "−", -usd
	}
	if usd < 100 && usd != math.Trunc(usd) {
		return sign + "$" + strconv.FormatFloat(usd, 'f', 2, 64)
	}
	return sign + "$" + Whole(int64(math.Round(usd)))
}

// Growth writes after ÷ before as a change: 1.09 is +9 %. Growth from nothing has no number.
func Growth(ratio *float64) string {
	if ratio == nil {
		return "–"
	}
	return Change(*ratio - 1)
}

// Change writes a share as a signed percentage, with one decimal below ten percent.
func Change(share float64) string {
	decimals := 0
	if math.Abs(share) < 0.0995 && math.Abs(share) >= 0.0005 {
		decimals = 1
	}
	text := strconv.FormatFloat(math.Abs(share)*100, 'f', decimals, 64)
	text = strings.TrimSuffix(text, ".0") + space + "%"
	switch {
	case math.Abs(share) < 0.0005:
		return "±0" + space + "%"
	case share < 0:
		return "−" + text
	}
	return "+" + text
}

// Share writes a share as a percentage.
func Share(share float64) string {
	return strings.TrimPrefix(strings.TrimPrefix(Change(share), "+"), "±")
}

// CPU writes millicores as vCPU.
func CPU(millicores int64) string { return compact(float64(millicores)/1000) + space + "vCPU" }

// Memory writes MiB as MiB, GiB or TiB.
func Memory(mebibytes int64) string {
	switch {
	case mebibytes < 1024:
		return Whole(mebibytes) + space + "MiB"
	case mebibytes < 1<<20:
		return compact(float64(mebibytes)/1024) + space + "GiB"
	}
	return compact(float64(mebibytes)/(1<<20)) + space + "TiB"
}

// compact keeps three significant digits of small numbers and groups large ones.
func compact(v float64) string {
	switch {
	case v >= 100:
		return Whole(int64(math.Round(v)))
	case v >= 10:
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	}
	text := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// Plain writes a number as the API does: no grouping, no exponent.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// minus writes a plain number with the sign of the other numbers of a page.
func minus(number string) string { return strings.Replace(number, "-", "−", 1) }

// Count writes a number with its noun: 1 node, 2 nodes.
func Count(n int64, noun string) string {
	if n == 1 {
		return "1" + space + noun
	}
	return Whole(n) + space + noun + "s"
}
