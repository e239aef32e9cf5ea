package takeaway_test

import (
	"os"
	"strings"
	"testing"

	"meshplan/internal/advice"
	"meshplan/internal/model"
	"meshplan/internal/takeaway"
)

// Whatever is pasted is read or refused with a cure, and nothing of it becomes a command
// beyond plain names.
func FuzzPastedManifests(f *testing.F) {
	for _, file := range []string{"gateway-good.yaml", "gateway-bad.yaml", "gateway-alone.yaml", "gateway-api-bad.yaml"} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("kind: Gateway\nspec: {servers: [{hosts: [\"x;id\"], tls: {credentialName: \"$(id)\"}}]}")
	f.Add("kind: Deployment\nspec: {template: {spec: {containers: [{name: a, image: \"x; rm -rf ~\"}]}}}")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := advice.ReadManifests([]byte(text))
		if err != nil {
			return
		}
		if checks, err := takeaway.CheckGateways(m); err == nil {
			for _, c := range checks {
				plain := strings.NewReplacer("'{.type}'", "", "</dev/null | grep -E 'BEGIN CERT|Verify return'", "", "kubectl get service -A | grep LoadBalancer", "").Replace(c.Command)
				if strings.ContainsAny(plain, "$`;&|<>\n'\"") {
					t.Fatalf("%q", c.Command)
				}
			}
		}
		checks, err := advice.Before(model.Scenario{}, m)
		if err != nil && !strings.Contains(err.Error(), "kubectl get -o yaml") {
			t.Fatal(err)
		}
		for _, c := range checks {
			if c.ID == "scanning" && strings.ContainsAny(c.Command, "$`;&|<>\n'\"") {
				t.Fatalf("%q", c.Command)
			}
		}
	})
}
