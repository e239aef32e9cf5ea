package templates

import (
	"bytes"
	"context"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// A live answer sends the sections of the planner that are not what the browser shows.
// Which it shows, it says by their stamps: "id:stamp" with blanks between. An unknown or
// absent stamp costs bytes, never a wrong page.

// Section is a part of the planner under an id of its own.
type Section struct {
	ID   string
	HTML string
}

// section ids, in the order of the page; the groups of inputs come before them.
const (
	sectionPaper    = "paper"
	sectionVerdict  = "verdict"
	sectionFigures  = "figures"
	sectionPatterns = "patterns"
	sectionNodes    = "nodes"
	sectionCosts    = "costs"
	sectionReasons  = "reasons"
)

func (p *Planner) components() []struct {
	id   string
	body templ.Component
} {
	type one = struct {
		id   string
		body templ.Component
	}
	var list []one
	for i, g := range groups {
		list = append(list, one{g.id(), inputGroup(p, i)})
	}
	return append(list, one{sectionPaper, paper(p)}, one{sectionVerdict, verdict(p)}, one{sectionFigures, figures(p)},
		one{sectionPatterns, patterns(p)}, one{sectionNodes, nodes(p)}, one{sectionCosts, costs(p)}, one{sectionReasons, reasons(p)})
}

// Unseen renders the sections that a browser with these stamps does not show. What it does
// not look at, a stamp of "later", is left out too.
func (p *Planner) Unseen(ctx context.Context, stamps string) ([]Section, error) {
	seen := map[string]string{}
	for word := range strings.FieldsSeq(stamps) {
		id, stamp, _ := strings.Cut(word, ":")
		seen[id] = stamp
	}
	var list []Section
	for _, c := range p.components() {
		has := seen[c.id]
		if has == "later" {
			continue
		}
		var b bytes.Buffer
		if err := c.body.Render(ctx, &b); err != nil {
			return nil, err
		}
		if s := (Section{c.id, b.String()}); s.stamp() != has {
			list = append(list, s)
		}
	}
	return list, nil
}

// Stamps names the content of sections, for the browser to hand back.
func Stamps(list []Section) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = s.ID + ":" + s.stamp()
	}
	return strings.Join(words, " ")
}

func (s Section) stamp() string {
	sum := fnv.New64a()
	sum.Write([]byte(s.HTML)) // never fails
	return strconv.FormatUint(sum.Sum64(), 36)
}

// stamps are those of the page's own sections, as a live answer would render them.
func (p *Planner) stamps(ctx context.Context) (string, error) {
	if p.Plan == nil {
		return "", nil // there are no answers to replace
	}
	live := *p
	live.NodeTypesKnown, live.Live = true, true
	list, err := live.Unseen(ctx, "")
	return Stamps(list), err
}

func (g group) id() string { return "group-" + strings.ToLower(g.title) }
