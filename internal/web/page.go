package web

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"meshplan/static"
	"meshplan/templates"
)

// pageRoutes adds the pages to the router.
func (s *server) pageRoutes(r chi.Router) {
	r.Get("/", s.handle(s.getPlanner))
	r.Post("/", s.handle(s.postPlanner))
	r.Post("/live", s.handle(s.postLive))
	r.Post("/scenarios", s.handle(s.postSave))
	s.savedRoutes(func(method, path string, h handler) { r.Method(method, path, s.handle(h)) })
	r.Get("/import", s.handle(s.getImport))
	r.Get("/explain", s.handle(s.getExplain))
	r.Post("/explain", s.handle(s.postExplain))
	r.Get("/analyses", s.handle(s.getAnalyses))
	s.decisionPages(r)
	r.Get("/compare", s.handle(s.getCompare))
	r.Get("/nodes", s.handle(s.getNodeTypes))
	r.Get("/method", s.handle(s.getMethod))
	r.Get("/validation", s.handle(s.getValidation))
	r.Get("/spreadsheets", s.handle(s.getSpreadsheets))
	r.Get("/errors/{kind}", s.handle(s.getErrorKind))
	r.Get("/static/{file}", s.handle(s.getStatic))
	if s.config.Dev {
		r.Get("/gallery", s.handle(s.getGallery))
		r.Get("/gallery/{state}", s.handle(s.getGalleryState))
	}
	r.Get("/favicon.svg", s.handle(s.getIcon))
	r.Get("/robots.txt", s.handle(s.getRobots))
}

// uploadPages take files, and so more time than the rest.
func (s *server) uploadPages(r chi.Router) {
	r.Post("/import", s.handle(s.postImport))
	r.Post("/import/review", s.handle(s.postImportReview))
	r.Post("/s/{id}/score", s.handle(s.postScore))
	r.Post("/mine/import", s.handle(s.postMineImport))
}

// site is what every page needs to know of the server and the request.
func (s *server) site(r *http.Request) (templates.Site, error) {
	bundle, err := static.Names()
	if err != nil {
		return templates.Site{}, err
	}
	site := templates.Site{
		Script: "/static/" + bundle.Script, Style: "/static/" + bundle.Style, Path: r.URL.Path,
		Version: s.config.Version, BaseURL: s.baseURL(r), CanSave: s.store != nil,
	}
	site.Notice, site.User = s.storeNotice(r.Context()), userOf(r.Context())
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		site.Theme = c.Value
	}
	return site, nil
}

// sendPage renders a component completely before the first byte leaves.
func (s *server) sendPage(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	body, err := renderPage(r.Context(), page)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Add("Vary", "Cookie")
	if status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return s.send(w, r, newAnswer(typeHTML, cacheCheck, body))
	}
	h.Set("Content-Type", typeHTML)
	h.Set("Cache-Control", cacheNever)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		s.log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}

// renderPage renders also when the request's time is over: what was worked out by then, or
// the error that says so, would be an empty page otherwise.
func renderPage(ctx context.Context, page templ.Component) ([]byte, error) {
	var b bytes.Buffer
	if err := page.Render(context.WithoutCancel(ctx), &b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// errorPage writes a problem for a browser: the status and headers of the response are
// already decided by [server.fail], this is the body.
func (s *server) errorPage(r *http.Request, p Problem) ([]byte, error) {
	site, err := s.site(r)
	if err != nil {
		return nil, err
	}
	site.Path = "" // an error is no entry of the navigation
	return renderPage(r.Context(), templates.ErrorPage(site, templates.Failure{
		Status: p.Status, Title: p.Title, Detail: p.Detail, RequestID: p.RequestID, Fields: p.Errors,
	}))
}

// getStatic serves the bundle: its names carry a hash, so it never changes.
func (s *server) getStatic(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "file")
	key := "static/" + name
	found, ok := s.planner.answers.get(key)
	if !ok {
		body, err := static.Read(name)
		if err != nil {
			return notFound(noSuchAddress)
		}
		contentType := mime.TypeByExtension(path.Ext(name))
		if strings.HasSuffix(name, ".txt") || contentType == "" {
			contentType = typeText
		}
		const year = 365 * 24 * time.Hour
		cacheControl := "public, immutable, max-age=" + strconv.Itoa(int(year.Seconds()))
		if !static.Hashed(name) {
			cacheControl = cacheShared
		}
		found = newAnswer(contentType, cacheControl, body)
		s.planner.answers.put(key, found, found.weight())
	}
	return s.send(w, r, found)
}

func (s *server) getIcon(w http.ResponseWriter, r *http.Request) error {
	body, err := renderPage(r.Context(), templates.Icon())
	if err != nil {
		return err
	}
	return s.send(w, r, newAnswer("image/svg+xml", cacheShared, body))
}

// getRobots keeps crawlers out of what holds no text of its own.
func (s *server) getRobots(w http.ResponseWriter, r *http.Request) error {
	return s.send(w, r, newAnswer(typeText, cacheShared, []byte("User-agent: *\nDisallow: /s/\nDisallow: /mine\nDisallow: /api/\nDisallow: /analyses\nDisallow: /decision\nDisallow: /checks\nDisallow: /record\nDisallow: /files/\n")))
}
