package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestRegretOfThreeChoicesInThreeWorldsWorkedByHand(t *testing.T) {
	// Dollars a month, cost and what is owed for requests that do not hold:
	//
	//	            world 1   world 2   world 3
	//	generous    120       120       120
	//	lean        100       100+30    100+60
	//	middling    110       110       110+40
	//
	// Made whole the best are 100, 110 (middling) and 120. With weights 1, 1.5 and no
	// exponent the regrets are
	//
	//	generous    20         10           0         mean 10
	//	lean         0         1.5×30 = 45  1.5×60    mean 45
	//	middling    10          0           1.5×40    mean 23.33
	worlds := [][]outcome{
		{{true, 120, 0}, {true, 120, 0}, {true, 120, 0}},
		{{true, 100, 0}, {true, 100, 30}, {true, 100, 60}},
		{{true, 110, 0}, {true, 110, 0}, {true, 110, 40}},
	}
	got := RegretWeights{Overspend: 1, Underprovision: 1.5, Exponent: 1}.rank(worlds)
	want := []struct {
		choice, best int
		regret       float64
	}{{0, 1, 10}, {2, 1, 70.0 / 3}, {1, 1, 45}}
	for i, w := range want {
		if got[i].choice != w.choice || math.Abs(got[i].regret-w.regret) > 1e-9 || got[i].best != w.best {
			t.Errorf("place %d: %+v, want %+v", i+1, got[i], w)
		}
	}
	// Whoever minds spending ten times as much as throttling chooses the lean one: it
	// overspends nowhere, and owes 0.15 × 30 and 0.15 × 60 against 20 and 10, and 10.
	if first := (RegretWeights{Overspend: 1, Underprovision: 0.15, Exponent: 1}).rank(worlds)[0]; first.choice != 1 {
		t.Errorf("with a light weight on what does not hold choice %d wins, want 1", first.choice)
	}
}

func TestADominatedChoiceNeverWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		worlds := rapid.IntRange(1, 4).Draw(t, "worlds")
		choices := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) outcome {
			return outcome{rapid.IntRange(0, 9).Draw(t, "placed") > 0, float64(rapid.IntRange(0, 5).Draw(t, "cost")), float64(rapid.IntRange(0, 3).Draw(t, "owed"))}
		}), worlds, worlds), 2, 6).Draw(t, "choices")
		w := RegretWeights{
			Overspend: rapid.Float64Range(0, 3).Draw(t, "overspend"), Underprovision: rapid.Float64Range(0, 3).Draw(t, "under"),
			Exponent: rapid.Float64Range(1, 2).Draw(t, "exponent"),
		}
		if first := w.rank(choices)[0]; first.dominated {
			t.Fatalf("%+v wins and is dominated", first)
		}
	})
}
