package templates

import (
	"math"
	"slices"
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

// tenths writes a share as a signed percentage with one decimal.
func tenths(share float64) string {
	text := strconv.FormatFloat(math.Abs(share)*100, 'f', 1, 64)
	sign := "+"
	if text == "0.0" {
		sign = "±"
	} else if share < 0 {
		sign = "−"
	}
	return sign + text + space + "%"
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

// column writes the numbers of a table's column in one unit and with one count of decimals,
// those of the largest number, so that digits of one weight stand under each other.
type column struct {
	scale    float64 // of the unit
	decimals int
	unit     string
}

// cpuColumn is the column of amounts in millicores, in vCPU.
func cpuColumn(millicores []int64) column { return columnOf(millicores, 1000, "vCPU") }

// memoryColumn is the column of amounts in MiB, in MiB, GiB or TiB.
func memoryColumn(mebibytes []int64) column {
	switch most := slices.Max(append(mebibytes, 0)); {
	case most < 1024:
		return column{1, 0, "MiB"}
	case most < 1<<20:
		return columnOf(mebibytes, 1024, "GiB")
	}
	return columnOf(mebibytes, 1<<20, "TiB")
}

func columnOf(amounts []int64, scale float64, unit string) column {
	c := column{scale, 0, unit}
	switch most := float64(slices.Max(append(amounts, 0))) / scale; {
	case most < 10:
		c.decimals = 2
	case most < 100:
		c.decimals = 1
	}
	return c
}

func (c column) text(amount int64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(float64(amount)/c.scale, 'f', c.decimals, 64), ".")
	n, _ := strconv.ParseInt(whole, 10, 64) // digits
	text := Whole(n)
	if part != "" {
		text += "." + part
	}
	return text + space + c.unit
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
