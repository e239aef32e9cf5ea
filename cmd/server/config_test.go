package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func noEnvironment(string) (string, bool) { return "", false }

func environmentOf(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func TestWithoutSettingsTheDefaultsHold(t *testing.T) {
	c, rest, err := readConfig(nil, noEnvironment, io.Discard)
	if err != nil || len(rest) != 0 {
		t.Fatal(rest, err)
	}
	if c.addr != "127.0.0.1:8080" || c.database != "meshplan.db" || c.timeout != 30*time.Second || c.cacheMiB != 64 || c.dev || c.logFormat != "text" {
		t.Fatalf("%+v", c)
	}
}

func TestAFlagWinsOverItsVariableAndThatOverTheDefault(t *testing.T) {
	env := environmentOf(map[string]string{"MESHPLAN_ADDR": ":1", "MESHPLAN_DB": "env.db", "MESHPLAN_DEV": "true", "MESHPLAN_BASE_URL": ""})
	c, rest, err := readConfig([]string{"-addr", ":2", "FILE", "-timeout=5s"}, env, io.Discard)
	if err != nil || strings.Join(rest, " ") != "FILE" {
		t.Fatal(rest, err)
	}
	if c.addr != ":2" || c.database != "env.db" || !c.dev || c.timeout != 5*time.Second {
		t.Fatalf("%+v", c)
	}
}

func TestABadValueIsNamedWithItsCure(t *testing.T) {
	for _, c := range []struct{ name, value, cure string }{
		{"addr", "8080", "127.0.0.1:8080"}, {"addr", "localhost", ":8080"}, {"addr", "host:http", "host:8080"}, {"addr", ":70000", "0 to 65535"}, {"addr", ":-1", "0 to 65535"},
		{"db-connections", "many", "from 0 to 1000"}, {"db-connections", "-1", "from 0 to 1000"},
		{"base-url", "mesh.example.com", "https://mesh.example.com"}, {"base-url", "ftp://x", "https://"}, {"base-url", "https://u:p@x", "https://"}, {"base-url", "https://x?y", "https://"},
		{"trusted-proxies", "10.0.0.0/33", "10.0.0.0/8"}, {"trusted-proxies", "proxy.local", "10.0.0.0/8"}, {"trusted-proxies", "0.0.0.0/0", "believe every client"}, {"trusted-proxies", "::/0", "believe every client"},
		{"user-header", "X User", "X-Forwarded-User"}, {"user-header", "X-User:", "X-Forwarded-User"}, {"user-header", "cookie", "something else"},
		{"rate-limit", "-2", "from -1"}, {"rate-limit", "1.5", "whole number"}, {"plan-slots", "x", "whole number"},
		{"cache-mib", "0", "-1 for no cache"}, {"cache-mib", "64MiB", "whole number"},
		{"timeout", "30", "15s"}, {"timeout", "0s", "from 1s"}, {"timeout", "NaN", "15s"}, {"drain-delay", "-1s", "from 0s"}, {"drain-timeout", "1d", "15s"},
		{"log-format", "xml", "text or json"}, {"log-level", "loud", "debug, info, warn or error"}, {"dev", "maybe", "true nor false"},
	} {
		_, _, flagErr := readConfig([]string{"-" + c.name + "=" + c.value}, noEnvironment, io.Discard)
		variable := "MESHPLAN_" + strings.ToUpper(strings.ReplaceAll(c.name, "-", "_"))
		_, _, envErr := readConfig(nil, environmentOf(map[string]string{variable: c.value}), io.Discard)
		var usage *usageError
		if !errors.As(flagErr, &usage) || !strings.Contains(flagErr.Error(), c.cure) || !strings.Contains(flagErr.Error(), c.name) {
			t.Errorf("-%s=%s: %v, want the cure %q", c.name, c.value, flagErr, c.cure)
		}
		if !errors.As(envErr, &usage) || !strings.Contains(envErr.Error(), c.cure) || !strings.Contains(envErr.Error(), variable) {
			t.Errorf("%s=%s: %v, want the cure %q", variable, c.value, envErr, c.cure)
		}
	}
	_, _, err := readConfig([]string{"-prot=1"}, noEnvironment, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "prot") {
		t.Errorf("an unknown flag gave %v", err)
	}
}

func TestAUserHeaderThatNobodyMaySendIsRefused(t *testing.T) {
	_, _, err := readConfig([]string{"-user-header", "X-Forwarded-User"}, noEnvironment, io.Discard)
	var usage *usageError
	if !errors.As(err, &usage) || !strings.Contains(err.Error(), "-trusted-proxies") {
		t.Errorf("%v, want the cure", err)
	}
	c, _, err := readConfig([]string{"-user-header", "X-Forwarded-User", "-trusted-proxies", "10.0.0.0/8"}, noEnvironment, io.Discard)
	if err != nil || c.userHeader != "X-Forwarded-User" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestProxiesAreNetworksOrAddresses(t *testing.T) {
	c, _, err := readConfig([]string{"-trusted-proxies", "10.1.2.3/8, 192.0.2.7,fd00::/8"}, noEnvironment, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.trustedProxies {
		got = append(got, p.String())
	}
	if strings.Join(got, " ") != "10.0.0.0/8 192.0.2.7/32 fd00::/8" {
		t.Fatal(got)
	}
}

func TestTheHelpNamesEverySettingAndCommand(t *testing.T) {
	var help bytes.Buffer
	_, _, err := readConfig([]string{"-h"}, noEnvironment, &help)
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, s := range settings {
		for _, want := range []string{"-" + s.name, s.env(), s.help, s.fallback} {
			if s.value != "" && !strings.Contains(help.String(), want) {
				t.Errorf("the help lacks %q", want)
			}
		}
	}
	for _, c := range commands() {
		if !strings.Contains(help.String(), c.usage()) || !strings.Contains(help.String(), c.help) {
			t.Errorf("the help lacks %q", c.usage())
		}
	}
}

// TestTheReadmeHasTheTableOfSettings: the table is printed by
// go test ./cmd/server -run Readme -v when it differs.
func TestTheReadmeHasTheTableOfSettings(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("there is no README.md yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), settingsTable()) {
		t.Fatalf("README.md lacks this table of settings:\n\n%s", settingsTable())
	}
}
