package e2e

import (
	"regexp"
	"slices"
	"testing"
)

// TestEveryPageStateIsAccessible walks the gallery in both schemes.
func TestEveryPageStateIsAccessible(t *testing.T) {
	site := startSite(t)
	states := galleryStates(t, site)
	b := open(t, site, laptop)
	b.expected = "Failed to load resource"
	for _, state := range states {
		b.visit(state)
		b.settled()
		b.accessibleInBoth(state)
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
