package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/model"
	"meshplan/templates"
)

// Names in the planner's form that are not inputs of the scenario.
const (
	formProvider = "page.provider" // the provider when the form was made
	formRegion   = "page.region"   // the region when the form was made
	formTitle    = "page.title"
	formAddRow   = "page.add_row"
	formFrom     = "page.from"  // a saved scenario to copy
	formField    = "page.field" // the number to explain
	formOf       = "page.of"    // the saved scenario that gets a new revision
	formBase     = "page.base"  // the revision of it that the change starts from
	formKeepDays = "page.keep_days"
	formInterval = "page.interval" // inputs whose interval is being edited, one for each row
)

// form is a decoded planner form.
type form struct {
	scenario model.Scenario
	typed    url.Values // inputs as typed, to be shown again
	title    string
	region   string // provider and region when the form was made
	addRow   bool
	field    string
	editing  editing
	// intervals are the inputs whose interval has a row in the form.
	intervals []string
}

// readForm decodes the planner's form. What is typed is there also when the error, an
// *InputError, says what is wrong with it.
func (s *server) readForm(w http.ResponseWriter, r *http.Request) (form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxScenarioBytes)
	if err := r.ParseForm(); err != nil {
		return form{}, unread(err, invalid("body", "", "format", "the form cannot be read: "+err.Error(), "Send it again"))
	}
	return s.decodeForm(r.PostForm)
}

func (s *server) decodeForm(values url.Values) (form, error) {
	flat := url.Values{}
	cells := map[string]string{}
	for name, texts := range values {
		switch {
		case strings.HasPrefix(name, "page."):
		case strings.HasPrefix(name, "w."):
			cells[name] = texts[0]
		default:
			flat[name] = texts
		}
	}
	f := form{
		typed: flat, title: strings.TrimSpace(values.Get(formTitle)), addRow: values.Get(formAddRow) != "", field: values.Get(formField),
		region: values.Get(formProvider) + " " + values.Get(formRegion), editing: editingOf(values),
		intervals: openIntervals(values[formInterval]),
	}
	s.followProvider(flat, values.Get(formProvider))
	rows, wrong := workloadsOf(cells)
	scenario, err := model.DecodeFlat(flat)
	if input := (*model.InputError)(nil); asInput(err, &input) {
		wrong = append(wrong, input.Fields...)
	} else if err != nil {
		return f, err
	}
	if len(wrong) > 0 {
		return f, &model.InputError{Fields: wrong}
	}
	if len(rows) > 0 {
		scenario.Workloads = rows
	}
	scenario.Title = f.title
	f.scenario = whole(scenario)
	return f, nil
}

// openIntervals are the rows that a form asks for, each once.
func openIntervals(names []string) []string {
	var open []string
	for _, name := range names {
		if slices.Contains(model.IntervalNames(), name) && !slices.Contains(open, name) {
			open = append(open, name)
		}
	}
	return open
}

// unfinished says whether the form holds rows that the scenario does not, so that it has
// to be shown again as it is.
func (f form) unfinished() bool {
	return f.addRow || slices.ContainsFunc(f.intervals, func(name string) bool {
		_, given := f.scenario.Intervals[name]
		return !given
	})
}

// whole gives an application to a scenario that says nothing at all, so that no address
// is empty: the empty one opens the first example.
func whole(s model.Scenario) model.Scenario {
	if model.EncodeQuery(s) == "" {
		services := int64(60) // the example that the model itself starts from
		s.Quick.Services = &services
	}
	return s
}

// followProvider drops what belongs to another cloud when the provider was changed in the
// form, and gives an own node the size of the node it replaces.
func (s *server) followProvider(flat url.Values, before string) {
	providers := s.catalog.Providers()
	now := flat.Get("provider")
	if now == "" {
		now = providers[0].ID
	}
	if before == "" || before == now {
		return
	}
	if now == "custom" {
		s.sizeOwnNode(flat, before)
	} else if before == "custom" {
		for _, name := range []string{"node_allocatable_cpu_m", "node_allocatable_memory_mib", "node_hourly_usd"} {
			flat.Del(name)
		}
	}
	flat.Del("region")
	flat.Del("node_type")
}

// sizeOwnNode starts an own node from the size and price of the node type in use.
func (s *server) sizeOwnNode(flat url.Values, provider string) {
	i := slices.IndexFunc(s.catalog.Providers(), func(p model.Provider) bool { return p.ID == provider })
	if i < 0 {
		return
	}
	p := s.catalog.Providers()[i]
	q := model.NodeQuery{Provider: p.ID, Region: p.DefaultRegion, Names: []string{p.DefaultNodeType}}
	if region := flat.Get("region"); region != "" {
		q.Region = region
	}
	if name := flat.Get("node_type"); name != "" && name != "auto" && !strings.Contains(name, ",") {
		q.Names = []string{name}
	}
	types, err := s.catalog.NodeTypes(q)
	if err != nil || len(types) == 0 {
		return // the form then asks for the size
	}
	start := map[string]string{
		"node_allocatable_cpu_m":      strconv.FormatInt(types[0].AllocatableCPUMillicores, 10),
		"node_allocatable_memory_mib": strconv.FormatInt(types[0].AllocatableMemoryMiB, 10),
		"node_hourly_usd":             strconv.FormatFloat(types[0].HourlyUSD, 'f', -1, 64),
	}
	for name, text := range start {
		if flat.Get(name) == "" {
			flat.Set(name, text)
		}
	}
}

// workloadsOf reads the cells w.ROW.NAME of the table editor. Rows without any text in the
// cells are no rows; a row without a name gets one.
func workloadsOf(cells map[string]string) ([]model.Workload, []model.FieldError) {
	rows, whole := map[int]map[string]string{}, map[int]string{}
	for name, text := range cells {
		row, column, _ := strings.Cut(strings.TrimPrefix(name, "w."), ".")
		n, err := strconv.Atoi(row)
		if err == nil && column == templates.WholeRowCell {
			whole[n] = text
		}
		if err != nil || !slices.Contains(templates.WorkloadCells, column) || strings.TrimSpace(text) == "" {
			continue
		}
		if rows[n] == nil {
			rows[n] = map[string]string{}
		}
		rows[n][column] = strings.TrimSpace(text)
	}
	var list []model.Workload
	var wrong []model.FieldError
	for i, n := range sortedInts(rows) {
		w, err := workloadOf(rows[n], whole[n])
		if err != nil {
			err.Field = "workloads[" + strconv.Itoa(i) + "]." + err.Field
			wrong = append(wrong, *err)
			continue
		}
		if w.Name == "" {
			w.Name = "workload-" + strconv.Itoa(n+1)
		}
		list = append(list, w)
	}
	return list, wrong
}

func sortedInts(rows map[int]map[string]string) []int {
	numbers := make([]int, 0, len(rows))
	for n := range rows {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

// workloadOf reads a row's cells. What they have no column for comes from the whole row in
// the compact form, "" for none.
func workloadOf(row map[string]string, whole string) (model.Workload, *model.FieldError) {
	w, wrong := model.WorkloadOfCompact(whole)
	if wrong != nil {
		return w, wrong
	}
	w.Namespace, w.Name, w.Kind, w.Replicas = row["namespace"], row["name"], row["kind"], 1
	w.Services, w.PodCPUMillicores, w.PodMemoryMiB, w.RPSPerPod, w.InMesh = 0, 0, 0, nil, nil
	for column, into := range map[string]*int64{
		"services": &w.Services, "replicas": &w.Replicas, "pod_cpu_m": &w.PodCPUMillicores, "pod_memory_mib": &w.PodMemoryMiB,
	} {
		text := row[column]
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
		if err != nil {
			return w, cellError(column, text, "a whole number")
		}
		*into = n
	}
	if text := row["rps_per_pod"]; text != "" {
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return w, cellError("rps_per_pod", text, "a number")
		}
		w.RPSPerPod = &rate
	}
	if text := row["in_mesh"]; text != "" {
		in := text == "y"
		w.InMesh = &in
	}
	return w, nil
}

func cellError(column, text, want string) *model.FieldError {
	return &model.FieldError{
		Field: column, Value: shorten(text), Rule: "number",
		Message: strconv.Quote(shorten(text)) + " is not " + want, Fix: "Give " + column + " as " + want + ", without unit",
	}
}
