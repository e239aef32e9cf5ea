package templates

import (
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

func TestNumbersReadAsArchitectsWriteThem(t *testing.T) {
	ratio := func(v float64) *float64 { return &v }
	for _, c := range []struct{ got, want string }{
		{Whole(0), "0"}, {Whole(999), "999"}, {Whole(1000), "1,000"}, {Whole(-1234567), "−1,234,567"}, {minus(Plain(-2)), "−2"}, {minus(Plain(1.5)), "1.5"},
		{Dollars(70.08), "$70.08"}, {Dollars(3364.4), "$3,364"}, {Dollars(-18), "−$18"}, {Dollars(0), "$0"},
		{Growth(nil), "–"}, {Growth(ratio(1)), "±0 %"}, {Growth(ratio(1.0643)), "+6.4 %"}, {Growth(ratio(1.1667)), "+17 %"},
		{Growth(ratio(3)), "+200 %"}, {Growth(ratio(0.9)), "−10 %"}, {Growth(ratio(1.09)), "+9 %"},
		{CPU(1570), "1.57 vCPU"}, {CPU(45000), "45 vCPU"}, {CPU(123456), "123 vCPU"}, {CPU(0), "0 vCPU"},
		{Memory(128), "128 MiB"}, {Memory(1368), "1.34 GiB"}, {Memory(2 << 20), "2 TiB"},
		{Count(1, "node"), "1 node"}, {Count(1200, "pod"), "1,200 pods"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryInputOfTheModelIsOfferedOnce(t *testing.T) {
	names := offered()
	for _, p := range model.Params() {
		if n := count(names, p.Name); n != 1 {
			t.Errorf("%s is offered %d times", p.Name, n)
		}
	}
	for _, name := range names {
		if _, known := model.ParamByName(name); !known {
			t.Errorf("%s is offered and no input", name)
		}
	}
}

func count(list []string, one string) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s != one }))
}

func TestSlidersStayWithinTheirParameters(t *testing.T) {
	for _, g := range groups {
		for _, c := range slices.Concat(g.main, g.more) {
			p := c.param()
			if c.step > 0 && (p.Min != nil && c.from < *p.Min || p.Max != nil && c.to > *p.Max || c.from >= c.to) {
				t.Errorf("%s slides from %v to %v, allowed is %s", c.name, c.from, c.to, p.Allowed())
			}
		}
	}
}

func TestNumbersOfAColumnHaveOneUnitAndOneCountOfDecimals(t *testing.T) {
	cpu := cpuColumn([]int64{46900, 50000, 9870})
	memory, small := memoryColumn([]int64{1 << 20, 512}), memoryColumn([]int64{900, 5})
	for _, c := range []struct{ got, want string }{
		{cpu.text(46900), "46.9 vCPU"}, {cpu.text(50000), "50.0 vCPU"}, {cpu.text(9870), "9.9 vCPU"},
		{cpuColumn([]int64{4320, 2800}).text(2800), "2.80 vCPU"}, {cpuColumn([]int64{1234567}).text(1234567), "1,235 vCPU"},
		{memory.text(1 << 20), "1.00 TiB"}, {small.text(5), "5 MiB"}, {memoryColumn([]int64{120832, 94310}).text(94310), "92 GiB"},
		{tenths(0.5), "+50.0 %"}, {tenths(0.0641), "+6.4 %"}, {tenths(-0.0001), "±0.0 %"}, {tenths(-0.02), "−2.0 %"}, {cpuColumn(nil).text(0), "0.00 vCPU"},
	} {
		if got := strings.ReplaceAll(c.got, space, " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestAFieldKeepsItsNameAtTheStartOfASentence(t *testing.T) {
	for text, want := range map[string]string{"pod_cpu_m is 9": "pod_cpu_m is 9.", "give pod_cpu_m as a number": "Give pod_cpu_m as a number.", "": ""} {
		if got := aboutField("pod_cpu_m", text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
