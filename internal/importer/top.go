package importer

import (
	"io"
	"slices"
	"strings"
)

// readTop reads the text of kubectl top pods, with or without --containers and -A. Nodes
// are read over: their use is no figure of the plan.
func (s *session) readTop(src *source) error {
	line, err := src.next()
	if err != nil {
		return err
	}
	header := strings.Fields(string(line))
	column := func(names ...string) int {
		return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, h) })
	}
	namespace, pod, container := column("NAMESPACE"), column("POD"), column("NAME")
	cpu, memory := column("CPU(cores)"), column("MEMORY(bytes)")
	nodes := strings.Contains(string(line), "%")
	if pod < 0 { // without --containers the pod is under NAME
		pod, container = container, -1
	}
	if pod < 0 || memory < 0 {
		return s.refuse("table", "the table of kubectl top lacks the column NAME or MEMORY(bytes)", "Send kubectl top pods --containers -A")
	}
	for n := 0; ; n++ {
		line, err := src.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		fields := strings.Fields(string(line))
		if len(fields) != len(header) {
			src.unread()
			return nil
		}
		at := where{s.document, -1, src.line}
		if nodes {
			s.skipped.add("top node", "not_used", "the use of nodes is not a figure of the plan", ref{})
			continue
		}
		key := usageKey{pod: fields[pod]}
		if namespace >= 0 {
			key.namespace = fields[namespace]
		}
		if container >= 0 {
			key.container = fields[container]
		} else {
			s.note("usage_per_pod", "", "the use is given per pod, so sidecars cannot be told from the app", "Send kubectl top pods --containers -A")
		}
		s.sample(at, key, metricCPU, fields[cpu])
		s.sample(at, key, metricMemory, fields[memory])
		s.counts["usage sample"]++
		if s.hopeless() {
			return errRefused
		}
	}
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
	s.usage.add(key, metric, value)
}
