package pack

// Resource indexes the dimensions of a [Vector].
type Resource int

// The dimensions that a node offers and a pod takes.
const (
	CPU    Resource = iota // millicores
	Memory                 // MiB
	Pods                   // slots; an ordinary pod takes one
	Resources
)

// String returns the resource's name as it appears in results: cpu, memory or pods.
func (r Resource) String() string { return [...]string{"cpu", "memory", "pods"}[r] }

// Vector is an amount of each resource, in the units of [Resource].
type Vector [Resources]int64

// Shape is a kind of pod: Count interchangeable pods of one size.
type Shape struct {
	Size       Vector // what one pod takes; Size[Pods] is its slots
	Count      int64  // pods to place
	MaxPerNode int64  // most pods of this shape on one node; 0 = no limit
	// AnyZone frees the shape from Problem.Zones: its pods lie wherever they fit best, all
	// in one zone if that is cheapest. SurviveZone spreads them all the same.
	AnyZone bool
	// NodeTypes says which types may hold the shape: nil means any, otherwise
	// one entry per Problem.NodeTypes. Taints, pools and architectures land here.
	NodeTypes []bool
}

// NodeType is a kind of node that can be had.
type NodeType struct {
	Name     string // for messages only
	Capacity Vector // what pods may use: every reservation is already subtracted
	Price    int64  // price of one node in the caller's integer unit (micro-USD a month), >= 0
	Limit    int64  // most nodes of this type; 0 = no limit. Nodes already paid for have Price 0 and a Limit.
}

// Survive says which loss the placement has to bear without losing a pod.
type Survive string

// The losses that can be planned for.
const (
	SurviveNothing Survive = ""
	SurviveNode    Survive = "node"
	SurviveZone    Survive = "zone"
)

// Problem asks for the cheapest set of nodes that holds every pod.
type Problem struct {
	Shapes          []Shape
	NodeTypes       []NodeType
	Zones           int   // zones over which each shape but those of AnyZone is spread with skew of at most one; 0 and 1 mean one zone
	MinNodesPerZone int64 // nodes that every zone holds at least
	Survive         Survive
}

// Effort is how hard [Solve] tries. Budgets are counts, not seconds, so that the
// same problem with the same effort gives the same bytes on every machine.
type Effort string

// The budgets.
const (
	Fast  Effort = "fast"  // stages 0 and 1: answers a slider
	Tight Effort = "tight" // all stages: closes in on the optimum
)

// Settings are the parts of a call that are not the problem.
type Settings struct {
	Effort   Effort
	Seed     uint64
	Progress func(Progress) // called as cost and bound close in; may be nil
	part     int64          // of the budgets of Tight, one in so many, for tests; 0 = all
}

// of is the part of a budget that may be spent.
func (s Settings) of(budget int64) int64 { return budget / max(1, s.part) }

// Progress is a step of a running [Solve].
type Progress struct {
	Stage       string
	Step, Steps int64
	Cost, Bound int64
}

// Status says what is known of a [Solution].
type Status string

// The outcomes of [Solve].
const (
	Optimal     Status = "optimal"     // cost equals the proved bound
	Feasible    Status = "feasible"    // a valid plan; the gap is Cost against Bound
	Interrupted Status = "interrupted" // the context ended; the best plan so far
	Infeasible  Status = "infeasible"  // some shape fits nowhere: see Unplaceable
)

// Reason says why a [Solution] is [Infeasible].
type Reason string

// The reasons.
const (
	ReasonNone        Reason = ""
	ReasonNoNodeTypes Reason = "no_node_types"  // there are pods and nothing to put them on
	ReasonTooLarge    Reason = "too_large"      // some shape fits on no type: see Unplaceable
	ReasonLimits      Reason = "limits"         // the limited types cannot hold the demand: proved
	ReasonNotFound    Reason = "not_found"      // no placement within the limits was found; none is ruled out
	ReasonMinNodes    Reason = "min_nodes"      // the limits leave too few nodes for MinNodesPerZone
	ReasonNoSpare     Reason = "no_spare_nodes" // the limits leave no node to keep empty for Survive
)

// Placed is how many pods of a shape one node holds.
type Placed struct {
	Shape int // index into Problem.Shapes
	Count int64
}

// Group is a number of identical nodes, each holding the same pods.
type Group struct {
	NodeType int // index into Problem.NodeTypes
	Zone     int // 0-based; always 0 with one zone
	Count    int64
	Pods     []Placed // in order of shape
	// Reserved is room kept free for pods of a lost zone, in order of shape; only with SurviveZone.
	Reserved []Placed
}

// Shortfall says why a shape fits on no node type.
type Shortfall struct {
	Shape    int
	NodeType int      // the type that comes closest
	Resource Resource // what is missing there
	Missing  int64    // how much of it; 0 if the mask admits no type (NodeType is then -1)
}

// Solution is a placement with a proved lower bound on its cost.
type Solution struct {
	Status      Status
	Groups      []Group
	Nodes       int64
	Cost        int64        // sum of prices, in the unit of NodeType.Price
	NodesBound  int64        // no placement has fewer nodes
	CostBound   int64        // no placement costs less
	Binding     Resource     // the resource that decides the bound
	Reason      Reason       // why Status is Infeasible
	Certificate *Certificate // proves CostBound (NodesBound if all prices are zero), unless Exhausted; only with Tight
	Exhausted   bool         // CostBound is the best of every placement there is, and above what Certificate proves; only with Tight
	Unplaceable []Shortfall
}
