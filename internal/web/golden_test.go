package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// priced is the solo study on nodes with a price, so that nothing in a golden file comes
// from the catalog.
const priced = solo + "&node_allocatable_cpu_m=7500&proxy_cpu_m=250&node_hourly_usd=0.4&control_plane_monthly_usd=73&as_of=2026-08-31"

// Columns are only ever appended: a change to these files breaks somebody's spreadsheet
// unless it adds at the end of the lines.
func TestWhatSpreadsheetsReadStaysAsItIs(t *testing.T) {
	s := newSite(t)
	for name, path := range map[string]string{
		"plan.csv":         "/api/v1/plan.csv?" + priced,
		"plan.tsv":         "/api/v1/plan.tsv?" + priced,
		"plan.xml":         "/api/v1/plan.xml?" + priced,
		"plan-european":    "/api/v1/plan.csv?" + priced + "&dec=comma&bom=1&fields=pattern,nodes,monthly_cost_usd,cost_growth",
		"plan-ranges.csv":  "/api/v1/plan.csv?" + priced + "&rps_per_pod=0.5,10..30..10&fields=rps_per_pod,pattern,nodes",
		"plan-ranges.json": "/api/v1/plan.json?" + priced + "&rps_per_pod=1,2&fields=rps_per_pod,verdict,sidecar.nodes,sidecar.doubles",
		"plan-bare.csv":    "/api/v1/plan.csv?" + priced + "&fields=nodes,pattern&header=0&sep=semicolon",
		"plan-error.csv":   "/api/v1/plan.csv?services=-5&errors=inline",
		"plan-error.xml":   "/api/v1/plan.xml?services=-5&errors=inline&fields=pattern,nodes",
		"value":            "/api/v1/value/sidecar.cost_growth?" + priced,
		"value-error":      "/api/v1/value/sidecar.nodes?services=-5&errors=inline",
		"sweep.csv":        "/api/v1/sweep.csv?" + priced + "&over=rps_per_pod&from=0&to=100&step=50",
		"sweep2.csv":       "/api/v1/sweep.csv?" + priced + "&over=rps_per_pod&from=0&to=1&over2=mesh_engineers&from2=0&to2=1&fields=mesh_engineers,rps_per_pod,sidecar.nodes",
	} {
		golden(t, name, s.get(path).body)
	}
	golden(t, "batch.csv.out", s.do("POST", "/api/v1/batch.csv", readGolden(t, "batch.csv.in")).body)
	golden(t, "batch.json.out", s.do("POST", "/api/v1/batch", readGolden(t, "batch.json.in")).body)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", name), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readGolden(t, name), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

func readGolden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheWorkbookIsAnAddressAwayAndNamesItsFile(t *testing.T) {
	s := newSite(t)
	got := s.get("/api/v1/plan.xlsx?services=20")
	if got.header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" ||
		got.header.Get("Content-Disposition") != `attachment; filename="meshplan.xlsx"` || got.body[:2] != "PK" {
		t.Errorf("headers %v", got.header)
	}
	if again := s.get("/api/v1/plan.xlsx?services=20"); again.header.Get("ETag") != got.header.Get("ETag") {
		t.Error("the same scenario gives another file")
	}
	posted := s.do("POST", "/api/v1/plan.xlsx", `{"title":"Our shop: 2027!","quick":{"services":20}}`)
	if posted.header.Get("Content-Disposition") != `attachment; filename="meshplan-our-shop-2027.xlsx"` {
		t.Errorf("file name %s", posted.header.Get("Content-Disposition"))
	}
	if bad := s.do("GET", "/api/v1/plan.xlsx?services=20,30", ""); bad.status != 400 {
		t.Errorf("a range gives %d", bad.status)
	}
}
