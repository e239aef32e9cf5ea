package web_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// tables are the tables of the API, by address: a query that answers quickly, and the
// names of the tables behind the first.
var tables = map[string]struct {
	query  string
	tables []string
}{
	"plan":        {small, nil},
	"sweep":       {small + "&over=pod_cpu_m&from=100&to=200&step=100", nil},
	"compare":     {"a=services%3D5&b=services%3D9", nil},
	"catalog":     {"provider=aws&node_type=m6i.large,m6i.xlarge", nil},
	"presets":     {"", nil},
	"facts":       {"", nil},
	"validation":  {"", nil},
	"flips":       {small, []string{"flips", "scanned"}},
	"cliffs":      {small, []string{"cliffs", "scanned"}},
	"strip":       {small, []string{"points", "runs", "thresholds", "bands"}},
	"waterfall":   {small, []string{"parts", "patterns"}},
	"doubling":    {small, []string{"patterns", "points"}},
	"uncertainty": {small + "&draws=50", []string{"patterns", "tornado", "verdicts", "inputs", "histogram"}},
	"regret":      {small + "&draws=50", []string{"choices"}},
	"rollout":     {small, []string{"waves", "development"}},
	"money":       {small, []string{"lines", "curve", "months"}},
	"advice":      {small, []string{"failure_modes", "versions", "before", "duties"}},
	"claims":      {small, []string{"claims"}},
	"files":       {small, []string{"files"}},
}

const small = "services=6&pods_per_service=2&node_allocatable_cpu_m=3900&node_allocatable_memory_mib=14000&node_hourly_usd=0.2&mtls_required=true&mesh_engineers=1"

// One site serves all three, so that what takes long is worked out once.
func TestTables(t *testing.T) {
	s := newSite(t)
	t.Run("columns stay where they are", func(t *testing.T) { columnsStayWhereTheyAre(t, s) })
	t.Run("every table comes in every format", func(t *testing.T) { everyTableComesInEveryFormat(t, s) })
	t.Run("every table says what is wrong with its query", func(t *testing.T) { everyTableSaysWhatIsWrong(t, s) })
}

// columnsStayWhereTheyAre holds the columns of every table: new ones go to the end, or
// they move those behind them in somebody's spreadsheet.
func columnsStayWhereTheyAre(t *testing.T, s *site) {
	var lines []string
	for name, of := range tables {
		for _, table := range append([]string{""}, of.tables...) {
			address := "/api/v1/" + name + ".csv?" + of.query
			if table != "" {
				address += "&table=" + table
			}
			rows := s.csv(address)
			lines = append(lines, name+" "+table+": "+strings.Join(rows[0], " "))
			for _, column := range []string{"model_version", "as_of"} {
				at := slices.Index(rows[0], column)
				if at < 0 {
					t.Errorf("%s has no %s", address, column)
					continue
				}
				for _, row := range rows[1:] {
					if row[at] == "" {
						t.Errorf("%s: a row says no %s: %v", address, column, row)
					}
				}
			}
			for _, row := range rows[1:] {
				for i, cell := range row {
					if strings.HasPrefix(cell, "{") || strings.HasPrefix(cell, "[{") || strings.HasPrefix(cell, "map[") || strings.HasPrefix(cell, "0x") {
						t.Errorf("%s: %s holds %s", address, rows[0][i], cell)
					}
				}
			}
		}
	}
	slices.Sort(lines)
	golden(t, "columns.txt", strings.Join(lines, "\n")+"\n")
}

func (s *site) csv(address string) [][]string {
	s.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(s.get(address).body)).ReadAll()
	if err != nil || len(rows) == 0 {
		s.t.Fatalf("%s: %v, %d rows", address, err, len(rows))
	}
	return rows
}

// The four formats of a table hold the same cells, and all take the same parameters.
func everyTableComesInEveryFormat(t *testing.T, s *site) {
	for name, of := range tables {
		want := s.csv("/api/v1/" + name + ".csv?" + of.query)
		head := want[0]
		some := "&fields=" + strings.Join(head[:2], ",")
		if tsv := s.get("/api/v1/" + name + ".tsv?" + of.query); !strings.HasPrefix(tsv.body, strings.Join(head, "\t")+"\n") || tsv.header.Get("Content-Type") != "text/tab-separated-values; charset=utf-8" {
			t.Errorf("%s.tsv begins %.100s", name, tsv.body)
		}
		shaped := s.get("/api/v1/" + name + ".csv?" + of.query + some + "&header=0&sep=semicolon&dec=comma&bom=1").body
		if first := strings.SplitN(strings.TrimPrefix(shaped, "\ufeff"), ";", 2)[0]; first == shaped || strings.ReplaceAll(first, ",", ".") != want[1][0] || strings.Count(shaped, "\n") != len(want)-1 {
			t.Errorf("%s.csv as a European table begins %.100q", name, shaped)
		}
		if plain := s.get("/api/v1/" + name + ".json?" + of.query); plain.body != s.get("/api/v1/"+name+"?"+of.query).body || plain.header.Get("ETag") == "" {
			t.Errorf("%s.json is not %s", name, name)
		}
		listed := decode[struct{ Rows []map[string]json.RawMessage }](t, s.get("/api/v1/"+name+".json?"+of.query+some).body)
		if len(listed.Rows) != len(want)-1 || len(listed.Rows[0]) != 2 {
			t.Errorf("%s.json with fields: %d rows, want %d", name, len(listed.Rows), len(want)-1)
		}
		var tree struct {
			Rows []struct {
				Cells []struct {
					XMLName xml.Name
					Text    string `xml:",chardata"`
				} `xml:",any"`
			} `xml:"row"`
		}
		if err := xml.Unmarshal([]byte(s.get("/api/v1/"+name+".xml?"+of.query).body), &tree); err != nil || len(tree.Rows) != len(want)-1 {
			t.Fatalf("%s.xml: %v, %d rows, want %d", name, err, len(tree.Rows), len(want)-1)
		}
		for i, cell := range tree.Rows[0].Cells {
			if cell.XMLName.Local != head[i] || cell.Text != strings.TrimPrefix(want[1][i], "'") {
				t.Errorf("%s.xml: %s is %q, want %s %q", name, cell.XMLName.Local, cell.Text, head[i], want[1][i])
			}
		}
	}
}

func everyTableSaysWhatIsWrong(t *testing.T, s *site) {
	for name, of := range tables {
		for query, field := range map[string]string{"fields=no_such_column": "fields", "table_=x": "table_", "sep=pipe": "sep", "v=0": "v", "header=0&header=1": "header"} {
			address := "/api/v1/" + name + ".csv?" + of.query + "&" + query
			got := s.do(http.MethodGet, address, "")
			if p := decode[problem](t, got.body); got.status != http.StatusBadRequest || len(p.Errors) == 0 || p.Errors[0].Field != field {
				t.Errorf("%s: %d %.300s", address, got.status, got.body)
			}
			inline := s.get(address + "&errors=inline").body
			if !strings.Contains(inline, "ERROR: ") || strings.Contains(inline, "{") {
				t.Errorf("%s inline: %.300s", address, inline)
			}
		}
		for _, table := range of.tables {
			if bad := s.do(http.MethodGet, "/api/v1/"+name+".csv?"+of.query+"&table="+table+"x", ""); bad.status != http.StatusBadRequest || !strings.Contains(bad.body, table) {
				t.Errorf("%s: a table that is not there gives %d %s", name, bad.status, bad.body)
			}
		}
	}
}
