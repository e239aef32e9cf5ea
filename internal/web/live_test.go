package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const stampsHeader = "Meshplan-Stamps"

// stampsOf are the stamps that a page carries.
func stampsOf(t testing.TB, page string) string {
	t.Helper()
	found := regexp.MustCompile(`data-stamps="([^"]+)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page carries no stamps")
	}
	return html.UnescapeString(found[1])
}

func (s *site) live(form url.Values, stamps string) reply {
	return s.do(http.MethodPost, "/live", form.Encode(), "Content-Type", formType, "Sec-Fetch-Site", "same-origin", stampsHeader, stamps)
}

// merged is what the browser shows after an answer.
func merged(shown, answer string) string {
	latest := map[string]string{}
	var order []string
	for word := range strings.FieldsSeq(shown + " " + answer) {
		id, _, _ := strings.Cut(word, ":")
		if _, known := latest[id]; !known {
			order = append(order, id)
		}
		latest[id] = word
	}
	words := make([]string, len(order))
	for i, id := range order {
		words[i] = latest[id]
	}
	return strings.Join(words, " ")
}

func TestALiveAnswerSendsWhatTheBrowserDoesNotShow(t *testing.T) {
	s := newSite(t)
	shown := stampsOf(t, s.get("/?services=24").body)
	form := url.Values{"services": {"24"}, "page.provider": {"aws"}, "page.region": {"us-east-1"}}

	same := s.live(form, shown)
	if strings.Contains(same.body, "<template") || same.header.Get(stampsHeader) != "" || same.header.Get("HX-Reswap") != "none" {
		t.Errorf("nothing changed, and the answer is %q with %v", same.body, same.header)
	}
	form.Set("services", "25")
	more := s.live(form, shown)
	for target, want := range map[string]bool{"group-application": true, "sentence": true, "verdict": false, "row-sidecar": true, "patterns": false, "nodes": true, "group-organisation": false, "group-nodes": false} {
		if got := strings.Contains(more.body, `hx-target="#`+target+`"`); got != want {
			t.Errorf("one more service sends %s: %v", target, got)
		}
	}
	later := s.live(form, regexp.MustCompile(`nodes:\S+`).ReplaceAllString(shown, "nodes:later"))
	if strings.Contains(later.body, `hx-target="#nodes"`) || strings.Contains(later.header.Get(stampsHeader), "nodes:") {
		t.Error("what is out of sight was asked for later")
	}
	if whole := s.live(form, ""); !strings.Contains(whole.body, `<form id="planner"`) {
		t.Error("a browser without answers gets less than the whole planner")
	}
}

// After any walk of changes the browser shows what a fresh page shows.
func TestLiveAnswersLeadToThePageOfTheirAddress(t *testing.T) {
	s := newSite(t)
	shown := stampsOf(t, s.get("/?services=60").body)
	form := url.Values{"services": {"60"}, "page.provider": {"aws"}, "page.region": {"us-east-1"}}
	for _, step := range [][2]string{
		{"proxy_cpu_m", "150"}, {"mtls_required", "true"}, {"headroom", "0.2"}, {"proxy_cpu_m", ""}, {"preset", "field-report-2025-09"}, {"headroom", "0.2"}, {"services", "61"}, {"services", "60"},
	} {
		form.Set(step[0], step[1])
		answer := s.live(form, shown)
		if answer.status != http.StatusOK {
			t.Fatalf("%v: status %d", step, answer.status)
		}
		shown = merged(shown, answer.header.Get(stampsHeader))
		if fresh := stampsOf(t, s.get(answer.header.Get("HX-Replace-Url")).body); fresh != shown {
			t.Errorf("after %v the browser shows\n%s\nand a fresh page\n%s", step, shown, fresh)
		}
	}
}
