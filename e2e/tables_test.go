package e2e

import (
	"encoding/csv"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// shownTable is a table of a page with what its button saves.
type shownTable struct {
	Page, Label, CSV string
	Rows             [][]shownCell
}

// shownCell is a cell as it stands on the page.
type shownCell struct {
	Text   string
	Exact  *string // the exact value behind what is shown
	Number bool
	Spans  int
}

// saveAll opens whatever is folded, presses the button behind every table and returns what
// would have been downloaded beside what is shown.
const saveAll = `(async () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true
  const found = []
  let saved = null
  URL.createObjectURL = (blob) => { saved = blob; return '#' }
  HTMLAnchorElement.prototype.click = () => {}
  for (const table of document.querySelectorAll('main table')) {
    const label = table.closest('[aria-label]')?.getAttribute('aria-label') ?? table.id
    const values = table.tBodies[0]?.dataset.rows // of a long table, which is laid out when it is opened
    const later = values ? JSON.parse(values).map((cells) => cells.map((cell) => ({ Text: String(cell), Exact: Array.isArray(cell) ? String(cell[0]) : null, Number: true, Spans: 1 }))) : []
    const rows = [...(values ? table.tHead.rows : table.rows)].map((row) => [...row.cells].map((cell) => {
      const field = cell.querySelector('input:not([type=hidden]), select, textarea')
      const copy = cell.cloneNode(true)
      for (const button of copy.querySelectorAll('button')) button.remove()
      const text = copy.textContent.replace(/\s+/g, ' ').trim()
      return {
        Text: field ? (field.type === 'checkbox' ? String(field.checked) : field.value) : text,
        Exact: field ? null : cell.dataset.key ?? cell.dataset.v ?? null, Number: cell.classList.contains('n'), Spans: cell.colSpan,
      }
    }))
    saved = null
    table.nextElementSibling?.querySelector('[data-save=table]')?.click()
    found.push({ Page: location.pathname, Label: label, CSV: saved ? await saved.text() : '', Rows: [...rows, ...later] })
  }
  return found
})()`

// same says whether a cell of CSV is what the page shows: text as it is, a number plain.
func (c shownCell) same(saved string) bool {
	want := c.Text
	if c.Exact != nil {
		want = *c.Exact
	}
	if saved == want || saved == "'"+want {
		return true
	}
	plain := strings.NewReplacer("$", "", ",", "", "× ", "", "×", "", "+", "", "−", "-", " %", "", "%", "").Replace(want)
	shown, err := strconv.ParseFloat(plain, 64)
	if got, wrong := strconv.ParseFloat(saved, 64); err == nil && wrong == nil && c.Number {
		if strings.HasSuffix(want, "%") {
			shown /= 100
		}
		return got-shown < 1e-9 && shown-got < 1e-9
	}
	return false
}

func (s *shownTable) check(t *testing.T) {
	t.Helper()
	if s.CSV == "" {
		t.Errorf("%s: the table %q has no CSV", s.Page, s.Label)
		return
	}
	in := csv.NewReader(strings.NewReader(s.CSV))
	in.FieldsPerRecord = -1 // a row of the page may be one wide cell
	records, err := in.ReadAll()
	if err != nil || len(records) != len(s.Rows) {
		t.Errorf("%s: %q shows %d rows and saves %d: %v", s.Page, s.Label, len(s.Rows), len(records), err)
		return
	}
	for i, row := range s.Rows {
		at := 0
		for _, cell := range row {
			if at >= len(records[i]) || !cell.same(records[i][at]) {
				t.Errorf("%s: %q, row %d: %+v is saved as %q", s.Page, s.Label, i+1, cell, records[i])
				return
			}
			at += cell.Spans
		}
	}
}

// Every table on every page can be saved as CSV, and the file has the rows of the table.
func TestEveryTableOfEveryPageHasItsCSV(t *testing.T) {
	site := sharedSite(t)
	b := open(t, site, laptop)
	b.expected = "Failed to load resource" // of states of the gallery that are errors
	const scenario = "services=6&pods_per_service=2&mtls_required=true&mesh_engineers=1&max_cost_growth=2&engineer_monthly_usd=9000"
	list := "services=6&workloads=" + url.QueryEscape("=shop/cart,D,3,200,300~shop/db,S,1,1000,4000")
	seen := map[string]int{}
	walk := func(page string) {
		for _, table := range eval[[]shownTable](b, saveAll) {
			table.check(t)
			seen[page]++
		}
	}
	for _, page := range []string{
		"/?" + scenario, "/?" + list, "/decision?" + scenario, "/record?" + scenario, "/compare?a=" + url.QueryEscape(scenario) + "&b=services%3D9",
		"/method", "/validation", "/api", "/spreadsheets?" + scenario, "/nodes?provider=aws",
	} {
		b.visit(page)
		b.partsLoaded()
		path, _, _ := strings.Cut(page, "?")
		walk(path)
	}
	for _, state := range galleryStates(t, site) { // what loads later was seen above
		b.visit(state)
		walk("/gallery")
	}
	t.Logf("tables by page: %v", seen)
	for _, page := range []string{"/", "/decision", "/compare", "/method", "/validation", "/api", "/nodes", "/gallery"} {
		if seen[page] == 0 {
			t.Errorf("%s shows no table, and this test proves nothing of it", page)
		}
	}
}
