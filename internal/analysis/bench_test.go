package analysis_test

import (
	"testing"

	"meshplan/internal/analysis"
	"meshplan/internal/model"
)

// benchmarked are a quick scenario, one of 60 workloads, and the same on the cheapest mix
// of all node types.
func benchmarked(b *testing.B, run func(model.Scenario) error) {
	mixed := list()
	mixed.Nodes.NodeType = pointer("auto")
	for _, c := range []struct {
		name string
		s    model.Scenario
	}{{"quick", model.Scenario{}}, {"list", list()}, {"list on auto", mixed}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := run(c.s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStrip(b *testing.B) {
	c := loadCatalog(b)
	benchmarked(b, func(s model.Scenario) error {
		_, err := analysis.Strip(ctx(), s, c, nil)
		return err
	})
}

func BenchmarkFlips(b *testing.B) {
	c := loadCatalog(b)
	benchmarked(b, func(s model.Scenario) error {
		_, err := analysis.Flips(ctx(), s, c, nil)
		return err
	})
}

func BenchmarkCliffs(b *testing.B) {
	c := loadCatalog(b)
	benchmarked(b, func(s model.Scenario) error {
		_, err := analysis.Cliffs(ctx(), s, c, nil)
		return err
	})
}
