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
// report the nearest value at which the verdict, or the number of nodes, changes;
// [Doubling] scans requests for the values at which growth reaches two.
// Packing heuristics are not monotone, so every step is planned and nothing is claimed
// between steps or outside the range that the result states. A scenario that is slow to
// plan is scanned less far, never in larger steps; only the strip takes larger steps, and
// states them.
//
// # Waterfall
//
// A demand is relaxed to nodes that can be cut and bought in pieces: the cheapest mix
// whose CPU, memory and slots in sum are what is asked (relax.go). Starting from the
// application alone, one component after the other joins: proxies, control plane,
// gateways and waypoints, agents (which shrink every node), observability, and last
// headroom, a lost zone or node and the least number of nodes. Each part is what its step
// adds with the mesh, less what the same step adds without it. Packing loss is the rest:
// how much further the whole pods on whole nodes of the plan lie above the relaxation
// with the mesh than without it, so it is negative where the mesh fills what was
// stranded. Running sums are rounded, not parts, so that printed parts add up exactly.
//
// # Uncertainty
//
// An input is uncertain if the scenario gives it an interval, or if the registry's fact
// behind a preset's assumption has a low and a high figure. Intervals are honest: one
// world in twenty lies below the low end and one above the high end, half on either side
// of the typical value. Each side is half of a symmetric PERT distribution (Beta(3, 3)),
// stretched until its 95th percentile is the end. An ordinary PERT would take the ends
// for absolute limits, which those who estimate do not mean, and its lower percentiles
// move when the upper end does; here a wider interval moves every world away from the
// typical value. Worlds end at what the input can take.
//
// The replicas of a workload with an autoscaler (replicas_min, replicas_max) differ in the
// same way, with those of the plan as typical value. Its ends are absolute, so worlds end
// there. All autoscalers follow one cause, the load (replicas.go).
//
// Inputs with one cause rise and fall together: all that grows with the number of
// objects Envoy and istiod see, and what a request costs Envoy as sidecar and as
// waypoint. No source gives a coefficient, and full dependence does not understate the
// spread. All others are independent. Worlds are a Latin hypercube over causes, each from
// a stream of its own seeded by the scenario's seed and the cause's name. Every world is
// packed and compared with its own baseline.
//
// The envelope of a pattern is its demand, and the proved bounds on nodes and cost, with
// all inputs at the ends that ask for less, and for more: there a wider interval never
// narrows anything, which no percentile of a packed plan can promise.
//
// # Regret
//
// A choice is a node type, a pattern and a sidecar request. In each world it has a cost,
// and owes what requests that hold the modelled use would cost more. The best choice of a
// world is the one that costs least made whole. Regret weighs both ways of being wrong
// (regretscore.go); the choice with the least mean regret comes first.
package analysis
