package model_test

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"meshplan/internal/model"
)

func TestEveryInputHasAShortNameThatMeansNothingElse(t *testing.T) {
	long := []string{"workloads", "query", "row", "error"}
	long = append(long, model.IntervalNames()...)
	long = append(long, model.ValueFields()...)
	long = append(long, model.Columns[:]...)
	for _, p := range model.Params() {
		long = append(long, p.Name)
	}
	seen := map[string]string{"w": "workloads"}
	for _, p := range model.Params() {
		switch other := seen[p.Short]; {
		case p.Short == "" || len(p.Short) > 3:
			t.Errorf("%s has the short name %q", p.Name, p.Short)
		case other != "":
			t.Errorf("%s stands for %s and %s", p.Short, other, p.Name)
		case slices.Contains(long, p.Short):
			t.Errorf("%s, short for %s, is a name already", p.Short, p.Name)
		}
		seen[p.Short] = p.Name
		for _, end := range []string{"", "_low", "_typical", "_high"} {
			if got := model.LongName(p.Short + end); got != p.Name+end {
				t.Errorf("%s%s stands for %s", p.Short, end, got)
			}
			if got := model.LongName(p.Name + end); got != p.Name+end {
				t.Errorf("%s%s becomes %s", p.Name, end, got)
			}
		}
	}
}

// widest gives every input the longest value that it takes, free text excepted.
func widest(t *testing.T) model.Scenario {
	t.Helper()
	texts := map[string]string{
		"region": "ap-southeast-1", "node_type": "m6i.2xlarge,r6i.2xlarge,c6i.2xlarge", "existing_nodes": "m6i.2xlarge:10",
		"node_taints": "m6i.2xlarge=dedicated=batch:NoSchedule", "kubernetes_version": "1.34", "preset": "istio-charts-2026-08",
		"istio_version": "1.30.4", "as_of": "2026-08-31", "rollout_order": "shop,payments",
	}
	var s model.Scenario
	for _, p := range model.Params() {
		text := texts[p.Name]
		switch {
		case text != "":
		case len(p.OneOf) > 0:
			text = slices.MaxFunc(p.OneOf, func(a, b string) int { return len(a) - len(b) })
		case p.Type == "boolean":
			text = "false"
		case p.Max != nil && p.Type == "integer":
			text = strconv.FormatFloat(*p.Max, 'f', -1, 64)
		case p.Max != nil:
			text = strconv.FormatFloat(*p.Max*0.1234567, 'f', 4, 64)
		default:
			t.Fatalf("%s needs a value here", p.Name)
		}
		if err := model.SetParam(&s, p.Name, text); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func values(t *testing.T, query string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryInputAtOnceFitsAnAddress(t *testing.T) {
	s := widest(t)
	const address = "https://meshplan.example.org/api/v1/value/sidecar.monthly_cost_usd?errors=inline&"
	query, fits := model.EncodeQueryWithin(s, 2000-len(address))
	if !fits || len(address)+len(query) >= 2000 {
		t.Fatalf("all inputs take %d characters", len(model.EncodeQuery(s)))
	}
	t.Logf("%d inputs: %d characters with short names, %d with long ones", len(model.Params()), len(query), len(model.EncodeQuery(s)))
	if len(model.EncodeQuery(s)) < 2000 {
		t.Error("long names would do, and this test proves nothing")
	}
	again, err := model.DecodeFlat(values(t, query))
	if err != nil || string(model.EncodeJSON(again)) != string(model.EncodeJSON(s)) {
		t.Errorf("%s decodes as %s, %v", query, model.EncodeJSON(again), err)
	}
}

func TestShortNamesDecodeLikeLongOnes(t *testing.T) {
	s, err := model.DecodeFlat(values(t, "s=12&pc_low=100&pc_high=400&w=shop/cart,D,3,200,300"))
	if err != nil || model.EncodeQuery(s) != "services=12&pod_cpu_m_low=100&pod_cpu_m_high=400&workloads=shop%2Fcart,D,3,200,300" {
		t.Errorf("%s, %v", model.EncodeQuery(s), err)
	}
}

func TestBothNamesOfAnInputAtOnceAreRefused(t *testing.T) {
	for query, field := range map[string]string{
		"s=12&services=12": "services", "pc_low=1&pod_cpu_m_low=2": "pod_cpu_m_low", "w=a,D,1,1,1&workloads=b,D,1,1,1": "workloads",
	} {
		_, err := model.DecodeFlat(values(t, query))
		var input *model.InputError
		if !errors.As(err, &input) || input.Fields[0].Field != field || input.Fields[0].Rule != "repeated" ||
			!strings.Contains(input.Fields[0].Message, "as "+query[:strings.Index(query, "=")]) {
			t.Errorf("%s: %v", query, err)
		}
	}
	if _, err := model.DecodeFlat(values(t, "s=12&s=13")); err == nil || !strings.Contains(err.Error(), "services is given 2 times") {
		t.Errorf("s twice: %v", err)
	}
	if _, err := model.DecodeFlat(values(t, "s=-5")); err != nil {
		t.Errorf("ranges are checked later: %v", err)
	}
}
