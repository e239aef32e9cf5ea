package importer

import (
	"bytes"
	"encoding/json"
)

// lastWins returns the object with repeated names resolved as kubectl resolves them, the
// last one counting, and says so. encoding/json would mix the two.
func (s *session) lastWins(at where, raw json.RawMessage) json.RawMessage {
	name := repeatedName(raw)
	if name == "" {
		return raw
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return raw // the caller meets the same error and says it
	}
	clean, err := json.Marshal(value)
	if err != nil {
		return raw
	}
	s.noteRepeated(at, name)
	return clean
}

func (s *session) noteRepeated(at where, what string) {
	s.note("repeated_name", at.String(), "the name "+quote(what)+" is given twice in one mapping of "+at.String()+"; the last one counts",
		"Remove the one that is wrong")
}

// repeatedName walks valid JSON and returns the first name that an object holds twice,
// or "". It compares names as written, which is how they repeat in practice.
func repeatedName(raw []byte) string {
	var names [][][]byte // of the objects that are open
	var isObject []bool
	expectName := false
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{':
			names, isObject = append(names, nil), append(isObject, true)
			expectName = true
		case '[':
			names, isObject = append(names, nil), append(isObject, false)
			expectName = false
		case '}', ']':
			if len(names) == 0 {
				return ""
			}
			names, isObject = names[:len(names)-1], isObject[:len(isObject)-1]
			expectName = false
		case ',':
			expectName = len(isObject) > 0 && isObject[len(isObject)-1]
		case '"':
			end := endOfString(raw, i)
			if expectName {
				top := &names[len(names)-1]
				if repeats(*top, raw[i:end]) {
					return string(raw[i+1 : max(end-1, i+1)])
				}
				*top = append(*top, raw[i:end])
				expectName = false
			}
			i = end - 1
		}
	}
	return ""
}

// repeats looks a name up. Objects of more names than any manifest has are not searched
// to their end: the time would grow with the square.
func repeats(names [][]byte, name []byte) bool {
	const most = 256
	for _, known := range names[:min(len(names), most)] {
		if bytes.Equal(known, name) {
			return true
		}
	}
	return false
}

// endOfString returns the index after the closing quote of the string that starts at i.
func endOfString(raw []byte, i int) int {
	for j := i + 1; j < len(raw); j++ {
		switch raw[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return len(raw)
}
