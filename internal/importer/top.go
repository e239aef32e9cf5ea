package importer

import (
	"io"
	"slices"
	"strings"

	"meshplan/internal/model"
)

// topTable is where the columns of kubectl top stand; -1 for one that is not there.
type topTable struct {
	width                     int
	namespace, pod, container int
	cpu, memory               int
	nodes                     bool
}

func topColumns(header string) topTable {
	fields := strings.Fields(header)
	column := func(name string) int { return slices.Index(fields, name) }
	t := topTable{
		width: len(fields), namespace: column("NAMESPACE"), pod: column("POD"), container: column("NAME"),
		cpu: column("CPU(cores)"), memory: column("MEMORY(bytes)"), nodes: strings.Contains(header, "%"),
	}
	if t.pod < 0 { // without --containers the pod is under NAME
		t.pod, t.container = t.container, -1
	}
	return t
}

// readTop reads the text of kubectl top pods, with or without --containers and -A. Nodes
// are read over: their use is no figure of the plan.
func (s *session) readTop(src *source) error {
	line, err := src.next()
	if err != nil {
		return err
	}
	t := topColumns(string(line))
	if t.pod < 0 || t.memory < 0 || t.cpu < 0 {
		return s.refuse("table", "the table of kubectl top lacks the column NAME or MEMORY(bytes)", "Send kubectl top pods --containers -A")
	}
	if t.container < 0 && !t.nodes {
		s.note("usage_per_pod", "", "the use is given per pod, so sidecars cannot be told from the app", "Send kubectl top pods --containers -A")
	}
	for !s.hopeless() {
		line, err := src.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		fields := strings.Fields(string(line))
		if len(fields) != t.width {
			src.unread()
			return nil
		}
		s.topRow(t, fields, where{s.document, -1, src.line})
	}
	return errRefused
}

func (s *session) topRow(t topTable, fields []string, at where) {
	if t.nodes {
		s.skipped.add("top node", "not_used", "the use of nodes is not a figure of the plan", ref{})
		return
	}
	key := usageKey{pod: fields[t.pod]}
	if t.namespace >= 0 {
		key.namespace = fields[t.namespace]
	}
	if t.container >= 0 {
		key.container = fields[t.container]
	}
	s.sample(at, key, metricCPU, fields[t.cpu])
	s.sample(at, key, metricMemory, fields[t.memory])
	s.counts["usage sample"]++
}

// sample notes one measured value, written as a quantity.
func (s *session) sample(at where, key usageKey, metric, text string) {
	if text == "<unknown>" {
		return
	}
	parse := parseCPU
	if metric == metricMemory {
		parse = parseMemory
	}
	value, err := parse(text)
	if err != nil {
		s.fail(refusal(at, "pod "+shorten(key.pod), metric, text, "quantity", quote(text)+" "+err.Error(), quantityFix))
		return
	}
	s.use(at, key, metric, value)
}

// use books one measured value while there are not more than any cluster gives.
func (s *session) use(at where, key usageKey, metric string, value int64) {
	if s.usage.use[key] == nil && len(s.usage.order) == MaxSamples {
		s.fail(tooManySamples(at))
		return
	}
	s.usage.add(key, metric, value)
}

func tooManySamples(at where) *model.FieldError {
	return refusal(at, "", "", "", "limit", "the use of more than 200000 containers is given", "Send one namespace at a time")
}
