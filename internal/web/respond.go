package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzip" // half the CPU time of the standard library's
)

// Content types that more than one handler writes.
const (
	typeJSON    = "application/json; charset=utf-8"
	typeProblem = "application/problem+json; charset=utf-8"
	typeCSV     = "text/csv; charset=utf-8"
	typeTSV     = "text/tab-separated-values; charset=utf-8"
	typeXML     = "application/xml; charset=utf-8"
	typeText    = "text/plain; charset=utf-8"
	typeHTML    = "text/html; charset=utf-8"
)

// Cache-Control of the answers.
const (
	// cacheShared is for answers that follow from the address alone: they change only
	// with the model or the catalog, which a new release brings.
	cacheShared = "public, max-age=300"
	// cacheCheck is for answers that a save can change: kept, but asked for each time.
	cacheCheck = "no-cache"
	cacheNever = "no-store"
)

// handler is a handler that may fail; [server.handle] turns the error into a problem.
type handler func(w http.ResponseWriter, r *http.Request) error

func (s *server) handle(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// answer is a complete response body. It is safe for concurrent use once made, so that
// the cache can hand it out again.
type answer struct {
	contentType  string
	cacheControl string
	filename     string // "": shown, not saved
	body         []byte
	etag         string

	zip    sync.Once
	zipped []byte // nil when zipping does not pay
}

func newAnswer(contentType, cacheControl string, body []byte) *answer {
	sum := sha256.Sum256(body)
	return &answer{
		contentType: contentType, cacheControl: cacheControl, body: body,
		etag: base64.RawURLEncoding.EncodeToString(sum[:15]),
	}
}

func jsonAnswer(cacheControl string, v any) (*answer, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return newAnswer(typeJSON, cacheControl, append(body, '\n')), nil
}

// weight is the memory the answer takes, both forms of it.
func (a *answer) weight() int64 { return int64(2*len(a.body)) + 512 }

// gzipped returns the compressed body, made once however often it is sent.
func (a *answer) gzipped() []byte {
	a.zip.Do(func() {
		const worthIt = 1024
		if len(a.body) < worthIt {
			return
		}
		var b bytes.Buffer
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(&b)
		if _, err := z.Write(a.body); err != nil || z.Close() != nil {
			return
		}
		a.zipped = b.Bytes()
	})
	return a.zipped
}

// zippers are kept because making one costs more than zipping a plan with it.
var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil { // the level is a constant in range
		return gzip.NewWriter(io.Discard)
	}
	return z
}}

// zipPages compresses pages as they are written.
func zipPages() func(http.Handler) http.Handler {
	const pageLevel = 5
	c := middleware.NewCompressor(pageLevel)
	c.SetEncoder("gzip", func(w io.Writer, level int) io.Writer {
		z, err := gzip.NewWriterLevel(w, level)
		if err != nil { // the level is a constant in range
			return nil
		}
		return z
	})
	return c.Handler
}

// send writes a complete answer, or 304 when the client has it.
func (s *server) send(w http.ResponseWriter, r *http.Request, a *answer) error {
	h := w.Header()
	body, etag := a.body, `"`+a.etag+`"`
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if zipped := a.gzipped(); zipped != nil {
			body, etag = zipped, `"`+a.etag+`-gzip"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Add("Vary", "Accept-Encoding")
	h.Set("Cache-Control", a.cacheControl)
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), a.etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if a.filename != "" {
		h.Set("Content-Disposition", `attachment; filename="`+a.filename+`"`)
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		if _, err := w.Write(body); err != nil {
			s.log.DebugContext(r.Context(), "client went away", "error", err)
		}
	}
	return nil
}

// matches reports whether an If-None-Match header names the tag, in either form and
// strong or weak.
func matches(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || one == `"`+etag+`"` || one == `"`+etag+`-gzip"` {
			return header != ""
		}
	}
	return false
}

// fail writes the problem that an error is: a page for a browser on a page's address,
// the text in the cell when a spreadsheet asked for it, a problem document otherwise.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := s.describeProblem(r, err)
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding", "Content-Length", "Content-Disposition"} {
		h.Del(name)
	}
	h.Set("Cache-Control", cacheNever)
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	status, contentType, body := s.problemBody(r, p)
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		if _, err := w.Write(body); err != nil {
			s.log.DebugContext(r.Context(), "client went away", "error", err)
		}
	}
}

// describeProblem is an error as a problem document that names its request.
func (s *server) describeProblem(r *http.Request, err error) Problem {
	p := problemOf(err)
	p.Type = s.baseURL(r) + "/errors/" + p.kind.ID
	p.RequestID = middleware.GetReqID(r.Context())
	if p.Status >= http.StatusInternalServerError {
		level := slog.LevelError
		if p.kind.ID == kindBusy.ID { // sending away what is too much is the server at work
			level = slog.LevelWarn
		}
		s.log.Log(r.Context(), level, "request failed", "request_id", p.RequestID, "route", routeOf(r), "error", err)
	}
	return p
}

func (s *server) problemBody(r *http.Request, p Problem) (status int, contentType string, body []byte) {
	if !isAPI(r) {
		page, err := s.errorPage(r, p)
		if err == nil {
			return p.Status, typeHTML, page
		}
		s.log.ErrorContext(r.Context(), "error page failed", "error", err)
	}
	if contentType, body, ok := inlineError(r, p); ok {
		return http.StatusOK, contentType, body
	}
	body, err := json.Marshal(p)
	if err != nil { // every member is text or a number
		s.log.ErrorContext(r.Context(), "problem cannot be written", "error", err)
		return p.Status, typeText, []byte(p.Title)
	}
	return p.Status, typeProblem, append(body, '\n')
}

// isAPI tells the addresses of programs from those of people.
func isAPI(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/")
}

// baseURL is the public address of the site without a slash at the end.
func (s *server) baseURL(r *http.Request) string {
	if s.config.BaseURL != "" {
		return strings.TrimSuffix(s.config.BaseURL, "/")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
