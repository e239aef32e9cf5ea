package importer

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// yamlDocument splits one YAML document into the items of its list, by indentation: an
// item's lines are indented deeper than its dash, block texts included. So a list of any
// length is parsed one object at a time.
type yamlDocument struct {
	head      bytes.Buffer // everything but the items
	headLine  int
	item      bytes.Buffer
	itemLine  int
	indent    int // of the dashes; -1 outside a list
	listed    bool
	items     int
	kindGiven bool
	anchored  bytes.Buffer // the items that define anchors, with their dashes
}

// tooLong reports whether an object has more text than a cluster stores.
func (d *yamlDocument) tooLong() bool {
	return d.item.Len() > mostYAMLBytes || d.head.Len() > mostYAMLBytes
}

// mostYAMLBytes is below MaxObjectBytes, because the YAML parser takes some two hundred
// times the text of a list of digits.
const mostYAMLBytes = 3 << 20

// readYAML reads one document, up to its end mark or the end of the input.
func (s *session) readYAML(src *source) error {
	d := &yamlDocument{indent: -1}
	for !s.hopeless() {
		line, err := src.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if isMark(line) {
			if d.head.Len() > 0 || d.listed {
				src.unread()
				break
			}
			line = append([]byte("   "), line[3:]...) // what follows a mark belongs to the document
		}
		if bytes.Equal(line, []byte("...")) {
			break
		}
		if s.yamlLine(d, line, src.line); d.tooLong() {
			s.fail(refusal(where{s.document, d.items, src.line}, s.after(), "", "", "limit", "one object is larger than 3 MiB, more than a cluster stores",
				"Export it again with kubectl get -o yaml or -o json, which list every object as an item of its own"))
			return errRefused
		}
	}
	s.flushItem(d)
	if !d.listed {
		s.yamlObject(where{s.document, -1, 0}, d.head.Bytes(), d.headLine, d)
	} else if !d.kindGiven {
		s.fail(refusal(where{s.document, -1, 0}, "", "kind", "", "truncated",
			"the list has no kind, which kubectl writes at its end: the YAML ends too early, after "+s.last,
			"Export it again: the file was cut short"))
	}
	return nil
}

// after says which object was read last, to place one that cannot be read.
func (s *session) after() string {
	if s.last == "" {
		return ""
	}
	return "after " + s.last
}

func isMark(line []byte) bool {
	return bytes.HasPrefix(line, []byte("---")) && (len(line) == 3 || line[3] == ' ' || line[3] == '\t')
}

// yamlLine adds a line to the item or to the head.
func (s *session) yamlLine(d *yamlDocument, line []byte, number int) {
	text := bytes.TrimLeft(line, " ")
	indent := len(line) - len(text)
	dash := bytes.HasPrefix(text, []byte("- ")) || bytes.Equal(text, []byte("-"))
	blank := len(bytes.TrimSpace(text)) == 0 || text[0] == '#'
	switch {
	case d.indent >= 0 && dash && indent == d.indent, d.indent == unknownIndent && dash:
		s.flushItem(d)
		d.indent, d.itemLine = indent, number
		d.item.Write(bytes.Repeat([]byte(" "), indent+1)) // the dash becomes a blank
		d.item.Write(text[1:])
		d.item.WriteByte('\n')
		return
	case d.indent >= 0 && (blank || indent > d.indent):
		d.item.Write(line)
		d.item.WriteByte('\n')
		return
	case d.indent == unknownIndent && blank:
		return
	case dash && indent == 0 && d.head.Len() == 0 && !d.listed: // a list without a head
		d.listed, d.kindGiven, d.indent = true, true, unknownIndent
		s.yamlLine(d, line, number)
		return
	}
	s.flushItem(d)
	d.indent = -1
	if indent == 0 && bytes.HasPrefix(text, []byte("items:")) && len(bytes.TrimSpace(text[len("items:"):])) == 0 && !d.listed {
		d.indent, d.listed = unknownIndent, true
		return
	}
	d.kindGiven = d.kindGiven || bytes.HasPrefix(line, []byte("kind:"))
	if d.head.Len() == 0 {
		d.headLine = number
	}
	d.head.Write(line)
	d.head.WriteByte('\n')
}

// unknownIndent stands until the first dash of a list shows how deep its items are.
const unknownIndent = -2

func (s *session) flushItem(d *yamlDocument) {
	if d.item.Len() == 0 {
		return
	}
	at, text := where{s.document, d.items, 0}, d.item.Bytes()
	s.yamlObject(at, text, d.itemLine, d)
	const mostAnchored = 1 << 20
	if anchorMark.Match(text) && d.anchored.Len()+len(text) < mostAnchored {
		text[d.indent] = '-'
		d.anchored.Write(text)
	}
	d.items++
	d.item.Reset()
}

var anchorMark = regexp.MustCompile(`(^|[\s\[,{:-])&[^\s&]`)

// yamlAfterAnchors parses an item together with the items before it that it refers to.
func (s *session) yamlAfterAnchors(d *yamlDocument, at where, text []byte) {
	const mostWork = 16 << 20 // bytes parsed again for the sake of anchors
	if s.repeated += d.anchored.Len(); s.repeated > mostWork {
		s.fail(yamlProblem(at, s.last, text, d.itemLine, errExpands))
		return
	}
	list := append(bytes.Clone(d.anchored.Bytes()), text...)
	list[d.anchored.Len()+d.indent] = '-'
	raw, err := s.toJSON(at, list, 0, false)
	if err != nil {
		s.fail(yamlProblem(at, s.last, text, d.itemLine, err))
		return
	}
	var items []json.RawMessage
	if s.decode(at, ref{}, "", raw, &items) && len(items) > 0 {
		s.element(at, items[len(items)-1], "")
	}
}

var yamlKind = regexp.MustCompile(`(?m)^( *)kind: *([A-Za-z]+) *$`)

// yamlObject parses the text of one object. Kinds that hold no pods are not parsed at
// all, so that the content of secrets and config maps is never looked at.
func (s *session) yamlObject(at where, text []byte, firstLine int, d *yamlDocument) {
	if len(bytes.TrimSpace(text)) == 0 {
		return
	}
	if kind := plainKind(text); kind == "Secret" || kind == "ConfigMap" || kind == "CustomResourceDefinition" {
		s.counts[kind]++
		s.skipped.add(kind, "not_a_workload", "it runs no pods of its own", ref{})
		return
	}
	raw, err := s.toJSON(at, text, firstLine, !bytes.Contains(text, []byte("<<")))
	if err != nil && at.item >= 0 && d.anchored.Len() > 0 && strings.Contains(err.Error(), "unknown anchor") {
		s.yamlAfterAnchors(d, at, text)
		return
	}
	if err != nil {
		s.fail(yamlProblem(at, s.last, text, firstLine, err))
		return
	}
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) > 0 && raw[0] == '{':
		s.yamlValue(at, raw)
	case len(raw) > 0 && raw[0] == '[':
		var items []json.RawMessage
		if s.decode(at, ref{}, "", raw, &items) {
			for i, item := range items {
				s.element(where{at.document, i, 0}, item, "")
			}
		}
	case bytes.Equal(raw, []byte("null")):
	default:
		s.fail(refusal(at, "", "", string(text), "type", "the document is no Kubernetes object", "Send manifests with apiVersion and kind"))
	}
}

// yamlValue takes an object: a Kubernetes object, or a scenario written as YAML.
func (s *session) yamlValue(at where, raw json.RawMessage) {
	if at.item >= 0 {
		s.element(at, raw, "")
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if err := s.jsonValue(decoder); err != nil && err != errRefused {
		s.fail(typeProblem(at, s.last, "", err))
	}
}

// plainKind finds the kind of an object by its text: the least indented line that gives
// one, if it is alone at that depth.
func plainKind(text []byte) string {
	kind, depth, alone := "", -1, false
	for _, m := range yamlKind.FindAllSubmatch(text, 64) {
		switch indent := len(m[1]); {
		case depth < 0 || indent < depth:
			kind, depth, alone = string(m[2]), indent, true
		case indent == depth:
			alone = false
		}
	}
	if !alone {
		return ""
	}
	return kind
}

var aliasMark = regexp.MustCompile(`(^|[\s\[,{:-])\*[^\s*,/]`)

// toJSON converts YAML as kubectl does. Aliases are expanded, so what they expand to is
// measured first. Repeated names are looked for only if that is asked: the parser takes
// what a merge (<<) overrides for one.
func (s *session) toJSON(at where, text []byte, firstLine int, repeats bool) ([]byte, error) {
	if aliasMark.Match(text) {
		var value any
		if err := yamlv2.Unmarshal(text, &value); err != nil {
			return nil, err
		}
		if !fits(value, &s.expansion) {
			return nil, errExpands
		}
	}
	if !repeats {
		return yaml.YAMLToJSON(text)
	}
	raw, err := yaml.YAMLToJSONStrict(text)
	if err == nil {
		return raw, nil
	}
	m := repeatedKey.FindStringSubmatch(err.Error())
	if m == nil {
		return nil, err
	}
	raw, laxErr := yaml.YAMLToJSON(text)
	if laxErr != nil {
		return nil, laxErr
	}
	line, convErr := strconv.Atoi(m[1])
	if convErr == nil {
		at.line = line + firstLine - 1
	}
	s.noteRepeated(at, strings.Trim(m[2], `"`))
	return raw, nil
}

// fits subtracts the size of a value from left and reports whether it stays above zero.
func fits(value any, left *int64) bool {
	const perNode = 8
	*left -= perNode
	switch v := value.(type) {
	case string:
		*left -= int64(len(v))
	case []any:
		for _, e := range v {
			if !fits(e, left) {
				return false
			}
		}
	case map[any]any:
		for k, e := range v {
			if !fits(k, left) || !fits(e, left) {
				return false
			}
		}
	}
	return *left > 0
}
