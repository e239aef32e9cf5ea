package promrules

import (
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"meshplan/internal/catalog"
	planning "meshplan/internal/model"
	"meshplan/internal/takeaway"
)

func alerts(t *testing.T, pattern string) []byte {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := planning.Evaluate(planning.Scenario{}, c)
	if err != nil {
		t.Fatal(err)
	}
	files, err := takeaway.Files(takeaway.Input{Plan: plan, Pattern: pattern})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == "mesh-alerts.yaml" {
			return []byte(f.Content)
		}
	}
	t.Fatalf("%s has no alert rules", pattern)
	return nil
}

func parse(content []byte) (*rulefmt.RuleGroups, []error) {
	return rulefmt.Parse(content, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
}

func TestPrometheusReadsTheAlertRulesOfEveryPattern(t *testing.T) {
	for _, pattern := range []string{"gateway", "ambient", "ambient-l7", "sidecar", "linkerd"} {
		groups, errs := parse(alerts(t, pattern))
		for _, err := range errs {
			t.Errorf("%s: %v", pattern, err)
		}
		if groups == nil || len(groups.Groups) != 1 || len(groups.Groups[0].Rules) < 4 {
			t.Errorf("%s: %+v", pattern, groups)
		}
	}
}

func TestTheParserRefusesABrokenRule(t *testing.T) {
	broken := strings.Replace(string(alerts(t, "sidecar")), "sum by", "sum bye", 1)
	if _, errs := parse([]byte(broken)); len(errs) == 0 {
		t.Error("a broken expression passed")
	}
}

// TestPrometheusReadsTheAlertsOfTheProgramItself: its metrics' names are checked where the
// program runs, in cmd/server.
func TestPrometheusReadsTheAlertsOfTheProgramItself(t *testing.T) {
	content, err := os.ReadFile("../../deploy/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := parse(content)
	for _, err := range errs {
		t.Error(err)
	}
	if groups == nil || len(groups.Groups) != 1 || len(groups.Groups[0].Rules) < 7 {
		t.Errorf("%+v", groups)
	}
	broken := strings.Replace(string(content), "histogram_quantile(0.99, ", "histogram_quantile(", 1)
	if _, errs := parse([]byte(broken)); len(errs) == 0 {
		t.Error("a broken expression passed")
	}
}
