package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"meshplan/internal/model"
)

// expandRange reads the value of a numeric input that may hold several: a list 5,10,50
// (or 5|10|50), a span 5..9 in steps of one, a span with a step 5..100..5, or a mix of
// them. With decimal commas, as European spreadsheets write them, 0,25 is one number and
// lists need the bar. Text that is no number is passed on, for the model to refuse by name.
func expandRange(name, text string, decimalComma bool) ([]string, error) {
	if decimalComma {
		var err error
		if text, err = withPoint(name, text); err != nil {
			return nil, err
		}
	} else {
		text = strings.ReplaceAll(text, ",", "|")
	}
	if !strings.Contains(text, "|") && !strings.Contains(text, "..") {
		return []string{text}, nil
	}
	var list []string
	for item := range strings.SplitSeq(text, "|") {
		item = strings.TrimSpace(item)
		if item == "" {
			return nil, badRange(name, text)
		}
		if len(item) > 1 && item[0] == '0' && strings.Trim(item, "0123456789") == "" {
			return nil, thousandsMark(name, strings.ReplaceAll(text, "|", ","))
		}
		if !strings.Contains(item, "..") {
			list = append(list, item)
			continue
		}
		span, err := expandSpan(name, item)
		if err != nil {
			return nil, err
		}
		list = append(list, span...)
		if len(list) > maxRows {
			return nil, tooManyRows(name, text)
		}
	}
	if len(list) > maxRows {
		return nil, tooManyRows(name, text)
	}
	return list, nil
}

// withPoint turns the decimal commas of a number, or of several, into points. A whole
// number with a point is refused: where the comma is the decimal mark, 1.000 is a thousand.
func withPoint(name, text string) (string, error) {
	if p, _ := model.ParamByName(name); p.Type == "integer" && pointedThousands.MatchString(text) {
		return "", thousandsMark(name, text)
	}
	return strings.ReplaceAll(text, ",", "."), nil
}

var pointedThousands = regexp.MustCompile(`(^|[^0-9.])[1-9][0-9]{0,2}(\.[0-9]{3})+($|[^0-9.])`)

func thousandsMark(name, text string) error {
	return invalid(name, text, "thousands", strconv.Quote(shorten(text))+" seems to hold a thousands mark",
		"Write "+name+" without one, 1000 for a thousand")
}

// expandSpan reads from..to or from..to..step, both ends included.
func expandSpan(name, text string) ([]string, error) {
	parts := strings.Split(text, "..")
	if len(parts) > 3 {
		return nil, badRange(name, text)
	}
	numbers := []float64{0, 0, 1}
	digits := 0
	for i, part := range parts {
		part = strings.TrimSpace(part)
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(n) || math.Abs(n) > 1e15 {
			return nil, badRange(name, text)
		}
		numbers[i] = n
		if _, fraction, ok := strings.Cut(part, "."); ok {
			digits = max(digits, len(fraction))
		}
	}
	from, to, step := numbers[0], numbers[1], numbers[2]
	if step <= 0 || to < from || digits > 9 {
		return nil, badRange(name, text)
	}
	// A hair is added so that 0..0.3..0.1 reaches 0.3 in binary fractions.
	count := math.Floor((to-from)/step+1e-9) + 1
	if count > maxRows {
		return nil, tooManyRows(name, text)
	}
	list := make([]string, 0, int(count))
	for i := range int(count) {
		list = append(list, strconv.FormatFloat(from+float64(i)*step, 'f', digits, 64))
	}
	return list, nil
}

func badRange(name, text string) error {
	return &model.InputError{Fields: []model.FieldError{{
		Field: name, Value: shorten(text), Rule: "range_list",
		Message: strconv.Quote(shorten(text)) + " is neither a list nor a span of numbers",
		Fix:     "Write a list as 5,10,50 and a span as from..to or from..to..step, for example 5..100..5",
	}}}
}
