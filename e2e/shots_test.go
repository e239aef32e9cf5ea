package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// answered is a scenario with needs and gates, for pictures that show a recommendation.
const answered = sixty + "&mtls_required=true&mesh_engineers=1&max_cost_growth=1.4"

// TestScreenshots takes the pictures of docs/screenshots into the folder that E2E_SHOTS
// names; E2E_SHOT takes one of them only.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("E2E_SHOTS")
	if folder == "" {
		t.Skip("E2E_SHOTS names no folder to take pictures into")
	}
	site := startSite(t)
	for _, shot := range []struct {
		name, path string
		view       view
		full       bool
	}{
		{"planner-1440-light", "/", view{width: 1440, height: 900}, false},
		{"planner-1440-dark", answered, view{width: 1440, height: 900, dark: true}, false},
		{"planner-1440-whole", answered, view{width: 1440, height: 900}, true},
		{"planner-390-light", "/", view{width: 390, height: 844}, false},
		{"planner-390-whole", answered, view{width: 390, height: 844}, true},
		{"planner-390-dark", answered, view{width: 390, height: 844, dark: true}, false},
		{"planner-2560-light", answered, view{width: 2560, height: 1440}, false},
		{"planner-2560-dark", "/", view{width: 2560, height: 1440, dark: true}, false},
		{"method-1440-light", "/method", view{width: 1440, height: 900}, false},
		{"api-1440-light", "/api", view{width: 1440, height: 900}, false},
		{"import-1440-light", "/import", view{width: 1440, height: 900}, false},
		{"compare-1440-light", "/compare?a=services%3D60&b=services%3D80%26headroom%3D0.1", view{width: 1440, height: 900}, false},
		{"validation-1440-dark", "/validation", view{width: 1440, height: 900, dark: true}, false},
		{"spreadsheets-1440-light", "/spreadsheets", view{width: 1440, height: 900}, false},
		{"nodes-390-light", "/nodes", view{width: 390, height: 844}, false},
		{"not-found-390-dark", "/nowhere", view{width: 390, height: 844, dark: true}, false},
	} {
		if one := os.Getenv("E2E_SHOT"); one != "" && one != shot.name {
			continue
		}
		b := open(t, site, shot.view)
		b.expected = "404"
		b.visit(shot.path)
		b.settled()
		take := chromedp.CaptureScreenshot()
		if shot.full {
			take = chromedp.FullScreenshot(100)
		}
		picture, err := chromedp.Run(b.ctx, take)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, shot.name+".png"), picture, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
