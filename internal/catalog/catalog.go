package catalog

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"meshplan/internal/model"
)

//go:embed data/*.txt
var dataFiles embed.FS

// Catalog knows node types, prices and allocatable rules. It never changes after [Load],
// and it is safe for concurrent use.
type Catalog struct {
	asOf      string
	rules     []rule
	providers []*provider // by id
}

var _ model.Catalog = (*Catalog)(nil)

// provider is a data entry made ready for lookup.
type provider struct {
	entry   *entry
	info    model.Provider
	rule    rule
	types   []nodeType // by name
	regions map[string]*region
}

// nodeType is a type before it has a region.
type nodeType struct {
	name    string
	family  *family
	machine Machine
}

// region holds the types that have a price there, by name, with the provider's own pod
// limit and default networking.
type region struct {
	types    []model.NodeType
	machines []Machine // of the same index
	index    map[string]int
}

// Load returns the catalog that the program carries. It is read once; every later call
// gives the same value. An error is a mistake in the data.
func Load() (*Catalog, error) { return embedded() }

var embedded = sync.OnceValues(func() (*Catalog, error) { return load(dataFiles, registry) })

// load reads every data entry of a file system, in the order of their names.
func load(files fs.FS, f figures) (*Catalog, error) {
	names, err := fs.Glob(files, "data/*.txt")
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("catalog: no data entry")
	}
	c := &Catalog{rules: allRules(f)}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("catalog: %w", err)
		}
		e, err := parseEntry(name, string(text))
		if err != nil {
			return nil, fmt.Errorf("catalog: %w", err)
		}
		if want := strings.TrimSuffix(path.Base(name), ".txt"); e.id != want {
			return nil, fmt.Errorf("catalog: %s: provider is %q, the file's name says %q", name, e.id, want)
		}
		p, err := c.newProvider(e, f)
		if err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", name, err)
		}
		c.providers = append(c.providers, p)
	}
	return c, nil
}

// newProvider indexes a checked entry and moves the catalog's date on.
func (c *Catalog) newProvider(e *entry, f figures) (*provider, error) {
	r, ok := c.rule(e.rule)
	if !ok {
		return nil, fmt.Errorf("unknown allocatable rule %q", e.rule)
	}
	p := &provider{entry: e, rule: r, regions: map[string]*region{}}
	var err error
	if p.types, err = e.nodeTypes(); err != nil {
		return nil, err
	}
	sources := map[string]source{}
	for _, s := range e.sources {
		sources[s.id] = s
	}
	for _, pr := range e.prices {
		if p.regions[pr.region] == nil {
			p.regions[pr.region] = &region{index: map[string]int{}}
			p.info.Regions = append(p.info.Regions, pr.region)
		}
		c.asOf = max(c.asOf, sources[pr.source].asOf)
	}
	slices.Sort(p.info.Regions)
	for _, name := range p.info.Regions {
		p.fill(name, sources)
	}
	p.info.ID, p.info.Title = e.id, e.title
	p.info.DefaultRegion, p.info.DefaultNodeType = e.defaultRegion, e.defaultType
	if id := e.daemonSets; id != "" {
		p.info.DaemonSets = model.DaemonSets{
			CPUMillicores: int64(f(id + "_cpu")),
			MemoryMiB:     int64(f(id + "_mem")),
			Pods:          int64(f(id + "_pods")),
			FactID:        id,
		}
	}
	start, ok := p.regions[e.defaultRegion]
	if !ok {
		return nil, fmt.Errorf("default region %q has no prices", e.defaultRegion)
	}
	if _, ok := start.index[e.defaultType]; !ok {
		return nil, fmt.Errorf("default type %q has no price in %q", e.defaultType, e.defaultRegion)
	}
	return p, nil
}

// nodeTypes writes the families out, sorted by name.
func (e *entry) nodeTypes() ([]nodeType, error) {
	var types []nodeType
	for i := range e.families {
		f := &e.families[i]
		for _, vcpu := range f.vcpus {
			m := Machine{VCPU: vcpu, MemoryMiB: int64(math.Floor(f.memoryGiBPerVCPU * float64(vcpu) * 1024))}
			names := []string{"{vcpu}", strconv.FormatInt(vcpu, 10)}
			for _, s := range e.sizes {
				if s.vcpu == vcpu {
					names = append(names, "{size}", s.name)
					m.NetworkInterfaces, m.IPv4PerInterface = s.networkInterfaces, s.ipv4PerInterface
				}
			}
			name := strings.NewReplacer(names...).Replace(f.pattern)
			if strings.ContainsAny(name, "{}") {
				return nil, fmt.Errorf("family %q: no name for %d vCPU in %q", f.name, vcpu, f.pattern)
			}
			types = append(types, nodeType{name: name, family: f, machine: m})
		}
	}
	slices.SortFunc(types, func(a, b nodeType) int { return cmp.Compare(a.name, b.name) })
	for i := 1; i < len(types); i++ {
		if types[i].name == types[i-1].name {
			return nil, fmt.Errorf("type %q is given twice", types[i].name)
		}
	}
	return types, nil
}

// fill makes the node types of a region.
func (p *provider) fill(name string, sources map[string]source) {
	prices := map[string]price{}
	for _, pr := range p.entry.prices {
		if pr.region == name {
			prices[pr.family] = pr
		}
	}
	network, _ := p.rule.network("")
	r := p.regions[name]
	for _, t := range p.types {
		pr, ok := prices[t.family.name]
		if !ok {
			continue
		}
		n := model.NodeType{
			Name: t.name, Provider: p.entry.id, Region: name, Family: t.family.name, Arch: t.family.arch,
			VCPU: t.machine.VCPU, MemoryMiB: t.machine.MemoryMiB,
			AllocatableRule: p.rule.id,
			HourlyUSD:       float64(pr.microUSD*t.machine.VCPU) / microPerUSD,
			PriceAsOf:       sources[pr.source].asOf,
			PriceSource:     sources[pr.source].address,
		}
		p.rule.allocate(&n, t.machine, network, nil)
		r.index[t.name] = len(r.types)
		r.types = append(r.types, n)
		r.machines = append(r.machines, t.machine)
	}
}

// allocate sets what pods may use of a node type.
func (r rule) allocate(n *model.NodeType, m Machine, network string, maxPods *int64) {
	a := r.allocatable(m, network, maxPods)
	n.AllocatableCPUMillicores, n.AllocatableMemoryMiB, n.MaxPods = a.CPUMillicores, a.MemoryMiB, a.MaxPods
}

func (c *Catalog) rule(id string) (rule, bool) {
	i := slices.IndexFunc(c.rules, func(r rule) bool { return r.id == id })
	if i < 0 {
		return rule{}, false
	}
	return c.rules[i], true
}

// AsOf is the month of the newest price, YYYY-MM.
func (c *Catalog) AsOf() string { return c.asOf }

// Providers lists the clouds by id, each with its regions by name.
func (c *Catalog) Providers() []model.Provider {
	list := make([]model.Provider, len(c.providers))
	for i, p := range c.providers {
		list[i] = p.info
		list[i].Regions = slices.Clone(p.info.Regions)
	}
	return list
}

// NodeTypes returns the types that a query names, in its order and each once, or every
// type that has a price in the region, by name. What the query gets wrong comes back as a
// *model.InputError: all names at once.
func (c *Catalog) NodeTypes(q model.NodeQuery) ([]model.NodeType, error) {
	p, r, network, err := c.find(q)
	if err != nil {
		return nil, err
	}
	var types []model.NodeType
	var machines []Machine
	if len(q.Names) == 0 {
		types, machines = slices.Clone(r.types), r.machines
	} else if types, machines, err = c.named(q, p, r); err != nil {
		return nil, err
	}
	if q.MaxPods != nil || q.Networking != "" {
		for i := range types {
			p.rule.allocate(&types[i], machines[i], network, q.MaxPods)
		}
	}
	return types, nil
}

// named picks types of a region by name.
func (c *Catalog) named(q model.NodeQuery, p *provider, r *region) ([]model.NodeType, []Machine, error) {
	if len(q.Names) > maxNodeTypes {
		return nil, nil, tooManyNames(len(q.Names))
	}
	types := make([]model.NodeType, 0, len(q.Names))
	machines := make([]Machine, 0, len(q.Names))
	var wrong model.InputError
	for i, name := range q.Names {
		if slices.Contains(q.Names[:i], name) {
			continue
		}
		at, ok := r.index[name]
		if !ok {
			wrong.Fields = append(wrong.Fields, c.unknownType(name, p, q.Region))
			continue
		}
		types = append(types, r.types[at])
		machines = append(machines, r.machines[at])
	}
	if len(wrong.Fields) > 0 {
		return nil, nil, &wrong
	}
	return types, machines, nil
}

// Allocatable applies an allocatable rule (eks, gke, aks, kubeadm) to any machine, one of
// the user's own for instance. Networking and maxPods are as in model.NodeQuery.
func (c *Catalog) Allocatable(ruleID string, m Machine, networking string, maxPods *int64) (Allocatable, error) {
	r, ok := c.rule(ruleID)
	if !ok {
		return Allocatable{}, c.unknownRule(ruleID)
	}
	network, err := r.checked(networking, maxPods)
	if err != nil {
		return Allocatable{}, err
	}
	if m.VCPU < 0 || m.MemoryMiB < 0 || m.NetworkInterfaces < 0 || m.IPv4PerInterface < 0 {
		return Allocatable{}, negativeMachine(m)
	}
	return r.allocatable(m, network, maxPods), nil
}
