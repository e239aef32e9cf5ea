package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"meshplan/internal/model"
)

func fields(t *testing.T, err error) []model.FieldError {
	t.Helper()
	var input *model.InputError
	if !errors.As(err, &input) {
		t.Fatalf("got %v, want an input error", err)
	}
	return input.Fields
}

func TestBadQueriesNameFieldValueAndCure(t *testing.T) {
	negative := int64(-1)
	long := strings.Repeat("m5.large", 1000)
	for _, c := range []struct {
		name    string
		q       model.NodeQuery
		field   string
		value   string
		rule    string
		message string
		fix     string
	}{
		{"unknown provider", model.NodeQuery{Provider: "gke", Region: "us-central1"},
			"provider", "gke", "unknown_name", `the catalog has no provider "gke"`, "Use aws, azure or gcp"},
		{"no provider", model.NodeQuery{},
			"provider", "", "unknown_name", `the catalog has no provider ""`, "Use aws, azure or gcp"},
		{"unknown region", model.NodeQuery{Provider: "aws", Region: "us-east1"},
			"region", "us-east1", "unknown_name", `"us-east1" is a region of gcp, not of aws`, "Use us-east-1, us-east-2 or sa-east-1"},
		{"misspelt region", model.NodeQuery{Provider: "azure", Region: "west-europe"},
			"region", "west-europe", "unknown_name", `the catalog has no region "west-europe" of azure`, "Use westeurope, northeurope or westus2"},
		{"no region", model.NodeQuery{Provider: "gcp"},
			"region", "", "unknown_name", `the catalog has no region "" of gcp`, "Use us-east1, us-west1 or asia-south1"},
		{"misspelt type", model.NodeQuery{Provider: "aws", Region: "us-east-1", Names: []string{"m6i.2xlrage"}},
			"node_type", "m6i.2xlrage", "unknown_name", `the catalog has no node type "m6i.2xlrage" of aws`, "Use m6i.2xlarge, c6i.2xlarge or m6a.2xlarge"},
		{"letter case of a type", model.NodeQuery{Provider: "azure", Region: "eastus", Names: []string{"standard_d8s_v5"}},
			"node_type", "standard_d8s_v5", "unknown_name", `the catalog has no node type "standard_d8s_v5" of azure`, "Use Standard_D8s_v5, Standard_D2s_v5 or Standard_D48s_v5"},
		{"type of another cloud", model.NodeQuery{Provider: "gcp", Region: "us-central1", Names: []string{"m5.large"}},
			"node_type", "m5.large", "unknown_name", `"m5.large" is a node type of aws, not of gcp`, ""},
		{"type not priced in the region", model.NodeQuery{Provider: "azure", Region: "brazilsouth", Names: []string{"Standard_D8ps_v5"}},
			"node_type", "Standard_D8ps_v5", "unknown_name", `the catalog has no price of "Standard_D8ps_v5" in brazilsouth`, ""},
		{"no type name", model.NodeQuery{Provider: "aws", Region: "us-east-1", Names: []string{""}},
			"node_type", "", "unknown_name", `the catalog has no node type "" of aws`, ""},
		{"a very long name", model.NodeQuery{Provider: "aws", Region: "us-east-1", Names: []string{long}},
			"node_type", long[:64] + "…", "unknown_name", `the catalog has no node type "` + long[:64] + `…" of aws`, ""},
		{"too many names", model.NodeQuery{Provider: "aws", Region: "us-east-1", Names: make([]string, 601)},
			"node_type", "601 names", "limit", "a plan may choose from at most 600 node types", "Name fewer, or use auto"},
		{"negative pod limit", model.NodeQuery{Provider: "aws", Region: "us-east-1", MaxPods: &negative},
			"node_max_pods", "-1", "range", "a node cannot hold fewer than 0 pods", "Give 0 for no limit, or leave it out for the provider's own limit"},
		{"unknown networking", model.NodeQuery{Provider: "aws", Region: "us-east-1", Networking: "overlay"},
			"networking", "overlay", "unknown_name", `"overlay" is not a way in which pods get addresses under the rule eks`, "Use eni or prefix"},
		{"networking where there is no choice", model.NodeQuery{Provider: "gcp", Region: "us-central1", Networking: "eni"},
			"networking", "eni", "unknown_name", `"eni" is not a way in which pods get addresses under the rule gke`, "Leave it out: pods have one way to get addresses here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			types, err := loaded(t).NodeTypes(c.q)
			if types != nil {
				t.Errorf("got types beside an error: %v", types)
			}
			got := fields(t, err)
			if len(got) != 1 {
				t.Fatalf("got %+v", got)
			}
			want := model.FieldError{Field: c.field, Value: c.value, Rule: c.rule, Message: c.message, Fix: c.fix}
			if want.Fix == "" && strings.HasPrefix(got[0].Fix, "Use ") {
				want.Fix = got[0].Fix
			}
			if got[0] != want {
				t.Errorf("got  %+v\nwant %+v", got[0], want)
			}
		})
	}
}

func TestNamesInACureAreKnownNames(t *testing.T) {
	region := map[string]bool{}
	for _, n := range query(t, model.NodeQuery{Provider: "gcp", Region: "europe-west2"}) {
		region[n.Name] = true
	}
	_, err := loaded(t).NodeTypes(model.NodeQuery{Provider: "gcp", Region: "europe-west2", Names: []string{"n2-standard-80"}})
	fix := strings.TrimPrefix(fields(t, err)[0].Fix, "Use ")
	for _, name := range strings.Split(strings.ReplaceAll(fix, " or ", ", "), ", ") {
		if !region[name] {
			t.Errorf("%q is no type of the region", name)
		}
	}
}

func TestATypeWithoutAPriceHereSaysWhereItHasOne(t *testing.T) {
	_, err := loaded(t).NodeTypes(model.NodeQuery{Provider: "azure", Region: "brazilsouth", Names: []string{"Standard_D8ps_v5"}})
	fix := fields(t, err)[0].Fix
	_, list, ok := strings.Cut(fix, ", or a region that has it: ")
	if !ok {
		t.Fatalf("got %q", fix)
	}
	for _, region := range strings.Split(list, ", ") {
		query(t, model.NodeQuery{Provider: "azure", Region: region, Names: []string{"Standard_D8ps_v5"}})
	}
}

func TestAllocatableRefusesWhatItDoesNotKnow(t *testing.T) {
	c := loaded(t)
	negative := int64(-1)
	for _, x := range []struct {
		rule, networking string
		m                Machine
		maxPods          *int64
		field            string
	}{
		{"rke", "", Machine{VCPU: 8}, nil, "allocatable_rule"},
		{"eks", "overlay", Machine{VCPU: 8}, nil, "networking"},
		{"kubeadm", "", Machine{VCPU: 8}, &negative, "node_max_pods"},
		{"kubeadm", "", Machine{VCPU: -8}, nil, "node"},
		{"kubeadm", "", Machine{MemoryMiB: -8}, nil, "node"},
	} {
		_, err := c.Allocatable(x.rule, x.m, x.networking, x.maxPods)
		if got := fields(t, err); got[0].Field != x.field {
			t.Errorf("got %+v, want field %s", got[0], x.field)
		}
	}
}

func TestEditsCountInsertionsDeletionsAndSubstitutions(t *testing.T) {
	// Textbook distances.
	for _, c := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"", "abc", 3}, {"abc", "", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if got := edits([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("%q to %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearestOffersAtMostWhatIsKnown(t *testing.T) {
	if got := nearest("b", []string{"a", "bb"}); !slices.Equal(got, []string{"a", "bb"}) {
		t.Errorf("got %v", got)
	}
	if got := nearest("b", nil); got != nil {
		t.Errorf("got %v", got)
	}
}
