// Package money is the whole money of a mesh: nodes, fees and discounts as the plan has
// them, storage of metrics and logs, traffic across zones, licence and people, against
// the alternative of doing mTLS, telemetry and retries in each service.
//
//	mesh a month        = nodes added + storage + traffic + licence + upkeep × engineer
//	alternative a month = (services × h + languages × l) ÷ 12 × engineer ÷ hours a month
//
// No figure for people has a source that could stand in for the user's own, so what is
// not given is unknown and is named as such; the sum then holds what is known.
//
// [Account] needs no packing. [Study] plans the scenario at other numbers of services:
// from how many a mesh pays (break-even), when training is paid back, and what three
// years of growth do.
package money
