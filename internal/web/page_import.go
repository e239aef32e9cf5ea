package web

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"meshplan/internal/advice"
	"meshplan/internal/importer"
	"meshplan/internal/model"
	"meshplan/templates"
)

// getImport shows the form to paste or upload what one has of a cluster.
func (s *server) getImport(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	return s.sendPage(w, r, http.StatusOK, templates.ImportPage(site, templates.Import{}))
}

// postImport reads what was pasted or uploaded and shows what was understood, for review
// before it becomes a scenario.
func (s *server) postImport(w http.ResponseWriter, r *http.Request) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	view := templates.Import{}
	var text firstBytes
	result, err := s.readImport(w, r, &view, &text)
	if err == nil {
		settle(&result, s.catalog, nil)
		v := reviewed{Result: result, Measured: measuredByDefault(result)}
		if view.Found, err = s.foundOf(r.Context(), v, 1, ""); err == nil {
			view.Found.Before = text.before(result.Scenario)
		}
	}
	if err != nil {
		status, err := wrongImport(&view, err)
		if err != nil {
			return err
		}
		return s.sendPage(w, r, status, templates.ImportPage(site, view))
	}
	return s.sendPage(w, r, http.StatusOK, templates.ImportPage(site, view))
}

// firstBytes keeps what is read through it, as far as checks of manifests take it.
type firstBytes struct{ bytes.Buffer }

// Write never fails, so that the import goes on without the checks.
func (b *firstBytes) Write(p []byte) (int, error) {
	if room := advice.MaxManifestBytes + 1 - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// before answers the checklist before a mesh from the import; nil where it holds no
// manifests that the checks can read.
func (b *firstBytes) before(s model.Scenario) []advice.Check {
	m, err := advice.ReadManifests(b.Bytes())
	if err != nil || len(m.Of("Deployment"))+len(m.Of("StatefulSet"))+len(m.Of("DaemonSet")) == 0 {
		return nil
	}
	list, err := advice.Before(s, m)
	if err != nil {
		return nil
	}
	return list
}

// parseUpload reads a form with a file into memory: nothing of it may stay behind on a
// disk, and in a container there is none to write to.
func parseUpload(w http.ResponseWriter, r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	return r.ParseMultipartForm(most)
}

// wrongImport puts an error of the input onto the page; others are returned.
func wrongImport(view *templates.Import, err error) (int, error) {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests {
		return 0, err
	}
	if view.Wrong = p.Errors; len(view.Wrong) == 0 {
		view.Wrong = []model.FieldError{{Field: "import", Message: p.Detail}}
	}
	return p.Status, nil
}

// readImport reads the uploaded file or the text pasted, with the options of the form.
// What the form showed is kept in view, and what was read goes to text as well.
func (s *server) readImport(w http.ResponseWriter, r *http.Request, view *templates.Import, text io.Writer) (importer.Result, error) {
	source, options, err := importSource(w, r, view)
	if err != nil {
		return importer.Result{}, err
	}
	result, err := s.imported(r.Context(), io.TeeReader(source, text), options)
	for _, c := range result.Columns {
		view.Columns = append(view.Columns, templates.ImportColumn{Header: c.Header, Meaning: c.Meaning, Unit: c.Unit, Guessed: c.Guessed})
	}
	view.Offered = append(importer.ColumnNames(), "ignore")
	return result, err
}

// importSource finds the input in an uploaded file or in the text pasted.
func importSource(w http.ResponseWriter, r *http.Request, view *templates.Import) (io.Reader, importer.Options, error) {
	if err := parseUpload(w, r, maxImportBytes); err != nil {
		return nil, importer.Options{}, err
	}
	asked := url.Values{}
	for _, name := range importer.OptionNames {
		if text := r.PostForm.Get(name); text != "" {
			asked.Set(name, text)
		}
	}
	view.Missing, view.Names = asked.Get("missing"), asked.Get("names")
	view.DefaultCPU, view.DefaultMiB = asked.Get("default_cpu_m"), asked.Get("default_memory_mib")
	view.Text = r.PostForm.Get("text")
	options, err := importer.ParseOptions(asked)
	if err != nil {
		return nil, options, err
	}
	options.Columns = chosenColumns(r.PostForm)
	if file, header, err := r.FormFile("file"); err == nil && header.Size > 0 {
		view.Text = ""
		return tableAgain(file, header.Size, view), options, nil
	}
	if len(bytes.TrimSpace([]byte(view.Text))) == 0 {
		return nil, options, invalid("text", "", "required", "there is nothing to read", "Paste the output of kubectl, manifests or CSV, or choose a file")
	}
	return strings.NewReader(view.Text), options, nil
}

// tableAgain puts a small table into the text field, so that its columns can be corrected
// without choosing the file again.
func tableAgain(file io.ReadSeeker, size int64, view *templates.Import) io.Reader {
	const mostShown = 256 << 10
	if size > mostShown {
		return file
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return io.MultiReader(bytes.NewReader(text), failing{err})
	}
	if start := bytes.TrimSpace(text); len(start) > 0 && !bytes.ContainsAny(start[:1], "{[\x1f\xfe\xff") && bytes.ContainsAny(firstLine(start), ",;\t") {
		view.Text = string(text)
	}
	return bytes.NewReader(text)
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line
}

// failing is a reader that has failed.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// chosenColumns are the meanings that the form gives to the columns of a table: column.N
// is its header, meaning.N what it holds.
func chosenColumns(form url.Values) map[string]string {
	chosen := map[string]string{}
	for name := range form {
		number, isColumn := strings.CutPrefix(name, "column.")
		if meaning := form.Get("meaning." + number); isColumn && meaning != "" {
			chosen[form.Get(name)] = meaning
		}
	}
	if len(chosen) == 0 {
		return nil
	}
	return chosen
}

// measuredByDefault are the measured inputs that the review takes unless told otherwise:
// what the mesh itself was measured to use.
func measuredByDefault(result importer.Result) map[string]bool {
	taken := map[string]bool{}
	for _, m := range result.Measured {
		if strings.Contains(m.Name, "per_1000rps") {
			taken[m.Name] = true
		}
	}
	return taken
}

// postImportReview takes the corrections and shows the review again, plans or exports it.
func (s *server) postImportReview(w http.ResponseWriter, r *http.Request) error {
	form, err := postedForm(w, r, maxReviewBytes)
	if err != nil {
		return err
	}
	v, err := unpackReview(form.Get("state"))
	if err != nil {
		return err
	}
	corrected := v
	if err := corrected.correct(form); err != nil {
		return s.reviewWrong(w, r, v, form, err)
	}
	v = corrected
	v.span(form.Get("do"))
	v.Result.Warnings = slices.DeleteFunc(slices.Clone(v.Result.Warnings), func(w model.Warning) bool { return strings.HasPrefix(w.ID, "node_types_") })
	settle(&v.Result, s.catalog, v.StandIns)
	v.Result.Recount(func(row int) bool { return v.Out[row] })
	switch form.Get("do") {
	case "plan":
		return s.planReview(w, r, v, form)
	case "csv", "json":
		return s.exportReview(w, r, v, form.Get("do"))
	}
	page, show := reviewPlace(form)
	return s.reviewShown(w, r, v, page, show, nil)
}

// reviewPlace is the page of rows to show next.
func reviewPlace(form url.Values) (page int, show string) {
	show = form.Get("show")
	page, _ = strconv.Atoi(form.Get("page"))
	what, where, _ := strings.Cut(form.Get("do"), ":")
	switch what {
	case "page":
		page, _ = strconv.Atoi(where)
	case "show":
		page, show = 1, where
	}
	return page, show
}

// reviewWrong shows the review as it was, with what is wrong about the corrections.
func (s *server) reviewWrong(w http.ResponseWriter, r *http.Request, v reviewed, form url.Values, err error) error {
	problem := problemOf(err)
	if len(problem.Errors) == 0 {
		return err
	}
	page, show := reviewPlace(form)
	return s.reviewShown(w, r, v, page, show, problem.Errors)
}

func (s *server) reviewShown(w http.ResponseWriter, r *http.Request, v reviewed, page int, show string, wrong []model.FieldError) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	site.Path = "/import"
	view := templates.Import{Wrong: wrong}
	if view.Found, err = s.foundOf(r.Context(), v, page, show); err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.sendPage(w, r, status, templates.ImportPage(site, view))
}

// planReview opens the planner with what the review came to.
func (s *server) planReview(w http.ResponseWriter, r *http.Request, v reviewed, form url.Values) error {
	scenario := whole(v.scenario())
	if err := model.Validate(scenario, s.catalog); err != nil {
		return s.reviewWrong(w, r, v, form, err)
	}
	if to := address(scenario); to != "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	r.URL.Path = "/"
	return s.plannerPage(w, r, scenarioForm(scenario))
}

func scenarioForm(scenario model.Scenario) form { return form{scenario: scenario} }

// exportReview sends the workloads as a table or the scenario as a document.
func (s *server) exportReview(w http.ResponseWriter, r *http.Request, v reviewed, what string) error {
	scenario := v.scenario()
	a, err := workloadsAnswer(scenario)
	if what == "json" {
		a, err = scenarioAnswer(scenario)
	}
	if err != nil {
		return err
	}
	return s.send(w, r, a)
}
