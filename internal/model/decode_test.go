package model_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"meshplan/internal/model"
)

// firstWrong is the first field error of bad input.
func firstWrong(err error) *model.FieldError {
	var input *model.InputError
	var limit *model.LimitError
	switch {
	case errors.As(err, &limit):
		return &limit.FieldError
	case errors.As(err, &input):
		return &input.Fields[0]
	}
	return nil
}

func TestBadQueriesAreRefusedByFieldWithAFix(t *testing.T) {
	c := loadCatalog(t)
	for _, bad := range []struct{ query, field, rule string }{
		{"services=-1", "services", "range"},
		{"services=20001", "services", "range"},
		{"services=ten", "services", "integer"},
		{"services=1.5", "services", "integer"},
		{"services=1e400", "services", "integer"},
		{"pod_cpu_m=250m", "pod_cpu_m", "integer"},
		{"rps_per_pod=NaN", "rps_per_pod", "number"},
		{"rps_per_pod=Inf", "rps_per_pod", "number"},
		{"headroom=0.91", "headroom", "range"},
		{"max_cost_growth=0.9", "max_cost_growth", "range"},
		{"node_allocatable_cpu_m=0", "node_allocatable_cpu_m", "range"},
		{"mtls_required=maybe", "mtls_required", "boolean"},
		{"services=1&services=2", "services", "repeated"},
		{"servcies=5", "servcies", "unknown_name"},
		{"preset=istio", "preset", "one_of"},
		{"provider=oracle", "provider", "one_of"},
		{"node_type=m9.mega", "node_type", ""},
		{"region=mars-1", "region", ""},
		{"provider=custom", "provider", "conflict"},
		{"as_of=yesterday", "as_of", "date"},
		{"as_of=1999-01-01", "as_of", "range"},
		{"effort=heroic", "effort", "one_of"},
		{"zones=7", "zones", "range"},
		{"zones=1&survive=zone", "survive", "conflict"},
		{"proxy_cpu_m=500&proxy_cpu_limit_m=200", "proxy_cpu_limit_m", "conflict"},
		{"services=20000&pods_per_service=1000", "services", "limit"},
		{"node_type=auto&node_hourly_usd=1", "node_type", "conflict"},
		{"pod_cpu_m_low=300&pod_cpu_m_high=100", "pod_cpu_m", "interval"},
		{"pod_cpu_m_low=-1&pod_cpu_m_high=100", "pod_cpu_m", "range"},
		{"workloads=a,D,x", "workloads[0].replicas", "integer"},
		{"workloads=a,Deploy,1", "workloads[0].kind", "one_of"},
		{"workloads=,D,1", "workloads[0].name", "required"},
		{"workloads=a,D,-1", "workloads[0].replicas", "range"},
		{"pod_cpu_m=99999", "node_type", "unplaceable"},
	} {
		values, err := url.ParseQuery(bad.query)
		if err != nil {
			t.Fatal(err)
		}
		s, err := model.DecodeFlat(values)
		if err == nil {
			_, err = model.Evaluate(s, c)
		}
		wrong := firstWrong(err)
		if wrong == nil || wrong.Field != bad.field || (bad.rule != "" && wrong.Rule != bad.rule) || wrong.Message == "" || wrong.Fix == "" {
			t.Errorf("%s: %+v (%v), want %s at %s", bad.query, wrong, err, bad.rule, bad.field)
		}
	}
}

func TestBadDocumentsAreRefusedByPathWithAFix(t *testing.T) {
	for _, bad := range []struct{ document, field string }{
		{`{"quick":{"servcies":5}}`, "quick.servcies"},
		{`{"services":5}`, "services"},
		{`{"quick":{"services":5,"services":6}}`, "quick.services"},
		{`{"quick":{"services":"5"}}`, "services"},
		{`{"quick":{"services":5.5}}`, "services"},
		{`{"quick":{"Services":5}}`, "quick.Services"},
		{`{"workloads":[{"name":"a","replica":1}]}`, "workloads[0].replica"},
		{`{"workloads":[{"name":"a","replicas":"many"}]}`, "workloads.replicas"},
		{`{"quick":`, "body"},
		{`[]`, "body"},
		{`null`, "body"},
		{``, "body"},
		{`{} {}`, "body"},
		{`{"quick":5}`, "quick"},
		{`{"quick":{"services":NaN}}`, "body"},
		{strings.Repeat(`{"quick":`, 20000), "quick.quick"},
		{strings.Repeat("[", 100000), "body"},
		{strings.Repeat(" ", 9<<20), "body"},
	} {
		_, err := model.DecodeJSON([]byte(bad.document))
		if wrong := firstWrong(err); wrong == nil || wrong.Field != bad.field || wrong.Message == "" || wrong.Fix == "" {
			t.Errorf("%.60s: %+v (%v), want a fault at %s", bad.document, wrong, err, bad.field)
		}
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, err := model.DecodeFlat(map[string][]string{"services": {"x"}, "nonsense": {"1"}, "zones": {"y"}})
	var input *model.InputError
	if !errors.As(err, &input) || len(input.Fields) != 3 {
		t.Errorf("%v", err)
	}
}

func FuzzDecodeFlat(f *testing.F) {
	f.Add("services=60&pod_cpu_m=250&workloads=default/a,D,1,100,64~b,,2,3,4,5.5,y,1,2,3,4")
	f.Add("pod_cpu_m_low=1&pod_cpu_m_high=2&preset=dev-demo&max_cost_growth=1e308")
	c := loadCatalog(f)
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Skip()
		}
		s, err := model.DecodeFlat(values)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if err := model.Validate(s, c); err != nil {
			checkRefusal(t, err)
			return
		}
		again, err := model.DecodeFlat(queryValues(t, model.EncodeQuery(s)))
		if err != nil || model.EncodeQuery(again) != model.EncodeQuery(s) {
			t.Fatalf("%q does not survive the address bar: %v", query, err)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add([]byte(`{"quick":{"services":60},"workloads":[{"name":"a","replicas":1}],"intervals":{"pod_cpu_m":{"low":1}}}`))
	f.Add([]byte(`{"nodes":{"node_type":"auto"}}`))
	c := loadCatalog(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		s, err := model.DecodeJSON(document)
		if err == nil {
			err = model.Validate(s, c)
		}
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if _, err := model.DecodeJSON(model.EncodeJSON(s)); err != nil {
			t.Fatal(err)
		}
	})
}

// checkRefusal wants every refusal to name a field and a fix.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	if wrong := firstWrong(err); wrong == nil || wrong.Field == "" || wrong.Fix == "" {
		t.Fatalf("a refusal without field or fix: %v", err)
	}
}
