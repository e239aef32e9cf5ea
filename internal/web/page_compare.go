package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"meshplan/internal/model"
	"meshplan/templates"
)

// sidesCompared are the names of the scenarios on the compare page.
var sidesCompared = []string{"a", "b", "c", "d"}

// getCompare answers /compare?a=&b=: each a saved id or link, or the address of a plan.
func (s *server) getCompare(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	names, err := readNames(r, sidesCompared...)
	if err != nil {
		return err
	}
	view := templates.Comparison{Asked: names}
	for _, name := range sidesCompared {
		if strings.TrimSpace(names[name]) == "" {
			continue
		}
		side, err := s.compareSide(r, name, strings.TrimSpace(names[name]))
		if err != nil {
			p := problemOf(err)
			if p.Status >= http.StatusInternalServerError {
				return err
			}
			view.Wrong = append(view.Wrong, model.FieldError{Field: "scenario " + name, Message: p.Detail})
			continue
		}
		view.Sides = append(view.Sides, side)
	}
	view.Numbers, view.Inputs = comparedNumbers(view.Sides), comparedInputs(view.Sides)
	return s.sendPage(w, r, http.StatusOK, templates.ComparePage(site, view))
}

// compareSide plans one side.
func (s *server) compareSide(r *http.Request, name, text string) (templates.Side, error) {
	asked := text
	if u, err := url.Parse(text); err == nil && u.RawQuery != "" {
		asked = u.RawQuery
	} else if err == nil && strings.HasPrefix(u.Path, "/s/") {
		asked = path.Base(u.Path)
	}
	scenario, saved, err := s.readSide(r, name, asked)
	if err != nil {
		return templates.Side{}, err
	}
	plan, err := s.planner.plan(r.Context(), scenario)
	if err != nil {
		return templates.Side{}, err
	}
	side := templates.Side{Name: name, Title: "Scenario " + name, Plan: plan, Address: address(scenario)}
	if scenario.Title != "" {
		side.Title = scenario.Title
	}
	if saved {
		side.Address = "/s/" + asked
	}
	return side, nil
}

// comparedNumbers are the answers that people compare, a row each.
func comparedNumbers(sides []templates.Side) []templates.Compared {
	if len(sides) == 0 {
		return nil
	}
	rows := []templates.Compared{comparedRow("Verdict", sides, func(p *model.Plan) string { return model.VerdictTitle(p.Verdict) })}
	ids, titles := model.Patterns()
	for i, id := range ids {
		of := func(shown func(model.Result) string) func(*model.Plan) string {
			return func(p *model.Plan) string {
				for _, result := range p.Results {
					if result.Pattern == id {
						return shown(result)
					}
				}
				return ""
			}
		}
		rows = append(rows,
			changing(comparedRow(titles[i]+", nodes", sides, of(func(r model.Result) string { return templates.Whole(r.Nodes) })),
				amounts(sides, id, func(r model.Result) float64 { return float64(r.Nodes) }), func(v float64) string { return templates.Whole(int64(v)) }),
			changing(comparedRow(titles[i]+", a month", sides, of(func(r model.Result) string { return templates.Dollars(r.MonthlyCostUSD) })),
				amounts(sides, id, func(r model.Result) float64 { return r.MonthlyCostUSD }), templates.Dollars),
		)
		if id != model.PatternNone {
			rows = append(rows, comparedRow(titles[i]+", growth", sides, of(func(r model.Result) string { return templates.Growth(r.CostGrowth) })))
		}
	}
	return rows
}

// amounts are a pattern's number on every side.
func amounts(sides []templates.Side, pattern string, of func(model.Result) float64) []float64 {
	var list []float64
	for _, side := range sides {
		for _, result := range side.Plan.Results {
			if result.Pattern == pattern {
				list = append(list, of(result))
			}
		}
	}
	return list
}

// changing adds to a row what is more or less than on the first side.
func changing(row templates.Compared, amounts []float64, shown func(float64) string) templates.Compared {
	for _, amount := range amounts {
		change := ""
		if more := amount - amounts[0]; more > 0 {
			change = "+" + shown(more)
		} else if more < 0 {
			change = shown(more)
		}
		row.Changes = append(row.Changes, change)
	}
	return row
}

// comparedInputs are the values used that are not the same on every side.
func comparedInputs(sides []templates.Side) []templates.Compared {
	var rows []templates.Compared
	seen := map[string]bool{}
	for _, side := range sides {
		for _, input := range side.Plan.Inputs {
			if seen[input.Name] {
				continue
			}
			seen[input.Name] = true
			row := comparedRow(input.Name, sides, func(p *model.Plan) string {
				for _, in := range p.Inputs {
					if in.Name == input.Name {
						return in.Value
					}
				}
				return "–"
			})
			if row.Differs {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func comparedRow(label string, sides []templates.Side, value func(*model.Plan) string) templates.Compared {
	row := templates.Compared{Label: label}
	for _, side := range sides {
		row.Values = append(row.Values, value(side.Plan))
		row.Differs = row.Differs || row.Values[0] != row.Values[len(row.Values)-1]
	}
	return row
}
