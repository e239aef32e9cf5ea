package importer

import (
	"io"
	"strings"
)

// describedPod is a row of the pod table in kubectl describe nodes.
type describedPod struct {
	namespace, name, node string
	at                    where
	request               request
}

// readDescribe reads the text of kubectl describe nodes: labels, allocatable, and what
// each pod requests.
func (s *session) readDescribe(src *source) error {
	var d description
	for !s.hopeless() {
		line, err := src.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		text := string(line)
		if isMark(line) || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "apiVersion:") {
			src.unread()
			break
		}
		if strings.HasPrefix(text, "Name:") {
			s.described(&d)
		}
		s.describeLine(&d, text, where{s.document, -1, src.line})
	}
	s.described(&d)
	return nil
}

const mostDescribed = 500_000

// description is one node on its way.
type description struct {
	section     string
	name        string
	labels      map[string]string
	provider    string
	taints      []string
	capacity    nodeResources
	allocatable nodeResources
	at          where
	pods        []describedPod
}

// describeLine takes a line: a section starts at the margin, its content is indented.
func (s *session) describeLine(d *description, text string, at where) {
	content := strings.TrimSpace(text)
	if content == "" {
		return
	}
	if text[0] != ' ' && text[0] != '\t' {
		head, value, _ := strings.Cut(text, ":")
		d.section, content = head, strings.TrimSpace(value)
		if head == "Name" {
			*d = description{section: head, name: content, labels: map[string]string{}, at: at}
		}
		if head == "ProviderID" {
			d.provider = providerOf(content)
		}
	}
	switch d.section {
	case "Labels":
		if key, value, ok := strings.Cut(content, "="); ok && d.labels != nil {
			d.labels[key] = value
		}
	case "Taints":
		d.taints = append(d.taints, content)
	case "Capacity":
		d.capacity.set(content)
	case "Allocatable":
		d.allocatable.set(content)
	case "Non-terminated Pods":
		s.describePod(d, content, at)
	}
}

func (n *nodeResources) set(content string) {
	name, value, _ := strings.Cut(content, ":")
	text := loose{strings.TrimSpace(value), true}
	switch strings.TrimSpace(name) {
	case "cpu":
		n.CPU = text
	case "memory":
		n.Memory = text
	case "pods":
		n.Pods = text
	}
}

// describePod reads namespace, name, CPU request (share), CPU limit (share), memory
// request (share) …
func (s *session) describePod(d *description, content string, at where) {
	fields := strings.Fields(content)
	const memoryColumn = 6
	if len(fields) <= memoryColumn || !strings.HasPrefix(fields[3], "(") || fields[0] == "Namespace" {
		return
	}
	if err := checkName(at, ref{fields[0], "pod", fields[1]}); err != nil {
		s.fail(err)
		return
	}
	reader := podReader{at: at, object: shorten("pod " + fields[0] + "/" + fields[1])}
	asked := reader.list(resourceList{loose{fields[2], true}, loose{fields[memoryColumn], true}}, "requests")
	for i := range reader.wrong {
		s.fail(&reader.wrong[i])
	}
	if len(d.pods) > mostDescribed {
		return
	}
	d.pods = append(d.pods, describedPod{fields[0], fields[1], d.name, at, asked})
}

// described adds a finished node.
func (s *session) described(d *description) {
	if d.name == "" {
		return
	}
	s.counts["described node"]++
	node := nodeFromLabels(d.name, d.labels)
	node.provider = d.provider
	for _, t := range d.taints {
		var one nodeTaint
		one.Key, one.Effect, _ = strings.Cut(t, ":")
		one.Key, one.Value, _ = strings.Cut(one.Key, "=")
		node.taint(one)
	}
	r := ref{kind: "Node", name: d.name}
	reader := podReader{at: d.at, object: r.String()}
	node.allocatable = reader.list(resourceList{d.allocatable.CPU, d.allocatable.Memory}, "Allocatable").amount
	node.capacity = reader.list(resourceList{d.capacity.CPU, d.capacity.Memory}, "Capacity").amount
	node.pods = s.whole(d.at, r, "Allocatable.pods", d.allocatable.Pods, 0)
	for i := range reader.wrong {
		s.fail(&reader.wrong[i])
	}
	s.addNode(d.at, node)
	if s.describedPods = append(s.describedPods, d.pods...); len(s.describedPods) > mostDescribed {
		s.fail(refusal(d.at, r.String(), "Non-terminated Pods", "", "limit", "there are more than 500000 pods", "Send kubectl get pods -A -o json, which names their owners"))
	}
	*d = description{}
}
