package model

import "time"

// MeshPattern is the pattern that questions about running a mesh are about: that of the
// verdict, else the one behind a closed gate, else the cheapest that encrypts between
// services. It is "" when no pattern fits on the nodes.
func (p *Plan) MeshPattern() string {
	if r := p.subject(); r.Pattern != PatternNone {
		return r.Pattern
	}
	var best *Result
	for i := range p.Results {
		r := &p.Results[i]
		if known, _ := patternByID(r.Pattern); !known.encrypts || r.Status == "infeasible" {
			continue
		}
		if best == nil || r.MonthlyCostUSD < best.MonthlyCostUSD {
			best = r
		}
	}
	if best == nil {
		return ""
	}
	return best.Pattern
}

// Result is the result of a pattern, nil for an unknown one.
func (p *Plan) Result(pattern string) *Result {
	for i := range p.Results {
		if p.Results[i].Pattern == pattern {
			return &p.Results[i]
		}
	}
	return nil
}

// Day is the plan's date as a day: the last of the month where only the month is known,
// as with a catalog of monthly prices.
func (p *Plan) Day() string {
	if month, err := time.Parse("2006-01", p.AsOf); err == nil {
		return month.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	return p.AsOf
}

// Input is a value the plan used, by name. It reports false for a name it did not use.
func (p *Plan) Input(name string) (Input, bool) {
	for _, input := range p.Inputs {
		if input.Name == name {
			return input, true
		}
	}
	return Input{}, false
}

// subject is the result that a reader asks about first: the verdict's pattern, the one
// behind a closed gate, or no mesh.
func (p *Plan) subject() *Result {
	for _, id := range []string{p.Verdict, p.Reasoning.Candidate} {
		if r := p.Result(id); r != nil {
			return r
		}
	}
	return &p.Results[0]
}
