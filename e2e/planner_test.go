package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// sixty is a scenario of averages, which every slider changes.
const sixty = "/?services=60&pods_per_service=3&pod_cpu_m=250&pod_memory_mib=512"

func TestAFirstVisitAnswersForARealApplication(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit("/")
	b.settled()
	if verdict := b.text(".verdict h1"); !strings.Contains(verdict, "12 services") {
		t.Errorf("the verdict reads %q", verdict)
	}
	if at := b.location(); !strings.Contains(at, "workloads=") {
		t.Errorf("the address %s does not hold the example", at)
	}
	bottom := eval[float64](b, `document.querySelector('.patterns tbody').getBoundingClientRect().bottom`)
	if bottom > float64(laptop.height) {
		t.Errorf("the patterns end at %.0f px, below the first screen of %d", bottom, laptop.height)
	}
}

func TestADraggedSliderChangesNumbersAndAddress(t *testing.T) {
	site := sharedSite(t)
	b := open(t, site, laptop)
	b.visit(sixty)
	b.settled()
	before := b.value("sidecar.nodes")
	b.drag("sl-proxy_cpu_m", 0.1, 0.8, 120)
	if focus := eval[string](b, "document.activeElement.id"); focus != "sl-proxy_cpu_m" {
		t.Errorf("focus went to %q", focus)
	}
	field := eval[string](b, "document.getElementById('in-proxy_cpu_m').value")
	b.until("the address holds the last value", fmt.Sprintf("new URLSearchParams(location.search).get('proxy_cpu_m') === %q", field))
	b.settled()
	if after := b.value("sidecar.nodes"); after == before {
		t.Errorf("sidecar nodes stayed at %s with proxies of %sm", after, field)
	}
	b.sameAsAPI()
	b.accessible("after a drag")
}

// While the hand holds the thumb still, the address follows though the gesture is not over.
func TestTheAddressFollowsAHandThatHoldsStill(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(sixty)
	b.settled()
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#sl-proxy_cpu_m")))
	box := eval[[]float64](b, `(() => { const r = document.getElementById('sl-proxy_cpu_m').getBoundingClientRect(); return [r.left, r.top + r.height / 2, r.width] })()`)
	mouse := func(kind input.DispatchMouseEventType, share float64) {
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: box[0] + box[2]*share, Y: box[1], Button: "left", Buttons: 1, ClickCount: 1})
	}
	const followed = "new URLSearchParams(location.search).get('proxy_cpu_m') === document.getElementById('in-proxy_cpu_m').value"
	mouse("mousePressed", 0.2)
	for share := 0.2; share < 0.5; share += 0.01 {
		mouse("mouseMoved", share)
	}
	b.until("the address of the held thumb", followed)
	held := b.location()
	mouse("mouseMoved", 0.7)
	mouse("mouseReleased", 0.7)
	b.until("the address of the released thumb", followed)
	b.settled()
	b.sameAsAPI()
	if b.location() == held {
		t.Error("the address did not follow after the pause")
	}
	// All of it was one gesture.
	b.click("#undo")
	b.until("the scenario before", "!new URLSearchParams(location.search).has('proxy_cpu_m') && document.getElementById('in-proxy_cpu_m').value === ''")
}

// Rows that nobody has touched travel as one field, touched ones as they are typed.
func TestUntouchedRowsTravelAsOneField(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit("/?workloads=web,D,3,250,512~db,S,2,500,1024")
	b.settled()
	const sent = `[...new FormData(document.getElementById('planner')).keys()].filter((name) => /^w(\.|orkloads$)/.test(name)).map((name) => name.replace(/\..*/, '')).filter((name, i, all) => all.indexOf(name) === i).join()`
	if got := eval[string](b, sent); got != "workloads" {
		t.Errorf("an untouched table is sent as %q", got)
	}
	before := b.value("none.cpu_requested_m")
	b.do(chromedp.SendKeys(chromedp.CSS("[name='w.1.replicas']"), "9\t")) // at the end or the beginning of what stands there
	b.until("the typed replicas are answered", "/~db,S,(29|92),/.test(decodeURIComponent(location.search))")
	b.settled()
	if got := eval[string](b, sent); got != "w" {
		t.Errorf("a touched table is sent as %q", got)
	}
	b.sameAsAPI()
	b.click("#undo")
	b.until("the rows before", "document.querySelector(\"[name='w.1.replicas']\").value === '2'")
	b.until("the numbers before", "document.querySelector(\"[data-field='none.cpu_requested_m']\").value === "+quoted(before))
	if got := eval[string](b, sent); got != "workloads" {
		t.Errorf("after undo the table is sent as %q", got)
	}
	b.click("#workloads [data-add-row]")
	if got := eval[string](b, sent); got != "w" {
		t.Errorf("with a new row the table is sent as %q", got)
	}
}

// sameAsAPI compares every number on the page with the API's for the same address.
func (b *tab) sameAsAPI() {
	b.t.Helper()
	shown := eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll('data[data-field]')].map((d) => [d.dataset.field, d.value]))`)
	if len(shown) < 20 {
		b.t.Fatalf("only %d numbers on the page", len(shown))
	}
	query := eval[string](b, "location.search")
	for field, value := range shown {
		status, api := get(b.t, b.site+"/api/v1/value/"+url.PathEscape(field)+query)
		if status != 200 || api != value {
			b.t.Errorf("%s: the page says %q, the API %d %q", field, value, status, api)
		}
	}
}

// drag moves a slider's thumb with the mouse from one share of its width to another.
func (b *tab) drag(id string, from, to float64, moves int) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#" + id)))
	box := eval[[]float64](b, fmt.Sprintf(`(() => { const r = document.getElementById(%q).getBoundingClientRect(); return [r.left, r.top, r.width, r.height] })()`, id))
	y := box[1] + box[3]/2
	b.do(chromedp.DragAndDropXY(box[0]+box[2]*from, y, box[0]+box[2]*to, y, moves))
}

func TestASavedScenarioOpensInAFreshProfileWithTheSameNumbers(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	b := open(t, site, laptop)
	b.visit(sixty + "&mtls_required=true&mesh_engineers=1&max_cost_growth=2")
	b.settled()
	verdict, nodes := b.text(".verdict h1"), b.value("ambient.nodes")
	b.click("button[formaction='/scenarios']")
	b.until("the saved page", "location.pathname.startsWith('/s/')")
	b.settled()
	if key := b.text("#edit-key"); len(key) < 20 {
		t.Errorf("the edit key reads %q", key)
	}
	b.accessible("just saved")
	other := open(t, site, laptop)
	other.visit(b.location())
	other.settled()
	if other.text(".verdict h1") != verdict || other.value("ambient.nodes") != nodes {
		t.Errorf("the link opens with %q and %s nodes, saved were %q and %s", other.text(".verdict h1"), other.value("ambient.nodes"), verdict, nodes)
	}
	if eval[bool](other, "!!document.querySelector('#edit-key')") {
		t.Error("the edit key is told to somebody else")
	}
	other.click("a.primary")
	other.until("the copy", "location.pathname === '/'")
	other.settled()
	other.sameAsAPI()
}

func TestANumberOpensToItsFormulaAndStaysOpen(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(sixty)
	b.settled()
	open := `.patterns [data-why="sidecar.nodes"]`
	b.click(open + " summary")
	b.until("the formula", "document.querySelector('"+open+" .formula')?.textContent.length > 20")
	b.accessible("with a formula open")
	before := b.text(open + " .panel")
	b.drag("sl-services", 0.2, 0.6, 10)
	b.until("the formula follows", "document.querySelector('"+open+" .panel').textContent.trim() !== "+quoted(before))
	if !eval[bool](b, "document.querySelector('"+open+"').open") {
		t.Error("the formula closed while a slider moved")
	}
}

func TestUndoAndRedoWalkThroughGestures(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(sixty)
	b.settled()
	first := b.value("sidecar.monthly_cost_usd")
	b.drag("sl-services", 0.2, 0.7, 20)
	b.until("an answer", "document.querySelector('[data-field=\"sidecar.monthly_cost_usd\"]').value !== "+quoted(first))
	b.settled()
	second, at := b.value("sidecar.monthly_cost_usd"), b.location()
	b.click("#undo")
	b.until("the first answer again", "document.querySelector('[data-field=\"sidecar.monthly_cost_usd\"]').value === "+quoted(first))
	if field := eval[string](b, "document.getElementById('in-services').value"); field != "60" {
		t.Errorf("undone, the field says %q", field)
	}
	b.click("#redo")
	b.until("the second answer again", "document.querySelector('[data-field=\"sidecar.monthly_cost_usd\"]').value === "+quoted(second))
	if b.location() != at {
		t.Errorf("redone, the address is %s, was %s", b.location(), at)
	}
}

func TestEverythingWorksWithoutScript(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	b := open(t, site, view{width: 1440, height: 900, noScript: true})
	b.do(chromedp.Navigate(site+"/"), chromedp.WaitVisible(chromedp.CSS(".verdict h1")))
	b.do(chromedp.SetValue(chromedp.CSS("#in-services"), "24"), chromedp.Click(chromedp.CSS("#inputs > button.primary")),
		chromedp.WaitVisible(chromedp.CSS(".verdict h1")))
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil || !strings.Contains(at, "services=24") || strings.Contains(at, "=&") {
		t.Errorf("planned, the address is %s (%v)", at, err)
	}
	verdict, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS(".verdict h1")))
	if err != nil || !strings.Contains(verdict, "24 services") {
		t.Errorf("the verdict reads %q (%v)", verdict, err)
	}
	b.do(chromedp.Click(chromedp.CSS(`.patterns [data-why="sidecar.nodes"] summary`)), chromedp.Click(chromedp.CSS(`.patterns [data-why="sidecar.nodes"] button`)),
		chromedp.WaitVisible(chromedp.CSS(".formula")), chromedp.Navigate(at), chromedp.WaitVisible(chromedp.CSS(".verdict h1")),
		chromedp.Click(chromedp.CSS("#part-strip .without-script button")), chromedp.WaitVisible(chromedp.CSS("#part-strip table")),
		chromedp.Navigate(at), chromedp.Click(chromedp.CSS("button[formaction='/scenarios']")), chromedp.WaitVisible(chromedp.CSS("#edit-key")))
}
