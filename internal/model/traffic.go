package model

import "meshplan/internal/facts"

// Traffic is what patterns add to the network between services.
type Traffic struct {
	CallsPerSecond   float64          `json:"calls_per_second"`  // between meshed pods
	CrossZoneShare   float64          `json:"cross_zone_share"`  // 1 − 1 ÷ zones: callers do not prefer their zone
	CrossZoneUSDByGB *float64         `json:"cross_zone_gb_usd"` // both directions together; null when no price is known
	PriceFactID      string           `json:"price_fact_id,omitempty"`
	PriceSource      string           `json:"price_source,omitempty"`
	Patterns         []PatternTraffic `json:"patterns"`
}

// PatternTraffic is the traffic that one pattern adds.
type PatternTraffic struct {
	Pattern             string   `json:"pattern"`
	BytesPerCall        float64  `json:"bytes_per_call"`
	GBPerMonth          float64  `json:"gb_per_month"`
	CrossZoneGBPerMonth float64  `json:"cross_zone_gb_per_month"`
	CrossZoneMonthlyUSD *float64 `json:"cross_zone_monthly_usd"` // not part of the cost of nodes
	Formula             string   `json:"formula"`
}

// crossZonePrices are the figures of the providers; directions are what a gigabyte that
// crosses is charged for.
var crossZonePrices = map[string]struct {
	factID     string
	directions float64
}{"aws": {"xaz_aws", 2}, "gcp": {"xaz_gcp", 1}, "azure": {"xaz_azure", 1}}

const secondsPerMonth = HoursPerMonth * 3600

// trafficOf works out bytes and money,
//
//	bytes a call = 2 TLS records × 22 B + 310 B of headers where a proxy reads HTTP
//	USD a month  = calls/s × bytes × (1 − 1 ÷ zones) × price × 730 h
//
// A call through a waypoint travels a second leg: other records, and the request and
// response themselves once more.
func (in *inputs) trafficOf() Traffic {
	const records, bytesPerGB, thousandths = 2, 1e9, 1000
	tls, headers := records*factNumber("tls13_record_overhead"), factNumber("sidecar_header_overhead")
	share := in.l7Share()
	t := Traffic{CallsPerSecond: in.callsPerSecond(), CrossZoneShare: 1 - 1/float64(in.zones)}
	t.CrossZoneUSDByGB, t.PriceFactID, t.PriceSource = in.crossZonePrice()
	for _, row := range []struct {
		pattern string
		bytes   float64
		formula string
	}{
		{PatternAmbient, tls, "2 TLS records × 22 B"},
		{PatternAmbientL7, tls + share*(tls+headers+in.calls.bytes), "2 TLS records × 22 B, and through a waypoint as many again, 310 B of headers and the call itself"},
		{PatternSidecar, tls + headers, "2 TLS records × 22 B + 310 B of headers"},
		{PatternLinkerd, tls, "2 TLS records × 22 B; no figure for its headers was found"},
	} {
		p := PatternTraffic{Pattern: row.pattern, BytesPerCall: row.bytes, Formula: row.formula}
		gb := t.CallsPerSecond * row.bytes * secondsPerMonth / bytesPerGB
		p.GBPerMonth, p.CrossZoneGBPerMonth = roundTo(gb, thousandths), roundTo(gb*t.CrossZoneShare, thousandths)
		switch {
		case t.CrossZoneUSDByGB != nil:
			usd := roundTo(gb*t.CrossZoneShare**t.CrossZoneUSDByGB, thousandths)
			p.CrossZoneMonthlyUSD = &usd
		case p.CrossZoneGBPerMonth == 0:
			p.CrossZoneMonthlyUSD = new(float64)
		}
		t.Patterns = append(t.Patterns, p)
	}
	return t
}

// crossZonePrice is the user's, else the provider's, else unknown.
func (in *inputs) crossZonePrice() (usd *float64, factID, source string) {
	if own := in.scenario.Needs.CrossZoneGBUSD; own != nil {
		return own, "", "given"
	}
	if len(in.nodeTypes) == 0 {
		return nil, "", ""
	}
	price, known := crossZonePrices[in.nodeTypes[0].Provider]
	if !known {
		return nil, "", ""
	}
	f := facts.Must(price.factID)
	perGB := f.Value() * price.directions
	return &perGB, f.ID, f.Source
}
