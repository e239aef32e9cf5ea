package catalog

import "math"

// The ways in which pods get addresses on EKS.
const (
	networkENI    = "eni"    // one address of a network interface for each pod
	networkPrefix = "prefix" // a /28 prefix in the place of each address
)

// addressesPerPrefix is the size of the /28 prefixes that prefix delegation hands out.
const addressesPerPrefix = 16

// eks is the rule of Amazon's own node images (nodeadm): CPU by tiers, memory by the number
// of pods that the network interfaces allow. That number reserves memory even when prefix
// delegation or the user's own limit sets other pod slots.
func eks(f figures) rule {
	cpu := cpuTiers(f, "eks_reserved_cpu")
	base, perPod := f("eks_reserved_mem_base"), f("eks_reserved_mem_per_pod")
	eviction := f("eks_eviction")
	capSmall, capLarge := int64(f("eks_maxpods_cap_small")), int64(f("eks_maxpods_cap_large"))
	largeFrom := int64(f("eks_maxpods_cap_large_from"))

	return rule{
		id:       "eks",
		networks: []string{networkENI, networkPrefix},
		allocatable: func(m Machine, network string, maxPods *int64) Allocatable {
			limit := capSmall
			if m.VCPU >= largeFrom {
				limit = capLarge
			}
			byENI, byPrefix := limit, limit
			if m.NetworkInterfaces > 0 {
				// The first address of each interface is the node's; two pods, aws-node and
				// kube-proxy, use the node's own network (eks_maxpods_eni).
				byENI = m.NetworkInterfaces*(m.IPv4PerInterface-1) + 2
				byPrefix = min(limit, m.NetworkInterfaces*(m.IPv4PerInterface-1)*addressesPerPrefix+2)
			}
			pods := byENI
			if network == networkPrefix {
				pods = byPrefix
			}
			reserved := math.FMA(perPod, float64(byENI), base)
			return subtract(m, reserve(cpu, float64(m.VCPU*1000)), reserved, eviction, slots(maxPods, pods))
		},
	}
}
