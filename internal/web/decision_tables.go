package web

import (
	"net/http"

	"meshplan/internal/model"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
	"meshplan/internal/validation"
)

// waveRow is a wave in one line.
type waveRow struct {
	Number         int      `json:"number"`
	Units          []string `json:"units"`
	Services       int64    `json:"services"`
	Pods           int64    `json:"pods"`
	MeshedPods     int64    `json:"meshed_pods"`
	Nodes          int64    `json:"nodes"`
	MonthlyCostUSD float64  `json:"monthly_cost_usd"`
	PeakNodes      int64    `json:"peak_nodes"`
	PeakMonthlyUSD float64  `json:"peak_monthly_usd"`
	Restarts       bool     `json:"restarts"`
	Cliff          bool     `json:"cliff"`
	RoundsAtOnce   int64    `json:"rounds_at_once"`
	RoundsOneByOne int64    `json:"rounds_one_by_one"`
	AddedAtOnceS   *float64 `json:"added_at_once_s"`
	AddedOneByOneS *float64 `json:"added_one_by_one_s"`
	WholeAtOnceS   *float64 `json:"total_at_once_s"`
	WholeOneByOneS *float64 `json:"total_one_by_one_s"`
}

func typical(e *model.Estimate) *float64 {
	if e == nil {
		return nil
	}
	return &e.Typical
}

func waveRows(a RolloutAnswer) *table {
	var rows []waveRow
	if a.Rollout != nil {
		for _, w := range a.Rollout.Waves {
			rows = append(rows, waveRow{
				Number: w.Number, Units: w.Units, Services: w.Services, Pods: w.Pods, MeshedPods: w.MeshedPods,
				Nodes: w.After.Nodes, MonthlyCostUSD: w.After.MonthlyUSD, PeakNodes: w.Peak.Nodes, PeakMonthlyUSD: w.Peak.MonthlyUSD,
				Restarts: w.Restarts, Cliff: w.Cliff, RoundsAtOnce: w.Window.RoundsAtOnce, RoundsOneByOne: w.Window.RoundsOneByOne,
				AddedAtOnceS: typical(w.Window.AddedAtOnce), AddedOneByOneS: typical(w.Window.AddedOneByOne),
				WholeAtOnceS: typical(w.Window.TotalAtOnce), WholeOneByOneS: typical(w.Window.TotalOneByOne),
			})
		}
	}
	return structTable(rows)
}

func developmentRows(a RolloutAnswer) *table {
	if a.Rollout == nil {
		return structTable([]rollout.DevSize(nil))
	}
	return structTable(a.Rollout.Development.Sizes)
}

func lineRows(a MoneyAnswer) *table {
	type row struct {
		Pattern string `json:"pattern"`
		money.Line
	}
	var rows []row
	for _, account := range a.Accounts {
		for _, line := range account.Lines {
			rows = append(rows, row{account.Pattern, line})
		}
	}
	return structTable(rows)
}

func curveRows(a MoneyAnswer) *table {
	if a.Study == nil {
		return structTable([]money.CurvePoint(nil))
	}
	return structTable(a.Study.BreakEven.Curve)
}

func monthRows(a MoneyAnswer) *table {
	if a.Study == nil {
		return structTable([]money.Month(nil))
	}
	return structTable(a.Study.Outlook.Months)
}

func failureRows(a AdviceAnswer) *table {
	type row struct {
		ID      string `json:"id"`
		Title   string `json:"title"`
		Pattern string `json:"pattern"`
		Exposed string `json:"exposed"`
		Why     string `json:"why"`
		Alert   string `json:"alert"`
		FactID  string `json:"fact_id"`
		Source  string `json:"source"`
	}
	var rows []row
	for _, m := range a.FailureModes {
		rows = append(rows, row{m.ID, m.Title, m.Pattern, m.Exposed, m.Why, m.Alert, m.FactID, m.Source})
	}
	return structTable(rows)
}

// versionRows are the versions given, else those recommended.
func versionRows(a AdviceAnswer) *table {
	if len(a.Versions.Versions) > 0 {
		return structTable(a.Versions.Versions)
	}
	return structTable(a.Versions.Recommended)
}

func beforeRows(a AdviceAnswer) *table { return structTable(a.Before) }
func dutyRows(a AdviceAnswer) *table   { return structTable(a.Duties) }
func claimRows(a ClaimsAnswer) *table  { return structTable(a.Claims) }
func fileRows(a FilesAnswer) *table    { return structTable(a.Files) }

// caseRow is a published case in one line.
type caseRow struct {
	ID            string   `json:"id"`
	Group         string   `json:"group"`
	Title         string   `json:"title"`
	Unit          string   `json:"unit"`
	PublishedLow  float64  `json:"published_low"`
	PublishedHigh float64  `json:"published_high"`
	Predicted     *float64 `json:"predicted"`
	PredictedLow  *float64 `json:"predicted_low"`
	PredictedHigh *float64 `json:"predicted_high"`
	ErrorShare    *float64 `json:"error"`
	Covered       *bool    `json:"covered"`
	Scored        bool     `json:"scored"`
	WhyNot        string   `json:"why_not"`
	FactID        string   `json:"fact_id"`
	Source        string   `json:"source"`
	AsOf          string   `json:"as_of"`
	Query         string   `json:"query"`
	Note          string   `json:"note"`
}

func caseRows(report validation.Report) []caseRow {
	rows := make([]caseRow, 0, len(report.Rows))
	for _, r := range report.Rows {
		row := caseRow{
			ID: r.ID, Group: r.Group, Title: r.Title, Unit: r.Unit, PublishedLow: r.PublishedLow, PublishedHigh: r.PublishedHigh,
			ErrorShare: r.ErrorShare, Covered: r.Covered, Scored: r.Scored, WhyNot: r.WhyNot,
			FactID: r.FactID, Source: r.Source, AsOf: r.AsOf, Query: r.Query, Note: r.Note,
		}
		if p := r.Predicted; p != nil {
			row.Predicted, row.PredictedLow, row.PredictedHigh = &p.Typical, &p.Low, &p.High
		}
		rows = append(rows, row)
	}
	return rows
}

// apiValidation answers /api/v1/validation: what the /validation page shows.
func (s *server) apiValidation(f format) handler {
	return s.cached(func(r *http.Request) (*answer, bool, error) {
		_, l, err := readTable(r)
		if err != nil {
			return nil, false, err
		}
		report, err := s.validated(r.Context())
		if err != nil {
			return nil, false, err
		}
		a, err := s.tabular(f, l, cacheShared, report, structTable(caseRows(report)))
		return a, true, err
	})
}
