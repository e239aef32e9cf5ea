package workbook

import "fmt"

// writeMoney weighs the mesh against doing its work in each service. The figures for
// people are the user's own: where one is missing the cell stays empty, since no default
// could stand for it.
func (w *writer) writeMoney() {
	w.widths(sheetMoney, 14, 18, 18, 18, 20, 20, 22, 20)
	w.put(sheetMoney, 1, 1, "What a mesh costs a month, and when it pays", w.styles.title)
	w.put(sheetMoney, 1, 2, "mesh a month = nodes added + licence + engineers who keep it × cost of one. "+
		"In each service = (services × hours + languages × hours) ÷ 12 × cost of an engineer ÷ hours an engineer works. Fill the yellow cells on Inputs.", 0)
	w.heads(sheetMoney, 4, "pattern", "nodes added [USD/month]", "licence and people [USD/month]", "mesh [USD/month]",
		"in each service instead [USD/month]", "mesh saves [USD/month]", "pays from this many services", "training earned back [months]")
	hours := "IF(engineer_hours_per_month>0,engineer_hours_per_month,160)" // the model's own example
	for i := 1; i < len(w.Plan.Results); i++ {
		r, row := &w.Plan.Results[i], 4+i
		summary := func(column, line int) string { return fmt.Sprintf("'%s'!%s", sheetSummary, at(column, line)) }
		w.put(sheetMoney, 1, row, r.Pattern, 0)
		w.live(sheetMoney, 2, row, summary(summaryCost, firstPatternRow+i)+"-"+summary(summaryCost, firstPatternRow),
			r.MonthlyCostUSD-w.Plan.Results[0].MonthlyCostUSD, w.styles.money)
		w.formula(sheetMoney, 3, row, "licence_monthly_usd+mesh_upkeep_engineers*engineer_monthly_usd", w.styles.money)
		w.formula(sheetMoney, 4, row, at(2, row)+"+"+at(3, row), w.styles.money)
		known := "COUNT(hours_per_service_year,engineer_monthly_usd)<2"
		services := "services"
		if len(w.Scenario.Workloads) > 0 {
			services = fmt.Sprint(w.Plan.Application.MeshedServices)
		}
		w.formula(sheetMoney, 5, row, fmt.Sprintf(`IF(%s,"",(%s*hours_per_service_year+languages*hours_per_language_year)/12*engineer_monthly_usd/%s)`, known, services, hours), w.styles.money)
		w.formula(sheetMoney, 6, row, fmt.Sprintf(`IF(%s="","",%s-%s)`, at(5, row), at(5, row), at(4, row)), w.styles.money)
		w.formula(sheetMoney, 7, row, fmt.Sprintf(`IF(%s,"",IF(hours_per_service_year*engineer_monthly_usd=0,"",MAX(0,ROUNDUP((%s*12*%s/engineer_monthly_usd-languages*hours_per_language_year)/hours_per_service_year,0))))`,
			known, at(4, row), hours), w.styles.number)
		w.formula(sheetMoney, 8, row, fmt.Sprintf(`IF(OR(%s="",COUNT(mesh_training_usd)=0),"",IF(%s<=0,"never",mesh_training_usd/%s))`, at(6, row), at(6, row), at(6, row)), w.styles.ratio)
	}
}

// formula writes a formula whose value only the spreadsheet works out.
func (w *writer) formula(sheet string, column, row int, formula string, style int) {
	cell := at(column, row)
	w.try(w.file.SetCellFormula(sheet, cell, formula))
	w.try(w.file.SetCellStyle(sheet, cell, cell, style))
}
