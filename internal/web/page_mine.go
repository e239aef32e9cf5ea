package web

import (
	"io"
	"net/http"
	"strings"

	"meshplan/templates"
)

// getMine lists the signed-on user's scenarios; without sign-on it only moves files.
func (s *server) getMine(w http.ResponseWriter, r *http.Request) error {
	private(w)
	return s.minePage(w, r, http.StatusOK, templates.Mine{})
}

func (s *server) minePage(w http.ResponseWriter, r *http.Request, status int, view templates.Mine) error {
	site, err := s.site(r)
	if err != nil {
		return err
	}
	if view.User = userOf(r.Context()); view.User != "" {
		list, err := s.ownScenarios(r)
		if err != nil {
			return err
		}
		for _, one := range list {
			view.List = append(view.List, templates.MineRow{
				ID: one.ID, Title: one.Title, ChangedAt: one.ChangedAt.UTC().Format(dateShown), ExpiresOn: dayOf(one.ExpiresAt), Revisions: one.Revisions,
			})
		}
	}
	body, err := renderPage(r.Context(), templates.MinePage(site, view))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Type", typeHTML)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		s.log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}

// postMineExport sends the scenarios whose links were given, or all of the user's.
func (s *server) postMineExport(w http.ResponseWriter, r *http.Request) error {
	values, err := postedForm(w, r, maxSmallBytes)
	if err != nil {
		return err
	}
	links := strings.Fields(values.Get("links"))
	if len(links) == 0 && userOf(r.Context()) == "" {
		return invalid("links", "", "required", "no link is given", "Give the links of your scenarios, one a line")
	}
	if len(links) == 0 {
		own, err := s.ownScenarios(r)
		if err != nil {
			return err
		}
		for _, one := range own {
			links = append(links, one.ID)
		}
	}
	return s.sendBundle(w, r, links)
}

// postMineImport saves what a file holds and tells the new keys, once.
func (s *server) postMineImport(w http.ResponseWriter, r *http.Request) error {
	private(w)
	file, err := uploaded(w, r)
	if err != nil {
		return err
	}
	imported, err := s.importBundle(r, file)
	if err != nil {
		p := problemOf(err)
		if len(p.Errors) == 0 {
			return err
		}
		return s.minePage(w, r, p.Status, templates.Mine{Wrong: p.Errors})
	}
	view := templates.Mine{}
	for _, one := range imported {
		view.Imported = append(view.Imported, templates.ImportedRow{ID: one.ID, Title: one.Title, EditKey: one.EditKey})
	}
	return s.minePage(w, r, http.StatusCreated, view)
}

// uploaded reads the one file of a form.
func uploaded(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	missing := invalid("file", "", "required", "there is no file", "Choose a file that meshplan exported")
	if err := parseUpload(w, r, maxBundleBytes); err != nil {
		return nil, unread(err, missing)
	}
	file, _, err := r.FormFile("file")
	if err != nil {
		return nil, missing
	}
	defer file.Close()
	return io.ReadAll(file)
}
