package workbook

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"meshplan/internal/catalog"
	"meshplan/internal/model"
)

func plan(t *testing.T, s model.Scenario) *model.Plan {
	t.Helper()
	prices, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Evaluate(s, prices)
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

func scenario(t *testing.T, flat string) model.Scenario {
	t.Helper()
	values := map[string][]string{}
	for pair := range strings.SplitSeq(flat, "&") {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = []string{value}
	}
	s, err := model.DecodeFlat(values)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, book Book) *excelize.File {
	t.Helper()
	text, err := Write(book)
	if err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// calculated is a cell worked out from its formulas, by another program than wrote them.
func calculated(t *testing.T, file *excelize.File, sheet string, column, row int) float64 {
	t.Helper()
	text, err := file.CalcCellValue(sheet, at(column, row), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatalf("%s %s: %v", sheet, at(column, row), err)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%s %s is %q", sheet, at(column, row), text)
	}
	return n
}

var scenarios = map[string]string{
	"quick":           "services=200&mtls_required=true&discount=0.1&node_monthly_fee_usd=12.5&control_plane_monthly_usd=73",
	"several types":   "services=120&node_type=m6i.large,m6i.4xlarge&zones=3",
	"part of a mesh":  "services=40&meshed_share=0.37&headroom=0.2",
	"own free node":   "services=20&provider=custom&node_allocatable_cpu_m=7500&node_allocatable_memory_mib=28672",
	"with people":     "services=60&engineer_monthly_usd=10000&hours_per_service_year=20&mesh_upkeep_engineers=0.5&mesh_training_usd=5000",
	"with a workload": "workloads=shop/cart,D,3,200,300~shop/agent,DS,,50,64~shop/db,S,1,1000,4000&services=9",
}

func TestTheFormulasGiveThePlansNumbers(t *testing.T) {
	for name, flat := range scenarios {
		t.Run(name, func(t *testing.T) {
			s := scenario(t, flat)
			p := plan(t, s)
			file := open(t, Book{Scenario: s, Plan: p, BaseURL: "https://mesh.example"})
			for i, r := range p.Results {
				row := firstPatternRow + i
				for column, want := range map[int]float64{
					summaryNodes: float64(r.Nodes), summaryCPU: float64(r.CPURequestedMillicores), summaryMemory: float64(r.MemoryRequestedMiB),
				} {
					if got := calculated(t, file, sheetSummary, column, row); got != want {
						t.Errorf("%s: %s is %v, want %v", r.Pattern, at(column, row), got, want)
					}
				}
				if got := calculated(t, file, sheetSummary, summaryCost, row); math.Abs(got-r.MonthlyCostUSD) >= 0.005 {
					t.Errorf("%s costs %v, want %v", r.Pattern, got, r.MonthlyCostUSD)
				}
				for column, want := range map[int]*float64{summaryCostGrowth: r.CostGrowth, summaryCPUGrowth: r.CPUGrowth, summaryMemoryGrowth: r.MemoryGrowth} {
					if want == nil {
						continue
					}
					if got := calculated(t, file, sheetSummary, column, row); math.Abs(got-*want) > 0.0001 {
						t.Errorf("%s: growth %s is %v, want %v", r.Pattern, at(column, row), got, *want)
					}
				}
			}
		})
	}
}

func TestAChangedInputChangesWhatDependsOnIt(t *testing.T) {
	s := scenario(t, "services=200&proxy_cpu_m=100")
	p := plan(t, s)
	file := open(t, Book{Scenario: s, Plan: p, BaseURL: "https://mesh.example"})
	sidecar := firstPatternRow + 4
	before := calculated(t, file, sheetSummary, summaryCPU, sidecar)
	set(t, file, "proxy_cpu_m", 250)
	// 200 services × 3 pods × 150m more for each proxy
	if got := calculated(t, file, sheetSummary, summaryCPU, sidecar); got != before+600*150 {
		t.Errorf("CPU requested is %v, was %v", got, before)
	}
	if got := calculated(t, file, sheetSummary, 2, 4); got != 1 {
		t.Errorf("%v inputs changed", got)
	}
	fewest := calculated(t, file, sheetSummary, summaryFewest, sidecar)
	if packed := calculated(t, file, sheetSummary, summaryPacked, sidecar); fewest <= packed {
		t.Errorf("the fewest nodes %v do not follow the request; packed %v", fewest, packed)
	}
}

func set(t *testing.T, file *excelize.File, input string, value any) {
	t.Helper()
	for _, name := range file.GetDefinedName() {
		if name.Name == input {
			_, cell, _ := strings.Cut(name.RefersTo, "!")
			if err := file.SetCellValue(sheetInputs, strings.ReplaceAll(cell, "$", ""), value); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no name %s", input)
}

// The pieces of the request are put together by formulas: they ask for the scenario as
// it was given, and for what was changed in the sheet.
func TestTheRequestAsksForTheInputsAsTheyAre(t *testing.T) {
	s := scenario(t, "services=200&headroom=0.25&node_type=m6i.large")
	file := open(t, Book{Scenario: s, Plan: plan(t, s), BaseURL: "https://mesh.example"})
	asked := func() string {
		text, err := file.CalcCellValue(sheetInputs, at(inputSoFar, lastInput(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if got := asked(); got != "&services=200&node_type=m6i.large&headroom=0.25" {
		t.Errorf("asks for %s", got)
	}
	set(t, file, "proxy_cpu_m", 250)
	set(t, file, "services", 300)
	if got := asked(); got != "&services=300&node_type=m6i.large&headroom=0.25&proxy_cpu_m=250" {
		t.Errorf("after a change asks for %s", got)
	}
}

func lastInput(t *testing.T, file *excelize.File) int {
	t.Helper()
	rows, err := file.GetRows(sheetInputs)
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

// (60 services × 20 h) ÷ 12 × $10,000 ÷ 160 h = $6,250 a month in each service; the mesh
// takes half an engineer, $5,000, and its nodes.
func TestBreakEvenWeighsTheMeshAgainstEachService(t *testing.T) {
	s := scenario(t, scenarios["with people"])
	p := plan(t, s)
	file := open(t, Book{Scenario: s, Plan: p, BaseURL: "https://mesh.example"})
	const sidecar = 4
	added := p.Results[sidecar].MonthlyCostUSD - p.Results[0].MonthlyCostUSD
	row := 4 + sidecar
	if got := calculated(t, file, sheetMoney, 5, row); got != 6250 {
		t.Errorf("in each service: %v", got)
	}
	if got := calculated(t, file, sheetMoney, 4, row); math.Abs(got-(added+5000)) > 0.005 {
		t.Errorf("mesh: %v, want %v", got, added+5000)
	}
	if got, want := calculated(t, file, sheetMoney, 7, row), math.Ceil((added+5000)*12*160/10000/20); got != want {
		t.Errorf("pays from %v services, want %v", got, want)
	}
}

func TestTheSamePlanGivesTheSameBytes(t *testing.T) {
	s := scenario(t, scenarios["quick"])
	p := plan(t, s)
	first, err := Write(Book{Scenario: s, Plan: p, BaseURL: "https://mesh.example"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Write(Book{Scenario: s, Plan: p, BaseURL: "https://mesh.example"})
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the bytes differ (%v)", err)
	}
}

func TestNamesThatLookLikeFormulasStayText(t *testing.T) {
	s := model.Scenario{Title: `=HYPERLINK("http://evil","x")`}
	file := open(t, Book{Scenario: s, Plan: plan(t, s), BaseURL: "https://mesh.example"})
	formula, err := file.GetCellFormula(sheetSummary, "A1")
	if err != nil || formula != "" {
		t.Errorf("the title became the formula %q (%v)", formula, err)
	}
}

func TestEveryPieceOfAFormulaFitsExcel(t *testing.T) {
	s := scenario(t, scenarios["quick"])
	file := open(t, Book{Scenario: s, Plan: plan(t, s), BaseURL: "https://" + strings.Repeat("long.", 30) + "example"})
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range 14 {
				formula, err := file.GetCellFormula(sheet, at(c+1, r+1))
				if err != nil {
					t.Fatal(err)
				}
				if len(formula) > 8192 {
					t.Errorf("%s %s: a formula of %d characters", sheet, at(c+1, r+1), len(formula))
				}
				for i, part := range strings.Split(formula, `"`) {
					if i%2 == 1 && len(part) > 255 {
						t.Errorf("%s %s: a string of %d characters", sheet, at(c+1, r+1), len(part))
					}
				}
			}
		}
	}
	if fmt.Sprint(file.GetSheetList()) != "[Summary Inputs Demand Nodes Break-even Refresh Notes]" {
		t.Errorf("sheets %v", file.GetSheetList())
	}
}
