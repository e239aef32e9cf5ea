package web

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// structTable makes a table of a slice of structs: one column per field, named by its
// JSON name. Structs inside are flattened, those that have a name with it before their
// fields; lists are joined by spaces, and lists of structs are tables of their own.
func structTable[T any](rows []T) *table {
	t := &table{columns: structColumns(reflect.TypeFor[T](), "")}
	for _, row := range rows {
		t.rows = append(t.rows, structCells(reflect.ValueOf(row)))
	}
	return t
}

// flatField tells the type of a field without its pointer, its column, and whether it is
// a struct to be flattened; ok is false for what is no column.
func flatField(field reflect.StructField) (of reflect.Type, name string, nested, ok bool) {
	of = field.Type
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	name, _, _ = strings.Cut(field.Tag.Get("json"), ",")
	switch {
	case field.Anonymous:
		return of, "", true, true
	case name == "" || name == "-" || !field.IsExported():
		return of, "", false, false
	case of.Kind() == reflect.Struct:
		return of, name, true, true
	case of.Kind() == reflect.Map:
		return of, name, false, false
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		return of, name, false, false
	}
	return of, name, false, true
}

func structColumns(of reflect.Type, prefix string) []column {
	var columns []column
	for i := range of.NumField() {
		inner, name, nested, ok := flatField(of.Field(i))
		switch {
		case !ok:
			continue
		case nested && name == "":
			columns = append(columns, structColumns(inner, prefix)...)
			continue
		case nested:
			columns = append(columns, structColumns(inner, prefix+name+"_")...)
			continue
		}
		c := column{name: prefix + name}
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
		inner, _, nested, ok := flatField(v.Type().Field(i))
		field := v.Field(i)
		switch {
		case !ok:
		case nested && field.Kind() == reflect.Pointer && field.IsNil():
			cells = append(cells, make([]string, len(structColumns(inner, "")))...)
		case nested:
			cells = append(cells, structCells(reflect.Indirect(field))...)
		default:
			cells = append(cells, fieldText(field))
		}
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
