package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

// batches sends batches of different rows to a fresh server each and prints the memory
// that it took at most. Memory is flat when ten times the rows take hardly more.
func (m *measurer) batches() error {
	fmt.Printf("\n%-34s %12s %14s %14s %14s\n", "batch of different rows, no cache", "seconds", "RSS before", "RSS at most", "first byte")
	for _, rows := range []int{500, 1000, 10_000} {
		if err := m.batch(rows); err != nil {
			return err
		}
	}
	return nil
}

func (m *measurer) batch(rows int) error {
	server, err := m.server("-cache-mib", "-1")
	if err != nil {
		return err
	}
	defer server.stop()
	var body bytes.Buffer
	body.WriteString("services,pods_per_service,pod_cpu_m\n")
	for range rows {
		n := m.next.Add(1)
		fmt.Fprintf(&body, "%d,%d,%d\n", 10+n%200, 1+n/200%5, 50+n/1000%2000)
	}
	before, err := server.memory("VmRSS")
	if err != nil {
		return err
	}
	start := time.Now()
	response, err := http.Post(server.url+"/api/v1/batch.csv", "text/csv", &body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	first := time.Since(start)
	lines := &lineCounter{}
	if _, err := io.Copy(lines, response.Body); err != nil {
		return err
	}
	took := time.Since(start)
	if response.StatusCode != http.StatusOK || lines.n != rows+1 {
		return fmt.Errorf("batch of %d: status %s, %d lines", rows, response.Status, lines.n)
	}
	most, err := server.memory("VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("%-34s %12.2f %10.1f MiB %10.1f MiB %14s\n", fmt.Sprintf("%d rows", rows), took.Seconds(), before, most, first.Round(time.Millisecond))
	return nil
}

// lineCounter counts lines and keeps nothing.
type lineCounter struct{ n int }

// Write never fails.
func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += bytes.Count(p, []byte("\n"))
	return len(p), nil
}
