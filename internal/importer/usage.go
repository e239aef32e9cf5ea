package importer

import (
	"math"
	"slices"
	"strings"

	"meshplan/internal/model"
)

// Metrics that a measurement can be of.
const (
	metricCPU    = "cpu"
	metricMemory = "memory"
	metricRPS    = "rps"
)

// usageKey names a container of a pod; the container is "" where only the pod is known.
type usageKey struct {
	namespace, pod, container string
}

// usageTable holds measured use per container and requests a second per workload.
type usageTable struct {
	order []usageKey
	use   map[usageKey]*request
	top   map[usageKey]amount // namespace, workload, container → highest of its pods; made when first asked
	rps   map[[2]string]float64
	pods  []float64 // requests a second of single pods
}

func newUsageTable() usageTable {
	return usageTable{use: map[usageKey]*request{}, rps: map[[2]string]float64{}}
}

// add keeps the highest value given for a container.
func (u *usageTable) add(key usageKey, metric string, value int64) {
	sample := u.use[key]
	if sample == nil {
		sample = &request{}
		u.use[key] = sample
		u.order = append(u.order, key)
	}
	if metric == metricCPU {
		sample.nanocores, sample.hasCPU = max(sample.nanocores, value), true
	} else {
		sample.bytes, sample.hasMemory = max(sample.bytes, value), true
	}
}

// highest returns the highest use among the pods of a workload's container.
func (u *usageTable) highest(r ref, container string) (amount, bool) {
	if u.top == nil {
		u.top = map[usageKey]amount{}
		for _, key := range u.order {
			for _, name := range workloadNames(key.pod) {
				at := usageKey{key.namespace, name, key.container}
				u.top[at] = u.top[at].most(u.use[key].amount)
			}
		}
	}
	found, ok := u.top[usageKey{r.namespace, r.name, container}]
	if !ok { // kubectl top without -A names no namespace
		found, ok = u.top[usageKey{"", r.name, container}]
	}
	return found, ok
}

// requests returns the requests a second measured for all pods of a workload.
func (u *usageTable) requests(r ref) (float64, bool) {
	rps, ok := u.rps[[2]string{r.namespace, r.name}]
	if !ok {
		rps, ok = u.rps[[2]string{"", r.name}]
	}
	return rps, ok
}

// workloadNames lists the workloads that a pod's name may belong to: its own name, and
// what is left without one or two of the endings that controllers give.
func workloadNames(pod string) []string {
	names := []string{pod}
	for range 2 {
		cut := strings.LastIndexByte(pod, '-')
		if cut < 1 || !isGenerated(pod[cut+1:]) {
			break
		}
		pod = pod[:cut]
		names = append(names, pod)
	}
	return names
}

// isGenerated reports whether the ending of a name is one that Kubernetes makes: an
// ordinal, or 5 to 10 characters of the alphabet without vowels and look-alikes.
func isGenerated(ending string) bool {
	const shortest, longest, alphabet = 5, 10, "bcdfghjklmnpqrstvwxz2456789"
	if ending != "" && strings.Trim(ending, "0123456789") == "" {
		return true
	}
	return len(ending) >= shortest && len(ending) <= longest && strings.Trim(ending, alphabet) == ""
}

// Measured is a figure from the user's own measurements, as an interval for the input of
// that name: 5 % of what was measured lies below Low and 5 % above High.
type Measured struct {
	Name     string         `json:"name"` // pod_cpu_m, proxy_memory_mib ...
	Interval model.Interval `json:"interval"`
	Samples  int64          `json:"samples"`
	Of       string         `json:"of"` // what was measured
}

// podUse is what was measured of one pod.
type podUse struct {
	app     request
	proxies []measuredProxy
	alone   bool // nothing but a proxy: a gateway, a waypoint or a node's ztunnel
}

type measuredProxy struct {
	input string // proxy, linkerd_proxy or ztunnel: the start of the input's name
	use   request
}

// byPod sums the app containers of each pod and keeps its proxies apart.
func (u *usageTable) byPod() []*podUse {
	pods := map[[2]string]*podUse{}
	var order []*podUse
	for _, key := range u.order {
		at := [2]string{key.namespace, key.pod}
		pod := pods[at]
		if pod == nil {
			pod = &podUse{alone: true}
			pods[at] = pod
			order = append(order, pod)
		}
		sample := *u.use[key]
		product, part := proxyOf(&container{Name: key.container})
		switch {
		case product == "":
			pod.alone = false
			pod.app.amount = pod.app.plus(sample.amount)
			pod.app.hasCPU, pod.app.hasMemory = pod.app.hasCPU || sample.hasCPU, pod.app.hasMemory || sample.hasMemory
		case part == proxyMain:
			pod.proxies = append(pod.proxies, measuredProxy{proxyInput(product, key.pod), sample})
		}
	}
	return order
}

// proxyInput names the input that a proxy's use belongs to; ztunnel's container carries
// the sidecar's name.
func proxyInput(product, pod string) string {
	switch {
	case strings.HasPrefix(pod, "ztunnel-"):
		return "ztunnel"
	case product == "linkerd":
		return "linkerd_proxy"
	}
	return "proxy"
}

// measured gives every input that was measured its interval.
func (u *usageTable) measured() []Measured {
	values := map[string][]float64{"rps_per_pod": u.pods}
	note := func(input string, use request) {
		if use.hasCPU {
			values[input+"_cpu_m"] = append(values[input+"_cpu_m"], float64(use.nanocores)/nanoPerMilli)
		}
		if use.hasMemory {
			values[input+"_memory_mib"] = append(values[input+"_memory_mib"], float64(use.bytes)/bytesPerMiB)
		}
	}
	for _, pod := range u.byPod() {
		note("pod", pod.app)
		for _, p := range pod.proxies {
			if p.input == "ztunnel" || !pod.alone {
				note(p.input, p.use)
			}
		}
	}
	for _, input := range []string{"proxy", "linkerd_proxy"} {
		values[input+"_vcpu_per_1000rps"] = u.perRequest(input)
	}
	var list []Measured
	for _, of := range []struct{ name, what string }{
		{"pod_cpu_m", "CPU use of the app containers of a pod"},
		{"pod_memory_mib", "memory use of the app containers of a pod"},
		{"rps_per_pod", "requests a second through a pod"},
		{"proxy_cpu_m", "CPU use of a sidecar"},
		{"proxy_memory_mib", "memory use of a sidecar"},
		{"proxy_vcpu_per_1000rps", "CPU use of a workload's sidecars over its requests, both measured"},
		{"linkerd_proxy_vcpu_per_1000rps", "CPU use of a workload's Linkerd proxies over its requests, both measured"},
		{"linkerd_proxy_cpu_m", "CPU use of a Linkerd proxy"},
		{"linkerd_proxy_memory_mib", "memory use of a Linkerd proxy"},
		{"ztunnel_cpu_m", "CPU use of a node's ztunnel"},
		{"ztunnel_memory_mib", "memory use of a node's ztunnel"},
	} {
		if v := values[of.name]; len(v) > 0 {
			list = append(list, Measured{of.name, intervalOf(v), int64(len(v)), of.what})
		}
	}
	return list
}

// perRequest is what a thousand requests a second cost the sidecars of each workload of
// which both were measured, in vCPU. Idle workloads tell nothing of it.
func (u *usageTable) perRequest(input string) []float64 {
	const leastRPS, perThousand = 1, 1000
	cores := map[[2]string]float64{}
	var order [][2]string
	for _, key := range u.order {
		product, part := proxyOf(&container{Name: key.container})
		if part != proxyMain || proxyInput(product, key.pod) != input || !u.use[key].hasCPU {
			continue
		}
		for _, name := range workloadNames(key.pod) {
			at := [2]string{key.namespace, name}
			if u.rps[at] < leastRPS {
				continue
			}
			if _, known := cores[at]; !known {
				order = append(order, at)
			}
			cores[at] += float64(u.use[key].nanocores) / (1000 * nanoPerMilli)
			break
		}
	}
	var ratios []float64
	for _, at := range order {
		ratios = append(ratios, cores[at]/u.rps[at]*perThousand)
	}
	return ratios
}

// intervalOf returns the 5th, 50th and 95th percentile, nearest rank.
func intervalOf(values []float64) model.Interval {
	slices.Sort(values)
	at := func(share float64) *float64 {
		rank := int(math.Ceil(share * float64(len(values))))
		v := math.Round(values[max(rank, 1)-1]*1000) / 1000
		return &v
	}
	return model.Interval{Low: at(0.05), Typical: at(0.5), High: at(0.95)}
}
