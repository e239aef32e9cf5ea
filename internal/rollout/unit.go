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
	stateful  bool
	ordered   bool // the user named it
}

func (u *unit) add(list []model.Workload, row int, services int64) {
	w := list[row]
	u.shares = append(u.shares, share{row, services})
	u.services += services
	u.pods += services * w.Replicas
	u.traffic += float64(services*w.Replicas) * *w.RPSPerPod
	u.stateful = u.stateful || w.Kind == "StatefulSet"
}

// joins says whether a row takes part: it is in the mesh in the end, and its pods are not
// started by each node.
func joins(w model.Workload) bool { return *w.InMesh && w.Kind != "DaemonSet" && w.Services > 0 }

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
	taken := make([]bool, len(list))
	collect := func(name string, matches func(model.Workload) bool) unit {
		u := unit{name: name}
		for i, w := range list {
			if !joins(w) || taken[i] || !matches(w) {
				continue
			}
			if taken[i] = true; len(u.shares) == 0 {
				u.namespace = w.Namespace
			}
			if name == w.Name || name == workloadName(w) {
				u.workload = w.Name
			}
			u.add(list, i, w.Services)
		}
		return u
	}
	for name := range strings.SplitSeq(order, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		u := collect(name, func(w model.Workload) bool { return workloadName(w) == name || w.Namespace == name || w.Name == name })
		if len(u.shares) == 0 {
			unknown = append(unknown, name)
			continue
		}
		u.ordered = true
		units = append(units, u)
	}
	return append(units, rest(list, taken, collect)...), unknown
}

func rest(list []model.Workload, taken []bool, collect func(string, func(model.Workload) bool) unit) []unit {
	var namespaces, names []string
	left, last := 0, 0
	for i, w := range list {
		if !joins(w) || taken[i] {
			continue
		}
		left, last = left+1, i
		if !slices.Contains(namespaces, w.Namespace) {
			namespaces = append(namespaces, w.Namespace)
		}
		if name := workloadName(w); !slices.Contains(names, name) && len(names) <= mostNames {
			names = append(names, name)
		}
	}
	var units []unit
	switch {
	case len(namespaces) > 1:
		for _, namespace := range namespaces {
			u := collect(cmp.Or(namespace, "(no namespace)"), func(w model.Workload) bool { return w.Namespace == namespace })
			u.workload = ""
			units = append(units, u)
		}
	case left == 1:
		return doubling(list, last)
	case len(names) > mostNames:
		units = append(units, collect(namespaces[0], func(model.Workload) bool { return true }))
	default:
		for _, name := range names {
			units = append(units, collect(name, func(w model.Workload) bool { return workloadName(w) == name }))
		}
	}
	slices.SortStableFunc(units, leastCriticalFirst)
	return units
}

// mostNames of workloads in one namespace are told apart.
const mostNames = 2000

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
