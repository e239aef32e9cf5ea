package catalog

import "meshplan/internal/facts"

// figures gives the value of a fact by its id, in the fact's own unit.
type figures func(id string) float64

// registry reads the facts that the program carries. An id that is not among them panics:
// it is a mistake in a rule or a data entry, never a user's.
func registry(id string) float64 { return facts.Must(id).Value() }
