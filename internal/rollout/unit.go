package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"meshplan/internal/model"
)

// share is a number of services of one row.
type share struct {
	row      int
	services int64
}

// unit is what joins the mesh together: a namespace, a workload, or some of many like
// services.
type unit struct {
	name      string
	namespace string
	workload  string // "" for a whole namespace
	some      bool   // a number of like services, which have no names
	shares    []share
	services  int64
	pods      int64
	traffic   float64 // requests a second through all pods
	stateful  bool    // holds a StatefulSet
	running   bool    // holds something else
	ordered   bool    // the user named it
}

func (u *unit) add(list []model.Workload, row int, services int64) {
	w := list[row]
	u.shares = append(u.shares, share{row, services})
	u.services += services
	u.pods += services * w.Replicas
	u.traffic += float64(services*w.Replicas) * *w.RPSPerPod
	u.stateful = u.stateful || w.Kind == "StatefulSet"
	u.running = u.running || w.Kind != "StatefulSet"
}

// kinds are the resources that kubectl restarts.
func (u *unit) kinds() []string {
	switch {
	case u.stateful && u.running:
		return []string{"deploy", "statefulset"}
	case u.stateful:
		return []string{"statefulset"}
	}
	return []string{"deploy"}
}

// joins says whether a row takes part: it is in the mesh in the end, and its pods are not
// started by each node.
func joins(w model.Workload) bool { return *w.InMesh && w.Kind != "DaemonSet" && w.Services > 0 }

// noNamespace is the name of all rows without a namespace, beside those that have one.
const noNamespace = "(no namespace)"

// nameable are the names of units that can be ordered: like services have none of their
// own, and commas stand between names.
func nameable(units []unit) []string {
	names := []string{}
	for _, u := range units {
		if !u.some && !strings.Contains(u.name, ",") {
			names = append(names, u.name)
		}
	}
	return names
}

func workloadName(w model.Workload) string {
	if w.Namespace == "" {
		return w.Name
	}
	return w.Namespace + "/" + w.Name
}

// unitsOf divides the list: first what the user named, in that order; then the rest by
// namespace, by workload where there is one namespace, and by doubling numbers of
// services where there is one row. Names that match nothing are returned.
func unitsOf(list []model.Workload, order string) (units []unit, unknown []string) {
	rows := newIndex(list)
	var names []string
	for name := range strings.SplitSeq(order, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	// Workloads take their rows before namespaces do, wherever they stand: a workload that
	// is named keeps its own place.
	taken := make([]unit, len(names))
	for _, workloads := range []bool{true, false} {
		for i, name := range names {
			if rows.isWorkload(name) == workloads {
				taken[i] = rows.take(name)
			}
		}
	}
	for i, u := range taken {
		if len(u.shares) == 0 {
			unknown = append(unknown, names[i])
			continue
		}
		u.ordered = true
		units = append(units, u)
	}
	return append(units, rows.rest()...), unknown
}

// index finds rows by every name that a user may give them.
type index struct {
	list   []model.Workload
	taken  []bool
	byName map[string][]int // namespace/name, name and namespace
}

func newIndex(list []model.Workload) *index {
	x := &index{list: list, taken: make([]bool, len(list)), byName: map[string][]int{}}
	for i, w := range list {
		if !joins(w) {
			x.taken[i] = true
			continue
		}
		names := []string{workloadName(w), w.Name, cmp.Or(w.Namespace, noNamespace)}
		for j, name := range names {
			if name != "" && !slices.Contains(names[:j], name) {
				x.byName[name] = append(x.byName[name], i)
			}
		}
	}
	return x
}

// isWorkload says whether a name is that of a workload.
func (x *index) isWorkload(name string) bool {
	return slices.ContainsFunc(x.byName[name], func(i int) bool {
		return name == x.list[i].Name || name == workloadName(x.list[i])
	})
}

// take makes a unit of the rows of a name that are not taken yet; it is empty when there
// are none.
func (x *index) take(name string) unit {
	u := unit{name: name}
	for _, i := range x.byName[name] {
		if x.taken[i] {
			continue
		}
		w := x.list[i]
		x.taken[i] = true
		if len(u.shares) == 0 {
			u.namespace = w.Namespace
		}
		if name == w.Name || name == workloadName(w) {
			u.workload = w.Name
		}
		u.add(x.list, i, w.Services)
	}
	return u
}

// rest divides what the user did not name.
func (x *index) rest() []unit {
	var left []int
	namespaces := map[string]bool{}
	for i, w := range x.list {
		if !x.taken[i] {
			left = append(left, i)
			namespaces[w.Namespace] = true
		}
	}
	if len(left) == 1 && x.list[left[0]].Services > 1 {
		return doubling(x.list, left[0])
	}
	byNamespace := len(namespaces) > 1
	at := map[string]int{}
	var units []unit
	for _, i := range left {
		w := x.list[i]
		name, workload := workloadName(w), w.Name
		if byNamespace {
			name, workload = cmp.Or(w.Namespace, noNamespace), ""
		}
		if _, known := at[name]; !known {
			at[name] = len(units)
			units = append(units, unit{name: name, namespace: w.Namespace, workload: workload})
		}
		units[at[name]].add(x.list, i, w.Services)
	}
	slices.SortStableFunc(units, leastCriticalFirst)
	return units
}

// leastCriticalFirst puts little traffic before much, few pods before many, and what
// keeps state last: it restarts one pod after another.
func leastCriticalFirst(a, b unit) int {
	rank := func(u unit) int {
		if u.stateful {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.traffic, b.traffic), cmp.Compare(a.pods, b.pods), cmp.Compare(a.name, b.name))
}

// doubling divides one row of like services into 1, 1, 2, 4, 8 ...
func doubling(list []model.Workload, row int) []unit {
	var units []unit
	for joined, next := int64(0), int64(1); joined < list[row].Services; joined, next = joined+next, max(joined+next, 1) {
		next = min(next, list[row].Services-joined)
		u := unit{namespace: list[row].Namespace, some: true}
		u.add(list, row, next)
		u.name = serviceRange(list[row].Name, joined, next)
		units = append(units, u)
	}
	return units
}

func serviceRange(name string, joined, next int64) string {
	if next == 1 {
		return fmt.Sprintf("%s %d", name, joined+1)
	}
	return fmt.Sprintf("%s %d to %d", name, joined+1, joined+next)
}
