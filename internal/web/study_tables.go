package web

import "meshplan/internal/analysis"

// The tables of the slow analyses. What a chart or a table of the page shows is in one of
// them.

func flipRows(r analysis.FlipsResult) *table          { return structTable(r.Flips) }
func flipScanRows(r analysis.FlipsResult) *table      { return structTable(r.Scanned) }
func cliffRows(r analysis.CliffsResult) *table        { return structTable(r.Cliffs) }
func cliffScanRows(r analysis.CliffsResult) *table    { return structTable(r.Scanned) }
func thresholdRows(r analysis.StripResult) *table     { return structTable(r.Thresholds) }
func choiceRows(r analysis.RegretResult) *table       { return structTable(r.Choices) }
func drawnRows(r analysis.UncertaintyResult) *table   { return structTable(r.Inputs) }
func spreadRows(r analysis.UncertaintyResult) *table  { return structTable(r.Patterns) }
func varyingRows(r analysis.UncertaintyResult) *table { return structTable(r.Workloads) }
func shareRows(r analysis.UncertaintyResult) *table   { return structTable(r.Verdicts) }

// stripRows has a row for each pattern at each number of services.
func stripRows(r analysis.StripResult) *table {
	type row struct {
		Services  int64  `json:"services"`
		Verdict   string `json:"verdict"`
		Candidate string `json:"candidate"`
		analysis.PatternPoint
		Error string `json:"error"`
	}
	var rows []row
	for _, p := range r.Points {
		if p.Error != "" {
			rows = append(rows, row{Services: p.Services, Error: p.Error})
		}
		for _, of := range p.Results {
			rows = append(rows, row{p.Services, p.Verdict, p.Candidate, of, ""})
		}
	}
	return structTable(rows)
}

// segmentRows has the runs of one verdict, of one candidate and of one cheapest pattern.
func segmentRows(r analysis.StripResult) *table {
	type row struct {
		Of string `json:"of"`
		analysis.StripSegment
	}
	var rows []row
	for _, runs := range []struct {
		of   string
		list []analysis.StripSegment
	}{{"verdict", r.Verdicts}, {"candidate", r.Candidates}, {"cheapest", r.Cheapest}} {
		for _, run := range runs.list {
			rows = append(rows, row{runs.of, run})
		}
	}
	return structTable(rows)
}

func bandRows(r analysis.StripResult) *table {
	type row struct {
		Services int64 `json:"services"`
		analysis.BandPattern
	}
	var rows []row
	for _, band := range r.Bands {
		for _, p := range band.Patterns {
			rows = append(rows, row{band.Services, p})
		}
	}
	return structTable(rows)
}

func partRows(r analysis.WaterfallResult) *table {
	type row struct {
		Pattern string `json:"pattern"`
		analysis.WaterfallPart
	}
	var rows []row
	for _, p := range r.Patterns {
		for _, part := range p.Parts {
			rows = append(rows, row{p.Pattern, part})
		}
	}
	return structTable(rows)
}

func walkRows(r analysis.WaterfallResult) *table { return structTable(r.Patterns) }

func doublingRows(r analysis.DoublingResult) *table {
	type row struct {
		Input string `json:"input"`
		Unit  string `json:"unit"`
		You   string `json:"you"`
		analysis.DoublingPattern
	}
	var rows []row
	for _, line := range r.Lines {
		for _, p := range line.Patterns {
			rows = append(rows, row{line.Input, line.Unit, line.You, p})
		}
	}
	return structTable(rows)
}

func doublingPointRows(r analysis.DoublingResult) *table {
	type row struct {
		Input   string `json:"input"`
		Pattern string `json:"pattern"`
		analysis.DoublingPoint
	}
	var rows []row
	for _, line := range r.Lines {
		for _, p := range line.Patterns {
			for _, point := range p.Points {
				rows = append(rows, row{line.Input, p.Pattern, point})
			}
		}
	}
	return structTable(rows)
}

func tornadoRows(r analysis.UncertaintyResult) *table {
	type row struct {
		Name   string   `json:"name"`
		Inputs []string `json:"inputs"`
		analysis.TornadoPattern
	}
	var rows []row
	for _, bar := range r.Tornado {
		for _, p := range bar.Patterns {
			rows = append(rows, row{bar.Name, bar.Inputs, p})
		}
	}
	return structTable(rows)
}

func histogramRows(r analysis.UncertaintyResult) *table {
	type row struct {
		Pattern string `json:"pattern"`
		analysis.Bin
	}
	var rows []row
	for _, p := range r.Patterns {
		for _, bin := range p.Histogram {
			rows = append(rows, row{p.Pattern, bin})
		}
	}
	return structTable(rows)
}
