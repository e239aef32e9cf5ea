// Package advice says what an architect should know beside the numbers of a plan: whether
// the versions fit together at the plan's date, what can break on this cluster and how to
// see it, what has to be in order before a mesh, and what running one takes.
//
// Everything is a pure function of a scenario and its plan. Sentences carry the scenario's
// own numbers; each names the fact behind it.
package advice
