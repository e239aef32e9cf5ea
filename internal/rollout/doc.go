// Package rollout plans the way into a mesh: which namespaces or workloads join in which
// wave, the nodes and money after each, what rolling restarts and a canary upgrade of the
// control plane need at their peak, how long restarts take, and whether the mesh fits a
// development cluster.
//
// A wave is the scenario with the workloads of that wave and of those before it in the
// mesh, planned as any other scenario; the last wave is the plan itself. A peak is never
// below the steady state around it: what runs has its nodes already.
package rollout
