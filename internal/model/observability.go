package model

import "math"

// Ids of the parts that watch the mesh.
const (
	partPrometheus = "prometheus"
	partKiali      = "kiali"
	partJaeger     = "jaeger"
	partLinkerdViz = "linkerd_viz"
)

// Examples: a service calls two others and the calls end in two different codes.
const (
	exampleEdgesPerService = 2
	exampleResponseCodes   = 2
)

// watching is how the mesh is observed, decided. The zero value is off.
type watching struct {
	on, full bool
	logs     bool

	edges             float64 // pairs of services that call each other
	codes             float64
	seriesPerLabelSet float64 // HTTP
	scrapesPerDay     float64

	memoryMiB      Estimate // of Prometheus before any series
	kibPerSeries   Estimate
	bytesPerSample Estimate
	retentionDays  float64
	bytesPerLine   struct{ client, server float64 }

	kiali, jaeger     container
	linkerdPrometheus container
	linkerdMBPerPod   Estimate
	linkerdViz        container
}

// telemetry is what a pattern's proxies report.
type telemetry struct {
	series      float64   // active time series; 0 where prometheus is sized without them
	prometheus  container // request before any series
	memoryMiB   Estimate  // of Prometheus for the series
	tools       []Part    // besides Prometheus, when all tools are wanted
	lineBytes   float64   // of access log for each call between meshed pods
	formula     string
	lineFormula string
}

const secondsPerDay = 86400

// decideTelemetry decides the figures of observability. Off, it leaves no trace: no
// input is recorded and no pattern asks for more.
func (in *inputs) decideTelemetry() {
	s, w := in.scenario.Mesh, &in.watching
	kind := value(s.Observability, "none")
	w.on, w.full, w.logs = kind != "none", kind == "full", value(s.AccessLogs, false)
	if w.logs {
		w.bytesPerLine.client = in.span("access_log_bytes_client").Typical
		w.bytesPerLine.server = in.span("access_log_bytes_server").Typical
	}
	if !w.on {
		return
	}
	_, services := in.meshedPods()
	example := Input{Origin: OriginExample}
	w.edges = float64(in.whole("call_edges", s.CallEdges, example, exampleEdgesPerService*services))
	w.codes = float64(in.whole("response_codes", s.ResponseCodes, example, exampleResponseCodes))
	buckets := float64(in.count("histogram_buckets", s.HistogramBuckets))
	w.seriesPerLabelSet = in.seriesPerLabelSet(buckets)
	scrape, from := in.assume("scrape_interval_s", factValue)
	w.scrapesPerDay = secondsPerDay / in.number("scrape_interval_s", s.ScrapeIntervalSeconds, from, scrape)
	w.memoryMiB = in.span("prometheus_memory_mib")
	w.kibPerSeries = in.span("prometheus_kib_per_series")
	w.bytesPerSample = in.span("prometheus_bytes_per_sample")
	w.retentionDays = in.span("prometheus_retention_days").Typical
	w.kiali = in.container("kiali_cpu_m", "kiali_memory_mib", nil, nil)
	w.jaeger = in.container("jaeger_cpu_m", "jaeger_memory_mib", nil, nil)
	w.linkerdPrometheus = in.container("linkerd_prometheus_cpu_m", "linkerd_prometheus_memory_mib", nil, nil)
	w.linkerdMBPerPod = in.span("linkerd_prometheus_mb_per_pod")
	w.linkerdViz = in.container("linkerd_viz_cpu_m", "linkerd_viz_memory_mib", nil, nil)
}

// seriesPerLabelSet is 1 counter and 3 histograms, each of which is its buckets, a sum
// and a count: 1 + 3 × 22 = 67 by default.
func (in *inputs) seriesPerLabelSet(buckets float64) float64 {
	const sumAndCount = 2
	return factNumber("istio_http_counters") + factNumber("istio_http_histograms")*(buckets+sumAndCount)
}

// edgePods is Σ over pairs of services that call each other of the pods on one side,
// taking services to be of average size.
func (in *inputs) edgePods() float64 {
	pods, services := in.meshedPods()
	if services == 0 {
		return 0
	}
	return in.watching.edges * pods / services
}

// istioTelemetry sizes Prometheus for a number of series.
func (in *inputs) istioTelemetry(series, lineBytes float64) telemetry {
	w := &in.watching
	const kibPerMiB = 1024
	return telemetry{
		series: series, memoryMiB: w.kibPerSeries.times(series / kibPerMiB), lineBytes: lineBytes,
		prometheus: container{MemoryMiB: int64(math.Ceil(w.memoryMiB.Typical))},
		tools: []Part{
			{ID: partKiali, Title: "Kiali", Scope: scopeCluster, Count: 1, CPUMillicores: w.kiali.CPUMillicores, MemoryMiB: w.kiali.MemoryMiB},
			in.jaegerPart(),
		},
	}
}

func (in *inputs) jaegerPart() Part {
	c := in.watching.jaeger
	return Part{ID: partJaeger, Title: "Jaeger", Scope: scopeCluster, Count: 1, CPUMillicores: c.CPUMillicores, MemoryMiB: c.MemoryMiB}
}

// sidecarTelemetry: the proxies of both sides report every request.
func sidecarTelemetry(in *inputs) telemetry {
	w := &in.watching
	const sides = 2
	t := in.istioTelemetry(w.seriesPerLabelSet*w.codes*sides*in.edgePods(), w.bytesPerLine.client+w.bytesPerLine.server)
	t.formula = "series = series per label set × response codes × Σ over call edges (client pods + server pods)"
	t.lineFormula = "calls/s × (client line + server line) × 86,400 s"
	return t
}

// tcpSeries: ztunnels count bytes and connections, on the nodes of both sides. How many
// nodes these are is known only after packing, so each pod is taken to have its own: the
// most there can be.
func (in *inputs) tcpSeries() float64 {
	const sides = 2
	return factNumber("istio_tcp_metrics") * sides * in.edgePods()
}

func ambientTelemetry(in *inputs) telemetry {
	t := in.istioTelemetry(in.tcpSeries(), 0)
	t.formula = "series = 4 TCP counters × Σ over call edges (client pods + server pods), at most a node for each pod"
	t.lineFormula = "ztunnel logs connections, not requests"
	return t
}

// waypointTelemetry: a waypoint's replicas report requests in the place of the server's
// proxies; the client has none.
func waypointTelemetry(in *inputs) telemetry {
	w := &in.watching
	share := in.l7Share()
	http := w.seriesPerLabelSet * w.codes * w.edges * share * float64(in.mesh.waypointReplicas)
	t := in.istioTelemetry(http+in.tcpSeries(), w.bytesPerLine.server*share)
	t.formula = "series = series per label set × response codes × call edges to namespaces with waypoints × waypoint replicas + TCP counters of ztunnels"
	t.lineFormula = "calls/s to namespaces with waypoints × server line × 86,400 s"
	return t
}

// linkerdTelemetry takes Linkerd's own rule of memory for each meshed pod; tap runs in
// three replicas and web in one.
func linkerdTelemetry(in *inputs) telemetry {
	w := &in.watching
	pods, _ := in.meshedPods()
	const tapAndWeb = 3 + 1
	beyond := w.linkerdMBPerPod.times(pods * mibPerMB).less(float64(w.linkerdPrometheus.MemoryMiB))
	return telemetry{
		prometheus: w.linkerdPrometheus, memoryMiB: beyond,
		tools: []Part{
			{ID: partLinkerdViz, Title: "Linkerd Viz tap and web", Scope: scopeCluster, Count: tapAndWeb, CPUMillicores: w.linkerdViz.CPUMillicores, MemoryMiB: w.linkerdViz.MemoryMiB},
			in.jaegerPart(),
		},
		formula:     "memory of Prometheus = the larger of its request and 5 MB for each meshed pod",
		lineFormula: "no figure for the access log of Linkerd was found",
	}
}

// telemetryParts are the pods that watch a pattern. Prometheus is cut into as many equal
// shards as fit the largest node.
func (in *inputs) telemetryParts(p pattern, d demand) []Part {
	if !in.watching.on || p.telemetry == nil {
		return nil
	}
	t := p.telemetry(in)
	room := int64(0)
	may := in.placer.mask(Workload{})
	for i, node := range in.nodeTypes {
		if may != nil && !may[i] {
			continue
		}
		room = max(room, in.usable(node).MemoryMiB-d.perNode.daemonSets.MemoryMiB-d.perNode.agents.MemoryMiB)
	}
	parts := []Part{prometheusPart(t, room)}
	if in.watching.full {
		parts = append(parts, t.tools...)
	}
	return parts
}

// mostShards is where a mesh needs fewer series, not more of Prometheus.
const mostShards = 1000

func prometheusPart(t telemetry, roomMiB int64) Part {
	shards := 1.0
	if free := float64(roomMiB - t.prometheus.MemoryMiB); free >= 1 {
		shards = min(max(math.Ceil(t.memoryMiB.Typical/free), 1), mostShards)
	}
	return Part{
		ID: partPrometheus, Title: "Prometheus for the mesh", Scope: scopeCluster, Count: int64(shards),
		CPUMillicores: t.prometheus.CPUMillicores,
		MemoryMiB:     t.prometheus.MemoryMiB + int64(math.Ceil(t.memoryMiB.Typical/shards)),
	}
}

// Observability is what watching a pattern takes, besides the pods among its parts.
type Observability struct {
	Pattern             string   `json:"pattern"`
	Series              float64  `json:"series"`                // active time series; 0 for Linkerd, which is sized without them
	PrometheusMemoryMiB Estimate `json:"prometheus_memory_mib"` // all shards
	DiskGBPerDay        Estimate `json:"disk_gb_per_day"`       // metrics
	DiskGB              Estimate `json:"disk_gb"`               // metrics, kept for the retention of Prometheus
	LogGBPerDay         float64  `json:"log_gb_per_day"`        // access logs
	LogGB               *float64 `json:"log_gb"`                // kept for log_retention_days; null when that is not given
	StorageMonthlyUSD   *float64 `json:"storage_monthly_usd"`   // of both at storage_gb_month_usd; null without a price
	Formula             string   `json:"formula,omitempty"`     // of series
	LogFormula          string   `json:"log_formula,omitempty"`
}

// observability lists what watching each pattern takes; empty when nothing is asked.
func (in *inputs) observability() []Observability {
	w := &in.watching
	if !w.on && !w.logs {
		return nil
	}
	var list []Observability
	for _, p := range patterns {
		if p.telemetry != nil {
			list = append(list, in.observe(p))
		}
	}
	return list
}

func (in *inputs) observe(p pattern) Observability {
	w, t := &in.watching, p.telemetry(in)
	o := Observability{Pattern: p.id}
	const bytesPerGB, thousandths = 1e9, 1000
	if w.on {
		perDay := w.bytesPerSample.times(t.series * w.scrapesPerDay / bytesPerGB)
		o.Series, o.Formula = math.Round(t.series), t.formula
		o.PrometheusMemoryMiB = t.memoryMiB.with(exactly(float64(t.prometheus.MemoryMiB))).rounded(thousandths)
		o.DiskGBPerDay, o.DiskGB = perDay.rounded(thousandths), perDay.times(w.retentionDays).rounded(thousandths)
	}
	if w.logs {
		o.LogGBPerDay = roundTo(in.callsPerSecond()*t.lineBytes*secondsPerDay/bytesPerGB, thousandths)
		o.LogFormula = t.lineFormula
	}
	kept := o.DiskGB.Typical
	if days := in.scenario.Needs.LogRetentionDays; days != nil {
		logs := roundTo(o.LogGBPerDay**days, thousandths)
		o.LogGB, kept = &logs, kept+logs
	}
	if price := in.scenario.Needs.StorageGBMonthUSD; price != nil && (o.LogGB != nil || o.LogGBPerDay == 0) {
		usd := roundTo(kept**price, thousandths)
		o.StorageMonthlyUSD = &usd
	}
	return o
}
