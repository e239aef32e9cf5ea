package validation

import (
	"math"
	"testing"

	"meshplan/internal/model"
)

func TestASummaryIsMedianAndShare(t *testing.T) {
	row := func(off float64, covered bool) Row { return Row{ErrorShare: &off, Covered: &covered} }
	every := func(Row) bool { return true }
	// |errors| 0.1 0.2 0.4 0.5: the median lies between the middle two
	s := summarise("x", []Row{row(-0.5, false), row(0.1, true), row(0.2, true), row(-0.4, true)}, every)
	if s.Cases != 4 || math.Abs(*s.MedianAbsoluteError-0.3) > 1e-12 || s.Covered != 3 || *s.Coverage != 0.75 {
		t.Errorf("%+v", s)
	}
	if none := summarise("x", nil, every); none.Cases != 0 || none.Coverage != nil || none.MedianAbsoluteError != nil {
		t.Errorf("%+v", none)
	}
}

func TestCasesThatAreWrongAreRefused(t *testing.T) {
	good := Case{ID: "a", Group: "g", Title: "t", Fact: "sidecar_mem_1_24", Predicts: "proxy.memory"}
	if err := complete([]Case{good}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Case){
		"no such fact":           func(c *Case) { c.Fact = "nothing" },
		"no such constant":       func(c *Case) { c.Sets = []string{"nothing"} },
		"no such prediction":     func(c *Case) { c.Predicts = "nothing" },
		"no such reason":         func(c *Case) { c.Unscored = "nothing" },
		"neither":                func(c *Case) { c.Predicts = "" },
		"like a later one":       func(c *Case) { c.Like = "b" },
		"out of reach, and not":  func(c *Case) { c.Unscored = unscoredOther },
		"subtracts no such fact": func(c *Case) { c.Less = "nothing" },
	} {
		bad := good
		change(&bad)
		if complete([]Case{bad}) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if complete([]Case{good, good}) == nil {
		t.Error("the same id twice: accepted")
	}
}

// 1,000 calls a second on ztunnels of 120m and waypoints of 250m in all: 2,703 a core.
func TestCallsPerCoreTurnsUseAround(t *testing.T) {
	p := model.Plan{
		Traffic: model.Traffic{CallsPerSecond: 1000},
		Uses: []model.Use{
			{Part: "ztunnel", CPUUseM: 60, CPUUseLowM: 60, CPUUseHighM: 60},
			{Part: "waypoint", CPUUseM: 125, CPUUseLowM: 125, CPUUseHighM: 250},
		},
		Results: []model.Result{
			{Pattern: model.PatternAmbient, Nodes: 2},
			{Pattern: model.PatternAmbientL7, Parts: []model.Part{{ID: "waypoint", Count: 2}}},
		},
	}
	e := callsPerCore(p)
	if math.Abs(e.Typical-2702.70) > 0.01 || math.Abs(e.Low-1612.90) > 0.01 || e.High != e.Typical { // 370m, 620m
		t.Errorf("%+v", e)
	}
}
