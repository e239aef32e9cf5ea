package e2e

import (
	"strings"
	"testing"
)

// pages are the addresses that a visitor can reach.
var pages = []string{
	"/", answered, "/compare?a=services%3D60&b=services%3D80", "/method", "/validation", "/spreadsheets", "/api", "/import", "/nodes",
	"/errors/invalid-input", "/nowhere", "/analyses?services=20", "/decision?" + decided, "/record?" + decided, "/explain?services=20&page.field=sidecar.nodes", "/?services=-4",
}

func TestNoPageIsWiderThanAPhone(t *testing.T) {
	site := sharedSite(t)
	b := open(t, site, view{width: 390, height: 844})
	b.expected = "Failed to load resource"
	for _, path := range pages {
		b.visit(path)
		b.settled()
		wide := eval[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')].filter((e) =>
			e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, svg, .top nav, pre')).slice(0, 6).map((e) => e.tagName + '.' + e.className + '#' + e.id + ' ' + Math.round(e.getBoundingClientRect().right))`)
		if len(wide) > 0 {
			t.Errorf("%s is wider than the screen: %s", path, strings.Join(wide, "; "))
		}
	}
}

func TestEveryPageIsAccessibleInLightAndDark(t *testing.T) {
	site := sharedSite(t)
	for name, v := range map[string]view{"laptop": laptop, "phone": {width: 390, height: 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, site, v)
			b.expected = "Failed to load resource"
			for _, path := range pages {
				b.visit(path)
				b.settled()
				b.accessibleInBoth(path)
			}
		})
	}
}
