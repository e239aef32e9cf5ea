package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Node types are found by size, price and name as somebody writes them, the cheapest first.
// What should be found is told by the cells of each row.
func TestNodeTypesAreFoundBySizePriceAndName(t *testing.T) {
	b := open(t, sharedSite(t), laptop)
	b.visit("/nodes")
	b.until("the search is ready", "document.getElementById('found').textContent.includes(' of ')")
	found := func(typed string) []string {
		t.Helper()
		return eval[[]string](b, `((box) => {
			box.value = `+quoted(typed)+`
			box.dispatchEvent(new Event('input', { bubbles: true }))
			return [...document.querySelectorAll('#types tbody tr:not([hidden])')].map((row) => row.dataset.name)
		})(document.querySelector('[data-search]'))`)
	}
	for typed, fits := range map[string]string{
		"8 vcpu":               "vcpu === 8",
		"8 vCPU 32 GiB":        "vcpu === 8 && gib === 32",
		"8vcpu, 32gb cheapest": "vcpu === 8 && gib === 32",
		"8 32":                 "vcpu === 8 && gib === 32",
		"8x32":                 "vcpu === 8 && gib === 32",
		"8 / 32":               "vcpu === 8 && gib === 32",
		"32 gib":               "gib === 32",
		"16":                   "vcpu === 16 || gib === 16",
		"at least 64 cores":    "vcpu >= 64",
		"8+ vcpu under 16 gib": "vcpu >= 8 && gib <= 16",
		"under 0.2":            "usd <= 0.2",
		"<$0.2":                "usd <= 0.2",
		"$0.10":                "usd >= 0.095 && usd <= 0.105",
		"over $1 an hour":      "usd >= 1",
		"under $100 a month":   "usd * 730 <= 100",
		"m6i":                  "name.startsWith('m6i')",
		"arm64 8 vcpu":         "arm && vcpu === 8",
		"no such type":         "false",
		"":                     "true",
	} {
		want := eval[[]string](b, `[...document.querySelectorAll('#types tbody tr')].filter((row) => {
			const vcpu = parseInt(row.cells[1].textContent), usd = Number(row.cells[6].textContent.slice(1))
			const [size, unit] = row.cells[2].textContent.replace(',', '').split(/\s/)
			const gib = unit === 'TiB' ? size * 1024 : unit === 'MiB' ? size / 1024 : Number(size)
			const name = row.cells[0].textContent, arm = name.includes('arm64')
			return `+fits+`
		}).map((row) => row.dataset.name)`)
		got := found(typed)
		slices.Sort(want)
		if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, want) || len(want) == 0 && fits != "false" {
			t.Errorf("%q finds %d types, not %d: %.200v", typed, len(got), len(want), got)
		}
	}
	cheapest := found("8 vcpu 32 gib")
	if prices := eval[[]float64](b, `[...document.querySelectorAll('#types tbody tr:not([hidden])')].map((row) => Number(row.cells[6].textContent.slice(1)))`); !slices.IsSorted(prices) {
		t.Errorf("the prices are in no order: %v", prices)
	}
	if told := b.text("#found"); !strings.Contains(told, "the cheapest is "+cheapest[0]+" at $") {
		t.Errorf("the page says %q", told)
	}
	found("")
	b.do(chromedp.Focus(chromedp.CSS("[data-search]")), chromedp.KeyEvent("8 32"))
	b.until("what is typed by hand is found", "document.getElementById('found').textContent.includes("+quoted(cheapest[0])+")")
}
