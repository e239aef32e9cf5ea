package facts

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

//go:embed data
var dataFiles embed.FS

// embedded is the registry in the program itself; data that does not pass its checks is
// a programming error.
var embedded = sync.OnceValue(func() *registry {
	r, err := load(dataFiles)
	if err != nil {
		panic("facts: " + err.Error())
	}
	return r
})

// registry is everything in data/, checked.
type registry struct {
	facts         []Fact
	factIndex     map[string]int
	names         []AssumptionName
	presets       []Preset
	releases      []Release
	disagreements []Disagreement
	missing       []Missing
}

// load reads and checks the data files under fsys.
func load(fsys fs.FS) (*registry, error) {
	r := &registry{factIndex: map[string]int{}}
	if err := r.readFacts(fsys); err != nil {
		return nil, err
	}
	rest := []struct {
		path string
		into any
	}{
		{"data/assumptions.json", &r.names},
		{"data/presets.json", &r.presets},
		{"data/releases.json", &r.releases},
		{"data/disagreements.json", &r.disagreements},
		{"data/not_found.json", &r.missing},
	}
	for _, file := range rest {
		if err := readStrictly(fsys, file.path, file.into); err != nil {
			return nil, err
		}
	}
	return r, r.check()
}

// readFacts reads data/facts/*.json in the order of their names; each file is one section.
func (r *registry) readFacts(fsys fs.FS) error {
	paths, err := fs.Glob(fsys, "data/facts/*.json")
	if err != nil {
		return err
	}
	for _, path := range paths {
		var file struct {
			Section string `json:"section"`
			Facts   []Fact `json:"facts"`
		}
		if err := readStrictly(fsys, path, &file); err != nil {
			return err
		}
		for _, f := range file.Facts {
			if f.Section != "" {
				return fmt.Errorf("%s: %s: the section is the file's, not the fact's", path, f.ID)
			}
			f.Section = file.Section
			if _, twice := r.factIndex[f.ID]; twice {
				return fmt.Errorf("%s: id %s is used twice", path, f.ID)
			}
			if err := f.check(); err != nil {
				return fmt.Errorf("%s: %s: %w", path, f.ID, err)
			}
			r.factIndex[f.ID] = len(r.facts)
			r.facts = append(r.facts, f)
		}
	}
	return nil
}

// readStrictly decodes one JSON file and refuses unknown fields and trailing data.
func readStrictly(fsys fs.FS, path string, into any) error {
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: data after the end of the document", path)
	}
	return nil
}

func (r *registry) fact(id string) (Fact, bool) {
	i, ok := r.factIndex[id]
	if !ok {
		return Fact{}, false
	}
	return r.facts[i], true
}

func (r *registry) preset(id string) (Preset, bool) {
	for _, p := range r.presets {
		if p.ID == id {
			return p, true
		}
	}
	return Preset{}, false
}
