// Package kubernetes holds meshplan's own manifests against Kubernetes' types. It is a
// module of its own, so that the program does not depend on them.
package kubernetes
