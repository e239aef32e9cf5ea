package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePlanPrintsAsAReportOfAFewPages(t *testing.T) {
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
