package advice

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Check is one thing to have in order before a mesh.
type Check struct {
	ID      string `json:"id"`
	Phase   string `json:"phase"` // containers, kubernetes
	Title   string `json:"title"`
	State   string `json:"state"` // pass, fail, unknown
	Detail  string `json:"detail"`
	Command string `json:"command,omitempty"` // how to find out
	FactID  string `json:"fact_id"`
	Source  string `json:"source"`
}

// States of a [Check].
const (
	Pass = "pass"
	Fail = "fail"
)

// Phases of the work before a mesh.
const (
	PhaseContainers = "containers"
	PhaseKubernetes = "kubernetes"
)

// Before lists what the field report has in order before a mesh: containers, then
// Kubernetes without one. What pasted manifests or the list of workloads show is
// answered; the rest is a checklist with the command that answers it.
func Before(s model.Scenario, m Manifests) ([]Check, error) {
	list, err := m.workloads()
	if err != nil {
		return nil, err
	}
	budgets, err := m.budgets()
	if err != nil {
		return nil, err
	}
	image := "IMAGE"
	for _, name := range imagesOf(list) {
		if imageForm.MatchString(name) {
			image = name
			break
		}
	}
	checks := []Check{
		{
			ID: "multi_stage", Phase: PhaseContainers, Title: "Images are built in stages", State: Unknown,
			Detail: "A manifest does not show how an image was built", Command: "grep -c '^FROM' Dockerfile   # 2 or more", FactID: "report_phases",
		},
		{
			ID: "health_checks", Phase: PhaseContainers, Title: "Each container says whether it is healthy", State: Unknown,
			Detail:  "Kubernetes ignores the HEALTHCHECK of an image: what counts is that the probes below ask something that fails when the service does",
			Command: "docker run -d -p 8080:8080 " + image + " && curl -fsS localhost:8080/healthz", FactID: "report_phases",
		},
		{
			ID: "scanning", Phase: PhaseContainers, Title: "Images are scanned for known vulnerabilities", State: Unknown,
			Detail: fmt.Sprintf("%d images in the manifests", len(imagesOf(list))), Command: "trivy image --severity HIGH,CRITICAL " + image, FactID: "report_phases",
		},
		containerWork(s),
		requestsCheck(s, list),
		probesCheck(list),
		budgetsCheck(list, budgets),
	}
	for i := range checks {
		checks[i].Source = facts.Must(checks[i].FactID).Source
	}
	return checks, nil
}

// imageForm keeps anything but an image's name out of commands.
var imageForm = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,400}$`)

func imagesOf(list []workload) []string {
	seen := map[string]bool{}
	for _, w := range list {
		for _, c := range w.pod.Containers {
			if c.Image != "" {
				seen[c.Image] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// containerWork multiplies the user's estimate as the field report advises.
func containerWork(s model.Scenario) Check {
	factor := facts.Must("report_container_work_factor")
	c := Check{ID: "container_work", Phase: PhaseContainers, Title: "The work on containers is planned with room", State: Unknown, FactID: factor.ID}
	days := s.Needs.ContainerWorkDays
	if days == nil {
		c.Detail = fmt.Sprintf("The field report found it to take %g × the estimate. Give the days of your estimate for a figure", factor.Value())
		return c
	}
	c.Detail = fmt.Sprintf("%g days estimated; %g × that, as the field report found, is %g days", *days, factor.Value(), *days*factor.Value())
	return c
}

// size is a request: CPU in millicores, memory in MiB.
type size struct{ cpu, memory int64 }

// The request that the field report calls cargo cult.
var cargoCult = size{cpu: 500, memory: 1024}

// requestsCheck looks for containers without requests, and for the same request on
// everything, which nobody measured.
func requestsCheck(s model.Scenario, list []workload) Check {
	c := Check{
		ID: "requests_from_usage", Phase: PhaseKubernetes, Title: "Requests come from usage", State: Unknown, FactID: "report_requests_from_usage",
		Command: "kubectl top pods -A --containers   # compare with the requests over a week",
	}
	var sizes []size
	var without []string
	for _, w := range list {
		for i, container := range w.pod.Containers {
			if isProxy(container.Name) {
				continue
			}
			z := w.sizes[i]
			if z.cpu == 0 || z.memory == 0 {
				without = append(without, w.name)
			}
			sizes = append(sizes, z)
		}
	}
	if len(list) == 0 {
		for _, w := range s.Workloads {
			sizes = append(sizes, size{w.PodCPUMillicores, w.PodMemoryMiB})
			if w.PodCPUMillicores == 0 || w.PodMemoryMiB == 0 {
				without = append(without, w.Name)
			}
		}
	}
	return judgeRequests(c, sizes, without)
}

func judgeRequests(c Check, sizes []size, without []string) Check {
	counts := map[size]int{}
	for _, z := range sizes {
		counts[z]++
	}
	switch {
	case len(sizes) == 0:
		c.Detail = "Averages do not show it. Import workloads, or paste manifests"
	case len(without) > 0:
		c.State, c.Detail = Fail, fmt.Sprintf("%d of %d have no request for CPU or memory: %s", len(without), len(sizes), some(without))
	case len(sizes) > 1 && len(counts) == 1:
		c.State, c.Detail = Fail, fmt.Sprintf("all %d request the same %dm and %d MiB, which no measurement would give", len(sizes), sizes[0].cpu, sizes[0].memory)
	case counts[cargoCult]*2 > len(sizes) && len(sizes) > 1:
		c.State, c.Detail = Fail, fmt.Sprintf("%d of %d request 500m and 1Gi", counts[cargoCult], len(sizes))
	default:
		c.State, c.Detail = Pass, fmt.Sprintf("%d different requests on %d containers; whether they follow usage only a week of metrics shows", len(counts), len(sizes))
	}
	return c
}

// isProxy says whether a container is a mesh's own.
func isProxy(name string) bool { return name == "istio-proxy" || name == "linkerd-proxy" }

func probesCheck(list []workload) Check {
	c := Check{
		ID: "probes", Phase: PhaseKubernetes, Title: "Readiness and liveness probes work", State: Unknown, FactID: "report_phases",
		Detail:  "Paste manifests to see which workloads have none",
		Command: "kubectl get deploy -A -o json | jq -r '.items[] | select(any(.spec.template.spec.containers[]; .readinessProbe == null)) | .metadata.namespace + \"/\" + .metadata.name'",
	}
	if len(list) == 0 {
		return c
	}
	var without []string
	for _, w := range list {
		for _, container := range w.pod.Containers {
			if isProxy(container.Name) {
				continue
			}
			if len(container.ReadinessProbe) == 0 || len(container.LivenessProbe) == 0 {
				without = append(without, w.name+" ("+container.Name+")")
			}
		}
	}
	if len(without) > 0 {
		c.State, c.Detail = Fail, fmt.Sprintf("%s without readiness or liveness probe: %s", counted(len(without), "container"), some(without))
		return c
	}
	c.State, c.Detail = Pass, fmt.Sprintf("every container of %d workloads has both probes; whether they notice a failure only a test shows", len(list))
	return c
}

// budgetsCheck asks for every workload with spare replicas whether a PodDisruptionBudget
// selects it.
func budgetsCheck(list []workload, budgets []budget) Check {
	c := Check{
		ID: "disruption_budgets", Phase: PhaseKubernetes, Title: "Disruption budgets are set", State: Unknown, FactID: "report_phases",
		Detail: "Paste manifests to see which workloads have none", Command: "kubectl get pdb -A",
	}
	var without []string
	concerned := 0
	for _, w := range list {
		if w.replicas < 2 {
			continue
		}
		concerned++
		if !slices.ContainsFunc(budgets, func(b budget) bool { return b.namespace == w.namespace && b.selects(w.labels) }) {
			without = append(without, w.name)
		}
	}
	switch {
	case len(list) == 0:
	case len(without) > 0:
		c.State, c.Detail = Fail, fmt.Sprintf("%d of %d workloads with two replicas or more have none: %s", len(without), concerned, some(without))
	default:
		c.State, c.Detail = Pass, fmt.Sprintf("all %d workloads with two replicas or more have one", concerned)
	}
	return c
}

// budget is a PodDisruptionBudget, as far as it tells whom it protects.
type budget struct {
	namespace string
	labels    map[string]string
}

func (m Manifests) budgets() ([]budget, error) {
	var list []budget
	for _, o := range m.Of("PodDisruptionBudget") {
		var spec struct {
			Selector struct {
				MatchLabels map[string]string `json:"matchLabels"`
			} `json:"selector"`
		}
		if err := o.ReadSpec(&spec); err != nil {
			return nil, err
		}
		list = append(list, budget{o.Metadata.Namespace, spec.Selector.MatchLabels})
	}
	return list, nil
}

// selects says whether a budget's selector matches labels. Expressions are taken as
// matching: the check is a reminder, not a scheduler.
func (b budget) selects(labels map[string]string) bool {
	for key, want := range b.labels {
		if labels[key] != want {
			return false
		}
	}
	return true
}

// some names up to five.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
