package templates

import (
	"net/url"
	"slices"

	"meshplan/internal/advice"
	"meshplan/internal/model"
)

// Import is the page that reads what one has of a cluster.
type Import struct {
	Text           string // as pasted
	Missing, Names string // options, as chosen
	Wrong          []model.FieldError
	Found          *Found // nil before something was read
}

// Found is what an import understood, for review.
type Found struct {
	Workloads, Pods          int64
	CPUMillicores, MemoryMiB int64
	Rows                     []FoundRow
	Skipped                  []FoundSkipped
	Missing                  []FoundMissing
	Warnings                 []model.Warning
	Address                  string         // of the planner with the scenario; "" when too long for one
	Fields                   url.Values     // of the planner's form
	Before                   []advice.Check // the checklist before a mesh, answered from it; nil without manifests
}

// FoundRow is a workload that was understood.
type FoundRow struct {
	Namespace, Name, Kind, Source      string
	Replicas, CPUMillicores, MemoryMiB int64
	Proxy                              string // product of the proxy that was taken out, "" for none
	Assumed                            []string
}

// FoundSkipped is a group of objects left out for one reason.
type FoundSkipped struct {
	Kind, Why string
	Count     int64
	Names     []string
}

// FoundMissing is a container without a request.
type FoundMissing struct {
	Workload, Container string
	CPU, Memory         bool
	StandIn             string
}

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

// mostRowsReviewed is how many rows the review lists.
const mostRowsReviewed = 200

func (f *Found) firstRows() []FoundRow { return f.Rows[:min(len(f.Rows), mostRowsReviewed)] }

// names of the form's fields, in a fixed order.
func (f *Found) names() []string {
	names := make([]string, 0, len(f.Fields))
	for name := range f.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
