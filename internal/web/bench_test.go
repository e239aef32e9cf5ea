package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/catalog"
	"meshplan/internal/web"
)

func newBenched(b *testing.B, cacheBytes int64) http.Handler {
	b.Helper()
	prices, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	handler, err := web.New(web.Config{Catalog: prices, CacheBytes: cacheBytes, RateLimit: web.RateLimit{PerMinute: -1}})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

// requests asks over real connections from several clients at once and reports the rate.
func requests(b *testing.B, handler http.Handler, path func(i int) string) {
	b.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true // as wrk does: unpacking would be the client's work
	next := make(chan int, 64)
	go func() {
		for i := range b.N {
			next <- i
		}
		close(next)
	}()
	b.ResetTimer()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			response, err := server.Client().Get(server.URL + path(<-next))
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
				b.Errorf("status %d, %v", response.StatusCode, err)
			}
			response.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkPlanUncached asks for another quick scenario each time.
func BenchmarkPlanUncached(b *testing.B) {
	requests(b, newBenched(b, -1), func(i int) string {
		return fmt.Sprintf("/api/v1/plan?services=%d&pods_per_service=3&pod_cpu_m=%d", 10+i%200, 50+i%1000)
	})
}

// BenchmarkPlanCached asks for the same scenario again and again.
func BenchmarkPlanCached(b *testing.B) {
	requests(b, newBenched(b, 0), func(int) string { return "/api/v1/plan?services=60" })
}

// BenchmarkBareHandler writes the bytes of BenchmarkPlanCached from a chi router that does
// nothing else: what the cached rate is measured against.
func BenchmarkBareHandler(b *testing.B) {
	w := httptest.NewRecorder()
	newBenched(b, -1).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/plan?services=60", nil))
	body := w.Body.Bytes()
	r := chi.NewRouter()
	r.Get("/api/v1/plan", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(body)
	})
	requests(b, r, func(int) string { return "/api/v1/plan?services=60" })
}

func BenchmarkValueUncached(b *testing.B) {
	requests(b, newBenched(b, -1), func(i int) string {
		return fmt.Sprintf("/api/v1/value/sidecar.nodes?services=%d&pod_cpu_m=%d", 10+i%200, 50+i%1000)
	})
}

// BenchmarkBatch500 plans 500 different rows in one request; 2 s is the most it may take.
func BenchmarkBatch500(b *testing.B) {
	benchmarkBatch(b, 500)
}

// BenchmarkBatch10000 shows, with -benchmem, that memory stays with the body and not with
// the answers.
func BenchmarkBatch10000(b *testing.B) {
	benchmarkBatch(b, 10_000)
}

func benchmarkBatch(b *testing.B, rows int) {
	var body strings.Builder
	body.WriteString("services,pod_cpu_m\n")
	for i := range rows {
		fmt.Fprintf(&body, "%d,%d\n", 10+i%190, 100+i)
	}
	server := httptest.NewServer(newBenched(b, -1))
	defer server.Close()
	b.ResetTimer()
	for range b.N {
		response, err := http.Post(server.URL+"/api/v1/batch.csv", "text/csv", strings.NewReader(body.String()))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkLive answers a slider under a list of 60 workloads, each position a new one, as
// a browser asks that looks at the first screen.
func BenchmarkLive(b *testing.B) {
	handler := newBenched(b, -1)
	rows := make([]string, 60)
	for i := range rows {
		rows[i] = fmt.Sprintf("w%d,D,%s", i, []string{"2,100,128", "3,250,512", "1,500,1024"}[i%3])
	}
	send := func(request *http.Request) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			b.Fatalf("status %d: %s", answer.Code, answer.Body)
		}
		return answer
	}
	form := url.Values{"workloads": {strings.Join(rows, "~")}}
	page := send(httptest.NewRequest(http.MethodGet, "/?"+form.Encode(), nil))
	shown := regexp.MustCompile(`(group-\S+|paper|ifs|take-along|nodes|costs|reasons):\S+`).ReplaceAllString(stampsOf(b, page.Body.String()), "$1:later")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		form.Set("proxy_cpu_m", strconv.Itoa(10+i%1000))
		request := httptest.NewRequest(http.MethodPost, "/live", strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", formType)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		request.Header.Set("Accept-Encoding", "gzip")
		request.Header.Set(stampsHeader, shown)
		shown = merged(shown, send(request).Header().Get(stampsHeader))
	}
}
