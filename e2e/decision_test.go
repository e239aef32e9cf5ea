package e2e

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// decided is a scenario in which people, growth and versions are given.
const decided = "services=60&pods_per_service=3&pod_cpu_m=250&pod_memory_mib=512&mtls_required=true&mesh_engineers=1&max_cost_growth=1.6" +
	"&engineer_monthly_usd=9000&mesh_upkeep_engineers=0.5&mesh_training_usd=20000&hours_per_service_year=40&languages=3&hours_per_language_year=200" +
	"&workload_growth_per_year=0.3&observability=full&app_start_s=10&deploys_per_day=20&istio_version=1.27&kubernetes_version=1.33"

// sameAsDocuments compares every number of the decision's parts with the API's document
// for the same address.
func (b *tab) sameAsDocuments(query string) {
	b.t.Helper()
	shown := eval[[]map[string]string](b, `[...document.querySelectorAll('data[data-json]')].map((d) => ({ api: d.dataset.json, path: d.dataset.path, value: d.value }))`)
	if len(shown) < 40 {
		b.t.Fatalf("only %d numbers in the parts of the decision", len(shown))
	}
	documents := map[string]any{}
	for _, one := range shown {
		name := one["api"]
		if documents[name] == nil {
			status, body := get(b.t, b.site+"/api/v1/"+name+"?"+query)
			var document any
			if err := json.Unmarshal([]byte(body), &document); status != 200 || err != nil {
				b.t.Fatalf("%s: %d %v", name, status, err)
			}
			documents[name] = document
		}
		at := documents[name]
		for step := range strings.SplitSeq(one["path"], ".") {
			switch node := at.(type) {
			case map[string]any:
				at = node[step]
			case []any:
				i, err := strconv.Atoi(step)
				if err != nil || i >= len(node) {
					b.t.Fatalf("%s has no %s", name, one["path"])
				}
				at = node[i]
			}
		}
		number, ok := at.(float64)
		if !ok || strconv.FormatFloat(number, 'f', -1, 64) != one["value"] {
			b.t.Errorf("%s %s: the page says %s, the API %v", name, one["path"], one["value"], at)
		}
	}
}

func TestThePartsOfTheDecisionFollowThePlanWithTheNumbersOfTheAPI(t *testing.T) {
	b := open(t, startSite(t), laptop)
	b.visit("/?" + decided)
	b.settled()
	b.sameAsDocuments(decided)
	for _, part := range []string{"money", "rollout", "use", "network"} {
		if !eval[bool](b, `!!document.querySelector('#part-`+part+` .plot svg')`) {
			t.Errorf("%s has no drawing", part)
		}
	}
	if text := b.text("#part-versions"); !strings.Contains(text, "1.27") {
		t.Errorf("the version given is not spoken of: %s", text)
	}
	b.click("#part-failures .case summary")
	if !eval[bool](b, `document.querySelector('#part-failures .case[open] pre').textContent.includes('kubectl')`) {
		t.Error("no first command is shown")
	}
	b.accessible("with a way to fail open")
}

func TestTheDecisionAndItsRecordNeedNoScript(t *testing.T) {
	site := startSite(t)
	b := open(t, site, view{width: 1440, height: 900, noScript: true})
	b.do(chromedp.Navigate(site+"/?"+decided), chromedp.Click(chromedp.CSS("#part-money button")), chromedp.WaitVisible(chromedp.CSS("#part-money table")),
		chromedp.Click(chromedp.CSS("#part-files a.button")), chromedp.WaitVisible(chromedp.CSS("#r-decision")))
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil || !strings.Contains(at, "/record?services=60") {
		t.Errorf("the record stands at %s (%v)", at, err)
	}
}
