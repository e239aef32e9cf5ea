package snippet

import (
	"strings"
	"testing"

	"meshplan/internal/model"
)

func number(n int64) *int64 { return &n }

func TestEverySnippetHoldsTheAddressesItNames(t *testing.T) {
	s := model.Scenario{Quick: model.Quick{Services: number(60), PodCPUMillicores: number(250)}}
	all := All("https://mesh.example/", s, "")
	if len(all) < 14 {
		t.Fatalf("only %d snippets", len(all))
	}
	seen := map[string]bool{}
	for _, one := range all {
		if seen[one.ID] || one.Title == "" || len(one.URLs) == 0 {
			t.Errorf("%q is there twice or incomplete", one.ID)
		}
		seen[one.ID] = true
		joined := strings.ReplaceAll(one.Text, `"&"`, "")
		for _, address := range one.URLs {
			plain := strings.TrimSuffix(address, "60") // what a cell fills in
			if one.ID == "power-query" || one.ID == "apps-script" {
				plain = "https://mesh.example"
			}
			if !strings.Contains(joined, plain) {
				t.Errorf("%s does not hold %s:\n%s", one.ID, plain, one.Text)
			}
			if !strings.HasPrefix(address, "https://mesh.example/api/v1/") || strings.Contains(address, "?&") || strings.HasSuffix(address, "?") {
				t.Errorf("%s: odd address %s", one.ID, address)
			}
		}
	}
}

func TestNoStringInAFormulaIsLongerThanExcelTakes(t *testing.T) {
	s := model.Scenario{}
	for _, p := range model.Params() {
		if p.Type == "integer" && p.Max != nil {
			if err := model.SetParam(&s, p.Name, "1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, one := range All("https://mesh.example", s, "") {
		if one.Language != "formula" {
			continue
		}
		for i, part := range strings.Split(one.Text, `"`) {
			if i%2 == 1 && len(part) > 255 {
				t.Errorf("%s has a string of %d characters", one.ID, len(part))
			}
		}
	}
}

func TestALongScenarioIsCalledByItsIDOrSentAsABody(t *testing.T) {
	s := model.Scenario{}
	for range 200 {
		s.Workloads = append(s.Workloads, model.Workload{Namespace: "shop", Name: "service", Replicas: 3, PodCPUMillicores: 250, PodMemoryMiB: 512})
	}
	for _, one := range All("https://mesh.example", s, "ABC") {
		for _, address := range one.URLs {
			if !strings.Contains(address, "scenario=ABC") || len(address) > 300 {
				t.Errorf("%s calls %.200s", one.ID, address)
			}
		}
	}
	for _, one := range All("https://mesh.example", s, "") {
		switch {
		case one.Language == "formula" && !strings.Contains(one.Note, "save it first"):
			t.Errorf("%s does not say to save first", one.ID)
		case one.Group == "code" && !strings.Contains(one.Text, `replicas`):
			t.Errorf("%s does not carry the scenario", one.ID)
		}
	}
}

func TestNamesWithQuotesStayInsideTheirStrings(t *testing.T) {
	title := `a"b'c`
	s := model.Scenario{Workloads: []model.Workload{{Name: title, Replicas: 1}}}
	for _, one := range All("https://mesh.example", s, "") {
		if strings.Contains(one.Text, title) {
			t.Errorf("%s holds the name unescaped:\n%s", one.ID, one.Text)
		}
	}
}
