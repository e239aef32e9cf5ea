package importer

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// resultText is everything an import gives away.
func resultText(t *testing.T, path string, o Options) string {
	t.Helper()
	text, err := json.Marshal(importFile(t, path, o))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSecretsEnvironmentAndAnnotationsAreNeverKept(t *testing.T) {
	for _, path := range []string{"testdata/messy-cluster.json", "testdata/helm-template.yaml", "testdata/online-boutique.yaml"} {
		text := resultText(t, path, Options{})
		for _, private := range []string{"not-kept", "NOT_KEPT", "c2VjcmV0", "TOKEN", "password", "environment of", "top-secret"} {
			if strings.Contains(text, private) {
				t.Errorf("the result of %s holds %q", path, private)
			}
		}
	}
	input, err := os.ReadFile("testdata/messy-cluster.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(input, []byte("env-not-kept")) || !bytes.Contains(input, []byte("annotation-not-kept")) {
		t.Error("the input holds nothing private, so the test shows nothing")
	}
}

// names of the messy cluster that a hashed or dropped import must not hold.
var privateNames = []string{"web", "old-api", "opted-out", "sleeping", "log-agent", "nightly", "canary", "classic", "lonely", "\"shop\"", "shop/", "batch", "node-a", "pool=general"}

func TestNamesCanBeHashedOrDropped(t *testing.T) {
	kept := resultText(t, "testdata/messy-cluster.json", Options{})
	for _, mode := range []string{NamesHash, NamesDrop} {
		text := resultText(t, "testdata/messy-cluster.json", Options{Names: mode, HashKey: []byte("a key")})
		for _, name := range privateNames {
			if strings.Contains(text, name) {
				t.Errorf("names are to be %sed, and the result holds %q", mode, name)
			}
			if name != "node-a" && !strings.Contains(kept, name) {
				t.Errorf("the result with names does not hold %q, so the test shows nothing", name)
			}
		}
	}
}

func TestHashedNamesDependOnTheKeyAlone(t *testing.T) {
	hash := func(key string) string {
		return importFile(t, "testdata/messy-cluster.json", Options{Names: NamesHash, HashKey: []byte(key)}).Scenario.Workloads[0].Name
	}
	first := hash("one")
	if second := hash("one"); first != second {
		t.Errorf("one key gives two hashes, %s and %s", first, second)
	}
	if first == hash("two") {
		t.Error("two keys give one hash")
	}
	random := hash("")
	if again := hash(""); random == again {
		t.Error("without a key the hash is to be random")
	}
}

func TestDroppedNamesStayApart(t *testing.T) {
	result := importFile(t, "testdata/messy-cluster.json", Options{Names: NamesDrop})
	seen := map[string]bool{}
	for _, w := range result.Scenario.Workloads {
		if seen[w.Name] {
			t.Errorf("two workloads are called %s", w.Name)
		}
		seen[w.Name] = true
	}
	plain, err := Import(strings.NewReader("name,replicas,pod_cpu_m,pod_memory_mib\nsecret,1,1,1\n"), Options{Names: NamesDrop})
	if err != nil {
		t.Fatal(err)
	}
	if name := plain.Scenario.Workloads[0].Name; name != "workload-1" {
		t.Errorf("the name is %q, want workload-1", name)
	}
}
