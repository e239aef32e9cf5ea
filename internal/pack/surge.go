package pack

import "context"

// Surge is what a rolling update needs beside what the steady state needs.
type Surge struct {
	Steady   Solution
	Updating Solution // with the extra pods that exist while the update runs
}

// SolveSurge solves a problem twice: as it is, and with extra[s] more pods of each shape
// s, which a rolling update keeps beside the old ones (maxSurge). The second is a
// problem of its own, not an addition to the first plan: it says what the cluster has
// to be, or to grow to, while the update runs. Errors are those of [Solve], or a
// [*ProblemError] for extra pods that do not match the shapes.
func SolveSurge(ctx context.Context, p Problem, extra []int64, s Settings) (Surge, error) {
	if len(extra) != len(p.Shapes) {
		return Surge{}, badValue("must have one entry for each shape", len(extra), "len(extra)")
	}
	updating := p
	updating.Shapes = make([]Shape, len(p.Shapes))
	for i, n := range extra {
		if !inRange(n) {
			return Surge{}, badValue(rangeReason, n, "extra[%d]", i)
		}
		updating.Shapes[i] = p.Shapes[i]
		updating.Shapes[i].Count += n
	}
	var out Surge
	var err error
	if out.Steady, err = Solve(ctx, p, s); err != nil {
		return Surge{}, err
	}
	if out.Updating, err = Solve(ctx, updating, s); err != nil {
		return Surge{}, err
	}
	return out, nil
}
