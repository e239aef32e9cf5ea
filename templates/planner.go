package templates

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Site is what every page needs.
type Site struct {
	Script, Style string // addresses of the bundle
	Path          string // of the page, for the navigation
	Theme         string // light, dark, or "" for the system's
	Version       string
	BaseURL       string // public address, without a slash at the end
	CanSave       bool
	Notice        string // said on every page: what the server cannot do at the moment
	User          string // signed on by a proxy in front, "" for nobody
}

// Planner is the planner page, also as the fragment that replaces it while inputs change.
type Planner struct {
	Site     Site
	Scenario model.Scenario
	Plan     *model.Plan        // nil when the input cannot be planned
	Wrong    []model.FieldError // what is wrong with the input, at its fields
	Typed    url.Values         // what the user typed, shown again when it is wrong
	Defaults []model.Input      // what each absent input would be
	Address  string             // path and query that hold the scenario; "" when it is too long for one

	Providers []model.Provider
	NodeTypes []model.NodeType // of the provider and region, for the search
	// NodeTypesKnown says that the form in the browser holds the list already.
	NodeTypesKnown bool
	Live           bool     // this is an answer to a changing form, to be morphed in
	AddRow         bool     // an empty row at the end of the table editor
	OpenIntervals  []string // inputs whose interval has a row though it may hold nothing yet
	Presets        []facts.Preset

	Saved   *Saved   // the saved scenario this page shows, read only
	Editing *Editing // the saved scenario that gets a new revision from this page
}

// Saved is a saved scenario beside the plan that its page shows.
type Saved struct {
	ID, Title, Notes string
	Revision         int64
	CreatedAt        string // date
	ModelVersion     string
	CatalogAsOf      string
	Changed          []Difference // numbers that were others when it was saved
	Figures          []Difference // figures and prices that those rest on and that were others
	ModelToday       string       // that made the page's numbers
	CatalogToday     string       // date of the prices in them
	EditKey          string       // only right after saving
	URL              string
	History          *History
}

// Difference is a number that is not what it was.
type Difference struct{ Field, Then, Now string }

// MostRowsEdited is how many workloads the table editor shows; longer lists are shown in
// part and changed by importing.
const MostRowsEdited = 60

// Text is what an input's field shows: what was typed, else what the scenario gives.
func (p *Planner) Text(name string) string {
	if text, ok := p.Typed[name]; ok && len(text) > 0 {
		return text[0]
	}
	text, _ := model.ParamValue(p.Scenario, name)
	return text
}

// Given says whether the scenario gives the input.
func (p *Planner) Given(name string) bool { return p.Text(name) != "" }

// Effective is the value that the plan uses, given or not; "" where there is none.
func (p *Planner) Effective(name string) string {
	if text := p.Text(name); text != "" {
		return text
	}
	return p.Default(name)
}

// Default is the value that holds while the input is absent.
func (p *Planner) Default(name string) string {
	i := slices.IndexFunc(p.Defaults, func(in model.Input) bool { return in.Name == name })
	if i < 0 {
		return ""
	}
	return p.Defaults[i].Value
}

// Error is what is wrong with an input, or nil.
func (p *Planner) Error(name string) *model.FieldError {
	i := slices.IndexFunc(p.Wrong, func(e model.FieldError) bool { return e.Field == name })
	if i < 0 {
		return nil
	}
	return &p.Wrong[i]
}

// OtherErrors are those that no offered field shows.
func (p *Planner) OtherErrors() []model.FieldError {
	names := offered()
	return slices.DeleteFunc(slices.Clone(p.Wrong), func(e model.FieldError) bool {
		return slices.Contains(names, e.Field) || p.ownsError(e)
	})
}

// Warnings about one input.
func (p *Planner) Warnings(field string) []model.Warning {
	if p.Plan == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Plan.Warnings), func(w model.Warning) bool {
		return w.Field != field || field == "preset"
	})
}

// HasList says whether the application is a list of workloads rather than averages.
func (p *Planner) HasList() bool { return len(p.Scenario.Workloads) > 0 }

// providerID is the provider in use.
func (p *Planner) providerID() string {
	if id := p.Effective("provider"); id != "" {
		return id
	}
	return p.Providers[0].ID
}

func (p *Planner) provider() model.Provider {
	id := p.providerID()
	i := slices.IndexFunc(p.Providers, func(one model.Provider) bool { return one.ID == id })
	if i < 0 {
		return model.Provider{}
	}
	return p.Providers[i]
}

// providerShort keeps the segmented control on one line.
func providerShort(id string) string {
	switch id {
	case "aws":
		return "AWS"
	case "azure":
		return "Azure"
	case "gcp":
		return "Google"
	}
	return id
}

// presetID is the preset in use.
func (p *Planner) presetID() string {
	if id := p.Effective("preset"); id != "" {
		return id
	}
	return facts.DefaultPreset
}

// presetChanges says in numbers what a preset brings.
func presetChanges(preset facts.Preset) string {
	figure := func(name, unit string) string {
		a, _ := preset.Assume(name)
		return compact(a.Typical()) + unit
	}
	if preset.Basis == facts.BasisUse {
		return figure("proxy_vcpu_per_1000rps", " vCPU per 1000 rps") + " and " + figure("proxy_memory_base_mb", " MB") + " per sidecar"
	}
	if preset.CoversPattern(model.PatternSidecar) {
		return "Sidecar " + figure("proxy_cpu_m", "m") + " / " + figure("proxy_memory_mib", " MiB")
	}
	return "Linkerd proxy " + figure("linkerd_proxy_cpu_m", "m") + " / " + figure("linkerd_proxy_memory_mib", " MiB")
}

// nodeTypeLabel describes a node type in the search list.
func nodeTypeLabel(t model.NodeType) string {
	return strconv.FormatInt(t.VCPU, 10) + " vCPU, " + Memory(t.MemoryMiB) + ", $" + Plain(t.HourlyUSD) + "/h, " + t.Arch
}

// nodeListID is another for every provider and region, so that a new list replaces the old.
func (p *Planner) nodeListID() string { return "nodes-" + p.providerID() + "-" + p.Effective("region") }

// field ids are stable, so that focus survives a fresh answer.
func fieldID(name string) string  { return "in-" + name }
func sliderID(name string) string { return "sl-" + name }
func errorID(name string) string  { return "er-" + name }

// queryFields carry the whole scenario through a form.
func (p *Planner) queryFields() [][2]string { return flatFields(p.Scenario) }

func flatFields(s model.Scenario) [][2]string {
	query, err := url.ParseQuery(model.EncodeQuery(s))
	if err != nil { // our own encoding
		return nil
	}
	fields := make([][2]string, 0, len(query))
	for _, name := range slices.Sorted(maps.Keys(query)) {
		fields = append(fields, [2]string{name, query.Get(name)})
	}
	return fields
}

// workloadsText is the list in compact form, for lists too long to edit here.
func (p *Planner) workloadsText() string {
	for _, f := range flatFields(model.Scenario{Workloads: p.Scenario.Workloads}) {
		return f[1]
	}
	return ""
}

// unit is the parameter's unit as shown after its label.
func unit(c control) string {
	switch u := c.param().Unit; u {
	case "requests/s":
		return "rps"
	default:
		return strings.ReplaceAll(u, "USD/", "$/")
	}
}

func (p *Planner) title() string {
	if p.Scenario.Title != "" {
		return p.Scenario.Title + " · meshplan"
	}
	return "meshplan: does a service mesh double your cluster?"
}

// The columns of the patterns: each has one unit and one count of decimals.

func (p *Planner) cpuColumn() column {
	return cpuColumn(p.eachPattern(func(r *model.Result) int64 { return r.CPURequestedMillicores }))
}

func (p *Planner) memoryColumn() column {
	return memoryColumn(p.eachPattern(func(r *model.Result) int64 { return r.MemoryRequestedMiB }))
}

func (p *Planner) eachPattern(amount func(*model.Result) int64) []int64 {
	var list []int64
	for i := range p.Plan.Results {
		list = append(list, amount(&p.Plan.Results[i]))
	}
	return list
}

// dollars are with cents only where every cost of the column is.
func (p *Planner) dollars(usd float64) string {
	for i := range p.Plan.Results {
		if p.Plan.Results[i].MonthlyCostUSD >= 100 {
			return Dollars(math.Round(usd))
		}
	}
	return Dollars(usd)
}

// growth has a decimal if one below ten percent needs it.
func (p *Planner) growth(ratio *float64) string {
	if ratio == nil {
		return Growth(nil)
	}
	for i := range p.Plan.Results {
		if other := p.Plan.Results[i].CostGrowth; other != nil && strings.Contains(Growth(other), ".") {
			return tenths(*ratio - 1)
		}
	}
	return Growth(ratio)
}
