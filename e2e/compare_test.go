package e2e

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
)

// The comparison shows the API's numbers for the same two scenarios, and what it marks and
// calls more is what the API says has changed.
func TestAComparisonShowsTheNumbersOfTheAPI(t *testing.T) {
	t.Parallel()
	const sides = "a=services%3D60&b=services%3D80%26headroom%3D0.1"
	site := sharedSite(t)
	_, body := get(t, site+"/api/v1/compare?"+sides)
	var api struct {
		A, B struct {
			Verdict string
			Results []struct {
				Title string
				Nodes int64
			}
		}
		Results []struct {
			Pattern     string
			NodesChange int64   `json:"nodes_change"`
			CostA       float64 `json:"monthly_cost_usd_a"`
			CostB       float64 `json:"monthly_cost_usd_b"`
			CostChange  float64 `json:"monthly_cost_usd_change"`
			GrowthA     float64 `json:"cost_growth_a"`
			GrowthB     float64 `json:"cost_growth_b"`
		}
	}
	if err := json.Unmarshal([]byte(body), &api); err != nil {
		t.Fatal(err)
	}
	b := open(t, site, laptop)
	b.visit("/compare?" + sides)
	rows := eval[map[string][]string](b, `Object.fromEntries([...document.querySelectorAll('section[aria-labelledby=h-numbers] tbody tr')].map((row) => [row.cells[0].textContent.trim(),
		[...row.cells].slice(1).flatMap((cell) => [cell.dataset.v, cell.querySelector('small')?.textContent ?? '', cell.className.includes('differing') ? 'marked' : ''])]))`)
	for i, r := range api.A.Results {
		change, marked := "", ""
		if n := api.Results[i].NodesChange; n != 0 {
			change, marked = strings.ReplaceAll(signedWhole(n), "-", "−"), "marked"
		}
		want := strings.Join([]string{whole(r.Nodes), "", "", whole(api.B.Results[i].Nodes), change, marked}, "|")
		if got := strings.Join(rows[r.Title+", nodes"], "|"); got != want {
			t.Errorf("%s: the page shows %q, the API %q", r.Title, got, want)
		}
	}
	near := func(what, shown string, number, unit, within float64) {
		t.Helper()
		plain := strings.NewReplacer("$", "", ",", "", "+", "", "±", "", "−", "-", "%", "", "\u00a0", "", "\u202f", "", " ", "").Replace(shown)
		got, err := strconv.ParseFloat(plain, 64)
		if err != nil && (shown != "" || number != 0) || math.Abs(got/unit-number) > within {
			t.Errorf("%s: the page shows %q, the API %v", what, shown, number)
		}
	}
	for i, r := range api.Results {
		title := api.A.Results[i].Title
		cost, growth := append(rows[title+", a month"], make([]string, 6)...), append(rows[title+", growth"], make([]string, 6)...)
		near(title+", cost of a", cost[0], r.CostA, 1, 0.501)
		near(title+", cost of b", cost[3], r.CostB, 1, 0.501)
		near(title+", change of cost", cost[4], r.CostChange, 1, 0.501)
		if r.Pattern != "none" {
			near(title+", growth of a", growth[0], r.GrowthA-1, 100, 0.00501)
			near(title+", growth of b", growth[3], r.GrowthB-1, 100, 0.00501)
		}
	}
	if v := rows["Verdict"]; len(v) < 6 || v[0] != strings.ReplaceAll(api.A.Verdict, "_", " ") || v[3] != strings.ReplaceAll(api.B.Verdict, "_", " ") {
		t.Errorf("the verdicts read %q, the API says %s and %s", v, api.A.Verdict, api.B.Verdict)
	}
	if len(api.A.Results) < 6 {
		t.Errorf("%d patterns", len(api.A.Results))
	}
}

func whole(n int64) string { text, _ := json.Marshal(n); return string(text) }

func signedWhole(n int64) string {
	if n > 0 {
		return "+" + whole(n)
	}
	return whole(n)
}
