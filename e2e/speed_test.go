package e2e

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
)

// sixtyWorkloads is an address that holds a list of 60 workloads.
func sixtyWorkloads() string {
	rows := make([]string, 60)
	for i := range rows {
		rows[i] = "w" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ",D," + []string{"2,100,128", "3,250,512", "1,500,1024"}[i%3]
	}
	return "/?workloads=" + strings.Join(rows, "~")
}

// TestTheFirstLoadIsSmall adds up what a first visit fetches, compressed.
func TestTheFirstLoadIsSmall(t *testing.T) {
	site := startSite(t)
	fetch := func(path string) (int, string) {
		request, err := http.NewRequest(http.MethodGet, site+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		sent, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if response.Header.Get("Content-Encoding") != "gzip" {
			return len(sent), string(sent)
		}
		reader, err := gzip.NewReader(strings.NewReader(string(sent)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		return len(sent), string(text)
	}
	total, page := fetch("/")
	files := regexp.MustCompile(`(?:src|href)="(/static/app-[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(files) != 2 {
		t.Fatalf("the page names %d files of the bundle", len(files))
	}
	drawings := ""
	for _, file := range files {
		size, text := fetch(file[1])
		total += size
		if found := regexp.MustCompile(`"\./(charts-[A-Z0-9]+\.js)"`).FindStringSubmatch(text); found != nil {
			drawings = found[1]
		}
	}
	if drawings == "" {
		t.Fatal("the script names no file with the drawings")
	}
	size, _ := fetch("/static/" + drawings)
	total += size
	if most := 250_000; total > most {
		t.Errorf("the first load takes %d bytes, more than %d", total, most)
	}
	t.Logf("first load: %d bytes", total)
}

// TestADragOf120MovesDropsNothing reports how long an answer takes to be on the page; the
// figure is a report, since other work on the machine moves it (E2E_SPEED=1 asserts it).
func TestADragOf120MovesDropsNothing(t *testing.T) {
	b := open(t, startSite(t), laptop)
	b.visit(sixtyWorkloads())
	b.settled()
	// An answer is for the input that came first after the request before it was sent.
	eval[bool](b, `(() => {
		window.took = []; let changed, sent
		const planner = (e) => e.detail.ctx.sourceElement.id === 'planner'
		document.addEventListener('input', () => { changed ??= performance.now() }, true)
		document.addEventListener('htmx:before:request', (e) => { if (planner(e)) { sent = changed; changed = undefined } })
		document.addEventListener('htmx:after:swap', (e) => {
			if (!planner(e) || sent === undefined) return
			const from = sent; sent = undefined
			requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - from)))
		})
		return true })()`)
	call(b, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
	before := b.spent()
	b.drag("sl-proxy_cpu_m", 0.1, 0.9, 120)
	dragged := b.spent()
	field := eval[string](b, "document.getElementById('in-proxy_cpu_m').value")
	b.until("the last value is answered", "new URLSearchParams(location.search).get('proxy_cpu_m') === "+quoted(field))
	if focus := eval[string](b, "document.activeElement.id"); focus != "sl-proxy_cpu_m" {
		t.Errorf("focus went to %q", focus)
	}
	b.settled()
	b.sameAsAPI()
	took := eval[[]float64](b, "window.took")
	slices.Sort(took)
	if len(took) < 5 {
		t.Fatalf("only %d answers during the drag", len(took))
	}
	p50, p95 := took[len(took)/2], took[len(took)*95/100]
	t.Logf("%d answers, slider to repainted plan p50 %.0f ms, p95 %.0f ms", len(took), p50, p95)
	for _, what := range []string{"Server", "Task", "Script", "RecalcStyle", "Layout"} {
		t.Logf("CPU per answer, %s: %.1f ms", what, 1000*(dragged[what]-before[what])/float64(len(took)))
	}
	if os.Getenv("E2E_SPEED") != "" && p95 > 60 {
		t.Errorf("p95 is %.0f ms, more than 60", p95)
	}
}

// spent is the CPU time in seconds that the server and the page's main thread have used by
// now, the page's also by what it did.
func (b *tab) spent() map[string]float64 {
	b.t.Helper()
	seconds := map[string]float64{}
	for _, m := range call(b, performance.GetMetrics, cdp.Empty{}).Metrics {
		seconds[strings.TrimSuffix(m.Name, "Duration")] = m.Value
	}
	_, metrics := get(b.t, b.site+"/metrics")
	for line := range strings.Lines(metrics) {
		if value, found := strings.CutPrefix(line, "process_cpu_seconds_total "); found {
			seconds["Server"], _ = strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return seconds
}
