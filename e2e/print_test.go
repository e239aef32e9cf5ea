package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func TestThePlanPrintsAsAReportOfAFewPages(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit(answered)
	b.settled()
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if len(pdf) < 20_000 || string(pdf[:5]) != "%PDF-" {
		t.Errorf("the report is %d bytes", len(pdf))
	}
	if folder := os.Getenv("E2E_SHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "report.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// On paper of the width of A4 no table is cut off, and nothing is left that only a screen
// can do: no button, nothing to open, no field to fill in.
func TestNothingIsCutOffOrLeftToPressOnPaper(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), view{width: 688, height: 1000})
	b.visit("/")
	saved := eval[string](b, `fetch('/api/v1/scenarios', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"quick":{"services":60}}' }).then((r) => r.json()).then((s) => '/s/' + s.id)`)
	for _, path := range []string{saved, answered, "/decision?" + decided, "/compare?a=services%3D60&b=services%3D80", "/validation"} {
		b.visit(path)
		b.settled()
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		flaws := eval[[]string](b, `(() => {
			const seen = (e) => e.checkVisibility()
			const all = (selector) => [...document.querySelectorAll(selector)].filter(seen)
			return [
				...all('.scroll').filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => 'cut off: ' + e.ariaLabel),
				...all('td, th').filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => 'off the paper: ' + e.textContent.trim().slice(0, 40)),
				...all('main button:not(.hush), .card button, a.button, #in-title, #in-keep').map((e) => 'to press: ' + (e.textContent.trim() || e.id)),
				...all('details.more:not([open]) > summary').map((e) => 'to open: ' + e.textContent.trim()),
			]
		})()`)
		if len(flaws) > 0 {
			t.Errorf("%s on paper: %s", path, strings.Join(flaws[:min(len(flaws), 12)], "; "))
		}
		b.dress(false)
	}
}
