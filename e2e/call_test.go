package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// call sends a protocol command.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// axeScript is axe-core from the lock file's node_modules.
func axeScript(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run npm ci in the project's folder (%v)", err)
	}
	return string(script)
}

// accessible fails with every violation of WCAG 2.2 A and AA and of best practice that
// axe finds in the page.
func (b *tab) accessible(what string) {
	b.t.Helper()
	if !eval[bool](b, "'axe' in window") {
		eval[bool](b, axeScript(b.t)+";true")
	}
	found := eval[[]string](b, `axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then((r) =>
		r.violations.map((v) => v.id + ': ' + v.help + '\n    ' + v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' — ' + (n.any[0] ?? n.all[0] ?? n.none[0] ?? {}).message).join('\n    ')))`)
	if len(found) > 0 {
		b.t.Errorf("%s: axe finds\n  %s", what, strings.Join(found, "\n  "))
	}
}

// accessibleInBoth looks at the page in light and in dark.
func (b *tab) accessibleInBoth(what string) {
	b.t.Helper()
	b.accessible(what + ", light")
	b.dress(true)
	b.accessible(what + ", dark")
	b.dress(false)
}
