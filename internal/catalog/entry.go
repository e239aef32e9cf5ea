package catalog

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is one provider's data as its file has it (the format is in the package comment).
type entry struct {
	id, title, rule            string
	defaultRegion, defaultType string
	daemonSets                 string // fact id; "" when no sourced figure exists
	types, limits              string // source ids
	sources                    []source
	sizes                      []size
	families                   []family
	prices                     []price
}

// source is where figures come from, and as of when.
type source struct {
	id, asOf, address string // asOf is YYYY-MM
}

// size is a word for a number of vCPU, with the network limits that go with it.
type size struct {
	name                                      string
	vcpu, networkInterfaces, ipv4PerInterface int64
}

// family is a set of types that differ in size only.
type family struct {
	name, arch, pattern string
	memoryGiBPerVCPU    float64
	vcpus               []int64
}

// price is what a family costs in a region.
type price struct {
	region, family, source string
	// microUSD per vCPU and hour: whole, so that a type's price is exact.
	microUSD int64
}

// microPerUSD is how many micro-dollars make a dollar.
const microPerUSD = 1e6

// parseEntry reads a data entry; its errors name file and line.
func parseEntry(file, text string) (*entry, error) {
	e := &entry{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := e.read(words[0], words[1:]); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return e, nil
}

// read takes one line: its keyword and the words after it.
func (e *entry) read(keyword string, words []string) error {
	form, ok := lineForms[keyword]
	if !ok {
		return fmt.Errorf("unknown keyword %q", keyword)
	}
	if len(words) < form.words || (!form.more && len(words) > form.words) {
		return fmt.Errorf("%s takes %s, not %d words", keyword, form.usage, len(words))
	}
	return form.read(e, words)
}

// lineForm is what may follow a keyword.
type lineForm struct {
	words int // how many
	more  bool
	usage string
	read  func(*entry, []string) error
}

var lineForms = map[string]lineForm{
	"provider": {2, true, "ID TITLE", func(e *entry, w []string) error {
		if err := once("provider", &e.id, w[0]); err != nil {
			return err
		}
		e.title = strings.Join(w[1:], " ")
		return nil
	}},
	"rule": {1, false, "RULE", func(e *entry, w []string) error { return once("rule", &e.rule, w[0]) }},
	"default": {2, false, "REGION TYPE", func(e *entry, w []string) error {
		e.defaultType = w[1]
		return once("default", &e.defaultRegion, w[0])
	}},
	"daemonsets": {1, false, "FACT", func(e *entry, w []string) error { return once("daemonsets", &e.daemonSets, w[0]) }},
	"types":      {1, false, "SOURCE", func(e *entry, w []string) error { return once("types", &e.types, w[0]) }},
	"limits":     {1, false, "SOURCE", func(e *entry, w []string) error { return once("limits", &e.limits, w[0]) }},
	"source":     {3, false, "ID YYYY-MM ADDRESS", (*entry).readSource},
	"size":       {4, false, "NAME VCPU ENIS IPV4", (*entry).readSize},
	"family":     {5, true, "NAME ARCH GIB PATTERN VCPU...", (*entry).readFamily},
	"price":      {3, true, "REGION SOURCE FAMILY=USD...", (*entry).readPrices},
}

// once sets a value that an entry has one of.
func once(keyword string, to *string, value string) error {
	if *to != "" {
		return fmt.Errorf("%s is given twice", keyword)
	}
	*to = value
	return nil
}

func (e *entry) readSource(w []string) error {
	s := source{id: w[0], asOf: w[1], address: w[2]}
	if e.hasSource(s.id) {
		return fmt.Errorf("source %q is given twice", s.id)
	}
	if _, err := time.Parse("2006-01", s.asOf); err != nil {
		return fmt.Errorf("source %q: %q is not a month such as 2026-07", s.id, s.asOf)
	}
	if !strings.HasPrefix(s.address, "https://") {
		return fmt.Errorf("source %q: %q is not an https address", s.id, s.address)
	}
	e.sources = append(e.sources, s)
	return nil
}

func (e *entry) readSize(w []string) error {
	s := size{name: w[0]}
	for i, to := range []*int64{&s.vcpu, &s.networkInterfaces, &s.ipv4PerInterface} {
		n, err := strconv.ParseInt(w[i+1], 10, 64)
		if err != nil || n < 1 {
			return fmt.Errorf("size %q: %q is not a whole number above 0", s.name, w[i+1])
		}
		*to = n
	}
	if slices.ContainsFunc(e.sizes, func(o size) bool { return o.name == s.name || o.vcpu == s.vcpu }) {
		return fmt.Errorf("size %q or its %d vCPU is given twice", s.name, s.vcpu)
	}
	e.sizes = append(e.sizes, s)
	return nil
}

func (e *entry) readFamily(w []string) error {
	f := family{name: w[0], arch: w[1], pattern: w[3]}
	if slices.ContainsFunc(e.families, func(o family) bool { return o.name == f.name }) {
		return fmt.Errorf("family %q is given twice", f.name)
	}
	if f.arch != "amd64" && f.arch != "arm64" {
		return fmt.Errorf("family %q: architecture %q is neither amd64 nor arm64", f.name, f.arch)
	}
	gib, err := strconv.ParseFloat(w[2], 64)
	if err != nil || !(gib > 0) || math.IsInf(gib, 1) {
		return fmt.Errorf("family %q: %q GiB per vCPU is not a number above 0", f.name, w[2])
	}
	f.memoryGiBPerVCPU = gib
	for _, word := range w[4:] {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil || n < 1 {
			return fmt.Errorf("family %q: %q vCPU is not a whole number above 0", f.name, word)
		}
		if slices.Contains(f.vcpus, n) {
			return fmt.Errorf("family %q: %d vCPU is given twice", f.name, n)
		}
		f.vcpus = append(f.vcpus, n)
	}
	e.families = append(e.families, f)
	return nil
}

func (e *entry) readPrices(w []string) error {
	for _, word := range w[2:] {
		name, value, _ := strings.Cut(word, "=")
		usd, err := strconv.ParseFloat(value, 64)
		micro := math.Round(usd * microPerUSD)
		if err != nil || !(micro > 0) || micro > 1e12 || math.Abs(usd*microPerUSD-micro) > 1e-6 {
			return fmt.Errorf("price %q: want FAMILY=USD, above 0 and of at most six decimals", word)
		}
		p := price{region: w[0], source: w[1], family: name, microUSD: int64(micro)}
		if slices.ContainsFunc(e.prices, func(o price) bool { return o.region == p.region && o.family == p.family }) {
			return fmt.Errorf("the price of %q in %q is given twice", p.family, p.region)
		}
		e.prices = append(e.prices, p)
	}
	return nil
}

func (e *entry) hasSource(id string) bool {
	return slices.ContainsFunc(e.sources, func(s source) bool { return s.id == id })
}

// check looks at what single lines cannot show: that every name used is defined, and that
// every name defined is used.
func (e *entry) check() error {
	for _, must := range []struct{ keyword, value string }{
		{"provider", e.id}, {"rule", e.rule}, {"default", e.defaultRegion}, {"types", e.types},
	} {
		if must.value == "" {
			return fmt.Errorf("no %s line", must.keyword)
		}
	}
	if (e.limits == "") != (len(e.sizes) == 0) {
		return fmt.Errorf("limits and size lines come together or not at all")
	}
	used := map[string]bool{e.types: true, e.limits: e.limits != ""}
	priced := map[string]bool{}
	for _, p := range e.prices {
		used[p.source] = true
		priced[p.family] = true
		if !e.hasSource(p.source) {
			return fmt.Errorf("the price of %q in %q names an unknown source %q", p.family, p.region, p.source)
		}
		if !slices.ContainsFunc(e.families, func(f family) bool { return f.name == p.family }) {
			return fmt.Errorf("price of an unknown family %q in %q", p.family, p.region)
		}
	}
	for _, id := range []string{e.types, e.limits} {
		if id != "" && !e.hasSource(id) {
			return fmt.Errorf("unknown source %q", id)
		}
	}
	for _, s := range e.sources {
		if !used[s.id] {
			return fmt.Errorf("source %q is not used", s.id)
		}
	}
	for _, f := range e.families {
		if !priced[f.name] {
			return fmt.Errorf("family %q has no price in any region", f.name)
		}
	}
	return nil
}
