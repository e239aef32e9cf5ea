package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// Every operation of the reference page is asked as its form stands, and the answer is
// what the document promises: nobody should have to mend an example to see one.
func TestEveryOperationOnTheReferencePageCanBeTried(t *testing.T) {
	t.Parallel()
	site := sharedSite(t)
	b := open(t, site, view{width: 1280, height: 900})
	b.visit("/api")
	operations := eval[[]string](b, `[...document.querySelectorAll('.operation')].map((o) => (o.open = true, o.id))`)
	if len(operations) < 50 {
		t.Fatalf("only %d operations", len(operations))
	}
	b.accessible("the reference page, all open")
	tried := 0
	for _, id := range operations {
		address := eval[string](b, fmt.Sprintf(`document.querySelector('#%s form').dataset.method + ' ' + document.querySelector('#%[1]s form').getAttribute('action')`, id))
		if needsSaved(address) {
			continue
		}
		answer := b.try(id)
		if status := strings.Fields(answer + " . . .")[2]; status != "200" && status != "201" {
			t.Errorf("%s: %.400s", address, answer)
		}
		tried++
	}
	if tried < 35 {
		t.Errorf("only %d operations tried", tried)
	}
	b.tryWhatIsSaved()
}

// needsSaved names the operations whose examples need something that only the reader has:
// a saved scenario, a run that goes on, a name that a proxy vouches for.
func needsSaved(address string) bool {
	return strings.Contains(address, "/scenarios/") || strings.Contains(address, "/runs/") || address == "GET /api/v1/scenarios"
}

func (b *tab) try(id string) string {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`document.querySelector('#%s [data-try]').click(), true`, id))
	b.until("the answer to "+id, fmt.Sprintf(`!/^(Asking|The answer)/.test(document.querySelector('#%s output').textContent)`, id))
	return eval[string](b, fmt.Sprintf(`document.querySelector('#%s output').textContent`, id))
}

// tryWhatIsSaved saves with one form and opens, changes and deletes with others.
func (b *tab) tryWhatIsSaved() {
	b.t.Helper()
	b.fill("createScenario", "body", `{"scenario": {"quick": {"services": 12}}}`)
	saved := b.try("createScenario")
	id, key := member(saved, "id"), member(saved, "edit_key")
	if id == "" || key == "" {
		b.t.Fatalf("saving answers %s", saved)
	}
	for _, operation := range []struct{ id, status string }{{"getScenario", "200"}, {"putScenario", "200"}, {"getRevisions", "200"}, {"deleteScenario", "204"}} {
		b.set(operation.id, "id", id)
		b.set(operation.id, "X-Edit-Key", key)
		b.set(operation.id, "revision", "1")
		b.fill(operation.id, "body", `{"scenario": {"quick": {"services": 13}}}`)
		if answer := b.try(operation.id); !strings.Contains(answer, "\n"+operation.status+" ") {
			b.t.Errorf("%s: %s", operation.id, answer)
		}
	}
}

func (b *tab) fill(operation, part, text string) {
	eval[bool](b, fmt.Sprintf(`{ const field = document.querySelector('#%s [data-goes=%s]'); if (field) field.value = %s; true }`, operation, part, quoted(text)))
}

func (b *tab) set(operation, name, text string) {
	eval[bool](b, fmt.Sprintf(`{ const field = document.querySelector('#%s [name="%s"]'); if (field) field.value = %s; true }`, operation, name, quoted(text)))
}

// member is a text member of the JSON shown.
func member(shown, name string) string {
	_, rest, _ := strings.Cut(shown, `"`+name+`": "`)
	text, _, _ := strings.Cut(rest, `"`)
	return text
}
