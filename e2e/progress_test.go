package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// hard is a scenario whose plans are quick to make and whose tight packing takes long,
// so that whoever watches it always ends it first: a few large pods of sizes off any grid
// fit a node, so that no proof is near.
func hard() string {
	rows := make([]string, 24)
	for i := range rows {
		rows[i] = fmt.Sprintf("w%d,D,%d,%d,%d", i, 2+i*5%8, 1100+i*i*37%2500, 3000+i*i*53%14000)
	}
	return "/?" + url.Values{"workloads": {strings.Join(rows, "~")}}.Encode()
}

// A tight packing is worked out after everything else, tells how its cost closes in on the
// bound, and while it runs the page answers: a changed input has its plan at once, and the
// run for the scenario before ends. Stopped, it shows what it has found.
func TestASlowTightPackingRefinesVisiblyAndNeverBlocks(t *testing.T) {
	b := open(t, startSite(t, "-timeout", "10m"), laptop) // so that no limit ends a run either
	b.visit(hard())
	const run = "#part-tight .run"
	running := "!document.querySelector(" + quoted(run) + ").hidden"
	far := "document.querySelector(" + quoted(run+" .far") + ").textContent"
	b.until("the tight packing tells how far it is", running+" && /proved no less than/.test("+far+")")
	if waiting := eval[[]string](b, `[...document.querySelectorAll('[data-part][aria-busy]')].map((part) => part.id)`); len(waiting) != 1 {
		t.Errorf("the tight packing keeps %v waiting", waiting)
	}
	const told = "((run) => run.querySelector('.far').textContent + run.querySelector('progress').value)(document.querySelector(" + `"` + run + `"` + "))"
	first := eval[string](b, told)
	b.until("the tight packing closes in", told+" !== "+quoted(first))
	if eval[bool](b, "document.querySelector('[data-updating]') !== null") {
		t.Error("numbers that do not wait for the packing are marked as updating")
	}
	b.click(run + " [data-stop]")
	b.until("the packing stops", "!("+running+")")
	if text := b.text("#part-tight .body"); !strings.Contains(text, "Stopped: these are the best packings found by then.") {
		t.Errorf("a stopped packing reads %.300s", text)
	}
	b.click("#part-tight [data-again]")
	b.until("the packing runs again", running+" && /proved no less than/.test("+far+")")
	before := b.value("sidecar.nodes")
	eval[bool](b, `(() => {
		new MutationObserver(() => { window.ranOn ??= `+running+` }).observe(document.querySelector('[data-field="sidecar.nodes"]'), { attributes: true })
		const field = document.querySelector('#planner [name="services"]')
		field.value = 40
		field.dispatchEvent(new Event('input', { bubbles: true }))
		return true
	})()`)
	b.until("the plan of the new input", `document.querySelector('[data-field="sidecar.nodes"]').value !== `+quoted(before))
	if !eval[bool](b, "window.ranOn === true") {
		t.Error("the plan waited for the packing to end, or the packing is over: a harder scenario is needed")
	}
	b.until("the run for the scenario before ends", `document.querySelector('#part-tight[aria-busy]') && !(`+running+`)`)
}

// slow is a scenario of so many pod shapes that its analyses can be watched.
func slow() string {
	var rows []string
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("w%d,D,%d,%d,%d", i, 2+i%7, 60+17*i, 90+31*i))
	}
	return "/?" + url.Values{"workloads": {strings.Join(rows, "~")}, "mtls_required": {"true"}}.Encode()
}

// The button is pressed by script the moment it appears, by keyboard focus: on a fast
// machine a run is over before a mouse gets there.
func TestALongAnalysisTellsHowFarItIsAndCanBeStopped(t *testing.T) {
	b := open(t, startSite(t), view{width: 390, height: 844})
	b.visit(slow())
	eval[bool](b, `(() => {
		const part = document.querySelector('#part-uncertainty')
		window.told = []
		new MutationObserver((_, watching) => {
			const run = part.querySelector('.run')
			if (run.hidden) return
			const far = run.querySelector('.far').textContent
			if (window.told.at(-1) !== far) window.told.push(far)
			const stop = run.querySelector('[data-stop]')
			if (/^[1-9]/.test(far) && !stop.disabled) { stop.focus(); stop.click(); watching.disconnect() }
		}).observe(part, { subtree: true, childList: true, attributes: true, characterData: true })
		return true
	})()`)
	b.settled()
	told := eval[[]string](b, "window.told")
	if len(told) == 0 || !strings.Contains(told[len(told)-1], " plans") {
		t.Fatalf("the part told %q", told)
	}
	if text := b.text("#part-uncertainty .body"); !strings.Contains(text, "Stopped after") {
		t.Errorf("stopped at %q, the part reads %.300s", told, text)
	}
	if eval[bool](b, "!document.querySelector('#part-uncertainty .run').hidden") {
		t.Error("the bar stays when the run is over")
	}
	b.accessible("with a stopped part")
	b.click("#part-uncertainty [data-again]")
	b.settled()
	if text := b.text("#part-uncertainty .body"); strings.Contains(text, "Stopped after") {
		t.Errorf("worked out to the end, it still says %.300s", text)
	}
}
