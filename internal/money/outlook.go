package money

import (
	"fmt"
	"time"

	"meshplan/internal/model"
)

// horizonMonths is how far the outlook goes: three years.
const horizonMonths = 36

// Outlook is three years of growth, month by month.
type Outlook struct {
	GrowthPerYear *float64 `json:"growth_per_year"` // null: not given, and the outlook is empty
	Months        []Month  `json:"months"`
	Events        []Event  `json:"events"` // in order of time
	NextCliff     *Event   `json:"next_cliff"`
	VerdictChange *Event   `json:"verdict_change"`
	Text          string   `json:"text"`
}

// Month is the plan in one month from the plan's date on.
type Month struct {
	Month              int      `json:"month"` // 0 is the plan's date
	Date               string   `json:"date"`
	Services           int64    `json:"services"`
	Verdict            string   `json:"verdict"`
	NodesWithout       int64    `json:"nodes_without"`
	Nodes              int64    `json:"nodes"`
	BaselineMonthlyUSD float64  `json:"baseline_monthly_usd"` // nodes without a mesh
	MonthlyUSD         float64  `json:"monthly_usd"`          // nodes with it
	AddedUSD           float64  `json:"added_usd"`            // everything the mesh adds that month
	TotalUSD           float64  `json:"total_usd"`            // added since the plan's date, training included
	AlternativeUSD     *float64 `json:"alternative_total_usd"`
}

// Event is something that growth brings.
type Event struct {
	Kind     string `json:"kind"` // cliff, verdict
	Month    int    `json:"month"`
	Date     string `json:"date"`
	Services int64  `json:"services"`
	Text     string `json:"text"`
}

// outlook follows the growth; a month that cannot be planned ends it.
func (st *study) outlook() Outlook {
	out := Outlook{Months: []Month{}, Events: []Event{}}
	growth := st.figures[inGrowth]
	if !growth.known {
		out.Text = "unknown until the growth of services a year is given"
		return out
	}
	out.GrowthPerYear = &growth.value
	total, alternative := 0.0, 0.0
	if st.account.OnceUSD != nil {
		total = *st.account.OnceUSD
	}
	for m := 0; m <= horizonMonths; m++ {
		month, ok := st.month(m, grown(st.plan.Application.Services, growth.value, m))
		if !ok {
			break
		}
		total += month.AddedUSD
		month.TotalUSD = total
		if st.account.Alternative.MonthlyUSD != nil {
			alternative += st.figures.typical().alternativeUSD(float64(st.planned[month.Services].Application.MeshedServices))
			sum := alternative
			roundTo(&sum, 100)
			month.AlternativeUSD = &sum
		}
		roundTo(&month.TotalUSD, 100)
		out.Events = append(out.Events, eventsBetween(out.Months, month)...)
		out.Months = append(out.Months, month)
	}
	out.NextCliff, out.VerdictChange = eventOf(out.Events, "cliff"), eventOf(out.Events, "verdict")
	out.Text = out.sentence()
	return out
}

func (st *study) month(m int, services int64) (Month, bool) {
	p, ok := st.point(services)
	if !ok {
		return Month{}, false
	}
	plan := st.planned[services]
	r, base := plan.Result(st.pattern), plan.Results[0]
	return Month{
		Month: m, Date: dateAfter(st.plan.Day(), m), Services: services, Verdict: plan.Verdict,
		NodesWithout: base.Nodes, Nodes: r.Nodes, BaselineMonthlyUSD: base.MonthlyCostUSD, MonthlyUSD: r.MonthlyCostUSD, AddedUSD: p.MeshUSD,
	}, true
}

// dateAfter is the same day a number of months later, the last of a shorter month, or ""
// for a date that is none.
func dateAfter(date string, months int) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	last := time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	if then := day.AddDate(0, months, 0); then.Before(last) {
		return then.Format(time.DateOnly)
	}
	return last.Format(time.DateOnly)
}

// eventsBetween compares a month with the one before it.
func eventsBetween(before []Month, now Month) []Event {
	if len(before) == 0 {
		return nil
	}
	last := before[len(before)-1]
	var events []Event
	if now.Nodes != last.Nodes {
		events = append(events, Event{
			Kind: "cliff", Month: now.Month, Date: now.Date, Services: now.Services,
			Text: fmt.Sprintf("%d → %d nodes at %d services", last.Nodes, now.Nodes, now.Services),
		})
	}
	if now.Verdict != last.Verdict {
		events = append(events, Event{
			Kind: "verdict", Month: now.Month, Date: now.Date, Services: now.Services,
			Text: fmt.Sprintf("the verdict changes from %s to %s at %d services", model.VerdictTitle(last.Verdict), model.VerdictTitle(now.Verdict), now.Services),
		})
	}
	return events
}

func (o Outlook) sentence() string {
	if len(o.Months) == 0 {
		return "the scenario cannot be planned as it grows"
	}
	last := o.Months[len(o.Months)-1]
	text := fmt.Sprintf("In %d months %d services on %d nodes", last.Month, last.Services, last.Nodes)
	if o.NextCliff != nil {
		text += fmt.Sprintf("; the next nodes on %s (%s)", o.NextCliff.Date, o.NextCliff.Text)
	} else if last.Month > 0 {
		text += "; no node is added"
	}
	if o.VerdictChange != nil {
		text += fmt.Sprintf("; on %s %s", o.VerdictChange.Date, o.VerdictChange.Text)
	} else if last.Month > 0 {
		text += fmt.Sprintf("; the verdict stays %s", model.VerdictTitle(last.Verdict))
	}
	return text
}
