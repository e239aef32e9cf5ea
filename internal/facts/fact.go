package facts

import (
	"fmt"
	"slices"
)

// Fact is one published or derived figure with its provenance. Figures keep the unit in
// which the source prints them; see [Fact.MiB] and [Fact.Millicores] for conversions.
// Facts are shared: treat the figures they point to as read-only.
type Fact struct {
	ID          string   `json:"id"`
	Section     string   `json:"section"`
	Meaning     string   `json:"meaning"`
	Low         *float64 `json:"low"`     // nil when the source gives none
	Typical     *float64 `json:"typical"` // nil when the source gives none
	High        *float64 `json:"high"`    // nil when the source gives none
	Text        string   `json:"text,omitempty"`
	Unit        string   `json:"unit,omitempty"`       // as published: m, vCPU, Mi, MB, KB per cluster
	Kind        string   `json:"kind"`                 // request, limit, usage, price, opinion, rule, version, measurement, survey
	AppliesTo   string   `json:"applies_to,omitempty"` // product version, test bed
	AsOf        string   `json:"as_of"`                // YYYY-MM-DD, YYYY-MM, or YYYY where only the year is known
	Source      string   `json:"source"`               // an https address, or the title of a text
	Also        []string `json:"also,omitempty"`       // further addresses for the same figure
	SourceKind  string   `json:"source_kind"`          // address, text, or none: no page to cite, hence no figure
	Evidence    string   `json:"evidence"`             // V, D, C, F, S or Derived; see [Fact.EvidenceMeaning]
	DerivedFrom []string `json:"derived_from,omitempty"`
	Note        string   `json:"note,omitempty"`
}

// The kinds of source.
const (
	SourceAddress = "address" // Source is an https address
	SourceText    = "text"    // Source is the title of a text without an address
	SourceNone    = "none"    // no page to cite: such a fact carries no figure
)

var kinds = []string{"request", "limit", "usage", "price", "opinion", "rule", "version", "measurement", "survey"}

var evidenceMeanings = map[string]string{
	"V":       "read in the source itself",
	"D":       "read in an excerpt of the documentation",
	"C":       "read off a chart, within 5 %",
	"F":       "reported from one site, not representative",
	"S":       "secondary or low-trust page",
	"Derived": "worked out from the cited figures",
}

// EvidenceMeaning says in words how the figure was obtained.
func (f Fact) EvidenceMeaning() string { return evidenceMeanings[f.Evidence] }

// Value returns the typical figure in the fact's own unit. A fact without a typical
// figure panics: asking for one is a programming error, never a user's.
func (f Fact) Value() float64 {
	if f.Typical == nil {
		panic(fmt.Sprintf("facts: %s has no typical figure", f.ID))
	}
	return *f.Typical
}

// Lowest returns the low figure in the fact's own unit, or the typical one where the
// source gives a single number.
func (f Fact) Lowest() float64 {
	if f.Low != nil {
		return *f.Low
	}
	return f.Value()
}

// Highest returns the high figure in the fact's own unit, or the typical one where the
// source gives a single number.
func (f Fact) Highest() float64 {
	if f.High != nil {
		return *f.High
	}
	return f.Value()
}

// All returns every fact, in the order of the data files.
func All() []Fact { return slices.Clone(embedded().facts) }

// Get returns the fact of that id.
func Get(id string) (Fact, bool) {
	i, ok := embedded().factIndex[id]
	if !ok {
		return Fact{}, false
	}
	return embedded().facts[i], true
}

// Must returns the fact of that id and panics when there is none: ids in the program are
// constants.
func Must(id string) Fact {
	f, ok := Get(id)
	if !ok {
		panic("facts: no fact called " + id)
	}
	return f
}
