package static

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

var token = regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);`)

// readTokens returns each colour token's light and dark value.
func readTokens(t *testing.T) map[string][2]string {
	t.Helper()
	css, err := os.ReadFile("src/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string][2]string{}
	for _, m := range token.FindAllStringSubmatch(string(css), -1) {
		tokens[m[1]] = [2]string{m[2], m[3]}
	}
	return tokens
}

// luminance is WCAG's relative luminance of an sRGB colour.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(c uint64) float64 {
		v := float64(c&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Black on white is 21 by definition, and a colour on itself 1.
func TestContrastOfKnownPairs(t *testing.T) {
	if got := contrast(t, "#000000", "#ffffff"); math.Abs(got-21) > 1e-9 {
		t.Errorf("black on white: %v", got)
	}
	if got := contrast(t, "#777777", "#777777"); got != 1 {
		t.Errorf("grey on itself: %v", got)
	}
}

func TestTokensHaveTheContrastThatWCAGAsksInLightAndDark(t *testing.T) {
	tokens := readTokens(t)
	const text, graphics = 4.5, 3.0 // WCAG 2.2: 1.4.3 and 1.4.11, level AA
	for _, pair := range []struct {
		fore, back string
		least      float64
	}{
		{"ink", "ground", text}, {"ink", "card", text}, {"ink", "sunken", text}, {"ink", "tint", text},
		{"ink", "warn-tint", text}, {"ink", "bad-tint", text}, {"ink", "good-tint", text},
		{"muted", "ground", text}, {"muted", "card", text}, {"muted", "sunken", text}, {"muted", "tint", text},
		{"accent", "ground", text}, {"accent", "card", text}, {"on-accent", "accent", text},
		{"good", "good-tint", text}, {"warn", "warn-tint", text}, {"bad", "bad-tint", text}, {"bad", "ground", text}, {"bad", "card", text},
		{"edge", "card", graphics}, {"edge", "ground", graphics},
		{"application", "card", graphics}, {"proxies", "card", graphics}, {"agents", "card", graphics}, {"control", "card", graphics},
		{"gateways", "card", graphics}, {"system", "card", graphics}, {"linkerd", "card", graphics},
		// Names of curves are written in their colours.
		{"proxies", "card", text}, {"agents", "card", text}, {"control", "card", text}, {"linkerd", "card", text},
	} {
		for i, scheme := range []string{"light", "dark"} {
			fore, known := tokens[pair.fore]
			back, also := tokens[pair.back]
			if !known || !also {
				t.Fatalf("tokens.css has no --%s or no --%s", pair.fore, pair.back)
			}
			if got := contrast(t, fore[i], back[i]); got < pair.least {
				t.Errorf("%s: --%s on --%s is %.2f, less than %.1f", scheme, pair.fore, pair.back, got, pair.least)
			}
		}
	}
}

func TestTheBundleIsCompleteAndHashed(t *testing.T) {
	names, err := Names()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{names.Script, names.Style, "LICENSES.txt"} {
		if body, err := Read(name); err != nil || len(body) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(body), err)
		}
	}
	drawings, err := only("charts-*.js")
	if err != nil {
		t.Fatal(err)
	}
	if !Hashed(names.Script) || !Hashed(drawings) || Hashed("LICENSES.txt") {
		t.Error("only the bundle may be cached for ever")
	}
}

// What is being updated stays readable: a faded text would have less contrast than its token.
func TestNothingFadesWhileItIsUpdated(t *testing.T) {
	css, err := os.ReadFile("src/parts.css")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`[^{}]*(?:aria-busy|data-updating)[^{}]*\{([^{}]*)\}`).FindAllStringSubmatch(string(css), -1)
	if len(rules) < 3 {
		t.Fatalf("only %d rules of what is updated", len(rules))
	}
	for _, rule := range rules {
		if regexp.MustCompile(`opacity|filter`).MatchString(rule[1]) {
			t.Errorf("text fades: %s", rule[0])
		}
	}
}
