package catalog

import "fmt"

// figures gives the value of a fact by its id.
type figures func(id string) float64

func registry(id string) float64 {
	v, ok := map[string]float64{
		"eks_reserved_cpu_core1": 6, "eks_reserved_cpu_core2": 1, "eks_reserved_cpu_core3_4": 0.5, "eks_reserved_cpu_rest": 0.25,
		"gke_reserved_cpu_core1": 6, "gke_reserved_cpu_core2": 1, "gke_reserved_cpu_core3_4": 0.5, "gke_reserved_cpu_rest": 0.25,
		"eks_reserved_mem_base": 255, "eks_reserved_mem_per_pod": 11, "eks_eviction": 100,
		"eks_maxpods_cap_small": 110, "eks_maxpods_cap_large": 250, "eks_maxpods_cap_large_from": 30,
		"gke_reserved_cpu_many_pods": 400, "gke_eviction": 100, "gke_maxpods": 110, "gke_reserved_mem_tiny": 255,
		"gke_reserved_mem_first4": 25, "gke_reserved_mem_next4": 20, "gke_reserved_mem_next8": 10, "gke_reserved_mem_next112": 6, "gke_reserved_mem_rest": 2,
		"aks_reserved_mem_per_pod": 20, "aks_reserved_mem_base": 50, "aks_reserved_mem_share": 25, "aks_eviction": 100,
		"aks_maxpods_pod_subnet": 110, "aks_maxpods_overlay": 250, "aks_maxpods_node_subnet": 30,
		"aks_reserved_cpu_1": 60, "aks_reserved_cpu_2": 100, "aks_reserved_cpu_4": 140, "aks_reserved_cpu_8": 180,
		"aks_reserved_cpu_16": 260, "aks_reserved_cpu_32": 420, "aks_reserved_cpu_64": 740,
		"kubelet_default_eviction": 100, "kubelet_default_maxpods": 110,
		"ds_preset_eks_cpu": 317, "ds_preset_eks_mem": 354, "ds_preset_eks_pods": 5,
		"ds_kube_proxy_cpu": 100, "ds_kube_proxy_mem": 0, "ds_kube_proxy_pods": 1,
	}[id]
	if !ok {
		panic(fmt.Sprintf("no fact %q", id))
	}
	return v
}
