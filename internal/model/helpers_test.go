package model_test

import (
	"net/url"
	"strings"
)

func queryValues(t interface{ Fatal(...any) }, query string) map[string][]string {
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func splitBoth(text string) []string { return strings.Split(text, ",") }
