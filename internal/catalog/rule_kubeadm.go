package catalog

// kubeadm is the rule of clusters set up with kubeadm, and of the kubelet's own defaults:
// nothing is reserved, the eviction threshold alone is kept free.
func kubeadm(f figures) rule {
	eviction := f("kubelet_default_eviction")
	defaultPods := int64(f("kubelet_default_maxpods"))
	return rule{
		id: "kubeadm",
		allocatable: func(m Machine, _ string, maxPods *int64) Allocatable {
			return subtract(m, 0, 0, eviction, slots(maxPods, defaultPods))
		},
	}
}
