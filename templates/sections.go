package templates

import (
	"context"
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"meshplan/internal/model"
)

// A live answer sends the sections of the planner that are not what the browser shows.
// Which it shows, it says by their stamps: "id:stamp" with blanks between. An unknown or
// absent stamp costs bytes, never a wrong page.

// Section is a part of the planner under an id of its own. One without HTML came inside
// another.
type Section struct {
	ID    string
	HTML  string
	stamp string
}

// section ids, in the order of the page; the groups of inputs come before them.
const (
	sectionPaper    = "paper"
	sectionVerdict  = "verdict"
	sectionSentence = "sentence"
	sectionSubline  = "subline"
	sectionIfs      = "ifs"
	sectionFigures  = "figures"
	sectionPatterns = "patterns"
	sectionTail     = "take-along"
	sectionNodes    = "nodes"
	sectionCosts    = "costs"
	sectionReasons  = "reasons"
)

// piece is what may change on the page by itself; what is inside it has stamps of its own,
// so that one figure of a table does not send the table.
type piece struct {
	id     string
	body   templ.Component
	inside []piece
}

func (p *Planner) pieces() []piece {
	var list []piece
	for i, g := range groups {
		list = append(list, piece{id: g.id(), body: inputGroup(p, i)})
	}
	rows := []piece{{id: sectionTail, body: takeAlong(p)}}
	for i := range p.Plan.Results {
		r := &p.Plan.Results[i]
		rows = append(rows, piece{id: rowID(r), body: patternRow(p, r)})
	}
	return append(list,
		piece{id: sectionPaper, body: paper(p)},
		piece{sectionVerdict, verdict(p), []piece{
			{id: sectionSentence, body: sentenceOf(p)}, {id: sectionSubline, body: sublineOf(p)}, {id: sectionIfs, body: conditionals(p)},
		}},
		piece{id: sectionFigures, body: figures(p)},
		piece{sectionPatterns, patterns(p), rows},
		piece{id: sectionNodes, body: nodes(p)},
		piece{id: sectionCosts, body: costs(p)},
		piece{id: sectionReasons, body: reasons(p)})
}

// within renders a piece in its place inside another, or its id where only the shell of the
// other is asked for.
func within(id string, body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if ctx.Value(shellOnly{}) == nil {
			return body.Render(ctx, w)
		}
		_, err := io.WriteString(w, "<"+id+">")
		return err
	})
}

// shellOnly is the key of a context in which pieces are rendered without what is inside.
type shellOnly struct{}

func rowID(r *model.Result) string { return "row-" + r.Pattern }

// Unseen renders the sections that a browser with these stamps does not show. What it does
// not look at, a stamp of "later", is left out too.
func (p *Planner) Unseen(ctx context.Context, stamps string) ([]Section, error) {
	seen := map[string]string{}
	for word := range strings.FieldsSeq(stamps) {
		id, stamp, _ := strings.Cut(word, ":")
		seen[id] = stamp
	}
	var list []Section
	for _, piece := range p.pieces() {
		if seen[piece.id] == later {
			continue
		}
		found, err := piece.unseen(ctx, seen)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// later is the stamp of what the browser does not want now.
const later = "later"

func (c piece) unseen(ctx context.Context, seen map[string]string) ([]Section, error) {
	shell, err := c.render(context.WithValue(ctx, shellOnly{}, true))
	if err != nil {
		return nil, err
	}
	var list []Section
	changed := shell.stamp != seen[c.id]
	if changed {
		whole := shell
		if len(c.inside) > 0 {
			if whole, err = c.render(ctx); err != nil {
				return nil, err
			}
		}
		list = append(list, Section{c.id, whole.HTML, shell.stamp})
	}
	for _, part := range c.inside {
		if !changed && seen[part.id] == later {
			continue
		}
		s, err := part.render(ctx)
		switch {
		case err != nil:
			return nil, err
		case changed:
			list = append(list, Section{ID: s.ID, stamp: s.stamp})
		case s.stamp != seen[s.ID]:
			list = append(list, s)
		}
	}
	return list, nil
}

func (c piece) render(ctx context.Context) (Section, error) {
	var b strings.Builder
	err := c.body.Render(ctx, &b)
	return Section{c.id, b.String(), stampOf(b.String())}, err
}

// Stamps names the content of sections, for the browser to hand back.
func Stamps(list []Section) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = s.ID + ":" + s.stamp
	}
	return strings.Join(words, " ")
}

func stampOf(html string) string {
	sum := fnv.New64a()
	io.WriteString(sum, html) // never fails
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
