package importer

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

var (
	errExpands  = errors.New("its aliases expand to more than 64 MB")
	repeatedKey = regexp.MustCompile(`line (\d+): key (.+) already set in map`)
	yamlLineNo  = regexp.MustCompile(`line (\d+)`)
)

// yamlProblem puts the parser's errors into words, with the line of the whole input.
func yamlProblem(at where, last string, text []byte, firstLine int, err error) *model.FieldError {
	message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), "yaml: ")
	if m := yamlLineNo.FindStringSubmatch(message); m != nil {
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			at.line = n + firstLine - 1
			message = strings.TrimPrefix(strings.Replace(message, m[0], "", 1), ": ")
		}
	}
	rule, fix := "yaml", "Mend the line, or export with -o json"
	switch {
	case errors.Is(err, errExpands), strings.Contains(message, "excessive aliasing"), strings.Contains(message, "max depth"):
		rule, fix = "limit", "Write the object out without anchors"
	case bytes.Contains(text, []byte("{{")):
		fix = "This looks like a chart's template: render it with helm template first"
	case tabLine(text) > 0:
		at.line = tabLine(text) + firstLine - 1
		message = "the line is indented with a tab, which YAML does not allow"
		fix = "Indent with spaces"
	}
	object := ""
	if kind := plainKind(text); kind != "" {
		object = kind
	} else if last != "" {
		object = "after " + last
	}
	return refusal(at, object, "", "", rule, "the YAML cannot be read: "+shorten(strings.TrimSpace(message)), fix)
}

// tabLine returns the first line, from 1, that is indented with a tab, or 0.
func tabLine(text []byte) int {
	for i, line := range bytes.Split(text, []byte("\n")) {
		indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.IndexByte(indent, '\t') >= 0 && len(bytes.TrimSpace(line)) > 0 {
			return i + 1
		}
	}
	return 0
}
