package model

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestIndependentDoubtsAddAtRightAnglesAndDependentOnesInLine(t *testing.T) {
	a, b := Estimate{7, 10, 14}, Estimate{16, 20, 23}
	if got := a.plus(b); got != (Estimate{25, 30, 35}) { // √(3² + 4²) and √(4² + 3²)
		t.Errorf("independent: %+v", got)
	}
	if got := a.with(b); got != (Estimate{23, 30, 37}) {
		t.Errorf("dependent: %+v", got)
	}
	// 200 − √((3 × 20)² + (10 × 4)²) = 200 − 72.11
	if got := a.by(b); got.Typical != 200 || math.Abs(got.Low-127.889) > 1e-3 || math.Abs(got.High-285.440) > 1e-3 {
		t.Errorf("product: %+v", got)
	}
	if got := a.less(8); got != (Estimate{0, 2, 6}) {
		t.Errorf("less: %+v", got)
	}
	if got := a.atLeast(Estimate{8, 9, 20}); got != (Estimate{8, 10, 20}) {
		t.Errorf("at least: %+v", got)
	}
}

func TestEstimatesStayInOrderAndGrowWithTheirParts(t *testing.T) {
	draw := func(t *rapid.T, name string) Estimate {
		low, up, higher := rapid.Float64Range(0, 100).Draw(t, name+" low"), rapid.Float64Range(0, 50).Draw(t, name+" up"), rapid.Float64Range(0, 50).Draw(t, name+" higher")
		return Estimate{low, low + up, low + up + higher}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		k := rapid.Float64Range(0, 10).Draw(t, "k")
		for _, e := range []Estimate{a.plus(b), a.with(b), a.by(b), a.times(k), a.less(k), a.atLeast(b)} {
			if e.Low > e.Typical+1e-9 || e.Typical > e.High+1e-9 || e.Low < 0 {
				t.Fatalf("%+v", e)
			}
		}
		if sum := a.plus(b); sum.Typical < a.Typical || sum.High < a.High {
			t.Fatalf("adding %+v to %+v lowered it: %+v", b, a, sum)
		}
		if exact := exactly(a.Typical).plus(exactly(b.Typical)); exact.Low != exact.Typical || exact.High != exact.Typical {
			t.Fatalf("figures without doubt gained some: %+v", exact)
		}
	})
}
