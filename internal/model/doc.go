// Package model is the planning model of meshplan: what a service mesh adds to a
// Kubernetes cluster, in nodes and money, and whether to run one. It is one pure
// function over values,
//
//	Evaluate(scenario, catalog) (plan, error)
//
// with no clock, no log, no I/O and no randomness but a seed that is part of the
// scenario. Form, query string, JSON, CSV and import all make a [Scenario]; it travels
//
//	decode → validate → demand of each pattern → pack → price → compare → verdict → explain
//
// Read scenario.go, then evaluate.go, demand.go and rules.go; the rest is detail.
//
// # Words
//
// A scenario is everything the user asks. A workload is replicas of one pod shape. A
// service is a workload that is neither DaemonSet nor Job. A pattern is a way to run a
// mesh: none, gateway, ambient, ambient-l7, sidecar, linkerd. A preset is a named, dated
// set of assumptions from the registry in package facts. Demand is what a pattern asks
// the nodes to hold; a packing is the placement of whole pods on nodes, with a proved
// lower bound on its cost. Growth is after ÷ before; a cluster "doubles" from 2 on. The
// verdict is no_mesh, not_yet (needed, but a gate is closed) or a pattern.
//
// # Units
//
// CPU is in millicores (m), memory in mebibytes (MiB), money in US dollars a month of
// 730 hours (8,760 ÷ 12). Requests are whole millicores and MiB. Inside the packing,
// prices are whole millionths of a dollar a month, so that sums are exact.
//
// # Method
//
// Pod. Kubernetes takes for each resource the larger of the running sum and the largest
// init step. A classic sidecar joins the running sum, a native one also every init step
// (KEP-753):
//
//	classic: max(init, app + proxy)      native: max(init + proxy, app + proxy)
//
// Node. What pods may use is allocatable by the provider's rule (package catalog),
// × (1 − headroom) for CPU and memory, − DaemonSets − the mesh's agents on every node;
// slots are max pods − pods that run on every node.
//
// Pattern. What each adds is in the file of the pattern: a proxy per meshed pod, agents
// per node, waypoints per namespace, a control plane per cluster. Requests decide nodes.
// A preset of requests gives them as they are; a preset of use gives a proxy what it is
// modelled to use,
//
//	CPU    = requests/s × vCPU per 1000 requests/s
//	memory = agent + Envoy + (clusters × KB + endpoints × KB) × slack
//
// rounded up to 10m and 16 MiB. Where a request is below modelled use the plan warns and
// names the request that would hold. Modelled use carries an interval, 5 % of worlds on
// either side: independent doubts add as the sides of right angles do, those of one
// release together (estimate.go). Requests through a pod are those its proxy handles,
// received and sent, so calls between pods are half of their sum.
//
// Observability, when asked for, is pods among the parts. A label set has 67 series,
//
//	series = 67 × response codes × Σ over call edges (client pods + server pods)
//
// with sidecars; a waypoint's replicas stand for the server's pods, ztunnels count 4 TCP
// series, Linkerd takes 5 MB a pod. Latency, bytes, log lines and restarts are formulas
// beside their results (latency.go, traffic.go, observability.go, startup.go); none of
// them is part of the cost of nodes. Package validation holds all of it against
// published figures.
//
// Packing. Package pack finds whole-pod placements and a bound that no placement beats:
// NodesLowerBound ≤ Nodes and MonthlyCostLowerBoundUSD ≤ MonthlyCostUSD always hold. Where
// the two costs are equal the plan is Proved. With effort tight a certificate comes with
// the bound, and CertificateVerified says that separate code has checked it; a bound from
// looking at every placement has none. BoundProof says which it is (packings.go).
//
// Placement. A workload may name architectures and node types that it runs on, and taints
// it tolerates; node_taints puts taints on a type, which then only holds who tolerates
// them. The mesh's own pods tolerate none and run on any architecture. A custom node takes
// everything. DaemonSets are counted on every node, and a warning says where that is too
// much (placement.go).
//
// Zones. With zones above 1 every workload's pods, and the mesh's own, are spread evenly,
// as a topology spread with maxSkew 1 and DoNotSchedule asks; a workload with any_zone is
// free to lie where it fits best, unless the loss of a zone is to be survived.
//
// Existing nodes (existing_nodes) are filled before others are bought. All of them count in
// Nodes and in the cost, at the price of such nodes and idle ones too, since they run and
// are paid for; so both sides of a growth hold the same nodes, and growth 1 means that the
// mesh fits on what is there (standing.go).
//
// Two answers. The plan is what can be had. AutoscalerNodes is what is likely: first-fit by
// falling CPU and memory, as autoscalers place pods; a plan never costs more. With
// surge_share, SurgeNodes is the same packing with ceil(replicas × share) more pods of each
// service, all updated at once; StatefulSets, Jobs, bare pods and DaemonSets are replaced
// in place (packings.go). A [Study] leaves both out unless asked.
//
// Price of a node a month = hourly × 730 × (1 − discount) + fee; of a plan, the sum of
// its nodes + the control-plane fee. Growth with a zero baseline is null, and said so.
//
// Verdict. Rules (ruletable.go) with weights (rules.go) add up to a score; from 2 on a
// mesh is wanted. The needs then point to a pattern, the cheapest of the first tier that
// meets them and is mature, and the gates must be open: somebody who can run it, growth
// within the budget, and, where they are answered, experience, resources and monthly
// money. Unknown answers count as unmet; what they would change is listed beside the
// verdict.
package model
