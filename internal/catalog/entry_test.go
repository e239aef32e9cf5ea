package catalog

import (
	"strings"
	"testing"
	"testing/fstest"

	"meshplan/internal/model"
)

// minimal is the least that makes a provider: the drill of adding one.
const minimal = `provider  acme Acme Kubernetes
rule      kubeadm
default   north a-4
source    list 2026-01 https://example.com/prices
types     list
family    a amd64 4 a-{vcpu} 2 4
price     north list a=0.01
`

func loadText(text string) (*Catalog, error) {
	return load(fstest.MapFS{"data/acme.txt": {Data: []byte(text)}}, registry)
}

func TestANewProviderIsOneDataEntry(t *testing.T) {
	c, err := loadText(minimal)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.NodeTypes(model.NodeQuery{Provider: "acme", Region: "north"})
	if err != nil {
		t.Fatal(err)
	}
	want := model.NodeType{
		Name: "a-4", Provider: "acme", Region: "north", Family: "a", Arch: "amd64", VCPU: 4, MemoryMiB: 16384,
		AllocatableCPUMillicores: 4000, AllocatableMemoryMiB: 16284, MaxPods: 110, AllocatableRule: "kubeadm",
		HourlyUSD: 0.04, PriceAsOf: "2026-01", PriceSource: "https://example.com/prices",
	}
	if len(got) != 2 || got[1] != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLoaderRefusesMistakesInTheData(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"two providers", "rule      kubeadm", "provider b B\nrule kubeadm", "data/acme.txt:2: provider is given twice"},
		{"two rules", "rule      kubeadm", "rule kubeadm\nrule eks", "data/acme.txt:3: rule is given twice"},
		{"two defaults", "types     list", "types list\ndefault north a-2", "default is given twice"},
		{"a source twice", "types     list", "types list\nsource list 2026-02 https://example.com/b", `source "list" is given twice`},
		{"a family twice", "price ", "family a arm64 2 b-{vcpu} 2\nprice ", `family "a" is given twice`},
		{"a size of a family twice", "2 4\n", "2 4 2\n", `family "a": 2 vCPU is given twice`},
		{"a type twice", "price     north list a=0.01", "family b amd64 4 a-{vcpu} 2\nprice north list a=0.01 b=0.01", `type "a-2" is given twice`},
		{"a price twice", "a=0.01", "a=0.01 a=0.02", `the price of "a" in "north" is given twice`},
		{"a size name twice", "family ", "limits list\nsize s 1 2 3\nsize s 2 2 3\nfamily ", `size "s" or its 2 vCPU is given twice`},
		{"a size's cores twice", "family ", "limits list\nsize s 1 2 3\nsize t 1 2 3\nfamily ", `size "t" or its 1 vCPU is given twice`},
		{"an unknown keyword", "types ", "kinds ", `unknown keyword "kinds"`},
		{"too few words", "types     list", "types", "types takes SOURCE, not 0 words"},
		{"too many words", "types     list", "types list list", "types takes SOURCE, not 2 words"},
		{"no rule", "rule      kubeadm", "", "no rule line"},
		{"no provider", "provider  acme Acme Kubernetes", "", "no provider line"},
		{"no default", "default   north a-4", "", "no default line"},
		{"no source of types", "types     list", "", "no types line"},
		{"an unknown rule", "kubeadm", "k3s", `unknown allocatable rule "k3s"`},
		{"an unknown default region", "default   north", "default south", `default region "south" has no prices`},
		{"an unknown default type", "north a-4", "north a-8", `default type "a-8" has no price in "north"`},
		{"a price without a source", "north list a", "north web a", `names an unknown source "web"`},
		{"types without a source", "types     list", "types web", `unknown source "web"`},
		{"a source that nothing uses", "types ", "source web 2026-01 https://example.com\ntypes ", `source "web" is not used`},
		{"a source without a month", "2026-01", "lately", `"lately" is not a month`},
		{"a source without an address", "https://example.com/prices", "example", `"example" is not an https address`},
		{"a price of nothing known", "a=0.01", "a=0.01 b=0.01", `unknown family "b"`},
		{"a family that no region sells", "price ", "family b amd64 4 b-{vcpu} 2\nprice ", `family "b" has no price in any region`},
		{"a price of zero", "a=0.01", "a=0", `price "a=0"`},
		{"a price below zero", "a=0.01", "a=-1", `price "a=-1"`},
		{"a price of no number", "a=0.01", "a=NaN", `price "a=NaN"`},
		{"a price beyond number", "a=0.01", "a=Inf", `price "a=Inf"`},
		{"a price finer than a micro-dollar", "a=0.01", "a=0.0100001", "at most six decimals"},
		{"a price without a value", "a=0.01", "a", `price "a"`},
		{"an architecture unknown", "amd64", "mips", `"mips" is neither`},
		{"memory of no number", "amd64 4", "amd64 NaN", `"NaN" GiB per vCPU`},
		{"memory of zero", "amd64 4", "amd64 0", `"0" GiB per vCPU`},
		{"cores of zero", "2 4\n", "2 0\n", `"0" vCPU is not`},
		{"a name without a size", "a-{vcpu}", "a-{size}", `no name for 2 vCPU in "a-{size}"`},
		{"sizes without a source", "family ", "size s 1 2 3\nfamily ", "limits and size lines come together"},
		{"limits without sizes", "family ", "limits list\nfamily ", "limits and size lines come together"},
		{"a size of no number", "family ", "limits list\nsize s one 2 3\nfamily ", `"one" is not a whole number`},
		{"another file's provider", "provider  acme", "provider apex", `provider is "apex", the file's name says "acme"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(minimal, c.old, c.new, 1)
			if text == minimal {
				t.Fatalf("%q does not occur", c.old)
			}
			if _, err := loadText(text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestLoaderRefusesAnEmptyCatalog(t *testing.T) {
	if _, err := load(fstest.MapFS{}, registry); err == nil {
		t.Error("an empty catalog loads")
	}
}

func FuzzParseEntryNeverPanics(f *testing.F) {
	f.Add(minimal)
	f.Add("price north list a=1e400")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseEntry("fuzz", text)
		if (e == nil) == (err == nil) {
			t.Errorf("got %v and %v", e, err)
		}
	})
}
