package web_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"meshplan/internal/web"
)

// attack is a hostile request with the answer it must get.
type attack struct {
	name, method, target string
	body                 io.Reader
	headers              []string
	status               int
	field                string             // that the refusal names, "" where no field is to blame
	check                func(reply) string // what else is wrong with the answer, "" for nothing
}

// leastAttacks is how many rows the table has to have.
const leastAttacks = 500

func TestEveryHostileRequestGetsTheAnswerItMust(t *testing.T) {
	s := newSite(t)
	victim, other := s.save(shop), s.save(shop)
	table := slices.Concat(
		badNumbers(), badBodies(), oversized(), traversals(), guessedIDs(), wrongKeys(victim, other), badForms(victim),
		methodTricks(), headerTricks(victim), crossOrigin(victim), injections(), formulas(), nonsense(victim),
	)
	if len(table) < leastAttacks {
		t.Errorf("the table has %d rows, want %d", len(table), leastAttacks)
	}
	names := map[string]bool{}
	for _, a := range table {
		label := a.name + ": " + a.method + " " + shortened(a.target)
		whole := a.method + a.target + strings.Join(a.headers, "|")
		if names[whole] && a.body == nil {
			t.Errorf("%s is in the table twice", label)
		}
		names[whole] = true
		if wrong := a.judge(s); wrong != "" {
			t.Errorf("%s: %s", label, wrong)
		}
	}
	// Nothing of all that has changed what was saved.
	if page := s.get("/api/v1/scenarios/" + victim.ID); !strings.Contains(page.body, `"revisions":1`) {
		t.Errorf("the victim's scenario was changed: %.300s", page.body)
	}
	if comments := s.get("/api/v1/scenarios/" + victim.ID + "/comments").body; !strings.Contains(comments, `"comments":[]`) {
		t.Errorf("the victim's scenario got comments: %.300s", comments)
	}
	t.Logf("%d hostile requests", len(table))
}

func shortened(text string) string { return text[:min(len(text), 120)] }

// judge sends the request and says what is wrong with the answer.
func (a attack) judge(s *site) string {
	body := a.body
	if body == nil {
		body = http.NoBody
	}
	request := httptest.NewRequest(a.method, "/", body)
	request.URL = &url.URL{}
	if target, err := url.Parse(a.target); err == nil {
		request.URL = target
	} else { // what net/url refuses arrives as the server's own parser would leave it
		path, query, _ := strings.Cut(a.target, "?")
		request.URL.Path, request.URL.RawQuery = path, query
	}
	request.RequestURI = a.target
	for i := 0; i+1 < len(a.headers); i += 2 {
		request.Header.Add(a.headers[i], a.headers[i+1])
		if a.headers[i] == "Host" {
			request.Host = a.headers[i+1]
		}
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	got := reply{recorder.Code, recorder.Result().Header, recorder.Body.String()}
	if got.status != a.status {
		return "status " + http.StatusText(got.status) + ", want " + http.StatusText(a.status) + ": " + shortened(got.body)
	}
	if wrong := unsafe(got); wrong != "" {
		return wrong
	}
	if wrong := a.refusal(got); wrong != "" {
		return wrong
	}
	if a.check != nil {
		return a.check(got)
	}
	return ""
}

// unsafe finds what no answer may ever have.
func unsafe(got reply) string {
	h := got.header
	switch {
	case got.status >= 500:
		return "the server failed"
	case h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'"):
		return "the answer is not hardened"
	case strings.Contains(got.body, "goroutine ") || strings.Contains(got.body, ".go:") || strings.Contains(got.body, "root:x:") || strings.Contains(got.body, "SQLITE"):
		return "the answer tells of the inside"
	}
	for _, values := range h {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n") {
			return "a header has two lines"
		}
	}
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		return injected(got.body)
	}
	return ""
}

// injected finds elements and attributes that no page of ours has.
func injected(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return err.Error()
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "iframe" || n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attribute(n, "src"), "/static/")) {
			return "the page holds a <" + n.Data + "> that is not ours"
		}
		for _, at := range n.Attr {
			if strings.HasPrefix(at.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(at.Val)), "javascript:") && at.Key != "value" {
				return "the page holds " + at.Key + "=" + at.Val
			}
		}
	}
	return ""
}

// refusal holds a 4xx of the API against the form of a problem, and a page's against naming
// the field.
func (a attack) refusal(got reply) string {
	if a.status < 400 || a.method == http.MethodHead {
		return ""
	}
	if !strings.HasPrefix(a.target, "/api/") {
		if a.field != "" && !strings.Contains(got.body, "<strong>"+html.EscapeString(a.field)+"</strong>") {
			return "the page does not name " + a.field + ": " + shortened(got.body[strings.Index(got.body, "<main"):])
		}
		return ""
	}
	if !strings.HasPrefix(got.header.Get("Content-Type"), "application/problem+json") {
		return "Content-Type " + got.header.Get("Content-Type")
	}
	var p problem
	if err := json.Unmarshal([]byte(got.body), &p); err != nil || p.Status != a.status || p.Title == "" || p.Detail == "" {
		return "no complete problem: " + shortened(got.body)
	}
	if a.field == "" {
		return ""
	}
	if len(p.Errors) == 0 || p.Errors[0].Field != a.field || p.Errors[0].Message == "" || p.Errors[0].Fix == "" {
		return "the field named is not " + a.field + ": " + shortened(got.body)
	}
	return ""
}

// What no HTTP library sends, byte by byte over a connection.
func TestMalformedMessagesEndTheirConnectionAlone(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct{ message, status string }{
		"two lengths":              {"POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}", "400"},
		"a negative length":        {"POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
		"an unknown encoding":      {"POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", "501"},
		"a bad chunk":              {"POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "400"},
		"no host":                  {"GET / HTTP/1.1\r\n\r\n", "400"},
		"two hosts":                {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		"a host with a path":       {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
		"a space before the colon": {"GET / HTTP/1.1\r\nHost: x\r\nX-Edit-Key : y\r\n\r\n", "400"},
		"a folded header":          {"GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", "400"},
		"a NUL in a header":        {"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n", "400"},
		"no such version":          {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505"},
		"noise":                    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		"headers without end":      {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: "+strings.Repeat("b", 8000)+"\r\n", 200) + "\r\n", "431"},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(conn, c.message) }() // the server may close before it has read all
		line, err := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(line, "HTTP/1.1 "+c.status) {
			t.Errorf("%s: %q (%v), want %s", name, line, err, c.status)
		}
		conn.Close()
	}
	s.get("/healthz")
}

// A client that invents addresses in X-Forwarded-For and its kin stays one client, and one
// behind a trusted proxy cannot pass as another by adding names before the proxy's.
func TestForgedAddressesShareOneLimit(t *testing.T) {
	forged := []string{
		"192.0.2.1", "192.0.2.1, 127.0.0.1", "127.0.0.1", "::1", "localhost", "10.0.0.1, 10.0.0.2", "unknown", "0.0.0.0", "<script>", "192.0.2.1:80", strings.Repeat("1.1.1.1,", 500),
	}
	s := newSite(t, func(c *web.Config) { c.RateLimit.PerMinute = 1 })
	s.get("/api/v1/value/verdict")
	for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "Forwarded", "X-Client-IP", "X-Originating-IP", "X-Cluster-Client-IP"} {
		for _, value := range forged {
			if got := s.do("GET", "/api/v1/value/verdict", "", header, value); got.status != http.StatusTooManyRequests {
				t.Errorf("%s: %.40s answers %d", header, value, got.status)
			}
		}
	}
	behind := newSite(t, func(c *web.Config) {
		c.RateLimit.PerMinute = 1
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	behind.get("/api/v1/value/verdict", "X-Forwarded-For", "203.0.113.9")
	for _, invented := range forged {
		if got := behind.do("GET", "/api/v1/value/verdict", "", "X-Forwarded-For", invented+", 203.0.113.9"); got.status != http.StatusTooManyRequests {
			t.Errorf("%.40s before the proxy's own entry answers %d", invented, got.status)
		}
	}
}
