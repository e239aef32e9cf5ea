// Package catalog knows the node types that a cloud sells: their size, their price by
// region, and what a kubelet there leaves for pods.
//
// [Load] gives the [Catalog], which implements model.Catalog: a pure value, safe for
// concurrent use, that answers the same query with the same types in the same order.
//
// # A new provider
//
// A new provider is one data entry plus one allocatable rule: a file data/ID.txt, found by
// its name, and a function that returns its [rule], listed in allRules. Nothing else names
// a provider.
//
// # The data entry
//
// Within a family the price per vCPU and the memory per vCPU are constant (every type is
// within 0.6 % of its family's price per vCPU), so an entry holds families, not types. It is read line by
// line; a # starts a comment; words are separated by spaces:
//
//	provider    ID TITLE                   the first line
//	rule        RULE                       allocatable rule: eks, gke, aks, kubeadm
//	default     REGION TYPE                what a plan starts from
//	daemonsets  FACT                       the usual DaemonSets: facts FACT_cpu (m), FACT_mem (MiB), FACT_pods
//	source      ID YYYY-MM ADDRESS         where figures come from, and as of when
//	types       SOURCE                     source of the families' sizes
//	limits      SOURCE                     source of the network limits
//	size        NAME VCPU ENIS IPV4        what {size} stands for, with the network limits of that size
//	family      NAME ARCH GIB PATTERN VCPU...     GIB per vCPU; PATTERN holds {vcpu} or {size}
//	price       REGION SOURCE FAMILY=USD...       USD per vCPU and hour
//
// daemonsets, limits and size may be absent. Everything else is checked on loading: names
// given twice, types without a price, prices without a source.
//
// To refresh prices where there is a network: the AWS Price List bulk API, the Azure Retail
// Prices API (Linux: product names without "Windows"), the Google Cloud Billing Catalog API.
package catalog
