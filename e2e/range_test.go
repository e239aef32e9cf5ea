package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused says which element has the focus, by its name or id.
func (b *tab) focused() string {
	b.t.Helper()
	return eval[string](b, "document.activeElement.name || document.activeElement.id")
}

// in is an input's value in the address, "" without one.
func in(name string) string {
	return `(new URLSearchParams(location.search).get(` + quoted(name) + `) ?? '')`
}

// A range is opened, filled and taken away by keyboard; the card of regret follows it.
func TestARangeIsGivenAndTakenAwayByKeyboard(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(sixty + "&mtls_required=true&mesh_engineers=1&max_cost_growth=1.4")
	b.settled()
	before := b.text("#part-regret .body")
	label := eval[string](b, `document.querySelector('#add-interval option[value=pod_cpu_m]').textContent`)
	b.do(chromedp.Focus(chromedp.CSS("#add-interval")), chromedp.KeyEvent(label))
	b.until("a row for the choice", "document.getElementById('interval-pod_cpu_m')")
	if focus := eval[string](b, "document.activeElement.id"); focus != "add-interval" {
		t.Errorf("while choosing by keys the focus went to %q", focus)
	}
	b.do(chromedp.KeyEvent("\r"))
	b.until("a row with the focus in it", "document.activeElement.name === 'pod_cpu_m_low'")
	if chosen := eval[string](b, "document.getElementById('add-interval').value"); chosen != "" {
		t.Errorf("the choice still offers %q", chosen)
	}
	b.do(chromedp.KeyEvent("100\t250\t600\t"))
	b.until("the range in the address", in("pod_cpu_m_low")+" === '100' && "+in("pod_cpu_m_high")+" === '600'")
	b.settled()
	b.sameAsAPI()
	after := b.text("#part-regret .body")
	if after == before || !strings.Contains(after, "loses least over") {
		t.Errorf("with a range the regret reads %.300s", after)
	}
	b.accessibleInBoth("with a range")

	// Wrong ends are named at the row, and the answers stay.
	b.do(chromedp.Focus(chromedp.CSS("[name=pod_cpu_m_low]")), chromedp.KeyEvent("9")) // 9 behind 100
	b.until("what is wrong at the row", "document.querySelector('#interval-pod_cpu_m .error')?.textContent.includes('low')")
	if focus := b.focused(); focus != "pod_cpu_m_low" {
		t.Errorf("the focus went to %q", focus)
	}
	b.accessible("with a wrong range")
	b.do(chromedp.KeyEvent("\b"))
	b.until("nothing wrong any more", "!document.querySelector('#interval-pod_cpu_m .error')")

	b.do(chromedp.Focus(chromedp.CSS("#interval-pod_cpu_m [data-remove-interval]")), chromedp.KeyEvent("\r"))
	b.until("no range in the address", in("pod_cpu_m_low")+" === ''")
	if focus := b.focused(); !strings.Contains(focus, "interval") {
		t.Errorf("without the row the focus is on %q", focus)
	}
	b.settled()
	if again := b.text("#part-regret .body"); again != before {
		t.Errorf("without the range the regret reads %.300s", again)
	}
}

// On paper the ranges are among the inputs, nothing is cut off, and no button is left.
func TestRangesAndRegretFitOnPaper(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(sixty + "&mtls_required=true&pod_cpu_m_low=100&pod_cpu_m_high=600")
	b.settled()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	const a4 = 688 // px between the margins of A4
	b.do(chromedp.EmulateViewport(a4, 1000))
	eval[bool](b, "dispatchEvent(new Event('beforeprint'))")
	b.until("the chart as wide as the paper", "document.documentElement.scrollWidth <= innerWidth")
	cut := eval[[]string](b, `[...document.querySelectorAll('#part-regret .scroll, #part-uncertainty .scroll')]
		.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.ariaLabel + ' ' + e.scrollWidth + ' > ' + e.clientWidth)`)
	if len(cut) > 0 {
		t.Errorf("cut off on paper: %q", cut)
	}
	if !eval[bool](b, `document.querySelector('#interval-pod_cpu_m [name=pod_cpu_m_high]').checkVisibility()`) {
		t.Error("the range is not on the paper")
	}
	left := eval[[]string](b, `[...document.querySelectorAll('#part-regret button, #interval-pod_cpu_m button, #add-interval')].filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80))`)
	if len(left) > 0 {
		t.Errorf("on paper there is %q", left)
	}
}

// Enter in a field plans; it presses none of the buttons that explain or save.
func TestEnterInAFieldPlans(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	b := open(t, site, laptop)
	b.visit(sixty)
	b.do(chromedp.Focus(chromedp.CSS("#in-services")), chromedp.KeyEvent(kb.End+"7\r"))
	b.until("the plan", in("services")+" === '607'")
	if at := b.location(); !strings.HasPrefix(at, "/?") {
		t.Errorf("Enter leads to %s", at)
	}
	plain := open(t, site, view{width: 1440, height: 900, noScript: true})
	plain.do(chromedp.Navigate(site+sixty), chromedp.Focus(chromedp.CSS("#in-services")), chromedp.KeyEvent(kb.End+"7\r"), chromedp.WaitVisible(chromedp.CSS("input#in-services[value='607']")))
	if at, err := chromedp.Run(plain.ctx, chromedp.Location()); err != nil || !strings.Contains(at, "/?services=607") {
		t.Errorf("without script Enter leads to %s (%v)", at, err)
	}
}
