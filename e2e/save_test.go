package e2e

import (
	"strings"
	"testing"
)

// A saved chart is read where its page is not: it has a ground, its title and its legend.
func TestASavedChartCarriesTitleLegendAndGround(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), view{width: 1440, height: 900, dark: true})
	b.visit(sixty)
	b.settled()
	eval[bool](b, `(() => {
		window.saved = []
		const made = URL.createObjectURL
		URL.createObjectURL = (blob) => { window.saved.push(blob); return made.call(URL, blob) }
		return true
	})()`)
	b.click("#nodes [data-save=svg]")
	b.until("the chart is saved", "window.saved.length === 1")
	file := eval[string](b, "window.saved[0].text()")
	for _, part := range []string{"Nodes of every pattern, with the share that each kind of pod takes</text>", ">stranded</text>", ">No mesh</text>", `<rect width="100%" height="100%" fill="rgb(`, "font-family="} {
		if !strings.Contains(file, part) {
			t.Errorf("the saved chart lacks %s", part)
		}
	}
	b.click("#nodes [data-save=png]")
	b.until("the picture is saved", "window.saved.length === 2")
	if size := eval[[]int](b, "createImageBitmap(window.saved[1]).then((p) => [p.width, p.height])"); size[0] < 800 || size[1] < 700 {
		t.Errorf("the picture is %v px", size)
	}
}
