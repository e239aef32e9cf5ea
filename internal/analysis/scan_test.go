package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

func TestASweepOverTheProxyFindsTheWorkedCliffs(t *testing.T) {
	// 7500m hold ten pods of 700m with 10m each more: 710 × 10 = 7100, and so on: the
	// nodes of the worked case are 21, 23, 25, 26, 29, 29.
	out, err := analysis.Sweep(ctx(), solo(t, nil), loadCatalog(t), analysis.SweepSpec{Axes: []analysis.Axis{{Name: "proxy_cpu_m", From: 10, To: 300, Step: 10}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[float64]int64{10: 21, 100: 23, 150: 25, 200: 26, 250: 29, 300: 29}
	for _, p := range out.Points {
		if nodes, ok := want[p.Values[0]]; ok && p.Results[4].Nodes != nodes {
			t.Errorf("%v m: %d nodes, want %d", p.Values, p.Results[4].Nodes, nodes)
		}
	}
}

func TestASweepEqualsThePlanAtEachOfItsPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		planned(t, s)
		axes := []analysis.Axis{
			{Name: "services", From: 1, To: 41, Step: 20}, {Name: "headroom", From: 0, To: 0.2, Step: 0.1},
		}
		out, err := analysis.Sweep(ctx(), s, loadCatalog(t), analysis.SweepSpec{Axes: axes}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Points) != 9 {
			t.Fatalf("%d points, want 9", len(out.Points))
		}
		for _, p := range out.Points {
			at := with(t, with(t, s, "services", fmt.Sprint(p.Values[0])), "headroom", fmt.Sprint(p.Values[1]))
			plan, err := model.Evaluate(at, loadCatalog(t))
			if err != nil {
				if p.Error != err.Error() {
					t.Fatalf("at %v: %q, want %q", p.Values, p.Error, err)
				}
				continue
			}
			if diff := cmp.Diff(model.Rows(plan), p.Rows()); diff != "" || p.Verdict != plan.Verdict {
				t.Fatalf("at %v: %s", p.Values, diff)
			}
		}
	})
}

func TestASweepRefusesWhatItCannotDoByName(t *testing.T) {
	for _, c := range []struct {
		axes  []analysis.Axis
		field string
	}{
		{nil, "over"},
		{[]analysis.Axis{{Name: "sevrices", To: 1, Step: 1}}, "over"},
		{[]analysis.Axis{{Name: "polyglot", To: 1, Step: 1}}, "over"},
		{[]analysis.Axis{{Name: "services", To: 10}}, "step"},
		{[]analysis.Axis{{Name: "services", From: 5, To: 1, Step: 1}}, "to"},
		{[]analysis.Axis{{Name: "services", To: 10, Step: 0.5}}, "step"},
		{[]analysis.Axis{{Name: "services", From: -1, To: 10, Step: 1}}, "from"},
		{[]analysis.Axis{{Name: "services", To: 30_000, Step: 10_000}}, "to"},
		{[]analysis.Axis{{Name: "services", To: 1, Step: 1}, {Name: "services", To: 1, Step: 1}}, "over"},
	} {
		_, err := analysis.Sweep(ctx(), model.Scenario{}, loadCatalog(t), analysis.SweepSpec{Axes: c.axes}, nil)
		var wrong *model.InputError
		if !errors.As(err, &wrong) || wrong.Fields[0].Field != c.field {
			t.Errorf("%+v: %v, want a refusal of %s", c.axes, err, c.field)
		}
	}
	var limit *model.LimitError
	if _, err := analysis.Sweep(ctx(), model.Scenario{}, loadCatalog(t), analysis.SweepSpec{Axes: []analysis.Axis{{Name: "services", To: 5000, Step: 1}}}, nil); !errors.As(err, &limit) {
		t.Errorf("5,001 points: %v, want a limit", err)
	}
}

func TestAStripEqualsASweepOverServices(t *testing.T) {
	for _, s := range []model.Scenario{{}, model.Examples()[0].Scenario} {
		strip, err := analysis.Strip(ctx(), s, loadCatalog(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		sweep, err := analysis.Sweep(ctx(), s, loadCatalog(t), analysis.SweepSpec{Axes: []analysis.Axis{{Name: "services", From: 1, To: 500, Step: 1}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strip.Step != 1 || len(strip.Points) != 500 {
			t.Fatalf("%d points in steps of %d, want 500", len(strip.Points), strip.Step)
		}
		for i, p := range strip.Points {
			if float64(p.Services) != sweep.Points[i].Values[0] || p.Verdict != sweep.Points[i].Verdict {
				t.Fatalf("at %d: strip %s, sweep %s", p.Services, p.Verdict, sweep.Points[i].Verdict)
			}
			if diff := cmp.Diff(sweep.Points[i].Results, p.Results); diff != "" {
				t.Fatalf("at %d: %s", p.Services, diff)
			}
		}
	}
}

func TestAStripShowsWhereTheVerdictTurns(t *testing.T) {
	// Canary releases weigh 2; below ten services the field's opinion takes 2 away, so a
	// mesh is wanted from ten services on.
	s := flat(t, map[string]string{"canary_required": "true", "mesh_engineers": "1", "max_cost_growth": "5", "services": "30"})
	strip, err := analysis.Strip(ctx(), s, loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if first := strip.Verdicts[0]; first != (analysis.StripSegment{From: 1, To: 9, Value: "no_mesh"}) {
		t.Errorf("the strip begins with %+v, want no_mesh from 1 to 9", first)
	}
	if strip.You.Services != 30 || strip.You.Verdict == "no_mesh" {
		t.Errorf("the user stands at %d with %s", strip.You.Services, strip.You.Verdict)
	}
	last := int64(0)
	for _, segment := range strip.Verdicts {
		if segment.From != last+1 || segment.To < segment.From {
			t.Errorf("segment %+v does not follow %d", segment, last)
		}
		last = segment.To
	}
	if last != analysis.StripServices {
		t.Errorf("the segments end at %d", last)
	}
}

// neighbour is the scenario with a scanned value: an answer, an input, or an amount
// added to every row.
func neighbour(t interface{ Fatal(...any) }, s model.Scenario, input, value string) model.Scenario {
	added := len(s.Workloads) > 0 && (input == "pod_cpu_m" && s.Quick.PodCPUMillicores == nil || input == "pod_memory_mib" && s.Quick.PodMemoryMiB == nil)
	if !added {
		return with(t, s, input, value)
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	rows := append([]model.Workload(nil), s.Workloads...)
	for i := range rows {
		if input == "pod_cpu_m" {
			rows[i].PodCPUMillicores += n
		} else {
			rows[i].PodMemoryMiB += n
		}
	}
	s.Workloads = rows
	return s
}

func TestAFlipFlipsTheVerdictAndTheStepBeforeDoesNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		plan := planned(t, s)
		out, err := analysis.Flips(ctx(), s, loadCatalog(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		if out.Verdict != plan.Verdict {
			t.Fatalf("verdict %s, the plan says %s", out.Verdict, plan.Verdict)
		}
		for i, flip := range out.Flips {
			if i > 0 && flip.Change < out.Flips[i-1].Change {
				t.Fatalf("%s comes after a larger change", flip.Input)
			}
			at := evaluate(t, with(t, s, flip.Input, flip.To))
			if at.Verdict != flip.Verdict || at.Verdict == plan.Verdict {
				t.Fatalf("%+v: the verdict there is %s", flip, at.Verdict)
			}
			if before := evaluate(t, with(t, s, flip.Input, flip.StepBefore)); before.Verdict != plan.Verdict {
				t.Fatalf("%+v: a step nearer the verdict is already %s", flip, before.Verdict)
			}
		}
	})
}

func TestFlipsFindWhatTheRulesSay(t *testing.T) {
	// 20 services, an mTLS mandate, nobody to run it, budget for it: one engineer opens
	// the gate; without the mandate nothing asks for a mesh.
	s := flat(t, map[string]string{"services": "20", "mtls_required": "true", "max_cost_growth": "3"})
	out, err := analysis.Flips(ctx(), s, loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]analysis.Flip{}
	for _, flip := range out.Flips {
		found[flip.Input] = flip
	}
	if out.Verdict != "not_yet" || found["mesh_engineers"].To != "1" || found["mesh_engineers"].Verdict != "ambient" {
		t.Errorf("%s, engineers: %+v", out.Verdict, found["mesh_engineers"])
	}
	if found["mtls_required"].To != "false" || found["mtls_required"].Verdict != "no_mesh" {
		t.Errorf("mandate: %+v", found["mtls_required"])
	}
}

func TestCliffsOfTheWorkedCase(t *testing.T) {
	// Sidecar 250m: seven pods of 950m a node, 29 nodes. Seven pods of 7500 ÷ 7 = 1071m
	// fit, so up to 371m nothing changes but the istiod: 200 = 28 × 7 + 4, and the last
	// node holds four pods and istiod as long as 4 × (700 + p) + 500 ≤ 7500. The next
	// value is 372m with six a node: 34. Downwards eight a node from 237m on: 25 full
	// nodes and one for istiod, 26.
	out, err := analysis.Cliffs(ctx(), solo(t, nil), loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]analysis.Cliff{}
	for _, c := range out.Cliffs {
		if c.Input == "proxy_cpu_m" {
			got[c.Pattern+" "+c.Direction] = c
		}
	}
	if up := got["sidecar up"]; up.At != "372" || up.NodesAt != 34 {
		t.Errorf("up: %+v", up)
	}
	if down := got["sidecar down"]; down.At != "237" || down.NodesAt != 26 {
		t.Errorf("down: %+v", down)
	}
	if len(got) != 2 {
		t.Errorf("the proxy moves %d patterns and directions, want the sidecar's two", len(got))
	}
}

func TestCliffsAreVerifiedByTheirNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenarios(t)
		planned(t, s)
		out, err := analysis.Cliffs(ctx(), s, loadCatalog(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Cliffs {
			at := result(t, evaluate(t, neighbour(t, s, c.Input, c.At)), c.Pattern)
			before := result(t, evaluate(t, neighbour(t, s, c.Input, c.StepBefore)), c.Pattern)
			if at.Nodes != c.NodesAt || before.Nodes != c.Nodes || c.Nodes == c.NodesAt {
				t.Fatalf("%+v: %d nodes there, %d a step before", c, at.Nodes, before.Nodes)
			}
		}
	})
}

func TestAnEndedContextGivesWhatIsThereMarkedInterrupted(t *testing.T) {
	ended, cancel := context.WithCancel(ctx())
	steps := 0
	out, err := analysis.Strip(ended, model.Scenario{}, loadCatalog(t), func(done, total int) {
		if steps++; done == 10 {
			cancel()
		}
	})
	if err != nil || !out.Interrupted || len(out.Points) != 10 || steps == 0 {
		t.Errorf("%d points, interrupted %v, %v", len(out.Points), out.Interrupted, err)
	}
}

func TestTheIntervalsOfAStripAreThoseOfTheUncertainty(t *testing.T) {
	s := solo(t, map[string]string{"proxy_cpu_m_low": "10", "proxy_cpu_m_high": "600"})
	strip, err := analysis.Strip(ctx(), s, loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(strip.Bands) != 21 {
		t.Fatalf("%d intervals, want those of 1, 25, 50 … 500 services", len(strip.Bands))
	}
	band := strip.Bands[4]
	want := uncertainty(t, with(t, s, "services", "100"), analysis.BandDraws)
	for i, p := range band.Patterns {
		if diff := cmp.Diff(want.Patterns[i].Growth, p.Growth); band.Services != 100 || diff != "" {
			t.Fatalf("%s at %d services: %s", p.Pattern, band.Services, diff)
		}
	}
	if side := band.Patterns[4].Growth; side.P5 >= side.P95 {
		t.Errorf("the interval has no width: %+v", side)
	}
	certain, err := analysis.Strip(ctx(), solo(t, nil), loadCatalog(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(certain.Bands) != 0 {
		t.Errorf("intervals where no uncertain figure moves a node")
	}
}
