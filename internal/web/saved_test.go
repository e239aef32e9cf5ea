package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"meshplan/internal/model"
	"meshplan/internal/store"
	"meshplan/internal/web"
	"meshplan/internal/webstore"
)

// submit sends a form without following where it leads.
func (s *site) submit(path string, form url.Values, cookies ...*http.Cookie) reply {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", formType)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		request.AddCookie(c)
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Result().Header, recorder.Body.String()}
}

// saveForm saves from the planner as a browser does and returns the page's path and the cookie.
func (s *site) saveForm(form url.Values) (string, *http.Cookie) {
	s.t.Helper()
	got := s.submit("/scenarios", form)
	cookies := (&http.Response{Header: got.header}).Cookies()
	if got.status != http.StatusSeeOther || len(cookies) != 1 {
		s.t.Fatalf("saving answers %d with %d cookies: %.300s", got.status, len(cookies), got.body)
	}
	return got.header.Get("Location"), cookies[0]
}

func (s *site) openWith(path string, cookie *http.Cookie) reply {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.AddCookie(cookie)
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Result().Header, recorder.Body.String()}
}

func TestTheEditKeyIsToldOnceAndNeverInAnAddress(t *testing.T) {
	s := newSite(t)
	at, cookie := s.saveForm(url.Values{"services": {"12"}, "page.keep_days": {"30"}})
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.MaxAge > 120 || strings.Contains(at, "?") {
		t.Errorf("cookie %+v, location %s", cookie, at)
	}
	first := s.openWith(at, cookie)
	id, key, _ := strings.Cut(cookie.Value, ".")
	if at != "/s/"+id || !strings.Contains(first.body, `id="edit-key">`+key+`<`) || first.header.Get("Cache-Control") != "no-store" ||
		!strings.Contains(first.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("first opened: %v", first.header)
	}
	again := s.open(at)
	if again.status != 200 || strings.Contains(again.body, key) || again.header.Get("X-Robots-Tag") != "noindex, nofollow" {
		t.Errorf("opened again: %d, key told %v, %v", again.status, strings.Contains(again.body, key), again.header)
	}
	if !strings.Contains(again.body, "Forgotten after "+time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly)) {
		t.Error("the page does not tell the expiry given at saving")
	}
	other := s.save(shop)
	if page := s.openWith("/s/"+other.ID, cookie); strings.Contains(page.body, key) {
		t.Error("the page of another scenario tells the key")
	}
	for _, form := range []string{"/expiry", "/delete", "/comments/delete"} {
		got := s.submit(at+form+"?edit_key="+key+"&comment="+strings.Repeat("A", 26), url.Values{"expires_on": {"2090-01-01"}})
		if got.status != http.StatusForbidden {
			t.Errorf("%s took a key from the address: %d", form, got.status)
		}
	}
}

func TestBehindHTTPSTheCookieIsHostPrefixedAndSecure(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.BaseURL = "https://mesh.example.com" })
	_, cookie := s.saveForm(url.Values{"services": {"12"}})
	if cookie.Name != "__Host-edit-key" || !cookie.Secure || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("%+v", cookie)
	}
}

func TestARevisionIsReviewedBeforeItIsSavedWithTheKey(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	at := "/s/" + one.ID
	if page := s.open(at).body; !strings.Contains(page, "/?services=12&amp;pods_per_service=2") && !strings.Contains(page, "page.base=1") {
		t.Error("the page offers no editing")
	}
	planner := s.open("/?services=13&pods_per_service=2&page.of=" + one.ID + "&page.base=1")
	if !strings.Contains(planner.body, `formaction="`+at+`/review"`) {
		t.Fatalf("the planner (%d) offers no review", planner.status)
	}
	if live := s.submit("/live", url.Values{"services": {"14"}, "page.of": {one.ID}, "page.base": {"1"}}); live.header.Get("HX-Replace-Url") != "/?services=14&page.base=1&page.of="+one.ID {
		t.Errorf("while editing the address becomes %s", live.header.Get("HX-Replace-Url"))
	}
	review := s.submit(at+"/review", url.Values{"services": {"13"}, "pods_per_service": {"2"}, "page.title": {"Shop"}, "page.of": {one.ID}, "page.base": {"1"}})
	form := formOf(t, review.body, at+"/revisions")
	if review.status != 200 || form.Get("base") != "1" || !strings.Contains(review.body, "<td>12</td><td>13</td>") {
		t.Fatalf("review %d: %v", review.status, form)
	}
	form.Set("edit_key", "guess")
	if got := s.submit(at+"/revisions", form); got.status != http.StatusForbidden {
		t.Errorf("a wrong key answers %d", got.status)
	}
	form.Set("edit_key", one.EditKey)
	if got := s.submit(at+"/revisions", form); got.status != http.StatusSeeOther || got.header.Get("Location") != at+"#revisions" {
		t.Fatalf("saving answers %d: %.300s", got.status, got.body)
	}
	// The same form again starts from a revision that is no longer the newest.
	form.Set("document", `{"quick":{"services":20}}`)
	conflict := s.submit(at+"/revisions", form)
	if conflict.status != http.StatusConflict || !strings.Contains(conflict.body, "Someone else saved first") ||
		!strings.Contains(conflict.body, "<td>12</td><td>13</td>") || !strings.Contains(conflict.body, "<td>13</td><td>20</td>") {
		t.Fatalf("a conflict answers %d without both versions", conflict.status)
	}
	if got := s.submit(at+"/revisions", formOf(t, conflict.body, at+"/revisions")); got.status != http.StatusSeeOther {
		t.Fatalf("saving on top answers %d: %.300s", got.status, got.body)
	}
	page := s.open(at)
	if !strings.Contains(page.body, "revision 3") || !strings.Contains(page.body, "/differences?from=2&amp;to=3") {
		t.Error("the page does not list revision 3")
	}
	if old := s.open(at + "/revisions/1"); !strings.Contains(old.body, "the newest is") || !strings.Contains(old.body, "12 services") {
		t.Errorf("revision 1 opens with %d", old.status)
	}
	between := s.open(at + "/differences?from=1&to=3")
	if between.status != 200 || !strings.Contains(between.body, "<td>12</td><td>20</td>") {
		t.Errorf("from 1 to 3: %d", between.status)
	}
}

func TestThePageCommentsCopiesExpiresAndDeletes(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	at := "/s/" + one.ID
	if got := s.submit(at+"/comments", url.Values{"revision": {"1"}, "author": {"Ada"}, "comment": {"Two\nlines"}}); got.header.Get("Location") != at+"#comments" {
		t.Fatalf("commenting answers %d", got.status)
	}
	page := s.open(at).body
	if !strings.Contains(page, "<p>Two</p>") || !strings.Contains(page, "<p>lines</p>") {
		t.Error("the comment is not shown")
	}
	comment := formOf(t, page, at+"/comments/delete")
	comment.Set("edit_key", one.EditKey)
	if got := s.submit(at+"/comments/delete", comment); got.status != http.StatusSeeOther || strings.Contains(s.open(at).body, "<p>Two</p>") {
		t.Errorf("deleting the comment answers %d", got.status)
	}
	copied := s.submit(at+"/copy", url.Values{"revision": {"1"}})
	if to := copied.header.Get("Location"); copied.status != http.StatusSeeOther || to == at || !strings.Contains(s.open(to).body, `href="`+at+`/revisions/1"`) {
		t.Errorf("copying answers %d to %s, or the copy names no parent", copied.status, to)
	}
	s.submit(at+"/expiry", url.Values{"expires_on": {"2090-05-06"}, "edit_key": {one.EditKey}})
	if !strings.Contains(s.open(at).body, "Forgotten after 2090-05-06") {
		t.Error("the expiry is not told")
	}
	if got := s.submit(at+"/delete", url.Values{"edit_key": {one.EditKey}}); got.status != 200 || s.open(at).status != http.StatusNotFound {
		t.Errorf("deleting answers %d", got.status)
	}
}

func TestFilesMoveScenariosThroughThePage(t *testing.T) {
	s := newSite(t)
	one := s.save(shop)
	file := s.submit("/mine/export", url.Values{"links": {"https://mesh.example.com/s/" + one.ID + "\n"}})
	if file.status != 200 || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("export answers %d", file.status)
	}
	got := s.do("POST", "/mine/import", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.json\"\r\n\r\n"+file.body+"\r\n--b--\r\n",
		"Content-Type", "multipart/form-data; boundary=b")
	if got.status != 201 || !strings.Contains(got.body, "1 scenario imported") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("import answers %d: %.300s", got.status, got.body)
	}
	bad := s.do("POST", "/mine/import", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.json\"\r\n\r\n{}\r\n--b--\r\n",
		"Content-Type", "multipart/form-data; boundary=b")
	if bad.status != 400 || !strings.Contains(bad.body, "not a file that meshplan exported") {
		t.Errorf("a bad file answers %d", bad.status)
	}
}

// formOf collects the fields of the form with an action.
func formOf(t *testing.T, page, action string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || attribute(n, "action") != action {
			continue
		}
		fields := url.Values{}
		for input := range n.Descendants() {
			switch name := attribute(input, "name"); {
			case name == "":
			case input.Data == "textarea" && input.FirstChild != nil:
				fields.Set(name, input.FirstChild.Data)
			default:
				fields.Set(name, attribute(input, "value"))
			}
		}
		return fields
	}
	t.Fatalf("no form goes to %s", action)
	return nil
}

func attribute(n *html.Node, name string) string {
	if i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name }); i >= 0 {
		return n.Attr[i].Val
	}
	return ""
}

func TestHostileNamesAreInertOnEveryPage(t *testing.T) {
	s := signedOn(t, "127.0.0.0/8")
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'"></textarea><svg/onload=alert(1)>`, `</title><script>alert(1)</script>`,
		`javascript:alert(1)`, `{{constructor}}<iframe srcdoc="x">`, "\u202e<b>x</b>", `--><script>alert(1)</script><!--`,
	} {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(evil)
		body := `{"title":"` + quoted + `","workloads":[{"namespace":"` + quoted + `","name":"` + quoted + `","replicas":2,"pod_cpu_m":100,"pod_memory_mib":100}]}`
		one := decode[saved](t, s.want(201, "POST", "/api/v1/scenarios", `{"scenario":`+body+`,"notes":"`+quoted+`"}`, "X-Forwarded-User", "ada"))
		at := "/s/" + one.ID
		s.want(200, "PUT", "/api/v1/scenarios/"+one.ID, `{"revision":1,"title":"`+quoted+`","notes":"`+quoted+` 2","scenario":`+strings.Replace(body, `"replicas":2`, `"replicas":3`, 1)+`}`, "X-Edit-Key", one.EditKey)
		s.submit(at+"/comments", url.Values{"revision": {"2"}, "author": {evil}, "comment": {evil}})
		for _, path := range []string{at, at + "/revisions/1", at + "/differences?from=1&to=2", "/mine", "/compare?a=" + one.ID + "&b=services%3D5"} {
			page := s.get(path, "X-Forwarded-User", "ada").body
			inert(t, path, page)
			if !strings.HasPrefix(path, "/compare") && !strings.Contains(html.UnescapeString(page), evil) {
				t.Errorf("%s does not show %q as text", path, evil)
			}
		}
		inert(t, "review", s.submit(at+"/review", url.Values{"services": {"5"}, "page.title": {evil}, "page.of": {one.ID}, "page.base": {"2"}}).body)
		inert(t, "editing", s.open("/?services=5&page.base=1&page.of="+url.QueryEscape(evil)).body)
		csv := s.get("/api/v1/plan.csv?scenario=" + one.ID).body
		if strings.Contains(csv, "\n=") || strings.Contains(csv, "\n@") {
			t.Errorf("a cell of the table starts a formula: %.200s", csv)
		}
	}
}

// inert fails when a page holds an element or attribute that hostile text could have made.
func inert(t *testing.T, path, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "iframe" || n.Data == "b" && n.FirstChild != nil && n.FirstChild.Data == "x" || n.Data == "script" && (attribute(n, "src") == "" || n.FirstChild != nil) {
			t.Errorf("%s holds <%s>", path, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" ||
				(slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:")) {
				t.Errorf("%s holds %s=%q on <%s>", path, a.Key, a.Val, n.Data)
			}
		}
	}
}

// A new model that computes the same is no reason for alarm.
func TestAnotherVersionWithTheSameNumbersIsNoDifference(t *testing.T) {
	kept, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "older.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	s := newSite(t, func(c *web.Config) { c.Store = webstore.New(kept) })
	one := s.save(shop)
	then := strings.Replace(string(one.Plan), `"model_version":"`+model.Version+`"`, `"model_version":"0.9"`, 1)
	if then == string(one.Plan) {
		t.Fatal("the plan does not say its model's version")
	}
	old, _, err := kept.Create(t.Context(), store.Draft{Document: one.Scenario, Plan: []byte(then), ModelVersion: "0.9", CatalogAsOf: "2025-01-31"})
	if err != nil {
		t.Fatal(err)
	}
	page := s.get("/s/" + old.ID).body
	if strings.Contains(page, "Some numbers are not what they were") || !strings.Contains(page, "the same as when they were saved, with model 0.9") {
		t.Error("the page does not say that the numbers are the same")
	}
}

func TestReadOnlyModeIsSaidPlainlyAndTheAddressBarStillOpens(t *testing.T) {
	kept, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "away.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *web.Config) { c.Store = webstore.New(kept) })
	one := s.save(shop)
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	page := s.get("/?services=12")
	if !strings.Contains(page.body, "Read-only mode: the database is away") || !strings.Contains(page.body, "12 services") {
		t.Error("the planner does not say that the database is away, or does not plan")
	}
	s.get("/api/v1/plan?services=12")
	for path, got := range map[string]reply{
		"page": s.open("/s/" + one.ID), "API": s.do("GET", "/api/v1/scenarios/"+one.ID, ""), "save": s.do("POST", "/api/v1/scenarios", shop),
	} {
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
	lost := s.submit("/scenarios", url.Values{"services": {"12"}})
	if lost.status != 503 || !strings.Contains(lost.body, `data-address="/?services=12"`) || !strings.Contains(lost.body, "nothing was saved") {
		t.Errorf("a save that failed answers %d and does not keep the work", lost.status)
	}
}

func TestADatabaseThatTakesNoChangesOpensWhatIsSaved(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Store = readOnlyStore{c.Store} })
	one := s.save(shop)
	page := s.get("/s/" + one.ID)
	if !strings.Contains(page.body, "Read-only mode: saved scenarios open") {
		t.Error("the page does not say that it is read-only")
	}
	for path, kind := range map[string]string{"/api/v1/scenarios/" + one.ID + "/revisions/1/comments": "store-read-only", "/api/v1/scenarios/" + one.ID + "/copies": "store-full"} {
		got := s.do("POST", path, `{}`)
		if got.status != 503 || !strings.Contains(got.body, "/errors/"+kind) || got.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// readOnlyStore is a real store that answers writes after the first save as one on a
// read-only or full disk does; package store tests that on such disks themselves.
type readOnlyStore struct{ web.Store }

func (readOnlyStore) Ping(context.Context) error { return web.ErrStoreReadOnly }
func (readOnlyStore) Comment(context.Context, string, int64, string, string) (web.Comment, error) {
	return web.Comment{}, web.ErrStoreReadOnly
}
func (r readOnlyStore) Create(ctx context.Context, d web.Draft) (web.Saved, string, error) {
	if d.Parent != "" {
		return web.Saved{}, "", web.ErrStoreFull
	}
	return r.Store.Create(ctx, d)
}
