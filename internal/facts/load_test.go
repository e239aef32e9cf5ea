package facts

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// edited is a copy of the embedded data with one text replaced in one file.
func edited(t *testing.T, path, old, new string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(dataFiles, "data", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dataFiles, p)
		m[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before := string(m[path].Data)
	after := strings.Replace(before, old, new, 1)
	if after == before {
		t.Fatalf("%s does not hold %q", path, old)
	}
	m[path].Data = []byte(after)
	return m
}

func TestTheEmbeddedDataLoads(t *testing.T) {
	if _, err := load(dataFiles); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenDataIsRefusedByName(t *testing.T) {
	const (
		requests = "data/facts/11-istio-requests.json"
		presets  = "data/presets.json"
		source   = `"source": "https://github.com/istio/istio/blob/86c9f01fd73/manifests/charts/istio-control/istio-discovery/values.yaml",`
	)
	for name, c := range map[string]struct{ path, old, new, want string }{
		"unknown field":            {requests, `"unit": "m"`, `"units": "m"`, `unknown field "units"`},
		"no unit":                  {requests, `"unit": "m",`, ``, "istio_proxy_req_cpu: a figure without unit"},
		"no source":                {requests, source, ``, "istio_proxy_req_cpu: no source"},
		"source is no address":     {requests, `"source": "https://github.com`, `"source": "github.com`, "is not an address"},
		"figure without a page":    {requests, `"source_kind": "address"`, `"source_kind": "none"`, "a figure that no page can be cited for"},
		"unknown source kind":      {requests, `"source_kind": "address"`, `"source_kind": "rumour"`, `unknown source_kind "rumour"`},
		"no date":                  {requests, `"as_of": "2026-08-22"`, `"as_of": "last August"`, `as_of "last August" is not a date`},
		"no meaning":               {requests, `"meaning": "CPU request of a sidecar"`, `"meaning": ""`, "no meaning"},
		"unknown unit":             {requests, `"unit": "m"`, `"unit": "mcore"`, `unknown unit "mcore"`},
		"unknown kind":             {requests, `"kind": "request"`, `"kind": "guess"`, `unknown kind "guess"`},
		"unknown evidence":         {requests, `"evidence": "V"`, `"evidence": "X"`, `unknown evidence "X"`},
		"id twice":                 {requests, `"id": "istio_proxy_req_mem"`, `"id": "istio_proxy_req_cpu"`, "istio_proxy_req_cpu is used twice"},
		"neither figure nor text":  {requests, `"text": "same as the proxy",`, ``, "neither figure nor text"},
		"figures out of order":     {"data/facts/00-field-report.json", `"low": 100`, `"low": 300`, "out of order"},
		"data after the end":       {presets, "\n]\n", "\n]\n[]", "data after the end"},
		"preset names no fact":     {presets, `"istio_proxy_req_cpu"`, `"istio_proxy_req_gpu"`, `fact "istio_proxy_req_gpu" does not exist`},
		"preset names no figure":   {presets, `"istio_proxy_req_cpu"`, `"istio_init_req"`, "istio_init_req has no typical figure"},
		"preset mixes units":       {presets, `"istio_proxy_req_cpu"`, `"istio_proxy_req_mem"`, `proxy_cpu_m: cannot convert "Mi" to "m"`},
		"preset takes a mere year": {presets, `"istiod_mem_per_service"`, `"start_agent_wait_timeout"`, "a default needs a month"},
		"preset without basis":     {presets, `"basis": "request"`, `"basis": "hope"`, "basis is missing or wrong"},
		"unknown assumption":       {presets, `"proxy_cpu_m"`, `"proxy_gpu_m"`, "proxy_gpu_m: no such assumption name"},
		"nobody answers":           {"data/assumptions.json", `"fallback": "istio-charts-2026-08"`, `"fallback": "unscoped-large"`, "does not answer it"},
		"dangling reference":       {"data/disagreements.json", `"report_sidecar_mem"`, `"report_sidecar_gpu"`, `refers to fact "report_sidecar_gpu"`},
		"release without source":   {"data/releases.json", `"source": "https://`, `"source": "`, "release istio 1.18"},
	} {
		_, err := load(edited(t, c.path, c.old, c.new))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not say %q", name, err, c.want)
		}
	}
}
