package web_test

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// brokenGateway breaks in both ways that manifests can show: its secret is in another
// namespace, and the route's host is none of its hosts.
const brokenGateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    tls: {mode: SIMPLE, credentialName: shop-tls}
    hosts: ["*.example.com"]
---
apiVersion: v1
kind: Secret
metadata: {name: shop-tls, namespace: shop}
type: kubernetes.io/tls
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec: {replicas: 2, template: {metadata: {labels: {istio: ingressgateway}}, spec: {containers: [{name: proxy, resources: {requests: {cpu: 90m, memory: 100Mi}}}]}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec: {hosts: [cart.example.org], gateways: [shop]}
`

type checksAnswer struct {
	Kinds []struct {
		Kind  string
		Count int
	}
	Before, Gateways []struct{ ID, State, Detail, Command string }
}

func states(list []struct{ ID, State, Detail, Command string }) map[string]string {
	m := map[string]string{}
	for _, one := range list {
		m[one.ID] = one.State
	}
	return m
}

func TestPastedManifestsAreCheckedByTheAPI(t *testing.T) {
	s := newSite(t)
	got := s.do(http.MethodPost, "/api/v1/checks?container_work_days=4", brokenGateway, "Content-Type", "application/yaml")
	if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s %.300s", got.status, got.header.Get("Cache-Control"), got.body)
	}
	a := decode[checksAnswer](t, got.body)
	gateway, before := states(a.Gateways), states(a.Before)
	for id, want := range map[string]string{"secret_namespace": "fail", "hosts": "fail", "secret_access": "unknown", "certificate_chain": "unknown"} {
		if gateway[id] != want {
			t.Errorf("%s is %q, want %s", id, gateway[id], want)
		}
	}
	for id, want := range map[string]string{"probes": "fail", "disruption_budgets": "fail", "requests_from_usage": "pass", "multi_stage": "unknown"} {
		if before[id] != want {
			t.Errorf("%s is %q, want %s", id, before[id], want)
		}
	}
	if len(a.Kinds) != 4 || !strings.Contains(got.body, "12 days") { // 3 × 4
		t.Errorf("%+v", a.Kinds)
	}
	for table, lines := range map[string]int{"before": 1 + len(a.Before), "gateways": 1 + len(a.Gateways)} {
		if n := strings.Count(s.do(http.MethodPost, "/api/v1/checks.csv?table="+table, brokenGateway).body, "\n"); n != lines {
			t.Errorf("%s has %d lines, want %d", table, n, lines)
		}
	}
}

func TestChecksSayWhatIsWrongAndWhere(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		query, body, field string
		status             int
	}{
		{"", " \n", "body", 400},
		{"", "kind: Deployment\nmetadata: {name: a, namespace: ns}\nspec: {replicas: three}\n", "document 1: Deployment ns/a: spec.replicas", 400},
		{"", brokenGateway + "---\nkind: Gateway\nmetadata: {name: g}\nspec: {servers: 3}\n", "document 5: Gateway g: spec.servers", 400},
		{"", "a: [", "document 1", 400},
		{"services=-1", brokenGateway, "services", 400},
		{"service=1", brokenGateway, "service", 400},
		{"table=all", brokenGateway, "table", 400},
		{"services=5,10", brokenGateway, "services", 400},
		{"", strings.Repeat("# long\n", 700_000), "body", 413},
	} {
		got := s.do(http.MethodPost, "/api/v1/checks?"+c.query, c.body)
		p := decode[problem](t, got.body)
		if got.status != c.status || len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Fix == "" {
			t.Errorf("%s %.60q: %d %.300s", c.query, c.body, got.status, got.body)
		}
	}
}

// upload is a form as a browser without script posts it.
func upload(t *testing.T, fields map[string]string, file string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range fields {
		if err := w.WriteField(name, text); err != nil {
			t.Fatal(err)
		}
	}
	if part, err := w.CreateFormFile("page.manifest_file", "mine.yaml"); err != nil {
		t.Fatal(err)
	} else if _, err := part.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestThePageChecksWhatIsPastedOrUploaded(t *testing.T) {
	s := newSite(t)
	empty := s.get("/checks?services=70")
	if !strings.Contains(empty.body, `href="/?services=70"`) || !strings.Contains(empty.body, `name="services" value="70"`) || strings.Contains(empty.body, `id="gateways"`) {
		t.Errorf("the empty checklist: %.2000s", empty.body)
	}
	pasted, kind := upload(t, map[string]string{"services": "70", "page.manifests": brokenGateway}, "")
	uploaded, otherKind := upload(t, map[string]string{"services": "70", "page.manifests": ""}, brokenGateway)
	plain := url.Values{"services": {"70"}, "page.manifests": {brokenGateway}}.Encode()
	for body, kind := range map[string]string{pasted: kind, uploaded: otherKind, plain: "application/x-www-form-urlencoded"} {
		got := s.do(http.MethodPost, "/checks", body, "Content-Type", kind)
		text := html.UnescapeString(got.body)
		if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %s", got.status, got.header.Get("Cache-Control"))
		}
		for _, want := range []string{"4 things to mend", "Gateway shop/shop, *.example.com", "The secret shop-tls is in shop, the gateway looks in istio-system", "cart.example.org of shop/cart", "openssl s_client", `name="services" value="70"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page does not say %q", kind, want)
			}
		}
	}
	wrong := s.do(http.MethodPost, "/checks", url.Values{"page.manifests": {"kind: Deployment\nmetadata: {name: <b>}\nspec: 3"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if wrong.status != http.StatusBadRequest || !strings.Contains(wrong.body, "document 1: Deployment &lt;b&gt;: spec") || !strings.Contains(wrong.body, "metadata: {name: &lt;b&gt;}") {
		t.Errorf("%d %s", wrong.status, wrong.body)
	}
}

func TestAnImportOfManifestsAnswersTheChecklist(t *testing.T) {
	s := newSite(t)
	imported := func(text string) string {
		body, kind := upload(t, map[string]string{"text": text}, "")
		got := s.do(http.MethodPost, "/import", body, "Content-Type", kind)
		if got.status != http.StatusOK {
			t.Fatalf("%d %.500s", got.status, got.body)
		}
		return got.body
	}
	if page := imported(brokenGateway); !strings.Contains(page, `id="before"`) || !strings.Contains(page, "1 container without readiness or liveness probe: istio-system/istio-ingressgateway (proxy)") {
		t.Error("the import does not answer the checklist")
	}
	if page := imported("name,replicas,cpu,memory\ncart,3,200m,300Mi\n"); strings.Contains(page, `id="before"`) {
		t.Error("CSV answers a checklist of manifests")
	}
}
