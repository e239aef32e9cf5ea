package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stop is where the focus is.
type stop struct {
	Name  string // what it is, for messages
	There bool   // what was looked for
	Flaw  string // why somebody without a mouse would be lost
}

// tabTo presses Tab until the focused element e is what is looked for. Every stop on the way
// must be in sight and show that it has the focus.
func (b *tab) tabTo(what, is string) {
	b.t.Helper()
	const most = 150
	for range most {
		b.do(chromedp.KeyEvent(kb.Tab))
		at := eval[stop](b, `((e) => {
			const box = e.getBoundingClientRect()
			const marked = (one) => {
				const look = one && getComputedStyle(one)
				return look && (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== 'none')
			}
			const flaw = e === document.body ? 'nothing has the focus'
				: !e.checkVisibility({ visibilityProperty: true }) ? 'not to be seen'
				: box.bottom <= 0 || box.top >= innerHeight ? 'out of sight'
				: !e.matches(':focus-visible') || ![e, e.parentElement, e.nextElementSibling, e.closest('label')].some(marked) ? 'no mark of the focus' : ''
			return { Name: e.tagName + '#' + e.id + ' ' + (e.name ?? '') + ' ' + (e.ariaLabel ?? e.textContent).trim().slice(0, 40), There: !!(`+is+`), Flaw: flaw }
		})(document.activeElement)`)
		if at.Flaw != "" {
			b.t.Errorf("on the way to %s: %s: %s", what, at.Name, at.Flaw)
		}
		if at.There {
			return
		}
	}
	b.t.Fatalf("%d times Tab do not lead to %s", most, what)
}

// press sends keys to what has the focus.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// From the first look to a saved scenario without the mouse: over the navigation, a formula
// opened and closed, a slider, a preset, undo, and the button that saves.
func TestAScenarioIsPlannedAndSavedByKeyboardAlone(t *testing.T) {
	b := open(t, sharedSite(t), laptop)
	b.visit("/?services=40&mtls_required=true")
	b.partsLoaded() // the script is there
	b.tabTo("the skip link", "e.matches('.skip')")
	b.press("\r")
	b.until("the skip link leads to the content", "document.activeElement.id === 'main'")

	b.tabTo("a number that opens", "e.matches('.why > summary')")
	b.press("\r")
	b.until("the formula", "document.querySelector('.why[open] .panel').textContent.trim() !== ''")
	b.press(kb.Escape)
	b.until("Escape closes it and the focus is where it was", "!document.querySelector('.why[open]') && document.activeElement.matches('.why > summary')")

	b.tabTo("the services slider", "e.type === 'range' && e.dataset.slides === 'in-services'")
	b.press(kb.ArrowRight)
	b.until("one step more in the address", in("services")+" === document.getElementById('in-services').value && "+in("services")+" !== '40'")
	stepped := eval[string](b, in("services"))

	b.tabTo("the presets", "e.name === 'preset'")
	b.press(kb.ArrowDown)
	b.until("the next preset", in("preset")+" !== '' && document.activeElement.name === 'preset' && document.activeElement.checked")
	b.until("all answers of the preset", "!document.querySelector('#planner [aria-busy]:not([data-part])')")
	b.sameAsAPI()
	b.do(chromedp.Focus(chromedp.CSS("#undo")))
	b.press(" ")
	b.until("the preset undone", in("preset")+" === '' && "+in("services")+" === "+quoted(stepped))

	b.do(chromedp.Focus(chromedp.CSS("#in-title")))
	b.press("planned by keyboard")
	b.do(chromedp.Focus(chromedp.CSS(".skip")))
	b.tabTo("the button that saves", "e.type === 'submit' && e.getAttribute('formaction') === '/scenarios'")
	b.press("\r")
	b.until("the saved scenario", "location.pathname.startsWith('/s/') && document.querySelector('main')")
	if page := b.text("main"); !strings.Contains(page, "planned by keyboard") {
		t.Errorf("the saved page reads %.300s", page)
	}
}
