package calc

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The workbook of a scenario, saved by Calc as .ods, still equals the API when it is
// opened and recalculated, and still follows its inputs: by itself and with the server.
func TestTheWorkbookAsODSEqualsTheAPIToTheCent(t *testing.T) {
	site, calc := startProgram(t), startOffice(t)
	const query = "services=120&node_type=m6i.large,m6i.4xlarge&zones=3&discount=0.1&control_plane_monthly_usd=73"
	xlsx := calc.save("plan.xlsx", fetch(t, site+"/api/v1/plan.xlsx?"+query))
	calc.do(nil, "open", map[string]any{"path": xlsx})
	ods := calc.store("plan.ods", "")
	calc.do(nil, "open", map[string]any{"path": ods})
	calc.do(nil, "recalculate", nil)
	compareSummary(t, calc, results(t, site, query))

	discounted := strings.Replace(query, "discount=0.1", "discount=0.3", 1)
	calc.setNamed("discount", 0.3)
	calc.do(nil, "recalculate", nil)
	for i, r := range results(t, site, discounted) {
		if got := calc.get("Summary", fmt.Sprint("F", firstRow+i)); got.Error != 0 || got.Value-r.MonthlyCostUSD >= 0.005 || r.MonthlyCostUSD-got.Value >= 0.005 {
			t.Errorf("%s with another discount: %v, want %v", r.Pattern, got.Value, r.MonthlyCostUSD)
		}
	}

	calc.setNamed("services", 250)
	calc.setNamed("use_server", 1)
	calc.do(nil, "recalculate", nil)
	compareSummary(t, calc, results(t, site, strings.Replace(discounted, "services=120", "services=250", 1)))
}

// Rows of the API, opened in Calc, saved as .ods and as .xlsx, opened again and exported
// as CSV in both kinds of locale, go into the batch and give the same numbers.
func TestRowsSavedByCalcGoIntoTheBatchWithTheSameNumbers(t *testing.T) {
	site := startProgram(t)
	const given = "headroom=0.25&mtls_required=true&canary_required=false&mesh_engineers=2&as_of=2026-09-01&discount=0.05"
	const typed = "services;headroom;mtls_required;mesh_engineers;as_of\n60;0,25;true;2;2026-09-01\n200;0,5;false;;\n"
	for locale, c := range map[string]struct {
		dialect, options, typed string
		separator               rune
	}{
		"en-US": {"", american, strings.NewReplacer(",", ".", ";", ",").Replace(typed), ','},
		"de-DE": {"dec=comma&bom=1", german, typed, ';'},
	} {
		t.Run(locale, func(t *testing.T) {
			calc := startOfficeIn(t, locale)
			batch := func(rows string) string { return post(t, site+"/api/v1/batch.csv?"+c.dialect, "text/csv", rows) }
			for what, sent := range map[string]string{
				"sweep": fetch(t, site+"/api/v1/sweep.csv?over=services&from=10&to=210&step=50&"+given+"&"+c.dialect),
				"plan":  fetch(t, site+"/api/v1/plan.csv?services=10%7C60%7C200&"+given+"&"+c.dialect),
				"batch": batch(c.typed),
			} {
				want := rows(t, batch(sent), c.separator)
				samePlans(t, what+" as it came", rows(t, sent, c.separator), want)
				for _, suffix := range []string{".ods", ".xlsx"} {
					calc.openCSV(calc.save("sent.csv", sent), c.options)
					calc.do(nil, "open", map[string]any{"path": calc.store("sent"+suffix, "")})
					saved, err := os.ReadFile(calc.store("again.csv", c.options))
					if err != nil {
						t.Fatal(err)
					}
					samePlans(t, what+suffix, want, rows(t, batch(string(saved)), c.separator))
					if t.Failed() {
						t.Fatalf("Calc saved %.800s", saved)
					}
				}
			}
		})
	}
}

// rows are the lines of a CSV by the names of their columns.
func rows(t *testing.T, text string, separator rune) []map[string]string {
	t.Helper()
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	in.Comma = separator
	all, err := in.ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%v in %.300s", err, text)
	}
	var list []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		list = append(list, row)
	}
	return list
}

// samePlans compares the results of rows that came out with those of the same rows sent in
// again. Rows of one pattern have its results without its name.
func samePlans(t *testing.T, what string, before, after []map[string]string) {
	t.Helper()
	if len(before) != len(after) {
		t.Fatalf("%s: %d rows, were %d", what, len(after), len(before))
	}
	for i, was := range before {
		if after[i]["error"] != "" {
			t.Errorf("%s: row %d: %s", what, i+1, after[i]["error"])
		}
		for name, old := range was {
			now, known := after[i][name]
			if pattern := was["pattern"]; pattern != "" {
				if now, known = after[i][pattern+"."+name]; !known && name == "verdict" {
					now, known = after[i][name]
				}
			}
			if known && !strings.EqualFold(now, old) && name != "row" { // Calc writes true as TRUE
				t.Errorf("%s: row %d: %s is %q, was %q", what, i+1, name, now, old)
			}
		}
	}
}
