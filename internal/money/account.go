package money

import (
	"fmt"
	"math"
	"slices"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Account is the money of one pattern a month, in US dollars.
type Account struct {
	Pattern            string      `json:"pattern"`
	Title              string      `json:"title"`
	Lines              []Line      `json:"lines"`
	BaselineMonthlyUSD float64     `json:"baseline_monthly_usd"` // without a mesh
	MonthlyUSD         float64     `json:"monthly_usd"`          // with it: all lines that are known
	AddedMonthlyUSD    float64     `json:"added_monthly_usd"`
	AddedShare         *float64    `json:"added_share"` // added ÷ baseline; null with a free baseline
	OnceUSD            *float64    `json:"once_usd"`    // training and tooling; null when not given
	Alternative        Alternative `json:"alternative"`
	Payback            Payback     `json:"payback"`
	Unknown            []Unknown   `json:"unknown"`
	Opinions           []Opinion   `json:"opinions"`
}

// Line is one kind of money. A null amount is unknown; Field is the input that gives it.
type Line struct {
	ID          string   `json:"id"` // nodes, discount, node_fees, control_plane_fee, storage, cross_zone, licence, people
	Title       string   `json:"title"`
	BaselineUSD float64  `json:"baseline_usd"`
	WithUSD     *float64 `json:"with_usd"`
	AddedUSD    *float64 `json:"added_usd"`
	Formula     string   `json:"formula"` // with the scenario's values
	Field       string   `json:"field,omitempty"`
	FactID      string   `json:"fact_id,omitempty"`
}

// Alternative is doing mTLS, telemetry and retries in each service instead.
type Alternative struct {
	MonthlyUSD *float64 `json:"monthly_usd"` // null while an input is missing
	HoursYear  *float64 `json:"hours_year"`
	Formula    string   `json:"formula"`
	Example    bool     `json:"example"` // converted with the example of hours a month
}

// Payback is how long training takes to be earned back by what the mesh saves against
// the alternative.
type Payback struct {
	Months *float64 `json:"months"` // null when unknown, or when nothing is saved
	Text   string   `json:"text"`
}

// Unknown is an input whose absence leaves money out of the sum.
type Unknown struct {
	Field string `json:"field"`
	What  string `json:"what"`
}

// Opinion is a figure of the field, for comparison and never in a sum.
type Opinion struct {
	Text   string `json:"text"`
	FactID string `json:"fact_id"`
	Source string `json:"source"`
}

// Accounts works out the money of every pattern that fits on the nodes, without packing
// anything again. The plan has to be that of the scenario.
func Accounts(s model.Scenario, plan model.Plan) []Account {
	list := []Account{}
	for i := range plan.Results {
		r := &plan.Results[i]
		if r.Pattern != model.PatternNone && r.Status != "infeasible" {
			list = append(list, account(s, &plan, r))
		}
	}
	return list
}

func account(s model.Scenario, plan *model.Plan, r *model.Result) Account {
	f := readFigures(s)
	a := Account{Pattern: r.Pattern, Title: r.Title, Unknown: []Unknown{}, Opinions: opinions()}
	a.Lines = append(nodeLines(s, plan, r), storageLine(plan, r), crossZoneLine(plan, r), licenceLine(f), peopleLine(f))
	for _, l := range a.Lines {
		a.BaselineMonthlyUSD += l.BaselineUSD
		if l.WithUSD == nil {
			a.Unknown = append(a.Unknown, Unknown{Field: l.Field, What: l.Title})
			continue
		}
		a.MonthlyUSD += *l.WithUSD
	}
	a.AddedMonthlyUSD = a.MonthlyUSD - a.BaselineMonthlyUSD
	if a.BaselineMonthlyUSD > 0 {
		share := a.AddedMonthlyUSD / a.BaselineMonthlyUSD
		a.AddedShare = &share
	}
	if once := f[inTraining]; once.known {
		a.OnceUSD = &once.value
	} else {
		a.Unknown = append(a.Unknown, Unknown{Field: inTraining, What: "training and tooling, once"})
	}
	a.Alternative = alternative(f, plan.Application.MeshedServices)
	a.Payback = payback(a)
	a.round()
	return a
}

// round brings money to cents, after everything was worked out.
func (a *Account) round() {
	for _, v := range []*float64{&a.BaselineMonthlyUSD, &a.MonthlyUSD, &a.AddedMonthlyUSD, a.Alternative.MonthlyUSD} {
		roundTo(v, 100)
	}
	roundTo(a.AddedShare, 10_000)
	roundTo(a.Payback.Months, 10)
	for i := range a.Lines {
		roundTo(&a.Lines[i].BaselineUSD, 100)
		roundTo(a.Lines[i].WithUSD, 100)
		roundTo(a.Lines[i].AddedUSD, 100)
	}
}

func roundTo(v *float64, parts float64) {
	if v != nil {
		*v = math.Round(*v*parts)/parts + 0 // no negative zero
	}
}

func line(id, title string, baseline, with float64, formula, field string) Line {
	added := with - baseline
	return Line{ID: id, Title: title, BaselineUSD: baseline, WithUSD: &with, AddedUSD: &added, Formula: formula, Field: field}
}

// nodeLines take the bill for nodes apart: list price, discount, fees.
func nodeLines(s model.Scenario, plan *model.Plan, r *model.Result) []Line {
	base := &plan.Results[0]
	discount, fee, control := given(s.Nodes.Discount), given(s.Nodes.NodeMonthlyFeeUSD), given(s.Nodes.ControlPlaneMonthlyUSD)
	listed := func(r *model.Result) float64 {
		if discount == 1 {
			return 0
		}
		return (r.MonthlyCostUSD - control - fee*float64(r.Nodes)) / (1 - discount)
	}
	before, after := listed(base), listed(r)
	return []Line{
		line("nodes", "nodes at list price", before, after, fmt.Sprintf("%d nodes without, %d with: hourly price × 730 h", base.Nodes, r.Nodes), "node_hourly_usd"),
		line("discount", "discount and commitments", -before*discount, -after*discount, fmt.Sprintf("%g %% of the list price", discount*100), "discount"),
		line("node_fees", "fees per node", fee*float64(base.Nodes), fee*float64(r.Nodes), fmt.Sprintf("$%.2f × nodes", fee), "node_monthly_fee_usd"),
		line("control_plane_fee", "fee of the cluster's control plane", control, control, "the same with and without", "control_plane_monthly_usd"),
	}
}

func given(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

// storageLine is metrics and logs, when the scenario asks for observability or has it
// priced.
func storageLine(plan *model.Plan, r *model.Result) Line {
	i := slices.IndexFunc(plan.Observability, func(o model.Observability) bool { return o.Pattern == r.Pattern })
	if i < 0 {
		return line("storage", "storage of metrics and logs", 0, 0, "no observability is planned", "observability")
	}
	o := plan.Observability[i]
	if o.StorageMonthlyUSD == nil {
		return Line{ID: "storage", Title: "storage of metrics and logs", Formula: "no price of storage is given", Field: "storage_gb_month_usd"}
	}
	return line("storage", "storage of metrics and logs", 0, *o.StorageMonthlyUSD, fmt.Sprintf("%.1f GB of metrics and %.1f GB of logs", o.DiskGB.Typical, given(o.LogGB)), "storage_gb_month_usd")
}

func crossZoneLine(plan *model.Plan, r *model.Result) Line {
	const title = "traffic across zones"
	i := slices.IndexFunc(plan.Traffic.Patterns, func(t model.PatternTraffic) bool { return t.Pattern == r.Pattern })
	if i < 0 {
		return line("cross_zone", title, 0, 0, "it adds no bytes between services", "zones")
	}
	t := plan.Traffic.Patterns[i]
	if t.CrossZoneMonthlyUSD == nil {
		return Line{ID: "cross_zone", Title: title, Formula: fmt.Sprintf("%.1f GB cross zones; their price is not known", t.CrossZoneGBPerMonth), Field: "cross_zone_gb_usd"}
	}
	l := line("cross_zone", title, 0, *t.CrossZoneMonthlyUSD, fmt.Sprintf("%.2f GB more cross zones", t.CrossZoneGBPerMonth), "cross_zone_gb_usd")
	l.FactID = plan.Traffic.PriceFactID
	return l
}

func licenceLine(f figures) Line {
	licence := f[inLicence]
	if !licence.known {
		return Line{ID: "licence", Title: "licence and support of the mesh", Formula: "not given; 0 for the open-source builds", Field: inLicence}
	}
	return line("licence", "licence and support of the mesh", 0, licence.value, "as given", inLicence)
}

func peopleLine(f figures) Line {
	upkeep, engineer := f[inUpkeep], f[inEngineer]
	l := Line{ID: "people", Title: "people who keep the mesh", Field: inUpkeep}
	switch {
	case !upkeep.known:
		l.Formula = "how much of an engineer it takes is not given"
	case !engineer.known && upkeep.value > 0:
		l.Formula, l.Field = "what an engineer costs is not given", inEngineer
	default:
		return line("people", l.Title, 0, f.typical().peopleUSD(), fmt.Sprintf("%g engineers × $%.0f", upkeep.value, engineer.value), inUpkeep)
	}
	return l
}

// alternative is unknown until hours per service and the cost of an engineer are given.
// Libraries per language count as far as they are given.
func alternative(f figures, services int64) Alternative {
	hours, engineer := f[inPerService], f[inEngineer]
	if !hours.known || !engineer.known {
		return Alternative{Formula: "needs the hours of work in each service and the cost of an engineer"}
	}
	at := f.typical()
	year := float64(services)*at[inPerService] + at[inLanguages]*at[inPerLanguage]
	usd := at.alternativeUSD(float64(services))
	return Alternative{
		MonthlyUSD: &usd, HoursYear: &year, Example: f[inHoursMonth].example,
		Formula: fmt.Sprintf("(%d services × %g h + %g languages × %g h) ÷ 12 × $%.0f ÷ %g h", services, at[inPerService], at[inLanguages], at[inPerLanguage], at[inEngineer], at[inHoursMonth]),
	}
}

func payback(a Account) Payback {
	switch {
	case a.Alternative.MonthlyUSD == nil:
		return Payback{Text: "unknown: the alternative " + a.Alternative.Formula}
	case *a.Alternative.MonthlyUSD <= a.AddedMonthlyUSD:
		return Payback{Text: "never: the mesh costs no less a month than doing it in each service"}
	case a.OnceUSD == nil:
		return Payback{Text: "unknown until the cost of training and tooling is given"}
	}
	months := *a.OnceUSD / (*a.Alternative.MonthlyUSD - a.AddedMonthlyUSD)
	return Payback{Months: &months, Text: fmt.Sprintf("$%.0f once, earned back in %.1f months", *a.OnceUSD, months)}
}

// opinions on the money of meshes, for comparison.
func opinions() []Opinion {
	people, total := facts.Must("tco_opinion_people"), facts.Must("tco_opinion_total")
	return []Opinion{{
		Text:   fmt.Sprintf("One guide puts a mesh of 50 services at $%.0f a month, $%.0f of it people: an opinion, not a measurement", total.Value(), people.Value()),
		FactID: people.ID, Source: people.Source,
	}}
}
