// Package promrules holds the alert rules that meshplan writes against Prometheus' own
// parser. It is a module of its own, so that the program does not depend on Prometheus.
package promrules
