package e2e

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// decided is a scenario in which people, growth and versions are given.
const decided = "services=60&pods_per_service=3&pod_cpu_m=250&pod_memory_mib=512&mtls_required=true&mesh_engineers=1&max_cost_growth=1.6" +
	"&engineer_monthly_usd=9000&mesh_upkeep_engineers=0.5&mesh_training_usd=20000&hours_per_service_year=40&languages=3&hours_per_language_year=200" +
	"&workload_growth_per_year=0.3&observability=full&app_start_s=10&deploys_per_day=20&istio_version=1.27&kubernetes_version=1.33"

// sameAsDocuments compares every number of the decision's parts with the API's document
// for the same address.
func (b *tab) sameAsDocuments(query string) {
	b.t.Helper()
	shown := eval[[]map[string]string](b, `[...document.querySelectorAll('data[data-json]')].map((d) => ({ api: d.dataset.json, path: d.dataset.path, value: d.value }))`)
	if len(shown) < 40 {
		b.t.Fatalf("only %d numbers in the parts of the decision", len(shown))
	}
	documents := map[string]any{}
	for _, one := range shown {
		name := one["api"]
		if documents[name] == nil {
			status, body := get(b.t, b.site+"/api/v1/"+name+"?"+query)
			var document any
			if err := json.Unmarshal([]byte(body), &document); status != 200 || err != nil {
				b.t.Fatalf("%s: %d %v", name, status, err)
			}
			documents[name] = document
		}
		at := documents[name]
		for step := range strings.SplitSeq(one["path"], ".") {
			switch node := at.(type) {
			case map[string]any:
				at = node[step]
			case []any:
				i, err := strconv.Atoi(step)
				if err != nil || i >= len(node) {
					b.t.Fatalf("%s has no %s", name, one["path"])
				}
				at = node[i]
			}
		}
		number, ok := at.(float64)
		if !ok || strconv.FormatFloat(number, 'f', -1, 64) != one["value"] {
			b.t.Errorf("%s %s: the page says %s, the API %v", name, one["path"], one["value"], at)
		}
	}
}

func TestThePartsOfTheDecisionFollowThePlanWithTheNumbersOfTheAPI(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit("/?" + decided)
	b.settled()
	b.sameAsDocuments(decided)
	for _, part := range []string{"money", "rollout", "use", "network"} {
		if !eval[bool](b, `!!document.querySelector('#part-`+part+` .plot svg')`) {
			t.Errorf("%s has no drawing", part)
		}
	}
	b.click(`#part-strip [data-show="cost"]`)
	b.until("money is drawn", `[...document.querySelectorAll('#part-strip .plot text')].some((t) => t.textContent.startsWith('$'))`)
	if text := b.text("#part-versions"); !strings.Contains(text, "1.27") {
		t.Errorf("the version given is not spoken of: %s", text)
	}
	b.click("#part-failures .case summary")
	if !eval[bool](b, `document.querySelector('#part-failures .case[open] pre').textContent.includes('kubectl')`) {
		t.Error("no first command is shown")
	}
	b.accessible("with a way to fail open")
}

func TestTheDecisionAndItsRecordNeedNoScript(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	b := open(t, site, view{width: 1440, height: 900, noScript: true})
	b.do(chromedp.Navigate(site+"/?"+decided), chromedp.Click(chromedp.CSS("#part-money .without-script button")), chromedp.WaitVisible(chromedp.CSS("#part-money table")),
		chromedp.Click(chromedp.CSS("#part-files a.button")), chromedp.WaitVisible(chromedp.CSS("#r-decision")))
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil || !strings.Contains(at, "/record?services=60") {
		t.Errorf("the record stands at %s (%v)", at, err)
	}
}

// fourTeams is a list of one workload in each of four namespaces.
const fourTeams = "workloads=shop%2Fcart,D,3,200,300~pay%2Fpay,D,2,200,300~data%2Fdb,S,3,500,900~infra%2Flog,D,1,100,100"

// joining is the order of the roll-out as the page lists it.
func (b *tab) joining() string {
	b.t.Helper()
	return eval[string](b, `[...document.querySelectorAll('[data-order] li')].map((row) => row.dataset.unit).join(' ')`)
}

// The waves are dragged, moved by buttons or numbered; the order is in the address.
func TestTheWavesAreDraggedMovedAndNumbered(t *testing.T) {
	b := open(t, sharedSite(t), laptop)
	b.visit("/?" + fourTeams)
	b.settled()
	if got := b.joining(); got != "infra pay shop data" {
		t.Fatalf("the road offers %q", got)
	}
	ordered := func(what, want string) {
		t.Helper()
		b.until(what, `new URLSearchParams(location.search).get('rollout_order') === `+quoted(strings.ReplaceAll(want, " ", ",")))
		b.settled()
		if got := b.joining(); got != want {
			t.Errorf("after %s the waves are %q, want %q", what, got, want)
		}
	}
	b.click(`#unit-shop [data-move="-1"]`)
	ordered("a button", "infra shop pay data")
	if focus := eval[string](b, `document.activeElement.getAttribute('aria-label')`); focus != "Move shop up" {
		t.Errorf("after a button the focus is on %q", focus)
	}
	b.do(chromedp.KeyEvent("\r"))
	ordered("the keyboard", "shop infra pay data")
	eval[any](b, `(() => { const n = document.querySelector('#unit-data [name="page.place"]'); n.value = 2; n.dispatchEvent(new Event('change', { bubbles: true })); return true })()`)
	ordered("a number", "shop data infra pay")
	b.dragAbove(`#unit-pay .grip`, `#unit-shop`)
	ordered("a drag", "pay shop data infra")
	if waves := eval[string](b, `[...document.querySelectorAll('#part-rollout .chart tbody tr')].map((row) => row.cells[1].textContent.trim()).join(' ')`); waves != "pay shop data infra" {
		t.Errorf("the waves are %q", waves)
	}
	b.accessible("with an order of the roll-out")
	b.click(`[data-move="reset"]`)
	b.until("the order given up", `!new URLSearchParams(location.search).has('rollout_order')`)
	b.settled()
	if got := b.joining(); got != "infra pay shop data" {
		t.Errorf("without an order the waves are %q", got)
	}
}

// dragAbove takes one element with the mouse and drops it above another.
func (b *tab) dragAbove(from, above string) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS(from)))
	at := eval[map[string]float64](b, `(() => {
		const a = document.querySelector(`+quoted(from)+`).getBoundingClientRect(), b = document.querySelector(`+quoted(above)+`).getBoundingClientRect()
		return { x: a.x + a.width / 2, y: a.y + a.height / 2, to: b.y + 3 }
	})()`)
	mouse := func(kind input.DispatchMouseEventType, y float64) {
		call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at["x"], Y: y, Button: "left", Buttons: 1, ClickCount: 1})
	}
	mouse("mousePressed", at["y"])
	for step := 1.0; step <= 5; step++ {
		mouse("mouseMoved", at["y"]+(at["to"]-at["y"])*step/5)
	}
	mouse("mouseReleased", at["to"])
}

func TestManifestsAreCheckedFromTheChecklist(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	for _, noScript := range []bool{false, true} {
		b := open(t, site, view{width: 390, height: 844, noScript: noScript})
		b.do(chromedp.Navigate(site+"/decision?"+decided), chromedp.Click(chromedp.CSS(`#part-before a[href^="/checks?"]`)), chromedp.WaitVisible(chromedp.CSS("textarea")),
			chromedp.SendKeys(chromedp.CSS("textarea"), "kind: Deployment\nmetadata: {name: cart}\nspec: {replicas: 2}\n"), chromedp.Click(chromedp.CSS("form .primary")), chromedp.WaitVisible(chromedp.CSS("#gateways")))
		if text, err := chromedp.Run(b.ctx, chromedp.TextContent(chromedp.CSS("#before"))); err != nil || !strings.Contains(text, "1 of 1 workloads with two replicas or more have none: cart") {
			t.Errorf("%v %s", err, text)
		}
	}
}

// On paper of the width of A4 no word of the record's tables is broken.
func TestTheRecordPrintsWholeWords(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), view{width: 680, height: 980})
	b.visit("/record?" + decided)
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	if broken := eval[string](b, `[...document.querySelectorAll('.record :is(td, th)')].flatMap((cell) => [...cell.childNodes].filter((n) => n.nodeType === 3 && /^\s*\S{1,12}\s*$/.test(n.data))).filter((n) => {
		const range = document.createRange()
		range.selectNodeContents(n)
		return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1
	}).map((n) => n.data.trim()).join(' ')`); broken != "" {
		t.Errorf("broken words: %s", broken)
	}
	if wide := eval[bool](b, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the record is wider than its paper")
	}
	if links := eval[int](b, `document.querySelectorAll('.record section:last-of-type a[href^="https://"]').length`); links < 5 {
		t.Errorf("%d sources are links", links)
	}
}
