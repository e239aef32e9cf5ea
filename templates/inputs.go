package templates

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"meshplan/internal/analysis"
	"meshplan/internal/facts"
	"meshplan/internal/model"
)

func (g group) control(name string) control {
	for _, c := range slices.Concat(g.main, g.more) {
		if c.name == name {
			return c
		}
	}
	panic("templates: group " + g.title + " has no control " + name)
}

func (p *Planner) anyGivenOf(list []control) bool {
	return slices.ContainsFunc(list, func(c control) bool { return p.Given(c.name) && !p.shownAbove(c.name) })
}

// anyGiven says whether Reset would change something.
func (p *Planner) anyGiven(g group) bool {
	if g.title == uncertaintyGroup.title && len(p.intervalRows()) > 0 {
		return true
	}
	own := map[string][]string{nodesGroup.title: {"provider", "region", "node_type"}, meshGroup.title: {"preset"}}
	return p.anyGivenOf(g.main) || p.anyGivenOf(g.more) || slices.ContainsFunc(own[g.title], p.Given)
}

// shownAbove: a custom node's size stands in the group itself, not behind More.
func (p *Planner) shownAbove(name string) bool {
	own := []string{"node_allocatable_cpu_m", "node_allocatable_memory_mib", "node_hourly_usd"}
	return p.providerID() == "custom" && slices.Contains(own, name)
}

func moreTitle(g group) string {
	switch g.title {
	case uncertaintyGroup.title:
		return "Weights of regret, seed"
	case runGroup.title:
		return "Date, packing, order"
	}
	return "More about " + map[string]string{
		applicationGroup.title: "traffic and reach", nodesGroup.title: "zones, prices and limits", meshGroup.title: "waypoints, control plane, telemetry",
		organisationGroup.title: "people, money and time",
	}[g.title]
}

// describes says whether an input has an error or warnings to point at.
func (p *Planner) describes(name string) bool {
	return p.Error(name) != nil || len(p.Warnings(name)) > 0
}

// placeholder shows the value that holds while the field is empty.
func (p *Planner) placeholder(name string) string {
	if text := p.Default(name); text != "" {
		return text
	}
	switch name {
	case "pods_per_service", "pod_cpu_m", "pod_memory_mib":
		return "as listed"
	case "mesh_engineers", "max_cost_growth":
		return "unknown"
	case "proxy_cpu_limit_m", "proxy_memory_limit_mib":
		return "none"
	case "as_of":
		return "YYYY-MM-DD"
	case "weight_overspend":
		return Plain(analysis.DefaultRegretWeights.Overspend)
	case "weight_underprovision":
		return Plain(analysis.DefaultRegretWeights.Underprovision)
	case "weight_exponent":
		return Plain(analysis.DefaultRegretWeights.Exponent)
	case "seed":
		return "1"
	}
	return ""
}

// sliderAt is where the thumb stands: at the value in use, else at the low end.
func (p *Planner) sliderAt(c control) string {
	if text := p.Effective(c.name); text != "" {
		return text
	}
	if c.name == "pod_cpu_m" || c.name == "pod_memory_mib" || c.name == "pods_per_service" {
		return p.averageOf(c.name)
	}
	return Plain(c.from)
}

// averageOf is the mean over the pods of a list, where its slider starts.
func (p *Planner) averageOf(name string) string {
	var pods, sum, services int64
	for _, w := range p.Scenario.Workloads {
		n := max(w.Services, 1) * w.Replicas
		pods, services = pods+n, services+max(w.Services, 1)
		sum += n * map[string]int64{"pod_cpu_m": w.PodCPUMillicores, "pod_memory_mib": w.PodMemoryMiB}[name]
	}
	if name == "pods_per_service" {
		sum, pods = pods, services
	}
	return strconv.FormatInt(sum/max(pods, 1), 10)
}

// providerValue and presetValue are "" for the default, so that a default is not recorded
// as a choice.
func (p *Planner) providerValue(id string) string {
	if id == p.Providers[0].ID {
		return ""
	}
	return id
}

func (p *Planner) presetValue(id string) string {
	if id == facts.DefaultPreset {
		return ""
	}
	return id
}

// nodeTypeHint describes the chosen node type.
func (p *Planner) nodeTypeHint() string {
	if p.Plan == nil || len(p.Plan.Nodes) != 1 {
		return "A name, several with commas, or auto."
	}
	t := p.Plan.Nodes[0]
	return CPU(t.AllocatableCPUMillicores) + " and " + Memory(t.AllocatableMemoryMiB) + " for pods, $" + Plain(t.HourlyUSD) + "/h."
}

// nodesAddress is the page that compares the node types for this scenario.
func (p *Planner) nodesAddress() string {
	return "/nodes?" + url.Values{"provider": {p.providerID()}, "region": {p.Effective("region")}}.Encode()
}

// sentence makes a message end like one; nothing stays nothing.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// aboutField is a sentence about a field, in the words of every other road. One that begins
// with the field's name leaves the name as it is written everywhere.
func aboutField(name, text string) string {
	whole := sentence(text)
	if strings.HasPrefix(text, name) {
		return name + whole[len(name):]
	}
	return whole
}

func examples() []model.Example { return model.Examples() }

// exampleAddress opens an example.
func exampleAddress(e model.Example) string { return "/?" + model.EncodeQuery(e.Scenario) }
