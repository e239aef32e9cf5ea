package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// maxProblems bounds what one refusal lists: enough to mend a file in one go.
const maxProblems = 20

// where is the place of an object in the input.
type where struct {
	document int // from 1
	item     int // index in a list, or -1
	line     int // of a text table or CSV, from 1; 0 = none
}

func (w where) String() string {
	text := "document " + strconv.Itoa(w.document)
	if w.item >= 0 {
		text += ", items[" + strconv.Itoa(w.item) + "]"
	}
	if w.line > 0 {
		text += ", line " + strconv.Itoa(w.line)
	}
	return text
}

// ref names an object.
type ref struct {
	namespace, kind, name string
}

func (r ref) String() string {
	if r.kind == "" {
		return "object without a kind"
	}
	name := cmp.Or(r.name, "without a name")
	if r.namespace != "" {
		name = r.namespace + "/" + name
	}
	return shorten(r.kind + " " + name)
}

// refusal makes an error about one field of one object.
func refusal(at where, object, field, value, rule, message, fix string) *model.FieldError {
	path := at.String()
	for _, part := range []string{object, field} {
		if part != "" {
			path += ": " + part
		}
	}
	return &model.FieldError{Field: path, Value: shorten(value), Rule: rule, Message: message, Fix: fix}
}

// asError wraps what is wrong, or returns nil.
func asError(wrong []model.FieldError) error {
	if len(wrong) == 0 {
		return nil
	}
	if len(wrong) > maxProblems {
		more := len(wrong) - maxProblems
		wrong = wrong[:maxProblems:maxProblems]
		last := &wrong[maxProblems-1]
		last.Fix += fmt.Sprintf(". %d more problems are not listed", more)
	}
	return &model.InputError{Fields: wrong}
}

// shorten keeps messages readable when the input is not, and free of control characters.
func shorten(text string) string {
	const most = 120
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text[:min(len(text), 8*most)])
	runes := []rune(clean)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

func quote(text string) string { return strconv.Quote(shorten(text)) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// joinSome lists up to ten names and says how many more there are.
func joinSome(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}
