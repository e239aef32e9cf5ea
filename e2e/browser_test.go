package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// view is how the browser looks at the page.
type view struct {
	width, height int64
	dark          bool
	noScript      bool
}

var laptop = view{width: 1440, height: 900}

// tab is a browser of its own: fresh profile, one tab, everything it complains about.
type tab struct {
	t    *testing.T
	site string
	ctx  context.Context

	mu       sync.Mutex
	troubles []string // console errors, exceptions, requests that leave the site
	expected string   // a part of the troubles that the test provokes
}

func chromePath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("E2E_CHROME"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium found: install it or set E2E_CHROME to run the browser tests")
	return ""
}

// open starts a browser with a fresh profile. At the end of the test it fails on console
// errors and on requests to anywhere else.
func open(t *testing.T, site string, v view) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromePath(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(int(v.width), int(v.height)),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true))
	allocator, stopBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopTab := chromedp.NewContext(allocator)
	b := &tab{t: t, site: site, ctx: ctx}
	t.Cleanup(func() {
		stopTab()
		stopBrowser()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, trouble := range b.troubles {
			if b.expected == "" || !strings.Contains(trouble, b.expected) {
				t.Errorf("the browser reports: %s", trouble)
			}
		}
	})
	// The first call starts the browser, which ends with that call's context: no bound yet.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	var cancel context.CancelFunc
	b.ctx, cancel = context.WithTimeout(ctx, longest)
	t.Cleanup(cancel)
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.dress(v.dark)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.noScript})
	b.do(chromedp.EmulateViewport(v.width, v.height))
	return b
}

// dress sets the colour scheme that the system asks for.
func (b *tab) dress(dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// hear collects what must not happen.
func (b *tab) hear(event any) {
	trouble := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		trouble = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			trouble += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			parts := make([]string, len(e.Args))
			for i, argument := range e.Args {
				parts[i] = argument.Description + string(argument.Value)
			}
			trouble = "console: " + strings.Join(parts, " ")
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			trouble = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		to := e.Request.URL
		if !strings.HasPrefix(to, b.site) && !strings.HasPrefix(to, "data:") && !strings.HasPrefix(to, "blob:") && !strings.HasPrefix(to, "about:") {
			trouble = "a request leaves the site: " + to
		}
	}
	if trouble != "" {
		b.mu.Lock()
		b.troubles = append(b.troubles, trouble)
		b.mu.Unlock()
	}
}

const (
	patience = 90 * time.Second // of one wait
	longest  = 10 * time.Minute // of one browser: nothing waits for ever, and a slow machine walks the gallery to its end
)

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// open an address of the site and wait until it is laid out.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// eval runs an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for an expression to become true.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if eval[bool](b, "!!("+expression+")") {
			return
		}
	}
	b.t.Fatalf("still not after %v: %s", patience, what)
}

// settled waits until the slow parts have followed the plan and all is drawn, as for
// somebody who is about to scroll.
func (b *tab) settled() {
	b.t.Helper()
	b.partsLoaded()
	// Cards and charts out of sight follow once somebody moves, who may come before the script.
	b.until("cards laid out", `dispatchEvent(new Event('scroll')) && (!document.querySelector('#answers .card:not([data-laid])') || !document.querySelector('[data-part]'))`)
	b.until("charts drawn", `dispatchEvent(new Event('scroll')) && [...document.querySelectorAll('.chart .plot')].every((p) => p.clientWidth === 0 || p.firstChild)`)
}

// partsLoaded waits until every slow part stands there.
func (b *tab) partsLoaded() {
	b.t.Helper()
	b.until("all parts loaded", `document.readyState === 'complete' && [...document.querySelectorAll('[data-part]')].every((p) => p.asked) && !document.querySelector('[data-part][aria-busy], #planner [aria-busy]')`)
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, "document.querySelector("+quoted(selector)+").textContent.trim()")
}

// value is the exact number of a field as the page holds it.
func (b *tab) value(field string) string {
	b.t.Helper()
	return eval[string](b, "document.querySelector("+quoted(`[data-field="`+field+`"]`)+").value")
}

func (b *tab) location() string { return eval[string](b, "location.pathname + location.search") }

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}
