package e2e

import (
	"encoding/json"
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
			Results []struct {
				Title string
				Nodes int64
			}
		}
		Results []struct {
			NodesChange int64 `json:"nodes_change"`
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
