package model

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// The steps of an invented history: version 2 renamed quick.pods to quick.pods_per_service,
// version 3 moved the title into a list.
var invented = []upgradeStep{
	func(members map[string]json.RawMessage) error {
		var quick map[string]json.RawMessage
		if err := json.Unmarshal(members["quick"], &quick); err != nil {
			return err
		}
		quick["pods_per_service"] = quick["pods"]
		delete(quick, "pods")
		text, err := json.Marshal(quick)
		members["quick"] = text
		return err
	},
	func(members map[string]json.RawMessage) error {
		if _, ok := members["title"]; !ok {
			return errors.New("title is missing")
		}
		members["titles"] = json.RawMessage("[" + string(members["title"]) + "]")
		delete(members, "title")
		return nil
	},
}

func TestADocumentGoesThroughEveryStepFromItsVersionOn(t *testing.T) {
	const newest = `{"quick":{"pods_per_service":3},"titles":["Shop"],"version":3}`
	for _, old := range []string{
		`{"version":1,"title":"Shop","quick":{"pods":3}}`,
		`{"version":2,"title":"Shop","quick":{"pods_per_service":3}}`,
		newest,
	} {
		got, err := upgradeThrough([]byte(old), invented)
		if err != nil || string(got) != newest {
			t.Errorf("%s became %s (%v)", old, got, err)
		}
	}
}

func TestADocumentThatIsNotWhatItsVersionSaysIsRefusedWithACure(t *testing.T) {
	for document, says := range map[string]string{
		`{"version":4}`:                       "up to 3",
		`{"version":1,"title":"x","quick":7}`: "does not have its layout",
		`{"version":2,"quick":{}}`:            "title is missing",
	} {
		_, err := upgradeThrough([]byte(document), invented)
		var input *InputError
		if !errors.As(err, &input) || input.Fields[0].Field != "version" || input.Fields[0].Fix == "" || !strings.Contains(input.Fields[0].Message, says) {
			t.Errorf("%s: %v, want %q", document, err, says)
		}
	}
}

func TestTheStepsReachTheVersionThatIsWritten(t *testing.T) {
	if len(upgradeSteps) != DocumentVersion-1 {
		t.Errorf("%d steps lead to version %d, documents are written as %d", len(upgradeSteps), len(upgradeSteps)+1, DocumentVersion)
	}
}
