package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// upgradeStep rewrites the members of a document of one version as the next one has them.
type upgradeStep func(members map[string]json.RawMessage) error

// upgradeSteps lead from every version ever written to [DocumentVersion]: the first step
// from 1 to 2, and so on. A step is added with each new version and never changed; the
// documents in testdata/documents go through all of them.
var upgradeSteps = []upgradeStep{}

// UpgradeDocument returns a scenario document of any version as one of [DocumentVersion].
// A document without a version, or that is no JSON object, comes back as it is: decoding
// says what is wrong with it. A version that this program does not know is an
// [*InputError] with the cure.
func UpgradeDocument(document []byte) ([]byte, error) {
	return upgradeThrough(document, upgradeSteps)
}

func upgradeThrough(document []byte, steps []upgradeStep) ([]byte, error) {
	var head struct{ Version *int }
	if json.Unmarshal(document, &head) != nil || head.Version == nil || *head.Version < 1 {
		return document, nil
	}
	version, newest := *head.Version, len(steps)+1
	if version > newest {
		return nil, &InputError{Fields: []FieldError{{
			Field: "version", Value: strconv.Itoa(version), Rule: "version",
			Message: fmt.Sprintf("the document has version %d, and this program knows versions up to %d", version, newest),
			Fix:     "Open it with a newer meshplan",
		}}}
	}
	if version == newest {
		return document, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document, &members); err != nil {
		return nil, err
	}
	for ; version < newest; version++ {
		if err := steps[version-1](members); err != nil {
			return nil, &InputError{Fields: []FieldError{{
				Field: "version", Value: strconv.Itoa(version), Rule: "version",
				Message: fmt.Sprintf("the document says version %d, but does not have its layout: %v", version, err),
				Fix:     "Correct it, or export it again from where it was made",
			}}}
		}
	}
	members["version"] = json.RawMessage(strconv.Itoa(newest))
	upgraded, err := json.Marshal(members)
	if err != nil {
		return nil, errors.New("an upgraded document cannot be written: " + err.Error())
	}
	return upgraded, nil
}
