package e2e

import (
	"strings"
	"testing"
)

// paste pastes a text where a selector points, as a spreadsheet's cells come.
func (b *tab) paste(selector, text string) {
	b.t.Helper()
	eval[bool](b, `(() => {
		const clipboardData = new DataTransfer()
		clipboardData.setData('text/plain', `+quoted(text)+`)
		const at = document.querySelector(`+quoted(selector)+`)
		at.focus()
		return at.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
	})()`)
}

// rows are the cells of the table of workloads, as they are sent.
func (b *tab) rows() string {
	b.t.Helper()
	return eval[string](b, `[...document.querySelectorAll('.workloads tbody tr')].map((row) =>
		[...row.querySelectorAll('td :is(input:not([type=hidden]), select)')].map((cell) => cell.value).join(',')).join('|')`)
}

func TestWorkloadsArePastedFromASpreadsheet(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	for _, c := range []struct{ what, text, rows, told string }{
		{"cells with Windows line ends", "shop\tcart\tDeployment\t\t3\t250\t512\t50\ty\r\nshop\tpay\tdeployment\t\t2\t100\t128\t\tno\r\n",
			"shop,cart,Deployment,,3,250,512,50,y|shop,pay,Deployment,,2,100,128,,n", ""},
		{"CSV with headings in another order, quoted cells and units", "name,namespace,CPU request,memory,replicas\n\"cart, the \"\"new\"\" one\",shop,250m,1Gi,\"1,200\"\n",
			`shop,cart, the "new" one,,,1200,250,1024,,`, ""},
		{"semicolons and decimal commas", "namespace;name;replicas;rps\nshop;cart;3;1.234,5\n", "shop,cart,,,3,,,1234.5,", ""},
		{"nonsense", "shop\tcart\tspaceship\t\tmany\t250\t512", "shop,cart,,,,250,512,,", "“spaceship” in row 1 is no kind. “many” in row 1 is no replicas."},
		{"a heading that is not known", "name\treplicas\tcolour\ncart\t3\tblue", ",cart,,,3,,,,", "1 of 3 columns have a heading that is not one of this table's, and are left out."},
	} {
		b.visit("/?services=20")
		b.partsLoaded()
		b.paste("[data-add-row]", c.text)
		if rows := b.rows(); rows != c.rows {
			t.Errorf("%s: rows %q, want %q", c.what, rows, c.rows)
		}
		if told := b.text("#pasted"); told != c.told || eval[bool](b, "document.querySelector('#pasted').hidden") != (c.told == "") {
			t.Errorf("%s: told %q, want %q", c.what, told, c.told)
		}
	}
	b.visit("/?meshed_share=1")
	b.partsLoaded()
	b.paste("[data-add-row]", strings.Repeat("shop\tcart\tDeployment\t\t1\t100\t128\n", 100))
	if told := b.text("#pasted"); !strings.HasPrefix(told, "40 of 100 rows are left out: this table takes 60.") {
		t.Errorf("too many rows: told %q", told)
	}
	b.until("the plan of the pasted rows", `document.querySelector('[data-field="none.nodes"]') && /60 services/.test(document.querySelector('.verdict h1').textContent)`)
	b.settled()
	b.accessible("with a list that was too long")
}

// A button that goes away with what it has done leaves the focus in its group.
func TestResetLeavesTheFocusInItsGroup(t *testing.T) {
	t.Parallel()
	b := open(t, sharedSite(t), laptop)
	b.visit("/?services=60&headroom=0.2")
	b.partsLoaded()
	b.click("#group-nodes [data-reset]")
	b.until("the group is reset", "!location.search.includes('headroom') && !document.querySelector('#group-nodes [data-reset]')")
	if !eval[bool](b, "document.activeElement.closest('#group-nodes') !== null") {
		t.Error("the focus is lost")
	}
}
