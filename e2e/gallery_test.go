package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

// TestEveryPageStateIsAccessible walks the gallery in both schemes, with a browser per core
// that most machines have.
func TestEveryPageStateIsAccessible(t *testing.T) {
	site := sharedSite(t)
	states := galleryStates(t, site)
	const browsers = 2
	for n := range browsers {
		t.Run(fmt.Sprintf("browser %d", n+1), func(t *testing.T) {
			t.Parallel()
			b := open(t, site, laptop)
			b.expected = "Failed to load resource"
			for i := n; i < len(states); i += browsers {
				b.visit(states[i])
				b.settled()
				b.accessibleInBoth(states[i])
			}
		})
	}
}

// galleryStates are the addresses of every state that a page can be in.
func galleryStates(t *testing.T, site string) []string {
	t.Helper()
	_, page := get(t, site+"/gallery")
	var states []string
	for _, found := range regexp.MustCompile(`href="(/gallery/[a-z-]+)"`).FindAllStringSubmatch(page, -1) {
		states = append(states, found[1])
	}
	if len(states) < 15 || !slices.Contains(states, "/gallery/planner-wrong") {
		t.Fatalf("the gallery lists %v", states)
	}
	return states
}
