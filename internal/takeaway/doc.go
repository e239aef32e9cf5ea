// Package takeaway writes the files that a reader takes along: Helm values with the
// requests of the plan, disruption budgets and quotas, alert rules for the failure modes,
// a Gateway and a DestinationRule to start from, the runbook of removal, and the decision
// record.
//
// YAML is marshalled from values, never pasted together, so that no name of a workload
// can change its structure; what a file rests on stands in its comments. The keys of Helm
// values are those of the charts in data/chartkeys.json, with the charts' address and date.
package takeaway
