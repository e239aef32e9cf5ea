package facts

import (
	"fmt"
	"slices"
)

// DefaultPreset is the preset that a scenario takes when it names none: what a scheduler
// sees when nobody tunes.
const DefaultPreset = "istio-charts-2026-08"

// What a preset's figures stand for.
const (
	BasisRequest = "request" // resource requests: the scheduler reserves them
	BasisUse     = "use"     // measured consumption: a request has to be made from it
)

// Preset is a named, dated set of assumptions: it says which fact stands behind which
// assumption name. It speaks only of its own product; see [Preset.Assume] for the rest.
type Preset struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	AsOf       string            `json:"as_of"`
	Basis      string            `json:"basis"` // request or use
	Summary    string            `json:"summary"`
	Covers     []string          `json:"covers"`               // patterns it has figures for
	Values     map[string]string `json:"values"`               // assumption name → fact id: capacity
	Thresholds map[string]string `json:"thresholds,omitempty"` // assumption name → fact id: verdict
}

// AssumptionName is a value that the planning model asks a preset for.
type AssumptionName struct {
	Name     string `json:"name"`
	Unit     string `json:"unit"` // unit of [Assumption.Typical]
	Meaning  string `json:"meaning"`
	Fallback string `json:"fallback"` // id of the preset that answers when another is silent
}

// Assumption is a preset's answer to an assumption name. PresetID is the preset whose
// fact it is; FellBack says that the preset asked was silent and another answered.
type Assumption struct {
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Fact     Fact   `json:"fact"`
	PresetID string `json:"preset"`
	FellBack bool   `json:"fell_back"`
}

// Presets returns the presets in the order in which they are shown.
func Presets() []Preset { return slices.Clone(embedded().presets) }

// PresetByID returns the preset of that id.
func PresetByID(id string) (Preset, bool) { return embedded().preset(id) }

// AssumptionNames returns every name that [Preset.Assume] knows, in a fixed order.
func AssumptionNames() []AssumptionName { return slices.Clone(embedded().names) }

// CoversPattern reports whether the preset has figures of its own for the pattern.
func (p Preset) CoversPattern(pattern string) bool { return slices.Contains(p.Covers, pattern) }

// Assume returns the fact behind an assumption name: the preset's own, else that of the
// name's fallback preset. It reports false for a name that [AssumptionNames] does not list.
func (p Preset) Assume(name string) (Assumption, bool) {
	r := embedded()
	i := slices.IndexFunc(r.names, func(n AssumptionName) bool { return n.Name == name })
	if i < 0 {
		return Assumption{}, false
	}
	a := Assumption{Name: name, Unit: r.names[i].Unit, PresetID: p.ID}
	id, own := p.factID(name)
	if !own {
		fallback, _ := r.preset(r.names[i].Fallback)
		a.PresetID, a.FellBack = fallback.ID, true
		id, _ = fallback.factID(name)
	}
	a.Fact = Must(id)
	return a, true
}

func (p Preset) factID(name string) (string, bool) {
	if id, ok := p.Values[name]; ok {
		return id, true
	}
	id, ok := p.Thresholds[name]
	return id, ok
}

// Typical returns the typical figure in the assumption's unit.
func (a Assumption) Typical() float64 { return a.convert(a.Fact.Value()) }

// Low returns the low figure in the assumption's unit, or the typical one.
func (a Assumption) Low() float64 { return a.convert(a.Fact.Lowest()) }

// High returns the high figure in the assumption's unit, or the typical one.
func (a Assumption) High() float64 { return a.convert(a.Fact.Highest()) }

func (a Assumption) convert(x float64) float64 {
	y, err := convert(x, a.Fact.Unit, a.Unit)
	if err != nil {
		panic(fmt.Sprintf("facts: %s: %v", a.Name, err)) // the loader has checked every preset's units
	}
	return y
}
