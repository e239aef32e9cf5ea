package templates

import (
	"strconv"

	"meshplan/internal/advice"
	"meshplan/internal/model"
)

// Import is the page that reads what one has of a cluster.
type Import struct {
	Text                   string // as pasted
	Missing, Names         string // options, as chosen
	DefaultCPU, DefaultMiB string // for Missing "default"
	Wrong                  []model.FieldError
	Columns                []ImportColumn // of a table, to confirm
	Found                  *Found         // nil before something was read
	Score                  *Score         // set when a saved scenario is scored
	Offered                []string       // columns that a table may have
}

// ImportColumn is what a column of a table was taken for.
type ImportColumn struct {
	Header, Meaning, Unit string
	Guessed               bool
}

// Found is what an import understood, for review.
type Found struct {
	State                    string // the import on its way, for the form
	Workloads, Pods          int64
	CPUMillicores, MemoryMiB int64
	Rows                     []FoundRow // of this page
	Show                     string     // all, or attention: rows that lack something
	Page, Pages              int
	All, Attention           int // rows
	CanDefault               bool
	Read                     []FoundCount
	Skipped                  []FoundSkipped
	Warnings                 []model.Warning
	Measured                 []FoundMeasured
	Nodes                    *FoundNodes
	Ranges                   []FoundRange   // what the autoscalers span; empty without
	Zoned                    bool           // there are several zones to spread over
	Before                   []advice.Check // the checklist before a mesh, answered from it; nil without manifests
}

// FoundRow is a workload that was understood.
type FoundRow struct {
	Row                                int // in the scenario
	Namespace, Name, Kind, Source      string
	Replicas, CPUMillicores, MemoryMiB int64
	Span                               string // replicas that its autoscaler allows
	InMesh                             string // y, n, or "" where the share decides
	Zones                              string // y for any zone, n for spread evenly, "" where there is one zone or the row is on every node
	Proxy                              string // product of the proxy that was taken out, "" for none
	Out, Edited, Twice                 bool
	Assumed                            []string
	Missing                            []FoundMissing
	Wrong                              []model.FieldError
}

func (r FoundRow) field(column string) string { return "r." + strconv.Itoa(r.Row) + "." + column }

// full is the name with its namespace.
func (r FoundRow) full() string { return slashed(r.Namespace, r.Name) }

// slashed is a name with its namespace, if it has one.
func slashed(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// FoundCount is how many objects of a kind were read.
type FoundCount struct {
	Kind  string
	Count int64
}

// FoundSkipped is a group of objects left out for one reason.
type FoundSkipped struct {
	Kind, Why string
	Count     int64
	Names     []string
}

// FoundMissing is a container without a request.
type FoundMissing struct {
	Number                   int // in the import
	Container                string
	Init, CPU, Memory        bool
	StandIn                  string
	CPUMillicores, MemoryMiB int64
	Usage                    string // measured use in words, "" where there is none
}

func (m FoundMissing) field(what string) string { return "m." + strconv.Itoa(m.Number) + "." + what }

// what says which requests a container lacks.
func (m FoundMissing) what() string {
	switch {
	case m.CPU && m.Memory:
		return "CPU and memory"
	case m.CPU:
		return "CPU"
	}
	return "memory"
}

// choices are what can stand in for the missing request.
func (m FoundMissing) choices() []choice {
	list := []choice{{"zero", "as nothing"}}
	if m.Usage != "" {
		list = append(list, choice{"usage", "as its use, " + m.Usage})
	}
	return append(list, choice{"own", "as given here"})
}

// chosen is the choice in force: what an import's default put in is a figure given.
func (m FoundMissing) chosen() string {
	if m.StandIn == "zero" || m.StandIn == "usage" {
		return m.StandIn
	}
	return "own"
}

// FoundMeasured is an input that the import measured.
type FoundMeasured struct {
	Name, Of, Low, Typical, High string
	Samples                      int64
	Chosen                       bool
	Blocked                      string // why it cannot be taken here
}

// FoundNodes is the check against the nodes that run.
type FoundNodes struct {
	Sentence string
	Lines    []FoundNodeLine
	Unknown  []FoundNodeType
	Offered  []string // types of the catalog
	CanPay   bool     // the nodes can count as paid already
	Existing bool
}

// FoundNodeLine is a number of nodes with cost and load.
type FoundNodeLine struct{ What, Nodes, Types, Cost, CPU, Memory string }

// FoundNodeType is a node type without a price.
type FoundNodeType struct {
	Number             int
	Name, Size, Stands string
	Count              int64
}

// FoundRange is the application and its nodes at an end of what autoscalers allow.
type FoundRange struct{ What, Pods, CPU, Memory, Nodes, Cost string }

// Score is a prediction beside what came of it.
type Score struct {
	Pattern, Title, SavedAt string
	Revision                int64
	Lines                   []ScoreLine
	Measured                []FoundMeasured
	Calibrated              string // address of the planner with what was measured; "" where nothing was, or where it is too long
	CalibratedText          string // the document of that scenario, where it fits no address
	Warnings                []model.Warning
	Comment                 string // the score in words, to be kept as a comment
}

// ScoreLine is one figure of it.
type ScoreLine struct{ Name, Predicted, Actual, Error string }

// otherPages are the pages of rows besides this one.
func (f *Found) otherPages() []int {
	var list []int
	for p := 1; p <= f.Pages; p++ {
		near := p >= f.Page-2 && p <= f.Page+2 || p == 1 || p == f.Pages
		if near && p != f.Page {
			list = append(list, p)
		}
	}
	return list
}
