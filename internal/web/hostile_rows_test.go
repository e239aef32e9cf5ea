package web_test

import (
	"bytes"
	"io"
	"net/url"
	"strings"

	"meshplan/internal/model"
)

// badNumbers: no flat input of the model takes anything but its numbers, at any address.
func badNumbers() (table []attack) {
	addresses := []string{"/api/v1/plan", "/api/v1/plan.csv", "/api/v1/plan.xml", "/api/v1/value/verdict", "/api/v1/plan.tsv"}
	i := 0
	for _, p := range model.Params() {
		var values []string
		switch p.Type {
		case "integer", "number":
			values = []string{"NaN", "1e999", "=1+1", "<script>alert(1)</script>", "-1000000001"}
		case "boolean":
			values = []string{"=TRUE()", "'; DROP TABLE scenarios; --"}
		default:
			if len(p.OneOf) == 0 {
				continue
			}
			values = []string{"../../etc/passwd", "\"><img src=x onerror=alert(1)>"}
		}
		for _, value := range values {
			table = append(table, attack{
				name: "a bad " + p.Name, method: "GET", target: addresses[i%len(addresses)] + "?" + url.Values{p.Name: {value}}.Encode(), status: 400, field: p.Name,
			})
			i++
		}
	}
	return table
}

// documentAddresses take a scenario document and only compute.
var documentAddresses = []string{
	"/api/v1/plan", "/api/v1/plan.csv", "/api/v1/plan.tsv", "/api/v1/plan.xml", "/api/v1/plan.xlsx", "/api/v1/sweep?over=services&from=1&to=2",
	"/api/v1/flips", "/api/v1/cliffs", "/api/v1/strip", "/api/v1/waterfall", "/api/v1/doubling", "/api/v1/uncertainty", "/api/v1/regret", "/api/v1/rollout",
	"/api/v1/money", "/api/v1/advice", "/api/v1/scenarios",
}

func badBodies() (table []attack) {
	for _, address := range documentAddresses {
		for _, c := range []struct{ name, body, field string }{
			{"half a document", `{"quick":{`, "body"},
			{"a list", `[]`, "body"},
			{"an unknown member", `{"quick":{"__proto__":5}}`, "quick.__proto__"},
			{"a repeated member", `{"quick":{"services":5,"services":500}}`, "quick.services"},
			{"a negative number", `{"quick":{"services":-1}}`, "services"},
			{"a number beyond any", `{"quick":{"services":1e400}}`, "services"},
			{"deep nesting", strings.Repeat(`[`, 50_000), "body"},
			{"a later version", `{"version":99}`, "version"},
		} {
			table = append(table, attack{name: c.name, method: "POST", target: address, body: strings.NewReader(c.body), status: 400, field: c.field})
		}
		table = append(table, attack{
			name: "a compressed body", method: "POST", target: address, body: strings.NewReader("\x1f\x8b"), headers: []string{"Content-Encoding", "gzip"},
			status: 415, field: "body",
		})
	}
	for _, address := range []string{"/api/v1/batch", "/api/v1/batch.csv"} {
		for _, c := range []struct{ name, body, field string }{
			{"nothing", "", "body"}, {"a header alone of nonsense", "=cmd|' /C calc'!A0\n1\n", ""}, {"NULs", "\x00\x00\x00", ""},
		} {
			table = append(table, attack{name: c.name, method: "POST", target: address, body: strings.NewReader(c.body), status: 400, field: c.field})
		}
	}
	return table
}

// endless is a body of spaces.
func endless(bytes int64) io.Reader { return io.LimitReader(spaces{}, bytes) }

type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func oversized() (table []attack) {
	add := func(address string, bytes int64) {
		table = append(table, attack{name: "too many bytes", method: "POST", target: address, body: endless(bytes), status: 413, field: "body"})
	}
	for _, address := range documentAddresses {
		add(address, 8<<20+1)
	}
	add("/api/v1/batch", 16<<20+1)
	add("/api/v1/batch.csv", 16<<20+1)
	add("/api/v1/import", 64<<20+1)
	add("/api/v1/scenarios/import", 64<<20+1)
	add("/api/v1/compare", 16<<20+1)
	id := "/api/v1/scenarios/" + nowhere
	for _, address := range []string{id + "/revisions/1/comments", id + "/copies", "/api/v1/scenarios/export"} {
		add(address, 512<<10+1)
	}
	table = append(table, attack{name: "too many bytes", method: "PUT", target: id, body: endless(8<<20 + 1), status: 413, field: "body"})
	for _, address := range []string{"/s/" + nowhere + "/comments", "/s/" + nowhere + "/delete", "/s/" + nowhere + "/expiry", "/s/" + nowhere + "/copy", "/mine/export"} {
		table = append(table, attack{
			name: "too many bytes", method: "POST", target: address, body: endless(512<<10 + 1), headers: []string{"Content-Type", formType}, status: 413, field: "body",
		})
	}
	for _, query := range []string{"title=", "services=5&preset=", "fields="} {
		table = append(table, attack{name: "a long query", method: "GET", target: "/api/v1/plan?" + query + strings.Repeat("x", 70_000), status: 400, field: "query"})
	}
	return table
}

// nowhere is well formed and no id.
var nowhere = strings.Repeat("A", 26)

func traversals() (table []attack) {
	for _, prefix := range []string{"/static/", "/s/", "/errors/", "/api/v1/scenarios/", "/nowhere/", "/api/v1/"} {
		for _, path := range []string{
			"..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cwindows%5cwin.ini", "%252e%252e%252fetc%252fpasswd",
			"....//....//etc/passwd", "../../../../etc/passwd", "%00.css", "..;/..;/etc/passwd", "%c0%ae%c0%ae/etc/passwd", "file:%2f%2f%2fetc%2fpasswd",
			".git/config", "meshplan.db",
		} {
			table = append(table, attack{name: "out of a path", method: "GET", target: prefix + path, status: 404})
		}
	}
	return table
}

func guessedIDs() (table []attack) {
	ids := []string{
		nowhere, strings.ToLower(nowhere), "1", "0", "-1", "null", "undefined", "%27%20OR%201=1--", "*", "%25", "_", strings.Repeat("A", 25), strings.Repeat("A", 27),
		strings.Repeat("A", 5000), "%F0%9F%92%A9", "AAAAAAAAAAAAAAAAAAAAAAAAA%00",
	}
	for _, id := range ids {
		for _, rest := range []string{"", "/revisions", "/revisions/1", "/comments", "/differences"} {
			table = append(table, attack{name: "a guessed id", method: "GET", target: "/api/v1/scenarios/" + id + rest, status: 404, field: "scenario"})
		}
		table = append(table,
			attack{name: "a guessed id", method: "GET", target: "/s/" + id, status: 404, field: "scenario"},
			attack{name: "a guessed id", method: "GET", target: "/api/v1/plan?scenario=" + id, status: 404, field: "scenario"},
			attack{name: "a guessed id", method: "DELETE", target: "/api/v1/scenarios/" + id, headers: []string{"X-Edit-Key", nowhere}, status: 404, field: "scenario"},
		)
	}
	return table
}

func wrongKeys(victim, other saved) (table []attack) {
	at := "/api/v1/scenarios/" + victim.ID
	flipped := strings.ToLower(victim.EditKey)
	for _, headers := range [][]string{
		nil, {"X-Edit-Key", ""}, {"X-Edit-Key", "guess"}, {"X-Edit-Key", victim.EditKey[:25]}, {"X-Edit-Key", victim.EditKey + "A"}, {"X-Edit-Key", flipped},
		{"X-Edit-Key", other.EditKey}, {"X-Edit-Key", victim.ID}, {"X-Edit-Key", "' OR '1'='1"}, {"X-Edit-Key", strings.Repeat("A", 10_000)},
		{"Authorization", "Basic " + victim.EditKey}, {"Authorization", "Bearer guess"}, {"Authorization", "Bearer"}, {"Authorization", victim.EditKey},
		{"Cookie", "edit-key=" + victim.ID + "." + victim.EditKey}, {"X-Forwarded-User", "admin"},
	} {
		table = append(table,
			attack{name: "a wrong key", method: "DELETE", target: at, headers: headers, status: 403},
			attack{name: "a wrong key", method: "PUT", target: at + "?revision=1", body: strings.NewReader(shop), headers: headers, status: 403},
			attack{name: "a wrong key", method: "PUT", target: at + "/expiry", body: strings.NewReader(`{"expires_at":null}`), headers: headers, status: 403},
			attack{name: "a wrong key", method: "DELETE", target: at + "/comments/" + nowhere, headers: headers, status: 403},
		)
	}
	return table
}

// badForms are the forms of a saved page without its key, or with values that no form sends.
func badForms(victim saved) (table []attack) {
	form := func(path string, status int, field string, values url.Values) {
		table = append(table, attack{
			name: "a forged form", method: "POST", target: "/s/" + victim.ID + path, body: strings.NewReader(values.Encode()),
			headers: []string{"Content-Type", formType}, status: status, field: field,
		})
	}
	for _, key := range []string{"", "guess", victim.ID, "' OR '1'='1"} {
		form("/delete", 403, "", url.Values{"edit_key": {key}})
		form("/expiry", 403, "", url.Values{"edit_key": {key}, "expires_on": {"2090-01-01"}})
		form("/comments/delete", 403, "", url.Values{"edit_key": {key}, "comment": {nowhere}})
		form("/revisions", 403, "", url.Values{"edit_key": {key}, "base": {"1"}, "document": {shop}})
	}
	form("/delete?edit_key="+victim.EditKey, 403, "", nil)
	form("/expiry", 400, "expires_on", url.Values{"edit_key": {victim.EditKey}, "expires_on": {"tomorrow"}})
	form("/expiry", 400, "expires_at", url.Values{"edit_key": {victim.EditKey}, "expires_on": {"1999-01-01"}})
	form("/comments", 400, "revision", url.Values{"comment": {"x"}})
	form("/comments", 400, "revision", url.Values{"comment": {"x"}, "revision": {"-1"}})
	form("/comments", 400, "comment", url.Values{"comment": {""}, "revision": {"1"}})
	form("/comments", 413, "comment", url.Values{"comment": {strings.Repeat("x", 4001)}, "revision": {"1"}})
	form("/comments", 413, "author", url.Values{"comment": {"x"}, "author": {strings.Repeat("x", 101)}, "revision": {"1"}})
	form("/comments", 400, "comment", url.Values{"comment": {"\xff\xfe"}, "revision": {"1"}})
	form("/comments", 400, "comment", url.Values{"comment": {"a\x00b"}, "revision": {"1"}})
	form("/comments", 404, "scenario", url.Values{"comment": {"x"}, "revision": {"99"}})
	form("/copy", 400, "revision", url.Values{"revision": {"1e9"}})
	form("/copy", 404, "scenario", url.Values{"revision": {"7"}})
	form("/revisions", 400, "base", url.Values{"document": {shop}})
	form("/revisions", 400, "body", url.Values{"document": {"{"}, "base": {"1"}})
	form("/revisions", 400, "quick.x", url.Values{"document": {`{"quick":{"x":1}}`}, "base": {"1"}})
	form("/review", 400, "services", url.Values{"services": {"-1"}, "page.base": {"1"}})
	form("/review", 404, "scenario", url.Values{"services": {"1"}, "page.of": {victim.ID}, "page.base": {"9"}})
	return table
}

func methodTricks() (table []attack) {
	for _, target := range []string{"/", "/api/v1/plan", "/api/v1/scenarios/" + nowhere, "/s/" + nowhere, "/healthz", "/metrics", "/static/app.js"} {
		for _, method := range []string{"PATCH", "TRACE", "PROPFIND", "CONNECT", "BREW"} {
			table = append(table, attack{name: "a method that is none", method: method, target: target, status: 405, check: func(got reply) string {
				if !strings.Contains(got.header.Get("Allow"), "GET") {
					return "Allow: " + got.header.Get("Allow")
				}
				return ""
			}})
		}
	}
	for _, target := range []string{"/healthz", "/api/v1/catalog", "/method", "/robots.txt"} {
		table = append(table, attack{name: "a deletion of what is fixed", method: "DELETE", target: target, status: 405})
	}
	return table
}

func headerTricks(victim saved) (table []attack) {
	reflects := func(text string) func(reply) string {
		return func(got reply) string {
			var all bytes.Buffer
			_ = got.header.Write(&all)
			if strings.Contains(all.String(), text) || strings.Contains(got.body, text) {
				return "the answer repeats " + text
			}
			return ""
		}
	}
	for _, headers := range [][]string{
		{"X-HTTP-Method-Override", "DELETE"}, {"X-Method-Override", "PUT"}, {"X-Original-URL", "/metrics"}, {"X-Rewrite-URL", "/metrics"},
		{"X-Forwarded-Host", "evil.example"}, {"X-Forwarded-Proto", "evil.example"}, {"Forwarded", "for=evil.example;host=evil.example"},
		{"X-Request-Id", "evil.example\r\nSet-Cookie: a=b"}, {"X-Request-Id", strings.Repeat("evil.example", 50)}, {"Referer", "https://evil.example"},
		{"Origin", "https://evil.example"}, {"Range", "bytes=0-evil.example"}, {"If-None-Match", `"evil.example`}, {"Accept", "evil.example/*"},
		{"Accept-Encoding", "evil.example, br;q=0"}, {"Content-Type", "evil.example"}, {"Cookie", `theme="><script>evil.example`}, {"Cookie", "edit-key=" + victim.ID + ".evil.example2"},
		{"User-Agent", "() { :; }; evil.example"}, {"X-Forwarded-User", "evil.example"}, {"Transfer-Encoding", "evil.example"}, {"Upgrade", "evil.example"},
	} {
		for _, target := range []string{"/", "/api/v1/plan", "/method"} {
			table = append(table, attack{name: "a header that tells lies", method: "GET", target: target, headers: headers, status: 200, check: reflects("evil.example")})
		}
	}
	return table
}

// crossOrigin is what a page of another site makes a browser send.
func crossOrigin(victim saved) (table []attack) {
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
	} {
		for _, target := range []string{
			"POST /api/v1/scenarios", "PUT /api/v1/scenarios/" + victim.ID, "DELETE /api/v1/scenarios/" + victim.ID, "POST /api/v1/scenarios/import",
			"POST /api/v1/scenarios/export", "POST /api/v1/scenarios/" + victim.ID + "/revisions/1/comments", "POST /api/v1/scenarios/" + victim.ID + "/copies",
			"POST /s/" + victim.ID + "/comments", "POST /s/" + victim.ID + "/delete", "POST /scenarios", "POST /mine/import", "POST /mine/export",
		} {
			method, path, _ := strings.Cut(target, " ")
			table = append(table, attack{
				name: "from another site", method: method, target: path, body: strings.NewReader(`{}`), headers: append([]string{"X-Edit-Key", victim.EditKey}, headers...), status: 403,
			})
		}
	}
	return table
}

// injections: markup in an address never becomes markup in a page.
func injections() (table []attack) {
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg/onload=alert(1)>`, `javascript:alert(1)`, `</textarea><iframe src=//evil>`, `<a href="javascript:alert(1)">`,
	} {
		q := url.QueryEscape(evil)
		for _, c := range []struct {
			target string
			status int
		}{
			{"/?preset=" + q, 400}, {"/?" + q + "=1", 400}, {"/?region=" + q, 400}, {"/?services=" + q, 400}, {"/?services=5&page.title=" + q, 200},
			{"/?services=5&page.base=1&page.of=" + q, 200}, {"/compare?a=" + q, 200}, {"/errors/" + url.PathEscape(evil), 404}, {"/explain?field=" + q, 400},
			{"/s/" + url.PathEscape(evil), 404}, {"/nodes?provider=" + q, 400},
		} {
			table = append(table, attack{name: "markup", method: "GET", target: c.target, status: c.status})
		}
	}
	return table
}

// formulas: a cell that a spreadsheet would run comes back defused.
func formulas() (table []attack) {
	defused := func(separator string) func(reply) string {
		return func(got reply) string {
			for line := range strings.SplitSeq(got.body, "\n") {
				for cell := range strings.SplitSeq(line, separator) {
					if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=@+\t") {
						return "a cell starts a formula: " + cell
					}
				}
			}
			return ""
		}
	}
	for _, evil := range []string{`=HYPERLINK("http://evil")`, `+cmd|' /C calc'!A0`, "@SUM(1)", "\t=1+1", "=1+1;", "\r=1"} {
		q := url.QueryEscape(evil)
		for _, param := range []string{"preset", "node_type", "services"} {
			table = append(table,
				attack{name: "a formula", method: "GET", target: "/api/v1/plan.csv?errors=inline&" + param + "=" + q, status: 200, check: defused(",")},
				attack{name: "a formula", method: "GET", target: "/api/v1/plan.tsv?errors=inline&" + param + "=" + q, status: 200, check: defused("\t")},
			)
		}
		table = append(table, attack{
			name: "a formula in a batch", method: "POST", target: "/api/v1/batch.csv", body: strings.NewReader("services,preset\n5,\"" + strings.ReplaceAll(evil, `"`, `""`) + "\"\n"),
			status: 200, check: defused(","),
		})
	}
	return table
}

// nonsense is input that is well formed and means nothing.
func nonsense(victim saved) (table []attack) {
	for _, c := range []struct {
		method, target, body string
		status               int
		field                string
	}{
		{"GET", "/api/v1/plan?services=%zz", "", 400, "query"}, {"GET", "/api/v1/plan?a;b=1", "", 400, "query"}, {"GET", "/api/v1/plan?=1", "", 400, "query"},
		{"GET", "/api/v1/plan?services=5&services=6", "", 400, "services"}, {"GET", "/api/v1/plan?services[]=5", "", 400, "services[]"},
		{"GET", "/api/v1/plan?services=0..20000", "", 422, "services"}, {"GET", "/api/v1/plan?services=20000&pods_per_service=1000", "", 422, "services"},
		{"GET", "/api/v1/value/__proto__", "", 400, "field"}, {"GET", "/api/v1/value/sidecar.nodes%00", "", 400, "field"},
		{"GET", "/api/v1/sweep?over=__proto__&from=1&to=2", "", 400, "over"}, {"GET", "/api/v1/sweep?over=services&from=1&to=20000", "", 422, "over"},
		{"GET", "/api/v1/uncertainty?draws=1000000000", "", 422, "draws"}, {"GET", "/api/v1/catalog?provider=%00", "", 400, "provider"},
		{"GET", "/api/v1/scenarios/" + victim.ID + "/revisions/0", "", 404, ""}, {"GET", "/api/v1/scenarios/" + victim.ID + "/revisions/-1", "", 404, ""},
		{"GET", "/api/v1/scenarios/" + victim.ID + "/revisions/99999999999999999999", "", 404, ""}, {"GET", "/api/v1/scenarios/" + victim.ID + "/revisions/2", "", 404, "scenario"},
		{"GET", "/api/v1/scenarios/" + victim.ID + "/differences?from=-1", "", 400, "from"}, {"GET", "/api/v1/scenarios/" + victim.ID + "/differences?form=1", "", 400, "form"},
		{"GET", "/api/v1/scenarios", "", 403, ""}, {"POST", "/api/v1/scenarios/export", "{}", 403, ""},
		{"POST", "/api/v1/scenarios/export", `{"ids":["` + nowhere + `"]}`, 404, "ids"}, {"POST", "/api/v1/scenarios/export", `{"ids":["../../etc/passwd"]}`, 404, "ids"},
		{"POST", "/api/v1/scenarios/export", `{"ids":[` + strings.TrimSuffix(strings.Repeat(`"`+nowhere+`",`, 1001), ",") + `]}`, 422, "ids"},
		{"POST", "/api/v1/scenarios/import", `{}`, 400, "format"}, {"POST", "/api/v1/scenarios/import", `null`, 400, "format"},
		{"POST", "/api/v1/scenarios/import", `{"format":"meshplan-scenarios","version":1,"admin":true}`, 400, "bundle"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `{"comment":""}`, 400, "comment"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `{"comment":"` + strings.Repeat("x", 4001) + `"}`, 413, "comment"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `{"comment":"x","author":"` + strings.Repeat("x", 101) + `"}`, 413, "author"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `{"comment":"a\u0000b"}`, 400, "comment"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `{"comment":"x","admin":true}`, 400, "body"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/revisions/1/comments", `x`, 400, "body"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/copies", `{"revision":9}`, 404, "scenario"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/copies", `{"title":"` + strings.Repeat("x", 254) + `"}`, 413, "title"},
		{"POST", "/api/v1/scenarios/" + victim.ID + "/copies", `{"expires_at":"1999-01-01T00:00:00Z"}`, 400, "expires_at"},
		{"POST", "/api/v1/scenarios", `{"scenario":{},"notes":"` + strings.Repeat("x", 20_001) + `"}`, 413, "notes"},
		{"POST", "/api/v1/scenarios", `{"scenario":{},"parent":"` + nowhere + `"}`, 404, "scenario"},
		{"POST", "/api/v1/scenarios", `{"scenario":{},"parent":"../x"}`, 404, "scenario"},
		{"POST", "/api/v1/scenarios", `{"scenario":{},"expires_at":"1999-01-01T00:00:00Z"}`, 400, "expires_at"},
		{"POST", "/api/v1/scenarios", `{"scenario":{},"owner":"ada"}`, 400, "body"},
	} {
		table = append(table, attack{name: "nonsense", method: c.method, target: c.target, body: strings.NewReader(c.body), status: c.status, field: c.field})
	}
	return table
}
