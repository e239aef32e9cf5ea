package importer

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"regexp"
	"strings"

	"meshplan/internal/model"
)

// Import reads whatever r holds, in as many documents and formats as it has, and returns
// what it understood. The error is an *[model.InputError] that names document, object and
// field when the input is at fault, and r's own error when reading failed.
func Import(r io.Reader, o Options) (Result, error) {
	if err := asError(o.check()); err != nil {
		return Result{}, err
	}
	s := newSession(o)
	in, err := open(r, o)
	if err == nil {
		err = s.readAll(newSource(in))
	}
	if err != nil {
		return Result{}, s.explain(err)
	}
	return s.build()
}

// errRefused stops reading: what is wrong is in session.wrong.
var errRefused = errors.New("importer: refused")

// explain turns a failed read into the error for the caller.
func (s *session) explain(err error) error {
	at := where{document: max(s.document, 1), item: -1}
	var corrupt flate.CorruptInputError
	var refused *model.FieldError
	switch {
	case errors.Is(err, errRefused):
		return asError(s.wrong)
	case errors.As(err, &refused):
		return asError(append(s.wrong, *refused))
	case errors.Is(err, errTooLong):
		s.fail(refusal(at, "", "body", "", "limit", "the input is larger than the limit of 64 MB, unpacked",
			"Export one namespace or one kind at a time"))
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		s.fail(refusal(at, "", "body", "", "gzip", "the gzip data is broken or cut short", "Compress and send the file again"))
	default:
		return err
	}
	return asError(s.wrong)
}

// readAll takes one document after the other, each in a format of its own.
func (s *session) readAll(src *source) error {
	const maxSections = 100_000
	for sections := 0; !s.hopeless(); {
		format, err := src.sniff()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s.document++
		if sections++; sections > maxSections {
			return s.refuse("limit", "the input has more than 100000 documents", "Export one namespace or one kind at a time")
		}
		switch format {
		case formatJSON:
			err = s.readJSON(src)
		case formatYAML:
			err = s.readYAML(src)
		case formatTop:
			err = s.readTop(src)
		case formatDescribe:
			err = s.readDescribe(src)
		case formatCSV:
			err = s.readCSV(src)
		case formatTable:
			err = s.refuse("table", "this is kubectl's table for people, which has no requests in it",
				"Add -o json: kubectl get deploy,sts,ds,pods -A -o json")
		case formatChart:
			err = s.refuse("template", "this is a chart's template, not a manifest", "Render it first: helm template . | …")
		case formatArchive:
			err = s.refuse("archive", "this is an archive or a workbook, not text", "Unpack it first, or save the sheet as CSV; gzip alone is unpacked here")
		case formatBinary:
			err = s.refuse("binary", "this is not text", "Send kubectl JSON or YAML, or a table saved as CSV in UTF-8")
		case formatPage:
			err = s.refuse("page", "this is a web page or XML, perhaps one that asks to log in", "Send what kubectl prints with -o json")
		case formatComplaint:
			err = s.refuse("kubectl", "kubectl answered with an error instead of objects: "+quote(shorten(string(src.held))), "Run the command alone until it lists objects, then import what it prints")
		default:
			err = s.refuse("format", "the format is not known", "Send kubectl JSON or YAML, manifests, CSV with a header, "+
				"kubectl top pods --containers, kubectl describe nodes, or a Prometheus query result")
		}
		if err != nil {
			return err
		}
	}
	return errRefused
}

// refuse ends the import because of the document as a whole.
func (s *session) refuse(rule, message, fix string) error {
	s.fail(refusal(where{document: s.document, item: -1}, "", "", "", rule, message, fix))
	return errRefused
}

type format int

const (
	formatUnknown format = iota
	formatJSON
	formatYAML
	formatCSV
	formatTop
	formatDescribe
	formatTable
	formatChart
	formatArchive
	formatBinary
	formatPage
	formatComplaint
)

var (
	yamlStart  = regexp.MustCompile(`^(- |-$|\? |&|!|%YAML|"[^"]*"\s*:(\s|$)|'[^']*'\s*:(\s|$)|[A-Za-z_][\w./-]*\s*:(\s|$))`)
	tableStart = regexp.MustCompile(`^(NAMESPACE\s+)?NAME\s+(READY|DESIRED|STATUS|COMPLETIONS|SCHEDULE|REFERENCE|TYPE|PROVISIONER)\b`)
	complaint  = regexp.MustCompile(`^(Error from server|[Ee]rror: |Unable to connect to the server|The connection to the server|No resources found|E\d{4} \d\d:\d\d:)`)
	// Of a described node; roles or labels follow its name.
	describeNext = regexp.MustCompile(`(?m)^(Roles|Labels):`)
	topStart     = regexp.MustCompile(`\bCPU\(cores\)`)
)

// isArchive knows ZIP, which workbooks are too, bzip2, xz and Zstandard by their first bytes.
func isArchive(line string) bool {
	for _, start := range []string{"PK\x03\x04", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return false
}

func formatOf(line string, ahead []byte) format {
	switch {
	case isArchive(line):
		return formatArchive
	case strings.ContainsRune(line, 0) || bytes.IndexByte(ahead, 0) >= 0:
		return formatBinary
	case line[0] == '<':
		return formatPage
	case complaint.MatchString(line):
		return formatComplaint
	case strings.HasPrefix(line, "{{"):
		return formatChart
	case line[0] == '{', line[0] == '[':
		return formatJSON
	case topStart.MatchString(line):
		return formatTop
	case tableStart.MatchString(line):
		return formatTable
	case strings.HasPrefix(line, "Name:") && describeNext.Match(ahead):
		return formatDescribe
	case yamlStart.MatchString(line):
		return formatYAML
	case strings.ContainsAny(line, ",;\t|"), columnMeaning(line) != "":
		return formatCSV
	}
	return formatUnknown
}
