package facts

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	idForm    = regexp.MustCompile(`^[a-z0-9_]+$`)
	asOfForm  = regexp.MustCompile(`^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$`)
	monthForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$`)
	dayForm   = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`)
)

// check reports everything that is wrong with one fact.
func (f Fact) check() error {
	var wrong []error
	refuse := func(bad bool, text string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(text, args...))
		}
	}
	base, _ := splitUnit(f.Unit)
	_, knownUnit := units[base]
	refuse(!idForm.MatchString(f.ID), "id %q is not lower case, digits and _", f.ID)
	refuse(f.Section == "", "no section")
	refuse(f.Meaning == "", "no meaning")
	refuse(!slices.Contains(kinds, f.Kind), "unknown kind %q", f.Kind)
	refuse(f.EvidenceMeaning() == "", "unknown evidence %q", f.Evidence)
	refuse(!asOfForm.MatchString(f.AsOf), "as_of %q is not a date", f.AsOf)
	refuse(f.Unit != "" && !knownUnit, "unknown unit %q", f.Unit)
	refuse(f.hasFigure() && f.Unit == "", "a figure without unit")
	refuse(!f.hasFigure() && f.Text == "", "neither figure nor text")
	refuse(f.Evidence == "Derived" && f.hasFigure() && f.Note == "", "derived without a note that says how")
	refuse(!ordered(f.Low, f.Typical, f.High), "low, typical and high are out of order")
	wrong = append(wrong, f.checkSource())
	return errors.Join(wrong...)
}

func (f Fact) checkSource() error {
	if f.Source == "" {
		return errors.New("no source")
	}
	isAddress := strings.HasPrefix(f.Source, "https://") || strings.HasPrefix(f.Source, "http://")
	switch f.SourceKind {
	case SourceAddress:
		if !isAddress {
			return fmt.Errorf("source %q is not an address", f.Source)
		}
	case SourceText:
		if isAddress {
			return errors.New("source_kind text with an address")
		}
	case SourceNone:
		if f.hasFigure() {
			return errors.New("a figure that no page can be cited for")
		}
	default:
		return fmt.Errorf("unknown source_kind %q", f.SourceKind)
	}
	return nil
}

func (f Fact) hasFigure() bool { return f.Low != nil || f.Typical != nil || f.High != nil }

// ordered reports whether the figures that are given do not decrease.
func ordered(figures ...*float64) bool {
	given := make([]float64, 0, len(figures))
	for _, x := range figures {
		if x != nil {
			given = append(given, *x)
		}
	}
	return slices.IsSorted(given)
}

// check reports what is wrong between the files: presets that point nowhere, names that
// nobody answers, references to facts that do not exist.
func (r *registry) check() error {
	var wrong []error
	for _, f := range r.facts {
		wrong = append(wrong, r.checkReferences(f.ID, f.DerivedFrom))
	}
	for _, d := range r.disagreements {
		wrong = append(wrong, r.checkReferences(d.Topic, d.FactIDs))
	}
	for _, n := range r.names {
		fallback, _ := r.preset(n.Fallback)
		if _, ok := fallback.factID(n.Name); !ok {
			wrong = append(wrong, fmt.Errorf("assumption %s: fallback preset %q does not answer it", n.Name, n.Fallback))
		}
	}
	for _, p := range r.presets {
		wrong = append(wrong, r.checkPreset(p))
	}
	for _, rel := range r.releases {
		wrong = append(wrong, rel.check())
	}
	return errors.Join(wrong...)
}

func (r *registry) checkReferences(from string, ids []string) error {
	for _, id := range ids {
		if _, ok := r.fact(id); !ok {
			return fmt.Errorf("%s refers to fact %q, which does not exist", from, id)
		}
	}
	return nil
}

// checkPreset proves that every default has a figure, a unit that fits its name, a
// source and a month.
func (r *registry) checkPreset(p Preset) error {
	var wrong []error
	if p.Title == "" || p.Summary == "" || !monthForm.MatchString(p.AsOf) || (p.Basis != BasisRequest && p.Basis != BasisUse) {
		wrong = append(wrong, fmt.Errorf("preset %s: title, summary, as_of or basis is missing or wrong", p.ID))
	}
	all := maps.Clone(p.Values)
	maps.Copy(all, p.Thresholds)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := r.checkDefault(name, all[name]); err != nil {
			wrong = append(wrong, fmt.Errorf("preset %s: %s: %w", p.ID, name, err))
		}
	}
	return errors.Join(wrong...)
}

func (r *registry) checkDefault(name, factID string) error {
	i := slices.IndexFunc(r.names, func(n AssumptionName) bool { return n.Name == name })
	f, ok := r.fact(factID)
	switch {
	case i < 0:
		return errors.New("no such assumption name")
	case !ok:
		return fmt.Errorf("fact %q does not exist", factID)
	case f.Typical == nil:
		return fmt.Errorf("fact %s has no typical figure", factID)
	case f.SourceKind == SourceNone:
		return fmt.Errorf("fact %s has no source", factID)
	case !monthForm.MatchString(f.AsOf):
		return fmt.Errorf("fact %s is dated %s: a default needs a month", factID, f.AsOf)
	}
	_, err := convert(*f.Typical, f.Unit, r.names[i].Unit)
	return err
}

func (rel Release) check() error {
	if rel.Product == "" || rel.Version == "" || !strings.HasPrefix(rel.Source, "https://") ||
		evidenceMeanings[rel.Evidence] == "" || !monthForm.MatchString(rel.AsOf) ||
		!dayForm.MatchString(rel.Released) || !dayForm.MatchString(rel.EndOfLife) || !dayForm.MatchString(rel.ExtendedUntil) {
		return fmt.Errorf("release %s %s: product, version, dates, source or evidence is missing or wrong", rel.Product, rel.Version)
	}
	return nil
}
