package facts

import "slices"

// Disagreement is a topic on which the field report and other sources differ.
type Disagreement struct {
	Topic       string   `json:"topic"`
	FieldReport string   `json:"field_report"`
	Sources     string   `json:"sources"` // what published or measured figures say
	Reading     string   `json:"reading"` // how meshplan takes it
	FactIDs     []string `json:"fact_ids"`
}

// Disagreements returns where the field report and other sources differ.
func Disagreements() []Disagreement { return slices.Clone(embedded().disagreements) }

// Missing is a figure that was looked for and not found, so meshplan claims none.
type Missing struct {
	What    string `json:"what"`
	Instead string `json:"instead,omitempty"` // what meshplan uses or asks for in its place
}

// NotFound returns the figures for which no source was found.
func NotFound() []Missing { return slices.Clone(embedded().missing) }
