package takeaway

import (
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"meshplan/internal/model"
	"meshplan/internal/money"
	"meshplan/internal/rollout"
)

// File is one file to take along.
type File struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	MediaType string `json:"media_type"` // application/yaml or text/markdown
	Content   string `json:"content"`
}

// Input is what the files are written from. Rollout, Money and Flips may be absent: what
// rests on them then says so.
type Input struct {
	Scenario  model.Scenario
	Plan      model.Plan
	Pattern   string           // "" for that of the plan
	Workloads []model.Workload // of [model.ResolvedWorkloads]; budgets and quotas need it
	Scoped    *model.Plan      // the same scenario with config_scoped, see [ScopedScenario]
	Rollout   *rollout.Rollout
	Money     *money.Study
	Flips     []string // sentences on what would change the verdict
	Link      string   // address of the scenario, for the record
}

const (
	yamlType     = "application/yaml"
	markdownType = "text/markdown"
)

// ScopedScenario is the scenario with scoped configuration, to plan for [Input.Scoped]. It
// reports false where scoping is decided already.
func ScopedScenario(s model.Scenario) (model.Scenario, bool) {
	if s.Mesh.ConfigScoped != nil || s.Mesh.VisibleServices != nil {
		return s, false
	}
	yes := true
	s.Mesh.ConfigScoped = &yes
	return s, true
}

// Files writes every file that the pattern has. For a plan on which no mesh pattern fits
// the decision record is the only one.
func Files(in Input) ([]File, error) {
	if in.Pattern == "" {
		in.Pattern = in.Plan.MeshPattern()
	}
	w := &writer{Input: in, result: in.Plan.Result(in.Pattern)}
	if w.result != nil && w.result.Status != "infeasible" && in.Pattern != model.PatternNone {
		w.helmValues()
		w.policies()
		w.budgets()
		w.quotas()
		w.alerts()
		plan, err := rolloutPlan(w)
		if err != nil {
			return nil, err
		}
		w.add(File{Name: "rollout-plan.md", Title: "The road in: phases, waves, authorization, duties", MediaType: markdownType, Content: plan})
		w.add(File{Name: "incident-runbook.md", Title: "What can break: how to see it, first commands, recovery", MediaType: markdownType, Content: incidents(w)})
		w.add(File{Name: "removal-runbook.md", Title: "How to take the mesh out again", MediaType: markdownType, Content: removal(w)})
	}
	w.add(File{Name: "decision-record.md", Title: "Decision record", MediaType: markdownType, Content: NewRecord(in).Markdown()})
	return w.files, w.err
}

// writer collects files and the first error.
type writer struct {
	Input
	result *model.Result
	files  []File
	err    error
}

func (w *writer) add(f File) { w.files = append(w.files, f) }

// yaml writes documents under a comment.
func (w *writer) yaml(name, title string, comment []string, documents ...any) {
	var b strings.Builder
	for _, line := range append([]string{title + "."}, comment...) {
		for part := range strings.SplitSeq(line, "\n") {
			b.WriteString(strings.TrimRight("# "+part, " ") + "\n")
		}
	}
	for i, d := range documents {
		text, err := yaml.Marshal(d)
		if err != nil {
			w.err = err
			return
		}
		if i > 0 {
			b.WriteString("---\n")
		}
		b.Write(text)
	}
	w.add(File{Name: name, Title: title, MediaType: yamlType, Content: b.String()})
}

// object is a YAML mapping.
type object = map[string]any

// part of the pattern, the first of that id.
func (w *writer) part(id string) (model.Part, bool) {
	for _, p := range w.result.Parts {
		if p.ID == id {
			return p, true
		}
	}
	return model.Part{}, false
}

// objectName is what Kubernetes accepts as a name.
var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func isIstio(pattern string) bool {
	return pattern != model.PatternLinkerd && pattern != model.PatternNone
}

func isAmbient(pattern string) bool {
	return pattern == model.PatternAmbient || pattern == model.PatternAmbientL7
}
