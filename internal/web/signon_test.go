package web_test

import (
	"net/netip"
	"strings"
	"testing"

	"meshplan/internal/web"
)

// signedOn is a site behind a proxy on this machine that names users.
func signedOn(t *testing.T, trusted string) *site {
	return newSite(t, func(c *web.Config) {
		c.UserHeader = "X-Forwarded-User"
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(trusted)}
	})
}

func TestASignedOnUserSeesTheirOwnScenariosAndNoOthers(t *testing.T) {
	s := signedOn(t, "127.0.0.0/8")
	ada := decode[saved](t, s.want(201, "POST", "/api/v1/scenarios", shop, "X-Forwarded-User", "ada@example.com"))
	s.want(201, "POST", "/api/v1/scenarios", shop, "X-Forwarded-User", "bob@example.com")
	s.want(201, "POST", "/api/v1/scenarios", shop)
	list := decode[web.OwnScenarios](t, s.want(200, "GET", "/api/v1/scenarios", "", "X-Forwarded-User", "ada@example.com")).Scenarios
	if len(list) != 1 || list[0].ID != ada.ID || list[0].Title != "Shop" || list[0].URL != ada.URL {
		t.Errorf("Ada's list is %+v", list)
	}
	file := s.want(200, "POST", "/api/v1/scenarios/export", `{}`, "X-Forwarded-User", "ada@example.com")
	if strings.Count(file, `"revisions"`) != 1 || !strings.Contains(file, ada.ID) {
		t.Errorf("Ada's file is %.300s", file)
	}
	if again := s.want(200, "GET", "/api/v1/scenarios", "", "X-Forwarded-User", "ADA@example.com"); !strings.Contains(again, `"scenarios":[]`) {
		t.Errorf("somebody else's list is %s", again)
	}
	s.want(403, "DELETE", "/api/v1/scenarios/"+ada.ID, "", "X-Forwarded-User", "ada@example.com")
	s.want(201, "POST", "/api/v1/scenarios/"+ada.ID+"/revisions/1/comments", `{"author":"the boss","comment":"x"}`, "X-Forwarded-User", "bob@example.com")
	if c := s.want(200, "GET", "/api/v1/scenarios/"+ada.ID+"/comments", ""); !strings.Contains(c, `"author":"bob@example.com"`) {
		t.Errorf("a signed-on user wrote as another: %s", c)
	}
}

func TestOnlyATrustedProxyNamesTheUser(t *testing.T) {
	for name, s := range map[string]*site{
		"a proxy elsewhere": signedOn(t, "192.0.2.0/24"),
		"sign-on is off":    newSite(t, func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }),
		"no proxy at all":   newSite(t, func(c *web.Config) { c.UserHeader = "X-Forwarded-User" }),
	} {
		s.want(201, "POST", "/api/v1/scenarios", shop, "X-Forwarded-User", "ada")
		body := s.want(403, "GET", "/api/v1/scenarios", "", "X-Forwarded-User", "ada", "X-Forwarded-For", "192.0.2.1", "X-Real-IP", "192.0.2.1")
		if !strings.Contains(body, "/errors/no-user") {
			t.Errorf("%s: %s", name, body)
		}
	}
	s := signedOn(t, "127.0.0.0/8")
	s.want(403, "GET", "/api/v1/scenarios", "", "X-Forwarded-User", "")
	for _, bad := range []string{strings.Repeat("x", 254), "\xff", "a\tb"} {
		if body := s.want(400, "GET", "/api/v1/scenarios", "", "X-Forwarded-User", bad); !strings.Contains(body, "X-Forwarded-User") {
			t.Errorf("%q: %s", bad, body)
		}
	}
}
