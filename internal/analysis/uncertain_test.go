package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"meshplan/internal/model"
)

func TestOneWorldInTwentyLiesBeyondEachEnd(t *testing.T) {
	u := UncertainInput{Name: "x", Group: "x", Low: 10, Typical: 20, High: 60, most: math.Inf(1)}
	s := newSampler([]UncertainInput{u}, 1000, 1)
	var below, above, underTypical int
	for i := range 1000 {
		switch v := s.values(i)[0]; {
		case v < u.Low:
			below++
		case v > u.High:
			above++
		}
		if s.values(i)[0] < u.Typical {
			underTypical++
		}
	}
	if below != 50 || above != 50 || underTypical != 500 {
		t.Errorf("%d below, %d above, %d under the typical value; want 50, 50, 500", below, above, underTypical)
	}
}

func TestAWiderIntervalMovesEveryWorldAwayFromTypical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		narrow := UncertainInput{
			Low: rapid.Float64Range(0, 50).Draw(t, "low"), Typical: 50, High: rapid.Float64Range(50, 100).Draw(t, "high"), most: math.Inf(1),
		}
		wide := narrow
		wide.Low -= rapid.Float64Range(0, 50).Draw(t, "lower")
		wide.High += rapid.Float64Range(0, 50).Draw(t, "higher")
		shape := symmetric.Quantile(rapid.Float64Range(0.001, 0.999).Draw(t, "u")) - 0.5
		a, b := narrow.at(shape), wide.at(shape)
		if shape < 0 && b > a || shape > 0 && b < a {
			t.Fatalf("at shape %v the wider interval gives %v, the narrower %v", shape, b, a)
		}
	})
}

func TestInputsOfOneCauseRiseTogetherAndOthersDoNot(t *testing.T) {
	inputs := []UncertainInput{
		{Name: "heap_slack", Group: "configuration size", Low: 1, Typical: 2, High: 3, most: 10},
		{Name: "envoy_kb_per_cluster", Group: "configuration size", Low: 35, Typical: 40, High: 45, most: 100},
		{Name: "rps_per_pod", Group: "rps_per_pod", Low: 10, Typical: 50, High: 90, most: 100},
	}
	s := newSampler(inputs, 500, 7)
	same, opposite := 0, 0
	for i := range 500 {
		v := s.values(i)
		if (v[0] < 2) != (v[1] < 40) {
			t.Fatalf("world %d: one of a cause is low, the other high: %v", i, v)
		}
		if (v[0] < 2) == (v[2] < 50) {
			same++
		} else {
			opposite++
		}
	}
	if same < 200 || opposite < 200 {
		t.Errorf("independent inputs agree %d times and differ %d times", same, opposite)
	}
}

func TestADrawIsNeverWhatTheInputCannotTake(t *testing.T) {
	p, _ := model.ParamByName("headroom")
	u := UncertainInput{Name: p.Name, Low: 0, Typical: 0.1, High: 0.9}.limited(model.Scenario{})
	if got := u.at(0.5); got != 0.9 {
		t.Errorf("the highest world has a headroom of %v, want 0.9", got)
	}
	if got := u.at(-0.5); got != 0 {
		t.Errorf("the lowest world has a headroom of %v, want 0", got)
	}
}
