// Command bench measures internal/pack against its targets: proved gap, CPU time and
// memory on instances like those of a Kubernetes cluster, on the two-constraint classes
// of Caprara and Toth, and against what autoscalers paid on the same instances.
//
//	go -C bench run .              every table (about an hour of CPU time)
//	go -C bench run . -rows fast   one table; see -help for their names
//	go -C bench run . -first 300   the same on seeds that nothing was tuned on
//
// Recorded instances and what others paid on them are in package instance. The program
// in peers, in a module of its own, runs Karpenter's scheduler on them.
//
// It is a module of its own so that nothing it needs becomes a dependency of the product.
package main
