package web

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// structAnswer writes whole in JSON, or rows, a slice of flat structs, as a table in
// another format.
func structAnswer[T any](f format, whole any, rows []T) (*answer, bool, error) {
	if f == formatJSON {
		a, err := jsonAnswer(cacheShared, whole)
		return a, true, err
	}
	body, err := structTable(rows).bytes(f, layout{})
	if err != nil {
		return nil, false, err
	}
	return newAnswer(f.contentType(), cacheShared, body), true, nil
}

// structTable makes a table of a slice of structs: one column per field, named by its
// JSON name, embedded structs flattened, lists joined by spaces.
func structTable[T any](rows []T) *table {
	t := &table{columns: structColumns(reflect.TypeFor[T]())}
	for _, row := range rows {
		t.rows = append(t.rows, structCells(reflect.ValueOf(row)))
	}
	return t
}

func structColumns(of reflect.Type) []column {
	var columns []column
	for i := range of.NumField() {
		field := of.Field(i)
		if field.Anonymous {
			columns = append(columns, structColumns(field.Type)...)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		c := column{name: name}
		switch inner.Kind() {
		case reflect.Int, reflect.Int64, reflect.Float64:
			c.kind = kindNumber
		case reflect.Bool:
			c.kind = kindBoolean
		}
		columns = append(columns, c)
	}
	return columns
}

func structCells(v reflect.Value) []string {
	var cells []string
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			cells = append(cells, structCells(v.Field(i))...)
			continue
		}
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == "" || name == "-" {
			continue
		}
		cells = append(cells, fieldText(v.Field(i)))
	}
	return cells
}

func fieldText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = fieldText(v.Index(i))
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(v.Interface())
}

func compareText(a, b string) int { return cmp.Compare(a, b) }
