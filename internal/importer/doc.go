// Package importer reads what people have of their cluster and makes workload rows of
// it: kubectl JSON and YAML, plain manifests, helm and kustomize output, CSV, the text of
// kubectl top and kubectl describe nodes, and Prometheus query results. It reads from an
// io.Reader and touches neither network, catalog nor store.
//
// # Rules
//
// A pod's request follows Kubernetes, per resource (KEP-753):
//
//	effective = max( max over i of (init_i + native sidecars before i),
//	                 Σ containers + Σ native sidecars ) + pod overhead
//
// where a native sidecar is an init container with restartPolicy Always, a container that
// has a limit and no request requests its limit, and pod-level resources replace the sum.
//
// Proxies that a mesh injected are taken out before the sum, so that a cluster with a
// mesh and the same cluster without give the same baseline; what was found is kept as
// the mesh state of each workload. The mesh's own control plane, gateways and agents are
// left out and listed, because every pattern of the plan adds its own.
//
// Pods are counted under the object that owns them, once. CPU is rounded up to whole
// millicores and memory to whole MiB, after summing in nanocores and bytes.
//
// Containers without requests are never silently zero: each is reported by name, and
// [Options] chooses what stands in.
//
// Labels that pods select nodes by become the types of the input's nodes that carry them.
// Taints reach the plan where all nodes of a type carry them; zones where the input has
// nodes, and then the workloads without a topology spread over zones are free to lie in
// any; a skew above one is kept by spreading evenly. An autoscaler's least and most replicas,
// KEDA's too, stay with the row, for the uncertainty analysis to sample. What the packing cannot keep, such as a spread over racks, is said in a warning.
//
// Only what the plan needs is decoded. Environment variables, annotations (but the few
// that switch injection), secrets and config maps are never looked at, so they cannot be
// kept. Every refusal is a [model.InputError] that names document, object and field.
package importer
