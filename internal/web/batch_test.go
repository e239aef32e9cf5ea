package web_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
)

func readCSV(t *testing.T, text string) (header map[string]int, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
	header = map[string]int{}
	for i, name := range all[0] {
		if _, twice := header[name]; twice {
			t.Fatalf("column %s is there twice", name)
		}
		header[name] = i
	}
	return header, all[1:]
}

// What leaves as CSV, from a plan, a sweep or a batch, goes into a batch as it is and
// comes back with the same numbers.
func TestWhatComesOutGoesInAgain(t *testing.T) {
	s := newSite(t)
	sweep := s.get("/api/v1/sweep.csv?over=services&from=10&to=60&step=10").body
	again := s.do("POST", "/api/v1/batch.csv", sweep).body
	third := s.do("POST", "/api/v1/batch.csv", again).body
	if again != third {
		t.Errorf("a batch of a batch differs:\n%s\n%s", again, third)
	}
	from, before := readCSV(t, sweep)
	to, after := readCSV(t, again)
	for i := range before {
		for name, at := range from {
			if got := after[i][to[name]]; got != before[i][at] {
				t.Errorf("row %d %s: %s, was %s", i, name, got, before[i][at])
			}
		}
	}
	from, before = readCSV(t, s.get("/api/v1/plan.csv?services=30&workloads=shop/cart,D,3,200,300~shop/db,S,1,1000,4000").body)
	to, after = readCSV(t, s.do("POST", "/api/v1/batch.csv", s.get("/api/v1/plan.csv?services=30&workloads=shop/cart,D,3,200,300~shop/db,S,1,1000,4000").body).body)
	for i := range before {
		pattern := before[i][from["pattern"]]
		for _, result := range []string{"nodes", "monthly_cost_usd"} {
			if got, want := after[i][to[pattern+"."+result]], before[i][from[result]]; got != want || got == "" {
				t.Errorf("%s.%s: %s, was %s", pattern, result, got, want)
			}
		}
	}
}

func TestEuropeanSheetsGoInAndComeOut(t *testing.T) {
	s := newSite(t)
	got := s.do("POST", "/api/v1/batch.csv?dec=comma&fields=headroom,none.nodes,none.cost_growth,error", "services;headroom\n20;0,25\n20;0,5\n").body
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 3 || lines[0] != "headroom;none.nodes;none.cost_growth;error" || !strings.HasPrefix(lines[1], "0,25;") || !strings.HasSuffix(lines[1], ";1;") {
		t.Errorf("got\n%s", got)
	}
	value := s.get("/api/v1/value/sidecar.cost_growth?services=20&headroom=0,25&dec=comma").body
	if !strings.Contains(value, ",") || strings.Contains(value, "\n") {
		t.Errorf("one value with a decimal comma, got %q", value)
	}
}

func TestTenThousandRowsComeBackInOrder(t *testing.T) {
	s := newSite(t)
	var in strings.Builder
	in.WriteString("services\n")
	for i := range 10_000 {
		fmt.Fprintln(&in, i%50)
	}
	header, rows := readCSV(t, s.do("POST", "/api/v1/batch.csv", in.String()).body)
	if len(rows) != 10_000 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		if row[header["row"]] != fmt.Sprint(i+1) || row[header["services"]] != fmt.Sprint(i%50) || row[header["error"]] != "" || row[header["none.nodes"]] == "" {
			t.Fatalf("row %d is %v", i, row)
		}
	}
}
