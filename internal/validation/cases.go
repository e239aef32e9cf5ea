package validation

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"meshplan/internal/facts"
)

//go:embed data/cases.json
var dataFiles embed.FS

// Case is one published figure and how the model is asked for it.
type Case struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Title string `json:"title"`
	// Fact brings the published figure, its unit, source and date. Less is a fact to
	// subtract from it; Figure stands for the fact's own figure where it has another.
	Fact   string   `json:"fact"`
	Less   string   `json:"less,omitempty"`
	Figure *float64 `json:"figure,omitempty"`
	Unit   string   `json:"unit,omitempty"`
	// Inputs are flat parameters of the scenario; Low and High change them to the ends of
	// what the source leaves open. Like takes all three from an earlier case.
	Like   string            `json:"like,omitempty"`
	Inputs map[string]string `json:"inputs,omitempty"`
	Low    map[string]string `json:"low,omitempty"`
	High   map[string]string `json:"high,omitempty"`
	// Predicts names the figure of the plan, see predictions.
	Predicts string `json:"predicts,omitempty"`
	// Sets lists the facts, behind constants of the model, that were taken from this
	// case. Unscored is a reason of its own not to count it.
	Sets     []string `json:"sets,omitempty"`
	Unscored string   `json:"unscored,omitempty"`
	Note     string   `json:"note,omitempty"`
}

// Reasons not to score a case.
const (
	unscoredEra    = "era"    // another architecture
	unscoredInputs = "inputs" // the source does not state them
	unscoredClaim  = "claim"  // nobody measured it
	unscoredOther  = "other"  // the model does not predict it
	unscoredTwice  = "twice"  // another case has it
	unscoredSum    = "sum"    // a sum of requests that the source itself gives
)

var unscoredReasons = map[string]string{
	unscoredEra:    "before Istio 1.5: another architecture",
	unscoredInputs: "the source does not state the inputs, or could not be read",
	unscoredClaim:  "a claim, an advice or a request, not a measurement",
	unscoredOther:  "the model does not predict this",
	unscoredTwice:  "another reading of a row that is scored",
	unscoredSum:    "a sum of requests that the source gives: adding is no prediction",
}

// embedded is the list in the program itself; data that does not pass its checks is a
// programming error.
var embedded = sync.OnceValue(func() []Case {
	cases, err := load()
	if err != nil {
		panic("validation: " + err.Error())
	}
	return cases
})

func load() ([]Case, error) {
	text, err := dataFiles.ReadFile("data/cases.json")
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var cases []Case
	if err := d.Decode(&cases); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("data after the end of the document")
	}
	return cases, complete(cases)
}

// complete checks every case and gives it the inputs of the case it is like.
func complete(cases []Case) error {
	earlier := map[string]Case{}
	var wrong []error
	for i := range cases {
		c := &cases[i]
		if _, twice := earlier[c.ID]; twice {
			wrong = append(wrong, fmt.Errorf("%s is there twice", c.ID))
		}
		if c.Like != "" {
			same, known := earlier[c.Like]
			if !known || len(c.Inputs) > 0 {
				wrong = append(wrong, fmt.Errorf("%s: is like %q, which does not come before it, or has inputs of its own", c.ID, c.Like))
			}
			c.Inputs, c.Low, c.High = same.Inputs, same.Low, same.High
		}
		earlier[c.ID] = *c
		wrong = append(wrong, c.check())
	}
	return errors.Join(wrong...)
}

func (c Case) check() error {
	var wrong []error
	refuse := func(bad bool, text string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(c.ID+": "+text, args...))
		}
	}
	refuse(c.ID == "" || c.Group == "" || c.Title == "", "no id, group or title")
	for _, id := range append([]string{c.Fact}, c.Sets...) {
		_, known := facts.Get(id)
		refuse(!known, "no fact called %q", id)
	}
	if c.Less != "" {
		_, known := facts.Get(c.Less)
		refuse(!known, "no fact called %q", c.Less)
	}
	_, reason := unscoredReasons[c.Unscored]
	refuse(c.Unscored != "" && !reason, "unknown reason %q", c.Unscored)
	_, predicted := predictions[c.Predicts]
	refuse(c.Predicts != "" && !predicted, "unknown prediction %q", c.Predicts)
	refuse((c.Predicts == "") != (c.Unscored == unscoredOther), "neither predicted nor said to be out of reach")
	return errors.Join(wrong...)
}
