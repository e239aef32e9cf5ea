package money

import (
	"context"
	"fmt"
	"math"
	"slices"

	"meshplan/internal/model"
)

// Study is the money of a pattern at other numbers of services.
type Study struct {
	Pattern     string    `json:"pattern"`
	Account     Account   `json:"account"`
	BreakEven   BreakEven `json:"break_even"`
	Outlook     Outlook   `json:"outlook"`
	Interrupted bool      `json:"interrupted"` // the context ended: later points are missing
}

// BreakEven is the number of services from which a mesh costs no more than doing
// its work in each service: it does at Services and at every larger number scanned, and
// does not at one less.
type BreakEven struct {
	Services *int64       `json:"services"` // null when unknown, or when it never pays
	Low      *int64       `json:"low"`      // in the world that favours the mesh most
	High     *int64       `json:"high"`     // in the one that favours it least; null: never
	Text     string       `json:"text"`
	Curve    []CurvePoint `json:"curve"`
}

// CurvePoint is the money of both ways at a number of services, a month. Low and high
// take the intervals of the inputs together with the proved bounds of the packing.
type CurvePoint struct {
	Services       int64   `json:"services"`
	MeshUSD        float64 `json:"mesh_usd"`
	AlternativeUSD float64 `json:"alternative_usd"`
	DifferenceUSD  float64 `json:"difference_usd"` // mesh − alternative
	DifferenceLow  float64 `json:"difference_low_usd"`
	DifferenceHigh float64 `json:"difference_high_usd"`
}

// Progress is told how many of the expected plans are done; it may be nil.
type Progress func(done, total int)

// MostServices is how far the break-even is searched.
const MostServices = 2000

// Run studies a pattern; an empty one is that of [model.Plan.MeshPattern]. Errors are
// those of [model.Evaluate]. When the context ends the answer holds what was reached.
func Run(ctx context.Context, s model.Scenario, c model.Catalog, pattern string, progress Progress) (Study, error) {
	plan, err := model.Evaluate(s, c)
	if err != nil {
		return Study{}, err
	}
	if pattern == "" {
		pattern = plan.MeshPattern()
	}
	r := plan.Result(pattern)
	if r == nil || r.Pattern == model.PatternNone {
		return Study{}, unknownPattern(pattern)
	}
	st := &study{
		ctx: ctx, planner: model.NewStudy(c), scenario: s, pattern: pattern, figures: readFigures(s),
		plan: &plan, planned: map[int64]*model.Plan{}, progress: progress,
	}
	st.account = account(s, &plan, r)
	out := Study{Pattern: pattern, Account: st.account}
	st.total = len(scanCounts()) + horizonMonths
	out.BreakEven = st.breakEven()
	out.Outlook = st.outlook()
	out.Interrupted = ctx.Err() != nil
	return out, nil
}

func unknownPattern(pattern string) error {
	if pattern == "" {
		return &model.InputError{Fields: []model.FieldError{{
			Field: "node_type", Rule: "unplaceable", Message: "no mesh pattern fits on these nodes", Fix: "Choose a larger node_type",
		}}}
	}
	ids, _ := model.Patterns()
	return &model.InputError{Fields: []model.FieldError{{
		Field: "pattern", Value: pattern, Rule: "one_of", Message: "there is no mesh pattern called " + pattern,
		Fix: "Use " + model.Nearest(pattern, ids[1:]),
	}}}
}

// study remembers plans by number of services.
type study struct {
	ctx      context.Context
	planner  *model.Study
	scenario model.Scenario
	pattern  string
	figures  figures
	plan     *model.Plan
	account  Account
	planned  map[int64]*model.Plan
	progress Progress
	done     int
	total    int
}

// at plans the scenario with a number of services; nil when it cannot be planned or the
// context has ended.
func (st *study) at(services int64) *model.Plan {
	if plan, known := st.planned[services]; known {
		return plan
	}
	if st.ctx.Err() != nil {
		return nil
	}
	s := st.scenario
	s.Quick.Services = &services
	var plan *model.Plan
	if p, err := st.planner.Evaluate(s); err == nil {
		plan = &p
	}
	st.planned[services] = plan
	st.done = min(st.done+1, st.total)
	if st.progress != nil {
		st.progress(st.done, st.total)
	}
	return plan
}

// runningUSD is what grows with services besides nodes: storage and traffic, in
// proportion to services.
func (st *study) runningUSD(services float64) float64 {
	sum := 0.0
	for _, l := range st.account.Lines {
		if (l.ID == "storage" || l.ID == "cross_zone") && l.AddedUSD != nil {
			sum += *l.AddedUSD
		}
	}
	if now := float64(st.plan.Application.Services); now > 0 {
		return sum * services / now
	}
	return 0
}

// point is both ways at a number of services.
func (st *study) point(services int64) (CurvePoint, bool) {
	plan := st.at(services)
	if plan == nil {
		return CurvePoint{}, false
	}
	r, base := plan.Result(st.pattern), plan.Results[0]
	if r == nil || r.Status == "infeasible" {
		return CurvePoint{}, false
	}
	meshed, running := float64(plan.Application.MeshedServices), st.runningUSD(float64(services))
	p := CurvePoint{Services: services, DifferenceLow: math.Inf(1), DifferenceHigh: math.Inf(-1)}
	typical := st.figures.typical()
	nodes := r.MonthlyCostUSD - base.MonthlyCostUSD
	p.MeshUSD = nodes + running + typical[inLicence] + typical.peopleUSD()
	p.AlternativeUSD = typical.alternativeUSD(meshed)
	p.DifferenceUSD = p.MeshUSD - p.AlternativeUSD
	least, most := r.MonthlyCostLowerBoundUSD-base.MonthlyCostUSD, r.MonthlyCostUSD-base.MonthlyCostLowerBoundUSD
	for _, at := range st.figures.corners() {
		rest := running + at[inLicence] + at.peopleUSD() - at.alternativeUSD(meshed)
		p.DifferenceLow, p.DifferenceHigh = min(p.DifferenceLow, least+rest), max(p.DifferenceHigh, most+rest)
	}
	for _, v := range []*float64{&p.MeshUSD, &p.AlternativeUSD, &p.DifferenceUSD, &p.DifferenceLow, &p.DifferenceHigh} {
		roundTo(v, 100)
	}
	return p, true
}

// scanCounts are 1 to 20, and from there steps of about a tenth.
func scanCounts() []int64 {
	var counts []int64
	for n := int64(1); n <= MostServices; n = max(n+1, n*11/10) {
		counts = append(counts, n)
	}
	if counts[len(counts)-1] != MostServices {
		counts = append(counts, MostServices)
	}
	return counts
}

// breakEven scans the curve and closes in on the last crossing of each of its three
// lines.
func (st *study) breakEven() BreakEven {
	out := BreakEven{Curve: []CurvePoint{}}
	if !st.figures[inPerService].known || !st.figures[inEngineer].known || !st.figures[inUpkeep].known {
		out.Text = "unknown until the hours of work in each service, the cost of an engineer and the engineers who keep the mesh are given"
		return out
	}
	for _, n := range scanCounts() {
		p, ok := st.point(n)
		if !ok {
			break
		}
		out.Curve = append(out.Curve, p)
	}
	out.Services = st.crossing(out.Curve, func(p CurvePoint) float64 { return p.DifferenceUSD })
	out.Low = st.crossing(out.Curve, func(p CurvePoint) float64 { return p.DifferenceLow })
	out.High = st.crossing(out.Curve, func(p CurvePoint) float64 { return p.DifferenceHigh })
	out.Text = out.sentence()
	return out
}

// crossing is the first number of services from which the line stays at or below zero
// over the rest of the scan, to the single service; nil when it ends above.
func (st *study) crossing(curve []CurvePoint, line func(CurvePoint) float64) *int64 {
	i := len(curve)
	for i > 0 && line(curve[i-1]) <= 0 {
		i--
	}
	if i == len(curve) {
		return nil
	}
	high := curve[i].Services
	if i > 0 {
		for low := curve[i-1].Services; high-low > 1; {
			middle := (low + high) / 2
			p, ok := st.point(middle)
			if !ok {
				return nil
			}
			if line(p) <= 0 {
				high = middle
			} else {
				low = middle
			}
		}
	}
	return &high
}

func (b BreakEven) sentence() string {
	span := func() string {
		switch {
		case b.Low == nil:
			return ""
		case b.High != nil && *b.Low == *b.High:
			return fmt.Sprintf("; the intervals given and the bounds of the packing leave it at %d", *b.Low)
		case b.High == nil:
			return fmt.Sprintf("; between %d and never, with the intervals given and the bounds of the packing", *b.Low)
		}
		return fmt.Sprintf("; between %d and %d with the intervals given and the bounds of the packing", *b.Low, *b.High)
	}
	switch {
	case len(b.Curve) == 0:
		return "the scenario cannot be planned at other numbers of services"
	case b.Services == nil:
		return fmt.Sprintf("up to %d services a mesh costs more than doing its work in each service", b.Curve[len(b.Curve)-1].Services) + span()
	case *b.Services == 1:
		return "from the first service on a mesh costs no more than doing its work in each service" + span()
	}
	return fmt.Sprintf("from %d services on a mesh costs no more than doing its work in each service", *b.Services) + span()
}

// services of a growing application at a month, rounded to whole ones.
func grown(services int64, growthPerYear float64, month int) int64 {
	n := math.Round(float64(services) * math.Pow(1+growthPerYear, float64(month)/monthsPerYear))
	return int64(min(n, 20_000)) // the most services a scenario takes
}

func eventOf(events []Event, kind string) *Event {
	i := slices.IndexFunc(events, func(e Event) bool { return e.Kind == kind })
	if i < 0 {
		return nil
	}
	return &events[i]
}
