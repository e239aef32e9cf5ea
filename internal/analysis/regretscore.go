package analysis

import (
	"math"
	"slices"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// RegretWeights say how much each way of being wrong hurts. They are judgements, not
// measurements, and meant to be edited.
type RegretWeights struct {
	Overspend      float64 `json:"overspend"`      // of a dollar a month more than the world's best choice
	Underprovision float64 `json:"underprovision"` // of a dollar a month saved by requests that do not hold
	Exponent       float64 `json:"exponent"`       // above 1 a large regret hurts more than two of half its size
}

// DefaultRegretWeights hold that a request which does not hold is worse than one that is
// too large; the registry says whose judgement that is.
var DefaultRegretWeights = RegretWeights{
	Overspend: facts.Must("regret_weight_overspend").Value(), Underprovision: facts.Must("regret_weight_underprovision").Value(),
	Exponent: facts.Must("regret_weight_exponent").Value(),
}

// RegretWeightsOf are the scenario's weights, and the defaults where it gives none.
func RegretWeightsOf(s model.Scenario) RegretWeights {
	w := DefaultRegretWeights
	for _, one := range []struct{ given, into *float64 }{
		{s.Run.WeightOverspend, &w.Overspend}, {s.Run.WeightUnderprovision, &w.Underprovision}, {s.Run.WeightExponent, &w.Exponent},
	} {
		if one.given != nil {
			*one.into = *one.given
		}
	}
	return w
}

// outcome is what one choice comes to in one world, in dollars a month.
type outcome struct {
	placed bool
	cost   float64
	owed   float64 // what requests that hold would cost more
}

// made is the cost of the choice made whole: with requests that hold.
func (o outcome) made() float64 { return o.cost + o.owed }

// score sums a choice up over all worlds.
type score struct {
	choice    int
	regret    float64 // mean over worlds in which it is placed
	worst     float64
	overspend float64 // mean, unweighted
	owed      float64
	cost      float64 // mean
	best      int     // worlds in which no choice regrets less
	unplaced  int
	dominated bool
}

// score ranks choices by worlds in which they cannot be placed, then by mean regret, then
// by what they cost made whole. Regret is
//
//	(overspend × max(0, cost − best) + underprovision × owed) ^ exponent
//
// where best is the least that any choice costs in that world made whole.
func (w RegretWeights) rank(outcomes [][]outcome) []score {
	scores := make([]score, len(outcomes))
	for i := range outcomes {
		scores[i] = score{choice: i}
	}
	if len(outcomes) == 0 {
		return scores
	}
	for world := range outcomes[0] {
		w.addWorld(scores, outcomes, world)
	}
	for i := range scores {
		scores[i].average(len(outcomes[i]))
		scores[i].dominated = slices.ContainsFunc(outcomes, func(other []outcome) bool { return dominates(other, outcomes[i]) })
	}
	slices.SortStableFunc(scores, func(a, b score) int {
		if a.unplaced != b.unplaced {
			return a.unplaced - b.unplaced
		}
		for _, by := range []int{compare(a.regret, b.regret), compare(a.cost+a.owed, b.cost+b.owed), compare(a.owed, b.owed)} {
			if by != 0 {
				return by
			}
		}
		return 0
	})
	return scores
}

func (w RegretWeights) addWorld(scores []score, outcomes [][]outcome, world int) {
	best := math.Inf(1)
	for i := range outcomes {
		if o := outcomes[i][world]; o.placed {
			best = min(best, o.made())
		}
	}
	least := math.Inf(1)
	regrets := make([]float64, len(outcomes))
	for i := range outcomes {
		o, s := outcomes[i][world], &scores[i]
		if !o.placed {
			s.unplaced++
			regrets[i] = math.Inf(1)
			continue
		}
		over := max(0, o.cost-best)
		regrets[i] = math.Pow(w.Overspend*over+w.Underprovision*o.owed, w.Exponent)
		s.regret += regrets[i]
		s.worst = max(s.worst, regrets[i])
		s.overspend += over
		s.owed += o.owed
		s.cost += o.cost
		least = min(least, regrets[i])
	}
	for i := range scores {
		if regrets[i] == least && !math.IsInf(least, 1) {
			scores[i].best++
		}
	}
}

func (s *score) average(worlds int) {
	placed := float64(worlds - s.unplaced)
	if placed == 0 {
		return
	}
	s.regret /= placed
	s.overspend /= placed
	s.owed /= placed
	s.cost /= placed
}

// dominates says whether a is at least as good as b in every world, in what it costs and
// in what it owes, and better in one.
func dominates(a, b []outcome) bool {
	better := false
	for world := range b {
		x, y := a[world], b[world]
		switch {
		case !y.placed:
			better = better || x.placed
			continue
		case !x.placed || x.cost > y.cost || x.owed > y.owed:
			return false
		}
		better = better || x.cost < y.cost || x.owed < y.owed
	}
	return better
}
