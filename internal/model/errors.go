package model

import "strings"

// FieldError says what is wrong with one input, in words that carry their cure.
type FieldError struct {
	Field   string `json:"field"`   // path as the user wrote it: pod_cpu_m, workloads[3].replicas
	Value   string `json:"value"`   // what was given, shortened
	Rule    string `json:"rule"`    // stable id: range, unknown_name, number, one_of, conflict, limit ...
	Message string `json:"message"` // what is wrong
	Fix     string `json:"fix"`     // what to do about it
}

// Error joins message and cure.
func (e *FieldError) Error() string { return e.Field + ": " + e.Message + ". " + e.Fix }

// InputError is one or more [FieldError]s: everything that is wrong with an input, not
// only the first thing.
type InputError struct {
	Fields []FieldError
}

// Error lists all messages, one a line.
func (e *InputError) Error() string {
	lines := make([]string, len(e.Fields))
	for i := range e.Fields {
		lines[i] = e.Fields[i].Error()
	}
	return strings.Join(lines, "\n")
}

// LimitError is an input beyond a stated limit: understood, but too large to plan.
type LimitError struct {
	FieldError
}
