package snippet

// columns that a table in a sheet needs at most.
const tableFields = "fields=pattern,nodes,monthly_cost_usd,cost_growth,verdict,error"

func (w *writer) sheets() []Snippet {
	table := w.address("plan.csv", w.query, tableFields, "errors=inline")
	cell := w.address("value/sidecar.nodes", w.varied, "errors=inline")
	ranged := w.address("plan.csv", w.varied, "services=10..100..10", "fields=services,verdict,sidecar.nodes,sidecar.cost_growth")
	return []Snippet{
		w.formula("sheets", "sheets-table", "Google Sheets: the results as a table", "=IMPORTDATA("+quoted(table)+")",
			"Sheets fetches again about once an hour while the file is open.", table),
		w.formula("sheets", "sheets-cell", "Google Sheets: one number, with the services of cell A1",
			"=IMPORTDATA("+quoted(join(cell)+"services=")+"&A1)", "", join(cell)+"services=60"),
		w.formula("sheets", "sheets-range", "Google Sheets: a row for each of 10 to 100 services", "=IMPORTDATA("+quoted(ranged)+")",
			"One call instead of one for each cell.", ranged),
		w.appsScript(),
	}
}

// join ends an address so that another parameter can follow.
func join(address string) string {
	for _, c := range address {
		if c == '?' {
			return address + "&"
		}
	}
	return address + "?"
}

func (w *writer) appsScript() Snippet {
	example := w.address("value/sidecar.nodes", w.query)
	return Snippet{
		ID: "apps-script", Group: "sheets", Title: "Apps Script: a function of your own", Language: "javascript", URLs: []string{example},
		Note: `In the sheet: Extensions ▸ Apps Script, paste, save; then =MESHPLAN("sidecar.nodes") or =MESHPLAN("sidecar.nodes", "services="&A1).`,
		Text: `/**
 * A number of the plan, such as sidecar.nodes, sidecar.cost_growth or verdict.
 * @param {string} field pattern.column, or verdict
 * @param {string} inputs more inputs, such as services=60; they win over the scenario's
 * @customfunction
 */
function MESHPLAN(field, inputs) {
  var given = {};
  [` + jsString(w.query) + `, inputs || ""].join("&").split("&").forEach(function (pair) {
    var at = pair.indexOf("=");
    if (at > 0) given[pair.slice(0, at)] = pair.slice(at + 1);
  });
  var query = Object.keys(given).map(function (name) { return name + "=" + given[name]; }).join("&");
  var url = ` + jsString(w.base+"/api/v1/value/") + ` + encodeURIComponent(field) + "?errors=inline&" + query;
  var cache = CacheService.getScriptCache();
  var key = Utilities.base64Encode(Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, url));
  var text = cache.get(key);
  if (text === null) {
    text = UrlFetchApp.fetch(url).getContentText();
    cache.put(key, text, 300);
  }
  return text !== "" && !isNaN(text) ? Number(text) : text;
}
`,
	}
}

func (w *writer) excel() []Snippet {
	cell := w.address("value/sidecar.nodes", w.query, "errors=inline")
	varied := join(w.address("value/sidecar.nodes", w.varied, "errors=inline")) + "services="
	table := w.address("plan.xml", w.query, "fields=pattern,nodes,monthly_cost_usd,cost_growth", "errors=inline")
	const windows = "WEBSERVICE works in Excel for Windows."
	return []Snippet{
		w.formula("excel", "excel-cell", "Excel: one number", "=VALUE(WEBSERVICE("+quoted(cell)+"))", windows, cell),
		w.formula("excel", "excel-filterxml", "Excel: one number out of the table",
			"=VALUE(FILTERXML(WEBSERVICE("+quoted(table)+`),"//row[pattern='sidecar']/monthly_cost_usd"))`,
			windows+" Put WEBSERVICE into a cell of its own and FILTERXML around that cell to fetch only once.", table),
		w.formula("excel", "excel-lambda", "Excel: a function of your own",
			"=LAMBDA(services,VALUE(WEBSERVICE("+quoted(varied)+"&services)))",
			"Formulas ▸ Name Manager ▸ New, name it SIDECARNODES, paste; then =SIDECARNODES(60). "+windows, varied+"60"),
		w.powerQuery(),
		w.officeScript(),
	}
}

func (w *writer) powerQuery() Snippet {
	url := w.address("plan.csv", w.query)
	text := `let
    Source = Csv.Document(
        Web.Contents(` + mString(w.base) + `, [
            RelativePath = "api/v1/plan.csv",
            Query = [` + mRecord(w.query) + `]
        ]),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    Promoted = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),
    Typed = Table.TransformColumnTypes(Promoted, {
        {"nodes", Int64.Type}, {"monthly_cost_usd", Currency.Type}, {"cost_growth", type number}
    }, "en-US")
in
    Typed
`
	if w.tooLong {
		text = `let
    Source = Csv.Document(
        Web.Contents(` + mString(w.base) + `, [
            RelativePath = "api/v1/plan.csv",
            Headers = [#"Content-Type" = "application/json"],
            Content = Text.ToBinary(` + mString(w.body) + `)
        ]),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    Promoted = Table.PromoteHeaders(Source, [PromoteAllScalars = true])
in
    Promoted
`
	}
	return Snippet{
		ID: "power-query", Group: "excel", Title: "Excel and Power BI: Power Query", Language: "m", Text: text, URLs: []string{url},
		Note: "Data ▸ Get Data ▸ From Other Sources ▸ Blank Query ▸ Advanced Editor; sign in as anonymous.",
	}
}

func (w *writer) officeScript() Snippet {
	url := w.address("plan", w.query)
	return Snippet{
		ID: "office-script", Group: "excel", Title: "Excel on the web: Office Script", Language: "typescript", URLs: []string{url},
		Note: "Automate ▸ New Script. Calls from Power Automate are not allowed to fetch.",
		Text: `interface Result { pattern: string; nodes: number; monthly_cost_usd: number; cost_growth: number | null }
interface Plan { verdict: string; results: Result[] }

async function main(workbook: ExcelScript.Workbook) {
  const response = await fetch(` + jsString(url) + `);
  if (!response.ok) throw new Error(await response.text());
  const plan: Plan = await response.json();
  const rows: (string | number)[][] = [["pattern", "nodes", "monthly_cost_usd", "cost_growth"]];
  for (const r of plan.results) rows.push([r.pattern, r.nodes, r.monthly_cost_usd, r.cost_growth ?? ""]);
  const sheet = workbook.getWorksheet("meshplan") ?? workbook.addWorksheet("meshplan");
  sheet.getRangeByIndexes(0, 0, rows.length, rows[0].length).setValues(rows);
}
`,
	}
}

func (w *writer) libreoffice() []Snippet {
	cell := join(w.address("value/sidecar.nodes", w.varied, "errors=inline")) + "services="
	table := w.address("plan.xml", w.query, "fields=pattern,nodes,monthly_cost_usd,cost_growth", "errors=inline")
	const allow = "When a saved file is opened again, LibreOffice asks before it fetches: press Allow Updating."
	return []Snippet{
		w.formula("libreoffice", "libreoffice-cell", "LibreOffice Calc: one number, with the services of cell A1",
			"=VALUE(WEBSERVICE("+quoted(cell)+"&A1))", allow, cell+"60"),
		w.formula("libreoffice", "libreoffice-filterxml", "LibreOffice Calc: one number out of the table",
			"=VALUE(FILTERXML(WEBSERVICE("+quoted(table)+`);"//row[pattern='sidecar']/monthly_cost_usd"))`,
			"The same address in several cells is fetched once. "+allow, table),
	}
}
