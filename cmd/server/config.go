package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// config is what the settings say.
type config struct {
	addr           string
	database       string
	dbConnections  int
	baseURL        string
	trustedProxies []netip.Prefix
	userHeader     string
	ratePerMinute  int
	planSlots      int
	cacheMiB       int64
	timeout        time.Duration
	drainDelay     time.Duration
	drainTimeout   time.Duration
	logFormat      string
	logLevel       slog.Level
	dev            bool
	force          bool
}

// setting is one thing that can be set, by flag or by environment variable.
type setting struct {
	name     string // of the flag; the variable is MESHPLAN_ and this in capitals
	value    string // what stands for the value in the help, "" for a switch
	fallback string
	help     string
	set      func(*config, string) error // the error says what to write instead
}

// settings is the one table: flags, environment, help and the table in README.md all
// come from it.
var settings = []setting{
	{"addr", "host:port", "127.0.0.1:8080", "address to listen on; :8080 for every interface", setAddr},
	{"db", "path or URL", "meshplan.db", "SQLite file, created when missing, or postgres://user:password@host:5432/name", setText(func(c *config) *string { return &c.database })},
	{"db-connections", "n", "0", "PostgreSQL connections, or SQLite readers; 0 = 10, or 4", setInt(func(c *config) *int { return &c.dbConnections }, 0, 1000)},
	{"base-url", "URL", "", "public address that links carry, such as https://mesh.example.com; empty = that of the request", setBaseURL},
	{"trusted-proxies", "networks", "", "proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8,fd00::/8", setProxies},
	{"user-header", "name", "", "header in which those proxies name the user they signed on, such as X-Forwarded-User; empty = no sign-on", setHeader},
	{"rate-limit", "n", "0", "requests a minute from one client address; 0 = 6000 with this machine exempt, -1 = no limit", setInt(func(c *config) *int { return &c.ratePerMinute }, -1, 10_000_000)},
	{"plan-slots", "n", "0", "plans computed at once; 0 = one per CPU", setInt(func(c *config) *int { return &c.planSlots }, 0, 1024)},
	{"cache-mib", "MiB", "64", "memory for cached answers; -1 = no cache", setCache},
	{"timeout", "duration", "30s", "longest time for a request; uploads and batches get four times it", setDuration(func(c *config) *time.Duration { return &c.timeout }, time.Second, time.Hour)},
	{"drain-delay", "duration", "0s", "on SIGTERM, time between failing /readyz and refusing connections, for balancers to notice", setDuration(func(c *config) *time.Duration { return &c.drainDelay }, 0, 10*time.Minute)},
	{"drain-timeout", "duration", "20s", "on SIGTERM, time that requests have to finish", setDuration(func(c *config) *time.Duration { return &c.drainTimeout }, 0, 10*time.Minute)},
	{"log-format", "text or json", "text", "format of the log on standard error", setChoice(func(c *config) *string { return &c.logFormat }, "text", "json")},
	{"log-level", "level", "info", "least level logged: debug, info, warn or error", setLevel},
	{"dev", "", "false", "show the gallery of page states and details of errors; not for production", setBool(func(c *config) *bool { return &c.dev })},
	{"force", "", "false", "let restore replace a database that is not empty (the old file is kept beside it)", setBool(func(c *config) *bool { return &c.force })},
}

func (s setting) env() string {
	return "MESHPLAN_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// readConfig takes each setting from its flag, else its variable, else its default, and
// returns what is left of args. It writes the help when asked for, with flag.ErrHelp.
func readConfig(args []string, env func(string) (string, bool), help io.Writer) (config, []string, error) {
	var c config
	flags := flag.NewFlagSet("meshplan", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() { writeHelp(help) }
	for _, s := range settings {
		if err := s.set(&c, s.fallback); err != nil {
			return config{}, nil, fmt.Errorf("the default of -%s: %w", s.name, err)
		}
		if given, ok := env(s.env()); ok && given != "" {
			if err := s.set(&c, given); err != nil {
				return config{}, nil, &usageError{fmt.Sprintf("%s=%q: %s", s.env(), given, err)}
			}
		}
		set := func(given string) error { return s.set(&c, given) }
		if s.value == "" {
			flags.BoolFunc(s.name, s.help, set)
		} else {
			flags.Func(s.name, s.help, set)
		}
	}
	var rest []string
	for { // flags may stand before and after arguments
		if err := flags.Parse(args); err == flag.ErrHelp {
			return config{}, nil, err
		} else if err != nil {
			return config{}, nil, &usageError{err.Error()}
		}
		if args = flags.Args(); len(args) == 0 {
			return c, rest, c.together()
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// together finds settings that make no sense beside one another.
func (c config) together() error {
	if c.userHeader != "" && len(c.trustedProxies) == 0 {
		return &usageError{"-user-header: nobody would be believed; name the proxies that set it with -trusted-proxies"}
	}
	return nil
}

// writeHelp prints commands and settings.
func writeHelp(w io.Writer) {
	fmt.Fprintln(w, "meshplan plans what a service mesh adds to a Kubernetes cluster, in nodes and money.")
	fmt.Fprintln(w, "\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %s\n        %s\n", c.usage(), c.help)
	}
	fmt.Fprintln(w, "\nSettings, each a flag or an environment variable; the flag wins:")
	for _, s := range settings {
		fmt.Fprintf(w, "  %s, %s\n        %s", strings.TrimSpace("-"+s.name+" "+s.value), s.env(), s.help)
		if s.fallback != "" && s.value != "" {
			fmt.Fprintf(w, " (default %s)", s.fallback)
		}
		fmt.Fprintln(w)
	}
}

// settingsTable is the table of README.md.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| flag | environment | default | meaning |\n|---|---|---|---|\n")
	for _, s := range settings {
		fallback := "`" + s.fallback + "`"
		if s.fallback == "" {
			fallback = ""
		}
		fmt.Fprintf(&b, "| `-%s` | `%s` | %s | %s |\n", s.name, s.env(), fallback, s.help)
	}
	return b.String()
}

func setText(field func(*config) *string) func(*config, string) error {
	return func(c *config, given string) error {
		*field(c) = given
		return nil
	}
}

func setAddr(c *config, given string) error {
	host, port, err := net.SplitHostPort(given)
	if err != nil {
		return fmt.Errorf("is not host:port; write it as 127.0.0.1:8080, [::1]:8080 or :8080")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("has port %q, not a number from 0 to 65535; write it as %s", port, net.JoinHostPort(host, "8080"))
	}
	c.addr = given
	return nil
}

func setBaseURL(c *config, given string) error {
	if given == "" {
		c.baseURL = ""
		return nil
	}
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("is not a web address; write it as https://mesh.example.com")
	}
	c.baseURL = strings.TrimRight(given, "/")
	return nil
}

func setProxies(c *config, given string) error {
	c.trustedProxies = nil
	for _, text := range strings.Split(given, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); addressErr == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("%q is not a network; write it as 10.0.0.0/8 or 192.0.2.7", text)
		}
		if prefix.Bits() == 0 {
			return fmt.Errorf("%s would believe every client; name the proxies' own networks", text)
		}
		c.trustedProxies = append(c.trustedProxies, prefix.Masked())
	}
	return nil
}

func setHeader(c *config, given string) error {
	for _, letter := range given {
		plain := letter == '-' || ('0' <= letter && letter <= '9') || ('a' <= letter && letter <= 'z') || ('A' <= letter && letter <= 'Z')
		if !plain {
			return fmt.Errorf("is not the name of a header; write it as X-Forwarded-User")
		}
	}
	for _, taken := range []string{"Authorization", "Cookie", "Host", "X-Edit-Key", "X-Forwarded-For", "X-Request-Id"} {
		if strings.EqualFold(given, taken) {
			return fmt.Errorf("carries something else; write a header of the proxy's own, such as X-Forwarded-User")
		}
	}
	c.userHeader = given
	return nil
}

func setInt(field func(*config) *int, least, most int) func(*config, string) error {
	return func(c *config, given string) error {
		n, err := strconv.Atoi(given)
		if err != nil || n < least || n > most {
			return fmt.Errorf("is not a whole number from %d to %d", least, most)
		}
		*field(c) = n
		return nil
	}
}

func setCache(c *config, given string) error {
	n, err := strconv.ParseInt(given, 10, 32)
	if err != nil || n < -1 || n == 0 || n > 1<<20 {
		return fmt.Errorf("is not a size in MiB; write a whole number from 1 to %d, or -1 for no cache", 1<<20)
	}
	c.cacheMiB = n
	return nil
}

func setDuration(field func(*config) *time.Duration, least, most time.Duration) func(*config, string) error {
	return func(c *config, given string) error {
		d, err := time.ParseDuration(given)
		if err != nil || d < least || d > most {
			return fmt.Errorf("is not a duration from %s to %s; write it as 15s or 2m", least, most)
		}
		*field(c) = d
		return nil
	}
}

func setChoice(field func(*config) *string, choices ...string) func(*config, string) error {
	return func(c *config, given string) error {
		for _, choice := range choices {
			if given == choice {
				*field(c) = given
				return nil
			}
		}
		return fmt.Errorf("is not known; write %s", strings.Join(choices, " or "))
	}
}

func setLevel(c *config, given string) error {
	if err := c.logLevel.UnmarshalText([]byte(given)); err != nil {
		return fmt.Errorf("is not a level; write debug, info, warn or error")
	}
	return nil
}

func setBool(field func(*config) *bool) func(*config, string) error {
	return func(c *config, given string) error {
		on, err := strconv.ParseBool(given)
		if err != nil {
			return fmt.Errorf("is neither true nor false")
		}
		*field(c) = on
		return nil
	}
}
