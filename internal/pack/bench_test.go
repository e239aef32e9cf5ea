package pack

import (
	"context"
	"math/rand/v2"
	"testing"
)

func randomShapes(n int, seed uint64) []Shape {
	rng := rand.New(rand.NewPCG(seed, 1))
	shapes := make([]Shape, n)
	for i := range shapes {
		shapes[i] = Shape{Size: Vector{50 * (1 + rng.Int64N(30)), 64 * (1 + rng.Int64N(60)), 1}, Count: 1 + rng.Int64N(40)}
	}
	return shapes
}

func BenchmarkFast(b *testing.B) {
	for _, c := range []struct {
		name   string
		shapes []Shape
	}{
		{"1 shape", []Shape{{Size: Vector{700, 500, 1}, Count: 200}}},
		{"2 shapes", []Shape{{Size: Vector{950, 628, 1}, Count: 200}, {Size: Vector{500, 2048, 1}, Count: 1}}},
		{"60 shapes", randomShapes(60, 1)},
		{"200 shapes", randomShapes(200, 1)},
		{"20000 shapes", manyShapes(20_000).Shapes},
	} {
		p := Problem{Shapes: c.shapes, NodeTypes: oneType(7500, 28672, 110)}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Solve(context.Background(), p, Settings{Effort: Fast}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
