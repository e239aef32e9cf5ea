// Package pack places pods on nodes at least cost and proves how far from the
// least possible cost the placement is. It knows nothing of what the pods are:
// shapes with counts go in, groups of identical nodes with a lower bound come out.
// Pods are never materialised, so time depends on the number of different shapes,
// not on the number of pods.
//
// # The calls
//
// [Solve] plans, [Check] accepts or refuses a plan with separate code,
// [FractionalBound] bounds cost and nodes without planning, and [FirstFit] shows
// what an autoscaler would probably buy.
//
// # What a placement must keep
//
//   - Every pod is on exactly one node, and no node holds more than its
//     Capacity in any [Resource].
//   - A node holds at most MaxPerNode pods of a shape, and only shapes whose
//     NodeTypes mask admits its type.
//   - At most Limit nodes of a type exist, over all zones together.
//   - With Zones > 1 every zone holds ⌊c/Z⌋ or ⌈c/Z⌉ of a shape's c pods, so
//     that no two zones differ by more than one. Which zone takes the extra pod
//     is free for each shape on its own. Shapes of AnyZone may lie in the zones
//     in any numbers, unless Survive is "zone".
//   - Every zone has at least MinNodesPerZone nodes, empty ones included.
//   - Survive "node": nodes are kept empty so that the pods of any one other
//     node, together, fit on one of them, in whichever zone it is. With one node
//     type that is the familiar N+1.
//   - Survive "zone": when any one zone is lost its pods find room in the other
//     zones, spread with a skew of at most one over those, and nothing that still
//     runs has to move. The room is kept by Group.Reserved. With c = q(Z−1)+r
//     pods, r+1 zones need room for q+1 and the others for q (all for q if r is 0).
//
// # What the bounds mean
//
// CostBound and NodesBound hold for every placement that keeps the rules above,
// not only for those that Solve considers. Both come from prices on resources
// or shapes (a feasible solution of the dual linear program) in integers; with zones they come from the
// unsplit demand, or from the sum over zones of what each zone holds at least, which
// is nothing of the shapes of AnyZone.
// If every price is zero Solve takes the fewest nodes.
package pack
