// Package facts is the one registry of every figure that meshplan uses as a default or
// shows as evidence, each with its unit, date, source and kind.
//
// The figures are data, embedded from data/: one file of facts per section, then the
// presets (named sets of assumptions that point at facts), the assumption names the
// planning model asks for, product releases, the places where sources disagree and what
// was looked for and not found. To change a default, change the fact's line; to make a
// preset use another figure, change the fact id beside the assumption's name.
//
//	preset, _ := facts.PresetByID(facts.DefaultPreset)
//	cpu, _ := preset.Assume("proxy_cpu_m")
//	cpu.Typical()     // 100, in millicores because the name says so
//	cpu.Fact.Source   // the address of the chart that says so
//
// The data is checked strictly when it is first read: an unknown field, a repeated id, a
// figure without unit, date or source, or a preset that names a missing or unsourced
// fact is a programming error and panics with the file and id.
package facts
