package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/go-chi/chi/v5"
)

// Targets, as the project states them.
const (
	uncachedTarget = 1000 // plans a second, two cores
	cachedShare    = 0.4  // of a bare handler
	p99Target      = 50 * time.Millisecond
)

const cachedPath = "/api/v1/plan?services=60"

func main() {
	log.SetFlags(0)
	seconds := flag.Float64("seconds", 10, "length of each measurement")
	clients := flag.Uint64("clients", 8, "connections that ask at once")
	bare := flag.String("bare", "", "serve the file -body from a bare chi handler at this address; what the program starts itself with")
	body := flag.String("body", "", "see -bare")
	flag.Parse()
	if *bare != "" {
		log.Fatal(serveBare(*bare, *body))
	}
	m := &measurer{length: time.Duration(*seconds * float64(time.Second)), clients: *clients}
	if err := m.run(); err != nil {
		log.Fatal(err)
	}
}

// serveBare answers [cachedPath] with a file and nothing else.
func serveBare(address, file string) error {
	answer, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	r := chi.NewRouter()
	r.Get("/api/v1/plan", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(answer) // a client that left is no error here
	})
	r.Get("/healthz", func(http.ResponseWriter, *http.Request) {})
	return http.ListenAndServe(address, r)
}

// uncached is another quick scenario for every n.
func uncached(n uint64) string {
	return fmt.Sprintf("/api/v1/plan?services=%d&pods_per_service=%d&pod_cpu_m=%d", 10+n%200, 1+n/200%5, 50+n/1000%2000)
}
