package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

type measurer struct {
	length  time.Duration
	clients uint64
	folder  string
	next    atomic.Uint64 // scenario that was never asked before
}

func (m *measurer) run() error {
	folder, err := os.MkdirTemp("", "meshplan-load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	m.folder = folder
	build := exec.Command("go", "build", "-o", m.program(), "./cmd/server")
	build.Dir, build.Env = "..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("the server does not build: %w\n%s", err, out)
	}
	if err := m.throughput(); err != nil {
		return err
	}
	if err := m.batches(); err != nil {
		return err
	}
	return m.imports()
}

func (m *measurer) program() string { return filepath.Join(m.folder, "meshplan") }

func (m *measurer) server(arguments ...string) (*process, error) {
	return start(func(address string) *exec.Cmd {
		own := []string{"-addr", address, "-db", filepath.Join(m.folder, "load.db"), "-log-level", "error", "-rate-limit", "-1"}
		return exec.Command(m.program(), append(own, arguments...)...)
	})
}

// throughput measures the bare handler, the cache and plans, then percentiles at half.
func (m *measurer) throughput() error {
	server, err := m.server()
	if err != nil {
		return err
	}
	defer server.stop()
	bare, err := m.bare(server)
	if err != nil {
		return err
	}
	defer bare.stop()
	fmt.Printf("%-34s %12s %14s %10s %10s\n", "", "requests/s", "CPU of one", "p50", "p99")
	cached := func() string { return cachedPath }
	different := func() string { return uncached(m.next.Add(1)) }
	full := vegeta.Rate{} // as fast as the clients can
	b, err := m.attack("bare handler, the same bytes", bare, full, plain, cached)
	if err != nil {
		return err
	}
	c, err := m.attack("the same plan, from the cache", server, full, plain, cached)
	if err != nil {
		return err
	}
	u, err := m.attack("another plan each time", server, full, plain, different)
	if err != nil {
		return err
	}
	z, err := m.attack("another plan each time, gzipped", server, full, "gzip", different)
	if err != nil {
		return err
	}
	half := func(of figures) vegeta.Rate { return vegeta.Rate{Freq: max(int(of.rate/2), 1), Per: time.Second} }
	ch, err := m.attack("from the cache at half the rate", server, half(c), plain, cached)
	if err != nil {
		return err
	}
	uh, err := m.attack("another plan at half the rate", server, half(u), plain, different)
	if err != nil {
		return err
	}
	target("plans a second never asked before", u.rate, uncachedTarget, u.rate >= uncachedTarget)
	target("the same, gzipped", z.rate, uncachedTarget, z.rate >= uncachedTarget)
	target("cached, share of the bare handler", c.rate/b.rate, cachedShare, c.rate >= cachedShare*b.rate)
	target("the same by CPU time of a request", b.each.Seconds()/c.each.Seconds(), cachedShare, b.each.Seconds() >= cachedShare*c.each.Seconds())
	for name, of := range map[string]figures{"p99 of plans at half the rate [ms]": uh, "p99 from the cache at half [ms]": ch} {
		target(name, float64(of.p99.Microseconds())/1000, float64(p99Target.Milliseconds()), of.p99 <= p99Target)
	}
	return nil
}

func target(name string, got, want float64, met bool) {
	fmt.Printf("%-36s %10.2f   target %g: %s\n", name, got, want, map[bool]string{true: "met", false: "NOT MET"}[met])
}

// bare starts the handler that writes what the server answers to [cachedPath].
func (m *measurer) bare(server *process) (*process, error) {
	response, err := http.Get(server.url + cachedPath)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(m.folder, "answer.json")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(func(address string) *exec.Cmd { return exec.Command(self, "-bare", address, "-body", file) })
}

// figures are what an attack comes to.
type figures struct {
	rate float64 // answers a second
	each time.Duration
	p99  time.Duration
}

// plain is the Accept-Encoding of a client that wants the bytes as they are, as wrk does;
// without one Go's client asks for gzip and unpacks it.
const plain = "identity"

// attack asks at a rate, or as fast as the clients can, and prints a line.
func (m *measurer) attack(name string, p *process, rate vegeta.Rate, encoding string, path func() string) (figures, error) {
	before, err := p.cpu()
	if err != nil {
		return figures{}, err
	}
	attacker := vegeta.NewAttacker(vegeta.Workers(m.clients), vegeta.MaxWorkers(m.clients), vegeta.KeepAlive(true), vegeta.Connections(int(m.clients)))
	header := http.Header{"Accept-Encoding": {encoding}}
	targeter := func(t *vegeta.Target) error {
		t.Method, t.URL, t.Header = http.MethodGet, p.url+path(), header
		return nil
	}
	var got vegeta.Metrics
	for result := range attacker.Attack(targeter, rate, m.length, name) {
		got.Add(result)
	}
	got.Close()
	if got.Success < 1 {
		return figures{}, fmt.Errorf("%s: %.2f %% answered 200, %s", name, 100*got.Success, strings.Join(got.Errors, "; "))
	}
	after, err := p.cpu()
	if err != nil {
		return figures{}, err
	}
	f := figures{got.Throughput, (after - before) / time.Duration(got.Requests), got.Latencies.P99}
	fmt.Printf("%-34s %12.0f %14s %10s %10s\n", name, f.rate, f.each.Round(time.Microsecond), got.Latencies.P50.Round(10*time.Microsecond), f.p99.Round(10*time.Microsecond))
	return f, nil
}
