package importer

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"meshplan/internal/model"
)

func TestOptionsAreReadFromQueries(t *testing.T) {
	got, err := ParseOptions(map[string][]string{
		"missing": {"default"}, "default_cpu_m": {"250"}, "default_memory_mib": {"512"}, "names": {"hash"},
		"mesh": {"open"}, "metric": {"rps"}, "columns": {"Power (x):pod_cpu_m, Who:ignore"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Options{
		MissingRequests: MissingDefault, DefaultCPUMillicores: 250, DefaultMemoryMiB: 512, Names: NamesHash,
		Mesh: MeshOpen, Metric: metricRPS, Columns: map[string]string{"Power (x)": "pod_cpu_m", "Who": columnIgnore},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWrongOptionsAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		values map[string][]string
		says   string
	}{
		{map[string][]string{"mising": {"zero"}}, "missing"},
		{map[string][]string{"missing": {"guess"}}, "zero or default or usage"},
		{map[string][]string{"missing": {"zero", "usage"}}, "missing is given 2 times"},
		{map[string][]string{"missing": {"default"}}, "default_cpu_m"},
		{map[string][]string{"default_cpu_m": {"lots"}}, "not a whole number"},
		{map[string][]string{"default_cpu_m": {"-1"}}, "from 0 to 512000"},
		{map[string][]string{"columns": {"Power"}}, "Header:pod_cpu_m"},
		{map[string][]string{"columns": {"Power:cpu"}}, "pod_cpu_m"},
	} {
		_, err := ParseOptions(c.values)
		var wrong *model.InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: the error is %v, want it to say %q", c.values, err, c.says)
		}
	}
}

func TestChosenColumnsGoBeforeGuesses(t *testing.T) {
	result := importOK(t, "cpu,power,label\n9,250m,web\n", Options{Columns: map[string]string{"power": "pod_cpu_m", "cpu": "ignore", "label": "name"}})
	w := result.Scenario.Workloads[0]
	if w.Name != "web" || w.PodCPUMillicores != 250 {
		t.Errorf("the row is %+v, want web of 250m", w)
	}
}

// lonely runs without a proxy beside pods that have one.
func TestWorkloadsOutsideAPartialMeshCanBeLeftOpen(t *testing.T) {
	find := func(o Options) *bool {
		for _, w := range importFile(t, "testdata/messy-cluster.json", o).Scenario.Workloads {
			if w.Name == "lonely" {
				return w.InMesh
			}
		}
		t.Fatal("lonely is missing")
		return nil
	}
	if kept := find(Options{}); kept == nil || *kept {
		t.Error("the mesh state is kept by default, so lonely is outside")
	}
	if open := find(Options{Mesh: MeshOpen}); open != nil {
		t.Error("with mesh=open lonely is left to meshed_share")
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	var last int64
	if _, err := Import(generated(2_000, ballast{}), Options{Progress: func(n int64) {
		if n < last {
			t.Errorf("progress goes back from %d to %d", last, n)
		}
		last = n
	}}); err != nil {
		t.Fatal(err)
	}
	if last < 1<<20 {
		t.Errorf("progress ends at %d bytes", last)
	}
}

func TestAnInputAboveItsLimitIsRefused(t *testing.T) {
	text := "name,cpu\nweb,1\n"
	if _, err := Import(strings.NewReader(text), Options{MaxBytes: int64(len(text))}); err != nil {
		t.Errorf("an input of exactly the limit is refused: %v", err)
	}
	if _, err := Import(strings.NewReader(text), Options{MaxBytes: int64(len(text)) - 1}); err == nil {
		t.Error("an input of one byte more than the limit is taken")
	}
}
