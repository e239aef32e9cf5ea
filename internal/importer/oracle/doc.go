// Package oracle compares the importer's effective pod request with the Kubernetes
// library's own helper, k8s.io/component-helpers/resource, on random pods. It is a module
// of its own, so that the library stays out of the program:
//
//	cd internal/importer/oracle && go test ./...
package oracle
