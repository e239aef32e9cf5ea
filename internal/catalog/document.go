package catalog

import (
	"slices"

	"meshplan/internal/model"
)

// Document is the whole catalog as GET /api/v1/catalog shows it.
type Document struct {
	AsOf      string             `json:"as_of"` // month of the newest price, YYYY-MM
	Providers []ProviderDocument `json:"providers"`
}

// ProviderDocument is a cloud with its families and prices.
type ProviderDocument struct {
	model.Provider
	AllocatableRule string           `json:"allocatable_rule"`
	RuleFacts       []string         `json:"rule_facts"` // ids of the figures that the rule is made of
	Networking      []string         `json:"networking"` // ways in which pods get addresses, the default first
	TypesSource     SourceDocument   `json:"types_source"`
	LimitsSource    *SourceDocument  `json:"limits_source,omitempty"` // of the network limits
	Families        []FamilyDocument `json:"families"`
	Prices          []PriceDocument  `json:"prices"` // by region, then family
}

// SourceDocument says where figures come from.
type SourceDocument struct {
	Address string `json:"address"`
	AsOf    string `json:"as_of"` // YYYY-MM
}

// FamilyDocument is a set of node types that differ in size only.
type FamilyDocument struct {
	Name             string         `json:"name"`
	Arch             string         `json:"arch"`
	MemoryGiBPerVCPU float64        `json:"memory_gib_per_vcpu"`
	Types            []TypeDocument `json:"types"` // smallest first
}

// TypeDocument is one size of a family, with what pods may use of it under the provider's
// own pod limit.
type TypeDocument struct {
	Name                     string `json:"name"`
	VCPU                     int64  `json:"vcpu"`
	MemoryMiB                int64  `json:"memory_mib"`
	AllocatableCPUMillicores int64  `json:"allocatable_cpu_m"`
	AllocatableMemoryMiB     int64  `json:"allocatable_memory_mib"`
	MaxPods                  int64  `json:"max_pods"`
	NetworkInterfaces        int64  `json:"network_interfaces,omitempty"`
	IPv4PerInterface         int64  `json:"ipv4_per_interface,omitempty"`
}

// PriceDocument is what a family costs in a region: on demand, Linux, shared tenancy.
type PriceDocument struct {
	Region           string  `json:"region"`
	Family           string  `json:"family"`
	HourlyUSDPerVCPU float64 `json:"hourly_usd_per_vcpu"`
	AsOf             string  `json:"as_of"`
	Source           string  `json:"source"`
}

// Document returns the catalog as a value to write out: families, regions, and prices with
// their provenance.
func (c *Catalog) Document() Document {
	d := Document{AsOf: c.asOf}
	for i, info := range c.Providers() {
		d.Providers = append(d.Providers, c.providers[i].document(info))
	}
	return d
}

func (p *provider) document(info model.Provider) ProviderDocument {
	sources := map[string]SourceDocument{}
	for _, s := range p.entry.sources {
		sources[s.id] = SourceDocument{Address: s.address, AsOf: s.asOf}
	}
	d := ProviderDocument{
		Provider:        info,
		AllocatableRule: p.rule.id,
		RuleFacts:       slices.Clone(p.rule.facts),
		Networking:      append([]string{}, p.rule.networks...),
		TypesSource:     sources[p.entry.types],
	}
	if limits, ok := sources[p.entry.limits]; ok {
		d.LimitsSource = &limits
	}
	for i := range p.entry.families {
		d.Families = append(d.Families, p.familyDocument(&p.entry.families[i]))
	}
	for _, pr := range p.entry.prices {
		s := sources[pr.source]
		d.Prices = append(d.Prices, PriceDocument{
			Region: pr.region, Family: pr.family, HourlyUSDPerVCPU: float64(pr.microUSD) / microPerUSD,
			AsOf: s.AsOf, Source: s.Address,
		})
	}
	slices.SortFunc(d.Prices, comparePrices)
	return d
}

func (p *provider) familyDocument(f *family) FamilyDocument {
	d := FamilyDocument{Name: f.name, Arch: f.arch, MemoryGiBPerVCPU: f.memoryGiBPerVCPU}
	network, _ := p.rule.network("")
	for _, t := range p.types {
		if t.family != f {
			continue
		}
		a := p.rule.allocatable(t.machine, network, nil)
		d.Types = append(d.Types, TypeDocument{
			Name: t.name, VCPU: t.machine.VCPU, MemoryMiB: t.machine.MemoryMiB,
			AllocatableCPUMillicores: a.CPUMillicores, AllocatableMemoryMiB: a.MemoryMiB, MaxPods: a.MaxPods,
			NetworkInterfaces: t.machine.NetworkInterfaces, IPv4PerInterface: t.machine.IPv4PerInterface,
		})
	}
	slices.SortFunc(d.Types, func(a, b TypeDocument) int { return int(a.VCPU - b.VCPU) })
	return d
}

func comparePrices(a, b PriceDocument) int {
	return slices.Compare([]string{a.Region, a.Family}, []string{b.Region, b.Family})
}
