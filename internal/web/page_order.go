package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// Fields of the list that orders the roll-out, beside the inputs of the scenario.
const (
	formUnit  = "page.unit"  // names, in the order in which they join
	formPlace = "page.place" // a number for each
	formMove  = "page.move"  // what was pressed: numbers, reset, "up 3" or "down 3", from 0
)

// postOrder puts another order of the roll-out into the scenario and opens its decision.
// The order is an input, so it is part of every link from there on.
func (s *server) postOrder(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readForm(w, r)
	if err != nil {
		return err
	}
	names, err := reordered(r.PostForm[formUnit], r.PostForm[formPlace], cmp.Or(r.PostForm.Get(formMove), "numbers"))
	if err != nil {
		return err
	}
	f.scenario.Run.Order = nil
	if len(names) > 0 {
		order := strings.Join(names, ",")
		f.scenario.Run.Order = &order
	}
	if query := model.EncodeQuery(f.scenario); len(query) <= maxQueryColumn {
		http.Redirect(w, r, "/decision?"+query+"#part-rollout", http.StatusSeeOther)
		return nil
	}
	return s.decisionPage(w, r, f.scenario)
}

// reordered moves one name, or all of them to their numbers; none is the order that the
// program gives. A name whose number was changed comes before the one that had it when it
// moves up, and behind it when it moves down.
func reordered(names, places []string, move string) ([]string, error) {
	what, which, _ := strings.Cut(move, " ")
	switch what {
	case "reset":
		return nil, nil
	case "numbers":
		return numbered(names, places)
	case "up", "down":
		i, err := strconv.Atoi(which)
		j := i + 1
		if what == "up" {
			j = i - 1
		}
		if err != nil || min(i, j) < 0 || max(i, j) >= len(names) {
			return nil, invalid(formMove, move, "range", "there is nothing to move there", "Move one of the "+strconv.Itoa(len(names))+" names by one place")
		}
		names = slices.Clone(names)
		names[i], names[j] = names[j], names[i]
		return names, nil
	}
	return nil, invalid(formMove, move, "one_of", strconv.Quote(shorten(move))+" is no way to order", "Use numbers, reset, up N or down N")
}

func numbered(names, places []string) ([]string, error) {
	type numberedName struct {
		name string
		at   float64
	}
	if len(names) != len(places) {
		return nil, invalid(formPlace, strconv.Itoa(len(places))+" numbers", "count", "there are "+strconv.Itoa(len(names))+" names", "Send a number for each name")
	}
	list := make([]numberedName, len(names))
	for i, text := range places {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return nil, invalid(formPlace, text, "number", strconv.Quote(shorten(text))+", the place of "+shorten(names[i])+", is not a whole number", "Number the names from 1 to "+strconv.Itoa(len(names)))
		}
		list[i] = numberedName{names[i], float64(n) + 0.5*float64(cmp.Compare(n, i+1))}
	}
	slices.SortStableFunc(list, func(a, b numberedName) int { return cmp.Compare(a.at, b.at) })
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = one.name
	}
	return out, nil
}
