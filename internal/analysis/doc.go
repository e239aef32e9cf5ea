// Package analysis answers what a plan leaves open: how the numbers move when an input
// does, what would change the verdict, where the growth comes from, and how sure any of
// it is. Every analysis is a function of a scenario and a catalog,
//
//	X(ctx, scenario, catalog, ..., progress) (XResult, error)
//
// and evaluates the model many times. The same arguments give the same result, byte for
// byte. When the context ends an analysis answers with what it has, marked Interrupted;
// an error is the model's own, for a scenario that cannot be planned at all. Whatever
// effort the scenario asks for, an analysis packs quickly, so that neighbours are
// compared alike.
//
// # Scans
//
// [Sweep] plans at chosen values, [Strip] at 1 to 500 services. [Flips] and [Cliffs] turn
// one input at a time outwards from its present value, a fixed step after the other, and
// report the nearest value at which the verdict, or the number of nodes, changes.
// Packing heuristics are not monotone, so every step is planned and nothing is claimed
// between steps or outside the range that the result states.
package analysis
