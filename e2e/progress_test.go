package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

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
