package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// This file says what is wrong with a query, and what was probably meant.

// Rule ids of the field errors.
const (
	ruleUnknownName = "unknown_name"
	ruleRange       = "range"
	ruleLimit       = "limit"
)

// maxNodeTypes is how many node types a plan may choose from (stated limit).
const maxNodeTypes = 600

// maxShownRunes cuts a value that an error repeats.
const maxShownRunes = 64

// nearestCount is how many known names an error offers.
const nearestCount = 3

// find resolves provider, region and networking of a query.
func (c *Catalog) find(q model.NodeQuery) (*provider, *region, string, error) {
	i := slices.IndexFunc(c.providers, func(p *provider) bool { return p.info.ID == q.Provider })
	if i < 0 {
		return nil, nil, "", c.unknownProvider(q.Provider)
	}
	p := c.providers[i]
	r, ok := p.regions[q.Region]
	if !ok {
		return nil, nil, "", c.unknownRegion(q.Region, p)
	}
	network, err := p.rule.checked(q.Networking, q.MaxPods)
	return p, r, network, err
}

// checked resolves the way of addressing, and refuses what no node can have.
func (r rule) checked(networking string, maxPods *int64) (string, error) {
	if maxPods != nil && *maxPods < 0 {
		return "", wrong("node_max_pods", strconv.FormatInt(*maxPods, 10), ruleRange,
			"a node cannot hold fewer than 0 pods", "Give 0 for no limit, or leave it out for the provider's own limit")
	}
	network, ok := r.network(networking)
	if ok {
		return network, nil
	}
	fix := "Leave it out: pods have one way to get addresses here"
	if len(r.networks) > 0 {
		fix = "Use " + either(r.networks)
	}
	return "", wrong("networking", networking, ruleUnknownName,
		fmt.Sprintf("%q is not a way in which pods get addresses under the rule %s", shown(networking), r.id), fix)
}

func (c *Catalog) unknownProvider(name string) error {
	var known []string
	for _, p := range c.providers {
		known = append(known, p.info.ID)
	}
	return wrong("provider", name, ruleUnknownName,
		fmt.Sprintf("the catalog has no provider %q", shown(name)), "Use "+either(known))
}

func (c *Catalog) unknownRule(id string) error {
	var known []string
	for _, r := range c.rules {
		known = append(known, r.id)
	}
	return wrong("allocatable_rule", id, ruleUnknownName,
		fmt.Sprintf("there is no allocatable rule %q", shown(id)), "Use "+either(known))
}

func (c *Catalog) unknownRegion(name string, p *provider) error {
	message := fmt.Sprintf("the catalog has no region %q of %s", shown(name), p.info.ID)
	for _, other := range c.providers {
		if _, ok := other.regions[name]; ok {
			message = fmt.Sprintf("%q is a region of %s, not of %s", name, other.info.ID, p.info.ID)
		}
	}
	return wrong("region", name, ruleUnknownName, message, "Use "+either(nearest(name, p.info.Regions)))
}

func (c *Catalog) unknownType(name string, p *provider, inRegion string) model.FieldError {
	message := fmt.Sprintf("the catalog has no node type %q of %s", shown(name), p.info.ID)
	var elsewhere []string
	for _, region := range p.info.Regions {
		if _, ok := p.regions[region].index[name]; ok {
			elsewhere = append(elsewhere, region)
		}
	}
	for _, other := range c.providers {
		if other != p && slices.ContainsFunc(other.types, func(t nodeType) bool { return t.name == name }) {
			message = fmt.Sprintf("%q is a node type of %s, not of %s", name, other.info.ID, p.info.ID)
		}
	}
	known := make([]string, 0, len(p.types))
	for _, t := range p.regions[inRegion].types {
		known = append(known, t.Name)
	}
	fix := "Use " + either(nearest(name, known))
	if len(elsewhere) > 0 {
		message = fmt.Sprintf("the catalog has no price of %q in %s", name, inRegion)
		fix += ", or a region that has it: " + strings.Join(elsewhere, ", ")
	}
	return model.FieldError{Field: "node_type", Value: shown(name), Rule: ruleUnknownName, Message: message, Fix: fix}
}

func tooManyNames(n int) error {
	return wrong("node_type", fmt.Sprintf("%d names", n), ruleLimit,
		fmt.Sprintf("a plan may choose from at most %d node types", maxNodeTypes), "Name fewer, or use auto")
}

func negativeMachine(m Machine) error {
	return wrong("node", fmt.Sprintf("%d vCPU, %d MiB", m.VCPU, m.MemoryMiB), ruleRange,
		"a node cannot have less than nothing", "Give vCPU, memory and network limits of 0 or more")
}

// wrong makes an input error of one field.
func wrong(field, value, rule, message, fix string) error {
	return &model.InputError{Fields: []model.FieldError{
		{Field: field, Value: shown(value), Rule: rule, Message: message, Fix: fix},
	}}
}

// shown cuts a value to what a message can carry.
func shown(value string) string {
	runes := []rune(value)
	if len(runes) <= maxShownRunes {
		return value
	}
	return string(runes[:maxShownRunes]) + "…"
}

// either lists names for a sentence: a, b or c.
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// nearest picks the known names that need the fewest edits, letter case aside; equally
// near names come in their own order.
func nearest(name string, known []string) []string {
	type candidate struct {
		name  string
		edits int
	}
	meant := []rune(strings.ToLower(shown(name)))
	candidates := make([]candidate, len(known))
	for i, k := range known {
		candidates[i] = candidate{k, edits(meant, []rune(strings.ToLower(k)))}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.edits, b.edits) })
	var names []string
	for _, near := range candidates[:min(nearestCount, len(candidates))] {
		names = append(names, near.name)
	}
	return names
}

// edits is the Levenshtein distance of two words.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			keep := diagonal
			if x != y {
				keep++
			}
			diagonal = row[j+1]
			row[j+1] = min(keep, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
