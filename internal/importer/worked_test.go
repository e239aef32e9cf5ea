package importer

import (
	"os"
	"strings"
	"testing"
)

// importFile imports a file of testdata.
func importFile(t *testing.T, path string, o Options) Result {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	result, err := Import(file, o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// importOK imports text that must be understood.
func importOK(t *testing.T, text string, o Options) Result {
	t.Helper()
	result, err := Import(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// The release manifests of Online Boutique (34ffea917) request
// 100+200+100+200+70+300+100+100+100+100+100+100 = 1570m and
// 64+180+64+64+200+256+220+64+64+64+64+64 = 1368 MiB in 12 workloads of one pod.
func TestOnlineBoutiqueSumsUpToItsManifests(t *testing.T) {
	result := importFile(t, "testdata/online-boutique.yaml", Options{})
	want := Totals{Workloads: 12, Services: 12, Pods: 12, CPUMillicores: 1570, MemoryMiB: 1368, Namespaces: 1, KubernetesServices: 12}
	if result.Totals != want {
		t.Errorf("totals are %+v, want %+v", result.Totals, want)
	}
	if len(result.Missing) != 1 || result.Missing[0].Container != "frontend-check" || !result.Missing[0].Init {
		t.Errorf("containers without requests are %+v, want loadgenerator's init container", result.Missing)
	}
}
