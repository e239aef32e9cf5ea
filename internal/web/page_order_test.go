package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// orderOf reads the list of a decision's page.
func orderOf(page string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`name="page.unit" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		names = append(names, html.UnescapeString(m[1]))
	}
	return names
}

// order posts the list as a browser without script does, and follows where it leads.
func (s *site) order(query url.Values, names, places []string, move string) reply {
	s.t.Helper()
	body := url.Values{}
	for name, values := range query {
		body[name] = values
	}
	body["page.unit"], body["page.place"] = names, places
	if move != "" {
		body.Set("page.move", move)
	}
	return s.do(http.MethodPost, "/decision/order", body.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestTheWavesAreOrderedWithoutScript(t *testing.T) {
	s := newSite(t)
	scenario := documentQuery(t, s)
	names := orderOf(s.get("/decision?" + scenario.Encode()).body)
	slices.Sort(names)
	if !slices.Equal(names, []string{"data", "infra", "pay", "shop"}) {
		t.Fatalf("the page offers %v", names)
	}
	numbers := []string{"1", "2", "3", "4"}
	for _, c := range []struct {
		move   string
		places []string
		want   []string
	}{
		{"up 2", numbers, []string{"data", "pay", "infra", "shop"}},
		{"down 0", numbers, []string{"infra", "data", "pay", "shop"}},
		{"numbers", []string{"1", "2", "3", "1"}, []string{"shop", "data", "infra", "pay"}},
		{"", []string{"3", "2", "3", "4"}, []string{"infra", "pay", "data", "shop"}},
		{"numbers", []string{"4", "3", "2", "1"}, []string{"shop", "pay", "infra", "data"}},
	} {
		page := s.order(scenario, names, c.places, c.move)
		if page.status != http.StatusOK || !slices.Equal(orderOf(page.body), c.want) {
			t.Errorf("%q with %v: %d %v, want %v", c.move, c.places, page.status, orderOf(page.body), c.want)
		}
		back := regexp.MustCompile(`href="/\?([^"]*)">Back to the plan`).FindStringSubmatch(page.body)
		link, err := url.ParseQuery(html.UnescapeString(append(back, "", "")[1]))
		if err != nil || link.Get("rollout_order") != strings.Join(c.want, ",") {
			t.Errorf("%q: the link holds %q (%v)", c.move, link.Get("rollout_order"), err)
		}
	}
	again := s.order(scenario, names, numbers, "reset")
	if strings.Contains(again.body, "rollout_order=") {
		t.Error("the order given up is still in a link")
	}
	for move, field := range map[string]string{"up 0": "page.move", "down 3": "page.move", "sideways": "page.move"} {
		if got := s.order(scenario, names, numbers, move); got.status != http.StatusBadRequest || !strings.Contains(got.body, field) {
			t.Errorf("%s: %d", move, got.status)
		}
	}
	for _, places := range [][]string{{"1", "2", "3"}, {"1", "2", "3", "last"}} {
		if got := s.order(scenario, names, places, "numbers"); got.status != http.StatusBadRequest || !strings.Contains(got.body, "page.place") {
			t.Errorf("%v: %d", places, got.status)
		}
	}
}

// documentQuery is a scenario of four namespaces as the fields of its form.
func documentQuery(t *testing.T, s *site) url.Values {
	t.Helper()
	got := s.do(http.MethodPost, "/api/v1/import", "namespace,name,kind,replicas,cpu,memory\nshop,cart,Deployment,3,200m,300Mi\npay,pay,Deployment,2,200m,300Mi\ndata,db,StatefulSet,3,500m,900Mi\ninfra,log,Deployment,1,100m,100Mi\n", "Content-Type", "text/csv")
	path := decode[struct {
		PlanPath string `json:"plan_path"`
	}](t, got.body).PlanPath
	_, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		t.Fatalf("%v in %.300s", err, got.body)
	}
	return values
}
