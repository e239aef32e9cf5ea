package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakLength is how long the load lasts; make soak sets it, plain tests skip.
func soakLength(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("MESHPLAN_SOAK")
	if text == "" {
		t.Skip("MESHPLAN_SOAK is not set; make soak sets it to 10m")
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < 10*time.Second || length > 24*time.Hour {
		t.Fatalf("MESHPLAN_SOAK=%q is not a duration from 10s to 24h", text)
	}
	return length
}

// loader sends requests and keeps what came of them.
type loader struct {
	url    string
	client *http.Client

	mu    sync.Mutex
	took  map[string][]time.Duration // by kind
	wrong []string
	saved []string // ids
}

func newLoader(url string) *loader {
	transport := &http.Transport{MaxIdleConnsPerHost: 2000, MaxIdleConns: 2000}
	return &loader{url: url, client: &http.Client{Timeout: 60 * time.Second, Transport: transport}, took: map[string][]time.Duration{}}
}

// send returns the status, 0 for none, and the whole body.
func (l *loader) send(method, path, body string) (int, http.Header, []byte) {
	request, err := http.NewRequest(method, l.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := l.client.Do(request)
	if err != nil {
		return 0, nil, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, nil
	}
	return response.StatusCode, response.Header, answer
}

// timed sends a request that must give a status, and notes how long it took.
func (l *loader) timed(kind string, want int, method, path, body string) []byte {
	start := time.Now()
	status, _, answer := l.send(method, path, body)
	took := time.Since(start)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took[kind] = append(l.took[kind], took)
	if status != want && len(l.wrong) < 20 {
		l.wrong = append(l.wrong, fmt.Sprintf("%s %s: %d %.200s", method, path, status, answer))
	}
	return answer
}

// mixed is one request of the mix: 90 % plans, half of them asked before, 9 % openings of
// saved scenarios, 1 % saves.
func (l *loader) mixed(random *rand.Rand) {
	switch dice := random.IntN(100); {
	case dice < 90:
		l.timed("plan", 200, "GET", "api/v1/plan?"+soakQuery(random), "")
	case dice < 99:
		l.timed("open", 200, "GET", "api/v1/scenarios/"+l.anySaved(random), "")
	default:
		l.save(random)
	}
}

// soakQuery is one of 500 scenarios half of the time, else one of a million.
func soakQuery(random *rand.Rand) string {
	n := random.IntN(500)
	if random.IntN(2) == 0 {
		n = random.IntN(1_000_000)
	}
	return fmt.Sprintf("services=%d&pods_per_service=%d&pod_cpu_m=%d&mtls_required=true", 10+n%100, 1+n/100%5, 50+n/500%2000)
}

func (l *loader) anySaved(random *rand.Rand) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saved[random.IntN(len(l.saved))]
}

func (l *loader) save(random *rand.Rand) {
	answer := string(l.timed("save", 201, "POST", "api/v1/scenarios", scenarioOf(random.IntN(300))))
	_, rest, ok := strings.Cut(answer, `"id":"`)
	if !ok {
		return // the status has told what is wrong
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saved = append(l.saved, rest[:strings.IndexByte(rest, '"')])
}

// residentKiB is the memory of the process as the kernel counts it.
func residentKiB(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("resident memory is read from /proc: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "VmRSS:" {
			kib, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			return kib
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

func median(values []int) int {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func percentile(took []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)].Round(10 * time.Microsecond)
}

// Under mixed load for as long as asked, nothing fails and memory stays where it was after
// a fifth of the time; the percentiles are printed, since they are the machine's.
func TestSoakUnderMixedLoadNothingFailsAndMemoryStaysFlat(t *testing.T) {
	length := soakLength(t)
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	l := newLoader(p.url)
	seed := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		l.save(seed)
	}
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 7))
			for {
				select {
				case <-stop:
					return
				default:
					l.mixed(random)
				}
			}
		})
	}
	const samples = 200
	resident := make([]int, samples)
	for i := range resident {
		time.Sleep(length / samples)
		resident[i] = residentKiB(t, p.cmd.Process.Pid)
	}
	close(stop)
	workers.Wait()
	warm, end := median(resident[samples/5:samples/5+20]), median(resident[samples-20:])
	all := slices.Concat(l.took["plan"], l.took["open"], l.took["save"])
	t.Logf("%s: %d requests, %.0f a second; resident %.1f MiB after warm-up, %.1f MiB at the end (%.3f ×)",
		length, len(all), float64(len(all))/length.Seconds(), float64(warm)/1024, float64(end)/1024, float64(end)/float64(warm))
	for _, kind := range []string{"plan", "open", "save"} {
		t.Logf("%s: %d, median %s, p99 %s, worst %s", kind, len(l.took[kind]),
			percentile(l.took[kind], 0.5), percentile(l.took[kind], 0.99), percentile(l.took[kind], 1))
	}
	for _, wrong := range l.wrong {
		t.Error(wrong)
	}
	if float64(end) > 1.1*float64(warm) {
		t.Errorf("memory grew from %d KiB after warm-up to %d KiB", warm, end)
	}
}

// overloadQuery is a scenario that takes a while to plan and was never asked before.
func overloadQuery(n int64) string {
	return fmt.Sprintf("node_type=auto&services=%d&pods_per_service=3&pod_cpu_m=%d&pod_memory_mib=%d", 60+n%40, 100+n%997, 128+n%1009)
}

// At five times the rate that it can plan, the server answers what it can, sends the rest
// away with 503 and Retry-After, and /healthz and pages that plan nothing go on.
func TestSoakOverloadIsShedAndTheServerStaysResponsive(t *testing.T) {
	length := min(soakLength(t)/4, time.Minute)
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"), "-cache-mib", "-1")
	l := newLoader(p.url)
	capacity := measureCapacity(l, 5*time.Second)
	rate := max(int(5*capacity), 50)
	var ok, shed, odd, next atomic.Int64
	next.Store(1 << 40)
	var inFlight sync.WaitGroup
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	start, sent, health := time.Now(), 0, newHealthWatch(p.url)
	for time.Since(start) < length {
		<-every.C
		for due := int(time.Since(start).Seconds() * float64(rate)); sent < due; sent++ {
			inFlight.Go(func() {
				status, header, _ := l.send("GET", "api/v1/plan?"+overloadQuery(next.Add(1)), "")
				switch {
				case status == 200:
					ok.Add(1)
				case status == 503 && header.Get("Retry-After") != "":
					shed.Add(1)
				default:
					odd.Add(1)
				}
			})
		}
	}
	worst, failed := health.stop()
	inFlight.Wait()
	t.Logf("capacity %.0f plans a second; offered %d a second for %s: %d planned, %d shed with 503, %d answered otherwise; /healthz took at most %s",
		capacity, rate, length, ok.Load(), shed.Load(), odd.Load(), worst.Round(time.Millisecond))
	if shed.Load() == 0 || ok.Load() == 0 || odd.Load() != 0 {
		t.Errorf("of %d requests %d were planned, %d shed, %d answered otherwise", sent, ok.Load(), shed.Load(), odd.Load())
	}
	if failed > 0 {
		t.Errorf("/healthz failed %d times", failed)
	}
	if status, _, body := l.send("GET", "api/v1/plan?"+overloadQuery(1), ""); status != 200 {
		t.Errorf("after the overload a plan answers %d %.200s", status, body)
	}
}

// largeImport is what kubectl prints of a large cluster, 40 MB and no less.
func largeImport() string {
	var b strings.Builder
	b.WriteString(`{"apiVersion":"v1","kind":"List","items":[`)
	annotation := strings.Repeat("x", 4000)
	for i := 0; b.Len() < 40<<20; i++ {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"svc-%d","namespace":"ns-%d","annotations":{"a":"%s"}},`+
			`"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"100m","memory":"128Mi"}}}]}}}}`, i, i%50, annotation)
	}
	b.WriteString("]}")
	return b.String()
}

// largeScenario is one of 20,000 workloads, the most that is planned.
func largeScenario() string {
	var b strings.Builder
	b.WriteString(`{"workloads":[`)
	for i := range 20_000 {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"namespace":"namespace-%d","name":"a-rather-long-name-of-a-workload-%05d","replicas":2,"pod_cpu_m":%d,"pod_memory_mib":128}`, i%300, i, 100+i%5)
	}
	b.WriteString("]}")
	return b.String()
}

// However many large documents are sent and opened at once, the program stays within the
// memory that deploy/kubernetes gives it, sends away what it has no room for, and plans on.
func TestSoakLargeDocumentsStayWithinTheMemoryOfThePod(t *testing.T) {
	length := min(soakLength(t)/5, 2*time.Minute)
	const podMiB = 512
	t.Setenv("GOMEMLIMIT", "400MiB")
	p := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	l := newLoader(p.url)
	imported, scenario := largeImport(), largeScenario()
	l.client.Timeout = 5 * time.Minute
	status, _, body := l.send("POST", "api/v1/scenarios", scenario)
	_, rest, ok := strings.Cut(string(body), `"id":"`)
	if status != http.StatusCreated || !ok {
		t.Fatalf("saving the largest scenario: %d %.300s", status, body)
	}
	id := rest[:strings.IndexByte(rest, '"')]
	var done, shed, odd, small atomic.Int64
	stop := time.Now().Add(length)
	var clients sync.WaitGroup
	each := func(count int, counted *atomic.Int64, send func() (int, http.Header, []byte)) {
		for range count {
			clients.Go(func() {
				for time.Now().Before(stop) {
					switch status, header, body := send(); {
					case status == http.StatusOK || status == http.StatusCreated:
						counted.Add(1)
					case status == http.StatusServiceUnavailable && header.Get("Retry-After") != "":
						shed.Add(1)
						time.Sleep(200 * time.Millisecond)
					default:
						odd.Add(1)
						t.Errorf("answered %d %.200s", status, body)
						return
					}
				}
			})
		}
	}
	each(8, &done, func() (int, http.Header, []byte) { return l.send("POST", "api/v1/import", imported) })
	each(6, &done, func() (int, http.Header, []byte) { return l.send("GET", "s/"+id, "") })
	each(4, &done, func() (int, http.Header, []byte) { return l.send("POST", "api/v1/scenarios", scenario) })
	each(4, &done, func() (int, http.Header, []byte) {
		return l.send("POST", "api/v1/scenarios/export", `{"ids":["`+id+`"]}`)
	})
	each(1, &small, func() (int, http.Header, []byte) {
		time.Sleep(100 * time.Millisecond)
		return l.send("GET", fmt.Sprintf("api/v1/plan?services=%d", 10+small.Load()), "")
	})
	most := 0
	for time.Now().Before(stop) {
		time.Sleep(50 * time.Millisecond)
		most = max(most, residentKiB(t, p.cmd.Process.Pid))
	}
	clients.Wait()
	t.Logf("%s: %d large documents answered, %d sent away with 503, %d small plans meanwhile; at most %d MiB resident of %d",
		length, done.Load(), shed.Load(), small.Load(), most>>10, podMiB)
	if most>>10 > podMiB || done.Load() == 0 || shed.Load() == 0 || small.Load() == 0 {
		t.Error("the memory of the pod is not kept to, or nothing was tested")
	}
}

// measureCapacity is the rate of plans never asked before that four clients get.
func measureCapacity(l *loader, length time.Duration) float64 {
	var done, next atomic.Int64
	var clients sync.WaitGroup
	start := time.Now()
	for range 4 {
		clients.Go(func() {
			for time.Since(start) < length {
				if status, _, _ := l.send("GET", "api/v1/plan?"+overloadQuery(next.Add(1)), ""); status == 200 {
					done.Add(1)
				}
			}
		})
	}
	clients.Wait()
	return float64(done.Load()) / time.Since(start).Seconds()
}

// healthWatch asks /healthz ten times a second over a connection of its own.
type healthWatch struct {
	quit   chan struct{}
	done   chan struct{}
	worst  time.Duration
	failed int
}

func newHealthWatch(url string) *healthWatch {
	h := &healthWatch{quit: make(chan struct{}), done: make(chan struct{})}
	l := newLoader(url)
	l.client.Timeout = 10 * time.Second
	go func() {
		defer close(h.done)
		for {
			select {
			case <-h.quit:
				return
			case <-time.After(100 * time.Millisecond):
			}
			start := time.Now()
			if status, _, _ := l.send("GET", "healthz", ""); status != http.StatusOK {
				h.failed++
			}
			h.worst = max(h.worst, time.Since(start))
		}
	}()
	return h
}

func (h *healthWatch) stop() (worst time.Duration, failed int) {
	close(h.quit)
	<-h.done
	return h.worst, h.failed
}
