package model

// Version is the version of the planning model: it changes whenever the same scenario
// can give other numbers. Saved links pin it.
const Version = "1"

// DocumentVersion is the version of the scenario document's layout.
const DocumentVersion = 1

// Scenario is everything the user asks. Every field may be absent: what is absent takes
// its value from the preset, the catalog or the built-in example (see [Resolve]), so a
// scenario records what its author chose and nothing else.
//
// The scalar fields of the embedded groups are the flat parameters of the API: the json
// name is the parameter's name and the validate tag its range, in the one place where
// form, query string, JSON and CSV look them up (see [Params]).
type Scenario struct {
	Version   int                 `json:"version,omitempty" validate:"omitempty,eq=1"`
	Title     string              `json:"title,omitempty" validate:"max=253"`
	Quick     Quick               `json:"quick,omitzero"`
	Workloads []Workload          `json:"workloads,omitempty" validate:"max=20000,dive"`
	Nodes     Nodes               `json:"nodes,omitzero"`
	Mesh      Mesh                `json:"mesh,omitzero"`
	Needs     Organisation        `json:"organisation,omitzero"`
	Run       Run                 `json:"run,omitzero"`
	Intervals map[string]Interval `json:"intervals,omitempty" validate:"max=100"`
}

// Quick describes an application by its averages. Beside a list of workloads, what is
// given here overrides the list: services scales it, the others replace the value of
// every row.
type Quick struct {
	Services         *int64   `json:"services,omitempty" short:"s" validate:"omitnil,gte=0,lte=20000" doc:"services; a list of workloads is repeated or cut to this many"`
	PodsPerService   *int64   `json:"pods_per_service,omitempty" short:"pps" validate:"omitnil,gte=1,lte=1000" doc:"pods of each service"`
	PodCPUMillicores *int64   `json:"pod_cpu_m,omitempty" short:"pc" validate:"omitnil,gte=0,lte=512000" unit:"m" doc:"CPU request per pod, proxies not included"`
	PodMemoryMiB     *int64   `json:"pod_memory_mib,omitempty" short:"pm" validate:"omitnil,gte=0,lte=8388608" unit:"MiB" doc:"memory request per pod, proxies not included"`
	RPSPerPod        *float64 `json:"rps_per_pod,omitempty" short:"rps" validate:"omitnil,gte=0,lte=1000000" unit:"requests/s" doc:"requests a second through each pod, received and sent"`
	MeshedShare      *float64 `json:"meshed_share,omitempty" short:"ms" validate:"omitnil,gte=0,lte=1" doc:"share of services in the mesh"`
}

// Nodes says what the pods run on.
type Nodes struct {
	Provider                     *string  `json:"provider,omitempty" short:"p" validate:"omitnil,oneof=aws azure gcp custom" doc:"cloud, or custom for nodes of your own"`
	Region                       *string  `json:"region,omitempty" short:"r" validate:"omitnil,max=64" doc:"region of the provider"`
	NodeType                     *string  `json:"node_type,omitempty" short:"nt" validate:"omitnil,max=4096" doc:"a node type, a comma list, or auto for the cheapest mix"`
	NodeAllocatableCPUMillicores *int64   `json:"node_allocatable_cpu_m,omitempty" short:"nac" validate:"omitnil,gt=0,lte=10000000" unit:"m" doc:"custom node: CPU that pods may use, DaemonSets not yet subtracted"`
	NodeAllocatableMemoryMiB     *int64   `json:"node_allocatable_memory_mib,omitempty" short:"nam" validate:"omitnil,gt=0,lte=1000000000" unit:"MiB" doc:"custom node: memory that pods may use, DaemonSets not yet subtracted"`
	NodeHourlyUSD                *float64 `json:"node_hourly_usd,omitempty" short:"nh" validate:"omitnil,gte=0,lte=100000" unit:"USD/h" doc:"own price of a node, before discount"`
	NodeMaxPods                  *int64   `json:"node_max_pods,omitempty" short:"nmp" validate:"omitnil,gte=0,lte=1000000" doc:"pod slots per node; 0 = no limit"`
	DaemonSetCPUMillicores       *int64   `json:"daemonset_cpu_m,omitempty" short:"dc" validate:"omitnil,gte=0,lte=512000" unit:"m" doc:"CPU that DaemonSets take on every node, besides the mesh's own agents"`
	DaemonSetMemoryMiB           *int64   `json:"daemonset_memory_mib,omitempty" short:"dm" validate:"omitnil,gte=0,lte=8388608" unit:"MiB" doc:"memory that DaemonSets take on every node"`
	DaemonSetPods                *int64   `json:"daemonset_pods,omitempty" short:"dp" validate:"omitnil,gte=0,lte=1000" doc:"pod slots that DaemonSets take on every node; none when they request nothing"`
	Headroom                     *float64 `json:"headroom,omitempty" short:"h" validate:"omitnil,gte=0,lte=0.9" doc:"share of allocatable kept free"`
	Zones                        *int64   `json:"zones,omitempty" short:"z" validate:"omitnil,gte=1,lte=6" doc:"zones to spread over: the pods of each workload evenly, except of those with any_zone, which lie where they fit"`
	MinNodesPerZone              *int64   `json:"min_nodes_per_zone,omitempty" short:"mnz" validate:"omitnil,gte=0,lte=1000" doc:"nodes that every zone holds at least"`
	Survive                      *string  `json:"survive,omitempty" short:"sv" validate:"omitnil,oneof=nothing node zone" doc:"loss that must not cost a pod"`
	ExistingNodes                *string  `json:"existing_nodes,omitempty" short:"en" validate:"omitnil,max=4096" doc:"nodes already paid for, as type:count with commas between, such as m6i.large:3,m6i.xlarge:2; they are filled before others are bought"`
	NodeTaints                   *string  `json:"node_taints,omitempty" short:"ntt" validate:"omitnil,max=4096" doc:"taints on the nodes of a type, as type=key=value:effect with commas between; only workloads that tolerate them run there"`
	SurgeShare                   *float64 `json:"surge_share,omitempty" short:"ss" validate:"omitnil,gte=0,lte=1" doc:"also plan for a rolling update of every workload at once: share of its replicas that run beside the old ones; absent, not planned"`
	PodNetworking                *string  `json:"pod_networking,omitempty" short:"pn" validate:"omitnil,oneof=eni prefix pod-subnet overlay node-subnet" doc:"how pods get addresses, which decides the pod limit: eni or prefix on AWS, pod-subnet, overlay or node-subnet on Azure"`
	Discount                     *float64 `json:"discount,omitempty" short:"di" validate:"omitnil,gte=0,lte=0.95" doc:"discount on node prices"`
	NodeMonthlyFeeUSD            *float64 `json:"node_monthly_fee_usd,omitempty" short:"nf" validate:"omitnil,gte=0,lte=1000000" unit:"USD/month" doc:"fee on every node: agents, licences, support"`
	KubernetesVersion            *string  `json:"kubernetes_version,omitempty" short:"kv" validate:"omitnil,max=20" doc:"Kubernetes of the cluster, such as 1.34"`
	ControlPlaneMonthlyUSD       *float64 `json:"control_plane_monthly_usd,omitempty" short:"cp" validate:"omitnil,gte=0,lte=10000000" unit:"USD/month" doc:"price of the cluster's control plane"`
}

// Mesh says which assumptions hold for the mesh; what is given overrides the preset.
type Mesh struct {
	Preset                  *string  `json:"preset,omitempty" short:"pr" validate:"omitnil,max=64" doc:"named, dated set of assumptions"`
	ProxyCPUMillicores      *int64   `json:"proxy_cpu_m,omitempty" short:"xc" validate:"omitnil,gte=0,lte=512000" unit:"m" doc:"CPU request of each sidecar"`
	ProxyMemoryMiB          *int64   `json:"proxy_memory_mib,omitempty" short:"xm" validate:"omitnil,gte=0,lte=8388608" unit:"MiB" doc:"memory request of each sidecar"`
	ProxyCPULimitMillicores *int64   `json:"proxy_cpu_limit_m,omitempty" short:"xcx" validate:"omitnil,gte=0,lte=512000" unit:"m" doc:"CPU limit of each sidecar; 0 = none"`
	ProxyMemoryLimitMiB     *int64   `json:"proxy_memory_limit_mib,omitempty" short:"xmx" validate:"omitnil,gte=0,lte=8388608" unit:"MiB" doc:"memory limit of each sidecar; 0 = none"`
	IstiodReplicas          *int64   `json:"istiod_replicas,omitempty" short:"ir" validate:"omitnil,gte=0,lte=100" doc:"replicas of istiod; each is one pod"`
	IstiodCPUMillicores     *int64   `json:"istiod_cpu_m,omitempty" short:"ic" validate:"omitnil,gte=0,lte=512000" unit:"m" doc:"CPU request of each istiod replica"`
	IstiodMemoryMiB         *int64   `json:"istiod_memory_mib,omitempty" short:"im" validate:"omitnil,gte=0,lte=8388608" unit:"MiB" doc:"memory request of each istiod replica"`
	IngressGateways         *int64   `json:"ingress_gateways,omitempty" short:"ig" validate:"omitnil,gte=0,lte=1000" doc:"ingress gateway replicas"`
	L7Namespaces            *int64   `json:"l7_namespaces,omitempty" short:"l7" validate:"omitnil,gte=0,lte=20000" doc:"namespaces that need L7, each with its waypoints"`
	WaypointReplicas        *int64   `json:"waypoint_replicas,omitempty" short:"wr" validate:"omitnil,gte=0,lte=100" doc:"waypoint replicas of each such namespace"`
	ConfigScoped            *bool    `json:"config_scoped,omitempty" short:"cs" doc:"proxies know only their own namespace, not the whole mesh"`
	VisibleServices         *int64   `json:"visible_services,omitempty" short:"vs" validate:"omitnil,gte=0,lte=1000000" doc:"services that each proxy knows; absent = all of them, or those of a namespace when scoped"`
	ClustersPerService      *float64 `json:"clusters_per_service,omitempty" short:"cps" validate:"omitnil,gte=0,lte=1000" doc:"Envoy clusters that a service makes: one per port, and one per subset"`
	NativeSidecars          *bool    `json:"native_sidecars,omitempty" short:"nsc" doc:"sidecars run as init containers with restartPolicy Always"`
	IstioVersion            *string  `json:"istio_version,omitempty" short:"iv" validate:"omitnil,max=20" doc:"Istio that runs or is planned, such as 1.30 or 1.30.4"`
	AccessLogs              *bool    `json:"access_logs,omitempty" short:"al" doc:"proxies log every request"`

	HeavyChurn            *bool    `json:"heavy_churn,omitempty" short:"hc" doc:"pods come and go all the time, tens of them a second, so istiod pushes without rest"`
	Observability         *string  `json:"observability,omitempty" short:"ob" validate:"omitnil,oneof=none prometheus full" doc:"tools to plan for: none, prometheus for the mesh's metrics, or full with traces and a console as well"`
	CallEdges             *int64   `json:"call_edges,omitempty" short:"ce" validate:"omitnil,gte=0,lte=1000000" doc:"pairs of services of which one calls the other; absent, two for each service as an example"`
	ResponseCodes         *int64   `json:"response_codes,omitempty" short:"rc" validate:"omitnil,gte=1,lte=100" doc:"different response codes seen between two services"`
	HistogramBuckets      *int64   `json:"histogram_buckets,omitempty" short:"hb" validate:"omitnil,gte=1,lte=1000" doc:"buckets of each latency and size histogram"`
	ScrapeIntervalSeconds *float64 `json:"scrape_interval_s,omitempty" short:"si" validate:"omitnil,gt=0,lte=3600" unit:"s" doc:"seconds between two scrapes of every proxy"`
	CallDepth             *int64   `json:"call_depth,omitempty" short:"cd" validate:"omitnil,gte=0,lte=100" doc:"calls in a row behind one request of a user"`
	BytesPerRequest       *int64   `json:"bytes_per_request,omitempty" short:"bpr" validate:"omitnil,gte=0,lte=1000000000" unit:"B" doc:"bytes of a call between services, request and response together; a waypoint carries them a second time"`
	RestartParallel       *int64   `json:"restart_parallel,omitempty" short:"rp" validate:"omitnil,gte=1,lte=1000000" doc:"pods of the whole cluster that restart at once; absent, every service at once by its surge"`
	DeploysPerDay         *float64 `json:"deploys_per_day,omitempty" short:"dpd" validate:"omitnil,gte=0,lte=100000" doc:"rolling deployments of a service a day"`
}

// Organisation holds the needs, the gates, the people, their money and how they roll
// out. An absent answer is unknown: no figure here has a source that could stand in.
type Organisation struct {
	MTLSRequired           *bool    `json:"mtls_required,omitempty" short:"mt" doc:"encryption between services is mandated"`
	CanaryRequired         *bool    `json:"canary_required,omitempty" short:"cr" doc:"traffic splitting or canary releases are needed"`
	ComplexTraffic         *bool    `json:"complex_traffic,omitempty" short:"ct" doc:"services call each other in complex patterns: retries, time-outs, routing"`
	Polyglot               *bool    `json:"polyglot,omitempty" short:"pg" doc:"several languages, no shared library"`
	UniformMetricsRequired *bool    `json:"uniform_metrics_required,omitempty" short:"um" doc:"the same metrics from every service are needed"`
	MultiCluster           *bool    `json:"multi_cluster,omitempty" short:"mc" doc:"services call across clusters"`
	EdgeOnly               *bool    `json:"edge_only,omitempty" short:"eo" doc:"traffic rules are needed only where traffic enters the cluster"`
	MeshEngineers          *int64   `json:"mesh_engineers,omitempty" short:"me" validate:"omitnil,gte=0,lte=1000" doc:"people who can run a mesh"`
	MaxCostGrowth          *float64 `json:"max_cost_growth,omitempty" short:"mcg" validate:"omitnil,gte=1,lte=1000" doc:"growth the budget bears: 1.4 = 40 % more"`

	DistributedExperience *bool    `json:"distributed_experience,omitempty" short:"de" doc:"the team knows distributed systems"`
	MaxResourceGrowth     *float64 `json:"max_resource_growth,omitempty" short:"mrg" validate:"omitnil,gte=1,lte=1000" doc:"growth in requested CPU and memory that can be afforded: 1.4 = 40 % more"`
	MeshBudgetMonthlyUSD  *float64 `json:"mesh_budget_monthly_usd,omitempty" short:"mb" validate:"omitnil,gte=0,lte=1000000000" unit:"USD/month" doc:"what running a mesh may cost a month: nodes, licence and people together"`

	EngineerMonthlyUSD    *float64 `json:"engineer_monthly_usd,omitempty" short:"em" validate:"omitnil,gte=0,lte=1000000" unit:"USD/month" doc:"cost of one engineer a month"`
	EngineerHoursPerMonth *float64 `json:"engineer_hours_per_month,omitempty" short:"eh" validate:"omitnil,gt=0,lte=744" unit:"h/month" doc:"hours an engineer works a month; absent, 160 as an example"`
	MeshUpkeepEngineers   *float64 `json:"mesh_upkeep_engineers,omitempty" short:"mue" validate:"omitnil,gte=0,lte=1000" doc:"engineers that keeping the mesh takes, in full-time people: 0.5 = half of one"`
	MeshTrainingUSD       *float64 `json:"mesh_training_usd,omitempty" short:"mtu" validate:"omitnil,gte=0,lte=1000000000" unit:"USD" doc:"training and tooling before the mesh runs, once"`
	LicenceMonthlyUSD     *float64 `json:"licence_monthly_usd,omitempty" short:"lm" validate:"omitnil,gte=0,lte=100000000" unit:"USD/month" doc:"licence or support for the mesh"`

	HoursPerServiceYear   *float64 `json:"hours_per_service_year,omitempty" short:"hps" validate:"omitnil,gte=0,lte=10000" unit:"h/year" doc:"without a mesh: hours a year that mTLS, telemetry and retries take in each service"`
	Languages             *int64   `json:"languages,omitempty" short:"lg" validate:"omitnil,gte=0,lte=1000" doc:"languages that services are written in"`
	HoursPerLanguageYear  *float64 `json:"hours_per_language_year,omitempty" short:"hpl" validate:"omitnil,gte=0,lte=100000" unit:"h/year" doc:"without a mesh: hours a year that the shared library of each language takes"`
	WorkloadGrowthPerYear *float64 `json:"workload_growth_per_year,omitempty" short:"wg" validate:"omitnil,gte=-0.9,lte=10" doc:"growth of the number of services a year: 0.3 = 30 % more"`

	StorageGBMonthUSD *float64 `json:"storage_gb_month_usd,omitempty" short:"sg" validate:"omitnil,gte=0,lte=1000" unit:"USD/GB/month" doc:"price of keeping a gigabyte of metrics and logs for a month"`
	LogRetentionDays  *float64 `json:"log_retention_days,omitempty" short:"lr" validate:"omitnil,gte=0,lte=3650" unit:"days" doc:"days that access logs are kept"`
	CrossZoneGBUSD    *float64 `json:"cross_zone_gb_usd,omitempty" short:"czg" validate:"omitnil,gte=0,lte=100" unit:"USD/GB" doc:"own price of a gigabyte that crosses zones, both directions together"`
	AppStartSeconds   *float64 `json:"app_start_s,omitempty" short:"st" validate:"omitnil,gte=0,lte=86400" unit:"s" doc:"seconds a pod takes to be ready without a mesh"`
	MaxSurge          *float64 `json:"max_surge,omitempty" short:"msu" validate:"omitnil,gte=0,lte=1" doc:"share of a workload's pods that a rolling restart adds; absent, the default of Kubernetes"`
	ContainerWorkDays *float64 `json:"container_work_days,omitempty" short:"cwd" validate:"omitnil,gte=0,lte=100000" unit:"days" doc:"own estimate of the work on containers before a mesh"`
}

// Run says how to plan and as of when.
type Run struct {
	AsOf                 *string  `json:"as_of,omitempty" short:"ao" validate:"omitnil,datetime=2006-01-02" doc:"date for version and price advice, YYYY-MM-DD"`
	Effort               *string  `json:"effort,omitempty" short:"ef" validate:"omitnil,oneof=fast tight" doc:"how hard the packing tries"`
	Seed                 *int64   `json:"seed,omitempty" short:"sd" validate:"omitnil,gte=0,lte=9007199254740991" doc:"seed of the sampled worlds"`
	WeightOverspend      *float64 `json:"weight_overspend,omitempty" short:"wo" validate:"omitnil,gte=0,lte=1000" doc:"least regret: weight of a dollar spent beyond the best choice of a world"`
	WeightUnderprovision *float64 `json:"weight_underprovision,omitempty" short:"wu" validate:"omitnil,gte=0,lte=1000" doc:"least regret: weight of a dollar saved by requests that do not hold"`
	WeightExponent       *float64 `json:"weight_exponent,omitempty" short:"we" validate:"omitnil,gte=1,lte=10" doc:"least regret: above 1 a large regret hurts more than two of half its size"`
	Order                *string  `json:"rollout_order,omitempty" short:"ro" validate:"omitnil,max=65536" doc:"namespaces, or namespace/workload, in the order they join the mesh, with commas between"`
}

// Interval is an honest figure: 5 % of worlds lie below Low and 5 % above High. Without
// Typical the value that the plan uses stands in the middle; with it, it is that value.
type Interval struct {
	Low     *float64 `json:"low,omitempty"`
	Typical *float64 `json:"typical,omitempty"`
	High    *float64 `json:"high,omitempty"`

	Measured bool `json:"measured,omitempty"` // taken from the user's own measurements
}
