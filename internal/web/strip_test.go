package web_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	rowForm  = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	cellForm = regexp.MustCompile(`(?s)<t[dh][^>]*?(?: data-v="([^"]*)")?>(.*?)</t[dh]>`)
	keyForm  = regexp.MustCompile(`data-key="([^"]*)"`)
	tagForm  = regexp.MustCompile(`<[^>]*>`)
)

// tablesOf reads the tables of a fragment as its drawings do: exact values by column.
func tablesOf(t *testing.T, page string) [][]map[string]string {
	t.Helper()
	var tables [][]map[string]string
	for part := range strings.SplitSeq(page, "<table") {
		head, body, found := strings.Cut(part, "<tbody>")
		if !found {
			continue
		}
		keys := keyForm.FindAllStringSubmatch(head, -1)
		var rows []map[string]string
		for _, row := range rowForm.FindAllStringSubmatch(body, -1) {
			cells := cellForm.FindAllStringSubmatch(row[1], -1)
			if len(cells) != len(keys) {
				t.Fatalf("%d cells under %d headings", len(cells), len(keys))
			}
			values := map[string]string{}
			for i, c := range cells {
				values[keys[i][1]] = c[1]
				if !strings.Contains(c[0], "data-v=") {
					values[keys[i][1]] = strings.TrimSpace(html.UnescapeString(tagForm.ReplaceAllString(c[2], "")))
				}
			}
			rows = append(rows, values)
		}
		tables = append(tables, rows)
	}
	return tables
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The curves that the page draws are those of a sweep, its intervals and thresholds those
// of the strip.
func TestTheStripOfThePageIsTheSweepOfTheAPI(t *testing.T) {
	s := newSite(t)
	const query = "pod_cpu_m=300&pod_cpu_m_low=200&pod_cpu_m_high=500&canary_required=true&mesh_engineers=1&max_cost_growth=1.6&preset=istio-measured-1.24"
	part := s.do(http.MethodPost, "/parts/strip", query, "Content-Type", "application/x-www-form-urlencoded")
	tables := tablesOf(t, part.body)
	if part.status != http.StatusOK || len(tables) != 3 || len(tables[0]) != 500 {
		t.Fatalf("%d, %d tables", part.status, len(tables))
	}
	sweep := decode[struct {
		Points []struct {
			Verdict string
			Results []struct {
				Pattern        string
				Status         string
				MonthlyCostUSD float64  `json:"monthly_cost_usd"`
				CostGrowth     *float64 `json:"cost_growth"`
			}
		}
	}](t, s.get("/api/v1/sweep?over=services&from=1&to=500&step=1&"+query).body)
	for i, row := range tables[0] {
		p := sweep.Points[i]
		if number(t, row["services"]) != float64(i+1) || row["verdict"] != p.Verdict {
			t.Fatalf("row %d: %v, the sweep says %s", i, row, p.Verdict)
		}
		for _, r := range p.Results {
			if number(t, row["cost_"+r.Pattern]) != r.MonthlyCostUSD {
				t.Fatalf("%s services: %s costs %s, the sweep says %v", row["services"], r.Pattern, row["cost_"+r.Pattern], r.MonthlyCostUSD)
			}
			if drawn, drawing := row[r.Pattern]; drawing && max(number(t, drawn)+1-*r.CostGrowth, *r.CostGrowth-1-number(t, drawn)) > 1e-9 {
				t.Fatalf("%s services: %s grows by %s, the sweep says %v", row["services"], r.Pattern, drawn, *r.CostGrowth)
			}
		}
	}
	strip := decode[struct {
		Thresholds []struct {
			Title      string
			AvoidBelow float64 `json:"avoid_below"`
			UseFrom    float64 `json:"use_from"`
		}
		Bands []struct {
			Services float64
			Patterns []struct {
				Pattern     string
				MonthlyCost struct{ P5, P95 float64 } `json:"monthly_cost_usd"`
			}
		}
		Cheapest []struct{ From, To int }
	}](t, s.get("/api/v1/strip?"+query).body)
	if len(tables[1]) != len(strip.Thresholds) || len(tables[2]) != len(strip.Bands) || len(strip.Bands) == 0 {
		t.Fatalf("%d thresholds and %d intervals on the page, %d and %d in the API", len(tables[1]), len(tables[2]), len(strip.Thresholds), len(strip.Bands))
	}
	for i, want := range strip.Thresholds {
		if row := tables[1][i]; row["preset"] != want.Title || number(t, row["avoid"]) != want.AvoidBelow || number(t, row["use"]) != want.UseFrom {
			t.Errorf("threshold %v, want %+v", row, want)
		}
	}
	widest := 0.0
	for i, want := range strip.Bands {
		row := tables[2][i]
		for _, p := range want.Patterns {
			low, high := number(t, row["cost_"+p.Pattern+"_low"]), number(t, row["cost_"+p.Pattern+"_high"])
			if number(t, row["services"]) != want.Services || low != p.MonthlyCost.P5 || high != p.MonthlyCost.P95 {
				t.Errorf("interval %v, want %+v", row, want)
			}
			widest = max(widest, high-low)
		}
	}
	if widest == 0 {
		t.Error("no interval has a width")
	}
	text := strings.Join(strings.Fields(html.UnescapeString(tagForm.ReplaceAllString(part.body, " "))), " ")
	for _, want := range []string{"Cheapest mesh between services", "avoid below 10 services, use from 50", "no mesh from 1 to 9"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// A browser that draws gets the rows of the table as values: the same ones.
func TestTheRowsToDrawAreTheRowsOfTheTable(t *testing.T) {
	s := newSite(t)
	const query = "services=24&canary_required=true"
	table := tablesOf(t, s.do(http.MethodPost, "/parts/strip", query, "Content-Type", formType).body)[0]
	drawn := s.do(http.MethodPost, "/parts/strip", query, "Content-Type", formType, "Accept", "text/event-stream").body
	found := regexp.MustCompile(`<tbody data-rows="([^"]*)"></tbody>`).FindStringSubmatch(drawn)
	keys := keyForm.FindAllStringSubmatch(drawn, -1)
	if found == nil {
		t.Fatalf("no rows in %.400s", drawn)
	}
	rows := decode[[][]json.RawMessage](t, html.UnescapeString(found[1]))
	if len(rows) != len(table) || len(rows) != 500 {
		t.Fatalf("%d rows to draw, %d in the table", len(rows), len(table))
	}
	both := 0
	for i, row := range rows {
		if len(row) != len(table[i]) {
			t.Fatalf("row %d has %d cells, the table %d", i, len(row), len(table[i]))
		}
		for j, cell := range row {
			pair := []string{""}
			if cell[0] == '[' {
				pair = decode[[]string](t, string(cell))
				both++
			} else {
				pair[0] = decode[string](t, string(cell))
			}
			if want := table[i][keys[j][1]]; pair[0] != want {
				t.Fatalf("row %d, %s: %q to draw, %q in the table", i, keys[j][1], pair[0], want)
			}
		}
	}
	if both < 1000 {
		t.Errorf("only %d cells carry an exact value beside what is shown", both)
	}
}
