package workbook

import "meshplan/internal/model"

// writeNotes says what is live, what is packed, and what to know about the numbers.
func (w *writer) writeNotes() {
	w.widths(sheetNotes, 16, 24, 90, 50)
	row := 1
	line := func(cells ...string) {
		for i, text := range cells {
			w.put(sheetNotes, i+1, row, text, w.styles.text)
		}
		row++
	}
	w.put(sheetNotes, 1, row, "Notes", w.styles.title)
	row++
	line("live", "formulas", "Demand, cost, growth and break-even follow the yellow cells on Inputs. Names in formulas are the names of the API.")
	line("packed", "values", "Node counts come from packing whole pods on whole nodes, which no formula does. The fewest nodes by CPU and memory beside them are a formula; Refresh packs anew.")
	line("server", w.BaseURL, "Method and sources: "+w.BaseURL+"/method")
	row++
	w.heads(sheetNotes, row, "kind", "about", "text", "source or cure")
	row++
	for _, warning := range w.Plan.Warnings {
		line("warning", warning.Pattern+" "+warning.Field, warning.Message, warning.Fix)
	}
	for _, excuse := range w.Plan.Excuses {
		line("not chosen", excuse.Subject, excuse.Message, excuse.Field)
	}
	for _, rule := range w.Plan.Reasoning.Rules {
		line("rule", rule.ID+": "+rule.State, rule.Statement+" Seen: "+rule.Seen+". Threshold: "+rule.Threshold+".", rule.Source)
	}
	for _, source := range sources(w.Plan.Inputs) {
		line("figure", source.Name, source.Value+", "+source.Origin+", as of "+source.AsOf, source.Source)
	}
}

// sources are the inputs that have one.
func sources(inputs []model.Input) []model.Input {
	var list []model.Input
	for _, in := range inputs {
		if in.Source != "" {
			list = append(list, in)
		}
	}
	return list
}
