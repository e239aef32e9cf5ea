package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Targets of the largest stated import.
const (
	importBytes   = 50_000_000
	importTarget  = 10 * time.Second
	importRSSMB   = 512
	podsOfCluster = 20_000
)

// imports sends what kubectl get pods -o json prints for 20,000 pods, 50 MB of it, to a
// fresh server and prints time, CPU time and memory.
func (m *measurer) imports() error {
	path := filepath.Join(m.folder, "pods.json")
	size, err := writeCluster(path)
	if err != nil {
		return err
	}
	server, err := m.server()
	if err != nil {
		return err
	}
	defer server.stop()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	before, err := server.cpu()
	if err != nil {
		return err
	}
	start := time.Now()
	response, err := http.Post(server.url+"/api/v1/import", "application/json", file)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	took := time.Since(start)
	var got struct{ Totals struct{ Pods int } }
	if err := json.Unmarshal(answer, &got); err != nil || got.Totals.Pods != podsOfCluster {
		return fmt.Errorf("import: status %s, %d pods understood, want %d (%w)", response.Status, got.Totals.Pods, podsOfCluster, err)
	}
	after, err := server.cpu()
	if err != nil {
		return err
	}
	most, err := server.memory("VmHWM")
	if err != nil {
		return err
	}
	const mebi, mega = 1 << 20, 1e6
	fmt.Printf("\nimport of %.1f MB with %d pods\n", float64(size)/mega, podsOfCluster)
	target("seconds from request to answer", took.Seconds(), importTarget.Seconds(), took <= importTarget)
	target("the same in CPU time", (after - before).Seconds(), importTarget.Seconds(), after-before <= importTarget)
	target("MB of memory at most", most*mebi/mega, importRSSMB, most*mebi/mega <= importRSSMB)
	return nil
}

// writeCluster writes pods, ten to a Deployment, with what real pods carry besides their
// requests, and returns how many bytes they are.
func writeCluster(path string) (int64, error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var fields, env strings.Builder
	for i := range 24 {
		fmt.Fprintf(&fields, `,"f:field%d":{".":{},"f:value":{}}`, i)
		fmt.Fprintf(&env, `,{"name":"SETTING_%d","value":"value of setting %d"}`, i, i)
	}
	out := bufio.NewWriter(file)
	fmt.Fprint(out, `{"apiVersion":"v1","items":[`)
	for i := range podsOfCluster {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		app, team := fmt.Sprintf("app-%d", i/10), i/10%7
		fmt.Fprintf(out, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s-6d4b75cb6d-b%04d","namespace":"team-%d","labels":{"app":%q},`+
			`"managedFields":[{"manager":"kubelet","fieldsV1":{".":{}%s}}],"ownerReferences":[{"kind":"ReplicaSet","name":"%s-6d4b75cb6d","controller":true}]},`+
			`"spec":{"nodeName":"node-%d","containers":[{"name":"app","image":"example.invalid/%s:1","env":[{"name":"A","value":"b"}%s],`+
			`"resources":{"requests":{"cpu":"250m","memory":"300Mi"}}}]},"status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true}]}}`,
			app, i%10000, team, app, fields.String(), app, i/40, app, env.String())
	}
	fmt.Fprint(out, `],"kind":"List"}`)
	if err := out.Flush(); err != nil {
		return 0, err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil && size < importBytes {
		err = fmt.Errorf("the cluster is %d bytes, less than %d", size, importBytes)
	}
	return size, err
}
