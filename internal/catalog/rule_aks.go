package catalog

// The ways in which pods get addresses on AKS.
const (
	networkPodSubnet  = "pod-subnet"  // Azure CNI with a subnet for pods, or kubenet
	networkOverlay    = "overlay"     // Azure CNI overlay
	networkNodeSubnet = "node-subnet" // Azure CNI with pods in the nodes' subnet (legacy)
)

// bytesPerMB and bytesPerMiB: AKS states its reservation in decimal megabytes.
const (
	bytesPerMB  = 1e6
	bytesPerMiB = 1 << 20
)

// aks is the rule of AKS 1.29 and later: CPU by a table, memory by the pod limit, at most a
// share of the machine. The user's own limit is the node pool's --max-pods, so it sets the
// reservation too; without a limit (0) the provider's default reserves.
func aks(f figures) rule {
	cpu := cpuTable(f)
	perPodMB, baseMB := f("aks_reserved_mem_per_pod"), f("aks_reserved_mem_base")
	share := f("aks_reserved_mem_share") / 100
	eviction := f("aks_eviction")
	podsByNetwork := map[string]int64{
		networkPodSubnet:  int64(f("aks_maxpods_pod_subnet")),
		networkOverlay:    int64(f("aks_maxpods_overlay")),
		networkNodeSubnet: int64(f("aks_maxpods_node_subnet")),
	}

	return rule{
		id:       "aks",
		networks: []string{networkPodSubnet, networkOverlay, networkNodeSubnet},
		allocatable: func(m Machine, network string, maxPods *int64) Allocatable {
			pods := slots(maxPods, podsByNetwork[network])
			reserving := pods
			if reserving == 0 {
				reserving = podsByNetwork[network]
			}
			reservedBytes := min(
				(perPodMB*float64(reserving)+baseMB)*bytesPerMB,
				share*float64(m.MemoryMiB)*bytesPerMiB)
			return subtract(m, cpu.at(float64(m.VCPU)), reservedBytes/bytesPerMiB, eviction, pods)
		},
	}
}

// point is a row of a table that is read by straight lines between its rows.
type point struct{ x, y float64 }

// table is sorted by x and has at least two rows.
type table []point

// cpuTable is the kube-reserved CPU in millicores by cores.
func cpuTable(f figures) table {
	return table{
		{1, f("aks_reserved_cpu_1")},
		{2, f("aks_reserved_cpu_2")},
		{4, f("aks_reserved_cpu_4")},
		{8, f("aks_reserved_cpu_8")},
		{16, f("aks_reserved_cpu_16")},
		{32, f("aks_reserved_cpu_32")},
		{64, f("aks_reserved_cpu_64")},
	}
}

// at reads the table at x; outside its rows the nearest line goes on.
func (t table) at(x float64) float64 {
	i := 1
	for i < len(t)-1 && x > t[i].x {
		i++
	}
	a, b := t[i-1], t[i]
	return a.y + (b.y-a.y)*(x-a.x)/(b.x-a.x)
}
