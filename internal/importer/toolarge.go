package importer

import (
	"encoding/json"
	"strconv"

	"meshplan/internal/model"
)

// Memory and time stay in proportion to the input because no single object is large and
// no list in one is long: kubectl cannot print others.

// tooLarge refuses the text of one object that no cluster holds.
func tooLarge(at where, object string) *model.FieldError {
	return refusal(at, object, "", "", "limit", "one object is larger than "+strconv.Itoa(MaxObjectBytes>>20)+" MiB, more than a cluster stores",
		"Export it again with kubectl get -o json, which lists every object as an item of its own")
}

// mostEntries bounds each list in the parts of an object that are looked at.
const mostEntries = 10_000

// hasLongList reports whether valid JSON holds a list of more than mostEntries.
func hasLongList(raw json.RawMessage) bool {
	if len(raw) < 2*mostEntries {
		return false
	}
	var commas []int // since the opening of each list and mapping
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			commas = append(commas, 0)
		case '}', ']':
			commas = commas[:max(len(commas)-1, 0)]
		case ',':
			if top := len(commas) - 1; top >= 0 {
				if commas[top]++; commas[top] >= mostEntries {
					return true
				}
			}
		case '"':
			i = endOfString(raw, i) - 1
		}
	}
	return false
}

// setOf is a list to look things up in.
func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, entry := range list {
		set[entry] = true
	}
	return set
}
