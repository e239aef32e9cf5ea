package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// Limits of a document, stated to the user.
const MaxDocumentBytes = 8 << 20

// DecodeJSON reads a scenario document of any version. It is strict: unknown and repeated
// names, values of the wrong type and trailing data are refused with their path.
func DecodeJSON(document []byte) (Scenario, error) {
	if len(document) > MaxDocumentBytes {
		return Scenario{}, &LimitError{FieldError{
			Field: "body", Value: strconv.Itoa(len(document)) + " bytes", Rule: "limit",
			Message: "the document is larger than 8 MB",
			Fix:     "Merge workloads of equal size into one row with more replicas",
		}}
	}
	document, err := UpgradeDocument(document)
	if err != nil {
		return Scenario{}, err
	}
	if err := checkDocument(document); err != nil {
		return Scenario{}, &InputError{Fields: []FieldError{*err}}
	}
	var s Scenario
	if err := json.Unmarshal(document, &s); err != nil {
		return Scenario{}, &InputError{Fields: []FieldError{documentError(err)}}
	}
	return s, nil
}

// EncodeJSON writes the canonical document: what is given, in the document's order.
func EncodeJSON(s Scenario) []byte {
	s.Version = DocumentVersion
	document, err := json.Marshal(s)
	if err != nil { // only a NaN could do that, and neither decoder lets one in
		panic("model: scenario cannot be written: " + err.Error())
	}
	return document
}

// checkDocument walks the tokens beside the Go type, since encoding/json finds neither
// repeated names nor the path of an unknown one.
func checkDocument(document []byte) *FieldError {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if err := checkValue(decoder, reflect.TypeFor[Scenario](), ""); err != nil {
		var wrong *FieldError
		if errors.As(err, &wrong) {
			return wrong
		}
		described := documentError(err)
		return &described
	}
	if _, err := decoder.Token(); err != io.EOF {
		return &FieldError{
			Field: "body", Rule: "json", Message: "something follows the end of the document",
			Fix: "Send one JSON object and nothing after it",
		}
	}
	return nil
}

func checkValue(decoder *json.Decoder, t reflect.Type, path string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	object := t.Kind() == reflect.Struct || t.Kind() == reflect.Map
	switch {
	case path == "" && token != json.Delim('{'):
		return &FieldError{
			Field: "body", Rule: "json", Message: "the document is not a JSON object",
			Fix: `Send an object such as {"quick":{"services":60}}`,
		}
	case token == json.Delim('{') && object:
		return checkMembers(decoder, t, path)
	case token == json.Delim('[') && t.Kind() == reflect.Slice:
		return checkElements(decoder, t, path)
	case token == json.Delim('{'), token == json.Delim('['): // refused here, so that nesting ends with the types
		described := documentError(&json.UnmarshalTypeError{Field: path, Value: map[json.Delim]string{'{': "object", '[': "array"}[token.(json.Delim)]})
		return &described
	}
	return nil
}

func checkMembers(decoder *json.Decoder, t reflect.Type, path string) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name := token.(string)
		member := join(path, name)
		if seen[name] {
			return &FieldError{
				Field: member, Rule: "repeated", Message: member + " is given twice", Fix: "Give it once",
			}
		}
		seen[name] = true
		of, known := memberType(t, name)
		if !known {
			return unknownMember(t, path, name)
		}
		if err := checkValue(decoder, of, member); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func checkElements(decoder *json.Decoder, t reflect.Type, path string) error {
	for i := 0; decoder.More(); i++ {
		if err := checkValue(decoder, t.Elem(), path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// memberType returns the type of an object's member and whether there is one.
func memberType(t reflect.Type, name string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for i := range t.NumField() {
			if jsonName(t.Field(i)) == name {
				return t.Field(i).Type, true
			}
		}
	}
	return nil, false
}

func unknownMember(t reflect.Type, path, name string) *FieldError {
	var known []string
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			known = append(known, jsonName(t.Field(i)))
		}
	}
	fix := "Leave it out"
	if len(known) > 0 {
		fix = "Use " + Nearest(name, known) + ", or leave it out"
	}
	if p, flat := paramByName[name]; flat && path == "" {
		fix = "Put it under " + p.Group + `: {"` + p.Group + `":{"` + name + `": …}}`
	}
	return &FieldError{
		Field: cmp.Or(join(path, shorten(name)), "body"), Rule: "unknown_name",
		Message: "there is no input called " + quote(name) + " here", Fix: fix,
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// documentError puts the decoder's errors into the words of a FieldError.
func documentError(err error) FieldError {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrongType):
		field := wrongType.Field
		if p, known := paramByName[field[strings.LastIndex(field, ".")+1:]]; known {
			return FieldError{
				Field: p.Name, Value: shorten(wrongType.Value), Rule: p.Type,
				Message: "a JSON " + shorten(wrongType.Value) + " is not " + p.Allowed(),
				Fix:     "Give " + p.Name + " as " + p.Allowed(),
			}
		}
		return FieldError{
			Field: field, Value: shorten(wrongType.Value), Rule: "type",
			Message: "a JSON " + shorten(wrongType.Value) + " does not fit here",
			Fix:     "Look the layout up at /api",
		}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return FieldError{
			Field: "body", Rule: "json", Message: "the JSON document ends too early", Fix: "Send the whole document",
		}
	case errors.As(err, &syntax):
		return FieldError{
			Field: "body", Rule: "json",
			Message: "the JSON is broken at byte " + strconv.FormatInt(syntax.Offset, 10) + ": " + syntax.Error(),
			Fix:     "Check commas, quotes and brackets there",
		}
	}
	return FieldError{Field: "body", Rule: "json", Message: "the JSON cannot be read: " + shorten(err.Error()), Fix: "Send valid JSON"}
}
