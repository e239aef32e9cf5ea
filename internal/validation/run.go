package validation

import (
	"math"
	"slices"

	"meshplan/internal/facts"
	"meshplan/internal/model"
)

// Report is the model held against every case.
type Report struct {
	ModelVersion string    `json:"model_version"`
	Rows         []Row     `json:"rows"`
	Scored       Summary   `json:"scored"` // the score
	All          Summary   `json:"all"`    // every case that the model can predict, scored or not
	Groups       []Summary `json:"groups"` // the score by group
}

// Row is a case with its result.
type Row struct {
	ID            string          `json:"id"`
	Group         string          `json:"group"`
	Title         string          `json:"title"`
	Unit          string          `json:"unit"`
	PublishedLow  float64         `json:"published_low"` // equal to high where the source gives one figure
	PublishedHigh float64         `json:"published_high"`
	FactID        string          `json:"fact_id"`
	Source        string          `json:"source"`
	AsOf          string          `json:"as_of"`
	AppliesTo     string          `json:"applies_to,omitempty"`
	Evidence      string          `json:"evidence"` // V, D, C, F, S or Derived, as in the registry
	Query         string          `json:"query"`    // the inputs, as the planner's address takes them
	Predicted     *model.Estimate `json:"predicted"`
	ErrorShare    *float64        `json:"error"` // (predicted − published) ÷ published
	Covered       *bool           `json:"covered"`
	Scored        bool            `json:"scored"`
	WhyNot        string          `json:"why_not,omitempty"` // why it is not scored
	Sets          []string        `json:"sets,omitempty"`    // constants of the model that were taken from it
	Note          string          `json:"note,omitempty"`
}

// Summary is the score of a set of rows.
type Summary struct {
	Group               string   `json:"group,omitempty"`
	Cases               int      `json:"cases"`
	MedianAbsoluteError *float64 `json:"median_absolute_error"` // share of the published figure; null without cases
	Covered             int      `json:"covered"`
	Coverage            *float64 `json:"coverage"` // share of cases inside the interval
}

// Cases lists every case, in the order of the report.
func Cases() []Case { return slices.Clone(embedded()) }

// Run asks the model for every case. The same catalog and model give the same report.
func Run(c model.Catalog) Report {
	report := Report{ModelVersion: model.Version}
	var groups []string
	for _, one := range embedded() {
		report.Rows = append(report.Rows, one.run(c))
		if !slices.Contains(groups, one.Group) {
			groups = append(groups, one.Group)
		}
	}
	scored := func(r Row) bool { return r.Scored }
	report.Scored = summarise("", report.Rows, scored)
	report.All = summarise("", report.Rows, func(r Row) bool { return r.Predicted != nil })
	for _, g := range groups {
		report.Groups = append(report.Groups, summarise(g, report.Rows, func(r Row) bool { return r.Scored && r.Group == g }))
	}
	return report
}

func (c Case) run(catalog model.Catalog) Row {
	f := facts.Must(c.Fact)
	r := Row{
		ID: c.ID, Group: c.Group, Title: c.Title, Unit: f.Unit, FactID: f.ID, Source: f.Source, AsOf: f.AsOf,
		AppliesTo: f.AppliesTo, Evidence: f.Evidence, Sets: c.Sets, Note: c.Note, WhyNot: unscoredReasons[c.Unscored],
	}
	if c.Unit != "" {
		r.Unit = c.Unit
	}
	r.PublishedLow, r.PublishedHigh = c.published(f)
	if len(c.Sets) > 0 && r.WhyNot == "" {
		r.WhyNot = "a constant of the model was taken from it"
	}
	if c.Predicts == "" {
		return r
	}
	predicted, query, err := c.predict(catalog, f)
	if err != nil {
		r.WhyNot = "cannot be planned: " + err.Error()
		return r
	}
	r.Query, r.Predicted, r.Scored = query, &predicted, r.WhyNot == ""
	middle := (r.PublishedLow + r.PublishedHigh) / 2
	off := (predicted.Typical - middle) / middle
	const slack = 1e-9 // figures come through floating-point conversions
	covered := predicted.Low <= r.PublishedHigh*(1+slack) && r.PublishedLow <= predicted.High*(1+slack)
	r.ErrorShare, r.Covered = &off, &covered
	return r
}

// published is the range that the source prints, or its one figure twice.
func (c Case) published(f facts.Fact) (low, high float64) {
	if c.Figure != nil {
		return *c.Figure, *c.Figure
	}
	for _, v := range []*float64{f.High, f.Typical, f.Low} {
		if v != nil {
			low = *v
		}
	}
	for _, v := range []*float64{f.Low, f.Typical, f.High} {
		if v != nil {
			high = *v
		}
	}
	if c.Less != "" {
		less := facts.Must(c.Less).Value()
		low, high = low-less, high-less
	}
	return low, high
}

// predict asks the model, once for the inputs as stated and once for each end of what
// the source leaves open. Such an end and the model's own interval are independent, so
// their distances add as the sides of right angles do.
func (c Case) predict(catalog model.Catalog, f facts.Fact) (model.Estimate, string, error) {
	p := predictions[c.Predicts]
	stated, query, err := plan(catalog, c.Inputs, nil)
	if err != nil {
		return model.Estimate{}, "", err
	}
	e := p.inUnitOf(f, p.of(stated))
	for _, end := range []map[string]string{c.Low, c.High} {
		if len(end) == 0 {
			continue
		}
		other, _, err := plan(catalog, c.Inputs, end)
		if err != nil {
			return model.Estimate{}, "", err
		}
		switch v := p.inUnitOf(f, p.of(other)).Typical; {
		case v < e.Typical:
			e.Low = max(e.Typical-math.Hypot(e.Typical-e.Low, e.Typical-v), 0)
		case v > e.Typical:
			e.High = e.Typical + math.Hypot(e.High-e.Typical, v-e.Typical)
		}
	}
	return e, query, nil
}

func plan(catalog model.Catalog, inputs, changed map[string]string) (model.Plan, string, error) {
	values := map[string][]string{}
	for _, from := range []map[string]string{inputs, changed} {
		for name, text := range from {
			values[name] = []string{text}
		}
	}
	s, err := model.DecodeFlat(values)
	if err != nil {
		return model.Plan{}, "", err
	}
	p, err := model.Evaluate(s, catalog)
	return p, model.EncodeQuery(s), err
}

func summarise(group string, rows []Row, counts func(Row) bool) Summary {
	s := Summary{Group: group}
	var errors []float64
	for _, r := range rows {
		if !counts(r) {
			continue
		}
		s.Cases++
		errors = append(errors, math.Abs(*r.ErrorShare))
		if *r.Covered {
			s.Covered++
		}
	}
	if s.Cases == 0 {
		return s
	}
	slices.Sort(errors)
	middle := (errors[(s.Cases-1)/2] + errors[s.Cases/2]) / 2
	coverage := float64(s.Covered) / float64(s.Cases)
	s.MedianAbsoluteError, s.Coverage = &middle, &coverage
	return s
}
