package web

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

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
	view, status := s.importView(w, r)
	return s.sendPage(w, r, status, templates.ImportPage(site, view))
}

func (s *server) importView(w http.ResponseWriter, r *http.Request) (templates.Import, int) {
	view := templates.Import{}
	source, options, err := readImport(w, r, &view)
	var result importer.Result
	var text firstBytes
	if err == nil {
		result, err = s.imported(r.Context(), io.TeeReader(source, &text), options)
	}
	if err == nil {
		err = model.Validate(result.Scenario, s.catalog)
	}
	if err != nil {
		p := problemOf(err)
		if view.Wrong = p.Errors; len(view.Wrong) == 0 {
			view.Wrong = []model.FieldError{{Field: "import", Message: p.Detail}}
		}
		return view, p.Status
	}
	view.Found = foundOf(result)
	view.Found.Before = text.before(result.Scenario)
	view.Found.Address = address(result.Scenario)
	if values, err := url.ParseQuery(model.EncodeQuery(result.Scenario)); err == nil {
		view.Found.Fields = values
	}
	return view, http.StatusOK
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

// readImport finds the input in an uploaded file or in the text pasted.
func readImport(w http.ResponseWriter, r *http.Request, view *templates.Import) (io.Reader, importer.Options, error) {
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
	options, err := importer.ParseOptions(asked)
	if err != nil {
		return nil, options, err
	}
	if file, header, err := r.FormFile("file"); err == nil && header.Size > 0 {
		return file, options, nil
	}
	view.Text = r.PostForm.Get("text")
	if len(bytes.TrimSpace([]byte(view.Text))) == 0 {
		return nil, options, invalid("text", "", "required", "there is nothing to read", "Paste the output of kubectl, manifests or CSV, or choose a file")
	}
	return bytes.NewReader([]byte(view.Text)), options, nil
}

// foundOf turns what the importer understood into what the review shows.
func foundOf(result importer.Result) *templates.Found {
	f := &templates.Found{
		Workloads: result.Totals.Workloads, Pods: result.Totals.Pods,
		CPUMillicores: result.Totals.CPUMillicores, MemoryMiB: result.Totals.MemoryMiB,
		Warnings: result.Warnings,
	}
	for _, item := range result.Understood {
		row := templates.FoundRow{
			Namespace: item.Namespace, Name: item.Name, Kind: item.Kind, Source: item.Source, Replicas: item.Replicas,
			CPUMillicores: item.PodCPUMillicores, MemoryMiB: item.PodMemoryMiB, Assumed: item.Assumed,
		}
		if item.Proxy != nil {
			row.Proxy = item.Proxy.Product
		}
		f.Rows = append(f.Rows, row)
	}
	for _, skipped := range result.Skipped {
		f.Skipped = append(f.Skipped, templates.FoundSkipped{Kind: skipped.Kind, Why: skipped.Why, Count: skipped.Count, Names: skipped.Names})
	}
	for _, m := range result.Missing {
		f.Missing = append(f.Missing, templates.FoundMissing{
			Workload: m.Workload, Container: m.Container, CPU: m.CPU, Memory: m.Memory, StandIn: m.StandIn,
		})
	}
	return f
}
