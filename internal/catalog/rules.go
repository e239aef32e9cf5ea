package catalog

import (
	"math"
	"slices"
)

// Machine is what an allocatable rule sees of a node type.
type Machine struct {
	VCPU      int64
	MemoryMiB int64 // nominal: what the provider sells
	// Network interfaces and IPv4 addresses on each; zero where the provider's pod limit
	// does not depend on them.
	NetworkInterfaces, IPv4PerInterface int64
}

// Allocatable is what a kubelet leaves for pods, DaemonSets included.
type Allocatable struct {
	CPUMillicores int64
	MemoryMiB     int64
	MaxPods       int64 // 0 = no limit
}

// rule is a provider's way from a machine to what pods may use of it:
// capacity − kube-reserved − hard eviction (Kubernetes, "Reserve Compute Resources").
type rule struct {
	id string
	// networks are the ways in which pods get addresses, the default first; none when the
	// pod limit does not depend on it.
	networks []string
	// facts are the ids of the figures that the rule is made of, in the order of reading.
	facts []string
	// allocatable takes one of networks, and the user's own pod limit: nil when there is
	// none, 0 for no limit.
	allocatable func(m Machine, network string, maxPods *int64) Allocatable
}

// allRules lists every rule that a data entry may name, each with the facts it reads.
func allRules(f figures) []rule {
	var rules []rule
	for _, newRule := range []func(figures) rule{eks, gke, aks, kubeadm} {
		var read []string
		r := newRule(func(id string) float64 {
			read = append(read, id)
			return f(id)
		})
		r.facts = read
		rules = append(rules, r)
	}
	return rules
}

// network gives the way of addressing that a query names; "" is the rule's default.
func (r rule) network(name string) (string, bool) {
	if name == "" {
		if len(r.networks) == 0 {
			return "", true
		}
		return r.networks[0], true
	}
	return name, slices.Contains(r.networks, name)
}

// subtract takes what is reserved from a machine. Reservations are rounded to the nearest
// unit, as the published examples are. A machine too small for them leaves nothing.
func subtract(m Machine, reservedMillicores, reservedMiB, evictionMiB float64, maxPods int64) Allocatable {
	return Allocatable{
		CPUMillicores: max(0, m.VCPU*1000-int64(math.Round(reservedMillicores))),
		MemoryMiB:     max(0, m.MemoryMiB-int64(math.Round(reservedMiB+evictionMiB))),
		MaxPods:       maxPods,
	}
}

// slots is the user's own pod limit, or the provider's.
func slots(own *int64, provider int64) int64 {
	if own != nil {
		return *own
	}
	return provider
}

// tier reserves a share of the next width units; the last tier of a table has no end.
type tier struct {
	width, share float64
}

// reserve adds up a table of tiers over an amount.
func reserve(tiers []tier, amount float64) float64 {
	var reserved float64
	for _, t := range tiers {
		part := min(amount, t.width)
		reserved += part * t.share
		amount -= part
	}
	return reserved
}

// cpuTiers are the CPU shares that EKS and GKE both reserve, in millicores: so much of the
// first core, the second, the third and fourth, and the rest.
func cpuTiers(f figures, id string) []tier {
	percent := func(part string) float64 { return f(id+part) / 100 }
	return []tier{
		{1000, percent("_core1")},
		{1000, percent("_core2")},
		{2000, percent("_core3_4")},
		{math.Inf(1), percent("_rest")},
	}
}
