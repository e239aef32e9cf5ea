package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// readJSON reads JSON values as long as they follow one another. The items of a list are
// taken one at a time, so that a large list needs no more memory than its largest item.
func (s *session) readJSON(src *source) error {
	decoder := json.NewDecoder(src.reader())
	for first := true; decoder.More(); first = false {
		ahead, err := io.ReadAll(io.LimitReader(decoder.Buffered(), 1))
		if err != nil {
			return err
		}
		if !first {
			if ahead[0] != '{' && ahead[0] != '[' {
				break
			}
			s.document++
		}
		if err := s.jsonValue(decoder); err != nil {
			return s.jsonProblem(decoder, err)
		}
		if s.hopeless() {
			return errRefused
		}
	}
	ahead, err := io.ReadAll(decoder.Buffered())
	src.putBack(ahead)
	return err
}

// member is a name and value of a JSON object, as read.
type member struct {
	name string
	raw  json.RawMessage
}

// jsonValue reads one object or array.
func (s *session) jsonValue(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token == json.Delim('[') {
		return s.jsonItems(decoder, "")
	}
	var members []member
	listed := false
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, isText := token.(string)
		if !isText {
			return errors.New("a name in quotes is missing")
		}
		if name == "items" {
			isList, err := s.jsonList(decoder, listKind(members))
			if err != nil {
				return err
			}
			listed = listed || isList
			continue
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return err
		}
		const mostMembers = 1000
		if len(members) == mostMembers {
			s.fail(tooLarge(where{document: s.document, item: -1}, ""))
			return errRefused
		}
		members = append(members, member{name, raw})
	}
	if _, err := decoder.Token(); err != nil || listed {
		return err
	}
	return s.jsonDocument(members)
}

// jsonList reads the items of a list and reports whether there was one; null is none.
func (s *session) jsonList(decoder *json.Decoder, kind string) (bool, error) {
	token, err := decoder.Token()
	switch {
	case err != nil:
		return false, err
	case token == nil:
		return false, nil
	case token == json.Delim('['):
		return true, s.jsonItems(decoder, kind)
	}
	s.fail(refusal(where{s.document, -1, 0}, "List", "items", "", "type", "items is not a list", "Export again with -o json"))
	return false, errRefused
}

// listKind returns the kind of the items of a typed list (DeploymentList), which do not
// repeat it, or "".
func listKind(members []member) string {
	for _, m := range members {
		var kind string
		if m.name == "kind" && json.Unmarshal(m.raw, &kind) == nil {
			return strings.TrimSuffix(kind, "List")
		}
	}
	return ""
}

// jsonItems reads the elements of an array up to its end.
func (s *session) jsonItems(decoder *json.Decoder, kind string) error {
	var raw json.RawMessage
	for i := 0; decoder.More(); i++ {
		at := where{document: s.document, item: i}
		if err := decoder.Decode(&raw); err != nil {
			return err
		}
		if len(raw) > MaxObjectBytes {
			s.fail(tooLarge(at, ""))
			return errRefused
		}
		s.element(at, raw, kind)
		if s.hopeless() {
			return errRefused
		}
	}
	_, err := decoder.Token()
	return err
}

// element takes one element of an array: a Kubernetes object or a workload row.
func (s *session) element(at where, raw json.RawMessage, kind string) {
	raw = s.lastWins(at, raw)
	var probe struct {
		Kind      string          `json:"kind"`
		Spec      json.RawMessage `json:"spec"`
		Metadata  json.RawMessage `json:"metadata"`
		PodCPU    json.RawMessage `json:"pod_cpu_m"`
		PodMemory json.RawMessage `json:"pod_memory_mib"`
		Replicas  json.RawMessage `json:"replicas"`
	}
	if err := json.Unmarshal(raw, &probe); err != nil {
		s.fail(typeProblem(at, "", "", err))
		return
	}
	if probe.Metadata == nil && probe.Spec == nil && (probe.PodCPU != nil || probe.Replicas != nil) {
		s.jsonRow(at, raw, Missing{CPU: probe.PodCPU == nil, Memory: probe.PodMemory == nil, StandIn: MissingZero})
		return
	}
	if probe.Kind == "" && kind != "" {
		raw = append([]byte(`{"kind":`+strconv.Quote(kind)+`,`), bytes.TrimLeft(raw, "{ \n\r\t")...)
	}
	s.object(at, raw, 0)
}

// jsonRow takes a workload written as the scenario document writes it.
func (s *session) jsonRow(at where, raw json.RawMessage, missing Missing) {
	document := append([]byte(`{"workloads":[`), raw...)
	scenario, err := model.DecodeJSON(append(document, "]}"...))
	if err != nil {
		s.failAll(at, err)
		return
	}
	p := plainRow{workload: scenario.Workloads[0], at: at}
	if missing.CPU || missing.Memory {
		p.missing = append(p.missing, missing)
	}
	s.addRow(p)
}

// addRow takes a row whose figures are in bounds.
func (s *session) addRow(p plainRow) {
	if err := checkRow(p); err != nil {
		s.fail(err)
		return
	}
	s.counts["workload row"]++
	s.rows = append(s.rows, p)
	if len(s.rows) == MaxWorkloads+1 {
		s.fail(refusal(p.at, "", "workloads", "", "limit", "there are more than 20000 workloads", "Merge workloads of equal size into one row"))
	}
}

// failAll notes the model's errors with the place in the input.
func (s *session) failAll(at where, err error) {
	var wrong *model.InputError
	var limit *model.LimitError
	switch {
	case errors.As(err, &wrong):
		for _, f := range wrong.Fields {
			f.Field = at.String() + ": " + f.Field
			s.fail(&f)
		}
	case errors.As(err, &limit):
		f := limit.FieldError
		f.Field = at.String() + ": " + f.Field
		s.fail(&f)
	default:
		s.fail(refusal(at, "", "", "", "json", shorten(err.Error()), "Mend the document"))
	}
}

// jsonDocument takes an object that is no list.
func (s *session) jsonDocument(members []member) error {
	at := where{document: s.document, item: -1}
	var kinded, scenario, query bool
	for _, m := range members {
		switch m.name {
		case "kind", "apiVersion", "spec":
			kinded = true
		case "workloads", "quick", "nodes", "mesh", "organisation", "run", "intervals", "version":
			scenario = true
		case "data":
			query = bytes.Contains(m.raw, []byte(`"resultType"`))
		}
	}
	size := 0
	for _, m := range members {
		size += len(m.raw)
	}
	switch {
	case query && !kinded:
		s.readPrometheus(at, members)
	case scenario && !kinded && size > mostScenarioBytes:
		s.fail(refusal(at, "", "", "", "limit", "the scenario is larger than 8 MB", "Send its workloads as CSV"))
	case scenario && !kinded:
		s.scenario(at, rebuild(members))
	case size > MaxObjectBytes:
		s.fail(tooLarge(at, ""))
	default:
		s.element(at, rebuild(members), "")
	}
	return nil
}

const mostScenarioBytes = 8 << 20

func rebuild(members []member) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteJSON(m.name))
		b.WriteByte(':')
		b.Write(m.raw)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func quoteJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return `""` // cannot be: any string can be written
	}
	return string(quoted)
}

// scenario takes a document that this program exported.
func (s *session) scenario(at where, raw json.RawMessage) {
	decoded, err := model.DecodeJSON(raw)
	if err != nil {
		s.failAll(at, err)
		return
	}
	s.counts["scenario"]++
	for i, w := range decoded.Workloads {
		s.addRow(plainRow{workload: w, at: where{at.document, i, 0}})
	}
	decoded.Workloads = nil
	s.base = decoded
}

// jsonProblem says where JSON is broken.
func (s *session) jsonProblem(decoder *json.Decoder, err error) error {
	if errors.Is(err, errRefused) || errors.Is(err, errTooLong) {
		return err
	}
	at := where{document: s.document, item: -1}
	after := "at its beginning"
	if s.last != "" {
		after = "after " + s.last
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.fail(refusal(at, "", "", "", "truncated", "the JSON ends too early, "+after, "Export it again: the file was cut short"))
	case errors.As(err, &syntax):
		s.fail(refusal(at, "", "", "", "json", "the JSON is broken "+after+", near byte "+
			strconv.FormatInt(decoder.InputOffset(), 10)+": "+shorten(syntax.Error()), "Check commas, quotes and brackets there, or export it again"))
	case err.Error() == "a name in quotes is missing":
		s.fail(refusal(at, "", "", "", "json", "the JSON is broken "+after+": "+err.Error(), "Export it again with -o json"))
	default:
		return err
	}
	return errRefused
}
