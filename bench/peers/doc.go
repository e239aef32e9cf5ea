// Command peers runs Karpenter's own scheduler on the recorded instances, in the same
// run as this project's packing, and compares cost and CPU time.
//
//	go -C bench/peers run .                        every instance (about eleven minutes of CPU time)
//	go -C bench/peers run . -instances w50_p1000   those whose name begins so
//
// Karpenter is taken as the Go module that go.mod names, unchanged and with its default
// settings: an empty cluster, one node pool that may buy every node type of the instance
// on demand in one zone, all pods pending at once. A node costs what the cheapest type
// that Karpenter leaves open for it costs. Consolidation, which may make a running
// cluster cheaper later, is not part of it. Its placement is judged by the same checker
// as ours: every pod placed once, nothing over capacity.
//
// The cluster-autoscaler's estimator cannot be had as a Go module that the checksum
// database knows (tried in 2026-11), so its recorded figures stand beside.
//
// The program is a module of its own because of the hundred modules that Karpenter needs.
package main
