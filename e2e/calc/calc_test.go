package calc

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// result is one pattern's numbers as the API gives them.
type result struct {
	Pattern        string
	Nodes          float64
	MonthlyCostUSD float64  `json:"monthly_cost_usd"`
	CostGrowth     *float64 `json:"cost_growth"`
	CPU            float64  `json:"cpu_requested_m"`
	Memory         float64  `json:"memory_requested_mib"`
}

func results(t *testing.T, site, query string) []result {
	t.Helper()
	var plan struct{ Results []result }
	if err := json.Unmarshal([]byte(fetch(t, site+"/api/v1/plan?"+query)), &plan); err != nil {
		t.Fatal(err)
	}
	return plan.Results
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCellsHoldTheNumbersOfTheAPIAndFollowTheirInputs(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	calc.do(nil, "new", nil)
	const inputs = "pods_per_service=3&pod_cpu_m=250&pod_memory_mib=512"
	calc.do(nil, "set", map[string]any{"cell": "A1", "value": 60})
	calc.formula("B1", fmt.Sprintf(`=VALUE(WEBSERVICE("%s/api/v1/value/sidecar.nodes?%s&services="&A1))`, site, inputs))
	calc.formula("B2", fmt.Sprintf(`=VALUE(FILTERXML(WEBSERVICE("%s/api/v1/plan.xml?%s&services="&A1);"//row[pattern='sidecar']/monthly_cost_usd"))`, site, inputs))
	calc.formula("B3", fmt.Sprintf(`=WEBSERVICE("%s/api/v1/value/verdict?%s&services="&A1)`, site, inputs))
	for _, services := range []int{60, 120} {
		calc.do(nil, "set", map[string]any{"cell": "A1", "value": services})
		query := fmt.Sprintf("%s&services=%d", inputs, services)
		if got, want := calc.get("", "B1"), number(t, fetch(t, site+"/api/v1/value/sidecar.nodes?"+query)); got.Value != want || got.Error != 0 {
			t.Errorf("%d services: WEBSERVICE gives %+v, want %v", services, got, want)
		}
		if got, want := calc.get("", "B2"), number(t, fetch(t, site+"/api/v1/value/sidecar.monthly_cost_usd?"+query)); got.Value != want || got.Error != 0 {
			t.Errorf("%d services: FILTERXML gives %+v, want %v", services, got, want)
		}
		if got, want := calc.get("", "B3"), fetch(t, site+"/api/v1/value/verdict?"+query); got.Text != want {
			t.Errorf("%d services: verdict %q, want %q", services, got.Text, want)
		}
	}
	if first, second := number(t, fetch(t, site+"/api/v1/value/sidecar.nodes?services=60&"+inputs)), calc.get("", "B1").Value; first == second {
		t.Errorf("the cell still shows %v", first)
	}
}

func TestAnErrorIsReadableInTheCell(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	calc.do(nil, "new", nil)
	calc.formula("A1", fmt.Sprintf(`=WEBSERVICE("%s/api/v1/value/sidecar.nodes?services=-5&errors=inline")`, site))
	calc.formula("A2", fmt.Sprintf(`=FILTERXML(WEBSERVICE("%s/api/v1/plan.xml?services=-5&errors=inline");"//row[pattern='sidecar']/nodes")`, site))
	calc.formula("A3", fmt.Sprintf(`=WEBSERVICE("%s/api/v1/value/sidecar.nodes?services=-5")`, site))
	for _, name := range []string{"A1", "A2"} {
		if got := calc.get("", name); !strings.HasPrefix(got.Text, "ERROR: services is -5") || got.Error != 0 {
			t.Errorf("%s shows %+v", name, got)
		}
	}
	if got := calc.get("", "A3"); got.Error == 0 {
		t.Errorf("without errors=inline the cell shows %+v, and this test proves nothing", got)
	}
}

// The summary's rows begin at 8: one for each pattern.
const firstRow = 8

func compareSummary(t *testing.T, calc *office, want []result) {
	t.Helper()
	for i, r := range want {
		row := strconv.Itoa(firstRow + i)
		for column, number := range map[string]float64{"C": r.Nodes, "F": r.MonthlyCostUSD, "I": r.CPU, "K": r.Memory} {
			got := calc.get("Summary", column+row)
			if math.Abs(got.Value-number) >= 0.005 || got.Error != 0 {
				t.Errorf("%s: %s%s is %v (%s, error %d), want %v", r.Pattern, column, row, got.Value, got.Text, got.Error, number)
			}
		}
		if got := calc.get("Summary", "G"+row); r.CostGrowth != nil && math.Abs(got.Value-*r.CostGrowth) > 0.0001 {
			t.Errorf("%s: growth %v, want %v", r.Pattern, got.Value, *r.CostGrowth)
		}
	}
}

func TestTheWorkbookRecalculatedEqualsTheAPIToTheCent(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	for name, query := range map[string]string{
		"quick.xlsx":   "services=200&pods_per_service=3&discount=0.1&node_monthly_fee_usd=12.5&control_plane_monthly_usd=73",
		"several.xlsx": "services=120&node_type=m6i.large,m6i.4xlarge&zones=3",
	} {
		path := calc.save(name, fetch(t, site+"/api/v1/plan.xlsx?"+query))
		calc.do(nil, "open", map[string]any{"path": path})
		calc.do(nil, "recalculate", nil)
		compareSummary(t, calc, results(t, site, query))
	}
}

func TestTheWorkbookAsksTheServerForChangedInputs(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	path := calc.save("live.xlsx", fetch(t, site+"/api/v1/plan.xlsx?services=100&pods_per_service=3&headroom=0.25"))
	calc.do(nil, "open", map[string]any{"path": path})
	calc.setNamed("services", 250)
	calc.setNamed("proxy_cpu_m", 200)
	calc.setNamed("use_server", 1)
	calc.do(nil, "recalculate", nil)
	if got := calc.get("Refresh", "B7"); got.Error != 0 || !strings.Contains(got.Text, "<rows>") {
		t.Fatalf("the answer is %.200s, error %d", got.Text, got.Error)
	}
	compareSummary(t, calc, results(t, site, "services=250&pods_per_service=3&headroom=0.25&proxy_cpu_m=200"))
	if got := calc.get("Summary", "B4"); got.Value != 2 {
		t.Errorf("%v inputs changed", got.Value)
	}
}

// Filter options of Calc: separator, quote, UTF-8, from line 1, no columns fixed,
// language, quoted fields are not all text, numbers are recognised.
const (
	american = "44,34,76,1,,1033,false,true"
	german   = "59,34,76,1,,1031,false,true"
)

func TestCSVOpensWithTheRightTypesInBothKindsOfLocale(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	const query = "services=60&headroom=0.25&fields=pattern,nodes,monthly_cost_usd,cost_growth,verdict"
	want := results(t, site, "services=60&headroom=0.25")
	for name, c := range map[string]struct{ query, options string }{
		"comma.csv":     {query, american},
		"semicolon.csv": {query + "&dec=comma", german},
		"bom.csv":       {query + "&dec=comma&bom=1", german},
	} {
		path := calc.save(name, fetch(t, site+"/api/v1/plan.csv?"+c.query))
		calc.openCSV(path, c.options)
		if got := calc.get("", "A1"); got.Text != "pattern" {
			t.Errorf("%s: the first cell is %q", name, got.Text)
		}
		for i, r := range want {
			row := strconv.Itoa(i + 2)
			for column, number := range map[string]float64{"B": r.Nodes, "C": r.MonthlyCostUSD, "D": *r.CostGrowth} {
				if got := calc.get("", column+row); got.Type != "VALUE" || math.Abs(got.Value-number) > 1e-9 {
					t.Errorf("%s: %s%s is %s %v, want the number %v", name, column, row, got.Type, got.Text, number)
				}
			}
			if got := calc.get("", "A"+row); got.Type != "TEXT" || got.Text != r.Pattern {
				t.Errorf("%s: A%s is %s %q, want the text %q", name, row, got.Type, got.Text, r.Pattern)
			}
		}
	}
}

func TestNothingAUserTypedRunsAsAFormula(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	evil := "services,preset\n\"=1+1\",\"=HYPERLINK(\"\"http://evil\"\")\"\n5,\"+cmd|' /C calc'!A0\"\n"
	path := calc.save("evil.csv", post(t, site+"/api/v1/batch.csv", "text/csv", evil))
	calc.openCSV(path, american)
	for _, name := range []string{"B2", "C2", "C3"} {
		if got := calc.get("", name); got.Type == "FORMULA" {
			t.Errorf("%s runs %s", name, got.Formula)
		}
	}
}
