package takeaway_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"meshplan/internal/advice"
	"meshplan/internal/takeaway"
)

func checks(t *testing.T, file string) map[string]takeaway.GatewayCheck {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := advice.ReadManifests(text)
	if err != nil {
		t.Fatal(err)
	}
	list, err := takeaway.CheckGateways(m)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]takeaway.GatewayCheck{}
	for _, c := range list {
		if c.Command == "" || c.Source == "" {
			t.Errorf("%+v", c)
		}
		out[c.ID] = c
	}
	return out
}

func TestTheFourWaysToBreakAGateway(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"gateway-good.yaml":    {"secret_namespace": "pass", "hosts": "pass", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-bad.yaml":     {"secret_namespace": "fail", "hosts": "fail", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-alone.yaml":   {"secret_namespace": "unknown", "hosts": "unknown", "secret_access": "unknown", "certificate_chain": "unknown"},
		"gateway-api-bad.yaml": {"secret_namespace": "fail", "hosts": "pass"},
	} {
		got := checks(t, file)
		for id, state := range want {
			if got[id].State != state {
				t.Errorf("%s: %s is %s (%s), want %s", file, id, got[id].State, got[id].Detail, state)
			}
		}
	}
	if c := checks(t, "gateway-bad.yaml")["certificate_chain"].Command; strings.Contains(c, "$(") || !strings.Contains(c, "HOST") {
		t.Errorf("a host that is none went into a command: %s", c)
	}
	if c := checks(t, "gateway-good.yaml")["certificate_chain"].Command; !strings.Contains(c, "-servername yourdomain.com") {
		t.Error(c)
	}
}

// A route may use several listeners of one gateway; only a host that none covers is missed.
func TestAHostOfAnotherListenerIsNotMissed(t *testing.T) {
	const gateway = "kind: Gateway\napiVersion: networking.istio.io/v1\nmetadata: {name: g, namespace: a}\nspec: {servers: [{hosts: [one.example]}, {hosts: [two.example]}, {hosts: [three.example]}]}\n" +
		"---\nkind: VirtualService\nmetadata: {name: v, namespace: a}\nspec: {gateways: [g], hosts: [one.example, two.example%s]}\n"
	for more, want := range map[string][]string{"": {"pass", "pass", "unknown"}, ", four.example": {"fail", "fail", "fail"}} {
		m, err := advice.ReadManifests(fmt.Appendf(nil, gateway, more))
		if err != nil {
			t.Fatal(err)
		}
		list, err := takeaway.CheckGateways(m)
		if err != nil || len(list) != len(want) {
			t.Fatalf("%v %+v", err, list)
		}
		for i, c := range list {
			if c.State != want[i] || (c.State == "fail" && !strings.Contains(c.Detail, "four.example of a/v")) {
				t.Errorf("with %q listener %d is %s: %s", more, i, c.State, c.Detail)
			}
		}
	}
}

func TestTheGatewayWrittenPassesItsOwnChecks(t *testing.T) {
	m, err := advice.ReadManifests([]byte(files(t, input(t, shop(), "sidecar"))["gateway.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	list, err := takeaway.CheckGateways(m)
	if err != nil || len(list) != 4 {
		t.Errorf("%v %+v", err, list)
	}
}
