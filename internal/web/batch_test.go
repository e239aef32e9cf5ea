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

// A sweep's rows hold their whole scenario, not only what is swept over; rows whose
// scenario is too long for that are refused, and never planned as another.
func TestRowsAreNeverPlannedAsAnotherScenario(t *testing.T) {
	s := newSite(t)
	sweep := s.get("/api/v1/sweep.csv?over=services&from=10&to=200&step=190&headroom=0.3&mtls_required=true&mesh_engineers=1&max_cost_growth=2").body
	from, before := readCSV(t, sweep)
	to, after := readCSV(t, s.do("POST", "/api/v1/batch.csv", sweep).body)
	for i := range before {
		for _, name := range []string{"verdict", "none.nodes", "sidecar.monthly_cost_usd", "error"} {
			if got := after[i][to[name]]; got != before[i][from[name]] {
				t.Errorf("row %d %s: %s, was %s", i, name, got, before[i][from[name]])
			}
		}
	}
	var rows []string
	for i := range 300 {
		rows = append(rows, fmt.Sprintf(`{"name":"service-%d","replicas":2,"pod_cpu_m":%d,"pod_memory_mib":300}`, i, 100+i))
	}
	long := s.do("POST", "/api/v1/plan.csv", `{"workloads":[`+strings.Join(rows, ",")+`]}`).body
	to, after = readCSV(t, s.do("POST", "/api/v1/batch.csv", long).body)
	for i, row := range after {
		if !strings.Contains(row[to["error"]], "query is empty") && !strings.Contains(row[to["error"]], "empty query") || row[to["none.nodes"]] != "" {
			t.Errorf("row %d of 300 workloads: %v", i, row)
		}
	}
}

func TestSpreadsheetsWriteNumbersAndWordsTheirOwnWay(t *testing.T) {
	s := newSite(t)
	const typed = "services;headroom;mtls_required\n20;0,25;WAHR\n1.000;0,25;FALSCH\n1000,0;0,25;FAUX\n12;0.5;vero\n"
	at, rows := readCSV(t, s.do("POST", "/api/v1/batch.csv?dec=comma&sep=comma&fields=verdict,none.nodes,error", typed).body)
	for i, want := range []struct{ verdict, problem string }{{"not_yet", ""}, {"", "thousands mark"}, {"no_mesh", ""}, {"not_yet", ""}} {
		if got := rows[i]; got[at["verdict"]] != want.verdict || !strings.Contains(got[at["error"]], want.problem) || (got[at["none.nodes"]] == "") != (want.problem != "") {
			t.Errorf("row %d: %v", i+1, got)
		}
	}
	european := s.get("/api/v1/sweep.csv?over=headroom&from=0&to=0,4&step=0,1&dec=comma").body
	if lines := strings.Split(strings.TrimSpace(european), "\n"); len(lines) != 6 || !strings.HasPrefix(lines[2], "0,1;") {
		t.Errorf("a sweep with decimal commas:\n%s", european)
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
