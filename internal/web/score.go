package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"meshplan/internal/importer"
	"meshplan/internal/model"
	"meshplan/templates"
)

// ScoreAnswer is a saved prediction beside what an import made after the roll-out found.
type ScoreAnswer struct {
	Scenario     string               `json:"scenario" doc:"id of the saved scenario"`
	Revision     int64                `json:"revision" doc:"whose plan is scored, as it was when saved"`
	SavedAt      time.Time            `json:"saved_at"`
	ModelVersion string               `json:"model_version" doc:"that made the prediction"`
	Pattern      string               `json:"pattern" doc:"whose result is scored: the one asked for, else the one that the import runs"`
	Lines        []importer.ScoreLine `json:"lines" doc:"figures that the import holds; error is predicted ÷ actual − 1"`
	Measured     []importer.Measured  `json:"measured" doc:"use found in the import, as intervals for calibration"`
	Calibrated   *model.Scenario      `json:"calibrated,omitempty" doc:"the scenario with what was measured as intervals marked measured; absent where nothing was"`
	Warnings     []model.Warning      `json:"warnings"`
}

// apiScore answers POST /api/v1/scenarios/{id}/score: what kubectl prints after a roll-out
// in, the saved plan's figures beside it out.
func (s *server) apiScore(w http.ResponseWriter, r *http.Request) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	pattern, revision := values.Get("pattern"), int64(0)
	if text := values.Get("revision"); text != "" {
		if revision, err = strconv.ParseInt(text, 10, 64); err != nil || revision < 1 {
			return invalid("revision", text, "integer", "revision is not the number of a revision", "Give a whole number from 1, or leave it out")
		}
	}
	for _, own := range []string{"pattern", "revision"} {
		if len(values[own]) > 1 {
			return invalid(own, strings.Join(values[own], ", "), "repeated", own+" is given several times", "Give it once")
		}
		values.Del(own)
	}
	options, err := importer.ParseOptions(values)
	if err != nil {
		return err
	}
	saved, err := s.openScenario(r.Context(), chi.URLParam(r, "id"), revision)
	if err != nil {
		return err
	}
	body, err := readWhole(w, r, maxImportBytes) // the importer unpacks what is compressed
	if err != nil {
		return err
	}
	after, err := s.imported(r.Context(), bytes.NewReader(body), options)
	if err != nil {
		return err
	}
	scored, err := s.score(saved, after, pattern)
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, http.StatusOK, scored)
}

// score compares a saved plan with what an import found.
func (s *server) score(saved Saved, after importer.Result, pattern string) (ScoreAnswer, error) {
	var plan model.Plan
	if err := json.Unmarshal(saved.Plan, &plan); err != nil || len(plan.Results) == 0 {
		return ScoreAnswer{}, invalid("scenario", saved.ID, "format", "the saved plan is of a form that this program does not know", "Save the scenario again, and score the new revision later")
	}
	if pattern == "" {
		pattern = runningPattern(after.Mesh)
	}
	if pattern == "" {
		pattern = model.PatternNone
	}
	predicted := plan.Result(pattern)
	if predicted == nil {
		var known []string
		for _, r := range plan.Results {
			known = append(known, r.Pattern)
		}
		return ScoreAnswer{}, invalid("pattern", pattern, "one_of", strconv.Quote(shorten(pattern))+" is no pattern of the saved plan", "Use "+model.Nearest(pattern, known))
	}
	scenario, err := model.DecodeJSON(saved.Document)
	if err != nil {
		return ScoreAnswer{}, err
	}
	a := ScoreAnswer{
		Scenario: saved.ID, Revision: saved.Revision, SavedAt: saved.CreatedAt, ModelVersion: saved.ModelVersion, Pattern: pattern,
		Lines: append(applicationLines(plan.Application, after), importer.Score(*predicted, after)...), Measured: after.Measured, Warnings: after.Warnings,
	}
	if a.Lines == nil {
		a.Lines = []importer.ScoreLine{}
	}
	if cost := s.costLine(predicted, after.Nodes); cost != nil {
		a.Lines = append(a.Lines, *cost)
	}
	if a.Measured == nil {
		a.Measured = []importer.Measured{}
	}
	if calibrated, any := calibrate(scenario, after.Measured); any {
		a.Calibrated = &calibrated
	}
	return a, nil
}

// applicationLines tell an error of the model from a change of the application.
func applicationLines(predicted model.Totals, after importer.Result) []importer.ScoreLine {
	if len(after.Scenario.Workloads) == 0 {
		return nil
	}
	return []importer.ScoreLine{
		importer.NewScoreLine("application_pods", float64(predicted.Pods), float64(after.Totals.Pods)),
		importer.NewScoreLine("application_cpu_m", float64(predicted.CPURequestedMillicores), float64(after.Totals.CPUMillicores)),
		importer.NewScoreLine("application_memory_mib", float64(predicted.MemoryRequestedMiB), float64(after.Totals.MemoryMiB)),
	}
}

// costLine compares with the nodes that run at list prices; nil where one has no price.
func (s *server) costLine(predicted *model.Result, c *importer.ClusterNodes) *importer.ScoreLine {
	if c == nil {
		return nil
	}
	running := s.running(c)
	if running.MonthlyCostUSD == nil || predicted.MonthlyCostUSD == 0 {
		return nil
	}
	line := importer.NewScoreLine("monthly_cost_usd", predicted.MonthlyCostUSD, *running.MonthlyCostUSD)
	return &line
}

// calibrate puts what was measured into a scenario. What the scenario itself says of the
// application, in its list or its averages, stays: use replaces defaults, not requests.
func calibrate(s model.Scenario, measured []importer.Measured) (model.Scenario, bool) {
	var names []string
	for _, m := range measured {
		_, given := model.ParamValue(s, m.Name)
		if own := len(s.Workloads) > 0 || given; !own || !slices.Contains(overrides, m.Name) {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return s, false
	}
	return importer.Calibrate(s, measured, names...), true
}

// getScore shows the form that a saved prediction is scored with.
func (s *server) getScore(w http.ResponseWriter, r *http.Request) error {
	return s.scorePage(w, r, http.StatusOK, templates.Import{}, nil)
}

// postScore scores a saved prediction against the import in the form.
func (s *server) postScore(w http.ResponseWriter, r *http.Request) error {
	view := templates.Import{}
	after, err := s.readImport(w, r, &view, io.Discard)
	view.Columns = nil
	if err != nil {
		status, err := wrongImport(&view, err)
		if err != nil {
			return err
		}
		return s.scorePage(w, r, status, view, nil)
	}
	return s.scorePage(w, r, http.StatusOK, view, &after)
}

func (s *server) scorePage(w http.ResponseWriter, r *http.Request, status int, view templates.Import, after *importer.Result) error {
	private(w)
	saved, err := s.openScenario(r.Context(), chi.URLParam(r, "id"), 0)
	if err != nil {
		return err
	}
	site, err := s.site(r)
	if err != nil {
		return err
	}
	site.Path = "/s/"
	scenario, err := model.DecodeJSON(saved.Document)
	if err != nil {
		return err
	}
	if after != nil {
		scored, err := s.score(saved, *after, "")
		if err != nil {
			return err
		}
		view.Score = scoreView(scored)
	}
	p := &templates.Planner{Site: site, Scenario: scenario, Saved: s.savedView(r, saved, &templates.History{})}
	return s.sendPage(w, r, status, templates.ScorePage(p, view))
}

// scoreNames are the figures in words.
var scoreNames = map[string]string{
	"application_pods": "pods of the application", "application_cpu_m": "its CPU requests", "application_memory_mib": "its memory requests",
	"nodes": "nodes", "cpu_requested_m": "CPU requested on the nodes", "memory_requested_mib": "memory requested on the nodes",
	"proxies": "proxies", "proxy_cpu_m": "CPU requested by proxies", "proxy_memory_mib": "memory requested by proxies",
	"control_plane_pods": "pods of the control plane", "control_plane_cpu_m": "CPU requested by the control plane", "control_plane_memory_mib": "memory requested by the control plane",
	"gateway_pods": "pods of gateways", "gateway_cpu_m": "CPU requested by gateways", "gateway_memory_mib": "memory requested by gateways",
	"waypoint_pods": "pods of waypoints", "waypoint_cpu_m": "CPU requested by waypoints", "waypoint_memory_mib": "memory requested by waypoints",
	"node_agent_pods": "agents on the nodes", "node_agent_cpu_m": "CPU requested by agents", "node_agent_memory_mib": "memory requested by agents",
	"monthly_cost_usd": "cost of the nodes a month, list prices",
}

func scoreView(a ScoreAnswer) *templates.Score {
	title := a.Pattern
	v := &templates.Score{
		Pattern: a.Pattern, Title: title, SavedAt: a.SavedAt.UTC().Format(dateShown), Revision: a.Revision,
		Measured: measuredView(importer.Result{Measured: a.Measured}, nil), Warnings: a.Warnings,
	}
	var words []string
	for _, line := range a.Lines {
		shown := templates.ScoreLine{
			Name: scoreNames[line.Name], Predicted: scored(line.Name, line.Predicted), Actual: scored(line.Name, line.Actual), Error: "–",
		}
		if line.Error != nil {
			shown.Error = fmt.Sprintf("%+.1f %%", *line.Error*100)
		}
		v.Lines = append(v.Lines, shown)
		words = append(words, shown.Name+": predicted "+shown.Predicted+", actual "+shown.Actual+", error "+shown.Error)
	}
	if len(words) > 0 {
		v.Comment = "Scored against an import: " + a.Pattern + "\n" + strings.Join(words, "\n")
	}
	if a.Calibrated != nil {
		if v.Calibrated = address(*a.Calibrated); v.Calibrated == "" {
			v.CalibratedText = string(model.EncodeJSON(*a.Calibrated))
		}
	}
	return v
}

func scored(name string, v float64) string {
	switch {
	case strings.HasSuffix(name, "_cpu_m"), name == "cpu_requested_m":
		return templates.CPU(int64(v))
	case strings.HasSuffix(name, "_memory_mib"), name == "memory_requested_mib":
		return templates.Memory(int64(v))
	case strings.HasSuffix(name, "_usd"):
		return templates.Dollars(v)
	}
	return templates.Whole(int64(v))
}
