package model

// container is a request: of a proxy in every meshed pod, or of one pod of a component.
type container struct {
	CPUMillicores int64
	MemoryMiB     int64
}

// pattern is one way to run a mesh. A new pattern is one file with such a value, a line
// in patterns, and its facts.
type pattern struct {
	id          string
	title       string
	readiness   string // in words, for the comparison
	firstToFail string // what gives way first, as the field reports it

	encrypts bool // encrypts between services
	routesL7 bool // splits, retries and measures requests between services
	edge     bool // rules traffic that enters the cluster

	// native says whether the proxy is a native sidecar: it then runs beside the init
	// steps and adds to them.
	native func(*inputs) bool
	// proxy is the request in each meshed pod of a workload; nil when pods get none.
	proxy func(*inputs, Workload) container
	// agents run on every node.
	agents func(*inputs) []Part
	// components run once per cluster or namespace, as pods of their own.
	components func(*inputs) []Part
	// telemetry is what the pattern reports and what shows it; nil when it reports nothing
	// between services.
	telemetry func(*inputs) telemetry
	// assumption is a name whose preset decides whose figures the pattern uses.
	assumption string
}

// patterns in the order of results.
var patterns = []pattern{noMesh, gatewayOnly, ambient, ambientL7, sidecar, linkerd}

func patternByID(id string) (pattern, bool) {
	for _, p := range patterns {
		if p.id == id {
			return p, true
		}
	}
	return pattern{}, false
}

// Patterns lists ids and titles in the order of results.
func Patterns() (ids, titles []string) {
	for _, p := range patterns {
		ids, titles = append(ids, p.id), append(titles, p.title)
	}
	return ids, titles
}

// Scopes of a [Part].
const (
	scopePod       = "pod"
	scopeNode      = "node"
	scopeNamespace = "namespace"
	scopeCluster   = "cluster"
)

var noMesh = pattern{
	id: PatternNone, title: "No mesh", readiness: "nothing to run", firstToFail: "nothing new",
}
